//! Samples and their uses.

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
    changes: Vec<Vec<(usize, u8)>>,
}

fn any_pixel() -> impl Strategy<Value = u8> + Clone {
    prop_oneof![2 => Just(0_u8), 2 => Just(255), 5 => any::<u8>(), 4 => 128..=255_u8]
}

pub(super) fn any_draws() -> impl Strategy<Value = Vec<Drawn>> {
    let class = prop_oneof![8 => 0..=3_u8, 2 => 0..=20_u8, 1 => Just(255)];
    let deed = prop_oneof![
        12 => class.clone().prop_map(|class| Deed::Learn(Target::Class(class))),
        4 => class.clone().prop_map(|class| Deed::Learn(Target::Right(class))),
        4 => class.clone().prop_map(|class| Deed::Learn(Target::Wrong(class))),
        3 => Just(Deed::Learn(Target::Unknown)),
        4 => Just(Deed::Classify),
        3 => class.clone().prop_map(Deed::Remember),
        1 => Just(Deed::Reload),
        3 => class.clone().prop_map(|class| Deed::Ticks { target: Some(Target::Class(class)), lines: 0 }),
        2 => prop_oneof![Just(None), Just(Some(Target::Unknown))]
            .prop_map(|target| Deed::Ticks { target, lines: 0 }),
    ];
    // Further ticks: each of them as the one before, with some of its lines changed.
    let changes = vec(vec((0..20_usize, any_pixel()), 0..=4), 0..=6);
    let one = (deed, vec(any_pixel(), 20), changes).prop_map(|(deed, pixels, changes)| Drawn {
        deed,
        pixels,
        changes,
    });
    vec(one, 1..=6)
}

pub(super) fn turns(draws: &[Drawn], plan: &Plan) -> Vec<Turn> {
    let lines = plan.layers[0].neurons;
    let turn = |d: &Drawn| {
        let mut sample = d.pixels[..lines].to_vec();
        let Deed::Ticks { target, .. } = d.deed else { return Turn { deed: d.deed, sample } };
        let mut values = sample.clone();
        for changes in &d.changes {
            changes.iter().for_each(|&(line, value)| values[line % lines] = value);
            sample.extend(&values);
        }
        Turn { deed: Deed::Ticks { target, lines }, sample }
    };
    draws.iter().map(turn).collect()
}
