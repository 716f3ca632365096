//! What follows learning: neurons get names, the network is tested, and what the user should know of it is said.

use crate::error::{Error, Result};
use crate::screen::Screen;
use crate::summary::Summary;
use hebbit::data::Dataset;
use hebbit::engine::CoreError;
use hebbit::kernels::AnyKernels;
use hebbit::run::{self, Advice, Evaluation, Recipe, assign_labels, evaluate};

/// Names the output neurons of a network, with a progress bar.
pub(crate) fn named(bytes: &[u8], train: &Dataset, kernels: AnyKernels, screen: &Screen) -> Result<Vec<u8>> {
    let bar = screen.bar("naming", train.len() as u64);
    let labels = assign_labels(bytes, train, kernels, &|n| bar.inc(n));
    bar.finish_and_clear();
    Ok(labels?)
}

/// What the user should know of a network after a test.
pub(crate) fn health(tested: &Evaluation, set: &Dataset, recipe: Option<&Recipe>) -> Vec<Advice> {
    let chance = run::near_chance(tested, recipe).filter(|_| !tested.never_answers());
    run::silent_layers(tested, set, recipe).into_iter().chain(chance).collect()
}

/// Whether a network that was tested answered at all, and if that must be, better than chance.
///
/// # Errors
/// [`Error::NoAnswer`] and [`Error::AtChance`], with what to change.
pub(crate) fn answers(tested: Option<&Evaluation>, summary: &Summary, strict: bool) -> Result<()> {
    let Some(tested) = tested else { return Ok(()) };
    if tested.never_answers() {
        let samples = tested.confusion.iter().flatten().sum();
        let help = match summary.warnings.first() {
            Some(advice) => advice.suggestion.clone(),
            None => "learn more samples, or with another --rate".to_owned(),
        };
        return Err(Error::NoAnswer { samples, help });
    }
    match run::near_chance(tested, None).filter(|_| strict) {
        Some(Advice { message, .. }) => {
            Err(Error::AtChance { message, help: "leave out --strict to allow it".to_owned() })
        }
        None => Ok(()),
    }
}

/// Tests a network with a progress bar.
pub(crate) fn test(
    bytes: &[u8],
    set: &Dataset,
    kernels: AnyKernels,
    screen: &Screen,
) -> std::result::Result<Evaluation, CoreError> {
    let bar = screen.bar("testing", set.len() as u64);
    let tested = evaluate(bytes, set, kernels, &|n| bar.inc(n));
    bar.finish_and_clear();
    tested
}
