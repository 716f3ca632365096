//! `hebbit demo`: the whole of it in a minute, on the digits that ship with it.

use super::args::DemoArgs;
use super::learn::Job;
use super::screen::Screen;
use crate::data;
use crate::error::Result;
use crate::kernels::AnyKernels;
use crate::run::{Augment, Progress, Wishes, build};

/// Enough passes for the small set; more gives no more.
const EPOCHS: u32 = 20;

pub(super) fn run(args: &DemoArgs, screen: &Screen) -> Result<()> {
    let (out, report) = (args.out.join("hebbit-demo.hbt"), args.out.join("hebbit-demo.html"));
    let split = data::load("mini")?;
    let wishes = Wishes {
        seed: Some(args.seed),
        epochs: Some(EPOCHS),
        augment: Some(Augment::Shift1),
        ..Wishes::default()
    };
    let recipe = wishes.recipe(split.train.len(), split.train.width(), split.train.classes())?;
    screen.say(&format!(
        "learning {} handwritten digits, {} times, one at a time, in {} integers",
        split.train.len(),
        recipe.epochs,
        recipe.weights,
    ));
    let start = build(&recipe)?;
    let job = Job {
        command: "demo",
        recipe,
        start,
        progress: Progress::default(),
        train: split.train,
        test: split.test,
        kernels: AnyKernels::best(),
        out: Some(out),
        report: Some(report),
    };
    job.run(screen)
}
