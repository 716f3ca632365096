//! NUMBERS 7.9.1 and 7.9.9: events are counted and compared with a target.

use super::{LearningRule, Post, Seen};
use crate::oracle::numbers::{Int, clamp, floor_shift, saturate};
use crate::oracle::plan::Grain;
use crate::oracle::words::Cursor;

/// Parameters of `dfa` and `drtp`, and those that `burst` begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Counting {
    pub target: Int,
    pub ceiling: Int,
    pub spike_shift: Int,
}

impl Counting {
    /// The apical potential, if the gate is open.
    pub fn deviation(&self, seen: &Seen) -> Int {
        let open = seen.output || (0 < seen.sum && seen.sum < self.ceiling);
        if open { seen.apical } else { 0 }
    }
}

impl LearningRule for Counting {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { target: c.u16()?, ceiling: c.u16()?, spike_shift: c.u16()? })
    }
    fn words(&self) -> Vec<Int> {
        vec![self.target, self.ceiling, self.spike_shift]
    }
    fn runs(&self) -> bool {
        (1..=127).contains(&self.target) && self.spike_shift <= 8
    }
    fn teach(&self, _: &mut [Int], seen: &Seen, wanted: bool) -> Int {
        let error = if wanted { clamp(self.target - seen.sum, 0, 127) } else { clamp(-seen.sum, -128, 0) };
        saturate(256 * error)
    }
    fn send(&self, seen: &Seen) -> [Int; 2] {
        [self.deviation(seen), 0]
    }
    fn post(&self, _: &mut [Int], seen: &Seen) -> Post {
        Post::one(self.deviation(seen))
    }
    fn pre(&self, _: &mut [Int], seen: &Seen) -> [Int; 2] {
        let counted = match seen.grain {
            Grain::Spike => seen.sum * (1 << self.spike_shift),
            Grain::Graded => seen.sum,
            Grain::Fine => floor_shift(seen.sum, 7),
        };
        [counted.min(255), 0]
    }
}
