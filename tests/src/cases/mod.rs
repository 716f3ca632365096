//! Random networks with weights, samples and targets that cause activity.
//!
//! All draws are independent, and a pure function combines them, so that shrinking stays simple.

mod fit;
mod life;
mod numbers;
mod parts;
mod rules;
mod samples;
pub mod schema;
mod show;
mod usual;

use crate::compare::{Deed, Turn};
use crate::oracle::bytes;
use crate::oracle::plan::Stored;
use hebbit_core::net::Target;
use proptest::prelude::*;

/// A network and the samples presented to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Case {
    /// Plan, labels, kept state, weights.
    pub stored: Stored,
    /// Samples, in order.
    pub turns: Vec<Turn>,
}

impl Case {
    /// The checkpoint of the initial network.
    pub fn checkpoint(&self) -> Vec<u8> {
        bytes::write(&self.stored)
    }

    /// The same network with one rule for all layers, and [`Self::plain`].
    #[must_use]
    pub fn simple(mut self) -> Self {
        self.stored.plan.others.clear();
        self.stored.plan.layers.iter_mut().for_each(|layer| layer.rule = 0);
        self.plain()
    }

    /// The same network without *life*: every sample is learned or answered once.
    #[must_use]
    pub fn plain(mut self) -> Self {
        (self.stored.plan.life, self.stored.plan.lived) = Default::default();
        for turn in &mut self.turns {
            turn.deed = match turn.deed {
                Deed::Remember(class) => Deed::Learn(Target::Class(class)),
                Deed::Reload => Deed::Classify,
                deed => deed,
            };
        }
        self
    }
}

/// Any network, and a few samples that are learned or classified.
pub fn any_case() -> impl Strategy<Value = Case> {
    any_case_in_time().prop_map(|mut case| {
        for turn in &mut case.turns {
            if let Deed::Ticks { target, lines } = turn.deed {
                turn.sample.truncate(lines);
                turn.deed = target.map_or(Deed::Classify, Deed::Learn);
            }
        }
        case
    })
}

/// Any network, and a few samples, the input of some of which changes from tick to tick.
pub fn any_case_in_time() -> impl Strategy<Value = Case> {
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
