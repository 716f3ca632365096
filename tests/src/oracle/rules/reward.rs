//! NUMBERS 7.9.8: `reward`.

use super::{LearningRule, Post, Seen, tick, units};
use crate::oracle::numbers::{Int, exact, floor_shift, saturate};
use crate::oracle::plan::Grain;
use crate::oracle::words::Cursor;

/// Parameters of `reward`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Reward {
    pub line_decay: Int,
    pub line_bump: Int,
    pub decay: Int,
    pub explore: Int,
    pub bump: Int,
    pub target: Int,
}

impl LearningRule for Reward {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        let (line_decay, line_bump) = (c.u16()?, c.u16()?);
        let ([decay, explore], [bump, target]) = (c.halves()?, c.halves()?);
        Some(Self { line_decay, line_bump, decay, explore, bump, target })
    }
    fn words(&self) -> Vec<Int> {
        let halves = [self.decay + 65536 * self.explore, self.bump + 65536 * self.target];
        vec![self.line_decay, self.line_bump, halves[0], halves[1]]
    }
    fn runs(&self) -> bool {
        self.target != 0 || self.explore == 0
    }
    fn explores(&self) -> Option<Int> {
        (self.target != 0).then_some(self.explore)
    }
    /// The state is the reward that it expects.
    fn teach(&self, state: &mut [Int], seen: &Seen, acted: bool) -> Int {
        if !acted || seen.modulator == 0 {
            return 0;
        }
        if seen.modulator < 0 {
            return saturate(-state[0]);
        }
        saturate((floor_shift(exact(seen.modulator * self.target), 8) - state[0]).max(0))
    }
    fn send(&self, seen: &Seen) -> [Int; 2] {
        [seen.apical, 0]
    }
    /// Trace; trace.
    fn remembers(&self) -> [usize; 2] {
        [1, 1]
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        state[0] = tick(state[0], self.decay, self.bump, seen.event.min(255));
        Post::one(match self.target {
            0 => saturate(floor_shift(exact(seen.modulator * state[0]), 8)),
            _ if seen.output || state[0] > 0 => seen.apical,
            _ => 0,
        })
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        let whole = self.target == 0 || seen.grain == Grain::Spike;
        let bump = if whole { self.line_bump } else { units(self.line_bump) };
        state[0] = tick(state[0], self.line_decay, bump, seen.event.min(255));
        [units(state[0]), 0]
    }
}
