//! How fast the kernels are: nanoseconds per call, plain loops against vector instructions, in one run.
//!
//! `cargo run --release -p hebbit --example kernels`. The ratio is the result; nanoseconds are this machine's.

use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Events, Kernels, LifColumns, Rows, Update, Weights, WeightsMut};
use hebbit_core::neuron::LifParams;
use hebbit_core::num::{BOUND_I8, BOUND_I16, SHIFT_I8, SHIFT_I16, StepKey};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of both kernels in turn; the fastest of each counts, so that a neighbour's load does not.
const ROUNDS: u32 = 25;
/// How long one kernel runs per round.
const ROUND: Duration = Duration::from_millis(4);

/// A matrix of either width, with random weights.
#[derive(Clone)]
enum Matrix {
    I8(Vec<i8>),
    I16(Vec<i16>),
}

impl Matrix {
    fn new(bits: u32, rows: usize, width: usize) -> Self {
        let draw = (0..rows * width).map(|i| random(i, 1) as i8);
        if bits == 8 {
            Self::I8(draw.collect())
        } else {
            Self::I16(draw.map(|w| i16::from(w) * 40).collect())
        }
    }
    fn rows(&self, width: usize) -> Rows<'_> {
        let weights = match self {
            Self::I8(w) => Weights::I8(w),
            Self::I16(w) => Weights::I16(w),
        };
        Rows { weights, width, zero: 0 }
    }
    fn weights(&mut self) -> WeightsMut<'_> {
        match self {
            Self::I8(w) => WeightsMut::I8(w),
            Self::I16(w) => WeightsMut::I16(w),
        }
    }
}

fn random(i: usize, stream: u32) -> u16 {
    StepKey::new(0, stream, 7).row(i as u32).b
}

/// `count` of `0..of`, ascending.
fn some(count: usize, of: usize) -> Vec<u16> {
    let mut all: Vec<u16> = (0..of as u16).collect();
    all.sort_by_key(|&i| random(usize::from(i), 2));
    all.truncate(count);
    all.sort_unstable();
    all
}

fn nanoseconds(run: &mut dyn FnMut()) -> f64 {
    let (start, mut calls) = (Instant::now(), 0);
    while start.elapsed() < ROUND {
        for _ in 0..16 {
            run();
        }
        calls += 16;
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

/// Times a call with both kernels and prints a line.
fn compare(name: &str, mut call: impl FnMut(&AnyKernels)) {
    let both = [AnyKernels::Scalar, AnyKernels::best()];
    let mut best = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        for (best, kernels) in best.iter_mut().zip(&both) {
            *best = best.min(nanoseconds(&mut || call(black_box(kernels))));
        }
    }
    let [scalar, simd] = best;
    println!("{name:<52} {scalar:>9.0} {simd:>9.0} {:>8.1}", scalar / simd);
}

fn add(bits: u32, rows: usize, width: usize, count: usize) {
    let matrix = Matrix::new(bits, rows, width);
    let lines = some(count, rows);
    let magnitudes: Vec<i16> = lines.iter().map(|&l| 1 + (random(l.into(), 3) % 255) as i16).collect();
    let mut sum = vec![0; width];
    compare(&format!("add_graded i{bits} {count} of {rows} x {width}"), |kernels| {
        let events = Events { lines: &lines, magnitudes: &magnitudes };
        kernels.add_graded(black_box(&mut sum), matrix.rows(width), events);
    });
}

fn add_spikes(bits: u32, rows: usize, width: usize, count: usize) {
    let matrix = Matrix::new(bits, rows, width);
    let (lines, magnitudes) = (some(count, rows), vec![1; count]);
    let mut sum = vec![0; width];
    compare(&format!("add_spikes i{bits} {count} of {rows} x {width}"), |kernels| {
        let events = Events { lines: &lines, magnitudes: &magnitudes };
        kernels.add_spikes(black_box(&mut sum), matrix.rows(width), events);
    });
}

fn feedback(bits: u32, rows: usize, width: usize) {
    let matrix = Matrix::new(bits, rows, width);
    let send: Vec<i16> = (0..width).map(|c| random(c, 4) as i16).collect();
    let mut sum = vec![0; rows];
    compare(&format!("sign_rows i{bits} {rows} x {width}"), |kernels| {
        kernels.sign_rows(black_box(&mut sum), matrix.rows(width), &send, 3);
    });
    compare(&format!("dot_rows i{bits} {rows} x {width}"), |kernels| {
        kernels.dot_rows(black_box(&mut sum), matrix.rows(width), &send, 3);
    });
}

fn fire(n: usize) {
    let current: Vec<i16> = (0..n).map(|i| (random(i, 5) % 2000) as i16).collect();
    let [mut membrane, mut refractory, mut sums] = [vec![0_u16; n], vec![0; n], vec![0; n]];
    let mut events = vec![0; n];
    compare(&format!("fire_lif {n}"), |kernels| {
        let columns = LifColumns {
            current: &current,
            membrane: black_box(&mut membrane),
            refractory: &mut refractory,
            events: &mut events,
            sums: &mut sums,
        };
        kernels.fire_lif(&LifParams::INTEGRATOR, columns);
    });
}

/// `count` of `rows` lines and `active` of `width` columns; with `forget`, two terms.
fn update(bits: u32, rows: usize, width: usize, count: usize, active: usize, forget: bool) {
    let mut matrix = Matrix::new(bits, rows, width);
    let (lines, columns) = (some(count, rows), some(active, width));
    let pre: [Vec<i16>; 2] =
        [6, 7].map(|s| lines.iter().map(|&l| (random(l.into(), s) % 256) as i16).collect());
    let mut post = [vec![0_i16; width], vec![0; width]];
    let mut forgets = vec![0; width];
    for &c in &columns {
        post[0][usize::from(c)] = random(c.into(), 8) as i16 >> 4;
        if forget {
            post[1][usize::from(c)] = random(c.into(), 9) as i16 >> 4;
            forgets[usize::from(c)] = 1;
        }
    }
    let (shift, high) = if bits == 8 { (SHIFT_I8, BOUND_I8) } else { (SHIFT_I16, BOUND_I16) };
    let kind = if forget { ", two terms, forgetting" } else { "" };
    let mut counter = 0;
    compare(&format!("update i{bits} {count} of {rows} x {active} of {width}{kind}"), |kernels| {
        counter += 1;
        let update = Update {
            key: StepKey::new(counter, 0, 1),
            lines: &lines,
            pre: [&pre[0], &pre[1]],
            post: [&post[0], &post[1]],
            forget: &forgets,
            active: &columns,
            forget_shift: 3,
            shift,
            low: -high,
            high,
        };
        kernels.update(matrix.weights(), width, black_box(&update));
    });
}

fn main() {
    println!("{:<52} {:>9} {:>9} {:>8}", "ns per call", "scalar", AnyKernels::best().name(), "ratio");
    for bits in [8, 16] {
        for hidden in [128, 512] {
            add(bits, 785, hidden, 150);
        }
        add_spikes(bits, 129, 12, 20);
        add_spikes(bits, 785, 400, 20);
        feedback(bits, 128, 12);
        feedback(bits, 512, 128);
        for active in [1, 8, 16, 24, 32, 48, 64, 128] {
            update(bits, 785, 128, 150, active, false);
        }
        update(bits, 785, 512, 150, 32, false);
        update(bits, 129, 12, 20, 3, false);
        for active in [8, 32, 64, 128] {
            update(bits, 785, 128, 150, active, true);
        }
        update(bits, 785, 100, 785, 1, true);
        update(bits, 785, 400, 785, 1, true);
    }
    for n in [10, 100, 128, 512] {
        fire(n);
    }
}
