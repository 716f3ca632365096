//! Samples, and what is done with them.

use crate::compare::{Deed, Turn};
use crate::oracle::plan::Plan;
use hebbit_core::net::Target;
use proptest::collection::vec;
use proptest::prelude::*;

/// A sample before the number of lines is known.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    deed: Deed,
    pixels: Vec<u8>,
}

pub(super) fn any_draws() -> impl Strategy<Value = Vec<Drawn>> {
    let class = prop_oneof![8 => 0..=3_u8, 2 => 0..=20_u8, 1 => Just(255)];
    let deed = prop_oneof![
        12 => class.clone().prop_map(|class| Deed::Learn(Target::Class(class))),
        4 => class.clone().prop_map(|class| Deed::Learn(Target::Right(class))),
        4 => class.clone().prop_map(|class| Deed::Learn(Target::Wrong(class))),
        3 => Just(Deed::Learn(Target::Unknown)),
        4 => Just(Deed::Classify),
        3 => class.prop_map(Deed::Remember),
        1 => Just(Deed::Reload),
    ];
    let pixel = prop_oneof![2 => Just(0_u8), 2 => Just(255), 5 => any::<u8>(), 4 => 128..=255_u8];
    let one = (deed, vec(pixel, 20)).prop_map(|(deed, pixels)| Drawn { deed, pixels });
    vec(one, 1..=6)
}

pub(super) fn turns(draws: &[Drawn], plan: &Plan) -> Vec<Turn> {
    let lines = plan.layers[0].neurons;
    let turn = |d: &Drawn| Turn { deed: d.deed, sample: d.pixels[..lines].to_vec() };
    draws.iter().map(turn).collect()
}
