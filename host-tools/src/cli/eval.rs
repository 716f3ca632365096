//! `hebbit eval`.

use super::args::EvalArgs;
use super::learn::{check_width, open, test};
use super::screen::Screen;
use super::summary::Summary;
use crate::data::{self, Dataset};
use crate::device::Where;
use crate::engine::Keep as _;
use crate::error::{Error, Result};
use crate::files::read_whole;
use crate::rtl;
use crate::run::{Note, evaluate_on, note_of};
use std::path::Path;

pub(super) fn run(args: &EvalArgs, screen: &Screen) -> Result<()> {
    let bytes = read_whole(&args.checkpoint)?;
    let kernels = args.engine.kernels("NETWORK ")?;
    let mut engine = open(&args.checkpoint, &bytes, kernels)?;
    let note = note_of(&args.checkpoint, engine.note())?;
    let (name, set) = test_set(&args.checkpoint, &bytes, &note, args.data.as_deref())?;
    let (mut cycles, mut simulated) = (None, None);
    let tested = if args.engine.on == Where::Rtl {
        let mut engine = rtl::load(&bytes, &|text| screen.say(text))?;
        let bar = screen.bar("testing", set.len() as u64);
        let tested = evaluate_on(&mut engine, &set, &|n| bar.inc(n))?;
        bar.finish_and_clear();
        cycles = Some(engine.cost().cycles as f64 / set.len().max(1) as f64);
        simulated = engine.cycles_per_second();
        tested
    } else {
        test(&bytes, &set, kernels, screen)?
    };
    let mut summary = Summary::of("eval", &mut engine, note.recipe.as_ref())?.tested(&tested, false);
    (summary.on, summary.cycles_per_sample) = (args.engine.on.to_string(), cycles);
    summary.cycles_per_second = simulated;
    summary.data = name;
    screen.result(&summary, || summary.text())
}

/// The test part of the set that the user names, else of the one that the network learned.
pub(super) fn test_set(
    path: &Path,
    bytes: &[u8],
    note: &Note,
    name: Option<&str>,
) -> Result<(String, Dataset)> {
    let learned = note.recipe.as_ref().map(|recipe| recipe.data.as_str());
    let name = name.or(learned).ok_or_else(|| {
        Error::usage("the checkpoint does not say which data set it is for", "name one with --data")
    })?;
    let set = data::load(name)?.test;
    check_width(path, bytes, &set)?;
    Ok((name.to_owned(), set))
}
