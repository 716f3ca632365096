//! NUMBERS 7.9.6: `dh-equilibrium`.

use super::{LearningRule, Post, Seen};
use crate::oracle::numbers::{Int, clamp, floor_shift, saturate};
use crate::oracle::plan::Teacher;
use crate::oracle::words::Cursor;

/// Parameters of `dh-equilibrium`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Equilibrium {
    pub beta: Int,
    pub high: Int,
    pub low: Int,
}

/// What is remembered of the plus phase, and whether this is the minus phase.
fn phase(plus: &mut Int, seen: &Seen) -> bool {
    match seen.teacher {
        Teacher::Against => return true,
        Teacher::Error => *plus = seen.rate15(),
        Teacher::None | Teacher::Reward => *plus = 0,
    }
    false
}

impl LearningRule for Equilibrium {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { beta: c.u16()?, high: c.i16()?, low: c.i16()? })
    }
    fn words(&self) -> Vec<Int> {
        vec![self.beta, self.high, self.low]
    }
    fn runs(&self) -> bool {
        self.beta <= 12 && self.high >= 0 && self.low >= 0
    }
    /// Plus; plus.
    fn remembers(&self) -> [usize; 2] {
        [1, 1]
    }
    fn teach(&self, _: &mut [Int], seen: &Seen, wanted: bool) -> Int {
        let error = if wanted { self.high } else { self.low } - seen.rate15();
        saturate(floor_shift(error, 3 + self.beta))
    }
    fn send(&self, seen: &Seen) -> [Int; 2] {
        [floor_shift(seen.rate15(), 3), 0]
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        if !phase(&mut state[0], seen) {
            return Post::default();
        }
        let (plus, r) = (state[0], seen.rate15());
        Post::two(saturate(plus - r), floor_shift(floor_shift(plus + r, 1), 3))
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        if !phase(&mut state[0], seen) {
            return [0, 0];
        }
        let (plus, r) = (state[0], seen.rate15());
        let middle = floor_shift(floor_shift(plus + r, 1), 7);
        [clamp(middle, -255, 255), clamp(floor_shift(plus - r + 8, 4), -255, 255)]
    }
}
