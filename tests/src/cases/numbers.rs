//! Numbers that parts, rules and lives draw alike.

use crate::oracle::numbers::Int;
use proptest::prelude::*;

/// Mostly `usual`, sometimes anything in `all`, including its ends.
pub(super) fn small(
    usual: std::ops::RangeInclusive<Int>,
    all: std::ops::RangeInclusive<Int>,
) -> impl Strategy<Value = Int> + Clone {
    let (first, last) = (*all.start(), *all.end());
    prop_oneof![12 => usual, 1 => all, 1 => Just(first), 1 => Just(last)]
}

pub(super) fn any_leak() -> impl Strategy<Value = Int> {
    prop_oneof![2 => Just(0), 5 => (2..=16_u32).prop_map(|k| 1 << (16 - k)), 3 => 0..=20000_i128, 1 => 0..=65535_i128]
}
