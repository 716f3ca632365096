//! Latency code: one spike per sample, the brighter the earlier.

use super::{Encoder, Params, Place};
use crate::num::scale_unsigned;

/// Spike at tick `floor((255 - pixel) * ticks / 256)`; a pixel of 0 never fires.
#[derive(Clone, Copy, Debug)]
pub struct Latency;

impl Encoder for Latency {
    const NAME: &'static str = "latency";
    const GRADED: bool = false;
    type Params = Params;
    type State = ();

    fn common(params: &Params) -> Params {
        *params
    }

    #[inline(always)]
    fn encode((): (), pixel: u8, at: &Place) -> ((), i16) {
        let inverse = u16::from(u8::MAX.saturating_sub(pixel));
        let due = scale_unsigned(inverse, at.ticks, 8) == u32::from(at.tick);
        ((), i16::from(pixel > 0 && due))
    }
}
