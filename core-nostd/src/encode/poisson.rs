//! Keyed Bernoulli spikes with probability `pixel / 256` per tick: independent of order, the same on every engine.

use super::{Encoder, Params, Place};
use crate::num::{joined_tick, mix};

/// Spike if the top byte of `mix(line, window * 2^16 + tick, k0, k1).x` is below the pixel; `(k0, k1) = mix(presented, ENCODER, seed)`.
#[derive(Clone, Copy, Debug)]
pub struct Poisson;

impl Encoder for Poisson {
    const NAME: &'static str = "poisson";
    const GRADED: bool = false;
    type Params = Params;
    type State = ();

    fn common(params: &Params) -> Params {
        *params
    }

    #[inline(always)]
    fn encode((): (), pixel: u8, at: &Place) -> ((), i16) {
        if pixel == 0 {
            return ((), 0);
        }
        let tick = joined_tick(at.window, at.tick);
        let (x, _) = mix(u32::from(at.line), tick, at.key.k0, at.key.k1);
        let [.., top] = x.to_le_bytes();
        ((), i16::from(top < pixel))
    }
}
