//! Keyed draws for trials.

use hebbit_core::num::mix;

/// Draws of one trial.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    key: [u32; 2],
    count: u32,
}

impl Draw {
    pub(crate) const fn new(seed: u32, trial: u32) -> Self {
        Self { key: [seed, trial], count: 0 }
    }

    /// 32 bits.
    pub(crate) fn bits(&mut self) -> u32 {
        let [k0, k1] = self.key;
        self.count = self.count.wrapping_add(1);
        mix(self.count, 0, k0, k1).0
    }

    /// A number from 0 to `below - 1`.
    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.bits() as usize % below.max(1)
    }

    /// True once in `in_so_many`.
    pub(crate) fn once(&mut self, in_so_many: usize) -> bool {
        self.below(in_so_many) == 0
    }

    /// A word: small, anything, or at an end of its range.
    pub(crate) fn word(&mut self) -> i16 {
        let bits = self.bits();
        match bits >> 29 {
            0 => 0,
            1 => [i16::MIN, i16::MAX, 1, -1][(bits & 3) as usize],
            2..=4 => (bits as u16 & 511) as i16 - 256,
            _ => bits as i16,
        }
    }

    /// A weight of 8 bits, at times at an end of its range.
    pub(crate) fn byte(&mut self) -> i8 {
        let bits = self.bits();
        match bits >> 29 {
            0 => [i8::MIN, -127, 0, i8::MAX][(bits & 3) as usize],
            _ => bits as i8,
        }
    }

    /// Words.
    pub(crate) fn words(&mut self, to: &mut [i16]) {
        to.iter_mut().for_each(|word| *word = self.word());
    }
}
