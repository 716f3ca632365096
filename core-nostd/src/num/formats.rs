//! The only place that says how wide a number is and where its binary point stands.

use super::verbs::{leak_unsigned, saturate_unsigned};
use fixed::types::extra::{U0, U8, U12, U16};
use fixed::{FixedI16, FixedU16};

quantity!(
    /// Membrane potential in thresholds, -8 to 7.9998 in steps of 2^-12 (Q3.12). Saturates.
    Membrane(FixedI16<U12>, i16)
);
quantity!(
    /// Current into a soma in one tick, in thresholds, -8 to 7.9998 in steps of 2^-12 (Q3.12). Saturates once, after
    /// the exact sum.
    Current(FixedI16<U12>, i16)
);
quantity!(
    /// How far an adaptive threshold has risen, in thresholds, 0 to 15.9998 in steps of 2^-12. Saturates.
    Rise(FixedU16<U12>, u16)
);
quantity!(
    /// A trace of past events, 0 to 255.996 in steps of 2^-8. Saturates.
    Trace(FixedU16<U8>, u16)
);
quantity!(
    /// Apical potential, and a word that a neuron sends down. Where its binary point stands is the rule's: in spiking
    /// networks 8 bits from the right (Q7.8, 1.0 is one spike of error), in rate networks 12 or 15. Saturates.
    Apical(FixedI16<U8>, i16)
);
quantity!(
    /// The fraction that leaks away in one tick, 0 to 0.99998 in steps of 2^-16. `2^(16-k)` is a shift by k.
    Leak(FixedU16<U16>, u16)
);
quantity!(
    /// A count of ticks, 0..=65535.
    Ticks(FixedU16<U0>, u16)
);
quantity!(
    /// A plain count of events, 0..=65535. Saturates.
    Count(FixedU16<U0>, u16)
);

impl Trace {
    /// One tick: `z - floor(z * decay / 2^16) + bump * magnitude`, saturated.
    #[inline(always)]
    pub fn tick(self, decay: Leak, bump: Self, magnitude: i16) -> Self {
        let left = leak_unsigned(self.0, decay.0) as i32;
        Self(saturate_unsigned(left.saturating_add((bump.0 as i32).saturating_mul(magnitude as i32))))
    }

    /// In whole units, 0..=255.
    #[inline(always)]
    pub const fn units(self) -> u16 {
        self.0 >> Self::FRACTION
    }
}

/// One threshold as a raw [`Membrane`].
pub const THRESHOLD: i16 = 1 << Membrane::FRACTION;
/// A graded event of this magnitude stands for 1.0 (there are 256 steps, so 255 is the greatest).
pub const GRADED_FULL: i16 = 255;
/// Binary point of a graded event.
pub const GRADED_FRACTION: u32 = 8;
/// A fine graded event of this magnitude stands for 1.0 (there are 2^15 steps, so this is the greatest).
pub const FINE_FULL: i16 = i16::MAX;
/// Binary point of a fine graded event.
pub const FINE_FRACTION: u32 = 15;
/// The word that a target sends to the wanted neuron: 1.0 in Q7.8.
pub const TARGET_WORD: i16 = 256;
/// Reward for a right answer; a wrong one has its negative. 1.0 in Q7.8.
pub const REWARD: i16 = 256;
/// `pre` factors are within `-PRE_MAX..=PRE_MAX`.
pub const PRE_MAX: i16 = 255;
/// The update of an 8-bit weight is divided by `2^SHIFT_I8`.
pub const SHIFT_I8: u32 = 16;
/// The update of a 16-bit weight is divided by `2^SHIFT_I16`.
pub const SHIFT_I16: u32 = 8;
/// Default bound of 16-bit weights: 784 graded lines of 255 still sum exactly in 32 bits.
pub const BOUND_I16: i16 = 8191;
/// Default bound of 8-bit weights: symmetric, so that flipping a sign cannot overflow.
pub const BOUND_I8: i16 = 127;
/// Columns of a weight matrix are padded to a multiple of this.
pub const LANES: usize = 4;

/// Two products of a `pre` and a `post` factor, a forgetting weight and a dither fit into 32 bits.
const _: () = {
    let products = 2 * (PRE_MAX as i64) * 32768;
    assert!(products + 127 * (1 << SHIFT_I8) + 65535 <= i32::MAX as i64);
    assert!(products + 32767 * (1 << SHIFT_I16) + 255 <= i32::MAX as i64);
};

/// A `pre` factor: what a line brings to an update, -255..=255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreFactor(i16);

impl PreFactor {
    /// No change.
    pub const ZERO: Self = Self(0);

    /// Clamps to -255..=255.
    #[inline(always)]
    pub const fn clamped(x: i32) -> Self {
        Self(super::clamp(x, -(PRE_MAX as i32), PRE_MAX as i32) as i16)
    }
    /// The raw factor.
    #[inline(always)]
    pub const fn to_bits(self) -> i16 {
        self.0
    }
}
