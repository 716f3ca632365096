//! Direct feedback. Alignment (DFA) after Nøkland 2016; direct random target projection (DRTP) after Frenkel, Lefebvre &
//! Bol 2021.
//!
//! ```text
//! output:  d_L = t - softmax(v_L)
//! hidden:  d_l = f'(v_l) (B_l d_L)        DFA: the output's error
//!          d_l = f'(v_l) (B_l t)          DRTP: the target itself, whatever the output does
//! update:  W_l += rate d_l ⊗ r_(l-1)
//! ```

use super::Twin;
use super::matrix::{Matrix, feedback_stream};
use super::net::{Net, Squash, State, per_layer, softmax};

/// What the feedback carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The error of the output.
    Error,
    /// The target, one-hot.
    Target,
    /// The sign of the output's error.
    Sign,
}

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Activation of the hidden layers.
    pub hidden: Squash,
    /// What is fed back.
    pub source: Source,
    /// Standard deviation of the feedback weights.
    pub feedback_scale: f32,
    /// Initial weights in units of `sqrt(2 / (rows + columns))`: of the hidden projections, and of the output's.
    pub gain: (f32, f32),
    /// Learning rates of the hidden projections, and of the output's.
    pub rates: (f32, f32),
}

impl Params {
    /// Direct feedback alignment.
    pub fn dfa() -> Self {
        let (hidden, source) = (Squash::Clip, Source::Error);
        Self { hidden, source, feedback_scale: 0.1, gain: (0.5, 0.5), rates: (0.03, 0.03) }
    }

    /// Direct random target projection.
    pub fn drtp() -> Self {
        let (source, feedback_scale, gain) = (Source::Target, 1.0, (1.0, 1.0));
        Self { source, feedback_scale, gain, rates: (0.001, 0.05), ..Self::dfa() }
    }
}

/// A network that learns by direct feedback.
#[derive(Debug, Clone)]
pub struct Direct {
    /// Settings.
    pub params: Params,
    /// Weights.
    pub net: Net,
    /// Feedback to every hidden layer: a row per neuron, a column per output.
    pub feedback: Vec<Matrix>,
    state: State,
    d: Vec<Vec<f32>>,
}

impl Direct {
    /// With random weights.
    pub fn new(params: Params, layers: &[usize], seed: u64) -> Self {
        let net = Net::random(layers, params.gain, (params.hidden, Squash::Linear), seed);
        let widths = net.widths();
        let (outputs, scale) = (widths[widths.len() - 1], params.feedback_scale);
        let random = |(l, n): (usize, &usize)| Matrix::random(*n, outputs, scale, feedback_stream(l), seed);
        let feedback = widths[..widths.len() - 1].iter().enumerate().map(random).collect();
        let state = net.state();
        Self { params, feedback, d: state.v.clone(), state, net }
    }

    /// What every layer learns from, for one sample.
    pub fn deltas(&mut self, x: &[f32], class: usize) -> &[Vec<f32>] {
        self.net.forward(x, &mut self.state);
        let top = self.d.len() - 1;
        softmax(&self.state.v[top], &mut self.d[top]);
        let target = |k: usize| f32::from(u8::from(k == class));
        self.d[top].iter_mut().enumerate().for_each(|(k, d)| *d = target(k) - *d);
        let sent: Vec<f32> = match self.params.source {
            Source::Error => self.d[top].clone(),
            Source::Target => (0..self.d[top].len()).map(target).collect(),
            Source::Sign => self.d[top].iter().map(|d| d.signum()).collect(),
        };
        for (l, b) in self.feedback.iter().enumerate() {
            b.back(&sent, &mut self.d[l]);
            self.net.times_slope(l, &self.state, &mut self.d[l]);
        }
        &self.d
    }
}

impl Twin for Direct {
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32) {
        self.deltas(x, class);
        let rates = per_layer(self.params.rates, self.d.len(), rate_scale);
        self.net.add(&rates, x, &self.state, &self.d);
    }

    fn answer(&mut self, x: &[f32]) -> usize {
        self.net.answer(x, &mut self.state)
    }
}
