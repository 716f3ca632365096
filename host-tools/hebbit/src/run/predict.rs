//! Answers to single samples, with the votes of each class.

use crate::engine::{CoreEngine, CoreError};
use hebbit_core::encode::{Answering, UNLABELLED};
use hebbit_core::net::{Engine as _, Parts};
use hebbit_core::num::from_column;

/// A network that answers samples, weights frozen.
pub struct Predictor {
    engine: CoreEngine,
    /// Votes are membranes, not spikes.
    membranes: bool,
    classes: usize,
}

/// The answer to one sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// The class, if the network has an answer.
    pub class: Option<u8>,
    /// For each class the spikes of its output neurons. A network that answers by membrane: the greatest membrane of its output
    /// neurons, in units of 2^-12 thresholds; none for a class without a neuron.
    pub votes: Vec<Option<i64>>,
    /// Ticks until the decision.
    pub ticks: u16,
}

impl Predictor {
    /// Answers with this network; it has that many classes.
    pub fn new(engine: CoreEngine, classes: usize) -> Self {
        let membranes = engine.plan().answering == Answering::Membrane;
        Self { engine, membranes, classes }
    }

    /// How many classes have votes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Answers one sample. Draws of the encoder depend on how many samples were presented before, as in `evaluate`.
    ///
    /// # Errors
    /// A sample that does not fit the network.
    pub fn predict(&mut self, sample: &[u8]) -> Result<Prediction, CoreError> {
        let outcome = self.engine.classify(sample)?;
        let votes = self.engine.with_parts(|parts| self.votes(parts));
        Ok(Prediction { class: outcome.class, votes, ticks: outcome.ticks })
    }

    fn votes(&self, parts: &Parts<'_>) -> Vec<Option<i64>> {
        let mut votes = vec![(!self.membranes).then_some(0); self.classes];
        let Some(output) = parts.layers.last() else { return votes };
        let labels = self.engine.labels();
        let words = if self.membranes { output.membranes() } else { output.counts() };
        for (i, &word) in words.iter().enumerate() {
            let class = labels.get(i).map_or(i, |&class| usize::from(class));
            let Some(vote) = votes.get_mut(class).filter(|_| labels.get(i) != Some(&UNLABELLED)) else {
                continue;
            };
            *vote = Some(match self.membranes {
                true => vote.map_or(i64::MIN, |vote| vote).max(from_column(word).into()),
                false => vote.unwrap_or(0) + i64::from(word),
            });
        }
        votes
    }
}
