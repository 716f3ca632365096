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
    match rows.weights {
        Weights::I8(w) => spikes(sum, Within::new(w, rows.width, events.lines)),
        Weights::I16(w) => spikes(sum, Within::new(w, rows.width, events.lines)),
    }
}

/// See [`Kernels::add_graded`](hebbit_core::net::Kernels::add_graded). False if a line has no row; then nothing has
/// changed.
#[target_feature(enable = "avx2")]
pub(super) fn add_graded(sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) -> bool {
    let n = events.lines.len().min(events.magnitudes.len());
    let (lines, magnitudes) = (&events.lines[..n], &events.magnitudes[..n]);
    match rows.weights {
        Weights::I8(w) => graded(sum, Within::new(w, rows.width, lines), magnitudes),
        Weights::I16(w) => graded(sum, Within::new(w, rows.width, lines), magnitudes),
    }
}

#[target_feature(enable = "avx2")]
fn spikes<W: Lanes>(sum: &mut [i32], within: Option<Within<'_, W>>) -> bool {
    let Some(all) = within else { return false };
    for lines in all.lines.chunks(ONES.len()) {
        add(sum, &Within { lines, ..all }, &ONES[..lines.len()]);
    }
    true
}

#[target_feature(enable = "avx2")]
fn graded<W: Lanes>(sum: &mut [i32], within: Option<Within<'_, W>>, magnitudes: &[i16]) -> bool {
    let Some(all) = within else { return false };
    add(sum, &all, magnitudes);
    true
}

/// A matrix and lines each of which has its row in it.
#[derive(Clone, Copy)]
struct Within<'a, W> {
    w: &'a [W],
    width: usize,
    lines: &'a [u16],
}

impl<'a, W: Lanes> Within<'a, W> {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(w: &'a [W], width: usize, lines: &'a [u16]) -> Option<Self> {
        let last = lines.iter().fold(0, |last, &line| line.max(last));
        let rows = w.len().checked_div(width)?;
        (usize::from(last) < rows).then_some(Self { w, width, lines })
    }

    /// `N * 16` columns of a row, from column `first` on.
    ///
    /// # Safety
    /// `line` is one of the lines, and the columns are within the width.
    #[inline]
    unsafe fn row<const N: usize>(&self, line: u16, first: usize) -> &'a [[W; 16]; N] {
        let start = usize::from(line) * self.width + first;
        // SAFETY: the row lies within the matrix and these columns within the row; an array of weights is aligned like a weight.
        unsafe { &*self.w.as_ptr().add(start).cast() }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn add<W: Lanes>(sum: &mut [i32], within: &Within<'_, W>, magnitudes: &[i16]) {
    let n = sum.len().min(within.width);
    let (mut blocks, mut first) = (sum[..n].chunks_exact_mut(64), 0);
    for sum in &mut blocks {
        block::<W, 4>(sum, within, first, magnitudes);
        first += 64;
    }
    let mut blocks = blocks.into_remainder().chunks_exact_mut(32);
    for sum in &mut blocks {
        block::<W, 2>(sum, within, first, magnitudes);
        first += 32;
    }
    for sum in blocks.into_remainder().chunks_mut(16) {
        columns(sum, within, first, magnitudes);
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

/// `N * 16` columns from `first` on, all of them within the width.
#[inline]
#[target_feature(enable = "avx2")]
fn block<W: Lanes, const N: usize>(
    sum: &mut [i32],
    within: &Within<'_, W>,
    first: usize,
    magnitudes: &[i16],
) {
    let mut acc = [[_mm256_setzero_si256(); 2]; N];
    // SAFETY: lines come from `within`, and `sum` has no more columns than the width.
    let row = |line| unsafe { within.row::<N>(line, first) };
    let (pairs, last) = within.lines.as_chunks::<2>();
    let (pair_magnitudes, last_magnitude) = magnitudes.as_chunks::<2>();
    for (&[a, b], &[m, n]) in pairs.iter().zip(pair_magnitudes) {
        two_rows(&mut acc, row(a), row(b), splat(m, n));
    }
    for (&line, &m) in last.iter().zip(last_magnitude) {
        two_rows(&mut acc, row(line), row(line), splat(m, 0));
    }
    for (sum, acc) in sum.as_chunks_mut().0.iter_mut().zip(acc) {
        add_to(sum, acc);
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

/// Columns from `first` on, at most 16. Columns beyond `sum` may be another row's: they are dropped.
#[inline]
#[target_feature(enable = "avx2")]
fn columns<W: Lanes>(sum: &mut [i32], within: &Within<'_, W>, first: usize, magnitudes: &[i16]) {
    let mut acc = [_mm256_setzero_si256(); 2];
    let row = |line: u16| window(within.w, usize::from(line) * within.width + first);
    let (pairs, last) = within.lines.as_chunks::<2>();
    let (pair_magnitudes, last_magnitude) = magnitudes.as_chunks::<2>();
    for (&[a, b], &[m, n]) in pairs.iter().zip(pair_magnitudes) {
        step(&mut acc, row(a), row(b), splat(m, n));
    }
    for (&line, &m) in last.iter().zip(last_magnitude) {
        let a = row(line);
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
