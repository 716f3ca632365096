//! Random networks with weights, samples and targets, such that something happens in them.
//!
//! Every draw is independent of every other one, and a pure function fits them together; so shrinking stays simple.

mod fit;
mod parts;
mod rules;
mod samples;
mod show;
mod usual;

use crate::compare::Turn;
use crate::oracle::bytes;
use crate::oracle::plan::Stored;
use proptest::prelude::*;

/// A network and what it lives through.
#[derive(Clone, PartialEq, Eq)]
pub struct Case {
    /// Plan, labels, kept state, weights.
    pub stored: Stored,
    /// Samples, in order.
    pub turns: Vec<Turn>,
}

impl Case {
    /// The checkpoint of the network as it starts.
    pub fn checkpoint(&self) -> Vec<u8> {
        bytes::write(&self.stored)
    }
}

/// Any network, and a few samples that are learned or classified.
pub fn any_case() -> impl Strategy<Value = Case> {
    (parts::any_parts(), samples::any_draws()).prop_map(|(parts, draws)| {
        let stored = fit::fit(parts);
        let turns = samples::turns(&draws, &stored.plan);
        Case { stored, turns }
    })
}

/// Cases of a test: `few`, or forty times as many with `SLOW=1`.
pub fn number(few: u32) -> u32 {
    if std::env::var("SLOW").is_ok_and(|slow| slow == "1") { few * 40 } else { few }
}
