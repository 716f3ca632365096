//! Graded rate unit with a table for its activation: the discrete-time units of the papers' rate models.
//!
//! ```text
//! v' = sat16( v + floor((I - v) / 2^step) )          step 0: v' = I
//! event = table[ floor(v' / 2^8) + 128 ]             logistic, 16 entries per threshold
//! event = min(max(floor(v' / 2^4), 0), 255)          clip: 0 below 0, 255 at 1
//! ```

use super::Neuron;
use crate::num::{
    Count, Current, GRADED_FULL, Membrane, Word, add, clamp, difference, floor_shift, index, saturate,
    saturate_unsigned, wide,
};

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
        pub step: Count,
        /// How the membrane becomes a rate.
        pub activation: Activation,
    }
}

words! {
    /// What one [`Graded`] unit remembers.
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
    const GRADED: bool = true;
    type Params = Params;
    type State = State;

    fn valid(p: &Params) -> bool {
        p.step.to_bits() < 16
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
        (s, p.activation.rate(s.membrane))
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
