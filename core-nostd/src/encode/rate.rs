//! Sigma-delta rate code: deterministic spikes whose count over T ticks is `floor(pixel * T / 256)`.

use super::{Encoder, Params, Place};
use crate::num::Count;

words! {
    /// What is left over of a line's pixel.
    pub struct State {
        /// Sum below 256.
        pub left: Count,
    }
}

/// `left += pixel; spike and left -= 256 if left >= 256`.
#[derive(Clone, Copy, Debug)]
pub struct Rate;

impl Encoder for Rate {
    const NAME: &'static str = "rate";
    const GRADED: bool = false;
    type Params = Params;
    type State = State;

    fn common(params: &Params) -> Params {
        *params
    }

    #[inline(always)]
    fn encode(s: State, pixel: u8, _: &Place) -> (State, i16) {
        let sum = s.left.to_bits().saturating_add(u16::from(pixel));
        match sum.checked_sub(256) {
            Some(left) => (State { left: Count::from_bits(left) }, 1),
            None => (State { left: Count::from_bits(sum) }, 0),
        }
    }
}
