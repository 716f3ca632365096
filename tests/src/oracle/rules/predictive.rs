//! NUMBERS 7.9.5: `dh-predictive`.

use super::{LearningRule, Post, Seen};
use crate::oracle::numbers::{Int, saturate};
use crate::oracle::plan::Teacher;
use crate::oracle::words::Cursor;

/// Parameters of `dh-predictive`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Predictive {
    pub high: Int,
    pub low: Int,
    pub hinge: bool,
}

impl LearningRule for Predictive {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { high: c.i16()?, low: c.i16()?, hinge: c.bool()? })
    }
    fn words(&self) -> Vec<Int> {
        vec![self.high, self.low, self.hinge.into()]
    }
    /// Nothing; the last value.
    fn remembers(&self) -> [usize; 2] {
        [0, 1]
    }
    fn teach(&self, _: &mut [Int], seen: &Seen, wanted: bool) -> Int {
        let error = saturate(if wanted { self.high } else { self.low } - seen.current);
        match (self.hinge, wanted) {
            (false, _) => error,
            (true, true) => error.max(0),
            (true, false) => error.min(0),
        }
    }
    fn send(&self, seen: &Seen) -> [Int; 2] {
        [if seen.output { seen.apical } else { saturate(seen.membrane - seen.current) }, 0]
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        let taught = seen.teacher == Teacher::Error;
        let value = match (seen.output, taught) {
            (true, true) => saturate(seen.apical + seen.current),
            (true, false) => seen.current,
            (false, _) => seen.membrane,
        };
        let last = state[0];
        state[0] = value;
        Post::one(if taught { saturate(value - last) } else { 0 })
    }
    fn pre(&self, _: &mut [Int], seen: &Seen) -> [Int; 2] {
        [seen.rate8(), 0]
    }
}
