//! Differential Hebbian learning under deep feedback control, Aceituno et al. 2023 on Meulemans et al. 2021. A controller at
//! the output drives every soma until the output is right; what that changes in a neuron's rate is what it learns.
//!
//! ```text
//! controller  e = target - r      I' = I + e/2^integral - I/2^leak      u = I' + e*2^proportional
//! feedback    v_fb = Q u into every soma (Q = 1 at the output)          the neurons relax to v_ff + v_fb
//! rates       dw = sum over ticks of (r(t+1) - r(t)) r_pre(t)           learned at the window's end: (r(T) - r(0)) r_pre(T)
//! spikes      dw = sum over ticks of s x_pre - s_pre y                  s drawn with probability r; x, y their traces
//! ```
//!
//! With a constant line (a graded input) the sum over ticks telescopes exactly. In the spiking form the paper filters the
//! presynaptic train backwards in time; on a finite window the sum over s x-reversed is the sum over s_pre y.

use super::{BackFactors, LearningRule, PostFactors, one};
use crate::num::{
    Count, Leak, PreFactor, Trace, align, difference, floor_shift, halves_signed, joined_signed, saturate,
    wide, wide_unsigned,
};
use crate::signal::{Activity, Grain, Role, Teacher};

words! {
    /// What is the same for a network that learns by [`DhControl`].
    pub struct Params {
        /// Proportional gain `2^proportional`, 0..=7.
        pub proportional: Count,
        /// The integral gains `e * 2^-integral` per tick, 0..=15.
        pub integral: Count,
        /// The integral loses `2^-leak` of itself per tick, 1..=15; 0: nothing.
        pub leak: Count,
        /// Rate that the wanted output should have, 15 bits, 0 and up.
        pub high: i16,
        /// Rate that the others should have, 15 bits, 0 and up.
        pub low: i16,
        /// Whether the update sees spikes rather than rates.
        pub spiking: bool,
        /// The fraction of a trace that decays per tick (spiking form).
        pub decay: Leak,
    }
}

words! {
    /// What it remembers of a neuron.
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
    /// What it remembers of a line.
    pub struct Line {
        /// Trace of its drawn spikes.
        pub trace: Trace,
    }
}

/// Deep feedback control with differential Hebbian updates.
#[derive(Clone, Copy, Debug)]
pub struct DhControl;

/// `post` of a spike.
const SPIKE: i16 = 1 << 14;

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

impl LearningRule for DhControl {
    const NAME: &'static str = "dh-control";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = Line;
    type Post = Neuron;

    fn valid(p: &Params) -> bool {
        let shifts = p.integral.to_bits() <= 15 && p.leak.to_bits() <= 15;
        p.proportional.to_bits() <= 7 && shifts && p.high >= 0 && p.low >= 0
    }

    #[inline(always)]
    fn draws(p: &Params) -> bool {
        p.spiking
    }

    #[inline(always)]
    fn pre(p: &Params, s: Line, a: &Activity) -> (Line, [PreFactor; 2]) {
        if !p.spiking {
            return (s, one(a.magnitude()));
        }
        if a.grain != Grain::Fine {
            return (s, [a.magnitude(); 2]);
        }
        let spike = drawn(a);
        let trace = PreFactor::clamped(floor_shift(wide_unsigned(s.trace.to_bits()), 7));
        let spiked = PreFactor::clamped(if spike { 255 } else { 0 });
        (Line { trace: traced(s.trace, p.decay, spike) }, [trace, spiked])
    }

    #[inline(always)]
    fn post(p: &Params, s: Neuron, a: &Activity) -> (Neuron, PostFactors) {
        let taught = a.teacher == Teacher::Error;
        if p.spiking {
            let spike = drawn(a);
            let shrink = saturate(floor_shift(wide_unsigned(s.trace.to_bits()), 1)).saturating_neg();
            let factors = PostFactors::two(if spike { SPIKE } else { 0 }, shrink);
            let s = Neuron { trace: traced(s.trace, p.decay, spike), ..s };
            return (s, if taught { factors } else { PostFactors::ZERO });
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
        if p.spiking {
            return BackFactors::default();
        }
        let change = if a.teacher == Teacher::Error { difference(a.rate(), s.last) } else { 0 };
        BackFactors { pre: PreFactor::clamped(floor_shift(change, 7)), post: a.rate() }
    }
}
