//! Compares verbs and the functions of burst and lif with the core's functions of the same name, on random and extreme operands.

use crate::simulation;
use hebbit_core::learn::{Burst, BurstForm, BurstParams, LearningRule, Squash};
use hebbit_core::neuron::{Lif, LifParams, LifState, Neuron};
use hebbit_core::num::{
    Count, Current, DitherRow, KeyedRng, Leak, Membrane, SHIFT_I8, Ticks, align, fold_rate, leak, mix_round,
    saturate, saturate_unsigned, updated,
};
use hebbit_core::signal::{Activity, Grain, Role};
use rand_core::Rng;

/// Random vectors per verb, in addition to all pairs of corner values.
const VECTORS: usize = 1_000_000;

const CORNERS: [u32; 15] =
    [0, 1, 2, 127, 128, 255, 256, 4095, 4096, 32767, 32768, 65535, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// Operands: corners in pairs, then words of any width.
fn operands(verb: u32) -> Vec<[u32; 5]> {
    let mut rng = KeyedRng::new(0, verb, 7);
    let mut word = || {
        let word = rng.next_u32();
        // Small numbers are as likely as large ones.
        let width = rng.below(33);
        let narrow = word.checked_shr(32 - width).unwrap_or(0);
        if rng.next_u32() & 1 == 0 { narrow } else { narrow.wrapping_neg() }
    };
    let mut list = Vec::with_capacity(VECTORS + CORNERS.len() * CORNERS.len());
    for a in CORNERS {
        list.extend(CORNERS.map(|b| [a, b, word(), word(), word()]));
    }
    list.extend((0..VECTORS).map(|_| [word(), word(), word(), word(), word()]));
    list
}

pub(crate) fn i16_of(word: u32) -> i16 {
    word as i16
}

pub(crate) fn i8_of(word: u32) -> i16 {
    i16::from(word as i8)
}

pub(crate) fn out(x: impl Into<i32>) -> [u32; 2] {
    [x.into().cast_unsigned(), 0]
}

/// Compares one verb. `tame` makes operands valid, `golden` is the core's function.
pub(crate) fn check(
    verb: u32,
    name: &str,
    tame: impl Fn([u32; 5]) -> [u32; 5],
    golden: impl Fn([u32; 5]) -> [u32; 2],
) {
    let Some(simulation) = simulation() else { return };
    let operands: Vec<[u32; 5]> = operands(verb).into_iter().map(tame).collect();
    let results = simulation.verbs(verb, &operands);
    assert_eq!(results.len(), operands.len());
    let mut kinds = std::collections::HashSet::new();
    for (operands, result) in operands.into_iter().zip(results) {
        let want = golden(operands);
        assert_eq!(result, want, "{name} of {operands:x?}: rtl {result:x?}, core {want:x?}");
        kinds.insert(result);
    }
    assert!(kinds.len() > 8, "{name} gives {} different results: the operands are too tame", kinds.len());
}

pub(crate) fn as_they_are(operands: [u32; 5]) -> [u32; 5] {
    operands
}

#[test]
fn saturate_is_the_cores() {
    check(0, "saturate", as_they_are, |[a, ..]| out(saturate(a.cast_signed())));
}

#[test]
fn saturate_unsigned_is_the_cores() {
    check(1, "saturate_unsigned", as_they_are, |[a, ..]| out(i32::from(saturate_unsigned(a.cast_signed()))));
}

#[test]
fn align_is_the_cores() {
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, ((b % 24) as i32 - 11).cast_unsigned(), c, d, e];
    check(2, "align", tame, |[a, b, ..]| out(align(a.cast_signed(), b.cast_signed())));
}

#[test]
fn leak_is_the_cores() {
    check(3, "leak", as_they_are, |[a, b, ..]| out(leak(i16_of(a), b as u16)));
}

#[test]
fn fold_rate_is_the_cores() {
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, ((b % 96) as i32 - 80).cast_unsigned(), c, d, e];
    check(4, "fold_rate", tame, |[a, b, c, ..]| out(fold_rate(i16_of(a), b.cast_signed(), c as u16)));
}

#[test]
fn updated_is_the_cores() {
    // The sum is that of one product; bounds are on both sides of 0.
    let tame = |[a, b, c, d, e]: [u32; 5]| {
        let sum = (b.cast_signed() % (255 * 32768)).cast_unsigned();
        let (low, high) =
            (-i32::from(i8_of(d).unsigned_abs().min(127)), i32::from(i8_of(e).unsigned_abs().min(127)));
        let w = i32::from(i8_of(a)).clamp(low, high);
        [w.cast_unsigned(), sum, c, low.cast_unsigned(), high.cast_unsigned()]
    };
    check(5, "updated", tame, |[a, b, c, d, e]| {
        out(updated(i8_of(a), b.cast_signed(), c & 0xffff, SHIFT_I8, i8_of(d), i8_of(e)))
    });
}

#[test]
fn mix_round_is_the_cores() {
    check(6, "mix_round", as_they_are, |[a, b, c, ..]| {
        let (x, y) = mix_round(a, b, c);
        [x, y]
    });
}

#[test]
fn dither_at_is_the_cores() {
    check(7, "dither_at", as_they_are, |[a, b, c, ..]| {
        out(i32::from(DitherRow { b: a as u16, a: b as u16 }.at(c as u16)))
    });
}

#[test]
fn lif_is_the_cores() {
    // threshold | hard in b, reset | floor in c, refractory | left in d; the leak is a separate verb.
    let tame = |[a, b, c, d, e]: [u32; 5]| {
        let threshold = (b & 0x7fff).max(1);
        let floor = -(i32::from(i16_of(c >> 16)).abs() & 0x7fff);
        let reset = i32::from(i16_of(c)).clamp(floor, threshold as i32 - 1);
        let words = (floor.cast_unsigned() << 16) | (reset.cast_unsigned() & 0xffff);
        [a, (b & 0x8000_0000) | threshold, words, d, e]
    };
    check(8, "lif", tame, |[a, b, c, d, e]| {
        let params = LifParams {
            threshold: Membrane::from_bits(i16_of(b)),
            reset: Membrane::from_bits(i16_of(c)),
            floor: Membrane::from_bits(i16_of(c >> 16)),
            leak: Leak::ZERO,
            refractory: Ticks::from_bits(d as u16),
            hard_reset: b >> 31 == 1,
        };
        assert!(Lif::valid(&params));
        let state = LifState {
            membrane: Membrane::from_bits(i16_of(a)),
            refractory: Ticks::from_bits((d >> 16) as u16),
        };
        let state = Lif::integrate(&params, state, Current::from_bits(i16_of(e)));
        let fires = Lif::excess(&params, &state) >= 0;
        let (state, _) = if fires { Lif::fire(&params, state) } else { (Lif::rest(&params, state), 0) };
        let word = u32::from(fires) << 16 | u32::from(state.refractory.to_bits());
        [i32::from(state.membrane.to_bits()).cast_unsigned(), word]
    });
}

fn params(b: u32) -> BurstParams {
    BurstParams {
        target: Count::from_bits((b & 0x7f) as u16),
        ceiling: Count::from_bits(b as u16),
        spike_shift: Count::from_bits((b & 15) as u16),
        form: BurstForm::Count,
        squash: Squash::Box,
        learned: false,
        gain: Count::ZERO,
        due: false,
    }
}

fn seen(sum: u32, apical: u32, output: bool) -> Activity {
    let role = if output { Role::Output } else { Role::Hidden };
    Activity { sum: sum as u16, apical: i16_of(apical), role, grain: Grain::Spike, ..Activity::default() }
}

#[test]
fn burst_pre_is_the_cores() {
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, b % 9, c, d, e];
    check(9, "burst_pre", tame, |[a, b, ..]| {
        let ((), [pre, _]) = Burst::pre(&params(b), (), &seen(a, 0, false));
        out(pre.to_bits())
    });
}

#[test]
fn burst_post_is_the_cores() {
    check(10, "burst_post", as_they_are, |[a, b, c, d, _]| {
        let activity = seen(a, c, d & 1 == 1);
        let ((), factors) = Burst::post(&params(b), (), &activity);
        assert_eq!(Burst::send(&params(b), &activity), [factors.terms[0], 0]);
        out(factors.terms[0])
    });
}

#[test]
fn burst_teach_is_the_cores() {
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, (b & 0x7f).max(1), c, d, e];
    check(11, "burst_teach", tame, |[a, b, _, d, _]| {
        let [named, wrong] = [d & 1 == 1, d & 2 == 2];
        let ((), apical) = Burst::teach(&params(b), (), &seen(a, 0, true), named && !wrong);
        out(if wrong && !named { 0 } else { apical })
    });
}
