//! Direct random target projection on counted spikes, after Frenkel, Lefebvre & Bol 2021: hidden layers receive the target
//! itself by keyed random weights, so that they need not wait for the output.
//!
//! ```text
//! output:  post = spikes missing, until satisfied
//! hidden:  post = apical if 0 < count < ceiling, else 0          apical = B target
//! pre   = sum of the line's events (spike counts are shifted left by spike_shift)
//! ```
//!
//! The faces are those of [`Dfa`](super::Dfa); the feedback around them comes from the target.

use super::{Dfa, DfaParams, LearningRule, PostFactors};
use crate::num::PreFactor;
use crate::signal::Activity;

/// Direct random target projection.
#[derive(Clone, Copy, Debug)]
pub struct Drtp;

impl LearningRule for Drtp {
    const NAME: &'static str = "drtp";
    const SUPERVISED: bool = true;
    type Params = DfaParams;
    type Pre = ();
    type Post = ();

    #[inline(always)]
    fn pre(p: &DfaParams, state: (), a: &Activity) -> ((), [PreFactor; 2]) {
        Dfa::pre(p, state, a)
    }

    #[inline(always)]
    fn post(p: &DfaParams, state: (), a: &Activity) -> ((), PostFactors) {
        Dfa::post(p, state, a)
    }

    #[inline(always)]
    fn rests(_: &DfaParams) -> bool {
        true
    }

    #[inline(always)]
    fn send(p: &DfaParams, a: &Activity) -> [i16; 2] {
        Dfa::send(p, a)
    }

    #[inline(always)]
    fn teach(p: &DfaParams, state: (), a: &Activity, wanted: bool) -> ((), i16) {
        Dfa::teach(p, state, a, wanted)
    }
}
