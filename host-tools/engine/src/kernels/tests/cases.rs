//! Random cases: matrices of either width, lists that ascend, factors and words at the corners of their range.

use hebbit_core::net::{Weights, WeightsMut};
use hebbit_core::neuron::LifParams;
use hebbit_core::num::{Leak, Membrane, StepKey, Ticks};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Matrix {
    I8(Vec<i8>),
    I16(Vec<i16>),
}

impl Matrix {
    pub(super) fn as_ref(&self) -> Weights<'_> {
        match self {
            Self::I8(w) => Weights::I8(w),
            Self::I16(w) => Weights::I16(w),
        }
    }
    pub(super) fn as_mut(&mut self) -> WeightsMut<'_> {
        match self {
            Self::I8(w) => WeightsMut::I8(w),
            Self::I16(w) => WeightsMut::I16(w),
        }
    }
}

/// A matrix of either width, at times with a last row that is cut off.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) matrix: Matrix,
    pub(super) rows: usize,
    pub(super) width: usize,
}

pub(super) fn word() -> impl Strategy<Value = i16> {
    let corners = prop_oneof![Just(0), Just(1), Just(-1), Just(i16::MIN), Just(i16::MAX)];
    prop_oneof![3 => any::<i16>(), 2 => -300_i16..=300, 1 => corners]
}

fn byte() -> impl Strategy<Value = i8> {
    prop_oneof![4 => any::<i8>(), 1 => prop_oneof![Just(-128_i8), Just(-127), Just(0), Just(127)]]
}

pub(super) fn shapes(rows: usize) -> impl Strategy<Value = Shape> {
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
pub(super) struct AddCase {
    pub(super) shape: Shape,
    pub(super) lines: Vec<u16>,
    pub(super) magnitudes: Vec<i16>,
    pub(super) sum: Vec<i32>,
}

pub(super) fn adds() -> impl Strategy<Value = AddCase> {
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
pub(super) struct DotCase {
    pub(super) shape: Shape,
    pub(super) send: Vec<i16>,
    pub(super) sum: Vec<i32>,
    pub(super) shift: u32,
    pub(super) zero: i16,
}

pub(super) fn dots() -> impl Strategy<Value = DotCase> {
    shapes(40).prop_flat_map(|shape| {
        let send = prop_oneof![4 => Just(0_usize), 1 => 0..=shape.width];
        let width = shape.width;
        let send = send.prop_flat_map(move |cut| words(width - cut));
        let shift = prop_oneof![8 => 0_u32..32, 1 => 32_u32..100];
        let zero = prop_oneof![2 => Just(0_i16), 2 => 1_i16..=127, 1 => 1..=i16::MAX, 1 => word()];
        let parts = (Just(shape.clone()), send, sums(shape.rows), shift, zero);
        parts.prop_map(|(shape, send, sum, shift, zero)| DotCase { shape, send, sum, shift, zero })
    })
}

#[derive(Clone, Debug)]
pub(super) struct FireCase {
    pub(super) params: LifParams,
    pub(super) current: Vec<i16>,
    pub(super) state: Vec<[u16; 3]>,
    pub(super) ticks: u16,
}

pub(super) fn fires() -> impl Strategy<Value = FireCase> {
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
pub(super) struct UpdateCase {
    pub(super) shape: Shape,
    pub(super) key: StepKey,
    pub(super) lines: Vec<u16>,
    pub(super) pre: [Vec<i16>; 2],
    pub(super) post: [Vec<i16>; 2],
    pub(super) forget: Vec<u16>,
    pub(super) active: Vec<u16>,
    pub(super) forget_shift: u32,
    pub(super) shift: u32,
    pub(super) low: i16,
    pub(super) high: i16,
}

/// Factors of one term: none, within the range of `pre`, or anything.
fn factors(len: usize) -> impl Strategy<Value = Vec<i16>> {
    prop_oneof![2 => vec(Just(0), len), 3 => vec(-255_i16..=255, len), 2 => words(len)]
}

pub(super) fn updates() -> impl Strategy<Value = UpdateCase> {
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
        let forget = prop_oneof![2 => vec(Just(0_u16), shape.width), 1 => vec(flag, shape.width)];
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
