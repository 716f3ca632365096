//! Equilibrium propagation with differential Hebbian updates, symmetric in three phases. After Scellier & Bengio 2017,
//! Laborieux et al. 2021 (three phases) and Aceituno et al. 2023 (differential form).
//!
//! ```text
//! s_l <- clip(s_l + step (-s_l + b_l + W_l s_(l-1) + W_(l+1)^T s_(l+1)), 0, 1)         s_0 = pixel / 255
//! output, in phases + and -:   ... + step (±beta) (t - s_L)
//! phases:   free, from 0, T1 ticks;   then +beta for T2 ticks: s+;   then -beta for T2 ticks: s-
//! update:   W += rate/(2 beta) (D ⊗ m' + m ⊗ D'),   D = s+ - s-,   m = (s+ + s-) / 2
//! ```
//!
//! The two terms are the sum of `ds_i s_j + s_i ds_j` on the way from `s-` to `s+`, and exactly `s+ s+ - s- s-`.

use super::Twin;
use super::net::{Net, Squash, greatest, per_layer};

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Ticks of the free phase.
    pub free: u32,
    /// Ticks of a nudged phase.
    pub nudged: u32,
    /// Part of the way that a state goes in a tick.
    pub step: f32,
    /// Strength of the nudge.
    pub beta: f32,
    /// Whether the phase of -beta starts from the free state; else where that of +beta ended.
    pub restore: bool,
    /// State of the wanted output, and of the others.
    pub target: (f32, f32),
    /// Initial weights in units of `sqrt(2 / (rows + columns))`: of the hidden projections, and of the output's.
    pub gain: (f32, f32),
    /// Learning rates of the hidden projections, and of the output's.
    pub rates: (f32, f32),
}

impl Default for Params {
    fn default() -> Self {
        let (free, nudged, step, beta, restore) = (10, 4, 0.5, 0.25, true);
        Self { free, nudged, step, beta, restore, target: (1.0, 0.0), gain: (0.5, 0.5), rates: (0.05, 0.01) }
    }
}

/// States of all layers of neurons.
pub type States = Vec<Vec<f32>>;

/// A network that learns by equilibrium propagation.
#[derive(Debug, Clone)]
pub struct Equilibrium {
    /// Settings.
    pub params: Params,
    /// Weights, used both ways.
    pub net: Net,
    constant: Vec<f32>,
    state: States,
    drive: States,
    feedback: Vec<f32>,
}

impl Equilibrium {
    /// With random weights.
    pub fn new(params: Params, layers: &[usize], seed: u64) -> Self {
        let net = Net::random(layers, params.gain, (Squash::Clip, Squash::Clip), seed);
        let state = net.state().v;
        Self { params, constant: state[0].clone(), drive: state.clone(), feedback: Vec::new(), state, net }
    }

    /// The state at the end of the free phase, from nothing.
    pub fn free(&mut self, x: &[f32]) -> &States {
        self.net.layers[0].sums(x, &mut self.constant);
        self.state.iter_mut().for_each(|s| s.fill(0.0));
        for _ in 0..self.params.free {
            self.tick(0.0, &[]);
        }
        &self.state
    }

    /// What the outputs would have without a bound, in the present state.
    pub fn outputs(&self) -> &[f32] {
        self.drive.last().map_or(&[], Vec::as_slice)
    }

    /// The states of the phases + and -, for a target vector.
    pub fn phases(&mut self, x: &[f32], target: &[f32]) -> (States, States) {
        let free = self.free(x).clone();
        let plus = self.nudge(self.params.beta, target);
        if self.params.restore {
            self.state = free;
        }
        (plus, self.nudge(-self.params.beta, target))
    }

    fn nudge(&mut self, beta: f32, target: &[f32]) -> States {
        for _ in 0..self.params.nudged {
            self.tick(beta, target);
        }
        self.state.clone()
    }

    fn tick(&mut self, beta: f32, target: &[f32]) {
        let top = self.state.len() - 1;
        for l in 0..=top {
            match l {
                0 => self.drive[0].copy_from_slice(&self.constant),
                l => self.net.layers[l].sums(&self.state[l - 1], &mut self.drive[l]),
            }
            if l < top {
                self.feedback.resize(self.drive[l].len(), 0.0);
                self.net.layers[l + 1].back(&self.state[l + 1], &mut self.feedback);
                self.drive[l].iter_mut().zip(&self.feedback).for_each(|(d, f)| *d += f);
            } else {
                let pull = self.drive[l].iter_mut().zip(&self.state[l]).zip(target);
                pull.for_each(|((d, s), t)| *d += beta * (t - s));
            }
        }
        let step = self.params.step;
        for (s, drive) in self.state.iter_mut().flatten().zip(self.drive.iter().flatten()) {
            *s = (*s + step * (drive - *s)).clamp(0.0, 1.0);
        }
    }

    /// The update of one sample at rate 1, per layer of neurons: `(D, m)`.
    pub fn terms(&mut self, x: &[f32], target: &[f32]) -> (States, States) {
        let (plus, minus) = self.phases(x, target);
        let pairs = |f: fn(f32, f32) -> f32| -> States {
            let layer = |(p, m): (&Vec<f32>, &Vec<f32>)| p.iter().zip(m).map(|(p, m)| f(*p, *m)).collect();
            plus.iter().zip(&minus).map(layer).collect()
        };
        (pairs(|p, m| p - m), pairs(|p, m| (p + m) / 2.0))
    }
}

impl Twin for Equilibrium {
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32) {
        let (wanted, other) = self.params.target;
        let outputs = self.state[self.state.len() - 1].len();
        let target: Vec<f32> = (0..outputs).map(|k| if k == class { wanted } else { other }).collect();
        let (change, middle) = self.terms(x, &target);
        let rates = per_layer(self.params.rates, change.len(), rate_scale / (2.0 * self.params.beta));
        for (l, layer) in self.net.layers.iter_mut().enumerate() {
            let below = l.checked_sub(1).map_or(x, |below| &middle[below]);
            layer.add_outer(rates[l], below, &change[l]);
            if l > 0 {
                layer.add_weights(rates[l], &change[l - 1], &middle[l]);
            }
        }
    }

    fn answer(&mut self, x: &[f32]) -> usize {
        self.free(x);
        greatest(self.outputs())
    }
}
