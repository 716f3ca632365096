//! Draws of *life* and of the initial record of answers.

use super::numbers::small;
use crate::oracle::numbers::Int;
use crate::oracle::plan::{Life, Lived};
use proptest::prelude::*;
use proptest::sample::select;

/// Half of the networks have a life.
pub(super) fn any_life() -> BoxedStrategy<(Life, Lived)> {
    prop_oneof![1 => Just((Life::default(), Lived::default())), 1 => (life(), lived()).prop_map(fit)].boxed()
}

fn life() -> impl Strategy<Value = Life> {
    let remember = prop_oneof![8 => 0..=8_i128, 1 => Just(4096)];
    let again = || prop_oneof![20 => 0..=4_i128, 1 => Just(9)];
    let gain = prop_oneof![2 => Just(0), 2 => 1..=4_i128, 1 => 0..=255_i128, 1 => Just(255)];
    let most = prop_oneof![1 => Just(0), 3 => 1..=8_i128, 1 => Just(15)];
    let wrong_only = prop_oneof![3 => Just(false), 1 => Just(true)];
    let rate = (small(1..=8, 0..=15), small(-4..=4, -16..=16), most);
    (remember, [again(), again()], gain, rate, wrong_only).prop_map(
        |(remember, [again, again_unlabelled], gain, (fast, offset, most), wrong_only)| Life {
            remember,
            again,
            again_unlabelled,
            gain,
            fast,
            offset,
            most,
            wrong_only,
        },
    )
}

/// Mostly at its start, or one step before a counter saturates, wraps or raises an alarm.
fn lived() -> impl Strategy<Value = Lived> {
    let near =
        |corners: &[Int], most: Int| prop_oneof![2 => Just(0), 3 => select(corners.to_vec()), 1 => 0..=most];
    let wide = Int::from(u32::MAX);
    let share = || near(&[1, 1023, 8191, 8192, 65535], 65535);
    let count = || near(&[1, 65534, 65535], 65535);
    (
        near(&[1, 3, 254, 255, 256, wide - 1, wide], wide),
        near(&[wide - 2, wide], wide),
        share(),
        prop_oneof![4 => Just(0), 4 => 0..=15_i128, 1 => 0..=65535_i128, 1 => Just(65535)],
        share(),
        near(&[4096, 500_000, 524_287, 524_288, 1 << 31, wide], wide),
        near(&[6, 7, 8, 65534, 65535], 65535),
        [count(), count()],
    )
        .prop_map(|(known, repeats, error, slow, level, rise, wrong, [drifts, contradictions])| Lived {
            known,
            repeats,
            error,
            slow,
            level,
            rise,
            wrong,
            drifts,
            contradictions,
        })
}

/// Without a ring nothing is rehearsed, and without a life there is no record.
fn fit((mut life, lived): (Life, Lived)) -> (Life, Lived) {
    if life.remember == 0 {
        (life.again, life.again_unlabelled) = (0, 0);
    }
    (life, if life.is_on() { lived } else { Lived::default() })
}
