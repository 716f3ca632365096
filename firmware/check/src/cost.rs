//! Instructions per synapse, neuron or line.

use crate::draw::Draw;
use core::fmt::Write;
use hebbit_core::link::{CODED, pack_as, unpack};
use hebbit_core::net::{Events, Kernels, LifColumns, Rows, Target, Update, Weights, WeightsMut};
use hebbit_core::neuron::LifParams;
use hebbit_core::num::StepKey;

/// Rows and columns of a first layer for digits.
const ROWS: usize = 104;
const COLUMNS: usize = 128;
/// Columns of a small output layer.
const OUTPUTS: usize = 12;
/// Columns changed by a sparse update.
const ACTIVE: usize = 8;

#[repr(C, align(8))]
struct Aligned<T>(T);

/// Prints the cost of every kernel: `cost NAME N`, `N` in hundredths of the unit of `count` (instructions or cycles) per synapse,
/// neuron or line. `count` may start at any value and wrap; the cost of reading it is subtracted.
pub fn cost(kernels: &impl Kernels, count: &mut dyn FnMut() -> u32, say: &mut dyn Write) {
    let mut meter = Meter { count, say };
    adds(kernels, &mut meter);
    updates(kernels, &mut meter);
    layers(kernels, &mut meter);
    samples(&mut meter);
}

struct Meter<'a> {
    count: &'a mut dyn FnMut() -> u32,
    say: &'a mut dyn Write,
}

impl Meter<'_> {
    fn run(&mut self, name: &str, units: usize, work: impl FnOnce()) {
        let [empty, start] = [(); 2].map(|()| (self.count)());
        work();
        let took = (self.count)().wrapping_sub(start);
        let took = took.saturating_sub(start.wrapping_sub(empty));
        // An error of the writer cannot be reported.
        let _ = writeln!(self.say, "cost {name} {}", u64::from(took) * 100 / units.max(1) as u64);
    }
}

/// `N` lines `step` apart.
fn lines<const N: usize>(step: usize) -> [u16; N] {
    let mut lines = [0; N];
    lines.iter_mut().enumerate().for_each(|(i, line)| *line = (i * step) as u16);
    lines
}

fn adds(kernels: &impl Kernels, meter: &mut Meter<'_>) {
    let mut draw = Draw::new(1, 0);
    let mut narrow = Aligned([0_i8; ROWS * COLUMNS]);
    narrow.0.iter_mut().for_each(|w| *w = draw.byte());
    let mut wide = Aligned([0_i16; ROWS * COLUMNS / 4]);
    draw.words(&mut wide.0);
    let (mut sum, lines) = (Aligned([0; COLUMNS]), lines::<ROWS>(1));
    let magnitudes = lines.map(|line| (line * 2 + 1) as i16);
    let events = Events { lines: &lines, magnitudes: &magnitudes };
    let few = Events {
        lines: lines.get(..ROWS / 4).unwrap_or_default(),
        magnitudes: magnitudes.get(..ROWS / 4).unwrap_or_default(),
    };
    let rows = Rows { weights: Weights::I8(&narrow.0), width: COLUMNS, zero: 0 };
    let long = Rows { weights: Weights::I16(&wide.0), ..rows };
    let output = Rows { width: OUTPUTS, ..rows };
    let all = ROWS * COLUMNS;
    meter.run("add_spikes_i8", all, || kernels.add_spikes(&mut sum.0, rows, events));
    meter.run("add_graded_i8", all, || kernels.add_graded(&mut sum.0, rows, events));
    meter.run("add_spikes_i16", all / 4, || kernels.add_spikes(&mut sum.0, long, few));
    meter.run("add_graded_i16", all / 4, || kernels.add_graded(&mut sum.0, long, few));
    meter.run("add_spikes_i8_narrow", 16 * OUTPUTS, || {
        let events = Events { lines: lines.get(..16).unwrap_or_default(), magnitudes: &[] };
        kernels.add_spikes(&mut sum.0, output, events);
    });
    let send = Aligned([300_i16; COLUMNS]);
    let send = send.0.get(..OUTPUTS).unwrap_or_default();
    meter.run("dot_rows_i8_narrow", COLUMNS * OUTPUTS, || kernels.dot_rows(&mut sum.0, output, send, 2));
    meter.run("sign_rows_i8_narrow", COLUMNS * OUTPUTS, || kernels.sign_rows(&mut sum.0, output, send, 2));
}

fn updates(kernels: &impl Kernels, meter: &mut Meter<'_>) {
    let mut draw = Draw::new(2, 0);
    let mut matrix = Aligned([0_i8; ROWS * COLUMNS]);
    matrix.0.iter_mut().for_each(|w| *w = draw.byte().max(-127));
    let (lines, all, few) = (lines::<ROWS>(1), lines::<COLUMNS>(1), lines::<ACTIVE>(COLUMNS / ACTIVE));
    let (pre, none) = (lines.map(|line| line as i16 * 2 + 1), [0; ROWS]);
    let (mut post, zeros) = (Aligned([0_i16; COLUMNS]), Aligned([0_i16; COLUMNS]));
    draw.words(&mut post.0);
    let dense = Update {
        key: StepKey::new(1, 2, 3),
        lines: &lines,
        pre: [&pre, &none],
        post: [&post.0, &zeros.0],
        forget: &[0; COLUMNS],
        active: &all,
        forget_shift: 0,
        shift: 16,
        low: -127,
        high: 127,
    };
    meter.run("update_i8_dense", ROWS * COLUMNS, || {
        kernels.update(WeightsMut::I8(&mut matrix.0), COLUMNS, &dense);
    });
    let sparse = Update { active: &few, ..dense };
    meter.run("update_i8_sparse", ROWS * ACTIVE, || {
        kernels.update(WeightsMut::I8(&mut matrix.0), COLUMNS, &sparse);
    });
    let two = Update { pre: [&pre, &pre], post: [&post.0, &post.0], ..dense };
    meter.run("update_i8_two_terms", ROWS * COLUMNS, || {
        kernels.update(WeightsMut::I8(&mut matrix.0), COLUMNS, &two);
    });
}

fn layers(kernels: &impl Kernels, meter: &mut Meter<'_>) {
    let mut draw = Draw::new(3, 0);
    let mut current = Aligned([0_i16; COLUMNS]);
    draw.words(&mut current.0);
    let mut state = Aligned([[0_u16; COLUMNS]; 3]);
    let mut events = Aligned([0_i16; COLUMNS]);
    let [membrane, refractory, sums] = &mut state.0;
    let current = &current.0;
    meter.run("fire_lif", COLUMNS, || {
        let columns = LifColumns { current, membrane, refractory, events: &mut events.0, sums };
        kernels.fire_lif(&LifParams::INTEGRATOR, columns);
    });
    let (mut lines, mut listed) = ([0; COLUMNS], [0; COLUMNS]);
    let mut sparse = Aligned([0_i16; COLUMNS]);
    sparse.0.iter_mut().step_by(10).for_each(|magnitude| *magnitude = 1);
    meter.run("list", COLUMNS, || {
        kernels.list(&sparse.0, &mut lines, &mut listed);
    });
}

/// A coded sample: 28 rows of 28 lines, one in five with a magnitude, of those two in five a large one, as in a digit.
fn samples(meter: &mut Meter<'_>) {
    const SIDE: usize = 28;
    let mut values = [0; SIDE * SIDE];
    let mut draw = Draw::new(4, 0);
    for (row, line) in (6..22).flat_map(|row| (0..9).map(move |line| (row, line))) {
        let value = if draw.below(5) < 2 { 252 + draw.below(4) } else { 1 + draw.below(250) };
        let at = row * SIDE + line + row / 2;
        values.iter_mut().skip(at).take(1).for_each(|slot| *slot = value as u8);
    }
    let mut bytes = [0; SIDE * SIDE];
    let len = pack_as(CODED, Target::Unknown, &values, &mut bytes).unwrap_or(0);
    let Some(packed) = unpack(&mut bytes.get(..len).unwrap_or_default()) else { return };
    let mut whole = false;
    let mut lines = [0; SIDE * SIDE];
    meter.run("expand_coded", SIDE * SIDE, || whole = packed.expand(&mut lines));
    debug_assert!(whole && lines == values, "what was packed is expanded");
}
