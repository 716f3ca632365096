//! Scaling the layers of a float network so that its activations fit the rates of spiking neurons.
//!
//! ```text
//! s_l = percentile of the activations of hidden layer l over the calibration samples        relu only
//! W_l' = W_l · s_(l-1) / s_l         b_l' = b_l / s_l                                         s_0 = 1
//! ```
//!
//! `relu(s · z) = s · relu(z)` for `s > 0`, so that every activation becomes `1 / s_l` of what it was and the greatest output
//! stays the greatest. After Rueckauer et al. 2017, section 2.2.1, who took percentiles of 99 to 99.9. The output is scaled by
//! the same percentile of the winning outputs, for any activation, where that is above 1: an output neuron, too, cannot fire
//! more than once per tick.

use crate::data::Dataset;
use crate::float::{Activation, Rate};

/// Samples that activations are taken from: the first of the training set.
pub(super) const SAMPLES: usize = 1000;
/// Percentile that becomes a rate of 1.
pub(super) const PERCENTILE: f64 = 99.9;

/// Balances a network. Returns what each projection's weights were multiplied with.
pub(super) fn balance(net: &mut Rate, train: &Dataset) -> Vec<f64> {
    let part = train.head(SAMPLES);
    let hidden = net.layers.len() - 1;
    let mut seen = vec![Vec::new(); hidden + 1];
    for (sample, _) in part.iter() {
        let forward = net.forward(&Rate::input(sample));
        for (seen, rates) in seen.iter_mut().zip(&forward.hidden) {
            seen.extend(rates.iter().copied().filter(|_| net.activation == Activation::Relu));
        }
        seen[hidden].extend(forward.sums[hidden].iter().copied().reduce(f64::max));
    }
    let mut below = 1.0;
    let mut factors = Vec::new();
    for (l, (layer, seen)) in net.layers.iter_mut().zip(&mut seen).enumerate() {
        let scale = match percentile(seen) {
            Some(scale) if l == hidden => scale.max(1.0),
            Some(scale) if scale > 0.0 => scale,
            _ => 1.0,
        };
        layer.scale(below / scale, 1.0 / scale);
        factors.push(below / scale);
        below = scale;
    }
    factors
}

/// The value that [`PERCENTILE`] percent do not exceed.
fn percentile(values: &mut [f64]) -> Option<f64> {
    let rank = (values.len() as f64 * PERCENTILE / 100.0).ceil() as usize;
    let at = rank.checked_sub(1)?;
    values.sort_unstable_by(f64::total_cmp);
    values.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_relu_answers_the_same_and_fits_rates() {
        let split = crate::data::load("mini").unwrap();
        let mut net = Rate::random(&[784, 20, 15, 10], Activation::Relu, 3);
        net.layers.iter_mut().for_each(|l| l.scale(5.0, 1.0));
        net.layers[1].bias.fill(0.7);
        let before = net.clone();
        let factors = balance(&mut net, &split.train);
        assert!(factors.iter().all(|f| *f > 0.0 && *f < 1.0), "{factors:?}");
        let (mut above, mut all) = (0, 0);
        for (sample, _) in split.train.head(SAMPLES).iter() {
            let x = Rate::input(sample);
            let (old, new) = (before.forward(&x), net.forward(&x));
            assert_eq!(old.class(), new.class());
            above += new.hidden.iter().flatten().filter(|a| **a > 1.0 + 1e-9).count();
            all += new.hidden.iter().flatten().count();
        }
        assert!(above * 1000 <= all, "{above} of {all} above 1");
    }

    #[test]
    fn a_clipping_network_keeps_its_hidden_layers() {
        let split = crate::data::load("mini").unwrap();
        let mut net = Rate::random(&[784, 5, 10], Activation::Clip, 3);
        net.layers[1].scale(100.0, 1.0);
        let before = net.clone();
        let factors = balance(&mut net, &split.train);
        assert_eq!((factors[0], &net.layers[0]), (1.0, &before.layers[0]));
        assert!(factors[1] < 1.0);
    }

    #[test]
    fn percentiles_by_hand() {
        assert_eq!(percentile(&mut []), None);
        assert_eq!(percentile(&mut [4.0]), Some(4.0));
        assert_eq!(percentile(&mut (1..=1000).rev().map(f64::from).collect::<Vec<_>>()), Some(999.0));
    }
}
