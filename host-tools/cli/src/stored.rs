//! Networks in files and on devices, with the runs that they belong to.

use crate::args::StreamArgs;
use crate::error::{Error, Result};
use crate::opened::{against, check_classes, check_width, data_name, parse, prepared, read, tell_life};
use crate::screen::Screen;
use crate::transfer::{fetch, send};
use hebbit::data::{Dataset, Loaded};
use hebbit::device::{Device, fit};
use hebbit::engine::CoreEngine;
use hebbit::error::Error as HostError;
use hebbit::files::read_whole;
use hebbit::kernels::AnyKernels;
use hebbit::run::{
    Continued, Note, OnwardOptions, Presenter, Progress, Recipe, Wishes, build_for, note_of, onward,
    recipe_like,
};
use std::path::Path;

/// What is streamed, and where it stands.
pub(crate) struct Job {
    pub(crate) recipe: Recipe,
    pub(crate) progress: Progress,
    /// The network as it was at `progress`, to be restored from.
    pub(crate) base: Vec<u8>,
    /// What it remembered there, the oldest first.
    pub(crate) remembered: Vec<(Vec<u8>, u8)>,
    /// The samples that are streamed.
    pub(crate) set: Dataset,
    /// What it is tested with afterwards, if there is something.
    pub(crate) test: Option<Dataset>,
    /// A frozen network that answers the same samples.
    pub(crate) against: Option<Vec<u8>>,
    /// Where in its run the stream stops, if before its end.
    pub(crate) until: Option<u64>,
}

impl Job {
    fn new(recipe: Recipe, progress: Progress, base: Vec<u8>) -> Self {
        let set = Dataset::default();
        Self { recipe, progress, base, remembered: Vec::new(), set, test: None, against: None, until: None }
    }
}

/// A network in a file, with the run that it belongs to.
pub(crate) struct Stored {
    pub(crate) bytes: Vec<u8>,
    pub(crate) recipe: Recipe,
    pub(crate) progress: Progress,
    /// The samples that it learns.
    pub(crate) set: Dataset,
}

/// Reads a network and the data set that the wishes name, else the one that it has learned.
pub(crate) fn stored(path: &Path, wishes: Wishes, screen: &Screen) -> Result<Stored> {
    let bytes = read_whole(path)?;
    let stored = parse(path, &bytes)?;
    let Note { recipe, progress, .. } = note_of(path, stored.note)?;
    let named = wishes.data.clone().or_else(|| recipe.as_ref().map(|recipe| recipe.data.clone()));
    let named = named.unwrap_or_else(|| "mini".to_owned());
    let loaded = read(&named, &stored, screen)?;
    let (set, recipe) = match recipe {
        Some(recipe) => (sets_of(&recipe, loaded)?.0, Recipe { data: named, ..recipe }),
        None => {
            let (set, _) = loaded.learn_and_test();
            let recipe = wishes.recipe_for(&set)?;
            (set, recipe)
        }
    };
    check_width(path, &bytes, &set)?;
    Ok(Stored { bytes, recipe, progress, set })
}

/// The samples of its data that a run learns, and those that it is tested with. A run that learns on takes the data as it is;
/// any other splits what comes in one part.
pub(crate) fn sets_of(recipe: &Recipe, loaded: Loaded) -> Result<(Dataset, Option<Dataset>)> {
    if recipe.onward.is_some() {
        return Ok(loaded.learn_and_test());
    }
    let split = loaded.split(recipe.split_rule())?;
    Ok((split.train, Some(split.test)))
}

/// The network that the wishes describe, before it has learned.
pub(crate) fn fresh(wishes: Wishes, screen: &Screen) -> Result<Stored> {
    let (recipe, train, _) = wished(wishes, screen)?;
    Ok(Stored { bytes: build_for(&recipe, &train)?, recipe, progress: Progress::default(), set: train })
}

fn wished(wishes: Wishes, screen: &Screen) -> Result<(Recipe, Dataset, Dataset)> {
    let prepared = prepared(&wishes, screen)?;
    let recipe = Recipe { split: prepared.split, ..wishes.recipe_for(&prepared.train)? };
    Ok((recipe, prepared.train, prepared.test))
}

/// Finds the network and the samples, and puts the network onto the device.
pub(crate) fn prepare(args: &StreamArgs, device: &mut Device, screen: &Screen) -> Result<Job> {
    let room = u64::from(device.client().hello().memory);
    let job = match &args.checkpoint {
        Some(path) => {
            let bytes = read_whole(path)?;
            let note = note_of(path, parse(path, &bytes)?.note)?;
            match (args.learn, args.resume) {
                (false, _) => classified(args, path, bytes, note, screen)?,
                (true, false) => learned_on(args, path, bytes, &note, room, screen)?,
                (true, true) => cut(args, path, bytes, note, screen)?,
            }
        }
        None if device.status()?.is_some() => {
            screen.say("the device's own network is used; name one to upload it first");
            if args.resume {
                let help = "name the network that `--out` wrote: hebbit stream NET.hbt --learn --continue";
                return Err(Error::usage("a device does not know where its stream was cut", help));
            }
            let name = device.client().name().to_owned();
            let (bytes, core) = fetch(device, screen)?;
            let note = Note::new(None, Progress::default());
            if !args.learn {
                // What it remembers stays.
                device.adopt(&core);
                return classified(args, Path::new(&name), bytes, note, screen);
            }
            learned_on(args, Path::new(&name), bytes, &note, room, screen)?
        }
        None => begun(args, screen)?,
    };
    let mut core = CoreEngine::new(&job.base, AnyKernels::best())?;
    send(device, &mut core, false, screen)?;
    let remembered = Presenter::new(job.recipe.clone(), &job.set).remembered(&job.progress);
    device.remember_all(&remembered)?;
    Ok(Job { remembered, ..job })
}

/// A network that classifies.
fn classified(args: &StreamArgs, path: &Path, bytes: Vec<u8>, note: Note, screen: &Screen) -> Result<Job> {
    args.life.refuse("add --learn")?;
    let wishes = args.wishes.wishes()?;
    if note.recipe.is_some() && !args.wishes.only_data_and_samples() {
        let help = "leave out all options of the run but --data and --samples, or the network";
        return Err(Error::usage("a network brings the options of its run along", help));
    }
    let set = read(&data_name(&wishes, &note)?, &parse(path, &bytes)?, screen)?.whole_or_test();
    check_width(path, &bytes, &set.set)?;
    let recipe = match note.recipe {
        Some(recipe) => Recipe { data: set.source, onward: None, ..recipe },
        None => Recipe { data: set.source, ..recipe_like(&parse(path, &bytes)?.plan, &set.set)? },
    };
    Ok(Job { set: set.set, ..Job::new(recipe, note.progress, bytes) })
}

/// Fewer remembered samples than these hardly help.
const FEW: u16 = 8;

/// A trained network that learns whatever comes, from wherever it is, on a device with so many bytes of memory.
fn learned_on(
    args: &StreamArgs,
    path: &Path,
    bytes: Vec<u8>,
    note: &Note,
    room: u64,
    screen: &Screen,
) -> Result<Job> {
    let wishes = args.wishes.onward()?;
    if wishes.validation > 0 {
        let message = "a stream holds out nothing: the device learns whatever comes";
        return Err(Error::usage(message, "leave out --validation"));
    }
    let name = data_name(&wishes, note)?;
    let (set, test) = read(&name, &parse(path, &bytes)?, screen)?.learn_and_test();
    check_width(path, &bytes, &set)?;
    let mut options = args.life.options(true);
    let wishes = Wishes { data: Some(name), ..wishes };
    let mut continued = onward(&bytes, note, wishes.clone(), &options, &set)?;
    if let Some(fewer) = fewer_remembered(&continued.bytes, room)?.filter(|_| options.remember.is_none()) {
        screen.say(&format!("the device has room for {fewer} remembered samples"));
        if fewer < FEW {
            screen.say("warning: so few bring little: --remember 0 learns each sample once, at less cost");
        }
        options.remember = Some(fewer);
        continued = onward(&bytes, note, wishes, &options, &set)?;
    }
    let Continued { recipe, bytes: base } = continued;
    check_classes(&recipe, &set)?;
    tell_life(&recipe, &base, screen)?;
    let frozen = match &args.life.against {
        Some(path) => against(path, &set)?,
        None => bytes,
    };
    Ok(Job { set, test, against: Some(frozen), ..Job::new(recipe, Progress::default(), base) })
}

/// Samples that a network may remember where there is too little memory for as many as it would.
fn fewer_remembered(bytes: &[u8], room: u64) -> Result<Option<u16>> {
    let core = CoreEngine::new(bytes, AnyKernels::best())?;
    let need = fit::memory(&core.plan(), core.checkpoint(&[])?.len()) as u64;
    let fewer = if need > room { fit::remembered(&core.plan(), need - room) } else { None };
    // Without any it is another way of learning on, which nobody has asked for: it does not fit.
    Ok(fewer.filter(|&fewer| fewer > 0))
}

/// A stream that was cut, from behind its last sample.
fn cut(args: &StreamArgs, path: &Path, bytes: Vec<u8>, note: Note, screen: &Screen) -> Result<Job> {
    let help =
        "leave out --continue: it then learns on from where it is; or give --samples N, for more of its run";
    let chosen = args.life.options(false) != OnwardOptions::default();
    if chosen || !args.wishes.only_data_and_samples() {
        return Err(Error::usage("a stream that is continued takes its options from the network", help));
    }
    let problem = |message: String| HostError::Checkpoint { path: path.into(), message }.into();
    let recipe = note.recipe.ok_or_else(|| problem("it holds no stream to continue".to_owned()))?;
    let wishes = args.wishes.wishes()?;
    let name = wishes.data.unwrap_or_else(|| recipe.data.clone());
    let (set, test) = sets_of(&recipe, read(&name, &parse(path, &bytes)?, screen)?)?;
    check_width(path, &bytes, &set)?;
    if recipe.train_digest != 0 && set.digest() != recipe.train_digest {
        let (want, data) = (recipe.train_samples, &recipe.data);
        return Err(problem(format!(
            "its stream is of {want} samples of {data}; those of {name} are others"
        )));
    }
    let (done, total) = (note.progress.samples, recipe.total(set.len()));
    let until = wishes.samples.map(|more| done.saturating_add(more));
    // More than its run has is a longer run.
    let recipe = match until.filter(|&until| until > total) {
        Some(until) => {
            let epochs = u32::try_from(until.div_ceil(set.len().max(1) as u64)).unwrap_or(u32::MAX);
            Recipe { samples: Some(until), epochs: recipe.epochs.max(epochs), ..recipe }
        }
        None => recipe,
    };
    if done >= until.unwrap_or(total) {
        return Err(HostError::NothingToDo {
            message: format!(
                "the stream of {} has ended: {done} of {total} samples are learned",
                path.display()
            ),
            help: help.to_owned(),
        }
        .into());
    }
    let frozen = args.life.against.as_deref().map(|path| against(path, &set)).transpose()?;
    Ok(Job { set, test, against: frozen, until, ..Job::new(recipe, note.progress, bytes) })
}

/// A new network, for a device that has none.
fn begun(args: &StreamArgs, screen: &Screen) -> Result<Job> {
    if !args.learn {
        let help = "name one, or let it learn with --learn";
        return Err(Error::usage("the device has no network to classify with", help));
    }
    let no_network = "name a trained network: hebbit stream NET.hbt --learn";
    args.life.refuse(no_network)?;
    if args.resume {
        return Err(Error::usage("there is no stream to continue: the device has no network", no_network));
    }
    let (recipe, train, test) = wished(args.wishes.wishes()?, screen)?;
    let recipe = Recipe { train_digest: train.digest(), ..recipe };
    let base = build_for(&recipe, &train)?;
    Ok(Job { set: train, test: Some(test), ..Job::new(recipe, Progress::default(), base) })
}
