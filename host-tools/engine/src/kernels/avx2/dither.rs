//! The dither of sixteen rows at once.

use super::lanes::load;
use core::arch::x86_64::*;
use hebbit_core::num::StepKey;

/// Dither of column 0 and step to the next column, of sixteen rows, in 16-bit lanes.
#[derive(Clone, Copy)]
pub(super) struct DitherRows {
    pub(super) b: __m256i,
    pub(super) a: __m256i,
}

/// See [`StepKey::row`].
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn rows(key: StepKey, lines: &[u16; 16]) -> DitherRows {
    let (lines, zero) = (load(lines), _mm256_setzero_si256());
    let (x0, y0) = mix(_mm256_unpacklo_epi16(lines, zero), key);
    let (x1, y1) = mix(_mm256_unpackhi_epi16(lines, zero), key);
    DitherRows { b: low_halves(x0, x1), a: low_halves(y0, y1) }
}

impl DitherRows {
    /// The dither of one column in each row.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn at(&self, column: u16) -> __m256i {
        at(*self, _mm256_set1_epi16(column as i16))
    }
}

/// `b + column * a`, lane by lane.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn at(row: DitherRows, column: __m256i) -> __m256i {
    _mm256_add_epi16(row.b, _mm256_mullo_epi16(row.a, column))
}

/// [`mix`](hebbit_core::num::mix) of eight words `x`, with `y = 0`.
#[inline]
#[target_feature(enable = "avx2")]
fn mix(mut x: __m256i, key: StepKey) -> (__m256i, __m256i) {
    let right_8 =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12));
    let mut y = _mm256_setzero_si256();
    for i in 0..8 {
        let k = if i % 2 == 0 { key.k0 } else { key.k1 } ^ i;
        let sum = _mm256_add_epi32(_mm256_shuffle_epi8(x, right_8), y);
        x = _mm256_xor_si256(sum, _mm256_set1_epi32(k as i32));
        let left_3 = _mm256_or_si256(_mm256_slli_epi32::<3>(y), _mm256_srli_epi32::<29>(y));
        y = _mm256_xor_si256(left_3, x);
    }
    (x, y)
}

/// The low halves of 32-bit lanes that [`rows`] has unpacked, packed again.
#[inline]
#[target_feature(enable = "avx2")]
fn low_halves(x0: __m256i, x1: __m256i) -> __m256i {
    let low = _mm256_set1_epi32(0xffff);
    _mm256_packus_epi32(_mm256_and_si256(x0, low), _mm256_and_si256(x1, low))
}
