//! The interface of every engine: host core, device, RTL, oracle.

use super::{Digest, Moment, Place};
use crate::signal::{Input, Outcome};

/// What the teacher says about a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Target {
    /// Unlabelled: unsupervised rules learn, the others change nothing.
    #[default]
    Unknown,
    /// Its class.
    Class(u8),
    /// Yes: it is of this class, which was the answer or a guess.
    Right(u8),
    /// No: it is not of this class. The output neuron of the class alone is taught, and it was not wanted.
    Wrong(u8),
}

impl Target {
    /// The sample's class, if the target gives it.
    pub const fn class(self) -> Option<u8> {
        match self {
            Self::Class(class) | Self::Right(class) => Some(class),
            Self::Unknown | Self::Wrong(_) => None,
        }
    }

    /// Whether an answer was wrong, if the target decides it.
    pub fn wrong(self, answer: Option<u8>) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Class(class) | Self::Right(class) => Some(answer != Some(class)),
            Self::Wrong(class) => (answer == Some(class)).then_some(true),
        }
    }
}

/// What a digest covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Scope {
    /// Neuron and line state and update factors.
    State,
    /// Every weight.
    Weights,
    /// What a checkpoint stores: kept neuron state, weights, counters. The digest of a run.
    Stored,
}

/// One of the lives of a network. All of them compute the same bits.
pub trait Engine {
    /// What can go wrong: nothing on the host, the link on a device.
    type Error: core::error::Error;

    /// Human-readable name: "core", "sim", "rtl".
    fn name(&self) -> &'static str;
    /// Loads a stored network.
    ///
    /// # Errors
    /// If it is not a valid checkpoint or does not fit.
    fn load(&mut self, checkpoint: &[u8]) -> Result<(), Self::Error>;
    /// Answers one sample and changes no weight.
    ///
    /// # Errors
    /// If the sample has the wrong length or the link fails.
    fn classify(&mut self, sample: &[u8]) -> Result<Outcome, Self::Error>;
    /// Answers one sample, then learns from it, and from remembered ones if the plan's life says so.
    ///
    /// # Errors
    /// If the sample has the wrong length or the link fails.
    fn learn(&mut self, sample: &[u8], target: Target) -> Result<Outcome, Self::Error>;
    /// Begins a sample whose input comes tick by tick: one to learn once, or without a target one to classify. Remembered samples
    /// play no part. A sample that was begun and not finished is dropped.
    ///
    /// # Errors
    /// If the link fails.
    fn begin(&mut self, target: Option<Target>) -> Result<(), Self::Error>;
    /// Carries out the next tick of the sample that was begun. Whether another one is left; without one it does nothing.
    ///
    /// # Errors
    /// If the values are not as many as the network has lines, the engine cannot take them in this tick, or the link fails.
    fn tick(&mut self, input: Input<'_>) -> Result<bool, Self::Error>;
    /// Carries out the ticks that are left, holding the input, and answers. Without a sample that was begun there is no answer.
    ///
    /// # Errors
    /// If the link fails.
    fn finish(&mut self) -> Result<Outcome, Self::Error>;
    /// Remembers a labelled sample without learning it: fills the ring of a network that was just loaded.
    ///
    /// # Errors
    /// If the sample has the wrong length or the link fails.
    fn remember(&mut self, sample: &[u8], class: u8) -> Result<(), Self::Error>;
    /// Digest of the current state, after the last sample.
    ///
    /// # Errors
    /// If the link fails.
    fn digest(&mut self, scope: Scope) -> Result<Digest, Self::Error>;
    /// Learns one sample while showing every word of state after every phase: what is replayed after a mismatch.
    ///
    /// # Errors
    /// If the sample has the wrong length or the link fails.
    fn watch(
        &mut self,
        sample: &[u8],
        target: Target,
        see: &mut dyn FnMut(Moment, Place, u16),
    ) -> Result<Outcome, Self::Error>;
    /// Writes the current network into `checkpoint`, which has the length of the one that was loaded.
    ///
    /// # Errors
    /// If the buffer has the wrong length or the link fails.
    fn save(&mut self, checkpoint: &mut [u8]) -> Result<(), Self::Error>;
}
