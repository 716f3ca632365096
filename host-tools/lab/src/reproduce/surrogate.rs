//! What differential Hebbian learning makes small without being told to: how long the controlled output takes until it stands at
//! the target, and how much the apical compartments have to push. After Aceituno et al. 2023.

use super::probe::frozen;
use hebbit::data::Dataset;
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Moment, Parts, Target};
use hebbit_core::signal::Phase;

/// Means over samples.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Surrogate {
    /// Ticks until the greatest output is the target and stays so; all of them if it never is.
    pub latency: f64,
    /// Sum of the magnitudes of hidden apical potentials over the controlled ticks, in thresholds.
    pub feedback: f64,
}

/// Measures both on the first `samples` of a set, the network controlled and its weights held.
///
/// # Errors
/// Bytes that are no checkpoint.
pub fn measure(checkpoint: &[u8], set: &Dataset, samples: usize, kernels: AnyKernels) -> Result<Surrogate> {
    frozen(
        checkpoint,
        kernels,
        |_| {},
        |network| {
            let mut sums = Surrogate::default();
            let n = set.len().min(samples);
            for i in 0..n {
                let label = set.label(i);
                let (mut wrong, mut tick, mut pushed) = (0_u32, 0_u32, 0_i64);
                let mut see = |moment: Moment, parts: &Parts<'_>| {
                    if moment.window > 0 && moment.phase == Phase::Feedback {
                        tick += 1;
                        wrong = if greatest(parts) == usize::from(label) { wrong } else { tick };
                        pushed += apical(parts);
                    }
                };
                network.learn(set.sample(i), Target::Class(label), &mut see);
                sums.latency += f64::from(wrong);
                sums.feedback += pushed as f64 / 4096.0;
            }
            let n = n.max(1) as f64;
            Surrogate { latency: sums.latency / n, feedback: sums.feedback / n }
        },
    )
}

fn greatest(parts: &Parts<'_>) -> usize {
    let output = parts.layers.last().map_or(&[][..], |output| output.membranes());
    let membranes = output.iter().map(|&bits| bits.cast_signed());
    let best = membranes.enumerate().rev().max_by_key(|&(_, membrane)| membrane);
    best.map_or(0, |(i, _)| i)
}

fn apical(parts: &Parts<'_>) -> i64 {
    let hidden = &parts.layers[1..parts.layers.len() - 1];
    hidden.iter().flat_map(|layer| layer.apical.iter()).map(|&apical| i64::from(apical).abs()).sum()
}
