//! `hebbit report`: the report of a checkpoint, made again from its note and a test set.

use crate::args::ReportArgs;
use crate::commands::eval::{classes, test_set};
use crate::error::{Error, Result};
use crate::health::test;
use crate::opened::open;
use crate::report;
use crate::screen::{Screen, command_line};
use crate::summary::Summary;
use hebbit::files::{read_whole, writable};
use hebbit::kernels::AnyKernels;
use hebbit::record::RunRecord;
use hebbit::run::{compose, note_of};
use serde::Serialize;

/// What was written.
#[derive(Serialize)]
struct Written<'a> {
    schema: u32,
    command: &'static str,
    report: &'a std::path::Path,
    test_accuracy: f64,
    digest: String,
}

pub(crate) fn run(args: &ReportArgs, screen: &Screen) -> Result<()> {
    writable(&args.out)?;
    let bytes = read_whole(&args.checkpoint)?;
    let kernels = AnyKernels::best();
    let mut engine = open(&args.checkpoint, &bytes, kernels)?;
    let note = note_of(&args.checkpoint, engine.note())?;
    let (_, chosen) = test_set(&args.checkpoint, &bytes, &note, args.data.as_deref(), screen)?;
    screen.say(&format!("tested on {}", chosen.described()));
    let set = chosen.set.with_classes(classes(&engine));
    let tested = test(&bytes, &set, kernels, screen)?;
    let summary = Summary::of("report", &mut engine, note.recipe.as_ref())?.tested(&tested, false);
    let supervised = note.recipe.as_ref().is_some_and(hebbit::run::Recipe::supervised);
    let head = RunRecord {
        command: command_line(),
        digest: summary.digest.clone(),
        facts: summary.facts(),
        curve: if supervised { note.progress.curve } else { Vec::new() },
        confusion: tested.shown(),
        ..RunRecord::default()
    };
    let record = compose(head, &bytes, &set, kernels)?;
    report::write(&args.out, &record).map_err(|error| Error::output(&args.out, error))?;
    let written = Written {
        schema: crate::summary::SCHEMA,
        command: "report",
        report: &args.out,
        test_accuracy: tested.accuracy,
        digest: summary.digest,
    };
    screen.result(&written, || format!("report written to {}", args.out.display()))
}
