//! NUMBERS 7.9.4: `dh-control`.

use super::{LearningRule, Post, Seen, tick};
use crate::oracle::numbers::{Int, clamp, exact, floor_shift, saturate, saturate_wide};
use crate::oracle::plan::{Grain, Teacher};
use crate::oracle::words::Cursor;

/// Parameters of `dh-control`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Control {
    pub proportional: Int,
    pub integral: Int,
    pub leak: Int,
    pub high: Int,
    pub low: Int,
    pub spikes: Spikes,
    pub decay: Int,
}

/// Spikes of `dh-control`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub enum Spikes {
    None,
    Fresh,
    Repeated,
}

/// Places of a neuron's words.
const HIGH: usize = 0;
const LOW: usize = 1;
const LAST: usize = 2;
const TRACE: usize = 3;

impl Control {
    /// Whether a unit of this rate is drawn to spike.
    fn spikes(seen: &Seen) -> bool {
        floor_shift(seen.draw, 1) < seen.rate15()
    }
    /// The trace as this tick finds it.
    fn found(&self, trace: Int, seen: &Seen) -> Int {
        let begins = seen.tick == 0 && seen.teacher == Teacher::None;
        if self.spikes == Spikes::Repeated && begins { seen.rate15().max(0) } else { trace }
    }
    fn trace(&self, trace: Int, spikes: bool) -> Int {
        tick(trace, self.decay, floor_shift(self.decay, 1), spikes.into())
    }
}

impl LearningRule for Control {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            proportional: c.u16()?,
            integral: c.u16()?,
            leak: c.u16()?,
            high: c.i16()?,
            low: c.i16()?,
            spikes: c.choice(&[Spikes::None, Spikes::Fresh, Spikes::Repeated])?,
            decay: c.u16()?,
        })
    }
    fn words(&self) -> Vec<Int> {
        let control = [self.proportional, self.integral, self.leak];
        let rest = [self.high, self.low, self.spikes as Int, self.decay];
        control.into_iter().chain(rest).collect()
    }
    fn runs(&self) -> bool {
        self.proportional <= 7 && self.integral <= 15 && self.leak <= 15 && self.high >= 0 && self.low >= 0
    }
    fn repeats(&self) -> bool {
        self.spikes == Spikes::Repeated
    }
    /// Trace; integral (high, low), last, trace.
    fn remembers(&self) -> [usize; 2] {
        [1, 4]
    }
    fn teach(&self, state: &mut [Int], seen: &Seen, wanted: bool) -> Int {
        let e = if wanted { self.high } else { self.low } - seen.rate15();
        let before = exact(state[HIGH] * 65536 + state[LOW]);
        let leaked = if self.leak > 0 { floor_shift(before, self.leak) } else { 0 };
        let integral = saturate_wide(before + floor_shift(e * 256, self.integral) - leaked);
        (state[HIGH], state[LOW]) = (floor_shift(integral, 16), integral.rem_euclid(65536));
        let u = exact(floor_shift(integral, 8) + e * (1 << self.proportional));
        saturate(floor_shift(u, 3))
    }
    fn send(&self, seen: &Seen) -> [Int; 2] {
        [if seen.output { seen.apical } else { 0 }, 0]
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        let taught = seen.teacher == Teacher::Error;
        if self.spikes != Spikes::None {
            let (spikes, trace) = (Self::spikes(seen), self.found(state[TRACE], seen));
            state[TRACE] = self.trace(trace, spikes);
            let terms = match self.spikes {
                Spikes::Repeated => Post::one(if spikes { 4096 } else { 0 } - floor_shift(trace, 3)),
                _ => Post::two(if spikes { 16384 } else { 0 }, -floor_shift(trace, 1)),
            };
            return if taught { terms } else { Post::default() };
        }
        let (r, last) = (seen.rate15(), state[LAST]);
        state[LAST] = r;
        Post::one(if taught { saturate(r - last) } else { 0 })
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        if self.spikes == Spikes::None {
            return [seen.rate8(), 0];
        }
        let fresh = self.spikes == Spikes::Fresh;
        if seen.grain != Grain::Fine {
            return [seen.rate8(), if fresh { seen.rate8() } else { 0 }];
        }
        let (spikes, trace) = (Self::spikes(seen), self.found(state[0], seen));
        state[0] = self.trace(trace, spikes);
        [floor_shift(trace, 7).min(255), if fresh && spikes { 255 } else { 0 }]
    }
    fn back(&self, state: &[Int], seen: &Seen) -> [Int; 2] {
        if self.spikes != Spikes::None {
            return [0, 0];
        }
        let r = seen.rate15();
        let moved = clamp(floor_shift(r - state[LAST], 7), -255, 255);
        [if seen.teacher == Teacher::Error { moved } else { 0 }, r]
    }
}
