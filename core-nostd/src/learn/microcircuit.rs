//! Sign-concordant cortical microcircuit, after Yang & Li 2022 (arXiv 2205.07292), the follow-up of BioLeaF. Spiking pyramidal
//! cells with soma, basal and apical compartments; the error travels as two non-negative spike trains; a Hebbian update in
//! the compartment, every tick.
//!
//! ```text
//! target train   due = floor((tick + 1) rate / 2^8) spikes of the wanted neuron so far
//! error trains   plus: wanted and too few so far     minus: not wanted and it fires       never both in one neuron
//! apical         output: trace(plus) - trace(minus)   hidden: sum over k of sign(w) m (apical of k), m a power of two
//! post           apical while |v + threshold*event - threshold| <= reach, else 0; the output's gate is always open
//! pre            trace of the line's spikes; a graded line's magnitude
//! ```

use super::{LearningRule, PostFactors, one};
use crate::num::{
    Count, Leak, Membrane, PreFactor, Trace, add, difference, saturate, scale_unsigned, wide, wide_unsigned,
};
use crate::signal::{Activity, Grain, Role};

words! {
    /// What is the same for a network that learns by [`Microcircuit`].
    pub struct Params {
        /// The fraction of a line's trace that decays per tick.
        pub line_decay: Leak,
        /// Added to a line's trace by a spike.
        pub line_bump: Trace,
        /// The fraction of an error trace that decays per tick.
        pub error_decay: Leak,
        /// Added to an error trace by a spike of its train; 1.0 is one spike of error.
        pub error_bump: Trace,
        /// Spikes per tick of the target train, 2^-8, 0..=256.
        pub rate: Count in 0..=256,
        /// Threshold of the neurons, above 0.
        pub threshold: Membrane in 1..=32767,
        /// Half the width of the box gate around the threshold, 0 and up.
        pub reach: Membrane in 0..=32767,
    }
}

words! {
    /// The two error trains of an output neuron, as traces.
    pub struct ErrorTrains {
        /// It should have fired.
        pub plus: Trace,
        /// It should not have fired.
        pub minus: Trace,
    }
}

words! {
    /// What a line's spikes have left.
    pub struct Line {
        /// Trace of its spikes.
        pub trace: Trace,
    }
}

/// Sign-concordant microcircuit.
#[derive(Clone, Copy, Debug)]
pub struct Microcircuit;

/// The apical potential if the box around the threshold is open. The spike has taken one threshold from the membrane.
#[inline(always)]
fn gated(p: &Params, a: &Activity) -> i16 {
    let spent = if a.event == 0 { 0 } else { wide(p.threshold.to_bits()) };
    let distance = add(difference(a.membrane, p.threshold.to_bits()), spent).saturating_abs();
    let open = a.role == Role::Output || distance <= wide(p.reach.to_bits());
    if open { a.apical } else { 0 }
}

impl LearningRule for Microcircuit {
    const NAME: &'static str = "microcircuit";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = Line;
    type Post = ErrorTrains;

    #[inline(always)]
    fn pre(p: &Params, s: Line, a: &Activity) -> (Line, [PreFactor; 2]) {
        if a.grain != Grain::Spike {
            return (s, one(a.magnitude()));
        }
        let trace = s.trace.tick(p.line_decay, p.line_bump, a.event);
        (Line { trace }, one(PreFactor::clamped(wide_unsigned(trace.units()))))
    }

    #[inline(always)]
    fn post(p: &Params, s: ErrorTrains, a: &Activity) -> (ErrorTrains, PostFactors) {
        (s, PostFactors::one(gated(p, a)))
    }

    #[inline(always)]
    fn send(p: &Params, a: &Activity) -> [i16; 2] {
        [gated(p, a), 0]
    }

    #[inline(always)]
    fn teach(p: &Params, s: ErrorTrains, a: &Activity, wanted: bool) -> (ErrorTrains, i16) {
        let due = scale_unsigned(a.tick.saturating_add(1), p.rate.to_bits(), 8);
        let late = wanted && u32::from(a.sum) < due;
        let wrong = !wanted && a.event != 0;
        let plus = s.plus.tick(p.error_decay, p.error_bump, i16::from(late));
        let minus = s.minus.tick(p.error_decay, p.error_bump, i16::from(wrong));
        let apical = wide_unsigned(plus.to_bits()).saturating_sub(wide_unsigned(minus.to_bits()));
        (ErrorTrains { plus, minus }, saturate(apical))
    }
}
