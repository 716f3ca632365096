//! What bursts carry: with a learned baseline Q an apical compartment is silent without a teacher, and follows the gradient with
//! one. After Greedy et al. 2022.

use super::probe::frozen;
use hebbit::data::Dataset;
use hebbit::engine::CoreError;
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Note, Progress, store};
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::net::{Moment, Parts, Plan, Target};
use hebbit_core::signal::{Phase, Teacher};
use zerocopy::IntoBytes;

/// Sum of squares of the hidden apical potentials without a teacher, as a part of that with one; square root, in percent.
///
/// # Errors
/// Bytes that are no checkpoint.
pub fn silence(checkpoint: &[u8], set: &Dataset, samples: usize, kernels: AnyKernels) -> Result<f64> {
    let taught = squares(checkpoint, set, samples, kernels, |_| {})?;
    let alone = |plan: &mut Plan| plan.windows.iter_mut().for_each(|window| window.teacher = Teacher::None);
    let untaught = squares(checkpoint, set, samples, kernels, alone)?;
    Ok(if taught > 0.0 { 100.0 * (untaught / taught).sqrt() } else { 0.0 })
}

/// A network as it was learned, but taught by somebody else from now on.
///
/// # Errors
/// Bytes that are no checkpoint.
pub(super) fn taught_by(checkpoint: &[u8], teacher: Teacher) -> Result<Vec<u8>> {
    let stored = Checkpoint::parse(checkpoint).map_err(CoreError::from)?;
    let mut plan = stored.plan;
    plan.windows.iter_mut().for_each(|window| window.teacher = teacher);
    let mut weights = vec![0_u64; stored.weights.len().div_ceil(8)];
    weights.as_mut_bytes()[..stored.weights.len()].copy_from_slice(stored.weights);
    store(plan, &mut weights, &Note::new(None, Progress::default()))
}

fn squares(
    checkpoint: &[u8],
    set: &Dataset,
    samples: usize,
    kernels: AnyKernels,
    change: impl FnOnce(&mut Plan),
) -> Result<f64> {
    frozen(checkpoint, kernels, change, |network| {
        let mut sum = 0.0;
        for i in 0..set.len().min(samples) {
            let mut see = |moment: Moment, parts: &Parts<'_>| {
                if moment.phase == Phase::Feedback {
                    let hidden = &parts.layers[1..parts.layers.len() - 1];
                    let all = hidden.iter().flat_map(|layer| layer.apical.iter());
                    sum += all.map(|&u| f64::from(u).powi(2)).sum::<f64>();
                }
            };
            network.learn(set.sample(i), Target::Class(set.label(i)), &mut see);
        }
        sum
    })
}
