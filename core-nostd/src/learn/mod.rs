//! Learning rules: where the two factors of an update come from.
//!
//! A rule sees one end of a synapse at a time and never a weight. Its faces are all pure: [`pre`] for a line, [`post`]
//! for a neuron, [`send`] for the words that a neuron sends down, [`teach`] for what an output neuron makes of its target,
//! [`back`] for what a neuron brings to feedback weights that learn. Everything else (rates, dither, clamps, schedules) is
//! shared.
//!
//! [`pre`]: LearningRule::pre
//! [`post`]: LearningRule::post
//! [`send`]: LearningRule::send
//! [`teach`]: LearningRule::teach
//! [`back`]: LearningRule::back

mod burst;
mod dfa;
mod dh_control;
mod dh_equilibrium;
mod dh_predictive;
mod drtp;
mod microcircuit;
mod ops;
mod reward;
mod stdp;
mod triplet;

pub use burst::{Burst, Form as BurstForm, Params as BurstParams, Squash};
pub use dfa::{Dfa, Params as DfaParams};
pub use dh_control::{DhControl, Neuron as DhControlState, Params as DhControlParams, Spikes};
pub use dh_equilibrium::{DhEquilibrium, Params as DhEquilibriumParams, Side as DhEquilibriumSide};
pub use dh_predictive::{DhPredictive, Neuron as DhPredictiveState, Params as DhPredictiveParams};
pub use drtp::Drtp;
pub use microcircuit::{ErrorTrains, Microcircuit, Params as MicrocircuitParams};
pub use ops::{Bound, Cells, Lines, NeuronFactors, RuleOps, Seen, Shared};
pub use reward::{Params as RewardParams, Reward, Side as RewardSide};
pub use stdp::{Form, Params as StdpParams, Side, Stdp};
pub use triplet::{
    Depression, Line as TripletLine, Neuron as TripletNeuron, Params as TripletParams, Triplet,
};

use crate::num::{PreFactor, Words};
use crate::signal::Activity;

/// What a neuron brings to an update: one factor per term, before the learning rate, and whether its weights forget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostFactors {
    /// `post` of each term; the second is zero in a rule of one term.
    pub terms: [i16; 2],
    /// Whether `w * 2^forget_shift` is subtracted in this update.
    pub forget: bool,
}

impl PostFactors {
    /// Nothing changes.
    pub const ZERO: Self = Self::one(0);

    /// One term.
    #[inline(always)]
    pub const fn one(post: i16) -> Self {
        Self::two(post, 0)
    }

    /// Two terms.
    #[inline(always)]
    pub const fn two(first: i16, second: i16) -> Self {
        Self { terms: [first, second], forget: false }
    }
}

/// The `pre` factors of a rule of one term.
#[inline(always)]
pub const fn one(pre: PreFactor) -> [PreFactor; 2] {
    [pre, PreFactor::ZERO]
}

/// Factors of a neuron for feedback weights: as the upper end, which sends, and as the lower end, which receives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackFactors {
    /// Factor of the neuron that sends.
    pub pre: PreFactor,
    /// Factor of the neuron that receives.
    pub post: i16,
}

/// What the draws of a rule depend on, beside layer and neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draws {
    /// It does not draw.
    None,
    /// The learning step: each has its own.
    Step,
    /// The sample and the tick of the window: equal ticks of two windows have equal ones.
    Sample,
}

/// A learning rule.
pub trait LearningRule: 'static {
    /// Name in commands and files.
    const NAME: &'static str;
    /// Whether it needs a class per sample.
    const SUPERVISED: bool;
    /// What is the same for the network.
    type Params: Words;
    /// State per line.
    type Pre: Words;
    /// State per neuron.
    type Post: Words;

    /// Whether parameters of which each is within its limits go together.
    fn valid(_: &Self::Params) -> bool {
        true
    }
    /// Whether it draws with these parameters; if not, [`Activity::draw`] may be 0.
    #[inline(always)]
    fn draws(_: &Self::Params) -> Draws {
        Draws::None
    }
    /// A line's state after this tick, and its factors.
    fn pre(params: &Self::Params, state: Self::Pre, activity: &Activity) -> (Self::Pre, [PreFactor; 2]);
    /// A neuron's state after this tick, and its factors.
    fn post(params: &Self::Params, state: Self::Post, activity: &Activity) -> (Self::Post, PostFactors);
    /// The two words that the neuron sends down; zero sends nothing. A feedback says which one it carries.
    #[inline(always)]
    fn send(_: &Self::Params, _: &Activity) -> [i16; 2] {
        [0; 2]
    }
    /// What an output neuron makes of its target, or of a reward if it acted (`wanted`): its state, and its own apical potential.
    #[inline(always)]
    fn teach(_: &Self::Params, state: Self::Post, _: &Activity, _wanted: bool) -> (Self::Post, i16) {
        (state, 0)
    }
    /// For a rule that teaches the output neuron that acted: the chance, in 2^-16, that another one than the answer acts while it
    /// learns. `None`: reward beyond the mean is broadcast, and no output neuron is selected.
    #[inline(always)]
    fn explores(_: &Self::Params) -> Option<u16> {
        None
    }
    /// Whether a neuron without an apical potential has no factors and does not change its state in [`Self::post`]: a layer without
    /// any is then skipped.
    #[inline(always)]
    fn rests(_: &Self::Params) -> bool {
        false
    }
    /// Factors of the neuron for plastic feedback weights, from its state before [`Self::post`].
    #[inline(always)]
    fn back(_: &Self::Params, _: &Self::Post, _: &Activity) -> BackFactors {
        BackFactors::default()
    }
}

registry! {
    $
    /// The learning rules of this build: each has a feature of its name.
    AnyRule: LearningRule, RuleOps, BoundRule, rule_ops {
        #[cfg(feature = "burst")]
        Burst(Burst) = 1,
        #[cfg(feature = "stdp")]
        Stdp(Stdp) = 2,
        #[cfg(feature = "microcircuit")]
        Microcircuit(Microcircuit) = 3,
        #[cfg(feature = "dh-control")]
        DhControl(DhControl) = 4,
        #[cfg(feature = "dh-predictive")]
        DhPredictive(DhPredictive) = 5,
        #[cfg(feature = "dh-equilibrium")]
        DhEquilibrium(DhEquilibrium) = 6,
        #[cfg(feature = "triplet")]
        Triplet(Triplet) = 7,
        #[cfg(feature = "reward")]
        Reward(Reward) = 8,
        #[cfg(feature = "dfa")]
        Dfa(Dfa) = 9,
        #[cfg(feature = "drtp")]
        Drtp(Drtp) = 10,
    }
}
