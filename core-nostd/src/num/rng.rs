//! The keyed generator behind `rand_core`: for everything that draws and is not a dither.

use super::dither::{StepKey, mix};
use core::convert::Infallible;
use rand_core::TryRng;

/// Counts blocks under a key: block n is `mix(n, 0, k0, k1)`, its `x` word first, then its `y` word.
///
/// ```
/// use hebbit_core::num::KeyedRng;
/// use rand_core::Rng;
/// let mut a = KeyedRng::new(7, 0x2000_0000, 1);
/// let mut b = a.clone();
/// assert_eq!(a.next_u32(), b.next_u32());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRng {
    key: StepKey,
    block: u32,
    second: Option<u32>,
}

impl KeyedRng {
    /// The generator of one counter and stream under a seed.
    pub const fn new(counter: u32, stream: u32, seed: u64) -> Self {
        Self { key: StepKey::new(counter, stream, seed), block: 0, second: None }
    }

    /// A number in `0..n`, by multiplication; the bias is below n / 2^32. Zero for `n == 0`.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.word()) * u64::from(n)) >> 32) as u32
    }

    /// About normal, mean 0, standard deviation `2^16`: the sum of twelve uniform 16-bit numbers, centred. No float,
    /// so that every machine draws the same initial weights. Range +-6 deviations.
    pub fn normal(&mut self) -> i32 {
        let sum: u32 = (0..6).map(|_| self.word()).map(|w| (w & 0xffff) + (w >> 16)).sum();
        sum as i32 - 6 * 65_535
    }

    /// The next word.
    pub fn word(&mut self) -> u32 {
        if let Some(y) = self.second.take() {
            return y;
        }
        let (x, y) = mix(self.block, 0, self.key.k0, self.key.k1);
        self.block = self.block.wrapping_add(1);
        self.second = Some(y);
        x
    }
}

impl TryRng for KeyedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.word()) | (u64::from(self.word()) << 32))
    }
    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        rand_core::utils::fill_bytes_via_next_word(dst, || self.try_next_u32())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_has_the_stated_moments() {
        let mut rng = KeyedRng::new(0, 0, 3);
        let n = 20_000_i64;
        let draws: [i64; 2] = (0..n).fold([0, 0], |[s, q], _| {
            let x = i64::from(rng.normal());
            [s + x, q + ((x * x) >> 16)]
        });
        assert!((draws[0] / n).abs() < 1_500, "mean {}", draws[0] / n);
        assert!(((draws[1] / n) - 65_536).abs() < 2_000, "variance {}", draws[1] / n);
    }
}
