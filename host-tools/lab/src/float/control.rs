//! Deep feedback control with differential Hebbian updates. After Meulemans et al. 2021 and Aceituno et al. 2023
//! (code: `tpdi_networks.py`), with telescoped sums.
//!
//! ```text
//! tick 0:   v_l = W_l r_(l-1) + b_l,  r = f(v)                       feed-forward, U = 0
//! tick t:   e = r* - r_L,   U += k_i (e - leak U),   u = U + k_p e
//!           v_l += step (W_l r_(l-1) + b_l + Q_l u - v_l),  r_l = f(v_l)           l = 1..L, Q_L = 1
//! update:   W_l += rate Σ_t (r_l(t+1) - r_l(t)) ⊗ r_(l-1)(t)  =  rate (r_l(T) - r_l(0)) ⊗ x    for layer 1
//! ```

use super::Twin;
use super::matrix::{Matrix, feedback_stream};
use super::net::{Net, Squash, State, per_layer};

/// How the controller reaches the hidden layers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Own {
    /// `scale · sign(W_L)` into the last hidden layer; those below keep random weights of that deviation.
    Sign(f32),
    /// `scale · W_L` into the last hidden layer, likewise.
    Tied(f32),
    /// Fixed random weights of that deviation.
    Random(f32),
    /// Random at first, then by direct Kolen-Pollack: `Q += rate (r_l ⊗ Δr_L) - decay Q`.
    Learned {
        /// Initial standard deviation.
        scale: f32,
        /// Learning rate.
        rate: f32,
        /// Part that is forgotten per sample.
        decay: f32,
    },
    /// The network's own Jacobian, transposed, times that number; so `Q_L` is that number too.
    Jacobian(f32),
}

/// Which rates of the line below meet the change of a neuron, above layer 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pre {
    /// Those of tick 0.
    First,
    /// Those of the last tick.
    Last,
    /// Those of each tick.
    Each,
}

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Activation of the hidden layers.
    pub hidden: Squash,
    /// Activation of the output.
    pub output: Squash,
    /// Rates of the output that is wanted, and of the others.
    pub target: (f32, f32),
    /// Ticks of control.
    pub ticks: u32,
    /// Part of the way to its drive that a neuron goes in a tick.
    pub step: f32,
    /// Proportional gain.
    pub proportional: f32,
    /// Gain of the integrator per tick.
    pub integral: f32,
    /// Leak of the integrator.
    pub leak: f32,
    /// Feedback to the hidden layers.
    pub own: Own,
    /// What upper layers learn from.
    pub pre: Pre,
    /// Initial weights in units of `sqrt(2 / (rows + columns))`: of the hidden projections, and of the output's.
    pub gain: (f32, f32),
    /// Learning rates of the hidden projections, and of the output's.
    pub rates: (f32, f32),
}

impl Default for Params {
    fn default() -> Self {
        let (ticks, step, proportional, integral, leak) = (16, 0.125, 1.0, 0.125, 0.0);
        let (hidden, output, target) = (Squash::Logistic, Squash::Logistic, (1.0, 0.0));
        let (own, pre, gain, rates) = (Own::Sign(0.25), Pre::Last, (1.0, 1.0), (0.2, 0.05));
        Self { hidden, output, target, ticks, step, proportional, integral, leak, own, pre, gain, rates }
    }
}

/// A network that learns by deep feedback control.
#[derive(Debug, Clone)]
pub struct Control {
    /// Settings.
    pub params: Params,
    /// Forward weights.
    pub net: Net,
    /// Feedback to every hidden layer: a row per neuron, a column per output.
    pub q: Vec<Matrix>,
    state: State,
    first: Vec<Vec<f32>>,
    /// `W x + b` of layer 1, constant while `x` is.
    constant: Vec<f32>,
    drive: Vec<f32>,
    feedback: Vec<Vec<f32>>,
    change: Vec<Vec<f32>>,
    sums: Vec<Matrix>,
    integrator: Vec<f32>,
    u: Vec<f32>,
}

impl Control {
    /// With random weights.
    pub fn new(params: Params, layers: &[usize], seed: u64) -> Self {
        let net = Net::random(layers, params.gain, (params.hidden, params.output), seed);
        let outputs = net.layers[net.layers.len() - 1].columns;
        let scale = match params.own {
            Own::Sign(scale) | Own::Tied(scale) | Own::Random(scale) | Own::Learned { scale, .. } => scale,
            Own::Jacobian(_) => 0.0,
        };
        let own =
            |(l, m): (usize, &Matrix)| Matrix::random(m.columns, outputs, scale, feedback_stream(l), seed);
        let q = net.layers[..net.layers.len() - 1].iter().enumerate().map(own).collect();
        let state = net.state();
        let zeros = state.v.clone();
        let sums = net.layers[1..].iter().map(|m| Matrix::zeros(m.rows, m.columns)).collect();
        Self {
            params,
            q,
            first: zeros.clone(),
            constant: vec![0.0; net.layers[0].columns],
            drive: Vec::new(),
            feedback: zeros.clone(),
            change: zeros,
            sums,
            integrator: vec![0.0; outputs],
            u: vec![0.0; outputs],
            state,
            net,
        }
    }

    /// Controls the output towards the target, without learning. Returns the greatest distance that is left.
    pub fn control(&mut self, x: &[f32], class: usize) -> f32 {
        self.net.forward(x, &mut self.state);
        self.constant.copy_from_slice(&self.state.v[0]);
        self.first.clone_from(&self.state.r);
        self.integrator.fill(0.0);
        self.sums.iter_mut().for_each(Matrix::clear);
        for _ in 0..self.params.ticks {
            self.controller(class);
            self.send();
            for l in 0..self.net.layers.len() {
                self.tick(l);
            }
        }
        let top = self.u.len();
        (0..top).map(|k| self.error(k, class).abs()).fold(0.0, f32::max)
    }

    /// Rates after [`Self::control`], and those of tick 0.
    pub fn rates(&self) -> (&[Vec<f32>], &[Vec<f32>]) {
        (&self.state.r, &self.first)
    }

    fn error(&self, k: usize, class: usize) -> f32 {
        let (wanted, other) = self.params.target;
        let target = if k == class { wanted } else { other };
        target - self.state.r[self.state.r.len() - 1][k]
    }

    fn controller(&mut self, class: usize) {
        let Params { proportional, integral, leak, .. } = self.params;
        for k in 0..self.u.len() {
            let e = self.error(k, class);
            self.integrator[k] += integral * (e - leak * self.integrator[k]);
            self.u[k] = self.integrator[k] + proportional * e;
        }
    }

    /// `Q_l u` for every layer.
    fn send(&mut self) {
        let top = self.feedback.len() - 1;
        self.feedback[top].copy_from_slice(&self.u);
        if let Own::Jacobian(factor) = self.params.own {
            let mut d = self.u.clone();
            self.feedback[top].iter_mut().for_each(|f| *f *= factor);
            for l in (0..top).rev() {
                self.net.times_slope(l + 1, &self.state, &mut d);
                let mut below = vec![0.0; self.feedback[l].len()];
                self.net.layers[l + 1].back(&d, &mut below);
                self.feedback[l].iter_mut().zip(&below).for_each(|(f, b)| *f = factor * b);
                d = below;
            }
            return;
        }
        for (l, q) in self.q.iter().enumerate() {
            let (last, u, feedback) = (l + 1 == top, &self.u, &mut self.feedback[l]);
            let scale = match self.params.own {
                Own::Sign(scale) if last => {
                    self.net.layers[top].back_signs(u, feedback);
                    scale
                }
                Own::Tied(scale) if last => {
                    self.net.layers[top].back(u, feedback);
                    scale
                }
                _ => {
                    q.back(u, feedback);
                    1.0
                }
            };
            feedback.iter_mut().for_each(|f| *f *= scale);
        }
    }

    fn tick(&mut self, l: usize) {
        if l > 0 {
            self.drive.resize(self.state.v[l].len(), 0.0);
            self.net.layers[l].sums(&self.state.r[l - 1], &mut self.drive);
        }
        let (step, f) = (self.params.step, self.net.squash(l));
        let drive = if l == 0 { &self.constant } else { &self.drive };
        let sides = drive.iter().zip(&self.feedback[l]).zip(&mut self.change[l]);
        for ((v, r), ((drive, back), change)) in
            self.state.v[l].iter_mut().zip(&mut self.state.r[l]).zip(sides)
        {
            *v += step * (drive + back - *v);
            let new = f.of(*v);
            (*change, *r) = (new - *r, new);
        }
        if l > 0 && self.params.pre == Pre::Each {
            self.sums[l - 1].add_outer(1.0, &self.state.r[l - 1], &self.change[l]);
        }
    }
}

impl Twin for Control {
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32) {
        self.control(x, class);
        let rates = per_layer(self.params.rates, self.net.layers.len(), rate_scale);
        for (l, change) in self.change.iter_mut().enumerate() {
            for ((d, new), old) in change.iter_mut().zip(&self.state.r[l]).zip(&self.first[l]) {
                *d = new - old;
            }
        }
        for (l, layer) in self.net.layers.iter_mut().enumerate() {
            let below = match (l, self.params.pre) {
                (0, _) => x,
                (_, Pre::First) => &self.first[l - 1],
                (_, Pre::Last) => &self.state.r[l - 1],
                (_, Pre::Each) => {
                    layer.add(rates[l], &self.sums[l - 1]);
                    continue;
                }
            };
            layer.add_outer(rates[l], below, &self.change[l]);
        }
        if let Own::Learned { rate, decay, .. } = self.params.own {
            let top = self.change.len() - 1;
            for (l, q) in self.q.iter_mut().enumerate() {
                q.scale(1.0 - decay);
                q.add_weights(rate * rate_scale, &self.state.r[l], &self.change[top]);
            }
        }
    }

    fn answer(&mut self, x: &[f32]) -> usize {
        self.net.answer(x, &mut self.state)
    }
}
