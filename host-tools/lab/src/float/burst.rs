//! BurstCCN in its discrete-time rate form. After Greedy, Zhu, Pemberton, Mellor & Costa 2022, eq. 1 to 7 and the
//! authors' code. `e`: event rate, `p`: burst probability, `b = p e`: burst rate, `u`: apical potential.
//!
//! ```text
//! forward:  e_l = f(W_l e_(l-1) + c_l)
//! output:   p_L = p_b (1 + a (t - e_L) h(e_L))                     a: amplitude of the teacher, h = f'/e
//! hidden:   u_l = Y^T b_(l+1) - Q^T e_(l+1),   p_l = logistic(4 u_l h(e_l))
//! update:   W_l += rate ((p_l - p_b) e_l) ⊗ e_(l-1)                Q_l += rate_q u_l ⊗ e_(l+1)
//! ```
//!
//! `p_b` is 1/2. With the derived `Q = p_b Y` the apical potential is `Y^T ((p - p_b) e)`, and nothing without a
//! teacher. With `Y = W` too it is backpropagation at half the rate, but for terms of third order in `u`.
//!
//! With [`Squash::Clip`] it is what the integers do: `h e = f'` is a box, `(p - p_b) e = f' u` has no logistic, and an
//! output's is its distance to the target, which the wanted one may overshoot.

use super::Twin;
use super::matrix::{Matrix, feedback_stream};
use super::net::{Net, Squash, State, per_layer};
use hebbit::run::Feedback;

/// Burst probability that means nothing.
const BASELINE: f32 = 0.5;

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Activation of all layers: logistic (the paper) or clip (the integers).
    pub squash: Squash,
    /// Where `Y` comes from.
    pub feedback: Feedback,
    /// Standard deviation of a random `Y`; size of a sign.
    pub feedback_scale: f32,
    /// Rate of the homeostatic rule for `Q`; none: `Q = p_b Y` by construction.
    pub rate_q: Option<f32>,
    /// Amplitude of the teacher.
    pub amplitude: f32,
    /// Event rate that the wanted output should reach.
    pub target: f32,
    /// Initial weights in units of `sqrt(2 / (rows + columns))`: of the hidden projections, and of the output's.
    pub gain: (f32, f32),
    /// Learning rates of the hidden projections, and of the output's.
    pub rates: (f32, f32),
}

impl Default for Params {
    fn default() -> Self {
        let (squash, feedback) = (Squash::Logistic, Feedback::Tied);
        let (feedback_scale, rate_q, amplitude, target) = (0.5, None, 1.0, 1.0);
        Self {
            squash,
            feedback,
            feedback_scale,
            rate_q,
            amplitude,
            target,
            gain: (1.0, 1.0),
            rates: (0.3, 0.3),
        }
    }
}

impl Params {
    /// The settings that validation chose: those of the integers, with tied feedback.
    pub fn tuned() -> Self {
        let (squash, target) = (Squash::Clip, 0.75);
        Self { squash, target, gain: (0.5, 0.5), rates: (0.04, 0.04), ..Self::default() }
    }
}

/// A network that learns by burst-dependent plasticity.
#[derive(Debug, Clone)]
pub struct Burst {
    /// Settings.
    pub params: Params,
    /// Forward weights.
    pub net: Net,
    /// Feedback of bursts to every hidden layer, laid out as the weights that it opposes; unused unless random.
    pub y: Vec<Matrix>,
    /// Feedback of events, likewise; unused if derived.
    pub q: Vec<Matrix>,
    state: State,
    u: Vec<Vec<f32>>,
    deviation: Vec<Vec<f32>>,
    scratch: Vec<f32>,
}

impl Burst {
    /// With random weights.
    pub fn new(params: Params, layers: &[usize], seed: u64) -> Self {
        let net = Net::random(layers, params.gain, (params.squash, params.squash), seed);
        let random = |deviation: f32, stream: u32| -> Vec<Matrix> {
            let one = |(l, m): (usize, &Matrix)| {
                Matrix::random(m.rows, m.columns, deviation, stream + l as u32, seed)
            };
            net.layers[1..].iter().enumerate().map(one).collect()
        };
        let (y, q) = (
            random(params.feedback_scale, feedback_stream(0)),
            random(params.feedback_scale, feedback_stream(64)),
        );
        let state = net.state();
        Self { params, y, q, u: state.v.clone(), deviation: state.v.clone(), state, net, scratch: Vec::new() }
    }

    /// One forward and one top-down sweep, without learning. No class: no teacher.
    pub fn sweep(&mut self, x: &[f32], class: Option<usize>) {
        self.net.forward(x, &mut self.state);
        self.teach(class);
        for l in (0..self.u.len() - 1).rev() {
            self.apical(l);
            let squash = self.params.squash;
            let sides = self.u[l].iter().zip(&self.state.v[l]).zip(&self.state.r[l]);
            for (deviation, ((u, v), e)) in self.deviation[l].iter_mut().zip(sides) {
                *deviation = match squash {
                    Squash::Logistic => (Squash::Logistic.of(4.0 * u * (1.0 - e)) - BASELINE) * e,
                    _ => u * squash.slope(*v, *e),
                };
            }
        }
    }

    /// `(p - p_b) e` of every layer in the last sweep.
    pub fn deviations(&self) -> &[Vec<f32>] {
        &self.deviation
    }

    /// Apical potentials of the last sweep; the output has none.
    pub fn apicals(&self) -> &[Vec<f32>] {
        &self.u[..self.u.len() - 1]
    }

    /// Sums and rates of the last sweep.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// One step of the homeostatic rule: learned `Q` moves to where `u` is 0.
    pub fn settle(&mut self, rate: f32) {
        for (l, q) in self.q.iter_mut().enumerate() {
            q.add_weights(rate, &self.u[l], &self.state.r[l + 1]);
        }
    }

    fn teach(&mut self, class: Option<usize>) {
        let Params { squash, amplitude, target, .. } = self.params;
        let top = self.u.len() - 1;
        for (i, (deviation, e)) in self.deviation[top].iter_mut().zip(&self.state.r[top]).enumerate() {
            let wanted = class == Some(i);
            let error = amplitude * (if wanted { target } else { 0.0 } - e);
            *deviation = match (class, squash) {
                (None, _) => 0.0,
                (_, Squash::Logistic) => BASELINE * error * (1.0 - e) * e,
                _ if wanted => error.max(0.0),
                _ => error,
            };
        }
    }

    /// `u = Y^T b - Q^T e` of hidden layer `l`.
    fn apical(&mut self, l: usize) {
        let (above, e, scale) = (&self.deviation[l + 1], &self.state.r[l + 1], self.params.feedback_scale);
        let send = |d: &[f32], u: &mut [f32]| match self.params.feedback {
            Feedback::Tied => self.net.layers[l + 1].back(d, u),
            Feedback::Random | Feedback::Learned | Feedback::Keyed => self.y[l].back(d, u),
            Feedback::None => u.fill(0.0),
            Feedback::Sign => {
                self.net.layers[l + 1].back_signs(d, u);
                u.iter_mut().for_each(|u| *u *= scale);
            }
        };
        if self.params.rate_q.is_none() {
            return send(above, &mut self.u[l]);
        }
        let bursts: Vec<f32> = above.iter().zip(e).map(|(d, e)| d + BASELINE * e).collect();
        send(&bursts, &mut self.u[l]);
        self.scratch.resize(self.u[l].len(), 0.0);
        self.q[l].back(e, &mut self.scratch);
        self.u[l].iter_mut().zip(&self.scratch).for_each(|(u, q)| *u -= q);
    }
}

impl Twin for Burst {
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32) {
        self.sweep(x, Some(class));
        let rates = per_layer(self.params.rates, self.u.len(), rate_scale);
        self.net.add(&rates, x, &self.state, &self.deviation);
        if let Some(rate) = self.params.rate_q {
            self.settle(rate * rate_scale);
        }
    }

    fn answer(&mut self, x: &[f32]) -> usize {
        self.net.answer(x, &mut self.state)
    }
}
