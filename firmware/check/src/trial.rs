//! Random trials of every kernel against the plain loops.

use crate::draw::Draw;
use crate::room::{Room, STEP};
use crate::side::Side;
use core::fmt::Write;
use core::ops::Range;
use hebbit_core::net::{Events, GradedColumns, Kernels, LifColumns, Rows, Update, Weights, WeightsMut};
use hebbit_core::neuron::{Activation, GradedParams, LifParams};
use hebbit_core::num::{Count, Leak, Membrane, StepKey, Ticks};

/// Weights of a matrix.
const WEIGHTS: usize = 960;
/// Columns of a matrix, neurons of a layer, active columns.
const COLUMNS: usize = 140;
/// Lines of a list: more than packed sums process at once.
const LINES: usize = 300;

/// The kernels, in the order of [`trial`].
const NAMES: [&str; 8] =
    ["add_spikes", "add_graded", "dot_rows", "sign_rows", "fire_lif", "fire_graded", "list", "update"];

/// A trial of a kernel: returns the first index that differs, if any.
fn trial<K: Kernels>(index: u8, kernels: &K, draw: &mut Draw, room: Room<'_>) -> Option<usize> {
    match index {
        0 => add(kernels, draw, room, false),
        1 => add(kernels, draw, room, true),
        2 => backward(kernels, draw, room, false),
        3 => backward(kernels, draw, room, true),
        4 => fire_lif(kernels, draw, room),
        5 => fire_graded(kernels, draw, room),
        6 => list(kernels, draw, room),
        _ => update(kernels, draw, room),
    }
}

/// Working memory of a trial, in bytes, at any alignment. An update needs the most: two matrices of both widths, three lists of lines with
/// factors, and four of columns.
pub const ROOM: usize = STEP + 2 * 3 * WEIGHTS + 3 * 2 * LINES + 4 * 2 * (COLUMNS + 4);

/// Number of kernels.
pub const COUNT: u8 = NAMES.len() as u8;

/// The name of kernel `index`; `None` beyond the last.
pub fn name(index: u8) -> Option<&'static str> {
    NAMES.get(usize::from(index)).copied()
}

/// The first of these trials of kernel `index` in which it differs from the plain loops. They work in `room`, of at least [`ROOM`] bytes.
pub fn kernel(
    kernels: &impl Kernels,
    index: u8,
    seed: u32,
    mut trials: Range<u32>,
    room: &mut [u8],
) -> Option<u32> {
    name(index)?;
    trials.find(|&i| {
        let mut draw = Draw::new(seed.wrapping_add(index.into()), i);
        trial(index, kernels, &mut draw, Room::new(room)).is_some()
    })
}

/// Runs `trials` of every kernel and prints differences: kernel, trial, index. Returns whether there are none. The same seed gives
/// the same trials.
pub fn kernels(kernels: &impl Kernels, seed: u32, trials: u32, say: &mut dyn Write) -> bool {
    let (mut right, mut room) = (true, [0; ROOM]);
    for (index, name) in (0..).zip(NAMES) {
        let wrong = (0..trials).find_map(|i| {
            let mut draw = Draw::new(seed.wrapping_add(index.into()), i);
            let at = trial(index, kernels, &mut draw, Room::new(&mut room))?;
            Some((i, at))
        });
        // An error of the writer cannot be reported; the result is returned.
        let _ = match wrong {
            None => writeln!(say, "kernel {name} equal {trials}"),
            Some((i, at)) => writeln!(say, "kernel {name} differs trial {i} index {at}"),
        };
        right &= wrong.is_none();
    }
    right
}

/// The first index at which the results of a kernel (`got`) and of the plain loops (`want`) differ.
fn compare<K: Kernels, T: Copy + PartialEq>(
    kernels: &K,
    got: &mut [T],
    want: &mut [T],
    mut run: impl FnMut(&Side<'_, K>, &mut [T]),
) -> Option<usize> {
    want.copy_from_slice(got);
    for (side, words) in [(Side::Tried(kernels), &mut *got), (Side::Plain, &mut *want)] {
        run(&side, words);
    }
    got.iter().zip(want).position(|(got, want)| *got != *want)
}

/// A matrix of either width, sometimes with an incomplete last row, sometimes at an odd address.
struct Matrix<'r> {
    narrow: &'r mut [i8],
    wide: &'r mut [i16],
    is_wide: bool,
    from: usize,
    len: usize,
    rows: usize,
    width: usize,
}

impl<'r> Matrix<'r> {
    fn new(draw: &mut Draw, room: &mut Room<'r>) -> Self {
        let width = if draw.once(4) { 4 } else { 4 + 4 * draw.below(COLUMNS / 4) };
        let rows = 1 + draw.below((WEIGHTS - 4) / width);
        let cut = if draw.once(4) { 1 + draw.below(width - 1) } else { 0 };
        let matrix = Self {
            narrow: room.take(WEIGHTS),
            wide: room.take(WEIGHTS),
            is_wide: draw.once(3),
            from: if draw.once(8) { draw.below(4) } else { 0 },
            len: rows * width - cut,
            rows,
            width,
        };
        matrix.narrow.iter_mut().for_each(|w| *w = draw.byte());
        draw.words(matrix.wide);
        matrix
    }

    fn weights(&self) -> Weights<'_> {
        let range = self.from..self.from + self.len;
        match self.is_wide {
            true => Weights::I16(self.wide.get(range).unwrap_or_default()),
            false => Weights::I8(self.narrow.get(range).unwrap_or_default()),
        }
    }

    fn rows(&self, zero: i16) -> Rows<'_> {
        Rows { weights: self.weights(), width: self.width, zero }
    }

    /// Fills a list with lines in any order, sometimes beyond the matrix. Returns their number.
    fn lines(&self, draw: &mut Draw, lines: &mut [u16]) -> usize {
        let (beyond, sorted) = (if draw.once(6) { 3 } else { 0 }, draw.once(2));
        lines.iter_mut().for_each(|line| *line = draw.below(self.rows + beyond) as u16);
        let len = if draw.once(2) { draw.below(LINES + 1) } else { draw.below(self.rows + 1) };
        if sorted {
            sort(lines.get_mut(..len).unwrap_or_default());
        }
        len
    }
}

/// The sort of the library is recursive, so that the stack of a program would have no bound.
fn sort(lines: &mut [u16]) {
    for end in 1..lines.len() {
        for at in (0..end).rev() {
            match lines.get(at..at + 2) {
                Some(&[low, high]) if low > high => lines.swap(at, at + 1),
                _ => break,
            }
        }
    }
}

/// Sums, and a place for those of the plain loops.
fn sums<'r>(draw: &mut Draw, room: &mut Room<'r>) -> [&'r mut [i32]; 2] {
    let [sums, want] = [(); 2].map(|()| room.take(COLUMNS + 4));
    sums.iter_mut().for_each(|sum: &mut i32| *sum = draw.bits() as i32);
    [sums, want]
}

#[inline(never)]
fn add<K: Kernels>(kernels: &K, draw: &mut Draw, mut space: Room<'_>, graded: bool) -> Option<usize> {
    let matrix = Matrix::new(draw, &mut space);
    let (lines, magnitudes) = (space.take(LINES), space.take::<i16>(LINES));
    magnitudes.fill(1);
    let len = matrix.lines(draw, lines);
    if graded && draw.once(2) {
        magnitudes.iter_mut().for_each(|m| *m = 1 + draw.below(255) as i16);
    } else if graded {
        draw.words(magnitudes);
    }
    let room = if draw.once(8) { draw.below(matrix.width) } else { matrix.width };
    let events = Events { lines: lines.get(..len)?, magnitudes: magnitudes.get(..len)? };
    let [got, want] = sums(draw, &mut space);
    compare(kernels, got, want, |kernels, sums| {
        let sums = sums.get_mut(..room).unwrap_or_default();
        match graded {
            true => kernels.add_graded(sums, matrix.rows(0), events),
            false => kernels.add_spikes(sums, matrix.rows(0), events),
        }
    })
}

#[inline(never)]
fn backward<K: Kernels>(kernels: &K, draw: &mut Draw, mut space: Room<'_>, signs: bool) -> Option<usize> {
    let (matrix, send) = (Matrix::new(draw, &mut space), space.take(COLUMNS + 4));
    draw.words(send);
    let len = if draw.once(8) { draw.below(matrix.width) } else { matrix.width };
    let zero = if draw.once(3) { draw.word() } else { draw.below(128) as i16 * draw.below(2) as i16 };
    let (shift, room) = (draw.below(40) as u32, draw.below(COLUMNS));
    let send = send.get(..len)?;
    let [got, want] = sums(draw, &mut space);
    compare(kernels, got, want, |kernels, sums| {
        let sums = sums.get_mut(..room).unwrap_or_default();
        match signs {
            true => kernels.sign_rows(sums, matrix.rows(zero), send, shift),
            false => kernels.dot_rows(sums, matrix.rows(zero), send, shift),
        }
    })
}

/// Words of a layer's columns, one after the other, each word-aligned.
const ALL_COLUMNS: usize = 4 * COLUMNS;

/// Those, and a place for those of the plain loops.
fn columns<'r>(draw: &mut Draw, room: &mut Room<'r>) -> [&'r mut [u16]; 2] {
    let [columns, want] = [(); 2].map(|()| room.take(ALL_COLUMNS));
    columns.iter_mut().for_each(|word: &mut u16| *word = draw.word() as u16);
    [columns, want]
}

/// The first `n` words of each column.
fn split(columns: &mut [u16], n: usize) -> [&mut [u16]; 4] {
    let mut each = columns.chunks_exact_mut(COLUMNS).map(|column| column.get_mut(..n).unwrap_or_default());
    [(); 4].map(|()| each.next().unwrap_or_default())
}

#[inline(never)]
fn fire_lif<K: Kernels>(kernels: &K, draw: &mut Draw, mut space: Room<'_>) -> Option<usize> {
    let (drive, events) = (space.take(COLUMNS), space.take::<i16>(COLUMNS));
    draw.words(drive);
    let resting = !draw.once(3);
    let params = LifParams {
        threshold: Membrane::from_bits(draw.word()),
        reset: Membrane::from_bits(draw.word()),
        floor: Membrane::from_bits(draw.word()),
        leak: Leak::from_bits(if draw.once(3) { 0 } else { draw.bits() as u16 }),
        refractory: Ticks::from_bits(if resting { 0 } else { draw.below(4) as u16 }),
        hard_reset: draw.once(3),
    };
    let n = draw.below(COLUMNS + 1);
    let [start, want] = columns(draw, &mut space);
    if resting && !draw.once(8) {
        split(start, COLUMNS).into_iter().nth(1).unwrap_or_default().fill(0);
    }
    compare(kernels, start, want, |kernels, columns| {
        for _ in 0..3 {
            let [membrane, refractory, sums, seen] = split(columns, n);
            events.fill(0);
            let events = events.get_mut(..n).unwrap_or_default();
            let current = drive.get(..n).unwrap_or_default();
            kernels.fire_lif(&params, LifColumns { current, membrane, refractory, events, sums });
            seen.iter_mut().zip(events).for_each(|(seen, event)| *seen = *event as u16);
        }
    })
}

#[inline(never)]
fn fire_graded<K: Kernels>(kernels: &K, draw: &mut Draw, mut space: Room<'_>) -> Option<usize> {
    let (drive, events) = (space.take(COLUMNS), space.take::<i16>(COLUMNS));
    draw.words(drive);
    let activation = if draw.once(2) { Activation::Clip } else { Activation::Logistic };
    let params =
        GradedParams { step: Count::from_bits(draw.below(16) as u16), activation, fine: draw.once(2) };
    let n = draw.below(COLUMNS + 1);
    let [got, want] = columns(draw, &mut space);
    compare(kernels, got, want, |kernels, columns| {
        let [membrane, sums, seen, _] = split(columns, n);
        events.fill(0);
        let events = events.get_mut(..n).unwrap_or_default();
        let drive = drive.get(..n).unwrap_or_default();
        kernels.fire_graded(&params, GradedColumns { drive, membrane, events, sums });
        seen.iter_mut().zip(events).for_each(|(seen, event)| *seen = *event as u16);
    })
}

#[inline(never)]
fn list<K: Kernels>(kernels: &K, draw: &mut Draw, mut space: Room<'_>) -> Option<usize> {
    let (magnitudes, slots) = (space.take(COLUMNS), space.take::<i16>(COLUMNS));
    draw.words(magnitudes);
    let sparse = 1 + draw.below(12);
    for magnitude in magnitudes.iter_mut() {
        *magnitude = if draw.once(sparse) { *magnitude } else { 0 };
    }
    let n = draw.below(COLUMNS + 1);
    let room = if draw.once(3) { draw.below(COLUMNS + 1) } else { COLUMNS };
    let [got, want] = [(); 2].map(|()| space.take::<u16>(2 * COLUMNS + 1));
    got.fill(7);
    compare(kernels, got, want, |kernels, words| {
        let Some((count, words)) = words.split_first_mut() else { return };
        let (lines, listed) = words.split_at_mut(COLUMNS);
        slots.fill(7);
        let (lines, slots) =
            (lines.get_mut(..room).unwrap_or_default(), slots.get_mut(..room).unwrap_or_default());
        let len = kernels.list(magnitudes.get(..n).unwrap_or_default(), lines, slots);
        *count = len as u16;
        // Beyond the list they are undefined.
        lines.iter_mut().skip(len).for_each(|line| *line = 7);
        slots.iter_mut().skip(len).for_each(|slot| *slot = 7);
        listed.iter_mut().zip(slots).for_each(|(word, slot)| *word = *slot as u16);
    })
}

#[inline(never)]
fn update<K: Kernels>(kernels: &K, draw: &mut Draw, mut space: Room<'_>) -> Option<usize> {
    let matrix = Matrix::new(draw, &mut space);
    let lines = space.take(LINES);
    let len = matrix.lines(draw, lines).min(40);
    let [pre0, pre1] = [(); 2].map(|()| space.take(LINES));
    let [post0, post1] = [(); 2].map(|()| space.take(COLUMNS + 4));
    draw.words(post0);
    if draw.once(4) {
        draw.words(pre0);
    } else {
        pre0.iter_mut().for_each(|pre| *pre = draw.below(511) as i16 - 255);
    }
    if draw.once(2) {
        draw.words(post1);
        pre1.iter_mut().for_each(|pre| *pre = draw.below(511) as i16 - 255);
    }
    let (forget, active, width) = (space.take(COLUMNS + 4), space.take(COLUMNS + 4), matrix.width);
    let forgets = if draw.once(4) { 2 } else { 1 };
    forget.iter_mut().for_each(|forget| *forget = draw.below(forgets) as u16);
    let (gap, beyond) = (1 + draw.below(8), if draw.once(8) { 3 } else { 0 });
    let mut count = 0;
    for c in (0..width + beyond).filter(|_| draw.once(gap)) {
        if let Some(slot) = active.get_mut(count) {
            (*slot, count) = (c as u16, count + 1);
        }
    }
    let ours = if matrix.is_wide { 8 } else { 16 };
    let (low, high) = match (draw.below(8), matrix.is_wide) {
        (0, _) => (draw.word(), draw.word()),
        (1, false) => (-128, 127),
        (2, false) => (0, 126),
        (3, false) => (-100, 90),
        (_, false) => (-127, 127),
        (_, true) => (-8191, 8191),
    };
    let update = Update {
        key: StepKey { k0: draw.bits(), k1: draw.bits() },
        lines: lines.get(..len)?,
        pre: [pre0.get(..len)?, pre1.get(..len)?],
        post: [post0.get(..width)?, post1.get(..width)?],
        forget: forget.get(..width)?,
        active: active.get(..count)?,
        forget_shift: draw.below(20) as u32,
        shift: if draw.once(8) { draw.below(20) as u32 } else { ours },
        low,
        high,
    };
    // Weights of the unused width must be unchanged, too.
    let Matrix { narrow, wide, is_wide, from, len, .. } = matrix;
    let (narrow_want, wide_want) = (space.take(WEIGHTS), space.take(WEIGHTS));
    let range = from..from + len;
    let in_narrow = compare(kernels, narrow, narrow_want, |kernels, narrow| {
        if !is_wide {
            let weights = WeightsMut::I8(narrow.get_mut(range.clone()).unwrap_or_default());
            kernels.update(weights, width, &update);
        }
    });
    let in_wide = compare(kernels, wide, wide_want, |kernels, wide| {
        if is_wide {
            let weights = WeightsMut::I16(wide.get_mut(range.clone()).unwrap_or_default());
            kernels.update(weights, width, &update);
        }
    });
    in_narrow.or(in_wide)
}
