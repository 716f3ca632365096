//! Dot rows: eight rows at a time, sixteen columns per step, and one transposing sum at the end.

use super::lanes::{Lanes, load, window};
use core::arch::x86_64::*;
use hebbit_core::net::{Rows, Weights, scalar};
use hebbit_core::num::saturate_wide;

/// Whether every dot product of weights up to `bound` with these words fits 32 bits.
fn narrow(send: &[i16], bound: u64) -> bool {
    let sum: u64 = send.iter().map(|s| u64::from(s.unsigned_abs())).sum();
    sum * bound < 1 << 31
}

/// See [`Kernels::sign_rows`](hebbit_core::net::Kernels::sign_rows).
#[target_feature(enable = "avx2")]
pub(super) fn sign_rows(sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
    match rows.weights {
        Weights::I8(w) => signs(sum, w, rows, send, shift & 31),
        Weights::I16(w) => signs(sum, w, rows, send, shift & 31),
    }
}

/// See [`Kernels::dot_rows`](hebbit_core::net::Kernels::dot_rows).
#[target_feature(enable = "avx2")]
pub(super) fn dot_rows(sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
    let sent = &send[..send.len().min(rows.width)];
    match rows.weights {
        Weights::I8(w) if rows.zero == 0 && narrow(sent, 128) => {
            by_eight(sum, w, rows.width, send, shift.min(31), |w, send| _mm256_madd_epi16(w, send));
        }
        Weights::I16(w) if rows.zero == 0 && narrow(sent, 32_768) => {
            by_eight(sum, w, rows.width, send, shift.min(31), |w, send| _mm256_madd_epi16(w, send));
        }
        Weights::I8(w) => dots(sum, w, rows, send, shift),
        Weights::I16(w) => dots(sum, w, rows, send, shift),
    }
}

#[target_feature(enable = "avx2")]
fn signs<W: Lanes>(sum: &mut [i32], w: &[W], rows: Rows<'_>, send: &[i16], shift: u32) {
    // Times +1 or -1: -32768 * -1 is exact in 32 bits.
    let (one, zero) = (_mm256_set1_epi16(1), _mm256_set1_epi16(rows.zero));
    by_eight(sum, w, rows.width, send, shift, |w, send| {
        _mm256_madd_epi16(send, _mm256_or_si256(_mm256_cmpgt_epi16(zero, w), one))
    });
}

#[target_feature(enable = "avx2")]
fn dots<W: Lanes>(sum: &mut [i32], w: &[W], rows: Rows<'_>, send: &[i16], shift: u32) {
    let width = rows.width.max(1);
    let offset = scalar::offset(rows.zero, &send[..send.len().min(width)]);
    let send = Sent::new(send, width);
    for (r, sum) in sum.iter_mut().take(w.len() / width).enumerate() {
        *sum = sum.wrapping_add(saturate_wide((dot(w, r * width, &send) + offset) >> shift.min(63)));
    }
}

/// The words sent down, by sixteen. Words beyond the last are zero, so that a column there, be it of the next row,
/// does not count.
struct Sent<'a> {
    whole: &'a [[i16; 16]],
    rest: __m256i,
    len: usize,
}

impl<'a> Sent<'a> {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(send: &'a [i16], width: usize) -> Self {
        let send = &send[..send.len().min(width)];
        let (whole, rest) = send.as_chunks();
        Self { whole, rest: window(rest, 0), len: send.len().div_ceil(16) }
    }

    const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn get(&self, i: usize) -> __m256i {
        match self.whole.get(i) {
            Some(send) => load(send),
            None => self.rest,
        }
    }
}

/// `sum[r] += floor(sum over c of product(w[r][c], send[c]) / 2^shift)`, where 32 bits hold each sum, or where it wraps.
#[inline]
#[target_feature(enable = "avx2")]
fn by_eight<W: Lanes>(
    sum: &mut [i32],
    w: &[W],
    width: usize,
    send: &[i16],
    shift: u32,
    product: impl Fn(__m256i, __m256i) -> __m256i,
) {
    let width = width.max(1);
    let rows = sum.len().min(w.len() / width);
    let send = Sent::new(send, width);
    let shift = _mm_cvtsi32_si128(shift as i32);
    for (g, sum) in sum[..rows].chunks_mut(8).enumerate() {
        let mut acc = [_mm256_setzero_si256(); 8];
        for i in 0..send.len() {
            let send = send.get(i);
            for (r, acc) in acc.iter_mut().enumerate() {
                let w = window(w, (g * 8 + r) * width + i * 16);
                *acc = _mm256_add_epi32(*acc, product(w, send));
            }
        }
        let mut all = [0_i32; 8];
        // SAFETY: the array has 32 bytes.
        unsafe {
            _mm256_storeu_si256(all.as_mut_ptr().cast(), _mm256_sra_epi32(sums(acc), shift));
        }
        for (sum, x) in sum.iter_mut().zip(all) {
            *sum = sum.wrapping_add(x);
        }
    }
}

/// The sum of each of eight vectors.
#[inline]
#[target_feature(enable = "avx2")]
fn sums([a, b, c, d, e, f, g, h]: [__m256i; 8]) -> __m256i {
    let low = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    let high = _mm256_hadd_epi32(_mm256_hadd_epi32(e, f), _mm256_hadd_epi32(g, h));
    _mm256_add_epi32(
        _mm256_permute2x128_si256::<0x20>(low, high),
        _mm256_permute2x128_si256::<0x31>(low, high),
    )
}

/// The exact dot product of `send` and the weights from `start` on. A sum of two products is -2^31 + 65536 to 2^31,
/// so that one less of it fits 32 bits, also where `vpmaddwd` wraps.
#[inline]
#[target_feature(enable = "avx2")]
fn dot<W: Lanes>(w: &[W], start: usize, send: &Sent<'_>) -> i64 {
    let one = _mm256_set1_epi32(1);
    let mut acc = [_mm256_setzero_si256(); 2];
    for i in 0..send.len() {
        let two = _mm256_madd_epi16(window(w, start + i * 16), send.get(i));
        let less = _mm256_sub_epi32(two, one);
        let low = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(less));
        let high = _mm256_cvtepi32_epi64(_mm256_extracti128_si256::<1>(less));
        acc = [_mm256_add_epi64(acc[0], low), _mm256_add_epi64(acc[1], high)];
    }
    let mut all = [0_i64; 4];
    // SAFETY: the array has 32 bytes.
    unsafe { _mm256_storeu_si256(all.as_mut_ptr().cast(), _mm256_add_epi64(acc[0], acc[1])) };
    let pairs = 8 * send.len() as i64;
    all.iter().sum::<i64>() + pairs
}
