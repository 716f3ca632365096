//! Keyed randomness: a function of position, never a stream. NUMBERS section 5.

/// Names of what is drawn, so that no two draws share a key. Projections use their index, 0 and up.
pub mod stream {
    /// Spikes of the Poisson encoder.
    pub const ENCODER: u32 = 0x1000_0000;
    /// Initial weights; the projection's index is added.
    pub const WEIGHTS: u32 = 0x2000_0000;
    /// Initial feedback weights; the feedback's index is added.
    pub const FEEDBACK: u32 = 0x3000_0000;
    /// Order of presentation, drawn by hosts.
    pub const ORDER: u32 = 0x4000_0000;
    /// Augmentation, drawn by hosts.
    pub const AUGMENT: u32 = 0x5000_0000;
    /// Keyed feedback weights, which are never stored; the feedback's index is added.
    pub const KEYED: u32 = 0x6000_0000;
    /// Dither of plastic feedback; the feedback's index is added.
    pub const LEARN_FEEDBACK: u32 = 0x7000_0000;
    /// What rules draw; the layer's index is added.
    pub const DRAW: u32 = 0x8000_0000;
    /// Which samples of a stream have a label, drawn by hosts.
    pub const LABELS: u32 = 0xa000_0000;
    /// Whether another output neuron than the answer acts, and which.
    pub const EXPLORE: u32 = 0xc000_0000;
    /// Which remembered samples are learned again.
    pub const RECALL: u32 = 0x9000_0000;
    /// Which class a teacher is asked about who only says yes or no.
    pub const ASK: u32 = 0xb000_0000;
}

/// One round of [`mix`] with key word `k`: `x = (ror32(x, 8) + y) ^ k`, `y = rol32(y, 3) ^ x`. Bijective in (x, y).
#[inline(always)]
pub const fn mix_round(x: u32, y: u32, k: u32) -> (u32, u32) {
    let x = x.rotate_right(8).wrapping_add(y) ^ k;
    (x, y.rotate_left(3) ^ x)
}

/// Eight rounds of Speck-64: `(x, y)` under the key `(k0, k1)`. Four rounds visibly correlate rows, eight do not.
///
/// ```
/// # use hebbit_core::num::mix;
/// assert_eq!(mix(0, 0, 0, 0), (0xf892_961a, 0x225e_b129));
/// assert_eq!(mix(1, 2, 3, 4), (0x7e14_1fc3, 0x2347_ba97));
/// ```
#[inline]
pub const fn mix(x: u32, y: u32, k0: u32, k1: u32) -> (u32, u32) {
    let (mut x, mut y, mut i) = (x, y, 0);
    while i < 8 {
        let k = if i % 2 == 0 { k0 } else { k1 };
        (x, y) = mix_round(x, y, k ^ i);
        i += 1;
    }
    (x, y)
}

/// The key of one learning step of one stream: `(k0, k1) = mix(counter, stream, seed_lo, seed_hi)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepKey {
    /// Key word of even rounds.
    pub k0: u32,
    /// Key word of odd rounds.
    pub k1: u32,
}

impl StepKey {
    /// `counter`: learning steps so far (or whatever numbers the draws of this stream).
    pub const fn new(counter: u32, stream: u32, seed: u64) -> Self {
        let (k0, k1) = mix(counter, stream, seed as u32, (seed >> 32) as u32);
        Self { k0, k1 }
    }

    /// Dither of one row of weights.
    #[inline]
    pub const fn row(self, row: u32) -> DitherRow {
        self.lane(row, 0)
    }

    /// Dither of the `post` factors of one term, 0 or 1.
    #[inline]
    pub const fn post(self, term: u32) -> DitherRow {
        self.lane(0, 1 + term)
    }

    const fn lane(self, x: u32, y: u32) -> DitherRow {
        let (b, a) = mix(x, y, self.k0, self.k1);
        DitherRow { b: b as u16, a: a as u16 }
    }
}

/// The dither of one row: `D(column) = (B + column * A) mod 2^16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DitherRow {
    /// Dither of column 0.
    pub b: u16,
    /// Step from one column to the next.
    pub a: u16,
}

impl DitherRow {
    /// The 16 dither bits of one column.
    #[inline(always)]
    pub const fn at(self, column: u16) -> u16 {
        self.b.wrapping_add(self.a.wrapping_mul(column))
    }

    /// The next column's row origin: walking is one add per column.
    #[inline(always)]
    pub const fn next(self) -> Self {
        Self { b: self.b.wrapping_add(self.a), a: self.a }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_row_is_reproduced() {
        let row = StepKey::new(0, 0, 1).row(0);
        assert_eq!((row.b, row.a), (0xf497, 0xdada));
        assert_eq!([0, 1, 2, 3, 4].map(|c| row.at(c)), [0xf497, 0xcf71, 0xaa4b, 0x8525, 0x5fff]);
    }
}
