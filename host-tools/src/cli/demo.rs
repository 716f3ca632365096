//! `hebbit demo`: the whole of it in a minute, on the digits that ship with it.

use super::args::DemoArgs;
use super::learn::Job;
use super::screen::Screen;
use crate::data::{self, Dataset};
use crate::device::Where;
use crate::engine::CoreEngine;
use crate::error::{Error, Result};
use crate::files::read_whole;
use crate::kernels::AnyKernels;
use crate::lockstep::lockstep;
use crate::run::{Augment, Presenter, Progress, Recipe, Wishes, build};
use hebbit_core::net::Engine as _;
use std::path::Path;

/// Enough passes for the small set; more gives no more.
const EPOCHS: u32 = 20;
/// Digits that a simulated device learns then.
const MORE: u64 = 200;

pub(super) fn run(args: &DemoArgs, screen: &Screen) -> Result<()> {
    let (out, report) = (args.out.join("hebbit-demo.hbt"), args.out.join("hebbit-demo.html"));
    let split = data::load("mini")?;
    let wishes = Wishes {
        seed: Some(args.seed),
        epochs: Some(EPOCHS),
        augment: Some(Augment::Shift1),
        ..Wishes::default()
    };
    let recipe = wishes.recipe_for(&split.train)?;
    screen.say(&format!(
        "learning {} handwritten digits, {} times, one at a time, in {} integers",
        split.train.len(),
        recipe.epochs,
        recipe.weights,
    ));
    let start = build(&recipe)?;
    let train = split.train.clone();
    let job = Job {
        command: "demo",
        recipe: recipe.clone(),
        start,
        progress: Progress::default(),
        train: split.train,
        test: Some(split.test),
        against: None,
        kernels: AnyKernels::best(),
        on: Where::Core,
        out: Some(out.clone()),
        report: Some(report),
    };
    job.run(screen)?;
    device(&out, recipe, &train, screen)
}

/// The network goes on learning on a simulated device, and must stay the one that goes on in the core.
fn device(path: &Path, recipe: Recipe, train: &Dataset, screen: &Screen) -> Result<()> {
    let bytes = read_whole(path)?;
    let mut device = Where::Sim.open(&|_| {})?;
    let mut core = CoreEngine::new(&bytes, AnyKernels::best())?;
    device.load(&bytes)?;
    let mut presenter = Presenter::new(recipe, train);
    let mut samples = (0..MORE).map(|i| {
        let (sample, label) = presenter.sample(i);
        (sample.to_vec(), hebbit_core::net::Target::Class(label))
    });
    let (compared, difference) = lockstep(&mut device, &mut core, 1, &mut || samples.next(), &mut |_| {})?;
    match difference {
        None => {
            let samples = compared.samples;
            screen.say(&format!("a simulated device learned {samples} digits more: every bit is the core's"));
            Ok(())
        }
        Some(difference) => Err(Error::BitMismatch {
            message: format!(
                "device and core differ behind sample {}: {}",
                difference.sample, difference.what
            ),
        }),
    }
}
