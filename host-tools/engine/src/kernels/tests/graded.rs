//! Layers of rate units.

use super::cases::word;
use super::{both, cases};
use hebbit_core::net::{GradedColumns, Kernels};
use hebbit_core::neuron::{Activation, GradedParams};
use hebbit_core::num::Count;
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct GradedCase {
    params: GradedParams,
    drive: Vec<i16>,
    /// Membrane and sum.
    state: Vec<[u16; 2]>,
    ticks: u16,
}

fn graded() -> impl Strategy<Value = GradedCase> {
    let activation = prop_oneof![Just(Activation::Clip), Just(Activation::Logistic)];
    let params = (0_u16..=15, activation, any::<bool>());
    let sum = prop_oneof![3 => 0_u16..1_000, 1 => 65_200_u16..=65_535, 1 => 32_000_u16..=33_000];
    let unit = (word(), word(), sum).prop_map(|(drive, v, sum)| (drive, [v as u16, sum]));
    (params, vec(unit, 0..=40), 1_u16..4).prop_map(|((step, activation, fine), units, ticks)| {
        let (drive, state) = units.into_iter().unzip();
        GradedCase {
            params: GradedParams { step: Count::from_bits(step), activation, fine },
            drive,
            state,
            ticks,
        }
    })
}

fn check(case: &GradedCase) -> [(Vec<u16>, Vec<i16>, Vec<u16>); 2] {
    both().map(|kernels| {
        let [mut membrane, mut sums] =
            [0, 1].map(|word| case.state.iter().map(|s| s[word]).collect::<Vec<_>>());
        let mut events = vec![-1_i16; case.drive.len()];
        for _ in 0..case.ticks {
            let columns = GradedColumns {
                drive: &case.drive,
                membrane: &mut membrane,
                events: &mut events,
                sums: &mut sums,
            };
            kernels.fire_graded(&case.params, columns);
        }
        (membrane, events, sums)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn fired_rate_units_are_equal(case in graded()) {
        let [want, got] = check(&case);
        prop_assert_eq!(got, want);
    }
}

/// Every drive that a unit without memory can have, so every entry of both tables, in vectors of every length.
#[test]
fn every_rate_is_equal() {
    let drives: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    for (activation, fine) in
        [Activation::Clip, Activation::Logistic].map(|a| [(a, false), (a, true)]).as_flattened()
    {
        let params = GradedParams { step: Count::ZERO, activation: *activation, fine: *fine };
        for (i, chunk) in drives.chunks(1_040).enumerate() {
            for drive in chunk.chunks(1 + i % 40) {
                let (drive, state) = (drive.to_vec(), vec![[0; 2]; drive.len()]);
                let [want, got] = check(&GradedCase { params, drive, state, ticks: 1 });
                assert_eq!(got, want, "{params:?}");
            }
        }
    }
}
