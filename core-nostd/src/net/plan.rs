//! What a network is, without its weights and its state: shapes, parameters, schedule, counters.
//!
//! [`Plan::check`] proves once that every sum fits; after it nothing in the network can fail.

use crate::encode::EncoderOps;
use crate::encode::{Answering, AnyEncoder};
use crate::learn::AnyRule;
use crate::net::life::{LifePlan, Lived};
use crate::neuron::AnyNeuron;
use crate::neuron::NeuronOps;
use crate::num::{
    BOUND_I8, Current, FINE_FRACTION, FINE_FULL, GRADED_FRACTION, GRADED_FULL, LANES, SHIFT_I8, SHIFT_I16,
    Word, halves, index, joined,
};
use crate::signal::{Grain, Teacher};
use heapless::Vec;

/// Most layers of a network, the input included.
pub const MAX_LAYERS: usize = 16;
/// Most learning rules of a network beside the first.
pub const MAX_OTHERS: usize = 1;
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

mod check;
mod connection;

pub use check::ShapeError;
pub use connection::{Connection, FROM_TARGET, Tap, Taps, Topology, WeightSource};

words! {
    /// Counters that are part of the stored network.
    pub struct Counters {
        /// Samples learned so far: the learning-rate schedule counts them. Saturates, so that a rate that fell never rises again.
        pub samples: u32,
        /// Learning steps so far: the dither's key, nothing else, and so it wraps. One per learning tick, whether or not a weight changed.
        pub steps: u32,
        /// Samples seen so far, learned or not: the key of an encoder's draws, and so it wraps.
        pub presented: u32,
        /// Running mean of the reward, 2^-8.
        pub mean: i16,
    }
}

impl Counters {
    /// What the draws of a sample that is learned depend on: another number for each of them, also once [`Self::samples`] has
    /// reached its end.
    pub const fn drawn(&self) -> u32 {
        if self.samples == u32::MAX { self.presented } else { self.samples }
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

/// What a layer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Lines from the encoder.
    Input(AnyEncoder),
    /// Neurons.
    Neurons(AnyNeuron),
}

impl LayerKind {
    /// Whether its parameters are in their ranges.
    pub(super) fn valid(&self) -> bool {
        match self {
            Self::Input(encoder) => encoder.ops().valid(),
            Self::Neurons(neuron) => neuron.ops().valid(),
        }
    }
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
    /// Where its neurons stand.
    pub shape: Shape,
    /// The rule by which its neurons learn: 0 is the network's first, others follow ([`Plan::others`]). The input learns nothing.
    pub rule: u8,
    /// Of a graded input: whether its sums add up over the ticks, as those of every other layer do. If not, a sum is the event that
    /// is held: a picture counts once.
    pub adds: bool,
}

words! {
    /// Where the neurons of a layer stand: `height * width` places, at each of them as many channels as the layer has neurons for
    /// each place, a place's channels one behind the other. 0, 0: no places, and every neuron is a channel.
    pub struct Shape {
        /// Rows.
        pub height: u16,
        /// Columns.
        pub width: u16,
    }
}

impl LayerPlan {
    /// A layer of so many lines or neurons that do not compete, without places, whose apical potentials stay apart.
    pub const fn new(kind: LayerKind, neurons: u16) -> Self {
        let shape = Shape { height: 0, width: 0 };
        Self { kind, neurons, winner_take_all: false, coupling: Coupling::None, shape, rule: 0, adds: false }
    }
    /// Whether its neurons fill its places.
    pub(super) fn has_places(&self) -> bool {
        let Shape { height, width } = self.shape;
        let flat = height == 0 && width == 0;
        let channels = u32::from(self.neurons).checked_rem(u32::from(height).saturating_mul(width.into()));
        flat || channels == Some(0)
    }
    /// Channels at each of its places.
    pub const fn channels(&self) -> u16 {
        match self.neurons.checked_div(self.shape.height.saturating_mul(self.shape.width)) {
            Some(channels) => channels,
            None => self.neurons,
        }
    }
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
        match &self.kind {
            LayerKind::Input(encoder) => encoder.ops().grain(),
            LayerKind::Neurons(neuron) => neuron.ops().grain(),
        }
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
    /// The learning rule of the layers that name no other.
    pub rule: AnyRule,
    /// The others: a layer names the first of them by 1.
    pub others: Vec<AnyRule, MAX_OTHERS>,
    /// When the network answers.
    pub answering: Answering,
    /// The learning rate halves every so many learned samples; 0: never.
    pub halve_every: u32,
    /// Layers; the first is the input.
    pub layers: Vec<LayerPlan, MAX_LAYERS>,
    /// Projections, ordered by the layer that they reach.
    pub projections: Vec<Connection, MAX_LAYERS>,
    /// Feedback projections.
    pub feedback: Vec<Connection, MAX_LAYERS>,
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

    /// The rule by which the neurons of layer `l` learn.
    pub fn rule_of(&self, l: usize) -> &AnyRule {
        if self.others.is_empty() {
            return &self.rule;
        }
        let other = self.layers.get(l).and_then(|layer| index(layer.rule.into()).checked_sub(1));
        other.and_then(|other| self.others.get(other)).unwrap_or(&self.rule)
    }

    /// The rule of the lines of layer `l`, delayed or not: that of the neurons which learn from them.
    pub fn line_rule(&self, l: usize, delay: bool) -> &AnyRule {
        if self.others.is_empty() {
            return &self.rule;
        }
        let learns = self.projections.iter().find(|p| p.plastic && p.delay == delay && index(p.pre) == l);
        learns.map_or(&self.rule, |p| self.rule_of(index(p.post)))
    }

    /// Values of a sample.
    pub fn lines(&self) -> usize {
        self.width_of(0, |l| l.len())
    }

    /// The output layer's index.
    pub fn output(&self) -> usize {
        self.layers.len().saturating_sub(1)
    }

    /// Which weights of a connection onto somata meet which lines and neurons.
    pub fn taps(&self, plan: &Connection) -> Taps {
        let columns = self.width_of(plan.post, |l| l.len());
        let (lines, width) = (self.width_of(plan.pre, |l| l.len()), self.width(plan));
        Taps { topology: plan.topology, lines, columns, width }
    }

    /// Rows of the matrix of a connection onto somata, its bias included.
    pub fn rows(&self, plan: &Connection) -> usize {
        self.taps(plan).rows(plan.bias)
    }

    /// Columns of a projection's matrix in memory.
    pub fn width(&self, plan: &Connection) -> usize {
        self.width_of(plan.post, LayerPlan::width)
    }

    /// Bytes of a projection's matrix, a multiple of 8.
    pub fn projection_bytes(&self, plan: &Connection) -> usize {
        let weights = self.rows(plan).saturating_mul(self.width(plan));
        weights.saturating_mul(self.format.bytes()).saturating_add(7) & !7
    }

    /// Rows and columns in memory of a feedback's own matrix; none for the others.
    pub fn feedback_shape(&self, plan: &Connection) -> (usize, usize) {
        match plan.weights {
            WeightSource::Own => {
                let rows = self.layers.get(plan.source(self.output())).map_or(0, LayerPlan::len);
                (rows, self.width_of(plan.post, LayerPlan::width))
            }
            WeightSource::Sign | WeightSource::Tied | WeightSource::Keyed => (0, 0),
        }
    }

    /// Bytes of a feedback's own matrix, a multiple of 8.
    pub fn feedback_bytes(&self, plan: &Connection) -> usize {
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
            rows.saturating_mul(self.width_of(b.post, |l| l.len()))
        });
        forward.chain(feedback).fold(0, usize::saturating_add)
    }

    /// The forward projection whose weights or signs a feedback uses.
    pub fn upward(&self, feedback: &Connection) -> Option<usize> {
        self.projections.iter().position(|p| p.pre == feedback.post && p.post == feedback.pre && !p.delay)
    }

    /// Where the binary point of a projection's sum moves to reach the current's: a left shift if positive.
    pub fn alignment(&self, plan: &Connection) -> i32 {
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
