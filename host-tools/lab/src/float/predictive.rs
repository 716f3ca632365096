//! Predictive coding with differential Hebbian updates. After Whittington & Bogacz 2017 and Aceituno et al. 2023 (code:
//! `predictive_coding/network.py`), with three things mended: all layers move at once, the sum has as many terms as there
//! were steps, and the output learns from the jump at which it is clamped.
//!
//! ```text
//! mu_l = W_l f(x_(l-1)) + b_l,   eps_l = x_l - mu_l,   f(x_0) = pixel
//! tick 0:   x_l = mu_l;   then x_L = mu_L + nudge (t - mu_L)
//! tick t:   x_l += beta (-eps_l + f'(x_l) W_(l+1)^T eps_(l+1))                 hidden layers
//! update:   W_l += rate Σ dx_l(t) ⊗ f(x_(l-1)(t))  =  rate (x_l(T) - mu_l(0)) ⊗ pixel        for layer 1
//!           W_L += rate (x_L - mu_L(0)) ⊗ f(x_(L-1)(0))                        the delta rule
//! ```

use super::Twin;
use super::matrix::Matrix;
use super::net::{Net, Squash, State, per_layer};

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Activation of the hidden layers; the output is linear.
    pub hidden: Squash,
    /// Target of the wanted output, and of the others.
    pub target: (f32, f32),
    /// Whether an output that is beyond its target is left there: the wanted one above, the others below.
    pub satisfied: bool,
    /// Part of the way to the target that the output is clamped.
    pub nudge: f32,
    /// Ticks of inference.
    pub ticks: u32,
    /// Step of inference.
    pub beta: f32,
    /// Initial weights in units of `sqrt(2 / (rows + columns))`: of the hidden projections, and of the output's.
    pub gain: (f32, f32),
    /// Learning rates of the hidden projections, and of the output's.
    pub rates: (f32, f32),
}

impl Default for Params {
    fn default() -> Self {
        let (hidden, target, satisfied, nudge, ticks, beta) =
            (Squash::Clip, (1.0, 0.0), true, 1.0, 16, 0.125);
        Self { hidden, target, satisfied, nudge, ticks, beta, gain: (0.5, 0.5), rates: (0.03, 0.01) }
    }
}

/// A network that learns by predictive coding.
#[derive(Debug, Clone)]
pub struct Predictive {
    /// Settings.
    pub params: Params,
    /// Weights, forward and (transposed) back.
    pub net: Net,
    /// `x` and `f(x)`.
    state: State,
    /// `mu(0)`, and `f` of it.
    first: State,
    mu: Vec<Vec<f32>>,
    eps: Vec<Vec<f32>>,
    step: Vec<Vec<f32>>,
    total: Vec<Vec<f32>>,
    sums: Vec<Matrix>,
}

impl Predictive {
    /// With random weights.
    pub fn new(params: Params, layers: &[usize], seed: u64) -> Self {
        let net = Net::random(layers, params.gain, (params.hidden, Squash::Linear), seed);
        let state = net.state();
        let zeros = state.v.clone();
        // Only hidden layers above the first need the sum over ticks.
        let sums =
            net.layers[1..net.layers.len() - 1].iter().map(|m| Matrix::zeros(m.rows, m.columns)).collect();
        let (mu, eps, step, total) = (zeros.clone(), zeros.clone(), zeros.clone(), zeros);
        Self { params, first: state.clone(), mu, eps, step, total, sums, state, net }
    }

    /// Infers the hidden layers of one sample, without learning. Returns the free energy `Σ eps² / 2` before each tick
    /// and at the end.
    pub fn infer(&mut self, x: &[f32], class: usize) -> Vec<f32> {
        self.net.forward(x, &mut self.state);
        self.first.clone_from(&self.state);
        self.mu.clone_from(&self.state.v);
        self.total.iter_mut().for_each(|t| t.fill(0.0));
        self.sums.iter_mut().for_each(Matrix::clear);
        self.clamp(class);
        let mut energy = vec![self.errors()];
        for _ in 0..self.params.ticks {
            self.tick();
            energy.push(self.errors());
        }
        energy
    }

    fn clamp(&mut self, class: usize) {
        let (top, Params { target, satisfied, nudge, .. }) = (self.mu.len() - 1, self.params);
        for (k, x) in self.state.v[top].iter_mut().enumerate() {
            let jump = if k == class { target.0 } else { target.1 } - *x;
            let beyond = if k == class { jump < 0.0 } else { jump > 0.0 };
            *x += if satisfied && beyond { 0.0 } else { nudge * jump };
        }
    }

    /// `x`, the sum of its steps, and `mu(0)`, of every layer, after [`Self::infer`].
    pub fn moved(&self) -> [&[Vec<f32>]; 3] {
        [&self.state.v, &self.total, &self.first.v]
    }

    /// What every layer learns from: its change since tick 0.
    pub fn changes(&self) -> Vec<Vec<f32>> {
        let change = |(x, mu): (&Vec<f32>, &Vec<f32>)| x.iter().zip(mu).map(|(x, mu)| x - mu).collect();
        self.state.v.iter().zip(&self.first.v).map(change).collect()
    }

    fn errors(&mut self) -> f32 {
        let mut energy = 0.0;
        for ((eps, x), mu) in self.eps.iter_mut().zip(&self.state.v).zip(&self.mu) {
            for ((eps, x), mu) in eps.iter_mut().zip(x).zip(mu) {
                *eps = x - mu;
                energy += *eps * *eps / 2.0;
            }
        }
        energy
    }

    fn tick(&mut self) {
        let top = self.mu.len() - 1;
        for l in 0..top {
            self.net.layers[l + 1].back(&self.eps[l + 1], &mut self.step[l]);
            self.net.times_slope(l, &self.state, &mut self.step[l]);
        }
        for l in 0..top {
            for (step, eps) in self.step[l].iter_mut().zip(&self.eps[l]) {
                *step = self.params.beta * (*step - eps);
            }
            if l > 0 {
                self.sums[l - 1].add_outer(1.0, &self.state.r[l - 1], &self.step[l]);
            }
        }
        for l in 0..top {
            for ((x, total), step) in self.state.v[l].iter_mut().zip(&mut self.total[l]).zip(&self.step[l]) {
                *x += step;
                *total += step;
            }
            self.net.rates(l, &self.state.v[l], &mut self.state.r[l]);
            self.net.layers[l + 1].sums(&self.state.r[l], &mut self.mu[l + 1]);
        }
    }
}

impl Twin for Predictive {
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32) {
        self.infer(x, class);
        let (top, changes) = (self.mu.len() - 1, self.changes());
        let rates = per_layer(self.params.rates, top + 1, rate_scale);
        for (l, layer) in self.net.layers.iter_mut().enumerate() {
            match l {
                0 => layer.add_outer(rates[0], x, &changes[0]),
                l if l == top => layer.add_outer(rates[l], &self.first.r[l - 1], &changes[l]),
                l => layer.add(rates[l], &self.sums[l - 1]),
            }
        }
    }

    fn answer(&mut self, x: &[f32]) -> usize {
        self.net.answer(x, &mut self.state)
    }
}
