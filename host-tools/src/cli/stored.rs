//! Networks in files and on devices, with the runs that they belong to.

use super::args::StreamArgs;
use super::learn::{check_width, parse};
use super::screen::Screen;
use super::upload::{fetch, send};
use crate::data::{self, Split};
use crate::device::Device;
use crate::engine::CoreEngine;
use crate::error::{Error, Result};
use crate::files::read_whole;
use crate::kernels::AnyKernels;
use crate::run::{Note, Progress, Recipe, Wishes, build, note_of};
use std::path::Path;

/// What is streamed, and where it stands.
pub(super) struct Job {
    pub(super) recipe: Recipe,
    pub(super) progress: Progress,
    /// The network as it was at `progress`, to be restored from.
    pub(super) base: Vec<u8>,
}

/// A network in a file, with the run that it belongs to.
pub(super) struct Stored {
    pub(super) bytes: Vec<u8>,
    pub(super) recipe: Recipe,
    pub(super) progress: Progress,
    pub(super) split: Split,
    /// Whether the recipe is its own; else it is made of the wishes.
    pub(super) own: bool,
}

/// Reads a network and the data set that the wishes name, else the one that it has learned.
pub(super) fn stored(path: &Path, wishes: Wishes) -> Result<Stored> {
    let bytes = read_whole(path)?;
    let Note { recipe, progress, .. } = note_of(path, parse(path, &bytes)?.note)?;
    let own = recipe.is_some();
    let named = wishes.data.clone().or_else(|| recipe.as_ref().map(|recipe| recipe.data.clone()));
    let split = data::load(named.as_deref().unwrap_or("mini"))?;
    check_width(path, &bytes, &split.train)?;
    let recipe = match recipe {
        Some(recipe) => Recipe { data: named.unwrap_or(recipe.data), ..recipe },
        None => wishes.recipe_for(&split.train)?,
    };
    Ok(Stored { bytes, recipe, progress, split, own })
}

/// The network that the wishes describe, before it has learned.
pub(super) fn fresh(wishes: Wishes) -> Result<Stored> {
    let (recipe, split) = wished(wishes)?;
    Ok(Stored { bytes: build(&recipe)?, recipe, progress: Progress::default(), split, own: false })
}

fn wished(wishes: Wishes) -> Result<(Recipe, Split)> {
    let split = data::load(wishes.data.as_deref().unwrap_or("mini"))?;
    Ok((wishes.recipe_for(&split.train)?, split))
}

/// Finds the network and the samples, and puts the network onto the device.
pub(super) fn prepare(args: &StreamArgs, device: &mut Device, screen: &Screen) -> Result<(Job, Split)> {
    let wishes = args.wishes.wishes()?;
    let more = wishes.samples;
    if let Some(path) = &args.checkpoint {
        let Stored { bytes, recipe, progress, split, own } = stored(path, wishes)?;
        if own && !args.wishes.only_data_and_samples() {
            let help = "leave out all options of the run but --data and --samples, or the network";
            return Err(Error::usage("a network brings the options of its run along", help));
        }
        let recipe = limited(recipe, &progress, more);
        send(device, &mut CoreEngine::new(&bytes, AnyKernels::best())?, false, screen)?;
        return Ok((Job { recipe, progress, base: bytes }, split));
    }
    let (recipe, split) = wished(wishes)?;
    let recipe = Recipe { train_digest: split.train.digest(), ..recipe };
    if device.status()?.is_some() {
        screen.say("the device's own network is used; name one to upload it first");
        let (base, core) = fetch(device, screen)?;
        check_width(Path::new(device.client().name()), &base, &split.train)?;
        let samples = u64::from(core.plan().counters.samples);
        device.adopt(&core);
        let progress = Progress { samples, ..Progress::default() };
        let recipe = limited(recipe, &progress, more);
        return Ok((Job { recipe, progress, base }, split));
    }
    if !args.learn {
        let help = "name one, or let it learn with --learn";
        return Err(Error::usage("the device has no network to classify with", help));
    }
    let base = build(&recipe)?;
    send(device, &mut CoreEngine::new(&base, AnyKernels::best())?, false, screen)?;
    Ok((Job { recipe, progress: Progress::default(), base }, split))
}

/// A recipe whose run ends `more` samples behind the present one.
fn limited(recipe: Recipe, progress: &Progress, more: Option<u64>) -> Recipe {
    match more {
        Some(more) => Recipe { samples: Some(progress.samples + more), ..recipe },
        None => recipe,
    }
}
