//! Burst-dependent plasticity in its spiking form. After BurstCCN, Greedy et al. 2022, with the derived baseline
//! feedback Q = p_b Y, so that only the deviation of the burst rate from its baseline travels down.
//!
//! ```text
//! output:  deviation = clip_at_satisfied(target - count)        (p - p_b) e of the output, in spikes
//! hidden:  deviation = apical   if 0 < count < ticks, else 0    u h(e), h a box
//! update:  pre = sum of the line's events     post = deviation     once per sample, after one top-down sweep
//!          (spike counts are shifted left by spike_shift, to use the width of `pre`)
//! ```
//!
//! Eq. 4 and 7 of the paper: dW = eta ((p - p_b) e) e_pre^T with u = Y b - Q e. No teacher, no deviation, no change:
//! exactly, bit for bit. The paper squashes u h(e) by a logistic; here the apical word saturates at 128 spikes.

use super::{LearningRule, PostFactors};
use crate::num::{Apical, Count, PreFactor, align, clamp, saturate, wide, wide_unsigned};
use crate::signal::{Activity, Role, Wanted};

words! {
    /// What is the same for a network that learns by [`Burst`].
    pub struct Params {
        /// Spikes that the wanted output neuron should fire at least, 1..=127. Once it does, its error is zero.
        pub target: Count,
        /// A hidden neuron that fired in every tick cannot burst more: events at which the box gate closes.
        pub ceiling: Count,
        /// A line of spikes brings its count times `2^spike_shift`, 0..=8, so that small counts use the width of `pre`.
        pub spike_shift: Count,
    }
}

/// Burst-dependent plasticity.
#[derive(Clone, Copy, Debug)]
pub struct Burst;

impl Burst {
    /// The deviation of the burst rate: what a neuron learns from and sends down.
    #[inline(always)]
    fn deviation(p: &Params, a: &Activity) -> Apical {
        let open = match a.role {
            Role::Output => true,
            Role::Hidden => a.sum > 0 && a.sum < p.ceiling.to_bits(),
        };
        if open { Apical::from_bits(a.apical) } else { Apical::ZERO }
    }
}

impl LearningRule for Burst {
    const NAME: &'static str = "burst";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = ();
    type Post = ();

    fn valid(p: &Params) -> bool {
        (1..=127).contains(&p.target.to_bits()) && p.spike_shift.to_bits() <= 8
    }

    #[inline(always)]
    fn pre(p: &Params, (): (), a: &Activity) -> ((), [PreFactor; 2]) {
        let shift = if a.graded { 0 } else { i32::from(p.spike_shift.to_bits()) };
        ((), [PreFactor::clamped(align(wide_unsigned(a.sum), shift)), PreFactor::ZERO])
    }

    #[inline(always)]
    fn post(p: &Params, (): (), a: &Activity) -> ((), PostFactors) {
        ((), PostFactors::one(Self::deviation(p, a).to_bits()))
    }

    #[inline(always)]
    fn send(p: &Params, a: &Activity) -> Apical {
        Self::deviation(p, a)
    }

    #[inline(always)]
    fn teach(p: &Params, a: &Activity, Wanted(wanted): Wanted) -> Apical {
        let target = if wanted { p.target.to_bits() } else { 0 };
        let error = wide_unsigned(target).saturating_sub(wide_unsigned(a.sum));
        let satisfied = if wanted { clamp(error, 0, 127) } else { clamp(error, -128, 0) };
        Apical::from_bits(saturate(satisfied.saturating_mul(wide(1 << Apical::FRACTION))))
    }
}
