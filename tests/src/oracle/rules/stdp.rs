//! NUMBERS 7.9.2: `stdp`.

use super::{LearningRule, Post, Seen, tick, units};
use crate::oracle::numbers::{Int, clamp, saturate};
use crate::oracle::words::Cursor;

/// Parameters of `stdp`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Stdp {
    /// 0 pair, 1 instar, 2 pair that forgets.
    pub form: Int,
    pub pre_decay: Int,
    pub post_decay: Int,
    pub pre_bump: Int,
    pub post_bump: Int,
    pub grow: Int,
    pub shrink: Int,
}

impl LearningRule for Stdp {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            form: c.choice(&[0, 1, 2])?,
            pre_decay: c.u16()?,
            post_decay: c.u16()?,
            pre_bump: c.u16()?,
            post_bump: c.u16()?,
            grow: c.i16()?,
            shrink: c.i16()?,
        })
    }
    fn words(&self) -> Vec<Int> {
        let decays = [self.form, self.pre_decay, self.post_decay];
        let sizes = [self.pre_bump, self.post_bump, self.grow, self.shrink];
        decays.into_iter().chain(sizes).collect()
    }
    fn runs(&self) -> bool {
        self.shrink >= 0
    }
    fn remembers(&self) -> [usize; 2] {
        [1, 1]
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        let fired = seen.event != 0;
        let first = if fired { self.grow } else { 0 };
        let second = if self.form == 1 { 0 } else { -saturate(self.shrink * units(state[0])) };
        state[0] = tick(state[0], self.post_decay, self.post_bump, seen.event);
        Post { terms: [first, second], forget: self.form != 0 && fired }
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        state[0] = tick(state[0], self.pre_decay, self.pre_bump, seen.event);
        [clamp(units(state[0]), -255, 255), clamp(seen.event, -255, 255)]
    }
}
