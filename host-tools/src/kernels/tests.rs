//! Vector kernels against the plain loops, bit for bit.

use super::AnyKernels;
use hebbit_core::net::{Events, Kernels, LifColumns, Rows, Scalar, Update, Weights, WeightsMut};
use hebbit_core::neuron::LifParams;
use hebbit_core::num::{Leak, Membrane, StepKey, Ticks};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

/// Enough to meet every path; `SLOW=1` looks for the rare ones.
fn cases() -> u32 {
    if std::env::var_os("SLOW").is_some() { 20_000 } else { 300 }
}

/// Both kernels; the second is the first again on a machine without vector instructions.
fn both() -> [AnyKernels; 2] {
    if matches!(AnyKernels::best(), AnyKernels::Scalar) {
        eprintln!("skipped: vector instructions not found");
    }
    [AnyKernels::Scalar, AnyKernels::best()]
}

#[derive(Clone, Debug, PartialEq)]
enum Matrix {
    I8(Vec<i8>),
    I16(Vec<i16>),
}

impl Matrix {
    fn as_ref(&self) -> Weights<'_> {
        match self {
            Self::I8(w) => Weights::I8(w),
            Self::I16(w) => Weights::I16(w),
        }
    }
    fn as_mut(&mut self) -> WeightsMut<'_> {
        match self {
            Self::I8(w) => WeightsMut::I8(w),
            Self::I16(w) => WeightsMut::I16(w),
        }
    }
}

/// A matrix of either width, at times with a last row that is cut off.
#[derive(Clone, Debug)]
struct Shape {
    matrix: Matrix,
    rows: usize,
    width: usize,
}

fn word() -> impl Strategy<Value = i16> {
    let corners = prop_oneof![Just(0), Just(1), Just(-1), Just(i16::MIN), Just(i16::MAX)];
    prop_oneof![3 => any::<i16>(), 2 => -300_i16..=300, 1 => corners]
}

fn byte() -> impl Strategy<Value = i8> {
    prop_oneof![4 => any::<i8>(), 1 => prop_oneof![Just(-128_i8), Just(-127), Just(0), Just(127)]]
}

fn shapes(rows: usize) -> impl Strategy<Value = Shape> {
    (1..=rows, 1_usize..=35, prop_oneof![3 => Just(0_usize), 1 => 0_usize..4]).prop_flat_map(
        |(rows, quads, cut)| {
            let width = quads * 4;
            let len = rows * width - cut;
            let matrix =
                prop_oneof![vec(byte(), len).prop_map(Matrix::I8), vec(word(), len).prop_map(Matrix::I16),];
            matrix.prop_map(move |matrix| Shape { matrix, rows, width })
        },
    )
}

/// Ascending lines, at times beyond the matrix.
fn lines(rows: usize) -> impl Strategy<Value = Vec<u16>> {
    let inside = btree_set(0..rows as u16, 0..=rows);
    let any = btree_set(prop_oneof![9 => 0..rows as u16 + 3, 1 => any::<u16>()], 0..=rows);
    prop_oneof![4 => inside, 1 => any].prop_map(|lines| lines.into_iter().collect())
}

fn words(len: usize) -> impl Strategy<Value = Vec<i16>> {
    prop_oneof![vec(word(), len), vec(Just(i16::MIN), len), vec(1_i16..=255, len)]
}

/// As many sums as a row is wide, at times fewer.
fn sums(n: usize) -> impl Strategy<Value = Vec<i32>> {
    prop_oneof![4 => Just(0_usize), 1 => 0..=n].prop_flat_map(move |cut| vec(any::<i32>(), n - cut))
}

#[derive(Clone, Debug)]
struct AddCase {
    shape: Shape,
    lines: Vec<u16>,
    magnitudes: Vec<i16>,
    sum: Vec<i32>,
}

fn adds() -> impl Strategy<Value = AddCase> {
    shapes(40).prop_flat_map(|shape| {
        let parts = (lines(shape.rows), sums(shape.width));
        parts.prop_flat_map(move |(lines, sum)| {
            let shape = shape.clone();
            words(lines.len()).prop_map(move |magnitudes| AddCase {
                shape: shape.clone(),
                lines: lines.clone(),
                magnitudes,
                sum: sum.clone(),
            })
        })
    })
}

#[derive(Clone, Debug)]
struct DotCase {
    shape: Shape,
    send: Vec<i16>,
    sum: Vec<i32>,
    shift: u32,
}

fn dots() -> impl Strategy<Value = DotCase> {
    shapes(40).prop_flat_map(|shape| {
        let send = prop_oneof![4 => Just(0_usize), 1 => 0..=shape.width];
        let width = shape.width;
        let send = send.prop_flat_map(move |cut| words(width - cut));
        let shift = prop_oneof![8 => 0_u32..32, 1 => 32_u32..100];
        (Just(shape.clone()), send, sums(shape.rows), shift).prop_map(|(shape, send, sum, shift)| DotCase {
            shape,
            send,
            sum,
            shift,
        })
    })
}

#[derive(Clone, Debug)]
struct FireCase {
    params: LifParams,
    current: Vec<i16>,
    state: Vec<[u16; 3]>,
    ticks: u16,
}

fn fires() -> impl Strategy<Value = FireCase> {
    let leak = prop_oneof![Just(0_u16), Just(1), Just(u16::MAX), Just(4096), any::<u16>()];
    let refractory = prop_oneof![3 => Just(0_u16), 1 => 0_u16..4, 1 => Just(u16::MAX)];
    let params = (word(), word(), word(), leak, refractory.clone(), any::<bool>()).prop_map(
        |(threshold, reset, floor, leak, refractory, hard_reset)| LifParams {
            threshold: Membrane::from_bits(threshold),
            reset: Membrane::from_bits(reset),
            floor: Membrane::from_bits(floor),
            leak: Leak::from_bits(leak),
            refractory: Ticks::from_bits(refractory),
            hard_reset,
        },
    );
    let membrane = word().prop_map(|v| v as u16);
    let sum = prop_oneof![3 => 0_u16..10, 1 => 65530_u16..=65535];
    let neuron = (word(), membrane, refractory, sum).prop_map(|(i, v, r, s)| (i, [v, r, s]));
    (params, vec(neuron, 0..70), 1_u16..4).prop_map(|(params, neurons, ticks)| {
        let (current, state) = neurons.into_iter().unzip();
        FireCase { params, current, state, ticks }
    })
}

#[derive(Clone, Debug)]
struct UpdateCase {
    shape: Shape,
    key: StepKey,
    lines: Vec<u16>,
    pre: [Vec<i16>; 2],
    post: [Vec<i16>; 2],
    forget: Vec<u16>,
    active: Vec<u16>,
    forget_shift: u32,
    shift: u32,
    low: i16,
    high: i16,
}

/// Factors of one term: none, within the range of `pre`, or anything.
fn factors(len: usize) -> impl Strategy<Value = Vec<i16>> {
    prop_oneof![1 => vec(Just(0), len), 3 => vec(-255_i16..=255, len), 1 => words(len)]
}

fn updates() -> impl Strategy<Value = UpdateCase> {
    let cases = shapes(40).prop_flat_map(|shape| {
        let width = shape.width as u16;
        let active = prop_oneof![
            btree_set(0..width, 0..=3),
            btree_set(0..width, 0..=shape.width),
            Just((0..width).collect()),
            btree_set(0..width + 3, 0..=shape.width),
        ];
        (lines(shape.rows), active, Just(shape))
    });
    cases.prop_flat_map(|(lines, active, shape)| {
        let bounds = prop_oneof![
            4 => prop_oneof![Just((-127_i16, 127)), Just((0, 127)), Just((-128, 127)), Just((-8191, 8191))],
            1 => (word(), word()),
        ];
        let ours = if matches!(shape.matrix, Matrix::I8(_)) { 16 } else { 8 };
        let shift = prop_oneof![8 => Just(ours), 1 => 0_u32..32];
        let flag = prop_oneof![Just(0_u16), Just(1), Just(u16::MAX)];
        let forget = prop_oneof![1 => vec(Just(0_u16), shape.width), 1 => vec(flag, shape.width)];
        let forget_shift = prop_oneof![8 => 0_u32..16, 1 => 16_u32..100];
        let n = lines.len();
        let factors = [factors(n), factors(n), factors(shape.width), factors(shape.width)];
        let lists = (Just(lines), Just(active), Just(shape));
        (lists, any::<[u32; 2]>(), factors, forget, forget_shift, shift, bounds).prop_map(
            |((lines, active, shape), [k0, k1], [p0, p1, q0, q1], forget, forget_shift, shift, bounds)| {
                UpdateCase {
                    key: StepKey { k0, k1 },
                    lines,
                    pre: [p0, p1],
                    post: [q0, q1],
                    forget,
                    active: active.into_iter().collect(),
                    forget_shift,
                    shift,
                    low: bounds.0,
                    high: bounds.1,
                    shape,
                }
            },
        )
    })
}

fn check_add(case: &AddCase, add: impl Fn(&AnyKernels, &mut [i32], Rows<'_>, Events<'_>)) -> [Vec<i32>; 2] {
    both().map(|kernels| {
        let mut sum = case.sum.clone();
        let rows = Rows { weights: case.shape.matrix.as_ref(), width: case.shape.width };
        add(&kernels, &mut sum, rows, Events { lines: &case.lines, magnitudes: &case.magnitudes });
        sum
    })
}

fn check_dot(case: &DotCase, dot: impl Fn(&AnyKernels, &mut [i32], Rows<'_>)) -> [Vec<i32>; 2] {
    both().map(|kernels| {
        let mut sum = case.sum.clone();
        dot(&kernels, &mut sum, Rows { weights: case.shape.matrix.as_ref(), width: case.shape.width });
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
                let case = DotCase { shape, send: vec![i16::MIN; width], sum: vec![0; rows], shift: 0 };
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
        post: [vec![30000; 32], vec![0; 32]],
        forget: vec![0; 32],
        active: vec![5, 5, 2],
        forget_shift: 0,
        shift: 16,
        low: -127,
        high: 127,
    };
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
    for &name in AnyKernels::NAMES {
        if let Some(kernels) = AnyKernels::named(name) {
            assert_eq!(kernels.name(), name);
        }
    }
    assert!(AnyKernels::named("scalar").is_some());
    assert!(AnyKernels::named("fast").is_none());
    let mut sum = [0];
    Scalar.add_spikes(&mut sum, Rows { weights: Weights::I8(&[1]), width: 1 }, Events::default());
}
