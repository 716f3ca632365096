//! Recurrent networks: a million random events in the core and in the oracle.

use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_tests::oracle::Oracle;
use hebbit_tests::recurrent::{KINDS, learn, network};

/// Events of each of ten networks.
const EVENTS: u64 = 100_000;

#[test]
fn recurrent_networks_compute_the_same_bits() {
    let mut events = 0;
    for (name, kind) in KINDS {
        for format in [8, 16] {
            let checkpoint = network(&kind, format, 3);
            let mut core = CoreEngine::new(&checkpoint, AnyKernels::best()).expect("it fits together");
            let mut oracle = Oracle::new(&checkpoint).expect("it fits together");
            match learn(&mut core, &mut oracle, EVENTS, 5) {
                Ok(met) => events += met,
                Err(text) => panic!("{name}, i{format}: {text}"),
            }
            assert!(oracle.network.changes > 10_000, "{name}, i{format}: weights stay");
        }
    }
    println!("{events} events, none differs");
    assert!(events >= 1_000_000);
}
