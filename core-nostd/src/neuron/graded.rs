//! Graded rate unit with a table for its activation: the discrete-time units of the papers' rate models.
//!
//! ```text
//! v' = sat16( v + floor((I - v) / 2^step) )          step 0: v' = I
//! event = table[ floor(v' / 2^8) + 128 ]             logistic, 16 entries per threshold
//! event = min(max(floor(v' / 2^4), 0), 255)          clip: 0 below 0, 255 at 1
//! ```
//!
//! Fine units have events of 15 bits: clip `min(max(8 v', 0), 32767)`, logistic by a table of 257 entries, linear in between.

use super::Neuron;
use crate::num::{
    Count, Current, FINE_FULL, GRADED_FULL, Membrane, Word, add, align, clamp, difference, floor_shift,
    index, mul_add, saturate, saturate_unsigned, wide, wide_unsigned,
};
use crate::signal::Grain;

/// Logistic of `(i - 128 + 1/2) / 16`, times 256, floor, at most 255.
#[rustfmt::skip]
pub const LOGISTIC: [u8; 256] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4,
    4, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11, 11,
    12, 13, 14, 14, 15, 16, 17, 18, 19, 21, 22, 23, 25, 26, 28, 29,
    31, 33, 34, 36, 38, 41, 43, 45, 47, 50, 52, 55, 58, 61, 64, 67,
    70, 73, 76, 80, 83, 87, 91, 94, 98, 102, 106, 110, 114, 118, 122, 126,
    129, 133, 137, 141, 145, 149, 153, 157, 161, 164, 168, 172, 175, 179, 182, 185,
    188, 191, 194, 197, 200, 203, 205, 208, 210, 212, 214, 217, 219, 221, 222, 224,
    226, 227, 229, 230, 232, 233, 234, 236, 237, 238, 239, 240, 241, 241, 242, 243,
    244, 244, 245, 246, 246, 247, 247, 248, 248, 249, 249, 249, 250, 250, 250, 251,
    251, 251, 252, 252, 252, 252, 252, 253, 253, 253, 253, 253, 253, 253, 254, 254,
    254, 254, 254, 254, 254, 254, 254, 254, 254, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
];

/// Logistic of `(i - 128) / 16`, times 2^15, floor, at most 32767.
#[rustfmt::skip]
const LOGISTIC_FINE: [u16; 257] = [
    10, 11, 12, 13, 14, 15, 15, 17, 18, 19, 20, 21, 23, 24, 26, 28,
    29, 31, 33, 36, 38, 40, 43, 46, 49, 52, 55, 59, 63, 67, 71, 76,
    81, 86, 91, 97, 103, 110, 117, 125, 133, 141, 151, 160, 171, 182, 193, 206,
    219, 233, 248, 264, 281, 299, 318, 338, 360, 382, 407, 433, 460, 490, 521, 554,
    589, 626, 666, 708, 752, 800, 850, 903, 960, 1020, 1084, 1151, 1223, 1298, 1379, 1464,
    1554, 1649, 1749, 1856, 1968, 2087, 2213, 2345, 2485, 2633, 2788, 2952, 3124, 3305, 3496, 3696,
    3906, 4126, 4356, 4598, 4851, 5115, 5390, 5678, 5977, 6289, 6613, 6949, 7297, 7658, 8030, 8415,
    8812, 9221, 9640, 10071, 10512, 10963, 11424, 11893, 12371, 12856, 13347, 13844, 14346, 14852, 15361, 15872,
    16384, 16895, 17406, 17915, 18421, 18923, 19420, 19911, 20396, 20874, 21343, 21804, 22255, 22696, 23127, 23546,
    23955, 24352, 24737, 25109, 25470, 25818, 26154, 26478, 26790, 27089, 27377, 27652, 27916, 28169, 28411, 28641,
    28861, 29071, 29271, 29462, 29643, 29815, 29979, 30134, 30282, 30422, 30554, 30680, 30799, 30911, 31018, 31118,
    31213, 31303, 31388, 31469, 31544, 31616, 31683, 31747, 31807, 31864, 31917, 31967, 32015, 32059, 32101, 32141,
    32178, 32213, 32246, 32277, 32307, 32334, 32360, 32385, 32407, 32429, 32449, 32468, 32486, 32503, 32519, 32534,
    32548, 32561, 32574, 32585, 32596, 32607, 32616, 32626, 32634, 32642, 32650, 32657, 32664, 32670, 32676, 32681,
    32686, 32691, 32696, 32700, 32704, 32708, 32712, 32715, 32718, 32721, 32724, 32727, 32729, 32731, 32734, 32736,
    32738, 32739, 32741, 32743, 32744, 32746, 32747, 32748, 32749, 32750, 32752, 32752, 32753, 32754, 32755, 32756,
    32757,
];

/// How the membrane becomes a rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Activation {
    /// `min(max(v, 0), 1)`.
    #[default]
    Clip,
    /// `1 / (1 + exp(-v))` by [`LOGISTIC`].
    Logistic,
}

impl Word for Activation {
    const RANGE: (i64, i64) = (0, 1);
    fn from_word(word: u32) -> Self {
        if word & 1 == 1 { Self::Logistic } else { Self::Clip }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::Clip => 0,
            Self::Logistic => 1,
        }
    }
}

impl Activation {
    /// The rate of a membrane potential in 15 bits, 0..=32767 for 0 to 1.
    #[inline(always)]
    pub fn fine_rate(self, v: Membrane) -> i16 {
        let v = wide(v.to_bits());
        match self {
            Self::Clip => saturate(clamp(align(v, 3), 0, wide(FINE_FULL))),
            Self::Logistic => {
                let entry = index(saturate_unsigned(add(floor_shift(v, 8), 128)));
                let at = |i: usize| wide_unsigned(LOGISTIC_FINE.get(i).copied().unwrap_or_default());
                let (low, high) = (at(entry), at(entry.saturating_add(1)));
                let part = mul_add(0, saturate(high.saturating_sub(low)), saturate(v & 255));
                saturate(add(low, floor_shift(part, 8)))
            }
        }
    }

    /// The rate of a membrane potential, 0..=255 for 0 to 1.
    #[inline(always)]
    pub fn rate(self, v: Membrane) -> i16 {
        let v = wide(v.to_bits());
        match self {
            Self::Clip => saturate(clamp(floor_shift(v, 4), 0, wide(GRADED_FULL))),
            Self::Logistic => {
                let entry = saturate_unsigned(add(floor_shift(v, 8), 128));
                i16::from(LOGISTIC.get(index(entry)).copied().unwrap_or(u8::MAX))
            }
        }
    }
}

words! {
    /// What is the same for a layer of [`Graded`] units.
    pub struct Params {
        /// The membrane goes `2^-step` of the way to its current per tick, 0..=15.
        pub step: Count in 0..=15,
        /// How the membrane becomes a rate.
        pub activation: Activation,
        /// Whether events have 15 bits, not 8.
        pub fine: bool,
    }
}

impl Params {
    /// The unit follows its drive at once.
    pub const fn settled(self) -> Self {
        Self { step: Count::ZERO, ..self }
    }
}

words! {
    /// State of one [`Graded`] unit.
    pub struct State {
        /// Membrane potential.
        pub membrane: Membrane,
    }
}

/// Rate unit: its event is its rate, every tick.
#[derive(Clone, Copy, Debug)]
pub struct Graded;

impl Neuron for Graded {
    const NAME: &'static str = "graded";
    type Params = Params;
    type State = State;

    fn grain(p: &Params) -> Grain {
        if p.fine { Grain::Fine } else { Grain::Graded }
    }

    #[inline(always)]
    fn reset(_: &Params, _: State) -> State {
        State::default()
    }

    #[inline(always)]
    fn integrate(p: &Params, s: State, current: Current) -> State {
        let v = s.membrane.to_bits();
        let step = floor_shift(difference(current.to_bits(), v), u32::from(p.step.to_bits()));
        State { membrane: Membrane::from_bits(saturate(add(wide(v), step))) }
    }

    #[inline(always)]
    fn excess(_: &Params, _: &State) -> i32 {
        0
    }

    #[inline(always)]
    fn fire(p: &Params, s: State) -> (State, i16) {
        let rate = if p.fine { p.activation.fine_rate(s.membrane) } else { p.activation.rate(s.membrane) };
        (s, rate)
    }

    #[inline(always)]
    fn lose(_: &Params, s: State) -> State {
        s
    }

    #[inline(always)]
    fn rest(_: &Params, s: State) -> State {
        s
    }
}
