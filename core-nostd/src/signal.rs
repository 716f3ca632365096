//! What flows between the parts: events, ticks, what a rule may see of one end of a synapse, phases.

/// A step of a sample. 0 is the first of its window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tick(pub u16);

/// The phases of a tick, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// What a rule may see of one line or one neuron. Nothing here belongs to anybody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Magnitude of this tick's event, 0 if there is none.
    pub event: i16,
    /// Sum of the magnitudes since the window's start; saturates. A graded input counts once per window.
    pub sum: u16,
    /// Whether events are graded, 255 being full scale (lines only).
    pub graded: bool,
    /// Membrane potential after this tick (neurons only).
    pub membrane: i16,
    /// Apical potential (neurons only).
    pub apical: i16,
    /// Hidden or output (neurons only).
    pub role: Role,
}

/// The teacher's word to one output neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted(pub bool);

/// Which output neuron is the greatest: by the votes of its class if neurons are labelled, then spike count, then
/// membrane, then the lower index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The class, if the network has one to give.
    pub class: Option<u8>,
    /// The neuron that decided.
    pub neuron: u16,
}

/// What came of one sample.
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
