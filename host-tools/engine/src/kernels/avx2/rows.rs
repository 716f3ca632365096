//! Add rows: two rows and two magnitudes per multiply-add, a block of columns in registers across all events.
//!
//! `vpmaddwd` sums two 16-bit products in 32 bits. Only (-32768)^2 + (-32768)^2 does not fit, and there it wraps to
//! what the scalar sum, which wraps too, would hold: it agrees for all inputs.

use super::lanes::{Lanes, window};
use core::arch::x86_64::*;
use hebbit_core::net::{Events, Rows, Weights};

/// The magnitudes of so many spikes.
const ONES: [i16; 256] = [1; 256];

/// See [`Kernels::add_spikes`](hebbit_core::net::Kernels::add_spikes). False if a line has no row; then nothing has
/// changed.
#[target_feature(enable = "avx2")]
pub(super) fn add_spikes(sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) -> bool {
    let whole = are_within(events.lines, rows);
    if whole {
        for lines in events.lines.chunks(ONES.len()) {
            add_any(sum, rows, lines, &ONES[..lines.len()]);
        }
    }
    whole
}

/// See [`Kernels::add_graded`](hebbit_core::net::Kernels::add_graded). False if a line has no row; then nothing has
/// changed.
#[target_feature(enable = "avx2")]
pub(super) fn add_graded(sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) -> bool {
    let n = events.lines.len().min(events.magnitudes.len());
    let (lines, magnitudes) = (&events.lines[..n], &events.magnitudes[..n]);
    let whole = are_within(lines, rows);
    if whole {
        add_any(sum, rows, lines, magnitudes);
    }
    whole
}

#[target_feature(enable = "avx2")]
fn add_any(sum: &mut [i32], rows: Rows<'_>, lines: &[u16], magnitudes: &[i16]) {
    match rows.weights {
        Weights::I8(w) => add(sum, w, rows.width, lines, magnitudes),
        Weights::I16(w) => add(sum, w, rows.width, lines, magnitudes),
    }
}

/// Whether every line has its row.
#[inline]
#[target_feature(enable = "avx2")]
fn are_within(lines: &[u16], rows: Rows<'_>) -> bool {
    let len = match rows.weights {
        Weights::I8(w) => w.len(),
        Weights::I16(w) => w.len(),
    };
    let last = lines.iter().fold(0, |last, &line| line.max(last));
    len.checked_div(rows.width).is_some_and(|rows| usize::from(last) < rows)
}

#[inline]
#[target_feature(enable = "avx2")]
fn add<W: Lanes>(sum: &mut [i32], w: &[W], width: usize, lines: &[u16], magnitudes: &[i16]) {
    let n = sum.len().min(width);
    let (mut blocks, mut first) = (sum[..n].chunks_exact_mut(64), 0);
    for sum in &mut blocks {
        block::<W, 4>(sum, &w[first..], width, lines, magnitudes);
        first += 64;
    }
    let mut blocks = blocks.into_remainder().chunks_exact_mut(32);
    for sum in &mut blocks {
        block::<W, 2>(sum, &w[first..], width, lines, magnitudes);
        first += 32;
    }
    for sum in blocks.into_remainder().chunks_mut(16) {
        columns(sum, &w[first..], width, lines, magnitudes);
        first += 16;
    }
}

/// Two magnitudes in every pair of lanes.
#[inline]
#[target_feature(enable = "avx2")]
fn splat(a: i16, b: i16) -> __m256i {
    _mm256_set1_epi32((a as u16 as i32) | ((b as i32) << 16))
}

/// Adds two rows times two magnitudes. Of 16 columns, the first result has 0-3 and 8-11, the second the others.
#[inline]
#[target_feature(enable = "avx2")]
fn step(acc: &mut [__m256i; 2], a: __m256i, b: __m256i, magnitudes: __m256i) {
    let low = _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), magnitudes);
    let high = _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), magnitudes);
    *acc = [_mm256_add_epi32(acc[0], low), _mm256_add_epi32(acc[1], high)];
}

/// The first `N * 16` columns.
#[inline]
#[target_feature(enable = "avx2")]
fn block<W: Lanes, const N: usize>(
    sum: &mut [i32],
    w: &[W],
    width: usize,
    lines: &[u16],
    magnitudes: &[i16],
) {
    let mut acc = [[_mm256_setzero_si256(); 2]; N];
    let (pairs, last) = lines.as_chunks::<2>();
    let (pair_magnitudes, last_magnitude) = magnitudes.as_chunks::<2>();
    for (&[a, b], &[m, n]) in pairs.iter().zip(pair_magnitudes) {
        two_rows(&mut acc, row(w, width, a), row(w, width, b), splat(m, n));
    }
    for (&line, &m) in last.iter().zip(last_magnitude) {
        two_rows(&mut acc, row(w, width, line), row(w, width, line), splat(m, 0));
    }
    for (sum, acc) in sum.as_chunks_mut().0.iter_mut().zip(acc) {
        add_to(sum, acc);
    }
}

/// The first columns of a row.
///
/// # Panics
/// If they are not there.
#[inline]
#[target_feature(enable = "avx2")]
fn row<W: Lanes, const N: usize>(w: &[W], width: usize, line: u16) -> &[[W; 16]; N] {
    let start = usize::from(line) * width;
    match w[start..][..N * 16].as_chunks().0.first_chunk() {
        Some(row) => row,
        None => unreachable!("{N} * 16 weights are {N} chunks"),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn two_rows<W: Lanes, const N: usize>(
    acc: &mut [[__m256i; 2]; N],
    a: &[[W; 16]; N],
    b: &[[W; 16]; N],
    magnitudes: __m256i,
) {
    for i in 0..N {
        // SAFETY: AVX2 is on here.
        let (a, b) = unsafe { (W::load(&a[i]), W::load(&b[i])) };
        step(&mut acc[i], a, b, magnitudes);
    }
}

/// The first columns, at most 16. Columns beyond `sum` may be another row's: they are dropped.
#[inline]
#[target_feature(enable = "avx2")]
fn columns<W: Lanes>(sum: &mut [i32], w: &[W], width: usize, lines: &[u16], magnitudes: &[i16]) {
    let mut acc = [_mm256_setzero_si256(); 2];
    let (pairs, last) = lines.as_chunks::<2>();
    let (pair_magnitudes, last_magnitude) = magnitudes.as_chunks::<2>();
    for (&[a, b], &[m, n]) in pairs.iter().zip(pair_magnitudes) {
        let a = window(w, usize::from(a) * width);
        step(&mut acc, a, window(w, usize::from(b) * width), splat(m, n));
    }
    for (&line, &m) in last.iter().zip(last_magnitude) {
        let a = window(w, usize::from(line) * width);
        step(&mut acc, a, a, splat(m, 0));
    }
    let mut all = [0; 16];
    add_to(&mut all, acc);
    for (sum, x) in sum.iter_mut().zip(all) {
        *sum = sum.wrapping_add(x);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn add_to(sum: &mut [i32; 16], [a, b]: [__m256i; 2]) {
    let first = _mm256_permute2x128_si256::<0x20>(a, b);
    let second = _mm256_permute2x128_si256::<0x31>(a, b);
    let sum = sum.as_mut_ptr().cast::<__m256i>();
    // SAFETY: the reference covers 64 bytes, two vectors.
    unsafe {
        _mm256_storeu_si256(sum, _mm256_add_epi32(_mm256_loadu_si256(sum), first));
        _mm256_storeu_si256(sum.add(1), _mm256_add_epi32(_mm256_loadu_si256(sum.add(1)), second));
    }
}
