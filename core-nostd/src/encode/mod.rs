//! Encoders, which turn a sample of bytes into events on lines, and the readout, which turns spikes into an answer.

mod graded;
mod latency;
mod ops;
mod poisson;
mod rate;
mod readout;

pub use graded::Graded as GradedEncoder;
pub use latency::Latency;
pub use ops::{Bound, EncodeColumns, EncoderOps};
pub use poisson::Poisson;
pub use rate::{Rate, State as RateState};
pub use readout::{Answering, UNLABELLED, decide};

use crate::num::{Count, StepKey, Words, clamp, floor_shift, saturate_unsigned, wide_unsigned};

words! {
    /// Parameters of every encoder.
    pub struct Params {
        /// Pixels below this are taken as 0.
        pub minimum: Count in 0..=255,
        /// 0: pixels as they are. Else each sample is scaled to this Euclidean norm: 1..=65535.
        pub norm: Count,
    }
}

/// The context of one encoder call.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Window of the sample.
    pub window: u8,
    /// Tick of the window.
    pub tick: u16,
    /// Ticks of the window.
    pub ticks: u16,
    /// The line.
    pub line: u16,
    /// Key of this sample's draws.
    pub key: StepKey,
}

/// A kind of encoder. Pure per line.
pub trait Encoder: 'static {
    /// Name in commands and files.
    const NAME: &'static str;
    /// Whether a pixel is one graded event per sample (present in all its ticks) rather than spikes.
    const GRADED: bool;
    /// What is the same for all lines.
    type Params: Words;
    /// State of one line within a sample.
    type State: Words;

    /// Parameters common to all encoders.
    fn common(params: &Self::Params) -> Params;
    /// The event of one line in one tick, from the scaled pixel.
    fn encode(state: Self::State, pixel: u8, at: &Place) -> (Self::State, i16);
}

registry! {
    $
    /// The encoders.
    AnyEncoder: Encoder, EncoderOps, BoundEncoder, encoder_ops {
        Graded(GradedEncoder) = 1,
        Rate(Rate) = 2,
        Poisson(Poisson) = 3,
        Latency(Latency) = 4,
    }
}

/// Scales the pixels of one sample: `min(255, floor(x * gain / 2^8))`, 0 below the minimum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gain {
    minimum: i32,
    gain: Option<i32>,
}

impl Gain {
    /// `gain = min(65535, floor(norm * 2^8 / max(1, isqrt(sum of squares))))` over the pixels that reach the minimum.
    pub fn new(params: Params, sample: &[u8]) -> Self {
        let minimum = wide_unsigned(params.minimum.to_bits());
        let norm = u32::from(params.norm.to_bits());
        let gain = (norm > 0).then(|| {
            let squares = sample
                .iter()
                .map(|&x| u32::from(x))
                .filter(|&x| i32::try_from(x).is_ok_and(|x| x >= minimum))
                .fold(0_u32, |sum, x| sum.saturating_add(x.saturating_mul(x)));
            let gain = norm.saturating_mul(256).checked_div(squares.isqrt().max(1)).unwrap_or(0);
            wide_unsigned(u16::try_from(gain).unwrap_or(u16::MAX))
        });
        Self { minimum, gain }
    }

    /// Whether pixels stay as they are.
    pub const fn is_identity(&self) -> bool {
        self.gain.is_none() && self.minimum == 0
    }

    /// The pixel that an encoder sees.
    #[inline(always)]
    pub fn pixel(&self, x: u8) -> u8 {
        let x = i32::from(x);
        if x < self.minimum {
            return 0;
        }
        let scaled = self.gain.map_or(x, |gain| clamp(floor_shift(x.saturating_mul(gain), 8), 0, 255));
        u8::try_from(saturate_unsigned(scaled)).unwrap_or(u8::MAX)
    }
}
