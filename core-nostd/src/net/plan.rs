//! What a network is, without its weights and its state: shapes, parameters, schedule, counters.
//!
//! [`Plan::check`] proves once that every sum fits; after it nothing in the network can fail.

use crate::encode::{Answering, AnyEncoder};
use crate::learn::AnyRule;
use crate::net::layer::{self, rule_valid};
use crate::neuron::AnyNeuron;
use crate::num::{
    BOUND_I8, Current, GRADED_FRACTION, GRADED_FULL, LANES, SHIFT_I8, SHIFT_I16, Word, halves, index, joined,
    length,
};
use heapless::Vec;

/// Most layers of a network, the input included.
pub const MAX_LAYERS: usize = 16;
/// Most windows of a sample.
pub const MAX_WINDOWS: usize = 3;

/// An enumeration that stands in a word.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $tag:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub enum $name { #[default] $($(#[$vdoc])* $variant = $tag),* }
        impl Word for $name {
            fn from_word(word: u32) -> Self {
                match word { $($tag => Self::$variant,)* _ => Self::default() }
            }
            fn to_word(self) -> u32 {
                match self { $(Self::$variant => $tag),* }
            }
        }
    };
}

/// How wide weights are. One format per network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum WeightFormat {
    /// 8 bits.
    I8,
    /// 16 bits.
    #[default]
    I16,
}

impl Word for WeightFormat {
    fn from_word(word: u32) -> Self {
        if word == 8 { Self::I8 } else { Self::I16 }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::I8 => 8,
            Self::I16 => 16,
        }
    }
}

impl WeightFormat {
    /// Bytes of one weight.
    pub const fn bytes(self) -> usize {
        match self {
            Self::I8 => 1,
            Self::I16 => 2,
        }
    }
    /// An update is divided by `2^shift`.
    pub const fn shift(self) -> u32 {
        match self {
            Self::I8 => SHIFT_I8,
            Self::I16 => SHIFT_I16,
        }
    }
    /// The greatest weight that fits.
    pub const fn max(self) -> i16 {
        match self {
            Self::I8 => BOUND_I8,
            Self::I16 => i16::MAX,
        }
    }
}

choice! {
    /// Who teaches in a window.
    Teacher {
        /// Nobody.
        None = 0,
        /// The output neurons compare themselves with the sample's class.
        Error = 1,
    }
}
choice! {
    /// How a window starts.
    Start {
        /// Membranes, traces and sums start from rest.
        Reset = 0,
        /// Membranes and traces go on from the window before; events, sums and `post` factors start from zero.
        Keep = 1,
    }
}
choice! {
    /// When a window learns.
    Learning {
        /// It does not.
        Never = 0,
        /// In every tick.
        Tick = 1,
        /// In its last tick.
        End = 2,
    }
}
choice! {
    /// Which weights a feedback uses.
    FeedbackWeights {
        /// The sign of the forward weight, magnitude `2^-shift`; `sign(0) = +`.
        Sign = 0,
        /// The forward weight itself.
        Tied = 1,
        /// 8-bit weights of its own, `shift` fraction bits, rows by the neuron above. Not plastic.
        Own = 2,
    }
}

words! {
    /// Counters that are part of the stored network.
    pub struct Counters {
        /// Samples learned so far: the learning-rate schedule counts them.
        pub samples: u32,
        /// Learning steps so far: the dither's key. One per learning tick, whether or not a weight changed.
        pub steps: u32,
        /// Samples seen so far, learned or not: the Poisson encoder's key.
        pub presented: u32,
    }
}

words! {
    /// One window of a sample.
    pub struct Window {
        /// How many ticks it lasts, 1..=32767.
        pub ticks: u16,
        /// Who teaches.
        pub teacher: Teacher,
        /// How it starts.
        pub start: Start,
        /// When it learns.
        pub learning: Learning,
    }
}

words! {
    /// A feed-forward projection from one layer onto the somata of a later one.
    pub struct ProjectionPlan {
        /// Layer that the lines come from; 0 is the input.
        pub pre: u16,
        /// Layer that it reaches, above `pre`.
        pub post: u16,
        /// Fraction bits of a weight: `2^fraction` is one threshold per spike.
        pub fraction: u16,
        /// Least weight.
        pub low: i16,
        /// Greatest weight.
        pub high: i16,
        /// Whether there is one row more, whose line always carries a full-scale event.
        pub bias: bool,
        /// Whether it learns.
        pub plastic: bool,
        /// Learning rate: `post` is multiplied by `2^rate`, -16..=15.
        pub rate: i32,
        /// A forgetting weight loses `w * 2^forget_shift` before the division by `2^S`, 0..=S.
        pub forget_shift: u16,
    }
}

words! {
    /// A feedback projection from the layer above onto the apical compartments of `layer`.
    pub struct FeedbackPlan {
        /// Hidden layer that gets it.
        pub layer: u16,
        /// Which weights it uses.
        pub weights: FeedbackWeights,
        /// Sign: magnitude `2^-shift`. Own: fraction bits. Tied: not used. 0..=15.
        pub shift: u16,
    }
}

/// What a layer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Lines from the encoder.
    Input(AnyEncoder),
    /// Neurons.
    Neurons(AnyNeuron),
}

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerPlan {
    /// What it is made of.
    pub kind: LayerKind,
    /// How many lines or neurons it has, 1..=65534.
    pub neurons: u16,
    /// Only the neuron with the greatest excess over its threshold fires; the others are reset.
    pub winner_take_all: bool,
}

impl LayerPlan {
    /// Number of neurons as an index.
    pub const fn len(&self) -> usize {
        index(self.neurons)
    }
    /// Whether there are none. Never true in a checked plan.
    pub const fn is_empty(&self) -> bool {
        self.neurons == 0
    }
    /// Neurons, padded to whole groups of lanes.
    pub const fn width(&self) -> usize {
        self.len().next_multiple_of(LANES)
    }
    /// Whether its events are graded.
    pub fn graded(&self) -> bool {
        layer::graded(&self.kind)
    }
    /// The greatest magnitude of its events, which its bias line always carries.
    pub fn full_scale(&self) -> i16 {
        if self.graded() { GRADED_FULL } else { 1 }
    }
}

/// A network without its weights and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Key of all randomness.
    pub seed: u64,
    /// How wide weights are.
    pub format: WeightFormat,
    /// The learning rule.
    pub rule: AnyRule,
    /// When the network answers.
    pub answering: Answering,
    /// The learning rate halves every so many learned samples; 0: never.
    pub halve_every: u32,
    /// Layers; the first is the input.
    pub layers: Vec<LayerPlan, MAX_LAYERS>,
    /// Projections, ordered by the layer that they reach.
    pub projections: Vec<ProjectionPlan, MAX_LAYERS>,
    /// Feedback projections.
    pub feedback: Vec<FeedbackPlan, MAX_LAYERS>,
    /// Windows of a sample.
    pub windows: Vec<Window, MAX_WINDOWS>,
    /// Counters.
    pub counters: Counters,
}

/// Why a plan cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShapeError {
    /// A network has 2..=16 layers; the first, and only the first, is the input.
    Layers(usize),
    /// A layer has no neurons, too many, or parameters out of range.
    Layer(usize),
    /// A projection's layers, bounds, binary point, rate or forgetting are out of range, or it is out of order.
    Projection(usize),
    /// The exact sum of a projection may exceed 32 bits.
    SumTooWide {
        /// The projection.
        projection: usize,
        /// Bits that the sum needs, sign included.
        bits: u32,
    },
    /// The weights have more bytes than a checkpoint can say (2^31).
    TooLarge {
        /// Bytes that they have, or as many as can be counted.
        bytes: usize,
    },
    /// Nothing reaches a layer.
    Unreached(usize),
    /// A feedback reaches no hidden layer, or its sum may exceed 32 bits.
    Feedback(usize),
    /// There are 1..=3 windows of 1..=32767 ticks, and the first starts with a reset.
    Windows,
    /// The rule's parameters are out of range.
    Rule,
    /// A buffer has the wrong size.
    Memory {
        /// What it is for.
        what: &'static str,
        /// Bytes it should have.
        want: usize,
        /// Bytes it has.
        got: usize,
    },
    /// A buffer does not start at a multiple of 8 bytes.
    Alignment,
    /// A weight is beyond its projection's bounds, or padding is not zero.
    Weights,
}

impl core::fmt::Display for ShapeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Layers(n) => write!(f, "{n} layers: want 2 to {MAX_LAYERS}, the input first"),
            Self::Layer(l) => write!(f, "layer {l}: size or parameters out of range"),
            Self::Projection(p) => write!(f, "projection {p}: parameters out of range"),
            Self::SumTooWide { projection, bits } => {
                write!(
                    f,
                    "projection {projection}: its sum may need {bits} bits of 32; lower the weight bound"
                )
            }
            Self::TooLarge { bytes } => write!(f, "{bytes} bytes of weights are more than 2^31"),
            Self::Unreached(l) => write!(f, "layer {l}: no projection reaches it"),
            Self::Feedback(b) => write!(f, "feedback {b}: no such hidden layer, or its sum is too wide"),
            Self::Windows => {
                write!(f, "want 1 to {MAX_WINDOWS} windows of 1 to 32767 ticks, the first reset")
            }
            Self::Rule => write!(f, "rule parameters out of range"),
            Self::Memory { what, want, got } => write!(f, "{what}: want {want} bytes, got {got}"),
            Self::Alignment => write!(f, "memory must start at a multiple of 8 bytes"),
            Self::Weights => write!(f, "a weight is beyond its projection's bounds"),
        }
    }
}

impl core::error::Error for ShapeError {}

impl Plan {
    /// Proves that the plan can run: shapes, ranges, widths of sums.
    ///
    /// # Errors
    /// The first [`ShapeError`] found.
    pub fn check(&self) -> Result<(), ShapeError> {
        self.check_layers()?;
        if !rule_valid(&self.rule) {
            return Err(ShapeError::Rule);
        }
        let first = self.windows.first().ok_or(ShapeError::Windows)?;
        let ticks = |w: &Window| (1..=32_767).contains(&w.ticks);
        if first.start != Start::Reset || !self.windows.iter().all(ticks) {
            return Err(ShapeError::Windows);
        }
        self.check_projections()?;
        let bytes = self.weight_bytes();
        if length(bytes) > 1 << 31 {
            return Err(ShapeError::TooLarge { bytes });
        }
        for (b, plan) in self.feedback.iter().enumerate() {
            self.check_feedback(plan).ok_or(ShapeError::Feedback(b))?;
        }
        Ok(())
    }

    /// The output layer's index.
    pub fn output(&self) -> usize {
        self.layers.len().saturating_sub(1)
    }

    /// Rows of a projection's matrix, its bias included.
    pub fn rows(&self, plan: &ProjectionPlan) -> usize {
        self.width_of(plan.pre, |l| l.len()).saturating_add(usize::from(plan.bias))
    }

    /// Columns of a projection's matrix in memory.
    pub fn width(&self, plan: &ProjectionPlan) -> usize {
        self.width_of(plan.post, LayerPlan::width)
    }

    /// Bytes of a projection's matrix, a multiple of 8.
    pub fn projection_bytes(&self, plan: &ProjectionPlan) -> usize {
        let weights = self.rows(plan).saturating_mul(self.width(plan));
        weights.saturating_mul(self.format.bytes()).saturating_add(7) & !7
    }

    /// Rows and columns in memory of a feedback's own matrix; none for the others.
    pub fn feedback_shape(&self, plan: &FeedbackPlan) -> (usize, usize) {
        match plan.weights {
            FeedbackWeights::Own => {
                let rows = self.width_of(plan.layer.saturating_add(1), |l| l.len());
                (rows, self.width_of(plan.layer, LayerPlan::width))
            }
            FeedbackWeights::Sign | FeedbackWeights::Tied => (0, 0),
        }
    }

    /// Bytes of a feedback's own matrix, a multiple of 8.
    pub fn feedback_bytes(&self, plan: &FeedbackPlan) -> usize {
        let (rows, width) = self.feedback_shape(plan);
        rows.saturating_mul(width).saturating_add(7) & !7
    }

    /// Bytes of all weights: projections in order, then feedbacks' own.
    pub fn weight_bytes(&self) -> usize {
        let forward = self.projections.iter().map(|p| self.projection_bytes(p));
        let feedback = self.feedback.iter().map(|b| self.feedback_bytes(b));
        forward.chain(feedback).fold(0, usize::saturating_add)
    }

    /// How many weights there are, padding not counted, feedback's own included.
    pub fn parameters(&self) -> usize {
        let forward = self.projections.iter().map(|p| {
            let columns = self.width_of(p.post, |l| l.len());
            self.rows(p).saturating_mul(columns)
        });
        let feedback = self.feedback.iter().map(|b| {
            let (rows, _) = self.feedback_shape(b);
            rows.saturating_mul(self.width_of(b.layer, |l| l.len()))
        });
        forward.chain(feedback).fold(0, usize::saturating_add)
    }

    /// The projection through which a hidden layer reaches the next.
    pub fn upward(&self, layer: u16) -> Option<usize> {
        let above = layer.saturating_add(1);
        self.projections.iter().position(|p| p.pre == layer && p.post == above)
    }

    /// Where the binary point of a projection's sum moves to reach the current's: a left shift if positive.
    pub fn alignment(&self, plan: &ProjectionPlan) -> i32 {
        let graded = self.layers.get(index(plan.pre)).is_some_and(LayerPlan::graded);
        let events = if graded { GRADED_FRACTION } else { 0 };
        let fraction = u32::from(plan.fraction).saturating_add(events);
        Current::FRACTION.checked_signed_diff(fraction).unwrap_or(0)
    }

    /// Seed as two words, low first.
    pub const fn seed_words(&self) -> (u32, u32) {
        halves(self.seed)
    }

    /// Seed from two words, low first.
    pub const fn seed_from(low: u32, high: u32) -> u64 {
        joined(low, high)
    }

    fn width_of(&self, layer: u16, f: impl Fn(&LayerPlan) -> usize) -> usize {
        self.layers.get(index(layer)).map_or(0, f)
    }

    fn check_layers(&self) -> Result<(), ShapeError> {
        if self.layers.len() < 2 {
            return Err(ShapeError::Layers(self.layers.len()));
        }
        for (l, plan) in self.layers.iter().enumerate() {
            let input = matches!(plan.kind, LayerKind::Input(_));
            if input != (l == 0) {
                return Err(ShapeError::Layers(self.layers.len()));
            }
            let size = (1..=65_534).contains(&plan.neurons);
            let winner = !plan.winner_take_all || (!input && !plan.graded());
            if !size || !winner || !layer::valid(&plan.kind) {
                return Err(ShapeError::Layer(l));
            }
        }
        Ok(())
    }

    fn check_projections(&self) -> Result<(), ShapeError> {
        let mut totals = [0_u64; MAX_LAYERS];
        let mut last_post = 0;
        for (p, plan) in self.projections.iter().enumerate() {
            let post = index(plan.post);
            let max = self.format.max();
            let bounds =
                plan.low <= 0 && plan.high >= 0 && plan.high <= max && plan.low >= max.saturating_neg();
            let numbers = plan.fraction <= 15
                && (-16..=15).contains(&plan.rate)
                && u32::from(plan.forget_shift) <= self.format.shift();
            let order = plan.pre < plan.post && post < self.layers.len() && plan.post >= last_post;
            if !bounds || !numbers || !order {
                return Err(ShapeError::Projection(p));
            }
            last_post = plan.post;
            let sum = self.greatest_sum(plan);
            let total = totals.get_mut(post).ok_or(ShapeError::Projection(p))?;
            *total = total.saturating_add(sum);
            let bits = 65_u32.saturating_sub(total.leading_zeros().min(64));
            if bits > 32 {
                return Err(ShapeError::SumTooWide { projection: p, bits });
            }
        }
        let reached = |layer: &usize| self.projections.iter().any(|p| index(p.post) == *layer);
        (1..self.layers.len()).find(|l| !reached(l)).map_or(Ok(()), |l| Err(ShapeError::Unreached(l)))
    }

    /// The greatest magnitude of a projection's sum, before and after its binary point moves.
    fn greatest_sum(&self, plan: &ProjectionPlan) -> u64 {
        let event = self.layers.get(index(plan.pre)).map_or(0, LayerPlan::full_scale);
        let bound = u64::from(plan.high.unsigned_abs().max(plan.low.unsigned_abs()));
        let rows = u64::try_from(self.rows(plan)).unwrap_or(u64::MAX);
        let sum = rows.saturating_mul(bound).saturating_mul(u64::from(event.unsigned_abs()));
        let left = u32::try_from(self.alignment(plan)).unwrap_or(0);
        sum.saturating_mul(1_u64.checked_shl(left).unwrap_or(u64::MAX))
    }

    /// Proves that all feedback into the layer of `plan` fits 32 bits, together and each before its shift.
    fn check_feedback(&self, plan: &FeedbackPlan) -> Option<()> {
        let hidden = plan.layer > 0 && index(plan.layer) < self.output();
        let same = self.feedback.iter().filter(|b| b.layer == plan.layer);
        let sums =
            same.map(|b| self.feedback_sum(b)).try_fold(0_u64, |total, sum| total.checked_add(sum?))?;
        (hidden && plan.shift <= 15 && sums < (1 << 31)).then_some(())
    }

    /// The greatest magnitude that a feedback adds to an apical sum. `None` if it has no path or is too wide itself.
    fn feedback_sum(&self, plan: &FeedbackPlan) -> Option<u64> {
        let upward = self.projections.get(self.upward(plan.layer)?)?;
        let above = u64::from(self.layers.get(index(plan.post_layer()))?.neurons);
        let (bound, shift) = match plan.weights {
            FeedbackWeights::Sign => (1, plan.shift),
            FeedbackWeights::Tied => {
                (upward.high.unsigned_abs().max(upward.low.unsigned_abs()), upward.fraction)
            }
            FeedbackWeights::Own => (BOUND_I8.unsigned_abs(), plan.shift),
        };
        let sum = above.checked_mul(u64::from(bound))?.checked_mul(32_768)?;
        let narrow = plan.weights == FeedbackWeights::Tied || sum < (1 << 31);
        narrow.then_some(sum.checked_shr(u32::from(shift))?)
    }
}

impl FeedbackPlan {
    /// The layer that it comes from.
    pub const fn post_layer(&self) -> u16 {
        self.layer.saturating_add(1)
    }
}
