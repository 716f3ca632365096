//! Triplet STDP, Pfister & Gerstner 2006: pairs of spikes, and how long ago the one before was.
//!
//! ```text
//! traces decay, then the update sees them, then spikes are added: coincident spikes do not see each other
//! post fires:  w += r1 (A2+ + A3+ o2)         r1, r2 traces of the line, o1, o2 of the neuron
//! pre fires:   w -= o1 (A2- + A3- r2)
//! forgets:     w -= w 2^forget_shift            also when post fires, if the network wants it
//! ```

use super::{LearningRule, PostFactors};
use crate::num::{
    Count, Leak, PreFactor, Trace, Word, leak_unsigned, saturate, scale_unsigned, signed, wide, wide_unsigned,
};
use crate::signal::Activity;

/// Depression by a triplet, and whether a neuron that fires forgets: one word, so that networks that do not are stored
/// as they always were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Depression {
    /// `pre` per 1.0 of `r2`: the low 8 bits.
    pub amplitude: u8,
    /// Whether a neuron that fires loses a share of each of its weights: bit 8.
    pub forgets: bool,
}

impl Word for Depression {
    const RANGE: (i64, i64) = (0, 511);
    fn from_word(word: u32) -> Self {
        let [amplitude, forgets, ..] = word.to_le_bytes();
        Self { amplitude, forgets: forgets & 1 == 1 }
    }
    fn to_word(self) -> u32 {
        u32::from_le_bytes([self.amplitude, u8::from(self.forgets), 0, 0])
    }
}

words! {
    /// What is the same for a network that learns by [`Triplet`].
    pub struct Params {
        /// The fractions of the four traces that decay per tick.
        pub r1_decay: Leak,
        /// Slow trace of a line.
        pub r2_decay: Leak,
        /// Fast trace of a neuron.
        pub o1_decay: Leak,
        /// Slow trace of a neuron.
        pub o2_decay: Leak,
        /// Added to the four traces by a spike.
        pub r1_bump: Trace,
        /// Slow trace of a line.
        pub r2_bump: Trace,
        /// Fast trace of a neuron.
        pub o1_bump: Trace,
        /// Slow trace of a neuron.
        pub o2_bump: Trace,
        /// `post` of potentiation by a pair.
        pub a2_plus: i16 in 0..=32767,
        /// `post` of potentiation by a triplet per 256 of `o2`.
        pub a3_plus: i16 in 0..=32767,
        /// `pre` of depression by a pair.
        pub a2_minus: Count in 0..=255,
        /// Depression by a triplet, and forgetting.
        pub a3_minus: Depression,
    }
}

words! {
    /// State per line.
    pub struct Line {
        /// Fast trace.
        pub r1: Trace,
        /// Slow trace.
        pub r2: Trace,
    }
}

words! {
    /// State per neuron.
    pub struct Neuron {
        /// Fast trace.
        pub o1: Trace,
        /// Slow trace.
        pub o2: Trace,
    }
}

/// Triplet STDP.
#[derive(Clone, Copy, Debug)]
pub struct Triplet;

/// A trace after its decay.
#[inline(always)]
fn decayed(trace: Trace, decay: Leak) -> Trace {
    Trace::from_bits(leak_unsigned(trace.to_bits(), decay.to_bits()))
}

/// A trace after a spike, if there is one.
#[inline(always)]
fn bumped(trace: Trace, bump: Trace, fired: bool) -> Trace {
    let bump = if fired { bump.to_bits() } else { 0 };
    Trace::from_bits(trace.to_bits().saturating_add(bump))
}

impl LearningRule for Triplet {
    const NAME: &'static str = "triplet";
    const SUPERVISED: bool = false;
    type Params = Params;
    type Pre = Line;
    type Post = Neuron;

    #[inline(always)]
    fn pre(p: &Params, s: Line, a: &Activity) -> (Line, [PreFactor; 2]) {
        let fired = a.event != 0;
        let (r1, r2) = (decayed(s.r1, p.r1_decay), decayed(s.r2, p.r2_decay));
        let triplet = signed(scale_unsigned(p.a3_minus.amplitude.into(), r2.to_bits(), Trace::FRACTION));
        let shrink = if fired { wide_unsigned(p.a2_minus.to_bits()).saturating_add(triplet) } else { 0 };
        let s = Line { r1: bumped(r1, p.r1_bump, fired), r2: bumped(r2, p.r2_bump, fired) };
        (s, [PreFactor::clamped(wide_unsigned(r1.units())), PreFactor::clamped(shrink)])
    }

    #[inline(always)]
    fn post(p: &Params, s: Neuron, a: &Activity) -> (Neuron, PostFactors) {
        let fired = a.event != 0;
        let (o1, o2) = (decayed(s.o1, p.o1_decay), decayed(s.o2, p.o2_decay));
        let triplet = signed(scale_unsigned(p.a3_plus.unsigned_abs(), o2.to_bits(), 16));
        let grow = if fired { saturate(wide(p.a2_plus).saturating_add(triplet)) } else { 0 };
        let shrink = saturate(wide_unsigned(o1.to_bits() >> 1)).saturating_neg();
        let s = Neuron { o1: bumped(o1, p.o1_bump, fired), o2: bumped(o2, p.o2_bump, fired) };
        (s, PostFactors { terms: [grow, shrink], forget: fired && p.a3_minus.forgets })
    }
}
