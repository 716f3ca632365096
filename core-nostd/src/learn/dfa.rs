//! Direct feedback alignment on counted spikes, after Nøkland 2016: the output's error reaches every hidden layer directly, by
//! keyed random weights that are never stored.
//!
//! ```text
//! output:  post = spikes missing, until satisfied
//! hidden:  post = apical if 0 < count < ceiling, else 0          apical = sum over outputs of B error
//! pre   = sum of the line's events (spike counts are shifted left by spike_shift)
//! ```

use super::burst::{counted, gated, missing};
use super::{LearningRule, PostFactors, one};
use crate::num::{Count, PreFactor};
use crate::signal::Activity;

words! {
    /// What is the same for a network that learns by [`Dfa`] or by [`Drtp`](super::Drtp).
    pub struct Params {
        /// Spikes that the wanted output neuron should fire at least. Once it does, its error is zero.
        pub target: Count in 1..=127,
        /// Events at which a hidden neuron's gate closes.
        pub ceiling: Count,
        /// A line of spikes brings its count times `2^spike_shift`.
        pub spike_shift: Count in 0..=8,
    }
}

/// Direct feedback alignment.
#[derive(Clone, Copy, Debug)]
pub struct Dfa;

impl LearningRule for Dfa {
    const NAME: &'static str = "dfa";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = ();
    type Post = ();

    #[inline(always)]
    fn pre(p: &Params, (): (), a: &Activity) -> ((), [PreFactor; 2]) {
        ((), one(counted(p.spike_shift, a)))
    }

    #[inline(always)]
    fn post(p: &Params, (): (), a: &Activity) -> ((), PostFactors) {
        ((), PostFactors::one(gated(p.ceiling, a)))
    }

    #[inline(always)]
    fn rests(_: &Params) -> bool {
        true
    }

    #[inline(always)]
    fn send(p: &Params, a: &Activity) -> [i16; 2] {
        [gated(p.ceiling, a), 0]
    }

    #[inline(always)]
    fn teach(p: &Params, (): (), a: &Activity, wanted: bool) -> ((), i16) {
        ((), missing(p.target, a, wanted))
    }
}
