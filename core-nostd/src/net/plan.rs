//! What a network is, without its weights and its state: shapes, parameters, schedule, counters.
//!
//! [`Plan::check`] proves once that every sum fits; after it nothing in the network can fail.

mod check;

pub use check::ShapeError;

use crate::encode::{Answering, AnyEncoder};
use crate::learn::AnyRule;
use crate::net::layer;
use crate::net::life::{LifePlan, Lived};
use crate::neuron::AnyNeuron;
use crate::num::{
    BOUND_I8, Current, FINE_FRACTION, FINE_FULL, GRADED_FRACTION, GRADED_FULL, LANES, SHIFT_I8, SHIFT_I16,
    Word, halves, index, joined,
};
use crate::signal::{Grain, Teacher};
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

impl Word for Teacher {
    fn from_word(word: u32) -> Self {
        match word {
            1 => Self::Error,
            2 => Self::Against,
            3 => Self::Reward,
            _ => Self::None,
        }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Error => 1,
            Self::Against => 2,
            Self::Reward => 3,
        }
    }
}
choice! {
    /// How a window starts.
    Start {
        /// Membranes, traces and sums start from rest.
        Reset = 0,
        /// Everything goes on from the window before; only sums and `post` factors start from zero.
        Keep = 1,
        /// The same, but neurons, their events and apical potentials are what they were at the end of the last window that is
        /// not extra.
        Restore = 2,
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
        /// Weights of its own, `shift` fraction bits, rows by the neuron that sends.
        Own = 2,
        /// Odd numbers from -255 to 255, `shift` fraction bits, drawn anew from their key whenever they are needed.
        Keyed = 3,
    }
}
choice! {
    /// Whether the apical potential reaches the soma.
    Coupling {
        /// It does not: the soma gets the forward current alone.
        None = 0,
        /// It is added to the current.
        Open = 1,
        /// It is added while the membrane is within 0..=1: where a clipped rate has a slope.
        Gated = 2,
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
        /// Running mean of the reward, 2^-8.
        pub mean: i16,
    }
}

words! {
    /// One window of a sample.
    pub struct Window {
        /// How many ticks it lasts, 1..=32767.
        pub ticks: u16,
        /// Which teacher acts.
        pub teacher: Teacher,
        /// How it starts.
        pub start: Start,
        /// When it learns.
        pub learning: Learning,
        /// Whether every layer sees the last tick's events of the layers of neurons below, as in a relaxation.
        pub late: bool,
        /// Whether rate units follow their current at once.
        pub settle: bool,
        /// Whether feedback runs in every tick, not only where something is learned.
        pub each: bool,
        /// Whether the input is held at zero in this window.
        pub blank: bool,
        /// Whether it is left out when classifying; the answer is that of the last window before it.
        pub extra: bool,
    }
}

impl Plan {
    /// Whether a window starts from what was saved.
    pub(super) fn restores(&self) -> bool {
        self.windows.iter().any(|w| w.start == Start::Restore)
    }
}

impl Window {
    /// One window of `ticks` that starts from rest, with this teacher and time of learning.
    pub const fn new(ticks: u16, teacher: Teacher, learning: Learning) -> Self {
        let start = Start::Reset;
        Self {
            ticks,
            teacher,
            start,
            learning,
            late: false,
            settle: false,
            each: false,
            blank: false,
            extra: false,
        }
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
        /// The weight that counts as nothing: one blanket inhibitory cell of this fixed weight on all lines, so that every
        /// physical weight may be positive (Dale). 0, or half of `high` with `low` 0.
        pub zero: i16,
        /// In a window that learns in every tick, it learns once, in the last one, from the sum of its neurons' factors.
        pub summed: bool,
    }
}

/// A feedback's `from`: not a layer, the target.
pub const FROM_TARGET: u16 = u16::MAX;

words! {
    /// A feedback projection from a later layer, or from the target, onto the apical compartments of `layer`.
    pub struct FeedbackPlan {
        /// Hidden layer that gets it.
        pub layer: u16,
        /// Layer that it comes from, above `layer`; or [`FROM_TARGET`].
        pub from: u16,
        /// Which weights it uses.
        pub weights: FeedbackWeights,
        /// Sign: magnitude `2^-shift`. Own, keyed: fraction bits. Tied: not used. 0..=15.
        pub shift: u16,
        /// Which word of the rule it carries, 0 or 1.
        pub word: u16,
        /// Greatest magnitude of its own weights; 0 if it has none.
        pub bound: i16,
        /// Whether its own weights learn.
        pub plastic: bool,
        /// Learning rate of its own weights: `2^rate`, -16..=15; 0 if they do not learn.
        pub rate: i32,
    }
}

impl FeedbackPlan {
    /// The layer whose neurons it comes from: of the target, the output.
    pub const fn source(&self, output: usize) -> usize {
        if self.from == FROM_TARGET { output } else { index(self.from) }
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
    /// Whether its apical potentials reach the somata.
    pub coupling: Coupling,
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
    /// How finely its events are graded.
    pub fn grain(&self) -> Grain {
        layer::grain(&self.kind)
    }
    /// Whether its events are graded, finely or not.
    pub fn graded(&self) -> bool {
        self.grain() != Grain::Spike
    }
    /// The greatest magnitude of its events, which its bias line always carries.
    pub fn full_scale(&self) -> i16 {
        match self.grain() {
            Grain::Spike => 1,
            Grain::Graded => GRADED_FULL,
            Grain::Fine => FINE_FULL,
        }
    }
    /// Fraction bits of its events.
    pub fn event_fraction(&self) -> u32 {
        match self.grain() {
            Grain::Spike => 0,
            Grain::Graded => GRADED_FRACTION,
            Grain::Fine => FINE_FRACTION,
        }
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
    /// How it goes on learning once it is deployed.
    pub life: LifePlan,
    /// What it then knows of its own answers; all zero if `life` is.
    pub lived: Lived,
}

impl Plan {
    /// Samples that the network was given, learned or not: those presented, the ones learned again not counted. Wraps.
    pub const fn met(&self) -> u32 {
        self.counters.presented.wrapping_sub(self.lived.repeats)
    }

    /// Values of a sample.
    pub fn lines(&self) -> usize {
        self.width_of(0, |l| l.len())
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
                let rows = self.layers.get(plan.source(self.output())).map_or(0, LayerPlan::len);
                (rows, self.width_of(plan.layer, LayerPlan::width))
            }
            FeedbackWeights::Sign | FeedbackWeights::Tied | FeedbackWeights::Keyed => (0, 0),
        }
    }

    /// Bytes of a feedback's own matrix, a multiple of 8.
    pub fn feedback_bytes(&self, plan: &FeedbackPlan) -> usize {
        let (rows, width) = self.feedback_shape(plan);
        rows.saturating_mul(width).saturating_mul(self.format.bytes()).saturating_add(7) & !7
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

    /// The forward projection whose weights or signs a feedback uses.
    pub fn upward(&self, feedback: &FeedbackPlan) -> Option<usize> {
        self.projections.iter().position(|p| p.pre == feedback.layer && p.post == feedback.from)
    }

    /// Where the binary point of a projection's sum moves to reach the current's: a left shift if positive.
    pub fn alignment(&self, plan: &ProjectionPlan) -> i32 {
        let events = self.layers.get(index(plan.pre)).map_or(0, LayerPlan::event_fraction);
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
}
