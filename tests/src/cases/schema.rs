//! Draws of a schema, and their adaptation to a network.

use crate::oracle::numbers::Int;
use crate::oracle::schema::{Scale, Schema};
use proptest::collection::vec;
use proptest::prelude::*;

/// Draws for a schema.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    on_off: bool,
    /// Dimensions, of which those are taken that divide the values that are left.
    shape: Vec<usize>,
    /// One scale for all values.
    one: bool,
    scales: Vec<Scale>,
    names: Vec<String>,
}

impl Meaning {
    /// A schema of so many lines, with so many names at most.
    pub(super) fn fit(mut self, lines: usize, names: usize) -> Schema {
        let on_off = self.on_off && lines.is_multiple_of(2);
        let values = if on_off { lines / 2 } else { lines };
        let mut left = values;
        self.shape.retain(|&dim| {
            let divides = left.is_multiple_of(dim);
            left /= if divides { dim } else { 1 };
            divides
        });
        self.shape.push(left);
        self.scales.truncate(if self.one { 1 } else { values });
        self.names.truncate(names);
        Schema { on_off, shape: self.shape, scales: self.scales, names: self.names }
    }
}

/// Any scale, including the ends of the range.
pub fn any_scale() -> impl Strategy<Value = Scale> {
    let offset = prop_oneof![
        4 => -5000..=5000_i128,
        2 => any::<i32>().prop_map(Int::from),
        1 => Just(Int::from(i32::MIN)),
        1 => Just(Int::from(i32::MAX)),
    ];
    let multiplier = prop_oneof![4 => 0..=300_i128, 2 => 0..=65_535_i128, 1 => Just(65_535)];
    let shift = prop_oneof![4 => 0..=16_u32, 1 => 0..=40_u32, 1 => Just(40)];
    let fraction = prop_oneof![4 => Just(0), 2 => -64..=64_i128, 1 => Just(-64), 1 => Just(64)];
    (offset, multiplier, shift, fraction).prop_map(|(offset, multiplier, shift, fraction)| Scale {
        offset,
        multiplier,
        shift,
        fraction,
    })
}

pub(super) fn any_meaning() -> impl Strategy<Value = Meaning> {
    let shape = vec(1..=4_usize, 0..=3);
    let scales = vec(any_scale(), 20);
    let names = prop_oneof![1 => Just(Vec::new()), 3 => vec("[^\\p{Cc}]{1,12}", 0..=20)];
    (any::<bool>(), shape, any::<bool>(), scales, names)
        .prop_map(|(on_off, shape, one, scales, names)| Meaning { on_off, shape, one, scales, names })
}
