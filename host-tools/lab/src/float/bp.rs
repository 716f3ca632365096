//! Backpropagation: the control that every local rule is compared with.
//!
//! ```text
//! output:  d = -dL/dv                           by the loss
//! hidden:  d = (W^T d above) · f'(v)
//! weights: W += rate · d ⊗ r below,  b += rate · d
//! ```

use super::Loss;
use super::Twin;
use super::net::{Net, Squash, State, per_layer, softmax};

/// What the control is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Activation of the hidden layers.
    pub hidden: Squash,
    /// Activation of the output: what the losses but cross-entropy compare with the target.
    pub output: Squash,
    /// What is made small.
    pub loss: Loss,
    /// Rate that the wanted output should reach; all others 0. Cross-entropy does not use it.
    pub target: f32,
    /// Initial weights in units of `sqrt(2 / (rows + columns))`: of the hidden projections, and of the output's.
    pub gain: (f32, f32),
    /// Learning rates of the hidden projections, and of the output's.
    pub rates: (f32, f32),
}

impl Default for Params {
    fn default() -> Self {
        let (hidden, output, loss) = (Squash::Logistic, Squash::Linear, Loss::CrossEntropy);
        Self { hidden, output, loss, target: 1.0, gain: (1.0, 1.0), rates: (0.2, 0.2) }
    }
}

impl Params {
    /// The settings that validation chose.
    pub fn tuned() -> Self {
        let (hidden, output, loss) = (Squash::Clip, Squash::Clip, Loss::Matching);
        Self { hidden, output, loss, target: 0.75, gain: (0.5, 0.5), rates: (0.04, 0.04) }
    }
}

/// A network that learns by backpropagation.
#[derive(Debug, Clone)]
pub struct Backprop {
    /// Settings.
    pub params: Params,
    /// Weights.
    pub net: Net,
    state: State,
    d: Vec<Vec<f32>>,
}

impl Backprop {
    /// With random weights.
    pub fn new(params: Params, layers: &[usize], seed: u64) -> Self {
        Self::of(params, Net::random(layers, params.gain, (params.hidden, params.output), seed))
    }

    /// With those weights.
    pub fn of(params: Params, net: Net) -> Self {
        let state = net.state();
        Self { params, d: state.v.clone(), state, net }
    }

    /// The gradient of the loss of one sample in the weights of every projection, laid out as they are.
    pub fn gradient(&mut self, x: &[f32], class: usize) -> Vec<Vec<f32>> {
        self.deltas(x, class);
        let outer = |(l, d): (usize, &Vec<f32>)| {
            let below = self.state.below(x, l);
            below.iter().flat_map(|x| d.iter().map(move |d| -x * d)).collect()
        };
        self.d.iter().enumerate().map(outer).collect()
    }

    /// `-dL/dv` of every layer, for one sample.
    pub fn deltas(&mut self, x: &[f32], class: usize) -> &[Vec<f32>] {
        self.net.forward(x, &mut self.state);
        let top = self.d.len() - 1;
        self.output_delta(class);
        for l in (0..top).rev() {
            let (here, above) = self.d.split_at_mut(l + 1);
            self.net.layers[l + 1].back(&above[0], &mut here[l]);
            self.net.times_slope(l, &self.state, &mut here[l]);
        }
        &self.d
    }

    fn output_delta(&mut self, class: usize) {
        let top = self.d.len() - 1;
        let (d, v, r) = (&mut self.d[top], &self.state.v[top], &self.state.r[top]);
        match self.params.loss {
            Loss::CrossEntropy => {
                softmax(v, d);
                d.iter_mut().enumerate().for_each(|(i, d)| *d = f32::from(u8::from(i == class)) - *d);
            }
            Loss::Squared | Loss::Matching => {
                for (i, (d, r)) in d.iter_mut().zip(r).enumerate() {
                    *d = if i == class { self.params.target } else { 0.0 } - r;
                }
            }
        }
        if self.params.loss == Loss::Squared {
            self.net.times_slope(top, &self.state, &mut self.d[top]);
        }
    }
}

impl Twin for Backprop {
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32) {
        self.deltas(x, class);
        let rates = per_layer(self.params.rates, self.d.len(), rate_scale);
        self.net.add(&rates, x, &self.state, &self.d);
    }

    fn answer(&mut self, x: &[f32]) -> usize {
        self.net.answer(x, &mut self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::{Activation, Rate};

    #[test]
    fn the_gradient_is_that_of_the_rate_twin() {
        let x: Vec<f32> = (0..6).map(|i| i as f32 / 5.0).collect();
        let wide: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
        let exact = Rate::random(&[6, 5, 4, 3], Activation::Clip, 3);
        for loss in [Loss::Squared, Loss::Matching, Loss::CrossEntropy] {
            let params = Params {
                hidden: Squash::Clip,
                output: Squash::Clip,
                loss,
                target: 0.75,
                ..Params::default()
            };
            let mut twin = Backprop::new(params, &[6, 5, 4, 3], 3);
            for (a, b) in twin.gradient(&x, 1).iter().zip(exact.grad(&wide, 1, loss)) {
                assert!(a.iter().zip(&b.weights).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-5), "{loss:?}");
            }
        }
    }
}
