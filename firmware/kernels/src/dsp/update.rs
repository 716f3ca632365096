//! The update of a matrix.

use super::aligned;
use hebbit_core::net::{Update, WeightsMut};

unsafe extern "C" {
    fn hebbit_update_i8_one(frame: *mut Frame);
    fn hebbit_update_i8_two(frame: *mut Frame);
    fn hebbit_update_i16_one(frame: *mut Frame);
    fn hebbit_update_i16_two(frame: *mut Frame);
    fn hebbit_update_i8_dense(frame: *mut Frame);
}

/// Words of columns and their factors per pass: 512 bytes of stack.
const WORDS: usize = 128;

/// Arguments of the loops.
#[repr(C)]
struct Frame {
    weights: *mut u8,
    pitch: usize,
    lines: *const u16,
    pre0: *const i16,
    lines_end: *const u16,
    pre1: *const i16,
    entries: *const i32,
    entries_end: *const i32,
    /// Key words of the eight rounds, each with its number mixed in.
    keys: [u32; 8],
    low: i32,
    span: u32,
}

type Call = unsafe extern "C" fn(*mut Frame);

/// A matrix as bytes: the width of a weight, and the routines for one and for two terms.
struct Matrix {
    start: *mut u8,
    len: usize,
    bytes: usize,
    /// Shift of a `post` factor; that of a `pre` factor is 8.
    up: u32,
    range: [i16; 2],
    calls: [Call; 2],
}

impl Matrix {
    fn new(weights: WeightsMut<'_>) -> Self {
        match weights {
            WeightsMut::I8(w) => Self {
                start: w.as_mut_ptr().cast(),
                len: w.len(),
                bytes: 1,
                up: 8,
                range: [i8::MIN.into(), i8::MAX.into()],
                calls: [hebbit_update_i8_one, hebbit_update_i8_two],
            },
            WeightsMut::I16(w) => Self {
                start: w.as_mut_ptr().cast(),
                len: w.len(),
                bytes: 2,
                up: 16,
                range: [i16::MIN, i16::MAX],
                calls: [hebbit_update_i16_one, hebbit_update_i16_two],
            },
        }
    }
}

/// Returns false, and changes nothing, for unsupported operands.
pub(super) fn update(weights: WeightsMut<'_>, width: usize, update: &Update<'_>) -> bool {
    let matrix = Matrix::new(weights);
    let [pre0, pre1] = update.pre;
    let [post0, post1] = update.post;
    let n = update.lines.len().min(pre0.len()).min(pre1.len());
    let (Some(lines), Some(pre0), Some(pre1)) = (update.lines.get(..n), pre0.get(..n), pre1.get(..n)) else {
        return false;
    };
    let [least, greatest] = matrix.range;
    let bounds = least <= update.low && update.low <= update.high && update.high <= greatest;
    let columns = width.min(post0.len()).min(post1.len()).min(update.forget.len());
    let rows = matrix.len.checked_div(width).unwrap_or(0);
    let inside = |&c: &u16| usize::from(c) < columns && update.forget.get(usize::from(c)) == Some(&0);
    let format = update.shift == 24 - matrix.up.min(16);
    if !format
        || !bounds
        || !lines.iter().all(|&line| usize::from(line) < rows)
        || !update.active.iter().all(inside)
    {
        return false;
    }
    if n == 0 || update.active.is_empty() {
        return true;
    }
    let second = |&c: &u16| post1.get(usize::from(c)).is_some_and(|&q| q != 0);
    let two = update.active.iter().any(second) && pre1.iter().any(|&p| p != 0);
    let narrow = |&p: &i16| (-255..=255).contains(&p);
    if two && !(pre0.iter().all(narrow) && pre1.iter().all(narrow)) {
        return false;
    }
    let lines = lines.as_ptr_range();
    let keys = [0, 1, 2, 3, 4, 5, 6, 7].map(|i| i ^ if i % 2 == 0 { update.key.k0 } else { update.key.k1 });
    let start = |entries: *const i32, entries_end: *const i32| Frame {
        weights: matrix.start,
        pitch: width * matrix.bytes,
        lines: lines.start,
        pre0: pre0.as_ptr(),
        lines_end: lines.end,
        pre1: pre1.as_ptr(),
        entries,
        entries_end,
        keys,
        low: update.low.into(),
        span: (i32::from(update.high) - i32::from(update.low)) as u32,
    };
    let all = || update.active.iter().zip(0..).all(|(&c, i)| c == i);
    if matrix.bytes == 1
        && !two
        && update.high == 127
        && update.active.len() == width
        && width.is_multiple_of(4)
        && all()
    {
        let whole = matrix.start.cast::<u32>().is_aligned() && aligned(post0);
        if whole {
            let post = post0.as_ptr().cast();
            // SAFETY: every line is a whole row of the aligned matrix, every row has `width` aligned factors, no list is empty.
            unsafe { hebbit_update_i8_dense(&mut start(post, post)) };
            return true;
        }
    }
    let size = if two { 3 } else { 2 };
    let [one_term, two_terms] = matrix.calls;
    let call = if two { two_terms } else { one_term };
    let ascend = || update.active.is_sorted_by(|a, b| a < b);
    if update.active.len() > WORDS / size && !ascend() {
        return false;
    }
    let mut entries = [0; WORDS];
    for active in update.active.chunks(WORDS / size) {
        let at = |post: &[i16], c: u16| post.get(usize::from(c)).map_or(0, |&q| i32::from(q) << matrix.up);
        let mut len = 0;
        for (entry, &c) in entries.chunks_exact_mut(size).zip(active) {
            let words = [i32::from(c), at(post0, c), at(post1, c)];
            entry.iter_mut().zip(words).for_each(|(slot, word)| *slot = word);
            len += size;
        }
        if let (false, true, Some(&c)) = (two, active.len() % 2 == 1, active.last()) {
            // A factor of 0 on a weight that has just been clamped changes nothing.
            if let Some(entry) = entries.get_mut(len..len + size) {
                entry.iter_mut().zip([i32::from(c), 0]).for_each(|(slot, word)| *slot = word);
                len += size;
            }
        }
        let entries = entries.get(..len).unwrap_or_default().as_ptr_range();
        // SAFETY: every line is a row of the matrix, every entry's column is within a row, no list is empty.
        unsafe { call(&mut start(entries.start, entries.end)) };
    }
    true
}
