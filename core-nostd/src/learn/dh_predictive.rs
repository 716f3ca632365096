//! Differential Hebbian learning in a predictive coding network, Aceituno et al. 2023 on Whittington & Bogacz 2017.
//!
//! ```text
//! value nodes x relax from their predictions mu (all at once, from the last tick's values), the output's is clamped:
//!   x += ( mu - x + f'(x) W^T eps_above ) / 2^step      eps = x - mu
//! dw = sum over ticks of (x(t+1) - x(t)) f(x_pre(t));    learned at the window's end: (x(T) - mu(0)) f(x_pre(T))
//! output: the jump from its prediction to the target, at clamping time (the official code leaves its weights untrained)
//! ```
//!
//! Membranes are the value nodes, currents the predictions, `f` is clip to 0..1; inputs are pixels as they are. The papers clamp
//! every output; here one that is already beyond its target may be left alone, which learns better.

use super::{LearningRule, PostFactors, one};
use crate::num::{Membrane, PreFactor, add, difference, saturate, wide};
use crate::signal::{Activity, Role, Teacher};

words! {
    /// What is the same for a network that learns by [`DhPredictive`].
    pub struct Params {
        /// Value that the wanted output is clamped to.
        pub high: Membrane,
        /// Value of the others.
        pub low: Membrane,
        /// Whether a satisfied output is left alone: the wanted one above its value, another below its own.
        pub hinge: bool,
    }
}

words! {
    /// State per neuron.
    pub struct Neuron {
        /// Value at the last learning step.
        pub last: i16,
    }
}

/// Predictive coding with differential Hebbian updates.
#[derive(Clone, Copy, Debug)]
pub struct DhPredictive;

/// The value node. A clamped output stands at its target: prediction plus error.
#[inline(always)]
fn value(a: &Activity) -> i16 {
    match (a.role, a.teacher) {
        (Role::Hidden, _) => a.membrane,
        (Role::Output, Teacher::Error) => saturate(add(wide(a.current), wide(a.apical))),
        (Role::Output, _) => a.current,
    }
}

impl LearningRule for DhPredictive {
    const NAME: &'static str = "dh-predictive";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = ();
    type Post = Neuron;

    #[inline(always)]
    fn pre(_: &Params, (): (), a: &Activity) -> ((), [PreFactor; 2]) {
        ((), one(a.magnitude()))
    }

    #[inline(always)]
    fn post(_: &Params, s: Neuron, a: &Activity) -> (Neuron, PostFactors) {
        let change = if a.teacher == Teacher::Error { saturate(difference(value(a), s.last)) } else { 0 };
        (Neuron { last: value(a) }, PostFactors::one(change))
    }

    #[inline(always)]
    fn send(_: &Params, a: &Activity) -> [i16; 2] {
        let error = match a.role {
            Role::Output => a.apical,
            Role::Hidden => saturate(difference(a.membrane, a.current)),
        };
        [error, 0]
    }

    #[inline(always)]
    fn teach(p: &Params, s: Neuron, a: &Activity, wanted: bool) -> (Neuron, i16) {
        let target = if wanted { p.high } else { p.low };
        let error = saturate(difference(target.to_bits(), a.current));
        let satisfied = p.hinge && if wanted { error < 0 } else { error > 0 };
        (s, if satisfied { 0 } else { error })
    }
}
