//! Learning from a reward that comes later, without state per synapse. Lines and neurons keep slow traces of what they did;
//! in the end one word, right or wrong, reaches the output neuron that acted. Its own trace is the reward that it expected, and
//! the difference goes down along its feedback, so that hidden neurons hear of their part: attention-gated reinforcement
//! learning, Roelfsema & van Ooyen 2005, Pozzi, Bohte & Roelfsema 2020.
//!
//! ```text
//! x' = x - x*line_decay/2^16 + line_bump*event      y' = y - y*decay/2^16 + bump*event
//! acted:   u = max(0, R*target - y) if right, -y if wrong          other outputs: u = 0
//! pre = x'      post = u when the reward comes      hidden: u from above, if y' is not 0
//! ```
//!
//! With a `target` of 0 no output neuron is selected (Izhikevich 2007, Frémaux & Gerstner 2016): `post = (R - mean R) y'` everywhere.

use super::{LearningRule, PostFactors, one};
use crate::num::{Leak, PreFactor, Trace, modulate, saturate, wide_unsigned};
use crate::signal::{Activity, Grain, Role};
use core::cmp::Ordering;

words! {
    /// What is the same for a network that learns by [`Reward`]. Networks from before there were `explore` and `target` have zeros
    /// there.
    pub struct Params {
        /// The fraction of a line's trace that decays per tick.
        pub line_decay: Leak,
        /// Added to a line's trace by a spike; by a graded event, 2^-8 of it per unit. Without a target: by each unit.
        pub line_bump: Trace,
        /// The fraction of a neuron's trace that decays per tick.
        pub decay: Leak &
        /// The chance, in 2^-16, that another output neuron than the answer acts; 0 without a target.
        explore: u16,
        /// Added to a neuron's trace per unit of event.
        pub bump: Trace &
        /// The trace of an output neuron that expects a reward of 1.0. 0: no output neuron is selected.
        target: Trace,
    }
}

words! {
    /// What it remembers of a line or of a neuron.
    pub struct Side {
        /// Slow trace of its events.
        pub trace: Trace,
    }
}

/// Learning from a later reward.
#[derive(Clone, Copy, Debug)]
pub struct Reward;

impl LearningRule for Reward {
    const NAME: &'static str = "reward";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = Side;
    type Post = Side;

    fn valid(p: &Params) -> bool {
        p.target > Trace::ZERO || p.explore == 0
    }

    #[inline(always)]
    fn pre(p: &Params, s: Side, a: &Activity) -> (Side, [PreFactor; 2]) {
        let whole = p.target == Trace::ZERO || a.grain == Grain::Spike;
        let bump = if whole { p.line_bump } else { Trace::from_bits(p.line_bump.units()) };
        let trace = s.trace.tick(p.line_decay, bump, a.event.min(255));
        (Side { trace }, one(PreFactor::clamped(wide_unsigned(trace.units()))))
    }

    #[inline(always)]
    fn post(p: &Params, s: Side, a: &Activity) -> (Side, PostFactors) {
        let trace = s.trace.tick(p.decay, p.bump, a.event.min(255));
        let post = if p.target == Trace::ZERO {
            saturate(modulate(a.modulator, trace.to_bits()))
        } else if a.modulator != 0 && (a.role == Role::Output || trace > Trace::ZERO) {
            a.apical
        } else {
            0
        };
        (Side { trace }, PostFactors::one(post))
    }

    #[inline(always)]
    fn send(_: &Params, a: &Activity) -> [i16; 2] {
        [a.apical, 0]
    }

    #[inline(always)]
    fn teach(p: &Params, s: Side, a: &Activity, acted: bool) -> (Side, i16) {
        let expected = wide_unsigned(s.trace.to_bits());
        let missing = modulate(a.modulator, p.target.to_bits()).saturating_sub(expected);
        let error = match (acted, a.modulator.cmp(&0)) {
            (true, Ordering::Greater) => missing.max(0),
            (true, Ordering::Less) => expected.saturating_neg(),
            _ => 0,
        };
        (s, saturate(error))
    }

    #[inline(always)]
    fn explores(p: &Params) -> Option<u16> {
        (p.target > Trace::ZERO).then_some(p.explore)
    }
}
