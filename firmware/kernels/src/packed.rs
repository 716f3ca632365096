//! Sums of rows in safe Rust for processors without SIMD: a word of four 8-bit weights adds to two words of 16-bit lanes, and
//! sums stay in registers while the list is walked.

use hebbit_core::net::{Events, Kernels, Rows, Weights, scalar};
use hebbit_core::num::mul_add;
use zerocopy::{FromBytes, IntoBytes};

/// The kernels of any 32-bit processor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packed;

/// Most rows per pass: `255 * 255` fits a lane of 16 bits, and three bytes of each row fit a word.
const ROWS: usize = 255;
/// Turns signed bytes into themselves plus 128.
const OFFSET: u32 = 0x8080_8080;
/// Bytes 0 and 2.
const EVEN: u32 = 0x00ff_00ff;

impl Kernels for Packed {
    fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        let done = match rows.weights {
            Weights::I8(w) => spikes(sum, w, rows.width, events.lines),
            Weights::I16(w) => multiplied(sum, w, rows.width, events.lines.iter().map(|&line| (line, 1))),
        };
        if !done {
            scalar::add_spikes(sum, rows, events);
        }
    }

    fn add_graded(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        let each = events.lines.iter().copied().zip(events.magnitudes.iter().copied());
        let done = match rows.weights {
            Weights::I8(w) => multiplied(sum, w, rows.width, each),
            Weights::I16(w) => multiplied(sum, w, rows.width, each),
        };
        if !done {
            scalar::add_graded(sum, rows, events);
        }
    }
}

/// The whole rows of a matrix, if they can be added to `sum` in blocks.
fn whole<'a, T>(sum: &[i32], weights: &'a [T], width: usize) -> Option<&'a [T]> {
    let fits = width > 0 && width.is_multiple_of(4) && sum.len() >= width;
    if fits { weights.get(..weights.len() / width * width) } else { None }
}

/// Returns false, and changes nothing, for unsupported operands.
fn spikes(sum: &mut [i32], weights: &[i8], width: usize, lines: &[u16]) -> bool {
    let words = whole(sum, weights, width).and_then(|w| <[u32]>::ref_from_bytes(w.as_bytes()).ok());
    let Some(words) = words else { return false };
    for lines in lines.chunks(ROWS) {
        let mut at = 0;
        // A sum has `width` words; the check removes the compiler's panic branch.
        let (wide, rest) = sum.split_at_mut((width / 32 * 32).min(sum.len()));
        for sum in wide.as_chunks_mut::<32>().0 {
            spike_block::<8>(sum.as_chunks_mut().0, words, width / 4, at, lines);
            at += 8;
        }
        for sum in rest.as_chunks_mut::<4>().0.iter_mut().take(width % 32 / 4) {
            spike_block::<1>(core::slice::from_mut(sum), words, width / 4, at, lines);
            at += 1;
        }
    }
    true
}

/// `Q` words from column word `at` of every line; at most [`ROWS`] lines.
#[inline(always)]
fn spike_block<const Q: usize>(sums: &mut [[i32; 4]], words: &[u32], pitch: usize, at: usize, lines: &[u16]) {
    let (mut even, mut upper, mut count) = ([0_u32; Q], [0_u32; Q], 0);
    for &line in lines {
        let start = usize::from(line) * pitch + at;
        let Some(row) = words.get(start..start + Q).and_then(|row| row.first_chunk::<Q>()) else { continue };
        for ((even, upper), word) in even.iter_mut().zip(&mut upper).zip(row) {
            let word = word ^ OFFSET;
            *even += word & EVEN;
            *upper += word >> 8;
        }
        count += 128;
    }
    for ((sum, even), upper) in sums.iter_mut().zip(even).zip(upper) {
        // The sum of the upper three bytes minus the part of byte 2.
        let odd = upper - (even >> 16 << 8);
        for (sum, lane) in sum.iter_mut().zip([even & 0xffff, odd & 0xffff, even >> 16, odd >> 16]) {
            *sum = sum.wrapping_add(lane as i32 - count);
        }
    }
}

/// Returns false, and changes nothing, for unsupported operands.
fn multiplied<T: Copy + Into<i16>>(
    sum: &mut [i32],
    weights: &[T],
    width: usize,
    events: impl Iterator<Item = (u16, i16)> + Clone,
) -> bool {
    let Some(weights) = whole(sum, weights, width) else { return false };
    let mut at = 0;
    // A sum has `width` words; the check removes the compiler's panic branch.
    let (wide, rest) = sum.split_at_mut((width / 16 * 16).min(sum.len()));
    for sum in wide.as_chunks_mut::<16>().0 {
        block(sum, weights, width, at, events.clone());
        at += 16;
    }
    for sum in rest.as_chunks_mut::<4>().0.iter_mut().take(width % 16 / 4) {
        block(sum, weights, width, at, events.clone());
        at += 4;
    }
    true
}

/// `C` columns from column `at` of every line.
#[inline(always)]
fn block<const C: usize, T: Copy + Into<i16>>(
    sums: &mut [i32; C],
    weights: &[T],
    width: usize,
    at: usize,
    events: impl Iterator<Item = (u16, i16)>,
) {
    let mut sum = *sums;
    for (line, magnitude) in events {
        let start = usize::from(line) * width + at;
        let Some(row) = weights.get(start..start + C).and_then(|row| row.first_chunk::<C>()) else {
            continue;
        };
        for (sum, &w) in sum.iter_mut().zip(row) {
            *sum = mul_add(*sum, w.into(), magnitude);
        }
    }
    *sums = sum;
}
