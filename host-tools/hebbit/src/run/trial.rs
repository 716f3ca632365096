//! A whole run in memory: learn, name the neurons if nobody taught them, test.

use super::build::build_for;
use super::evaluate::{Evaluation, assign_labels, evaluate};
use super::recipe::{Progress, Recipe};
use super::train::{Control, Trainer};
use crate::data::Dataset;
use crate::data::order;
use crate::engine::CoreEngine;
use crate::error::Result;
use crate::kernels::AnyKernels;

/// Samples that neurons are named after, at least, where the recipe learns a part of the set only.
const NAMED_AFTER: usize = 1_000;

/// Learns `train` by a recipe and tests on `test`; nothing if `look` said stop.
///
/// # Errors
/// A recipe that has no network, or a set that does not fit it.
pub fn trial(
    recipe: &Recipe,
    train: &Dataset,
    test: &Dataset,
    kernels: AnyKernels,
    look: &mut dyn FnMut(&Progress) -> Control,
) -> Result<Option<Evaluation>> {
    let start = build_for(recipe, train)?;
    match learn_whole(recipe, &start, train, kernels, look, &mut |_| Ok(()))? {
        Some(network) => Ok(Some(evaluate(&network, test, kernels, &|_| {})?)),
        None => Ok(None),
    }
}

/// Learns a whole recipe from `start`, and names the neurons if nobody taught them; `each` gets the run after each epoch. Nothing if
/// `look` said stop. A recipe that learns a part of the set names its neurons after that part.
///
/// # Errors
/// A set that does not fit the network, or what `each` says.
pub fn learn_whole(
    recipe: &Recipe,
    start: &[u8],
    train: &Dataset,
    kernels: AnyKernels,
    look: &mut dyn FnMut(&Progress) -> Control,
    each: &mut dyn FnMut(&mut Trainer<'_>) -> Result<()>,
) -> Result<Option<Vec<u8>>> {
    let engine = CoreEngine::new(start, kernels)?;
    let mut trainer = Trainer::new(engine, recipe.clone(), train, Progress::default());
    while trainer.progress().samples < trainer.total() {
        if trainer.epoch(look)? == Control::Stop {
            return Ok(None);
        }
        each(&mut trainer)?;
    }
    if !recipe.supervised() {
        let network = trainer.checkpoint()?;
        let known = usize::try_from(trainer.total()).unwrap_or(usize::MAX).max(NAMED_AFTER);
        let labels = if known < train.len() {
            let presented = order(train.len(), 0, recipe.order_seed());
            let part = train.select(presented.into_iter().take(known).map(|i| i as usize));
            assign_labels(&network, &part, kernels, &|_| {})?
        } else {
            assign_labels(&network, train, kernels, &|_| {})?
        };
        trainer.engine().set_labels(labels)?;
    }
    Ok(Some(trainer.checkpoint()?))
}
