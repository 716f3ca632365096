//! Reward-modulated STDP without state per synapse, after Izhikevich 2007 and Frémaux & Gerstner 2016: the eligibility of a
//! pair is the product of two slow traces, one of the line, one of the neuron; a broadcast word, reward beyond the expected
//! one, turns it into a change.
//!
//! ```text
//! x' = x - x*line_decay/2^16 + line_bump*event      y' = y - y*decay/2^16 + bump*event
//! pre = x'      post = (R - mean R) y'              zero until the reward comes
//! ```
//!
//! The paper's eligibility decays per pair; here it is of rank 1, and costs nothing per synapse.

use super::{LearningRule, PostFactors, one};
use crate::num::{Leak, PreFactor, Trace, modulate, saturate, wide_unsigned};
use crate::signal::Activity;

words! {
    /// What is the same for a network that learns by [`Reward`].
    pub struct Params {
        /// The fraction of a line's trace that decays per tick.
        pub line_decay: Leak,
        /// Added to a line's trace per unit of event.
        pub line_bump: Trace,
        /// The fraction of a neuron's trace that decays per tick.
        pub decay: Leak,
        /// Added to a neuron's trace per unit of event.
        pub bump: Trace,
    }
}

words! {
    /// What it remembers of a line or of a neuron.
    pub struct Side {
        /// Slow trace of its events.
        pub trace: Trace,
    }
}

/// Reward-modulated STDP.
#[derive(Clone, Copy, Debug)]
pub struct Reward;

impl LearningRule for Reward {
    const NAME: &'static str = "reward";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = Side;
    type Post = Side;

    fn valid(_: &Params) -> bool {
        true
    }

    #[inline(always)]
    fn pre(p: &Params, s: Side, a: &Activity) -> (Side, [PreFactor; 2]) {
        let trace = s.trace.tick(p.line_decay, p.line_bump, a.event.min(255));
        (Side { trace }, one(PreFactor::clamped(wide_unsigned(trace.units()))))
    }

    #[inline(always)]
    fn post(p: &Params, s: Side, a: &Activity) -> (Side, PostFactors) {
        let trace = s.trace.tick(p.decay, p.bump, a.event.min(255));
        let post = saturate(modulate(a.modulator, trace.to_bits()));
        (Side { trace }, PostFactors::one(post))
    }
}
