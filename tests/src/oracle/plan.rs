//! The stored network in plain numbers: what FORMAT sections 2 to 6 say, nothing derived.

pub use super::life::{Life, Lived};
use super::numbers::Int;
pub use super::rules::Rule;
use super::schema::Schema;

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
    /// What inputs and classes mean, if that is said.
    pub schema: Option<Schema>,
}

/// FORMAT section 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Key of all randomness.
    pub seed: u64,
    /// Bits of a weight: 8 or 16.
    pub format: Int,
    /// What answers.
    pub answering: Answering,
    /// The rate falls every so many samples.
    pub halve_every: Int,
    /// Samples learned.
    pub samples: Int,
    /// Learning steps.
    pub steps: Int,
    /// Samples presented.
    pub presented: Int,
    /// Running mean of the reward.
    pub mean: Int,
    /// The learning rule of layers that name no other.
    pub rule: Rule,
    /// The others: layers name the first of them by 1.
    pub others: Vec<Rule>,
    /// Windows of a sample.
    pub windows: Vec<Window>,
    /// Layers, the input first.
    pub layers: Vec<Layer>,
    /// Forward projections.
    pub projections: Vec<Projection>,
    /// Feedbacks.
    pub feedbacks: Vec<Feedback>,
    /// How it goes on learning.
    pub life: Life,
    /// What it knows of its answers.
    pub lived: Lived,
}

/// What answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub enum Answering {
    Count,
    First,
    Membrane,
}

/// What a window says of the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.2")]
pub enum Teacher {
    #[default]
    None,
    Error,
    Against,
    Reward,
}

/// When a window learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.2")]
pub enum Learning {
    Never,
    Tick,
    End,
}

/// How a window starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.2")]
pub enum Start {
    Reset,
    Keep,
    Restore,
}

/// One window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.2")]
pub struct Window {
    pub ticks: Int,
    /// What it says of the target.
    pub teacher: Teacher,
    /// Whether it goes on, and from where.
    pub start: Start,
    pub learning: Learning,
    /// Whether layers see what those below did in the last tick.
    pub late: bool,
    /// Whether graded neurons are where their currents are at once.
    pub settle: bool,
    /// Whether feedback runs in every tick.
    pub each: bool,
    /// Whether there is nothing to see.
    pub blank: bool,
    /// Whether it comes after the answer.
    pub extra: bool,
}

impl Window {
    /// A window that starts anew, with nothing special about it.
    pub fn first(ticks: Int, teacher: Teacher, learning: Learning) -> Self {
        let (late, settle, each, blank, extra) = (false, false, false, false, false);
        Self { ticks, teacher, start: Start::Reset, learning, late, settle, each, blank, extra }
    }
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.3")]
pub struct Layer {
    pub neurons: usize,
    pub winner_take_all: bool,
    pub coupling: Coupling,
    pub kind: Kind,
    pub height: usize,
    pub width: usize,
    pub rule: usize,
    pub adds: bool,
}

/// Whether the apical potential drives the neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.3")]
pub enum Coupling {
    None,
    Open,
    Gated,
}

/// What the events of a layer are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grain {
    /// One or none.
    #[default]
    Spike,
    /// 8 bits.
    Graded,
    /// 15 bits.
    Fine,
}

impl Grain {
    /// NUMBERS 3: the greatest event, which is what the bias line carries.
    pub fn full_scale(self) -> Int {
        match self {
            Self::Spike => 1,
            Self::Graded => 255,
            Self::Fine => 32767,
        }
    }
    /// NUMBERS 3: fraction bits of an event.
    pub fn fraction(self) -> Int {
        match self {
            Self::Spike => 0,
            Self::Graded => 8,
            Self::Fine => 15,
        }
    }
}

/// What a layer is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.3")]
pub enum Kind {
    Input { code: Code, minimum: Int, norm: Int },
    Lif { threshold: Int, reset: Int, floor: Int, leak: Int, refractory: Int, hard_reset: bool },
    Adaptive { threshold: Int, reset: Int, floor: Int, leak: Int, bump: Int, decay: Int, kept: bool },
    Graded { step: Int, logistic: bool, fine: bool },
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
    /// The weight that counts as nothing.
    pub zero: Int,
    /// Whether it learns from the sum of a window's factors.
    pub summed: bool,
    /// Whether line `i` meets neuron `i` alone.
    pub one_to_one: bool,
    /// Whether its lines carry the events of the tick before.
    pub delay: bool,
}

/// Which weights a feedback uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.4")]
pub enum Along {
    Sign,
    Tied,
    Own,
    Keyed,
}

/// One feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.4")]
pub struct Feedback {
    pub layer: usize,
    pub from: From,
    pub weights: Along,
    pub shift: Int,
    /// Which of the two words sent down: 0 or 1.
    pub word: usize,
    pub bound: Int,
    pub plastic: bool,
    pub rate: Int,
}

impl Feedback {
    /// A feedback that does not learn, without weights of its own.
    pub fn fixed(layer: usize, from: From, weights: Along, shift: Int) -> Self {
        Self { layer, from, weights, shift, word: 0, bound: 0, plastic: false, rate: 0 }
    }
}

/// Where a feedback comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// A layer above.
    Layer(usize),
    /// The class itself.
    Target,
}

impl Layer {
    /// A layer without places whose neurons do not compete and hear nothing from above.
    pub fn new(neurons: usize, kind: Kind) -> Self {
        let coupling = Coupling::None;
        Self { neurons, winner_take_all: false, coupling, kind, height: 0, width: 0, rule: 0, adds: false }
    }
    /// NUMBERS 3: whether a line's sum is the event that is held.
    pub fn is_held(&self) -> bool {
        matches!(self.kind, Kind::Input { code: Code::Graded, .. }) && !self.adds
    }
    /// NUMBERS 3: what its events are.
    pub fn grain(&self) -> Grain {
        match self.kind {
            Kind::Graded { fine: true, .. } => Grain::Fine,
            Kind::Input { code: Code::Graded, .. } | Kind::Graded { .. } => Grain::Graded,
            _ => Grain::Spike,
        }
    }
    /// Names of its columns of state, in order.
    pub fn columns(&self) -> &'static [&'static str] {
        self.kind.columns()
    }
}

impl Kind {
    /// Names of the columns of state of a layer of this kind, in order.
    pub fn columns(&self) -> &'static [&'static str] {
        match *self {
            Kind::Input { code: Code::Rate, .. } => &["left"],
            Kind::Input { .. } => &[],
            Kind::Lif { .. } => &["membrane", "refractory"],
            Kind::Adaptive { .. } => &["membrane", "rise"],
            Kind::Graded { .. } => &["membrane"],
        }
    }
}

impl Plan {
    /// Lines of a projection, the bias line included.
    pub fn lines(&self, p: &Projection) -> usize {
        self.layers[p.pre].neurons + usize::from(p.bias)
    }
    /// Rows of a projection's matrix, the bias row included.
    pub fn rows(&self, p: &Projection) -> usize {
        if p.one_to_one { 1 + usize::from(p.bias) } else { self.lines(p) }
    }
    /// NUMBERS 4.1: row and column of the weight by which a line meets a neuron.
    pub fn meets(&self, p: &Projection, line: usize, neuron: usize) -> Option<(usize, usize)> {
        match p.one_to_one {
            false => Some((line, neuron)),
            true if line == self.layers[p.pre].neurons => Some((1, neuron)),
            true => (line == neuron).then_some((0, neuron)),
        }
    }
    /// NUMBERS 1.3: the rule of a layer's neurons.
    pub fn rule_of(&self, layer: usize) -> &Rule {
        match self.layers[layer].rule {
            0 => &self.rule,
            other => &self.others[other - 1],
        }
    }
    /// NUMBERS 1.3: the rule of a layer's lines, delayed or not.
    pub fn line_rule(&self, layer: usize, delay: bool) -> &Rule {
        let learns = self.projections.iter().find(|p| p.plastic && p.pre == layer && p.delay == delay);
        learns.map_or(&self.rule, |p| self.rule_of(p.post))
    }
    /// Whether a connection carries the events that a layer had in the tick before.
    pub fn is_delayed(&self, layer: usize) -> bool {
        self.projections.iter().any(|p| p.delay && p.pre == layer)
    }
    /// Whether only version 5 of the format holds it.
    pub fn is_new(&self) -> bool {
        !self.others.is_empty()
            || self.layers.iter().any(|l| (l.height, l.width) != (0, 0) || l.rule > 0 || l.adds)
            || self.projections.iter().any(|p| p.one_to_one || p.delay)
    }
    /// Columns of a projection's matrix.
    pub fn columns(&self, p: &Projection) -> usize {
        self.layers[p.post].neurons
    }
    /// NUMBERS 4.1: places that a projection's sum moves to the left.
    pub fn alignment(&self, p: &Projection) -> Int {
        12 - (p.fraction + self.layers[p.pre].grain().fraction())
    }
    /// NUMBERS 7.8: the projection that `b` goes along, if it goes along one.
    pub fn upward(&self, b: &Feedback) -> Option<usize> {
        let From::Layer(from) = b.from else { return None };
        self.projections.iter().position(|p| p.pre == b.layer && p.post == from && !p.delay)
    }
    /// Neurons that `b` comes from; none if there is no such layer.
    pub fn above(&self, b: &Feedback) -> usize {
        let from = match b.from {
            From::Layer(from) => from,
            From::Target => self.layers.len() - 1,
        };
        self.layers.get(from).map_or(0, |l| l.neurons)
    }
    /// Rows and columns of the feedback's own matrix.
    pub fn own(&self, b: &Feedback) -> (usize, usize) {
        (if b.weights == Along::Own { self.above(b) } else { 0 }, self.layers[b.layer].neurons)
    }
    /// Greatest weight of the format.
    pub fn max(&self) -> Int {
        if self.format == 8 { 127 } else { 32767 }
    }
    /// `S`: an update is divided by `2^S`.
    pub fn shift(&self) -> Int {
        if self.format == 8 { 16 } else { 8 }
    }
}
