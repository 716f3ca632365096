//! A device on a link computes what the core computes: compared word by word on a clean link, by digests on a noisy one.

use hebbit::device::{Client, Device, Presented, SIM_MEMORY, Sim};
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Engine, Scope, Target};
use hebbit_tests::cases::{Case, any_case, number};
use hebbit_tests::compare::{Deed, compare};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn sim() -> Device {
    let sim = Sim::start(SIM_MEMORY, AnyKernels::best());
    Device::new(Client::connect(Box::new(sim), "sim").expect("it answers")).expect("it has a status")
}

/// One device for all cases, as remains of an earlier network must have no effect.
#[test]
fn every_word_of_random_networks() {
    let mut device = sim();
    let mut runner = TestRunner::new(Config { cases: number(60), ..Config::default() });
    let test = |case: &Case, device: &mut Device| {
        let checkpoint = case.checkpoint();
        let mut core = CoreEngine::new(&checkpoint, AnyKernels::Scalar).expect("the core loads what fits");
        device.load(&checkpoint).expect("the device loads what the core loads");
        compare(&mut core, device, &case.turns, checkpoint.len())
    };
    let cell = std::cell::RefCell::new(&mut device);
    runner
        .run(&any_case(), |case| {
            let compared = test(&case, *cell.borrow_mut());
            prop_assert!(compared.is_ok(), "{}", compared.unwrap_err());
            Ok(())
        })
        .unwrap();
}

/// Frames with several samples, several frames in flight, learning and classifying alternately.
#[test]
fn a_full_window_gives_the_same_bits() {
    let mut device = sim();
    let mut runner = TestRunner::new(Config { cases: number(30), ..Config::default() });
    let cell = std::cell::RefCell::new(&mut device);
    runner
        .run(&any_case(), |case| {
            let mut device = cell.borrow_mut();
            let checkpoint = case.checkpoint();
            let mut core = CoreEngine::new(&checkpoint, AnyKernels::best()).expect("it loads");
            device.load(&checkpoint).expect("it loads");
            for learn in [true, false, true] {
                let samples: Vec<Presented<'_>> = case
                    .turns
                    .iter()
                    .map(|turn| Presented {
                        values: &turn.sample,
                        target: match turn.deed {
                            Deed::Learn(target) => target,
                            _ => Target::Unknown,
                        },
                    })
                    .collect();
                let (mut posted, mut got) = (0, Vec::new());
                while got.len() < samples.len() {
                    posted += device.post(&samples[posted..], learn).expect("it takes them");
                    device
                        .results(&mut |result| got.push(hebbit::device::outcome(&result)))
                        .expect("it answers");
                }
                for (sample, got) in samples.iter().zip(got) {
                    let want = match learn {
                        true => core.learn(sample.values, sample.target),
                        false => core.classify(sample.values),
                    };
                    prop_assert_eq!(want.expect("it fits"), got);
                }
                for scope in [Scope::State, Scope::Weights, Scope::Stored] {
                    prop_assert_eq!(core.digest(scope).unwrap(), device.digest(scope).unwrap());
                }
            }
            Ok(())
        })
        .unwrap();
}
