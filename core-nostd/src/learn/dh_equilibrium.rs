//! Equilibrium propagation with differential Hebbian updates: Scellier & Bengio 2017, the symmetric nudge of Laborieux et al.
//! 2021, the update in the form of Aceituno et al. 2023.
//!
//! ```text
//! one stored matrix serves both directions; s relaxes to  W s_below + W^T s_above + c,  output plus beta (target - s)
//! free, then nudged towards the target (s+), then away from it (s-)
//! dw = mid_pre Δ + Δ_pre mid       Δ = s+ - s-, mid = (s+ + s-)/2         = s+ s+_pre - s- s-_pre
//! ```
//!
//! Both halves of the product are kept, so that the two directions of a weight agree by construction; if the target is what the
//! network says anyway, Δ is zero and nothing changes.

use super::{LearningRule, PostFactors};
use crate::num::{Count, PreFactor, add, difference, floor_shift, saturate, wide};
use crate::signal::{Activity, Teacher};

words! {
    /// What is the same for a network that learns by [`DhEquilibrium`].
    pub struct Params {
        /// The nudge is `2^-beta`, 0..=12.
        pub beta: Count in 0..=12,
        /// Rate that the wanted output is nudged to, 15 bits, 0 and up.
        pub high: i16 in 0..=32767,
        /// Rate of the others, 15 bits, 0 and up.
        pub low: i16 in 0..=32767,
    }
}

words! {
    /// What it remembers of a line or of a neuron.
    pub struct Side {
        /// Rate at the end of the window that nudges towards the target.
        pub plus: i16,
    }
}

/// Equilibrium propagation with differential Hebbian updates.
#[derive(Clone, Copy, Debug)]
pub struct DhEquilibrium;

impl Side {
    /// The state behind this step; change and mean of both nudged windows once the second is there.
    #[inline(always)]
    fn step(self, a: &Activity) -> (Self, Option<(i32, i32)>) {
        let r = a.rate();
        match a.teacher {
            Teacher::Against => {
                let mean = floor_shift(add(wide(self.plus), wide(r)), 1);
                (self, Some((difference(self.plus, r), mean)))
            }
            Teacher::Error => (Self { plus: r }, None),
            Teacher::None | Teacher::Reward => (Self::default(), None),
        }
    }
}

impl LearningRule for DhEquilibrium {
    const NAME: &'static str = "dh-equilibrium";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = Side;
    type Post = Side;

    /// Mean in 8 bits, change in 11, rounded to nearest (beyond an eighth it saturates): a floor would push every weight down.
    #[inline(always)]
    fn pre(_: &Params, s: Side, a: &Activity) -> (Side, [PreFactor; 2]) {
        let (s, both) = s.step(a);
        let factors = both.map(|(change, mean)| [floor_shift(mean, 7), floor_shift(add(change, 8), 4)]);
        (s, factors.unwrap_or_default().map(PreFactor::clamped))
    }

    /// Change in 15 bits, mean in 12, so that both products have 23.
    #[inline(always)]
    fn post(_: &Params, s: Side, a: &Activity) -> (Side, PostFactors) {
        let (s, both) = s.step(a);
        let factors =
            both.map(|(change, mean)| PostFactors::two(saturate(change), saturate(floor_shift(mean, 3))));
        (s, factors.unwrap_or(PostFactors::ZERO))
    }

    #[inline(always)]
    fn send(_: &Params, a: &Activity) -> [i16; 2] {
        [saturate(floor_shift(wide(a.rate()), 3)), 0]
    }

    #[inline(always)]
    fn teach(p: &Params, s: Side, a: &Activity, wanted: bool) -> (Side, i16) {
        let error = difference(if wanted { p.high } else { p.low }, a.rate());
        (s, saturate(floor_shift(error, u32::from(p.beta.to_bits()).saturating_add(3))))
    }
}
