//! Learning on: a new run on a trained network, with a rate and a memory for life.

use super::build::plan;
use super::defaults::Wishes;
use super::recipe::{Augment, Note, Onward, Pace, Progress, Recipe, WeightWidth};
use super::rewrite::rewrite;
use super::rules;
use crate::data::Dataset;
use crate::engine::CoreEngine;
use crate::error::{Error, Result};
use crate::kernels::AnyKernels;
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::net::life::{LifePlan, Lived};
use hebbit_core::net::{Engine as _, Plan, Scope, WeightFormat};

/// What the user says of learning on; `None` is the pace's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnwardOptions {
    /// `--pace`.
    pub pace: Option<Pace>,
    /// `--remember`.
    pub remember: Option<u16>,
    /// `--again`.
    pub again: Option<u16>,
    /// `--again-unlabelled`.
    pub again_unlabelled: Option<u16>,
    /// `--label-every`.
    pub label_every: Option<u32>,
    /// `--in-order`, or whatever comes over a stream.
    pub in_order: bool,
}

/// A network that is about to go on learning.
pub struct Continued {
    /// Its new run.
    pub recipe: Recipe,
    /// The network, with its new rate and memory.
    pub bytes: Vec<u8>,
}

/// Prepares a new run of a trained network on other data. Of `wishes` it takes data, epochs, samples, rate, decay, seed and
/// augmentation; everything else is the network's.
///
/// # Errors
/// Rates of the wrong number or out of range, a memory that is out of range.
pub fn onward(
    bytes: &[u8],
    note: &Note,
    wishes: Wishes,
    options: &OnwardOptions,
    set: &Dataset,
) -> Result<Continued> {
    let stored = Checkpoint::parse(bytes).map_err(crate::engine::CoreError::from)?;
    let parent = match &note.recipe {
        Some(recipe) => recipe.clone(),
        None => recipe_of(&stored.plan, set)?,
    };
    let host = rules::rule(&parent.rule)?;
    let chosen = OnwardOptions { label_every: None, in_order: false, ..options.clone() };
    if !host.supervised() && chosen != OnwardOptions::default() {
        let message =
            format!("{} has no teacher: it learns on at its own rate and remembers nothing", parent.rule);
        return Err(Error::usage(message, "leave out [pace], [remember] and [again]"));
    }
    let pace = options.pace.unwrap_or(Pace::Brisk);
    let learner = host.paced(&parent, pace, options.remember);
    let remember = learner.life.remember;
    let again = options.again.unwrap_or(learner.life.again);
    let again_unlabelled = options.again_unlabelled.unwrap_or(learner.life.again_unlabelled);
    if remember == 0 && (again > 0 || again_unlabelled > 0) {
        let help = "give [remember=N] too, or another [pace]";
        return Err(Error::usage("a network that remembers nothing learns nothing again", help));
    }
    if remember > 0 && again == 0 && again_unlabelled == 0 {
        let message = format!("at pace {pace} no remembered sample is learned again");
        return Err(Error::usage(
            message,
            "give [again=N] too, leave out [remember], or choose [pace=brisk]",
        ));
    }
    // Repeats that the user asks for are meant: they do not depend on the error.
    let asked = options.again.is_some() || options.again_unlabelled.is_some();
    let gain = if asked { 0 } else { learner.life.gain };
    let life = LifePlan { remember, again, again_unlabelled, gain, ..learner.life };
    let quantized = note.quantized.is_some() || parent.onward.as_ref().is_some_and(|onward| onward.quantized);
    let mut parents = parent.onward.as_ref().map(|onward| onward.parents.clone()).unwrap_or_default();
    parents.push(CoreEngine::new(bytes, AnyKernels::best())?.digest(Scope::Stored)?.to_string());
    let recipe = Recipe {
        data: wishes.data.unwrap_or_else(|| parent.data.clone()),
        train_samples: set.len(),
        train_digest: set.digest(),
        validation: wishes.validation,
        epochs: wishes.epochs.unwrap_or(1),
        samples: wishes.samples,
        rate: wishes.rate.unwrap_or(learner.rate),
        decay: wishes.decay.unwrap_or(0),
        augment: wishes.augment.unwrap_or(Augment::None),
        onward: Some(Onward {
            parents,
            seed: wishes.seed.unwrap_or(parent.seed),
            in_order: options.in_order,
            label_every: options.label_every.unwrap_or(1).max(1),
            pace,
            remember,
            again,
            again_unlabelled,
            quantized,
        }),
        ..parent
    };
    let recipe = recipe.taught(wishes.teacher, wishes.guess)?;
    recipe.check_rates()?;
    recipe.check_pictures(set)?;
    if recipe.total(set.len()) == 0 {
        let help = "give [samples=1] or more".to_owned();
        return Err(Error::NothingToDo { message: "no samples are to be learned".to_owned(), help });
    }
    let fresh = plan(&recipe)?;
    let note = Note::new(Some(recipe.clone()), Progress::default());
    let bytes = rewrite(bytes, &note.to_bytes(), |plan| {
        plan.halve_every = recipe.decay;
        plan.counters.samples = 0;
        for (projection, fresh) in plan.projections.iter_mut().zip(&fresh.projections) {
            projection.rate = fresh.rate + i32::from(projection.fraction) - i32::from(fresh.fraction);
        }
        plan.life = life;
        plan.lived = if life.is_on() { Lived::new(&life, 0) } else { Lived::default() };
    })?;
    Ok(Continued { recipe, bytes })
}

/// What the plan of a network tells of its recipe.
fn wishes_of(plan: &Plan) -> Wishes {
    let weights = if plan.format == WeightFormat::I8 { WeightWidth::I8 } else { WeightWidth::I16 };
    Wishes {
        layers: Some(plan.layers.iter().map(|layer| layer.neurons).collect()),
        rule: Some(plan.rule.name().to_owned()),
        weights: Some(weights),
        ticks: plan.windows.first().map(|window| window.ticks),
        seed: Some(plan.seed),
        ..Wishes::default()
    }
}

/// The recipe of a network that does not bring one along, for classifying: forms and settings may be others.
///
/// # Errors
/// What [`Wishes::recipe`] refuses.
pub fn recipe_like(plan: &Plan, set: &Dataset) -> Result<Recipe> {
    wishes_of(plan).recipe_for(set)
}

/// The recipe of a network that does not bring one along, if defaults make it.
///
/// # Errors
/// A usage problem, for a network of other settings.
fn recipe_of(plan: &Plan, set: &Dataset) -> Result<Recipe> {
    let name = plan.rule.name();
    // Which form it has is seen by the rule's parameters: rates mean something else in each.
    for &form in rules::rule(name)?.forms() {
        let recipe = Wishes { form: Some(form.to_owned()), ..wishes_of(plan) }.recipe_for(set);
        // A form that does not go with the network's ticks is not its form.
        let Ok(recipe) = recipe else { continue };
        if super::build::plan(&recipe)?.rule == plan.rule {
            return Ok(recipe);
        }
    }
    wishes_of(plan).recipe_for(set)?;
    let help = "keep the note: [:pull] with the network that was uploaded as [like], or name that network";
    Err(Error::usage(format!("the network does not say with which settings of {name} it was made"), help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::run::is_labelled;
    use crate::run::{Control, Teacher, Trainer, build, note_of};
    use std::path::Path;

    #[test]
    fn a_network_without_a_note_goes_on_in_its_own_form() {
        let set = data::load("mini").expect("it is part of the program").train.head(60);
        let none = Note::new(None, Progress::default());
        for form in ["count", "rate", "unsigned"] {
            let wishes =
                Wishes { layers: Some(vec![784, 8, 10]), form: Some(form.to_owned()), ..Wishes::default() };
            let recipe = wishes.recipe_for(&set).expect("a recipe");
            let start = build(&recipe).expect("a network");
            let note = Note::new(Some(recipe), Progress::default());
            let [with, without] = [&note, &none].map(|note| {
                let options = OnwardOptions::default();
                let on = onward(&start, note, Wishes::default(), &options, &set).expect("it goes on");
                let plan = Checkpoint::parse(&on.bytes).expect("a checkpoint").plan;
                (on.recipe.form, plan.projections.iter().map(|p| p.rate).collect::<Vec<_>>())
            });
            assert_eq!(without, with, "{form}");
        }
        let wishes = Wishes { settings: vec![("target".to_owned(), 3)], ..Wishes::default() };
        let other = build(&wishes.recipe_for(&set).expect("a recipe")).expect("a network");
        assert!(onward(&other, &none, Wishes::default(), &OnwardOptions::default(), &set).is_err());
    }

    #[test]
    fn a_run_that_was_cut_remembers_what_it_remembered() {
        cut(None, &|known| known == 64);
    }

    /// What it remembers depends on its answers, so it is noted.
    #[test]
    fn a_run_that_hears_yes_and_no_and_was_cut_remembers_what_it_remembered() {
        cut(Some(Teacher::YesNo), &|known| (30..=64).contains(&known));
    }

    /// A run in which one in four samples is labelled or judged, with a break after 256 of them; how many then told whether the answer was
    /// wrong.
    fn cut(teacher: Option<Teacher>, knows: &dyn Fn(u32) -> bool) {
        let set = data::load("mini").expect("it is part of the program").train.head(600);
        let wishes = Wishes { layers: Some(vec![784, 8, 10]), ..Wishes::default() };
        let on = Wishes { teacher, ..Wishes::default() };
        let start = build(&wishes.recipe_for(&set).expect("a recipe")).expect("a network");
        let options = OnwardOptions { remember: Some(9), label_every: Some(4), ..OnwardOptions::default() };
        let note = Note::new(None, Progress::default());
        let Continued { recipe, bytes } = onward(&start, &note, on, &options, &set).expect("it goes on");
        let learn = |bytes: &[u8], progress: Progress, until: u64| {
            let engine = CoreEngine::new(bytes, AnyKernels::Scalar).expect("a checkpoint");
            let mut trainer = Trainer::new(engine, recipe.clone(), &set, progress);
            trainer.recall().expect("the samples fit");
            trainer
                .epoch(&mut |now| if now.samples >= until { Control::Stop } else { Control::Continue })
                .expect("they still do");
            trainer.checkpoint().expect("it gives its network back")
        };
        let whole = learn(&bytes, Progress::default(), u64::MAX);
        let cut = learn(&bytes, Progress::default(), 256);
        let stored = Checkpoint::parse(&cut).expect("a checkpoint");
        let progress = note_of(Path::new("cut.hbt"), stored.note).expect("its note").progress;
        assert_eq!((progress.samples, progress.confirmed.is_empty()), (256, teacher.is_none()));
        assert!(knows(stored.plan.lived.known), "{} known", stored.plan.lived.known);
        assert!(learn(&cut, progress, u64::MAX) == whole, "not the run that was not cut");
        let life = Checkpoint::parse(&whole).expect("a checkpoint").plan.life;
        assert_eq!((life.remember, life.again, life.gain), (9, 24, 8));
    }

    #[test]
    fn each_so_many_samples_in_a_row_have_one_label() {
        for every in [1, 2, 10, 100] {
            for seed in [1, 2] {
                let labels: Vec<bool> = (0..3_000).map(|i| is_labelled(i, every, seed)).collect();
                for group in labels.chunks_exact(every as usize) {
                    assert_eq!(group.iter().filter(|&&known| known).count(), 1, "one in {every}");
                }
            }
        }
        let places =
            |seed| (0..1_000).filter(|&i| is_labelled(i, 10, seed)).map(|i| i % 10).collect::<Vec<_>>();
        assert_ne!(places(1), places(2), "the seed draws the places");
    }
}
