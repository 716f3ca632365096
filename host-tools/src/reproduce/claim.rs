//! What bursts carry: with a learned baseline Q an apical compartment is silent without a teacher, and follows the gradient with
//! one. After Greedy et al. 2022.

use super::probe::frozen;
use crate::data::Dataset;
use crate::error::Result;
use crate::kernels::AnyKernels;
use hebbit_core::net::{Moment, Parts, Plan, Target};
use hebbit_core::signal::{Phase, Teacher};

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
