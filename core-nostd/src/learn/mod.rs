//! Learning rules: where the two factors of an update come from.
//!
//! A rule sees one end of a synapse at a time and never a weight. It has four faces, all pure: [`pre`] for a line,
//! [`post`] for a neuron, [`send`] for the word that a neuron sends down, [`teach`] for what an output neuron makes of
//! its target. Everything else (rates, dither, clamps, schedules) is shared.
//!
//! [`pre`]: LearningRule::pre
//! [`post`]: LearningRule::post
//! [`send`]: LearningRule::send
//! [`teach`]: LearningRule::teach

mod burst;
mod stdp;

pub use burst::{Burst, Params as BurstParams};
pub use stdp::{Form, Params as StdpParams, Side, Stdp};

use crate::num::{Apical, PreFactor, Words};
use crate::signal::{Activity, Wanted};

/// What a neuron brings to an update: one factor per term, before the learning rate, and whether its weights forget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostFactors {
    /// `post` of each term; the second is zero in a rule of one term.
    pub terms: [i16; 2],
    /// Whether `w * 2^forget_shift` is subtracted in this update.
    pub forget: bool,
}

impl PostFactors {
    /// One term.
    #[inline(always)]
    pub const fn one(post: i16) -> Self {
        Self { terms: [post, 0], forget: false }
    }
}

/// A learning rule.
pub trait LearningRule: 'static {
    /// Name in commands and files.
    const NAME: &'static str;
    /// Whether it needs a class per sample.
    const SUPERVISED: bool;
    /// What is the same for the network.
    type Params: Words;
    /// What it remembers of a line.
    type Pre: Words;
    /// What it remembers of a neuron.
    type Post: Words;

    /// Whether the parameters are in range.
    fn valid(params: &Self::Params) -> bool;
    /// A line's state after this tick, and its factors.
    fn pre(params: &Self::Params, state: Self::Pre, activity: &Activity) -> (Self::Pre, [PreFactor; 2]);
    /// A neuron's state after this tick, and its factors.
    fn post(params: &Self::Params, state: Self::Post, activity: &Activity) -> (Self::Post, PostFactors);
    /// The word that the neuron sends down; zero sends nothing.
    fn send(params: &Self::Params, activity: &Activity) -> Apical;
    /// What an output neuron makes of its target: its own apical potential.
    fn teach(params: &Self::Params, activity: &Activity, wanted: Wanted) -> Apical;
}

registry! {
    /// The learning rules.
    AnyRule: LearningRule, RuleVisitor {
        Burst(Burst) = 1,
        Stdp(Stdp) = 2,
    }
}
