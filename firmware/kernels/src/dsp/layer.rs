//! Layers of neurons, lists of events, products with the transposed matrix.

use super::{aligned, twice};
use hebbit_core::net::{LifColumns, Rows, Weights};
use hebbit_core::neuron::LifParams;
use hebbit_core::num::Ticks;

type Fire = unsafe extern "C" fn(*const i16, *mut u16, *mut i16, *mut u16, *const i16, u32, u32, u32, u32);

unsafe extern "C" {
    fn hebbit_lif_plain(
        current: *const i16,
        membrane: *mut u16,
        events: *mut i16,
        sums: *mut u16,
        end: *const i16,
        threshold: u32,
        floor: u32,
        leak: u32,
        reset: u32,
    );
    fn hebbit_lif_leaky(
        current: *const i16,
        membrane: *mut u16,
        events: *mut i16,
        sums: *mut u16,
        end: *const i16,
        threshold: u32,
        floor: u32,
        leak: u32,
        reset: u32,
    );
    fn hebbit_lif_hard(
        current: *const i16,
        membrane: *mut u16,
        events: *mut i16,
        sums: *mut u16,
        end: *const i16,
        threshold: u32,
        floor: u32,
        leak: u32,
        reset: u32,
    );
    fn hebbit_any(words: *const u16, end: *const u16) -> u32;
    fn hebbit_list(magnitudes: *const i16, end: *const i16, lines: *mut u16, listed: *mut i16) -> usize;
    fn hebbit_dot_rows_i8(frame: *const Backward);
    fn hebbit_sign_rows_i8(frame: *const Backward);
}

/// Splits a slice at `at` or its end, without a panic branch.
fn cut<T>(slice: &[T], at: usize) -> (&[T], &[T]) {
    slice.split_at(at.min(slice.len()))
}

/// The same for a mutable slice.
fn cut_mut<T>(slice: &mut [T], at: usize) -> (&mut [T], &mut [T]) {
    slice.split_at_mut(at.min(slice.len()))
}

/// Processes neurons four at a time; returns the rest.
pub(super) fn fire_lif<'a>(params: &LifParams, columns: LifColumns<'a>) -> LifColumns<'a> {
    let LifColumns { current, membrane, refractory, events, sums } = columns;
    let n = current.len().min(membrane.len()).min(refractory.len()).min(events.len()).min(sums.len());
    let whole = n & !3;
    let words =
        aligned(current) && aligned(membrane) && aligned(refractory) && aligned(events) && aligned(sums);
    let front = cut(refractory, whole).0.as_ptr_range();
    let quick = whole > 0 && words && params.refractory == Ticks::ZERO;
    // SAFETY: a multiple of 4 words of 16 bits, at least 4, aligned.
    if !quick || unsafe { hebbit_any(front.start, front.end) } != 0 {
        return LifColumns { current, membrane, refractory, events, sums };
    }
    let fire: Fire = match (params.hard_reset, params.leak.to_bits()) {
        (true, _) => hebbit_lif_hard,
        (false, 0) => hebbit_lif_plain,
        (false, _) => hebbit_lif_leaky,
    };
    let (first, current) = cut(current, whole);
    let (v, membrane) = cut_mut(membrane, whole);
    let (event, events) = cut_mut(events, whole);
    let (sum, sums) = cut_mut(sums, whole);
    let range = first.as_ptr_range();
    let [threshold, floor, reset] =
        [params.threshold, params.floor, params.reset].map(|x| twice(x.to_bits()));
    let leak = u32::from(params.leak.to_bits());
    // SAFETY: four aligned slices of the same length, a multiple of 4 and at least 4.
    unsafe {
        fire(
            range.start,
            v.as_mut_ptr(),
            event.as_mut_ptr(),
            sum.as_mut_ptr(),
            range.end,
            threshold,
            floor,
            leak,
            reset,
        );
    }
    LifColumns { current, membrane, refractory: cut_mut(refractory, whole).1, events, sums }
}

/// Returns `None`, and changes nothing, for unsupported operands.
pub(super) fn list(magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> Option<usize> {
    let (front, rest) = magnitudes.split_at(magnitudes.len() & !3);
    let room = lines.len().min(listed.len());
    if front.is_empty() || room < magnitudes.len() || !aligned(front) || magnitudes.len() > 1 << 16 {
        return None;
    }
    let range = front.as_ptr_range();
    // SAFETY: a multiple of 4 aligned magnitudes, at least 4, and room for all of them in both lists.
    let mut len = unsafe { hebbit_list(range.start, range.end, lines.as_mut_ptr(), listed.as_mut_ptr()) };
    for (i, &magnitude) in (front.len()..).zip(rest).filter(|&(_, &magnitude)| magnitude != 0) {
        if let (Some(line), Some(slot)) = (lines.get_mut(len), listed.get_mut(len)) {
            (*line, *slot) = (i as u16, magnitude);
            len += 1;
        }
    }
    Some(len)
}

/// Most columns of a transposed product: its sum of 8-bit weights times words fits 32 bits.
const COLUMNS: usize = 128;

/// Arguments of the loops over rows.
#[repr(C)]
struct Backward {
    sum: *mut i32,
    sum_end: *mut i32,
    weights: *const i8,
    words: *const [i16; 4],
    words_end: *const [i16; 4],
    shift: u32,
    start: u32,
}

/// The frame of a matrix that is covered, handed to `call`.
fn backward(
    sum: &mut [i32],
    rows: Rows<'_>,
    send: &[i16],
    shift: u32,
    start: impl Fn(i8, &[i16]) -> u32,
    call: unsafe extern "C" fn(*const Backward),
) -> bool {
    let Weights::I8(weights) = rows.weights else { return false };
    let (Ok(zero), Some(send)) = (i8::try_from(rows.zero), send.get(..rows.width)) else { return false };
    if rows.width == 0 || rows.width > COLUMNS || !rows.width.is_multiple_of(4) || !aligned(weights) {
        return false;
    }
    let count = sum.len().min(weights.len() / rows.width);
    if count == 0 {
        return true;
    }
    let mut words = [[0; 4]; COLUMNS / 4];
    let (quads, _) = send.as_chunks::<4>();
    for (word, &[s0, s1, s2, s3]) in words.iter_mut().zip(quads) {
        *word = [s0, s2, s1, s3];
    }
    let words = words.get(..quads.len()).unwrap_or_default().as_ptr_range();
    let sums = sum.get_mut(..count).unwrap_or_default().as_mut_ptr_range();
    let frame = Backward {
        sum: sums.start,
        sum_end: sums.end,
        weights: weights.as_ptr(),
        words: words.start,
        words_end: words.end,
        shift,
        start: start(zero, send),
    };
    // SAFETY: `count` whole rows of the aligned matrix, as many sums, as many words as a row has columns; none of them empty.
    unsafe { call(&frame) };
    true
}

/// Returns false, and changes nothing, for unsupported operands.
pub(super) fn dot_rows(sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) -> bool {
    let start = |zero: i8, send: &[i16]| {
        let all = if zero == 0 { 0 } else { send.iter().map(|&s| i32::from(s)).sum::<i32>() };
        (i32::from(zero) * -all) as u32
    };
    backward(sum, rows, send, shift.min(31), start, hebbit_dot_rows_i8)
}

/// Returns false, and changes nothing, for unsupported operands.
pub(super) fn sign_rows(sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) -> bool {
    let start = |zero: i8, _: &[i16]| u32::from_ne_bytes([zero as u8; 4]);
    backward(sum, rows, send, shift & 31, start, hebbit_sign_rows_i8)
}
