//! The verbs on rows of weights for topologies that are not dense: add a line's weights, dot with them, update them.
//!
//! Dense connections go through [`Kernels`](super::kernels::Kernels), a whole matrix at a time; these loops go line by line.

use super::kernels::{Events, Update, Weights, WeightsMut};
use super::plan::Taps;
use crate::num::{
    add, floor_shift, index, line, mul_add, mul_add_wide, saturate_wide, update_sum, updated, wide,
};

/// `sum[neuron] += weight * magnitude` for each event and each neuron that its line meets.
pub(super) fn add_events(
    sum: &mut [i32],
    weights: Weights<'_>,
    taps: &Taps,
    events: Events<'_>,
    spikes: bool,
) {
    for (&line, &magnitude) in events.lines.iter().zip(events.magnitudes) {
        let magnitude = if spikes { 1 } else { magnitude };
        for tap in taps.of(line) {
            let columns = sum.get_mut(tap.column..).unwrap_or_default().iter_mut().take(tap.len);
            for (sum, i) in columns.zip(tap.weight..) {
                *sum = mul_add(*sum, weights.get(i).unwrap_or(0), magnitude);
            }
        }
    }
}

/// `sum[line] += floor( (sum over what it meets of (w - zero) * send) / 2^shift )`, saturated to 32 bits before it is added.
pub(super) fn dot_lines(
    sum: &mut [i32],
    weights: Weights<'_>,
    zero: i16,
    taps: &Taps,
    send: &[i16],
    shift: u32,
) {
    for (sum, i) in sum.iter_mut().zip(0_usize..) {
        let mut dot = 0;
        for tap in taps.of(line(i)) {
            let words = send.get(tap.column..).unwrap_or_default().iter().take(tap.len);
            for (&word, i) in words.zip(tap.weight..) {
                dot = mul_add_wide(dot, weights.get(i).unwrap_or(0), word);
                dot = mul_add_wide(dot, zero.saturating_neg(), word);
            }
        }
        *sum = add(*sum, saturate_wide(dot >> shift.min(63)));
    }
}

/// `sum[line] += floor( (sum over what it meets of +-send) / 2^shift )`, minus where the weight is below `zero`.
pub(super) fn sign_lines(
    sum: &mut [i32],
    weights: Weights<'_>,
    zero: i16,
    taps: &Taps,
    send: &[i16],
    shift: u32,
) {
    for (sum, i) in sum.iter_mut().zip(0_usize..) {
        let mut dot = 0;
        for tap in taps.of(line(i)) {
            let words = send.get(tap.column..).unwrap_or_default().iter().take(tap.len);
            for (&word, i) in words.zip(tap.weight..) {
                let minus = weights.get(i).is_some_and(|w| w < zero);
                dot = add(dot, if minus { wide(word).wrapping_neg() } else { wide(word) });
            }
        }
        *sum = add(*sum, floor_shift(dot, shift));
    }
}

/// Updates every weight of the listed lines that meets an active neuron.
pub(super) fn update(mut weights: WeightsMut<'_>, taps: &Taps, update: &Update<'_>) {
    let ([pre0, pre1], [post0, post1]) = (update.pre, update.post);
    let drop = 16_u32.saturating_sub(update.shift);
    for ((&line, &p0), &p1) in update.lines.iter().zip(pre0).zip(pre1) {
        for tap in taps.of(line) {
            let first = tap.weight.checked_rem(taps.width).unwrap_or(0);
            let row = tap.weight.checked_div(taps.width).unwrap_or(0);
            let dither = update.key.row(crate::num::length(row));
            let from = update.active.partition_point(|&c| index(c) < tap.column);
            let end = tap.column.saturating_add(tap.len);
            for &column in update.active.get(from..).unwrap_or_default() {
                let c = index(column);
                if c >= end {
                    break;
                }
                let within = c.saturating_sub(tap.column);
                let i = tap.weight.saturating_add(within);
                let (Some(w), Some(&q0), Some(&q1), Some(&f)) =
                    (weights.as_ref().get(i), post0.get(c), post1.get(c), update.forget.get(c))
                else {
                    continue;
                };
                let sum = update_sum([p0, p1], [q0, q1], w, f != 0, update.forget_shift);
                let draw = dither.at(crate::num::line(first.saturating_add(within)));
                let dither = u32::from(draw) >> drop;
                weights.set(i, updated(w, sum, dither, update.shift, update.low, update.high));
            }
        }
    }
}
