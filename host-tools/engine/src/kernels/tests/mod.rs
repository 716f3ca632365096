//! Vector kernels against the plain loops, bit for bit.

mod backward;
mod cases;
mod graded;

use super::AnyKernels;
use cases::{AddCase, DotCase, FireCase, Matrix, Shape, UpdateCase, adds, dots, fires, updates};
use hebbit_core::net::{Events, Kernels, LifColumns, Rows, Scalar, Update, Weights};
use hebbit_core::num::StepKey;
use proptest::prelude::*;

/// Enough to meet every path; `SLOW=1` looks for the rare ones.
fn cases() -> u32 {
    if std::env::var_os("SLOW").is_some() { 20_000 } else { 300 }
}

/// Both kernels; the second is the first again on a machine without vector instructions.
fn both() -> [AnyKernels; 2] {
    if matches!(AnyKernels::best(), AnyKernels::Scalar) {
        assert!(std::env::var_os("CI").is_none(), "vector instructions not found: nothing would be compared");
        eprintln!("skipped: vector instructions not found");
    }
    [AnyKernels::Scalar, AnyKernels::best()]
}

fn check_add(case: &AddCase, add: impl Fn(&AnyKernels, &mut [i32], Rows<'_>, Events<'_>)) -> [Vec<i32>; 2] {
    both().map(|kernels| {
        let mut sum = case.sum.clone();
        let rows = Rows { weights: case.shape.matrix.as_ref(), width: case.shape.width, zero: 0 };
        add(&kernels, &mut sum, rows, Events { lines: &case.lines, magnitudes: &case.magnitudes });
        sum
    })
}

fn check_dot(case: &DotCase, dot: impl Fn(&AnyKernels, &mut [i32], Rows<'_>)) -> [Vec<i32>; 2] {
    both().map(|kernels| {
        let mut sum = case.sum.clone();
        let weights = case.shape.matrix.as_ref();
        dot(&kernels, &mut sum, Rows { weights, width: case.shape.width, zero: case.zero });
        sum
    })
}

fn check_fire(case: &FireCase) -> [[Vec<u16>; 4]; 2] {
    both().map(|kernels| {
        let [mut membrane, mut refractory, mut sums] =
            [0, 1, 2].map(|word| case.state.iter().map(|s| s[word]).collect::<Vec<_>>());
        let mut events = vec![0_i16; case.current.len()];
        for _ in 0..case.ticks {
            let columns = LifColumns {
                current: &case.current,
                membrane: &mut membrane,
                refractory: &mut refractory,
                events: &mut events,
                sums: &mut sums,
            };
            kernels.fire_lif(&case.params, columns);
        }
        [membrane, refractory, sums, events.into_iter().map(|e| e as u16).collect()]
    })
}

fn check_update(case: &UpdateCase) -> [Matrix; 2] {
    let UpdateCase { pre: [p0, p1], post: [q0, q1], .. } = case;
    let update = Update {
        key: case.key,
        lines: &case.lines,
        pre: [p0, p1],
        post: [q0, q1],
        forget: &case.forget,
        active: &case.active,
        forget_shift: case.forget_shift,
        shift: case.shift,
        low: case.low,
        high: case.high,
    };
    both().map(|kernels| {
        let mut matrix = case.shape.matrix.clone();
        kernels.update(matrix.as_mut(), case.shape.width, &update);
        matrix
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn added_spikes_are_equal(case in adds()) {
        let [want, got] = check_add(&case, |k, sum, rows, events| k.add_spikes(sum, rows, events));
        prop_assert_eq!(got, want);
    }

    #[test]
    fn added_graded_events_are_equal(case in adds()) {
        let [want, got] = check_add(&case, |k, sum, rows, events| k.add_graded(sum, rows, events));
        prop_assert_eq!(got, want);
    }

    #[test]
    fn dot_products_are_equal(case in dots()) {
        let [want, got] = check_dot(&case, |k, sum, rows| k.dot_rows(sum, rows, &case.send, case.shift));
        prop_assert_eq!(got, want);
    }

    #[test]
    fn sums_by_sign_are_equal(case in dots()) {
        let [want, got] = check_dot(&case, |k, sum, rows| k.sign_rows(sum, rows, &case.send, case.shift));
        prop_assert_eq!(got, want);
    }

    #[test]
    fn fired_layers_are_equal(case in fires()) {
        let [want, got] = check_fire(&case);
        prop_assert_eq!(got, want);
    }

    #[test]
    fn updates_are_equal(case in updates()) {
        let [want, got] = check_update(&case);
        prop_assert_eq!(got, want);
    }
}

#[test]
fn the_greatest_sums_wrap_as_the_reference_wraps() {
    for width in [4, 12, 16, 64, 140, 512, 520] {
        for weight in [i16::MIN, i16::MAX] {
            let rows = 3;
            let matrix = Matrix::I16(vec![weight; rows * width]);
            let (lines, magnitudes) = (vec![0, 1, 2], vec![i16::MIN; rows]);
            let case =
                AddCase { shape: Shape { matrix, rows, width }, lines, magnitudes, sum: vec![0; width] };
            let [want, got] = check_add(&case, |k, sum, rows, events| k.add_graded(sum, rows, events));
            assert_eq!(got, want, "{weight} x {width}");
            for matrix in [case.shape.matrix.clone(), Matrix::I8(vec![-128; rows * width])] {
                let shape = Shape { matrix, rows, width };
                let (send, sum) = (vec![i16::MIN; width], vec![0; rows]);
                let case = DotCase { shape, send, sum, shift: 0, zero: 0 };
                for shift in [0, 3, 15, 31, 40] {
                    let [want, got] =
                        check_dot(&case, |k, sum, rows| k.dot_rows(sum, rows, &case.send, shift));
                    assert_eq!(got, want, "{weight} x {width} >> {shift}");
                }
            }
        }
    }
}

#[test]
fn lists_out_of_order_and_empty_matrices_are_as_the_reference() {
    let shape = Shape { matrix: Matrix::I8((0..160).map(|w| w as i8).collect()), rows: 5, width: 32 };
    let mut case = UpdateCase {
        shape,
        key: StepKey::new(1, 2, 3),
        lines: vec![3, 1, 1, 4],
        pre: [vec![255; 4], vec![0; 4]],
        post: [vec![1500; 32], vec![0; 32]],
        forget: vec![0; 32],
        active: vec![5, 5, 2],
        forget_shift: 0,
        shift: 16,
        low: -127,
        high: 127,
    };
    let [want, got] = check_update(&case);
    assert_eq!(got, want);
    (case.lines, case.active) = (vec![3, 1, 1, 4], vec![2, 5]);
    let [want, got] = check_update(&case);
    assert_eq!(got, want);
    // So many columns that they would be taken sixteen at a time.
    (case.lines, case.active) = (vec![1, 3], (0..32).rev().chain(0..32).collect());
    let [want, got] = check_update(&case);
    assert_eq!(got, want);
    (case.lines, case.active) = (vec![1, 3], vec![2, 5]);
    let [want, got] = check_update(&case);
    assert_eq!(got, want);
    case.shape = Shape { matrix: Matrix::I8(Vec::new()), rows: 0, width: 0 };
    let [want, got] = check_update(&case);
    assert_eq!(got, want);
}

#[test]
fn one_term_with_a_factor_beyond_its_range_is_as_the_reference() {
    for pre in [i16::MIN, -256, -255, 255, 256, i16::MAX] {
        for post in [i16::MIN, -32767, -1, 0, 1, i16::MAX] {
            for active in [vec![7], (0..20).collect()] {
                let case = UpdateCase {
                    shape: Shape { matrix: Matrix::I16(vec![-7; 60]), rows: 3, width: 20 },
                    key: StepKey::new(1, 2, 3),
                    lines: vec![0, 2],
                    pre: [vec![pre, 1], vec![0, 0]],
                    post: [vec![post; 20], vec![0; 20]],
                    forget: vec![0; 20],
                    active,
                    forget_shift: 0,
                    shift: 8,
                    low: i16::MIN,
                    high: i16::MAX,
                };
                let [want, got] = check_update(&case);
                assert_eq!(got, want, "{pre} * {post}");
            }
        }
    }
}

#[test]
fn a_batch_of_wide_rows_is_equal() {
    // More columns than one batch of chunks, and a width that is no multiple of sixteen.
    for width in [1028_usize, 1040] {
        let weights = (0..width * 18).map(|i| StepKey::new(0, 0, 9).row(i as u32).b as i16 / 4);
        let case = UpdateCase {
            shape: Shape { matrix: Matrix::I16(weights.collect()), rows: 18, width },
            key: StepKey::new(4, 5, 6),
            lines: (0..18).collect(),
            pre: [(0..18).map(|i| i * 15 - 128).collect(), vec![77; 18]],
            post: [
                (0..width as i16).map(|c| c * 31 - 16000).collect(),
                (0..width as i16).map(|c| 9000 - c * 17).collect(),
            ],
            forget: (0..width as u16).map(|c| c % 2).collect(),
            active: (0..width as u16).filter(|c| c % 7 != 3).collect(),
            forget_shift: 4,
            shift: 8,
            low: -8191,
            high: 8191,
        };
        let [want, got] = check_update(&case);
        assert_eq!(got, want);
    }
}

#[test]
fn spikes_of_many_lines_are_equal() {
    let (rows, width) = (600, 20);
    let matrix = Matrix::I8((0..rows * width).map(|i| (i * 7) as i8).collect());
    let case = AddCase {
        shape: Shape { matrix, rows, width },
        lines: (0..rows as u16).collect(),
        magnitudes: vec![1; rows],
        sum: vec![0; width],
    };
    let [want, got] = check_add(&case, |k, sum, rows, events| k.add_spikes(sum, rows, events));
    assert_eq!(got, want);
}

#[test]
fn kernels_have_names() {
    assert_eq!(AnyKernels::Scalar.name(), "scalar");
    let mut sum = [0];
    Scalar.add_spikes(&mut sum, Rows { weights: Weights::I8(&[1]), width: 1, zero: 0 }, Events::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn lists_are_the_same(
        // Few that are not zero, and all of them.
        magnitudes in prop_oneof![
            prop::collection::vec(prop_oneof![3 => Just(0_i16), 1 => any::<i16>()], 0..100),
            prop::collection::vec(1..=i16::MAX, 0..100),
        ],
        room in 0_usize..110,
    ) {
        let [scalar, simd] = both().map(|kernels| {
            let (mut lines, mut listed) = (vec![7_u16; room], vec![7_i16; room]);
            let len = kernels.list(&magnitudes, &mut lines, &mut listed);
            // What lies behind the list may be anything.
            (len, lines[..len].to_vec(), listed[..len].to_vec())
        });
        prop_assert_eq!(scalar, simd);
    }
}
