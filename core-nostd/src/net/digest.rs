//! Digests: one `mix` round per word, in one documented order. Equal digests mean equal engines.

use super::Parts;
use crate::num::{Word, halves, joined, mix, mix_round};
use core::fmt;

/// 64 bits that stand for all words of a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Digest(pub u64);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Absorbs words: `(x, y) = mix_round(x, y, word)`, a bijection, so that a single wrong word never hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hasher {
    x: u32,
    y: u32,
    count: u32,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { x: 0x4845_4242, y: 0x4954_0001, count: 0 }
    }
}

impl Hasher {
    /// Takes one word.
    #[inline(always)]
    pub const fn word(&mut self, word: u32) {
        (self.x, self.y) = mix_round(self.x, self.y, word);
        self.count = self.count.wrapping_add(1);
    }

    /// Eight rounds keyed by the number of words; x is the high half.
    pub const fn finish(self) -> Digest {
        let (x, y) = mix(self.x, self.y, self.count, 0);
        Digest(joined(y, x))
    }

    /// Takes a digest: high half first.
    pub const fn digest(&mut self, digest: Digest) {
        let (low, high) = halves(digest.0);
        self.word(high);
        self.word(low);
    }
}

impl<const N: usize> Parts<'_, N> {
    /// Digest of neuron and line state and of the update factors.
    pub fn state_digest(&self) -> Digest {
        let mut hasher = Hasher::default();
        self.walk(&mut |_, word| hasher.word(u32::from(word)));
        hasher.finish()
    }

    /// Digest of all weights.
    pub fn weight_digest(&self) -> Digest {
        let mut hasher = Hasher::default();
        self.walk_weights(&mut |_, w| hasher.word(w.to_word()));
        hasher.finish()
    }
}
