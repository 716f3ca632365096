//! Random trials of every kernel against the plain loops.

use crate::draw::Draw;
use core::fmt::Write;
use core::ops::Range;
use hebbit_core::net::{
    Events, GradedColumns, Kernels, LifColumns, Rows, Scalar, Update, Weights, WeightsMut,
};
use hebbit_core::neuron::{Activation, GradedParams, LifParams};
use hebbit_core::num::{Count, Leak, Membrane, StepKey, Ticks};

/// Weights of a matrix.
const WEIGHTS: usize = 960;
/// Columns of a matrix, neurons of a layer, active columns.
const COLUMNS: usize = 140;
/// Lines of a list: more than packed sums take at once.
const LINES: usize = 300;

/// A kernel's name and a trial of it: the first index that differs, if there is one.
type Trial = (&'static str, fn(&dyn Kernels, &mut Draw) -> Option<usize>);

const TRIALS: [Trial; 8] = [
    ("add_spikes", |kernels, draw| add(kernels, draw, false)),
    ("add_graded", |kernels, draw| add(kernels, draw, true)),
    ("dot_rows", |kernels, draw| backward(kernels, draw, false)),
    ("sign_rows", |kernels, draw| backward(kernels, draw, true)),
    ("fire_lif", fire_lif),
    ("fire_graded", fire_graded),
    ("list", list),
    ("update", update),
];

/// How many kernels there are.
pub const COUNT: u8 = TRIALS.len() as u8;

/// The name of kernel `index`; `None` behind the last.
pub fn name(index: u8) -> Option<&'static str> {
    TRIALS.get(usize::from(index)).map(|&(name, _)| name)
}

/// The first of these trials of kernel `index` in which it and the plain loops differ.
pub fn kernel(kernels: &impl Kernels, index: u8, seed: u32, mut trials: Range<u32>) -> Option<u32> {
    let &(_, trial) = TRIALS.get(usize::from(index))?;
    trials.find(|&i| trial(kernels, &mut Draw::new(seed.wrapping_add(index.into()), i)).is_some())
}

/// Runs `trials` of every kernel and says what differs: kernel, trial, index. Whether nothing does. The same seed brings the
/// same trials.
pub fn kernels(kernels: &impl Kernels, seed: u32, trials: u32, say: &mut dyn Write) -> bool {
    let mut right = true;
    for (number, (name, trial)) in (0..).zip(TRIALS) {
        let wrong = (0..trials).find_map(|i| {
            let at = trial(kernels, &mut Draw::new(seed.wrapping_add(number), i))?;
            Some((i, at))
        });
        // A writer that fails has nobody to be told; the verdict is returned.
        let _ = match wrong {
            None => writeln!(say, "kernel {name} equal {trials}"),
            Some((i, at)) => writeln!(say, "kernel {name} differs trial {i} index {at}"),
        };
        right &= wrong.is_none();
    }
    right
}

/// What a kernel and the plain loops make of the same words: where they differ first.
fn compare<T: Copy + PartialEq, const N: usize>(
    kernels: &dyn Kernels,
    words: [T; N],
    run: impl Fn(&dyn Kernels, &mut [T; N]),
) -> Option<usize> {
    let [mut got, mut want] = [words; 2];
    run(kernels, &mut got);
    run(&Scalar, &mut want);
    got.iter().zip(&want).position(|(got, want)| got != want)
}

/// A matrix of either width, at times with a last row that is cut off, at times from an odd address.
#[repr(C, align(8))]
struct Matrix {
    narrow: [i8; WEIGHTS],
    wide: [i16; WEIGHTS],
    is_wide: bool,
    from: usize,
    len: usize,
    rows: usize,
    width: usize,
}

impl Matrix {
    fn new(draw: &mut Draw) -> Self {
        let width = if draw.once(4) { 4 } else { 4 + 4 * draw.below(COLUMNS / 4) };
        let rows = 1 + draw.below((WEIGHTS - 4) / width);
        let cut = if draw.once(4) { 1 + draw.below(width - 1) } else { 0 };
        let mut matrix = Self {
            narrow: [0; WEIGHTS],
            wide: [0; WEIGHTS],
            is_wide: draw.once(3),
            from: if draw.once(8) { draw.below(4) } else { 0 },
            len: rows * width - cut,
            rows,
            width,
        };
        matrix.narrow.iter_mut().for_each(|w| *w = draw.byte());
        draw.words(&mut matrix.wide);
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

    /// Lines in any order, at times beyond the matrix. How many.
    fn lines(&self, draw: &mut Draw, lines: &mut [u16; LINES]) -> usize {
        let (beyond, sorted) = (if draw.once(6) { 3 } else { 0 }, draw.once(2));
        lines.iter_mut().for_each(|line| *line = draw.below(self.rows + beyond) as u16);
        let len = if draw.once(2) { draw.below(LINES + 1) } else { draw.below(self.rows + 1) };
        if sorted {
            sort(lines.get_mut(..len).unwrap_or_default());
        }
        len
    }
}

/// That of the library calls itself, and then nobody can say how much stack a program needs.
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

fn sums(draw: &mut Draw) -> [i32; COLUMNS + 4] {
    let mut sums = [0; COLUMNS + 4];
    sums.iter_mut().for_each(|sum| *sum = draw.bits() as i32);
    sums
}

fn add(kernels: &dyn Kernels, draw: &mut Draw, graded: bool) -> Option<usize> {
    let (matrix, mut lines, mut magnitudes) = (Matrix::new(draw), [0; LINES], [1; LINES]);
    let len = matrix.lines(draw, &mut lines);
    if graded && draw.once(2) {
        magnitudes.iter_mut().for_each(|m| *m = 1 + draw.below(255) as i16);
    } else if graded {
        draw.words(&mut magnitudes);
    }
    let room = if draw.once(8) { draw.below(matrix.width) } else { matrix.width };
    let events = Events { lines: lines.get(..len)?, magnitudes: magnitudes.get(..len)? };
    compare(kernels, sums(draw), |kernels, sums| {
        let sums = sums.get_mut(..room).unwrap_or_default();
        match graded {
            true => kernels.add_graded(sums, matrix.rows(0), events),
            false => kernels.add_spikes(sums, matrix.rows(0), events),
        }
    })
}

fn backward(kernels: &dyn Kernels, draw: &mut Draw, signs: bool) -> Option<usize> {
    let (matrix, mut send) = (Matrix::new(draw), [0; COLUMNS + 4]);
    draw.words(&mut send);
    let len = if draw.once(8) { draw.below(matrix.width) } else { matrix.width };
    let zero = if draw.once(3) { draw.word() } else { draw.below(128) as i16 * draw.below(2) as i16 };
    let (shift, room) = (draw.below(40) as u32, draw.below(COLUMNS));
    let send = send.get(..len)?;
    compare(kernels, sums(draw), |kernels, sums| {
        let sums = sums.get_mut(..room).unwrap_or_default();
        match signs {
            true => kernels.sign_rows(sums, matrix.rows(zero), send, shift),
            false => kernels.dot_rows(sums, matrix.rows(zero), send, shift),
        }
    })
}

/// A layer's columns one behind the other, each from a word's start.
type Columns = [u16; 4 * COLUMNS];

fn columns(draw: &mut Draw) -> Columns {
    let mut columns = [0; 4 * COLUMNS];
    columns.iter_mut().for_each(|word| *word = draw.word() as u16);
    columns
}

/// The first `n` words of each column.
fn split(columns: &mut Columns, n: usize) -> [&mut [u16]; 4] {
    let mut each = columns.chunks_exact_mut(COLUMNS).map(|column| column.get_mut(..n).unwrap_or_default());
    [(); 4].map(|()| each.next().unwrap_or_default())
}

fn fire_lif(kernels: &dyn Kernels, draw: &mut Draw) -> Option<usize> {
    let mut drive = [0; COLUMNS];
    draw.words(&mut drive);
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
    let mut start = columns(draw);
    if resting && !draw.once(8) {
        split(&mut start, COLUMNS).into_iter().nth(1).unwrap_or_default().fill(0);
    }
    compare(kernels, start, |kernels, columns| {
        for _ in 0..3 {
            let [membrane, refractory, sums, seen] = split(columns, n);
            let mut events = [0; COLUMNS];
            let events = events.get_mut(..n).unwrap_or_default();
            let current = drive.get(..n).unwrap_or_default();
            kernels.fire_lif(&params, LifColumns { current, membrane, refractory, events, sums });
            seen.iter_mut().zip(events).for_each(|(seen, event)| *seen = *event as u16);
        }
    })
}

fn fire_graded(kernels: &dyn Kernels, draw: &mut Draw) -> Option<usize> {
    let mut drive = [0; COLUMNS];
    draw.words(&mut drive);
    let activation = if draw.once(2) { Activation::Clip } else { Activation::Logistic };
    let params =
        GradedParams { step: Count::from_bits(draw.below(16) as u16), activation, fine: draw.once(2) };
    let n = draw.below(COLUMNS + 1);
    compare(kernels, columns(draw), |kernels, columns| {
        let [membrane, sums, seen, _] = split(columns, n);
        let mut events = [0; COLUMNS];
        let events = events.get_mut(..n).unwrap_or_default();
        let drive = drive.get(..n).unwrap_or_default();
        kernels.fire_graded(&params, GradedColumns { drive, membrane, events, sums });
        seen.iter_mut().zip(events).for_each(|(seen, event)| *seen = *event as u16);
    })
}

fn list(kernels: &dyn Kernels, draw: &mut Draw) -> Option<usize> {
    let mut magnitudes = [0; COLUMNS];
    draw.words(&mut magnitudes);
    let sparse = 1 + draw.below(12);
    for magnitude in &mut magnitudes {
        *magnitude = if draw.once(sparse) { *magnitude } else { 0 };
    }
    let n = draw.below(COLUMNS + 1);
    let room = if draw.once(3) { draw.below(COLUMNS + 1) } else { COLUMNS };
    compare(kernels, [7_u16; 2 * COLUMNS + 1], |kernels, words| {
        let Some((count, words)) = words.split_first_mut() else { return };
        let (lines, listed) = words.split_at_mut(COLUMNS);
        let mut slots = [7_i16; COLUMNS];
        let (lines, slots) =
            (lines.get_mut(..room).unwrap_or_default(), slots.get_mut(..room).unwrap_or_default());
        *count = kernels.list(magnitudes.get(..n).unwrap_or_default(), lines, slots) as u16;
        listed.iter_mut().zip(slots).for_each(|(word, slot)| *word = *slot as u16);
    })
}

fn update(kernels: &dyn Kernels, draw: &mut Draw) -> Option<usize> {
    let mut matrix = Matrix::new(draw);
    let mut lines = [0; LINES];
    let len = matrix.lines(draw, &mut lines).min(40);
    let ([mut pre0, mut pre1], [mut post0, mut post1]) = ([[0; LINES]; 2], [[0; COLUMNS + 4]; 2]);
    draw.words(&mut post0);
    if draw.once(4) {
        draw.words(&mut pre0);
    } else {
        pre0.iter_mut().for_each(|pre| *pre = draw.below(511) as i16 - 255);
    }
    if draw.once(2) {
        draw.words(&mut post1);
        pre1.iter_mut().for_each(|pre| *pre = draw.below(511) as i16 - 255);
    }
    let (mut forget, mut active, width) = ([0; COLUMNS + 4], [0; COLUMNS + 4], matrix.width);
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
    // Kept in the matrix, so that both kernels start from words that are aligned alike.
    let (narrow, wide) = (matrix.narrow, matrix.wide);
    let run = |matrix: &mut Matrix, kernels: &dyn Kernels| {
        (matrix.narrow, matrix.wide) = (narrow, wide);
        let range = matrix.from..matrix.from + matrix.len;
        let weights = match matrix.is_wide {
            true => WeightsMut::I16(matrix.wide.get_mut(range).unwrap_or_default()),
            false => WeightsMut::I8(matrix.narrow.get_mut(range).unwrap_or_default()),
        };
        kernels.update(weights, width, &update);
        (matrix.narrow, matrix.wide)
    };
    let got = run(&mut matrix, kernels);
    let want = run(&mut matrix, &Scalar);
    let narrow = got.0.iter().zip(&want.0).position(|(got, want)| got != want);
    narrow.or_else(|| got.1.iter().zip(&want.1).position(|(got, want)| got != want))
}
