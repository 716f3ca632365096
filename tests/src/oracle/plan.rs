//! The stored network in plain numbers: what FORMAT sections 2 to 6 say, nothing derived.

use super::numbers::Int;

/// Weights of one projection or feedback, `[row][column]`, without padding.
pub type Matrix = Vec<Vec<Int>>;

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Shapes, parameters, schedule, counters.
    pub plan: Plan,
    /// A class per output neuron, 255 for none; or nothing.
    pub labels: Vec<u8>,
    /// `[layer - 1][column][neuron]`.
    pub kept: Vec<Vec<Vec<Int>>>,
    /// One matrix per projection.
    pub weights: Vec<Matrix>,
    /// One matrix per feedback, rows by the neuron above; empty if it has no weights of its own.
    pub own: Vec<Matrix>,
    /// Whatever the host wrote.
    pub note: Vec<u8>,
}

/// FORMAT section 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Key of all randomness.
    pub seed: u64,
    /// Bits of a weight: 8 or 16.
    pub format: Int,
    /// Whether classification leaves a window after the first output spike.
    pub first: bool,
    /// The rate falls every so many samples.
    pub halve_every: Int,
    /// Samples learned.
    pub samples: Int,
    /// Learning steps.
    pub steps: Int,
    /// Samples presented.
    pub presented: Int,
    /// The learning rule.
    pub rule: Rule,
    /// Windows of a sample.
    pub windows: Vec<Window>,
    /// Layers, the input first.
    pub layers: Vec<Layer>,
    /// Forward projections.
    pub projections: Vec<Projection>,
    /// Feedbacks.
    pub feedbacks: Vec<Feedback>,
}

/// A learning rule and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub enum Rule {
    Burst { target: Int, ceiling: Int, spike_shift: Int },
    Stdp(Stdp),
}

/// Parameters of `stdp`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Stdp {
    pub instar: bool,
    pub pre_decay: Int,
    pub post_decay: Int,
    pub pre_bump: Int,
    pub post_bump: Int,
    pub grow: Int,
    pub shrink: Int,
}

/// When a window learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.2")]
pub enum Learning {
    Never,
    Tick,
    End,
}

/// One window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.2")]
pub struct Window {
    pub ticks: Int,
    /// Whether the output compares itself with the class.
    pub teacher: bool,
    /// Whether it goes on from the window before.
    pub keep: bool,
    pub learning: Learning,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.3")]
pub struct Layer {
    pub neurons: usize,
    pub winner_take_all: bool,
    pub kind: Kind,
}

/// What a layer is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.3")]
pub enum Kind {
    Input { code: Code, minimum: Int, norm: Int },
    Lif { threshold: Int, reset: Int, floor: Int, leak: Int, refractory: Int, hard_reset: bool },
    Adaptive { threshold: Int, reset: Int, floor: Int, leak: Int, bump: Int, decay: Int, kept: bool },
    Graded { step: Int, logistic: bool },
}

/// How a pixel becomes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.3")]
pub enum Code {
    Graded,
    Rate,
    Poisson,
    Latency,
}

/// One projection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.4")]
pub struct Projection {
    pub pre: usize,
    pub post: usize,
    pub fraction: Int,
    pub low: Int,
    pub high: Int,
    pub bias: bool,
    pub plastic: bool,
    pub rate: Int,
    pub forget_shift: Int,
}

/// Which weights a feedback uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.4")]
pub enum Along {
    Sign,
    Tied,
    Own,
}

/// One feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.4")]
pub struct Feedback {
    pub layer: usize,
    pub weights: Along,
    pub shift: Int,
}

impl Layer {
    /// NUMBERS 3: events of 1..=255 rather than spikes.
    pub fn graded(&self) -> bool {
        matches!(self.kind, Kind::Input { code: Code::Graded, .. } | Kind::Graded { .. })
    }
    /// NUMBERS 3: what the bias line carries.
    pub fn full_scale(&self) -> Int {
        if self.graded() { 255 } else { 1 }
    }
    /// Names of its columns of state, in order.
    pub fn columns(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Input { code: Code::Rate, .. } => &["left"],
            Kind::Input { .. } => &[],
            Kind::Lif { .. } => &["membrane", "refractory"],
            Kind::Adaptive { .. } => &["membrane", "rise"],
            Kind::Graded { .. } => &["membrane"],
        }
    }
}

impl Plan {
    /// Rows of a projection's matrix, the bias row included.
    pub fn rows(&self, p: &Projection) -> usize {
        self.layers[p.pre].neurons + usize::from(p.bias)
    }
    /// Columns of a projection's matrix.
    pub fn columns(&self, p: &Projection) -> usize {
        self.layers[p.post].neurons
    }
    /// NUMBERS 4.1: places that a projection's sum moves to the left.
    pub fn alignment(&self, p: &Projection) -> Int {
        12 - (p.fraction + if self.layers[p.pre].graded() { 8 } else { 0 })
    }
    /// NUMBERS 7.8: the projection that feedback onto `layer` goes along.
    pub fn upward(&self, layer: usize) -> Option<usize> {
        self.projections.iter().position(|p| p.pre == layer && p.post == layer + 1)
    }
    /// `S`: an update is divided by `2^S`.
    pub fn shift(&self) -> Int {
        if self.format == 8 { 16 } else { 8 }
    }
}
