//! Differential Hebbian learning under deep feedback control, Aceituno et al. 2023 on Meulemans et al. 2021. A controller at
//! the output drives every soma until the output is right; what that changes in a neuron's rate is what it learns.
//!
//! ```text
//! controller  e = target - r      I' = I + e/2^integral - I/2^leak      u = I' + e*2^proportional
//! feedback    v_fb = Q u into every soma (Q = 1 at the output)          the neurons relax to v_ff + v_fb
//! rates       dw = sum over ticks of (r(t+1) - r(t)) r_pre(t)           learned at the window's end: (r(T) - r(0)) r_pre(T)
//! spikes      dw = sum over ticks of (s - y) x_pre                      s drawn with probability r; x, y their traces
//!   fresh     dw = sum over ticks of s x_pre - s_pre y
//! ```
//!
//! With a constant line (a graded input) the sum over ticks telescopes exactly, that of (s - y) to the change of y over its
//! decay. In the spiking form the paper filters the presynaptic train backwards in time; on a finite window the sum over
//! s x-reversed is the sum over s_pre y, and what it learns is r_pre dr - r dr_pre: fresh spikes do.

use super::{BackFactors, Draws, LearningRule, PostFactors, one};
use crate::num::{
    Count, Leak, PreFactor, Trace, Word, align, difference, floor_shift, halves_signed, joined_signed,
    saturate, saturate_unsigned, wide, wide_unsigned,
};
use crate::signal::{Activity, Grain, Role, Teacher};

/// Whether units of a rate are drawn to spike, and what the draws depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Spikes {
    /// No spikes: rates.
    #[default]
    None,
    /// Every tick draws anew.
    Fresh,
    /// Equal ticks of the free and the controlled window have equal draws, so that trains of equal rates are equal.
    Repeated,
}

impl Word for Spikes {
    const RANGE: (i64, i64) = (0, 2);
    fn from_word(word: u32) -> Self {
        match word {
            1 => Self::Fresh,
            2 => Self::Repeated,
            _ => Self::None,
        }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Fresh => 1,
            Self::Repeated => 2,
        }
    }
}

words! {
    /// What is the same for a network that learns by [`DhControl`].
    pub struct Params {
        /// Proportional gain `2^proportional`.
        pub proportional: Count in 0..=7,
        /// The integral gains `e * 2^-integral` per tick.
        pub integral: Count in 0..=15,
        /// The integral loses `2^-leak` of itself per tick; 0: nothing.
        pub leak: Count in 0..=15,
        /// Rate that the wanted output should have, 15 bits.
        pub high: i16 in 0..=32767,
        /// Rate that the others should have, 15 bits.
        pub low: i16 in 0..=32767,
        /// Whether the update sees spikes rather than rates, and which.
        pub spikes: Spikes,
        /// The fraction of a trace that decays per tick (spiking form).
        pub decay: Leak,
    }
}

words! {
    /// State per neuron.
    pub struct Neuron {
        /// The controller's integral, 23 fraction bits: high half.
        pub integral_high: i16,
        /// Low half.
        pub integral_low: u16,
        /// Rate at the last learning step.
        pub last: i16,
        /// Trace of its drawn spikes.
        pub trace: Trace,
    }
}

words! {
    /// State per line.
    pub struct Line {
        /// Trace of its drawn spikes.
        pub trace: Trace,
    }
}

/// Deep feedback control with differential Hebbian updates.
#[derive(Clone, Copy, Debug)]
pub struct DhControl;

/// `post` of a fresh spike.
const SPIKE: i16 = 1 << 14;
/// `post` of a repeated spike.
const STEP: i16 = 1 << 12;

/// Whether the neuron's drawn spike is there: with probability `rate`.
#[inline(always)]
fn drawn(a: &Activity) -> bool {
    wide_unsigned(a.draw >> 1) < wide(a.rate())
}

/// A trace that settles at 2^15 if every tick spikes.
#[inline(always)]
fn traced(trace: Trace, decay: Leak, spike: bool) -> Trace {
    trace.tick(decay, Trace::from_bits(decay.to_bits() >> 1), i16::from(spike))
}

/// The trace before this tick. At the start of the free window repeated spikes find it at the rate, which fresh ones reach in
/// time: a trace that still rises is taken for a rate that does.
#[inline(always)]
fn before(p: &Params, trace: Trace, a: &Activity) -> Trace {
    let first = p.spikes == Spikes::Repeated && a.tick == 0 && a.teacher == Teacher::None;
    if first { Trace::from_bits(saturate_unsigned(wide(a.rate()))) } else { trace }
}

/// What a neuron brings: its spike, and less its trace. The sum of their difference over a window is the change of the trace
/// over its decay, in 15 bits for a decay of 1/8; the sums of both alone are as large as the window is long.
#[inline(always)]
fn spiked(spikes: Spikes, spike: bool, trace: Trace) -> PostFactors {
    let less = |shift| saturate(floor_shift(wide_unsigned(trace.to_bits()), shift));
    match spikes {
        Spikes::Repeated => PostFactors::one(saturate(difference(if spike { STEP } else { 0 }, less(3)))),
        _ => PostFactors::two(if spike { SPIKE } else { 0 }, less(1).saturating_neg()),
    }
}

impl LearningRule for DhControl {
    const NAME: &'static str = "dh-control";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = Line;
    type Post = Neuron;

    #[inline(always)]
    fn draws(p: &Params) -> Draws {
        match p.spikes {
            Spikes::None => Draws::None,
            Spikes::Fresh => Draws::Step,
            Spikes::Repeated => Draws::Sample,
        }
    }

    #[inline(always)]
    fn pre(p: &Params, s: Line, a: &Activity) -> (Line, [PreFactor; 2]) {
        if p.spikes == Spikes::None {
            return (s, one(a.magnitude()));
        }
        let two = p.spikes == Spikes::Fresh;
        if a.grain != Grain::Fine {
            return (s, if two { [a.magnitude(); 2] } else { one(a.magnitude()) });
        }
        let (spike, before) = (drawn(a), before(p, s.trace, a));
        let trace = PreFactor::clamped(floor_shift(wide_unsigned(before.to_bits()), 7));
        let spiked = PreFactor::clamped(if spike { 255 } else { 0 });
        (Line { trace: traced(before, p.decay, spike) }, if two { [trace, spiked] } else { one(trace) })
    }

    #[inline(always)]
    fn post(p: &Params, s: Neuron, a: &Activity) -> (Neuron, PostFactors) {
        let taught = a.teacher == Teacher::Error;
        if p.spikes != Spikes::None {
            let (spike, before) = (drawn(a), before(p, s.trace, a));
            let s = Neuron { trace: traced(before, p.decay, spike), ..s };
            return (s, if taught { spiked(p.spikes, spike, before) } else { PostFactors::ZERO });
        }
        let change = if taught { saturate(difference(a.rate(), s.last)) } else { 0 };
        (Neuron { last: a.rate(), ..s }, PostFactors::one(change))
    }

    #[inline(always)]
    fn send(_: &Params, a: &Activity) -> [i16; 2] {
        [if a.role == Role::Output { a.apical } else { 0 }, 0]
    }

    #[inline(always)]
    fn teach(p: &Params, s: Neuron, a: &Activity, wanted: bool) -> (Neuron, i16) {
        let error = difference(if wanted { p.high } else { p.low }, a.rate());
        let integral = joined_signed(s.integral_high, s.integral_low);
        let leaked =
            if p.leak.to_bits() > 0 { floor_shift(integral, u32::from(p.leak.to_bits())) } else { 0 };
        let gained = floor_shift(align(error, 8), u32::from(p.integral.to_bits()));
        let integral = integral.saturating_add(gained.saturating_sub(leaked));
        let (integral_high, integral_low) = halves_signed(integral);
        let u = floor_shift(integral, 8).saturating_add(align(error, i32::from(p.proportional.to_bits())));
        (Neuron { integral_high, integral_low, ..s }, saturate(floor_shift(u, 3)))
    }

    /// Direct Kolen-Pollack (Webster et al. 2021): feedback weights change as forward ones would, change of the output's rate
    /// times rate of the hidden neuron.
    #[inline(always)]
    fn back(p: &Params, s: &Neuron, a: &Activity) -> BackFactors {
        if p.spikes != Spikes::None {
            return BackFactors::default();
        }
        let change = if a.teacher == Teacher::Error { difference(a.rate(), s.last) } else { 0 };
        BackFactors { pre: PreFactor::clamped(floor_shift(change, 7)), post: a.rate() }
    }
}
