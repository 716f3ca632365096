//! Signals between the parts: events, ticks, phases, and the local quantities of one end of a synapse.

use crate::num::{PreFactor, align, floor_shift, index, saturate, wide};

/// A step of a sample. 0 is the first of its window.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tick(pub u16);

/// A line that has a value in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The line.
    pub line: u16,
    /// Its value, 0..=255.
    pub value: u8,
}

/// What reaches the input lines in one tick. The encoder makes events of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// The same as in the tick before; 0 on every line at the start of a sample.
    Hold,
    /// A value per line.
    Values(&'a [u8]),
    /// The lines that have a value; all others have 0.
    Events(&'a [Event]),
}

impl Input<'_> {
    /// Writes the values of all lines into `held`, where those of the tick before stand. Whether they may have changed.
    pub fn hold(self, held: &mut [u8]) -> bool {
        match self {
            Self::Hold => return false,
            Self::Values(values) => {
                let (given, missing) =
                    held.split_at_mut_checked(values.len().min(held.len())).unwrap_or_default();
                given.iter_mut().zip(values).for_each(|(held, &value)| *held = value);
                missing.fill(0);
            }
            Self::Events(events) => {
                held.fill(0);
                for &Event { line, value } in events {
                    if let Some(held) = held.get_mut(index(line)) {
                        *held = value;
                    }
                }
            }
        }
        true
    }
}

/// The phases of a tick, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Phase {
    /// The encoder turns the sample into events on the input lines.
    Encode,
    /// Each projection sums its rows exactly; each layer gets its current.
    Integrate,
    /// Membranes are updated, neurons fire.
    Fire,
    /// The teacher and feedback reach the apical compartments.
    Feedback,
    /// Factors are computed, weights are updated.
    Learn,
}

/// What a layer does in the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Its apical compartment gets feedback.
    #[default]
    Hidden,
    /// Its apical compartment gets the teacher's word.
    Output,
}

/// How finely the events of a layer are graded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Grain {
    /// An event is a spike: 1.
    #[default]
    Spike,
    /// 8 bits: 255 is full scale.
    Graded,
    /// 15 bits: 32767 is full scale.
    Fine,
}

/// The teacher of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Teacher {
    /// None.
    #[default]
    None,
    /// The output neurons compare themselves with the sample's class.
    Error,
    /// The same with the opposite sign.
    Against,
    /// A reward, broadcast to the whole network, for a right or wrong answer.
    Reward,
}

/// What a rule may see of one line or one neuron: local quantities only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Magnitude of this tick's event, 0 if there is none.
    pub event: i16,
    /// Sum of the magnitudes since the window's start; saturates. A graded input counts once per window.
    pub sum: u16,
    /// How finely events of its layer are graded.
    pub grain: Grain,
    /// Membrane potential after this tick (neurons only).
    pub membrane: i16,
    /// Current that the forward projections bring, the basal one (neurons only).
    pub current: i16,
    /// Apical potential (neurons only).
    pub apical: i16,
    /// Hidden or output (neurons only).
    pub role: Role,
    /// The teacher of this tick.
    pub teacher: Teacher,
    /// This tick of its window.
    pub tick: u16,
    /// The reward when it comes, broadcast to all; 256 is 1.0. Less the mean reward for rules that do not teach the neuron that acted.
    pub modulator: i16,
    /// 16 random bits: the same for a neuron and for the line that it drives.
    pub draw: u16,
}

impl Activity {
    /// The event as a rate in 15 bits, 32767 for 1.0.
    #[inline(always)]
    pub fn rate(&self) -> i16 {
        match self.grain {
            Grain::Fine => self.event,
            Grain::Graded | Grain::Spike => saturate(align(wide(self.event), 7)),
        }
    }

    /// The event in 8 bits, 255 for 1.0: the width of a `pre` factor.
    #[inline(always)]
    pub fn magnitude(&self) -> PreFactor {
        let down = if self.grain == Grain::Fine { 7 } else { 0 };
        PreFactor::clamped(floor_shift(wide(self.event), down))
    }
}

/// Which output neuron is the greatest: by the votes of its class if neurons are labelled, then spike count, then
/// membrane, then the lower index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The class, if the network has one to give.
    pub class: Option<u8>,
    /// The neuron that decided.
    pub neuron: u16,
}

/// The result of one sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Outcome {
    /// The class, if the network has one to give.
    pub class: Option<u8>,
    /// The output neuron that decided.
    pub neuron: u16,
    /// Ticks until the decision: all of them, unless the readout stops at the first spike.
    pub ticks: u16,
    /// Spikes (graded: events) of all neurons in this sample.
    pub spikes: u32,
}
