//! A network of rates in 32-bit floats, and what its layers hold for one sample: the ground that the twins share.
//!
//! ```text
//! v_l = W_l r_(l-1) + b_l        r_l = f(v_l)        r_0 = pixel / 255        l = 1..L
//! ```

use super::matrix::Matrix;
use hebbit_core::num::stream;

/// What a neuron makes of its sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Squash {
    /// `min(max(v, 0), 1)`.
    Clip,
    /// `max(v, 0)`.
    Relu,
    /// `1 / (1 + exp(-v))`.
    Logistic,
    /// `v`: outputs only.
    Linear,
}

impl Squash {
    /// The rate of a sum.
    pub fn of(self, v: f32) -> f32 {
        match self {
            Self::Clip => v.clamp(0.0, 1.0),
            Self::Relu => v.max(0.0),
            Self::Logistic => 1.0 / (1.0 + (-v).exp()),
            Self::Linear => v,
        }
    }

    /// Its derivative where the sum is `v` and the rate `r`; 0 at the kinks.
    pub fn slope(self, v: f32, r: f32) -> f32 {
        match self {
            Self::Clip => f32::from(u8::from(v > 0.0 && v < 1.0)),
            Self::Relu => f32::from(u8::from(v > 0.0)),
            Self::Logistic => r * (1.0 - r),
            Self::Linear => 1.0,
        }
    }
}

/// The sums and rates of all layers of neurons.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// `v` of layers 1..=L, at index 0..L.
    pub v: Vec<Vec<f32>>,
    /// `r` of the same.
    pub r: Vec<Vec<f32>>,
}

impl State {
    /// What layer `l` (from 0) gets from below.
    pub fn below<'a>(&'a self, x: &'a [f32], l: usize) -> &'a [f32] {
        l.checked_sub(1).map_or(x, |below| &self.r[below])
    }

    /// The outputs' sums.
    pub fn output(&self) -> &[f32] {
        self.v.last().map_or(&[], Vec::as_slice)
    }
}

/// Weights and activations.
#[derive(Debug, Clone, PartialEq)]
pub struct Net {
    /// Projections, each from one layer to the next.
    pub layers: Vec<Matrix>,
    /// Of the hidden layers.
    pub hidden: Squash,
    /// Of the output.
    pub output: Squash,
}

impl Net {
    /// Random weights of deviation `gain · sqrt(2 / (rows + columns))` (hidden projections, output's), keyed as those of [`super::Rate`]; no bias.
    pub fn random(layers: &[usize], gain: (f32, f32), squash: (Squash, Squash), seed: u64) -> Self {
        let gains = per_layer(gain, layers.len() - 1, 1.0);
        let projection = |(p, sizes): (usize, &[usize])| {
            let deviation = gains[p] * (2.0 / (sizes[0] + sizes[1]) as f32).sqrt();
            Matrix::random(sizes[0], sizes[1], deviation, stream::WEIGHTS + p as u32, seed)
        };
        let layers = layers.windows(2).enumerate().map(projection).collect();
        Self { layers, hidden: squash.0, output: squash.1 }
    }

    /// A state of zeros that fits.
    pub fn state(&self) -> State {
        let zeros: Vec<Vec<f32>> = self.layers.iter().map(|l| vec![0.0; l.columns]).collect();
        State { v: zeros.clone(), r: zeros }
    }

    /// The activation of layer `l` (from 0).
    pub fn squash(&self, l: usize) -> Squash {
        if l + 1 == self.layers.len() { self.output } else { self.hidden }
    }

    /// Every layer's answer to `x`.
    pub fn forward(&self, x: &[f32], state: &mut State) {
        for (l, layer) in self.layers.iter().enumerate() {
            let (below, here) = state.r.split_at_mut(l);
            layer.sums(below.last().map_or(x, Vec::as_slice), &mut state.v[l]);
            self.rates(l, &state.v[l], &mut here[0]);
        }
    }

    /// The output that answers most to `x`.
    pub fn answer(&self, x: &[f32], state: &mut State) -> usize {
        self.forward(x, state);
        greatest(state.output())
    }

    /// `r = f(v)` of layer `l`.
    pub fn rates(&self, l: usize, v: &[f32], r: &mut [f32]) {
        let f = self.squash(l);
        r.iter_mut().zip(v).for_each(|(r, v)| *r = f.of(*v));
    }

    /// `d *= f'(v)` of layer `l`.
    pub fn times_slope(&self, l: usize, state: &State, d: &mut [f32]) {
        let f = self.squash(l);
        for ((d, v), r) in d.iter_mut().zip(&state.v[l]).zip(&state.r[l]) {
            *d *= f.slope(*v, *r);
        }
    }

    /// Adds `rate_l · below_l ⊗ d_l` to every projection.
    pub fn add(&mut self, rates: &[f32], x: &[f32], state: &State, d: &[Vec<f32>]) {
        for (l, layer) in self.layers.iter_mut().enumerate() {
            layer.add_outer(rates[l], state.below(x, l), &d[l]);
        }
    }

    /// The neurons of the hidden layers, and the output's.
    pub fn widths(&self) -> Vec<usize> {
        self.layers.iter().map(|l| l.columns).collect()
    }
}

/// The index of the greatest, of equals the lowest.
pub fn greatest(values: &[f32]) -> usize {
    let best = values.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(0, |(i, _)| i)
}

/// `exp(y) / Σ exp(y)` into `p`.
pub fn softmax(y: &[f32], p: &mut [f32]) {
    let top = y.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    p.iter_mut().zip(y).for_each(|(p, y)| *p = (y - top).exp());
    let sum: f32 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
}

/// A number per projection: `rates.0` for the hidden ones, `rates.1` for the output's; both times `scale`.
pub(super) fn per_layer(rates: (f32, f32), layers: usize, scale: f32) -> Vec<f32> {
    (1..=layers).map(|l| if l == layers { rates.1 } else { rates.0 } * scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_weights_as_the_rate_twin() {
        let net = Net::random(&[6, 5, 3], (1.0, 1.0), (Squash::Clip, Squash::Linear), 7);
        let rate = super::super::Rate::random(&[6, 5, 3], super::super::Activation::Clip, 7);
        for (a, b) in net.layers.iter().zip(&rate.layers) {
            assert!(a.weights.iter().zip(&b.weights).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-6));
        }
        let x: Vec<f32> = (0..6).map(|i| i as f32 / 5.0).collect();
        let mut state = net.state();
        net.forward(&x, &mut state);
        let want = rate.forward(&x.iter().map(|x| f64::from(*x)).collect::<Vec<_>>());
        let got = state.output().iter().zip(&want.sums[1]);
        assert!(got.into_iter().all(|(a, b)| (f64::from(*a) - b).abs() < 1e-5));
    }

    #[test]
    fn slopes_are_differences() {
        for f in [Squash::Clip, Squash::Relu, Squash::Logistic, Squash::Linear] {
            for v in [-0.75f32, 0.25, 0.5, 1.5] {
                let difference = (f.of(v + 1e-3) - f.of(v - 1e-3)) / 2e-3;
                assert!((difference - f.slope(v, f.of(v))).abs() < 1e-3, "{f:?} {v}");
            }
        }
    }
}
