//! What a device made of the samples that were streamed to it.

use crate::record::percent;
use hebbit_core::link::SampleResult;
use hebbit_core::signal::Outcome;

/// Counts of samples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were answered.
    pub samples: u64,
    /// How many were right.
    pub right: u64,
    /// `confusion[truth][answer]`; the last column is no answer.
    pub confusion: Vec<Vec<u32>>,
    /// What they cost, in the device's unit.
    pub cost: u64,
    /// The greatest of them.
    pub worst: u32,
}

impl Tally {
    /// No samples of so many classes.
    pub fn new(classes: usize) -> Self {
        Self { confusion: vec![vec![0; classes + 1]; classes], ..Self::default() }
    }

    /// Counts one.
    pub fn note(&mut self, label: u8, result: &SampleResult) {
        let none = self.confusion.len();
        let answer = result.class.map_or(none, usize::from).min(none);
        if let Some(count) = self.confusion.get_mut(usize::from(label)).and_then(|row| row.get_mut(answer)) {
            *count += 1;
        }
        self.samples += 1;
        self.right += u64::from(result.class == Some(label));
        self.cost += u64::from(result.cost);
        self.worst = self.worst.max(result.cost);
    }

    /// Percent right.
    pub fn accuracy(&self) -> f64 {
        percent(self.right, self.samples)
    }
}

/// The outcome in a device's result.
pub fn outcome(result: &SampleResult) -> Outcome {
    let SampleResult { class, neuron, ticks, spikes, .. } = *result;
    Outcome { class, neuron, ticks, spikes }
}
