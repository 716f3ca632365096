//! `hebbit eval`.

use crate::args::EvalArgs;
use crate::commands::stream::result::matrix;
use crate::error::{Error, Result};
use crate::health::{answers, health, test};
use crate::opened::{check_width, open, parse, read};
use crate::screen::Screen;
use crate::summary::Summary;
use hebbit::data::{Chosen, Loaded, Part, Parts, SplitRule};
use hebbit::device::Where;
use hebbit::engine::{CoreEngine, Keep as _};
use hebbit::files::read_whole;
use hebbit::rtl;
use hebbit::run::{Note, Recipe, evaluate_on, note_of};
use hebbit_core::encode::UNLABELLED;
use std::path::Path;

pub(crate) fn run(args: &EvalArgs, screen: &Screen) -> Result<()> {
    let bytes = read_whole(&args.checkpoint)?;
    let kernels = args.engine.kernels("NETWORK ")?;
    let mut engine = open(&args.checkpoint, &bytes, kernels)?;
    let note = note_of(&args.checkpoint, engine.note())?;
    let (name, mut chosen) = test_set(&args.checkpoint, &bytes, &note, args.data.as_deref(), screen)?;
    let classes = classes(&engine);
    if let Some(remark) = remark(&note, &chosen, classes) {
        screen.say(&remark);
    }
    chosen.set = chosen.set.with_classes(classes);
    let set = &chosen.set;
    let (mut cycles, mut simulated) = (None, None);
    let tested = if args.engine.on == Where::Rtl {
        let mut engine = rtl::load(&bytes, &|text| screen.say(text))?;
        let bar = screen.bar("testing", set.len() as u64);
        let tested = evaluate_on(&mut engine, set, &|n| bar.inc(n))?;
        bar.finish_and_clear();
        cycles = Some(engine.cost().cycles as f64 / set.len().max(1) as f64);
        simulated = engine.cycles_per_second();
        tested
    } else {
        test(&bytes, set, kernels, screen)?
    };
    let mut summary = Summary::of("eval", &mut engine, note.recipe.as_ref())?.tested(&tested, false);
    (summary.on, summary.cycles_per_sample) = (args.engine.on.to_string(), cycles);
    summary.cycles_per_second = simulated;
    summary.data = name;
    let mut summary = summary.by_class(&tested, &chosen, &chosen.set.class_names());
    summary.warnings = health(&tested, &chosen.set, note.recipe.as_ref());
    screen.result(&summary, || {
        let names = chosen.set.class_names();
        format!("{}\n{}{}", summary.text(), summary.table(), matrix(&tested.confusion, &names))
    })?;
    screen.warn(&summary.warnings);
    answers(Some(&tested), &summary, args.strict)
}

/// How many classes a network can answer: those that its output neurons are named after, else one for each of them.
pub(crate) fn classes(engine: &CoreEngine) -> usize {
    let named = engine.labels().iter().filter(|&&class| class != UNLABELLED);
    let outputs = engine.plan().layers.last().map_or(0, |layer| layer.len());
    let of_outputs = if engine.labels().is_empty() { outputs } else { 0 };
    named.map(|&class| usize::from(class) + 1).max().unwrap_or(of_outputs).min(usize::from(UNLABELLED))
}

/// What the user should know about the samples before the figures.
fn remark(note: &Note, chosen: &Chosen, classes: usize) -> Option<String> {
    let set = &chosen.set;
    let beyond = set.iter().filter(|(_, label)| usize::from(*label) >= classes).count();
    if beyond > 0 {
        return Some(format!(
            "{beyond} samples are of classes that the network does not answer (it has {classes}): they count as wrong"
        ));
    }
    // Known by their bytes, whatever the file is called now.
    let recipe = note.recipe.as_ref().filter(|recipe| recipe.train_digest != 0)?;
    let (learned, digest) = (recipe.train_samples, recipe.train_digest);
    if set.digest() == digest {
        return Some("these are the samples that the network learned".to_owned());
    }
    if learned >= set.len() || set.len() < 2 {
        return None;
    }
    let labels: Vec<u8> = set.iter().map(|(_, label)| label).collect();
    let (train, _) = recipe.split_rule().split(&labels, None);
    (set.select(train).head(learned).digest() == digest)
        .then(|| format!("{learned} of these samples are what the network learned"))
}

/// The samples that a network's run left out of learning.
fn left_out(note: &Note, loaded: Loaded) -> Result<Chosen> {
    let Some(recipe) = note.recipe.as_ref().filter(|recipe| recipe.onward.is_some()) else {
        let rule = note.recipe.as_ref().map_or(SplitRule::LAST_SIXTH, Recipe::split_rule);
        return Ok(loaded.held_out(rule)?);
    };
    // A run on a trained network learns one part whole, but for what it held out.
    if let Parts::One { set, .. } = &loaded.parts {
        if recipe.validation == 0 {
            let message =
                format!("the network's run is on all of {}: nothing was left out of it", loaded.source);
            return Err(Error::usage(message, "name other samples with --data"));
        }
        let (_, set) = set.split_tail(recipe.validation);
        return Ok(Chosen { set, source: loaded.source, part: Part::HeldOut });
    }
    Ok(loaded.whole_or_test())
}

/// The set that the user names: one part whole, of two the test part. Else the samples that the network's run left out of
/// learning.
pub(crate) fn test_set(
    path: &Path,
    bytes: &[u8],
    note: &Note,
    name: Option<&str>,
    screen: &Screen,
) -> Result<(String, Chosen)> {
    let stored = parse(path, bytes)?;
    let learned = note.recipe.as_ref().map(|recipe| recipe.data.as_str());
    let (name, chosen) = match (name, learned) {
        (Some(name), _) => (name, read(name, &stored, screen)?.whole_or_test()),
        (None, Some(name)) => (name, left_out(note, read(name, &stored, screen)?)?),
        (None, None) => {
            let message = "the checkpoint does not say which data set it is for";
            return Err(Error::usage(message, "name one with --data"));
        }
    };
    check_width(path, bytes, &chosen.set)?;
    Ok((name.to_owned(), chosen))
}
