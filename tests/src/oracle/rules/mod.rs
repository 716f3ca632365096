//! NUMBERS 7.9: the learning rules, one end of a synapse at a time. Each file has a rule's parameters, their words and
//! what it makes of what it sees.

mod burst;
mod control;
mod counting;
mod equilibrium;
mod microcircuit;
mod predictive;
mod reward;
mod stdp;
mod triplet;

pub use burst::{Burst, Form};
pub use control::{Control, Spikes};
pub use counting::Counting;
pub use equilibrium::Equilibrium;
pub use microcircuit::Microcircuit;
pub use predictive::Predictive;
pub use reward::Reward;
pub use stdp::Stdp;
pub use triplet::Triplet;

use super::numbers::{Int, floor_shift, leak, saturate_unsigned};
use super::plan::{Grain, Teacher};
use super::words::Cursor;

/// What a rule sees of a neuron, or of a line: then there are no potentials.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// This tick's event.
    pub event: Int,
    /// Sum of events since the window's start.
    pub sum: Int,
    /// The membrane after this tick.
    pub membrane: Int,
    /// This tick's basal current.
    pub current: Int,
    /// The apical potential.
    pub apical: Int,
    /// Whether it is in the last layer.
    pub output: bool,
    /// What the events of its layer are.
    pub grain: Grain,
    /// The effective teacher.
    pub teacher: Teacher,
    /// Tick of the window.
    pub tick: Int,
    /// What the reward makes of this step.
    pub modulator: Int,
    /// Its draw of this step.
    pub draw: Int,
}

impl Seen {
    /// The event as a rate of 15 bits.
    pub fn rate15(&self) -> Int {
        if self.grain == Grain::Fine { self.event } else { self.event * 128 }
    }
    /// The event as a rate of 8 bits.
    pub fn rate8(&self) -> Int {
        if self.grain == Grain::Fine { floor_shift(self.event, 7) } else { self.event.min(255) }
    }
}

/// What a neuron brings to an update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// One factor per term.
    pub terms: [Int; 2],
    /// Whether its weights forget.
    pub forget: bool,
}

impl Post {
    /// One term, nothing forgotten.
    pub fn one(term: Int) -> Self {
        Self::two(term, 0)
    }
    /// Two terms, nothing forgotten.
    pub fn two(first: Int, second: Int) -> Self {
        Self { terms: [first, second], forget: false }
    }
}

/// A learning rule. What it does not say is nothing.
pub trait LearningRule {
    /// Its parameters from words.
    fn read(c: &mut Cursor<'_>) -> Option<Self>
    where
        Self: Sized;
    /// Its parameters as words.
    fn words(&self) -> Vec<Int>;
    /// Whether its parameters are in range.
    fn runs(&self) -> bool {
        true
    }
    /// Whether equal ticks of the windows of a sample have equal draws.
    fn repeats(&self) -> bool {
        false
    }
    /// Words that it remembers of each line and of each neuron.
    fn remembers(&self) -> [usize; 2] {
        [0, 0]
    }
    /// The apical potential that an output neuron makes of its target.
    fn teach(&self, _state: &mut [Int], _seen: &Seen, _wanted: bool) -> Int {
        0
    }
    /// The two words that a neuron sends down.
    fn send(&self, _seen: &Seen) -> [Int; 2] {
        [0, 0]
    }
    /// A neuron's part of a learning step.
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post;
    /// A line's part of a learning step.
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2];
    /// A neuron's part of the step of plastic feedback: as the one above, and as the one below.
    fn back(&self, _state: &[Int], _seen: &Seen) -> [Int; 2] {
        [0, 0]
    }
}

/// A learning rule and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub enum Rule {
    Burst(Burst),
    Stdp(Stdp),
    Microcircuit(Microcircuit),
    Control(Control),
    Predictive(Predictive),
    Equilibrium(Equilibrium),
    Triplet(Triplet),
    Reward(Reward),
    Dfa(Counting),
    Drtp(Counting),
}

impl Rule {
    /// Reads its tag and its parameters.
    pub(super) fn read(c: &mut Cursor<'_>) -> Option<Self> {
        match c.u32()? {
            1 => Burst::read(c).map(Self::Burst),
            2 => Stdp::read(c).map(Self::Stdp),
            3 => Microcircuit::read(c).map(Self::Microcircuit),
            4 => Control::read(c).map(Self::Control),
            5 => Predictive::read(c).map(Self::Predictive),
            6 => Equilibrium::read(c).map(Self::Equilibrium),
            7 => Triplet::read(c).map(Self::Triplet),
            8 => Reward::read(c).map(Self::Reward),
            9 => Counting::read(c).map(Self::Dfa),
            10 => Counting::read(c).map(Self::Drtp),
            _ => None,
        }
    }

    /// FORMAT 2.1.
    pub fn tag(&self) -> Int {
        match self {
            Self::Burst(_) => 1,
            Self::Stdp(_) => 2,
            Self::Microcircuit(_) => 3,
            Self::Control(_) => 4,
            Self::Predictive(_) => 5,
            Self::Equilibrium(_) => 6,
            Self::Triplet(_) => 7,
            Self::Reward(_) => 8,
            Self::Dfa(_) => 9,
            Self::Drtp(_) => 10,
        }
    }

    /// The rule by what it does.
    pub fn acts(&self) -> &dyn LearningRule {
        match self {
            Self::Burst(rule) => rule,
            Self::Stdp(rule) => rule,
            Self::Microcircuit(rule) => rule,
            Self::Control(rule) => rule,
            Self::Predictive(rule) => rule,
            Self::Equilibrium(rule) => rule,
            Self::Triplet(rule) => rule,
            Self::Reward(rule) => rule,
            Self::Dfa(rule) | Self::Drtp(rule) => rule,
        }
    }
}

/// A trace after a tick.
fn tick(z: Int, decay: Int, bump: Int, magnitude: Int) -> Int {
    saturate_unsigned(leak(z, decay) + bump * magnitude)
}

/// Whole units of a trace.
fn units(z: Int) -> Int {
    floor_shift(z, 8)
}
