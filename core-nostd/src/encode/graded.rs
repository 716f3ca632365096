//! A pixel is one event whose magnitude is the pixel: a current that is constant over the ticks, summed once.

use super::{Encoder, Params, Place};

/// Graded events, 1..=255.
#[derive(Clone, Copy, Debug)]
pub struct Graded;

impl Encoder for Graded {
    const NAME: &'static str = "graded";
    const GRADED: bool = true;
    type Params = Params;
    type State = ();

    fn common(params: &Params) -> Params {
        *params
    }

    #[inline(always)]
    fn encode((): (), pixel: u8, _: &Place) -> ((), i16) {
        ((), i16::from(pixel))
    }
}
