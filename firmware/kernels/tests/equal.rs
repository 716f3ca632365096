//! Kernels of this target against the plain loops, bit for bit.

use hebbit_core::net::{Events, Kernels, Rows, Scalar, Weights};
use hebbit_kernels::Packed;
use proptest::collection::vec;
use proptest::prelude::*;

/// Enough to reach every path; `SLOW=1` searches for rare ones.
fn cases() -> u32 {
    if std::env::var_os("SLOW").is_some() { 20_000 } else { 500 }
}

#[derive(Clone, Debug)]
enum Matrix {
    I8(Vec<i8>),
    I16(Vec<i16>),
}

#[derive(Clone, Debug)]
struct Case {
    matrix: Matrix,
    width: usize,
    /// Weights left out at the front and at the end: unaligned rows, an incomplete last row.
    cut: [usize; 2],
    lines: Vec<u16>,
    magnitudes: Vec<i16>,
    sum: Vec<i32>,
}

impl Case {
    fn rows(&self) -> Rows<'_> {
        let [front, end] = self.cut;
        let weights = match &self.matrix {
            Matrix::I8(w) => Weights::I8(&w[front..w.len() - end]),
            Matrix::I16(w) => Weights::I16(&w[front..w.len() - end]),
        };
        Rows { weights, width: self.width, zero: 0 }
    }

    fn run(&self, add: impl Fn(&dyn Kernels, &mut [i32])) -> [Vec<i32>; 2] {
        let kernels: [&dyn Kernels; 2] = [&Scalar, &Packed];
        kernels.map(|kernels| {
            let mut sum = self.sum.clone();
            add(kernels, &mut sum);
            sum
        })
    }
}

fn cases_of_sums() -> impl Strategy<Value = Case> {
    let word = || prop_oneof![3 => any::<i16>(), 1 => Just(i16::MIN), 1 => Just(i16::MAX), 4 => 0_i16..=255];
    let byte = prop_oneof![4 => any::<i8>(), 1 => Just(i8::MIN), 1 => Just(i8::MAX)];
    (1_usize..20, 1_usize..=35).prop_flat_map(move |(rows, quads)| {
        let (width, len) = (quads * 4, rows * quads * 4);
        let matrix = prop_oneof![
            2 => vec(byte.clone(), len).prop_map(Matrix::I8),
            1 => vec(word(), len).prop_map(Matrix::I16),
        ];
        let cut = || prop_oneof![4 => Just(0_usize), 1 => 0_usize..4];
        // In any order and with repetitions, sometimes beyond the matrix, sometimes more than lanes hold.
        let lines = prop_oneof![
            4 => vec((word(), 0..rows as u16 + 1), 0..40),
            1 => vec((word(), 0..rows as u16), 250..600),
        ];
        let sum = prop_oneof![4 => Just(width), 1 => 0..=width + 3];
        let sum = sum.prop_flat_map(|len| vec(any::<i32>(), len));
        (matrix, cut(), cut(), lines, sum).prop_map(move |(matrix, front, end, lines, sum)| {
            let (magnitudes, lines) = lines.into_iter().unzip();
            let end = end.min(len - front);
            Case { matrix, width, cut: [front, end], lines, magnitudes, sum }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn added_spikes_are_equal(case in cases_of_sums()) {
        let events = Events { lines: &case.lines, magnitudes: &[] };
        let [want, got] = case.run(|kernels, sum| kernels.add_spikes(sum, case.rows(), events));
        prop_assert_eq!(got, want);
    }

    #[test]
    fn added_graded_events_are_equal(case in cases_of_sums()) {
        let events = Events { lines: &case.lines, magnitudes: &case.magnitudes };
        let [want, got] = case.run(|kernels, sum| kernels.add_graded(sum, case.rows(), events));
        prop_assert_eq!(got, want);
    }
}

#[test]
fn the_greatest_sums_fit_their_lanes() {
    for weight in [i8::MIN, i8::MAX, 0] {
        for count in [254, 255, 256, 257, 511, 513] {
            let case = Case {
                matrix: Matrix::I8(vec![weight; 40]),
                width: 40,
                cut: [0; 2],
                lines: vec![0; count],
                magnitudes: vec![255; count],
                sum: vec![5; 40],
            };
            let events = Events { lines: &case.lines, magnitudes: &case.magnitudes };
            let [want, got] = case.run(|kernels, sum| kernels.add_spikes(sum, case.rows(), events));
            assert_eq!(want[0], 5 + i32::from(weight) * count as i32);
            assert_eq!(got, want, "{count} times {weight}");
            let [want, got] = case.run(|kernels, sum| kernels.add_graded(sum, case.rows(), events));
            assert_eq!(got, want, "{count} times {weight}");
        }
    }
}

/// The check of a board, run on the host: it accepts correct kernels and names defective ones.
#[test]
fn the_check_of_boards_tells_right_from_wrong() {
    let mut text = String::new();
    assert!(hebbit_check::kernels(&Packed, 7, 400, &mut text), "{text}");
    assert_eq!(text.lines().count(), 8, "{text}");

    struct Short;
    impl Kernels for Short {
        fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
            let lines = &events.lines[..events.lines.len().min(256)];
            Scalar.add_spikes(sum, rows, Events { lines, ..events });
        }
        fn list(&self, magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
            Scalar.list(&magnitudes[..magnitudes.len() & !3], lines, listed)
        }
    }
    let mut text = String::new();
    assert!(!hebbit_check::kernels(&Short, 7, 400, &mut text));
    let wrong: Vec<&str> = text.lines().filter(|line| line.contains("differs")).collect();
    assert_eq!(wrong.len(), 2, "{text}");
    assert!(wrong[0].starts_with("kernel add_spikes differs trial "), "{text}");
    assert!(wrong[1].starts_with("kernel list differs trial "), "{text}");
}

#[test]
fn every_cost_is_a_line_of_its_own() {
    let (mut text, mut clock) = (String::new(), 0);
    hebbit_check::cost(
        &Packed,
        &mut || {
            clock += 10;
            clock
        },
        &mut text,
    );
    assert!(text.lines().count() >= 10, "{text}");
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(words.len() == 3 && words[0] == "cost" && words[2] == "0", "{line}");
    }
}
