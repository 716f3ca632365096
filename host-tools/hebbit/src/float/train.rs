//! Backpropagation through the rate twin: exact gradients to measure a learning rule by, and plain gradient descent.
//!
//! ```text
//! output:  d = dL/dy                       by the loss
//! hidden:  d = (W^T d above) · act'(z)     act' = 1 where the neuron is neither silent nor at full rate
//! weights: dL/dW = d ⊗ activation below,   dL/db = d
//! ```

use super::rate::{Activation, Forward};
use super::{Dense, Rate};
use crate::data::Dataset;
use crate::record::percent;
use hebbit_core::num::{KeyedRng, stream};

/// The rate that the wanted output should reach; all others 0. The rule `burst` asks for three spikes in four ticks.
pub const WANTED: f64 = 0.75;

/// What is made small. With `t` = [`WANTED`] for the class and 0 for the others:
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// `½ Σ (clip(y, 0, 1) - t)²`. An output below 0 or above 1 has no gradient.
    Squared,
    /// The loss whose gradient is `clip(y, 0, 1) - t`, everywhere: squared within 0 to 1, straight outside. It is what
    /// `burst` descends: its output neurons compare their spikes with the target whether they fire or not. The matching
    /// loss of the clip, after Auer, Herbster & Warmuth 1996.
    Matching,
    /// `log Σ exp(y) - y[class]`, as classifiers are mostly trained elsewhere. [`WANTED`] plays no part.
    CrossEntropy,
}

impl Loss {
    /// Its value for the output's sums.
    pub fn value(self, y: &[f64], label: usize) -> f64 {
        let each = |f: fn(f64, f64) -> f64| -> f64 {
            y.iter().enumerate().map(|(i, &y)| f(y, target(i, label))).sum()
        };
        match self {
            Self::Squared => each(|y, t| (Activation::Clip.of(y) - t).powi(2) / 2.0),
            Self::Matching => each(|y, t| {
                let inside = Activation::Clip.of(y);
                (inside - t).powi(2) / 2.0 + (y - inside) * (inside - t)
            }),
            Self::CrossEntropy => {
                let (greatest, sum) = exponentials(y);
                greatest + sum.ln() - y.get(label).copied().unwrap_or(greatest)
            }
        }
    }

    /// Its gradient with respect to the output's sums.
    pub fn gradient(self, y: &[f64], label: usize) -> Vec<f64> {
        let (greatest, sum) = exponentials(y);
        let one = |(i, &y): (usize, &f64)| match self {
            Self::Squared => (Activation::Clip.of(y) - target(i, label)) * Activation::Clip.slope(y),
            Self::Matching => Activation::Clip.of(y) - target(i, label),
            Self::CrossEntropy => (y - greatest).exp() / sum - f64::from(u8::from(i == label)),
        };
        y.iter().enumerate().map(one).collect()
    }
}

fn target(i: usize, label: usize) -> f64 {
    if i == label { WANTED } else { 0.0 }
}

/// The greatest sum, and the sum of the exponentials of all relative to it.
fn exponentials(y: &[f64]) -> (f64, f64) {
    let greatest = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (greatest, y.iter().map(|y| (y - greatest).exp()).sum())
}

impl Rate {
    /// The gradient of the loss of one sample, for every layer.
    pub fn grad(&self, x: &[f64], label: usize, loss: Loss) -> Vec<Dense> {
        let forward = self.forward(x);
        let deltas = self.deltas(&forward, label, loss);
        let outer = |(l, layer): (usize, &Dense)| {
            let mut gradient = Dense::zeros(layer.rows, layer.columns);
            gradient.add_outer(1.0, below(&forward, x, l), &deltas[l]);
            gradient
        };
        self.layers.iter().enumerate().map(outer).collect()
    }

    /// One step of gradient descent on one sample. Returns the class that the network gave before it.
    pub fn learn(&mut self, x: &[f64], label: usize, loss: Loss, rate: f64) -> usize {
        let forward = self.forward(x);
        let deltas = self.deltas(&forward, label, loss);
        for (l, layer) in self.layers.iter_mut().enumerate() {
            layer.add_outer(-rate, below(&forward, x, l), &deltas[l]);
        }
        forward.class()
    }

    /// Learns every sample once, in an order drawn by seed and epoch, at a rate that falls evenly from `rates.0` to
    /// `rates.1`. Returns percent right of the samples when they were presented.
    pub fn epoch(&mut self, set: &Dataset, loss: Loss, rates: (f64, f64), seed: u64, epoch: u32) -> f64 {
        let mut order: Vec<usize> = (0..set.len()).collect();
        let mut rng = KeyedRng::new(epoch, stream::ORDER, seed);
        for i in (1..order.len()).rev() {
            order.swap(i, rng.below(i as u32 + 1) as usize);
        }
        let mut right = 0;
        for (done, &i) in order.iter().enumerate() {
            let rate = rates.0 + (rates.1 - rates.0) * done as f64 / set.len() as f64;
            let label = usize::from(set.label(i));
            right += u64::from(self.learn(&Rate::input(set.sample(i)), label, loss, rate) == label);
        }
        percent(right, set.len() as u64)
    }

    /// Percent of a set that it answers right.
    pub fn accuracy(&self, set: &Dataset) -> f64 {
        let right =
            |(sample, label): &(&[u8], u8)| self.forward(&Rate::input(sample)).class() == usize::from(*label);
        percent(set.iter().filter(right).count() as u64, set.len() as u64)
    }

    /// The gradient with respect to the sums of every layer.
    fn deltas(&self, forward: &Forward, label: usize, loss: Loss) -> Vec<Vec<f64>> {
        let output = forward.sums.last().map_or(&[][..], Vec::as_slice);
        let mut deltas = vec![loss.gradient(output, label)];
        for (layer, z) in self.layers.iter().skip(1).zip(&forward.sums).rev() {
            let mut d = layer.back(deltas.last().map_or(&[][..], Vec::as_slice));
            d.iter_mut().zip(z).for_each(|(d, &z)| *d *= self.activation.slope(z));
            deltas.push(d);
        }
        deltas.reverse();
        deltas
    }
}

/// What layer `l` gets from below.
fn below<'a>(forward: &'a Forward, x: &'a [f64], l: usize) -> &'a [f64] {
    match l.checked_sub(1) {
        Some(l) => &forward.hidden[l],
        None => x,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOSSES: [Loss; 3] = [Loss::Squared, Loss::Matching, Loss::CrossEntropy];

    /// Every number of every layer, in a fixed order.
    fn numbers(layers: &mut [Dense]) -> impl Iterator<Item = &mut f64> {
        layers.iter_mut().flat_map(|l| l.weights.iter_mut().chain(&mut l.bias))
    }

    #[test]
    fn gradients_are_finite_differences() {
        let x: Vec<f64> = (0..6).map(|i| f64::from(i) / 5.0).collect();
        let mut alive = 0;
        for (seed, loss, activation) in (1..6).flat_map(|seed| {
            LOSSES.into_iter().flat_map(move |loss| {
                [Activation::Clip, Activation::Relu].map(|activation| (seed, loss, activation))
            })
        }) {
            let mut net = Rate::random(&[6, 5, 4, 3], activation, seed);
            net.layers.iter_mut().for_each(|l| l.bias.fill(0.1));
            let mut exact = net.grad(&x, 1, loss);
            let exact: Vec<f64> = numbers(&mut exact).map(|d| *d).collect();
            alive += exact.iter().filter(|d| **d != 0.0).count();
            let step = 1e-6;
            for (i, exact) in exact.iter().enumerate() {
                let mut at = |delta: f64| {
                    *numbers(&mut net.layers).nth(i).unwrap() += delta;
                    loss.value(net.forward(&x).sums.last().unwrap(), 1)
                };
                let difference = (at(step) - at(-2.0 * step)) / (2.0 * step);
                at(step);
                assert!(
                    (difference - exact).abs() < 1e-7,
                    "{loss:?} {activation:?} seed {seed} number {i}: {difference} {exact}"
                );
            }
        }
        assert!(alive > 1000, "only {alive} numbers had a gradient");
    }

    #[test]
    fn a_step_goes_down_the_gradient() {
        let x = [0.2, 0.9];
        let mut net = Rate::random(&[2, 3, 2], Activation::Clip, 4);
        let (before, gradient) = (net.clone(), net.grad(&x, 0, Loss::Matching));
        net.learn(&x, 0, Loss::Matching, 0.5);
        for ((new, old), g) in net.layers.iter().zip(&before.layers).zip(&gradient) {
            for ((new, old), g) in new.numbers().zip(old.numbers()).zip(g.numbers()) {
                assert!((new - (old - 0.5 * g)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_silent_wanted_output_learns_only_by_the_matching_loss() {
        assert_eq!(Loss::Squared.gradient(&[-1.0, 0.5], 0), [0.0, 0.5]);
        assert_eq!(Loss::Matching.gradient(&[-1.0, 0.5], 0), [-WANTED, 0.5]);
    }
}
