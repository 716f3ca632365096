//! The inner loops behind one trait: add rows, dot rows, fire a layer, update a matrix.
//!
//! A kernel works on a whole matrix, so that it may keep columns in registers, pair rows, or walk a list. Sums are
//! exact, so that no choice of that kind can change a bit.

use crate::neuron::{GradedParams, LifParams};
use crate::num::{
    StepKey, add, align, clamp, floor_shift, index, mul_add, mul_add_wide, saturate_wide, wide,
};
use zerocopy::IntoBytes;

/// Weights of a matrix, pre-major: one row of `width` columns per line.
#[derive(Clone, Copy, Debug)]
pub enum Weights<'a> {
    /// 8 bits.
    I8(&'a [i8]),
    /// 16 bits.
    I16(&'a [i16]),
}

/// Weights that can be changed.
#[derive(Debug)]
pub enum WeightsMut<'a> {
    /// 8 bits.
    I8(&'a mut [i8]),
    /// 16 bits.
    I16(&'a mut [i16]),
}

impl WeightsMut<'_> {
    /// Borrows the weights as shared.
    pub fn as_ref(&self) -> Weights<'_> {
        match self {
            Self::I8(w) => Weights::I8(w),
            Self::I16(w) => Weights::I16(w),
        }
    }
    /// Writes row-major weight `i`, of the low byte if weights have 8 bits.
    pub fn set(&mut self, i: usize, weight: i16) {
        match self {
            Self::I8(w) => {
                if let (Some(w), [low, _]) = (w.get_mut(i), weight.to_le_bytes()) {
                    *w = i8::from_le_bytes([low]);
                }
            }
            Self::I16(w) => {
                if let Some(w) = w.get_mut(i) {
                    *w = weight;
                }
            }
        }
    }
    /// Reborrows the weights mutably.
    pub fn by_ref(&mut self) -> WeightsMut<'_> {
        match self {
            Self::I8(w) => WeightsMut::I8(w),
            Self::I16(w) => WeightsMut::I16(w),
        }
    }
}

impl<'a> Weights<'a> {
    /// The weights as stored, in little-endian bytes.
    pub fn bytes(&self) -> &'a [u8] {
        match self {
            Self::I8(w) => w.as_bytes(),
            Self::I16(w) => w.as_bytes(),
        }
    }
    /// Row-major weight `i`, padding included.
    pub fn get(&self, i: usize) -> Option<i16> {
        match self {
            Self::I8(w) => w.get(i).map(|&w| i16::from(w)),
            Self::I16(w) => w.get(i).copied(),
        }
    }
}

/// A matrix of weights, read-only.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Its weights.
    pub weights: Weights<'a>,
    /// Columns in memory, a multiple of 4.
    pub width: usize,
    /// Zero point of the weights for feedback: subtracted from a weight, and compared with it for its sign.
    pub zero: i16,
}

/// Events: line and magnitude, in ascending order of lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Events<'a> {
    /// Rows.
    pub lines: &'a [u16],
    /// One magnitude per row.
    pub magnitudes: &'a [i16],
}

/// One update of a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// Key of this step and projection.
    pub key: StepKey,
    /// Rows to update, ascending.
    pub lines: &'a [u16],
    /// `pre` factor of each of those rows, per term, -255..=255.
    pub pre: [&'a [i16]; 2],
    /// `post` factor of each column, per term, rate folded in; `width` of them.
    pub post: [&'a [i16]; 2],
    /// 1 for columns that forget; `width` of them.
    pub forget: &'a [u16],
    /// Columns with a factor or forgetting, ascending: no other column changes.
    pub active: &'a [u16],
    /// A forgetting weight loses `w * 2^forget_shift`.
    pub forget_shift: u32,
    /// The sum is divided by `2^shift`.
    pub shift: u32,
    /// Least weight.
    pub low: i16,
    /// Greatest weight.
    pub high: i16,
}

/// The columns of a layer of integrate-and-fire neurons, all of one length.
#[derive(Debug)]
pub struct LifColumns<'a> {
    /// Current of this tick.
    pub current: &'a [i16],
    /// Membranes (bits of i16).
    pub membrane: &'a mut [u16],
    /// Ticks left to be refractory.
    pub refractory: &'a mut [u16],
    /// This tick's events: 1 or 0.
    pub events: &'a mut [i16],
    /// Events since the window's start; saturates.
    pub sums: &'a mut [u16],
}

/// The columns of a layer of rate units, all of one length.
#[derive(Debug)]
pub struct GradedColumns<'a> {
    /// Drive of this tick.
    pub drive: &'a [i16],
    /// Membranes (bits of i16).
    pub membrane: &'a mut [u16],
    /// This tick's events.
    pub events: &'a mut [i16],
    /// Events since the window's start; saturates.
    pub sums: &'a mut [u16],
}

/// The inner loops. Implementations differ in speed only.
pub trait Kernels {
    /// `sum[c] += w[line][c]` for each line; all magnitudes are 1.
    fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        scalar::add_spikes(sum, rows, events);
    }
    /// `sum[c] += w[line][c] * magnitude` for each event.
    fn add_graded(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        scalar::add_graded(sum, rows, events);
    }
    /// `sum[r] += floor( (sum over c of (w[r][c] - zero) * send[c]) / 2^shift )`, saturated to 32 bits before it is added.
    fn dot_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        scalar::dot_rows(sum, rows, send, shift);
    }
    /// `sum[r] += floor( (sum over c of +-send[c]) / 2^shift )`, minus where the weight is below `zero`.
    fn sign_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        scalar::sign_rows(sum, rows, send, shift);
    }
    /// One tick of a layer of [`Lif`](crate::neuron::Lif) neurons that do not compete.
    fn fire_lif(&self, params: &LifParams, columns: LifColumns<'_>) {
        scalar::fire_lif(params, columns);
    }
    /// One tick of a layer of [`Graded`](crate::neuron::Graded) units.
    fn fire_graded(&self, params: &GradedParams, columns: GradedColumns<'_>) {
        scalar::fire_graded(params, columns);
    }
    /// Lists where `magnitudes` is not zero: lines and magnitudes, ascending, as many as fit. Returns how many; the rest of both
    /// slices is unspecified.
    fn list(&self, magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
        scalar::list(magnitudes, lines, listed)
    }
    /// Updates every active column of every listed row.
    fn update(&self, weights: WeightsMut<'_>, width: usize, update: &Update<'_>) {
        scalar::update(weights, width, update);
    }
}

/// The reference: plain loops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scalar;

impl Kernels for Scalar {}

/// The plain loops, also what faster kernels fall back on.
pub mod scalar {
    use super::*;
    use crate::neuron::{Activation, Graded, GradedState, Lif, LifState, Neuron};
    use crate::num::{Current, Membrane, Ticks, from_column, update_sum, updated};

    fn row<T>(weights: &[T], line: u16, width: usize) -> &[T] {
        let start = index(line).saturating_mul(width);
        weights.get(start..start.saturating_add(width)).unwrap_or_default()
    }

    fn add_row<T: Copy + Into<i16>>(sum: &mut [i32], row: &[T], magnitude: i16) {
        for (sum, &w) in sum.iter_mut().zip(row) {
            *sum = mul_add(*sum, w.into(), magnitude);
        }
    }

    /// See [`Kernels::add_spikes`].
    pub fn add_spikes(sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        for &line in events.lines {
            match rows.weights {
                Weights::I8(w) => {
                    for (sum, &w) in sum.iter_mut().zip(row(w, line, rows.width)) {
                        *sum = add(*sum, i32::from(w));
                    }
                }
                Weights::I16(w) => {
                    for (sum, &w) in sum.iter_mut().zip(row(w, line, rows.width)) {
                        *sum = add(*sum, i32::from(w));
                    }
                }
            }
        }
    }

    /// See [`Kernels::add_graded`].
    pub fn add_graded(sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        for (&line, &magnitude) in events.lines.iter().zip(events.magnitudes) {
            match rows.weights {
                Weights::I8(w) => add_row(sum, row(w, line, rows.width), magnitude),
                Weights::I16(w) => add_row(sum, row(w, line, rows.width), magnitude),
            }
        }
    }

    /// The contribution of `zero` to every dot product with `send`, negated.
    pub fn offset(zero: i16, send: &[i16]) -> i64 {
        if zero == 0 { 0 } else { send.iter().fold(0, |sum, &s| mul_add_wide(sum, zero.saturating_neg(), s)) }
    }

    fn dots<T: Copy + Into<i16>>(sum: &mut [i32], weights: &[T], rows: Rows<'_>, send: &[i16], shift: u32) {
        let width = rows.width.max(1);
        let offset = offset(rows.zero, send.get(..width).unwrap_or(send));
        for (sum, row) in sum.iter_mut().zip(weights.chunks_exact(width)) {
            let dot = row.iter().zip(send).fold(offset, |dot, (&w, &s)| mul_add_wide(dot, w.into(), s));
            *sum = add(*sum, saturate_wide(dot >> shift.min(63)));
        }
    }

    /// See [`Kernels::dot_rows`].
    pub fn dot_rows(sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        match rows.weights {
            Weights::I8(w) => dots(sum, w, rows, send, shift),
            Weights::I16(w) => dots(sum, w, rows, send, shift),
        }
    }

    fn signs<T: Copy + Into<i16>>(sum: &mut [i32], weights: &[T], rows: Rows<'_>, send: &[i16], shift: u32) {
        for (sum, row) in sum.iter_mut().zip(weights.chunks_exact(rows.width.max(1))) {
            let dot = row.iter().zip(send).fold(0, |dot, (&w, &s)| {
                let w: i16 = w.into();
                add(dot, if w < rows.zero { wide(s).wrapping_neg() } else { wide(s) })
            });
            *sum = add(*sum, floor_shift(dot, shift));
        }
    }

    /// See [`Kernels::sign_rows`].
    pub fn sign_rows(sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        match rows.weights {
            Weights::I8(w) => signs(sum, w, rows, send, shift),
            Weights::I16(w) => signs(sum, w, rows, send, shift),
        }
    }

    /// See [`Kernels::fire_lif`].
    // Kernels of controllers end every tick in it: a call costs 500 instructions a sample, and with a second caller it would be one.
    #[inline(always)]
    pub fn fire_lif(params: &LifParams, columns: LifColumns<'_>) {
        let LifColumns { current, membrane, refractory, events, sums } = columns;
        let state = membrane.iter_mut().zip(refractory);
        for ((((v, r), &i), event), sum) in state.zip(current).zip(events).zip(sums) {
            let s =
                LifState { membrane: Membrane::from_bits(from_column(*v)), refractory: Ticks::from_bits(*r) };
            let s = Lif::integrate(params, s, Current::from_bits(i));
            let (s, magnitude) =
                if Lif::excess(params, &s) >= 0 { Lif::fire(params, s) } else { (Lif::rest(params, s), 0) };
            (*v, *r) = (crate::num::to_column(s.membrane.to_bits()), s.refractory.to_bits());
            *event = magnitude;
            *sum = sum.saturating_add(magnitude.unsigned_abs());
        }
    }

    /// See [`Kernels::fire_graded`]. The same loop for each kind of unit, so that compilers can turn it into vectors.
    #[inline(always)]
    pub fn fire_graded(params: &GradedParams, columns: GradedColumns<'_>) {
        match (params.activation, params.fine) {
            (Activation::Clip, false) => graded(params, columns, |v| Activation::Clip.rate(v)),
            (Activation::Clip, true) => graded(params, columns, |v| Activation::Clip.fine_rate(v)),
            (Activation::Logistic, false) => graded(params, columns, |v| Activation::Logistic.rate(v)),
            (Activation::Logistic, true) => graded(params, columns, |v| Activation::Logistic.fine_rate(v)),
        }
    }

    #[inline(always)]
    fn graded(params: &GradedParams, columns: GradedColumns<'_>, rate: impl Fn(Membrane) -> i16) {
        let GradedColumns { drive, membrane, events, sums } = columns;
        for (((v, &drive), event), sum) in membrane.iter_mut().zip(drive).zip(events).zip(sums) {
            let s = GradedState { membrane: Membrane::from_bits(from_column(*v)) };
            let GradedState { membrane } = Graded::integrate(params, s, Current::from_bits(drive));
            *v = crate::num::to_column(membrane.to_bits());
            *event = rate(membrane);
            *sum = sum.saturating_add(event.unsigned_abs());
        }
    }

    /// See [`Kernels::list`].
    pub fn list(magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
        let mut slots = lines.iter_mut().zip(listed);
        let mut len: usize = 0;
        for (i, &magnitude) in magnitudes.iter().enumerate().filter(|&(_, &magnitude)| magnitude != 0) {
            let Some((line, slot)) = slots.next() else { break };
            (*line, *slot) = (crate::num::line(i), magnitude);
            len = len.saturating_add(1);
        }
        len
    }

    /// A weight of either width.
    trait Weight: Copy {
        fn read(self) -> i16;
        fn write(w: i16) -> Self;
    }
    impl Weight for i8 {
        #[inline(always)]
        fn read(self) -> i16 {
            i16::from(self)
        }
        #[inline(always)]
        fn write(w: i16) -> Self {
            let [low, _] = w.to_le_bytes();
            Self::from_le_bytes([low])
        }
    }
    impl Weight for i16 {
        #[inline(always)]
        fn read(self) -> i16 {
            self
        }
        #[inline(always)]
        fn write(w: i16) -> Self {
            w
        }
    }

    fn update_row<W: Weight>(row: &mut [W], line: u16, pre: [i16; 2], update: &Update<'_>) {
        let [post0, post1] = update.post;
        let dither = update.key.row(u32::from(line));
        let drop = 16_u32.saturating_sub(update.shift);
        for &column in update.active {
            let c = index(column);
            let (Some(w), Some(&q0), Some(&q1), Some(&f)) =
                (row.get_mut(c), post0.get(c), post1.get(c), update.forget.get(c))
            else {
                continue;
            };
            let sum = update_sum(pre, [q0, q1], w.read(), f != 0, update.forget_shift);
            let dither = u32::from(dither.at(column)) >> drop;
            *w = W::write(updated(w.read(), sum, dither, update.shift, update.low, update.high));
        }
    }

    /// See [`Kernels::update`].
    pub fn update(mut weights: WeightsMut<'_>, width: usize, update: &Update<'_>) {
        let [pre0, pre1] = update.pre;
        for ((&line, &p0), &p1) in update.lines.iter().zip(pre0).zip(pre1) {
            let start = index(line).saturating_mul(width);
            let range = start..start.saturating_add(width);
            match &mut weights {
                WeightsMut::I8(w) => {
                    update_row(w.get_mut(range).unwrap_or_default(), line, [p0, p1], update);
                }
                WeightsMut::I16(w) => {
                    update_row(w.get_mut(range).unwrap_or_default(), line, [p0, p1], update);
                }
            }
        }
    }

    /// `total[i] += align(sum[i], shift)`.
    pub fn add_aligned(total: &mut [i32], sum: &[i32], shift: i32) {
        for (total, &sum) in total.iter_mut().zip(sum) {
            *total = add(*total, align(sum, shift));
        }
    }

    /// Saturates sums to currents or apical potentials.
    pub fn saturate_all(to: &mut [i16], total: &[i32]) {
        for (to, &total) in to.iter_mut().zip(total) {
            *to = crate::num::saturate(clamp(total, wide(i16::MIN), wide(i16::MAX)));
        }
    }
}
