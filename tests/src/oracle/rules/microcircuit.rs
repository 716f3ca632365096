//! NUMBERS 7.9.3: `microcircuit`.

use super::{LearningRule, Post, Seen, tick, units};
use crate::oracle::numbers::{Int, exact, floor_shift, saturate};
use crate::oracle::plan::Grain;
use crate::oracle::words::Cursor;

/// Parameters of `microcircuit`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Microcircuit {
    pub line_decay: Int,
    pub line_bump: Int,
    pub error_decay: Int,
    pub error_bump: Int,
    pub rate: Int,
    pub threshold: Int,
    pub reach: Int,
}

impl Microcircuit {
    /// The error, near the threshold.
    fn error(&self, seen: &Seen) -> Int {
        let before = seen.membrane + if seen.event != 0 { self.threshold } else { 0 };
        let open = seen.output || exact(before - self.threshold).abs() <= self.reach;
        if open { seen.apical } else { 0 }
    }
}

impl LearningRule for Microcircuit {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            line_decay: c.u16()?,
            line_bump: c.u16()?,
            error_decay: c.u16()?,
            error_bump: c.u16()?,
            rate: c.u16()?,
            threshold: c.i16()?,
            reach: c.i16()?,
        })
    }
    fn words(&self) -> Vec<Int> {
        let traces = [self.line_decay, self.line_bump, self.error_decay, self.error_bump];
        traces.into_iter().chain([self.rate, self.threshold, self.reach]).collect()
    }
    fn runs(&self) -> bool {
        self.rate <= 256 && self.threshold > 0 && self.reach >= 0
    }
    /// Trace; plus and minus.
    fn remembers(&self) -> [usize; 2] {
        [1, 2]
    }
    fn teach(&self, state: &mut [Int], seen: &Seen, wanted: bool) -> Int {
        let due = floor_shift(exact((seen.tick + 1) * self.rate), 8);
        let missing = wanted && seen.sum < due;
        let surplus = !wanted && seen.event != 0;
        state[0] = tick(state[0], self.error_decay, self.error_bump, missing.into());
        state[1] = tick(state[1], self.error_decay, self.error_bump, surplus.into());
        saturate(state[0] - state[1])
    }
    fn send(&self, seen: &Seen) -> [Int; 2] {
        [self.error(seen), 0]
    }
    fn post(&self, _: &mut [Int], seen: &Seen) -> Post {
        Post::one(self.error(seen))
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        if seen.grain != Grain::Spike {
            return [seen.rate8(), 0];
        }
        state[0] = tick(state[0], self.line_decay, self.line_bump, seen.event);
        [units(state[0]), 0]
    }
}
