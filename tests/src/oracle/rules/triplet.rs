//! NUMBERS 7.9.7: `triplet`.

use super::{LearningRule, Post, Seen, units};
use crate::oracle::numbers::{Int, exact, floor_shift, leak, saturate};
use crate::oracle::words::Cursor;

/// Parameters of `triplet`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Triplet {
    /// Of r1, r2, o1, o2.
    pub decay: [Int; 4],
    /// Of r1, r2, o1, o2.
    pub bump: [Int; 4],
    pub a2_plus: Int,
    pub a3_plus: Int,
    pub a2_minus: Int,
    pub a3_minus: Int,
    pub forgets: bool,
}

fn bumped(z: Int, bump: Int, fired: bool) -> Int {
    if fired { (z + bump).min(65535) } else { z }
}

impl LearningRule for Triplet {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        let decay = [c.u16()?, c.u16()?, c.u16()?, c.u16()?];
        let bump = [c.u16()?, c.u16()?, c.u16()?, c.u16()?];
        let (a2_plus, a3_plus, a2_minus) = (c.i16()?, c.i16()?, c.u16()?);
        let last = c.u16().filter(|&word| word < 512)?;
        let (a3_minus, forgets) = (last % 256, last >= 256);
        Some(Self { decay, bump, a2_plus, a3_plus, a2_minus, a3_minus, forgets })
    }
    fn words(&self) -> Vec<Int> {
        let sizes =
            [self.a2_plus, self.a3_plus, self.a2_minus, self.a3_minus + 256 * Int::from(self.forgets)];
        self.decay.into_iter().chain(self.bump).chain(sizes).collect()
    }
    fn runs(&self) -> bool {
        self.a2_plus >= 0 && self.a3_plus >= 0 && self.a2_minus <= 255 && self.a3_minus <= 255
    }
    /// r1, r2; o1, o2.
    fn remembers(&self) -> [usize; 2] {
        [2, 2]
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        let fired = seen.event != 0;
        let (o1, o2) = (leak(state[0], self.decay[2]), leak(state[1], self.decay[3]));
        let grow = saturate(self.a2_plus + floor_shift(exact(self.a3_plus * o2), 16));
        state[0] = bumped(o1, self.bump[2], fired);
        state[1] = bumped(o2, self.bump[3], fired);
        Post { terms: [if fired { grow } else { 0 }, -floor_shift(o1, 1)], forget: self.forgets && fired }
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        let fired = seen.event != 0;
        let (r1, r2) = (leak(state[0], self.decay[0]), leak(state[1], self.decay[1]));
        let shrink = (self.a2_minus + floor_shift(exact(self.a3_minus * r2), 8)).min(255);
        state[0] = bumped(r1, self.bump[0], fired);
        state[1] = bumped(r2, self.bump[1], fired);
        [units(r1).min(255), if fired { shrink } else { 0 }]
    }
}
