//! Spike-timing-dependent plasticity on exponential traces. Pair form after Song, Miller & Abbott 2000; instar form
//! after Grossberg 1976 (the post neuron's weights move towards what its lines just carried), as used for
//! unsupervised digits by Diehl & Cook 2015.
//!
//! ```text
//! x' = x - x*decay/2^16 + bump*event_pre      includes this tick: the line's event came before the spike
//! y  = trace of the neuron's own spikes       excludes this tick
//!
//! pair:    grow    pre = x      post = +grow   when post fires
//!          shrink  pre = event  post = -shrink*y
//! forgetting pair: both terms,  forget = true   when post fires
//! instar:  grow    pre = x      post = +grow,  forget = true   when post fires:  w -> x*grow/2^forget_shift
//! ```

use super::{LearningRule, PostFactors};
use crate::num::{Leak, PreFactor, Trace, Word, mul_add, saturate, wide, wide_unsigned};
use crate::signal::Activity;

/// Which STDP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Form {
    /// Two terms: grow when post follows pre, shrink when pre follows post.
    #[default]
    Pair,
    /// One term and forgetting: weights of a firing neuron move towards its lines' traces.
    Instar,
    /// Two terms and forgetting: a firing neuron also loses a share of each of its weights, which takes the place of a
    /// normalisation of their sum.
    ForgettingPair,
}

impl Word for Form {
    const RANGE: (i64, i64) = (0, 2);
    fn from_word(word: u32) -> Self {
        match word {
            1 => Self::Instar,
            2 => Self::ForgettingPair,
            _ => Self::Pair,
        }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::Pair => 0,
            Self::Instar => 1,
            Self::ForgettingPair => 2,
        }
    }
}

words! {
    /// What is the same for a network that learns by [`Stdp`].
    pub struct Params {
        /// Pair, instar, or pair with forgetting.
        pub form: Form,
        /// The fraction of a line's trace that decays per tick.
        pub pre_decay: Leak,
        /// The fraction of a neuron's trace that decays per tick.
        pub post_decay: Leak,
        /// Added to a line's trace per unit of event. 1.0 with full decay makes the trace the event itself.
        pub pre_bump: Trace,
        /// Added to a neuron's trace by a spike.
        pub post_bump: Trace,
        /// `post` of the growing term when the neuron fires.
        pub grow: i16,
        /// `post` of the shrinking term per unit of the neuron's trace (pair forms).
        pub shrink: i16 in 0..=32767,
    }
}

words! {
    /// What STDP remembers of a line or of a neuron.
    pub struct Side {
        /// Trace of its events.
        pub trace: Trace,
    }
}

/// Pair-based STDP, with or without forgetting, and its instar form.
#[derive(Clone, Copy, Debug)]
pub struct Stdp;

impl LearningRule for Stdp {
    const NAME: &'static str = "stdp";
    const SUPERVISED: bool = false;
    type Params = Params;
    type Pre = Side;
    type Post = Side;

    #[inline(always)]
    fn pre(p: &Params, s: Side, a: &Activity) -> (Side, [PreFactor; 2]) {
        let s = Side { trace: s.trace.tick(p.pre_decay, p.pre_bump, a.event) };
        (s, [PreFactor::clamped(wide_unsigned(s.trace.units())), PreFactor::clamped(wide(a.event))])
    }

    #[inline(always)]
    fn post(p: &Params, s: Side, a: &Activity) -> (Side, PostFactors) {
        let fired = a.event != 0;
        let grow = if fired { p.grow } else { 0 };
        let shrink = match p.form {
            Form::Instar => 0,
            _ => saturate(mul_add(0, p.shrink, saturate(wide_unsigned(s.trace.units())))),
        };
        let forget = fired && p.form != Form::Pair;
        let terms = [grow, shrink.saturating_neg()];
        let trace = s.trace.tick(p.post_decay, p.post_bump, a.event);
        (Side { trace }, PostFactors { terms, forget })
    }
}
