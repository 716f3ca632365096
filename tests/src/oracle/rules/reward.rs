//! NUMBERS 7.9.8: `reward`.

use super::{LearningRule, Post, Seen, tick, units};
use crate::oracle::numbers::{Int, exact, floor_shift, saturate};
use crate::oracle::words::Cursor;

/// Parameters of `reward`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Reward {
    pub line_decay: Int,
    pub line_bump: Int,
    pub decay: Int,
    pub bump: Int,
}

impl LearningRule for Reward {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { line_decay: c.u16()?, line_bump: c.u16()?, decay: c.u16()?, bump: c.u16()? })
    }
    fn words(&self) -> Vec<Int> {
        vec![self.line_decay, self.line_bump, self.decay, self.bump]
    }
    /// Trace; trace.
    fn remembers(&self) -> [usize; 2] {
        [1, 1]
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        state[0] = tick(state[0], self.decay, self.bump, seen.event.min(255));
        Post::one(saturate(floor_shift(exact(seen.modulator * state[0]), 8)))
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        state[0] = tick(state[0], self.line_decay, self.line_bump, seen.event.min(255));
        [units(state[0]), 0]
    }
}
