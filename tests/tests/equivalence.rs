//! The core computes what the oracle computes, word by word, on plain loops and on vectors.

use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Engine, Target};
use hebbit_tests::cases::{Case, any_case_in_time, number};
use hebbit_tests::compare::{Compared, Deed, Difference, Turn, compare};
use hebbit_tests::oracle::Oracle;
use hebbit_tests::oracle::plan::{
    Answering, Code, Kind, Layer, Learning, Life, Lived, Plan, Projection, Rule, Stored, Teacher, Window,
};
use hebbit_tests::oracle::rules::Burst;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::time::Instant;

/// What happened in a case.
struct Happened {
    compared: Compared,
    hidden_spikes: bool,
    has_hidden: bool,
    weights_change: bool,
}

fn check(case: &Case) -> Result<Happened, Difference> {
    let checkpoint = case.checkpoint();
    let against_oracle = |kernels| {
        let mut core = CoreEngine::new(&checkpoint, kernels).expect("the core loads what fits together");
        let mut oracle = Oracle::new(&checkpoint).expect("the oracle loads what fits together");
        compare(&mut core, &mut oracle, &case.turns, checkpoint.len()).map(|compared| (compared, oracle))
    };
    against_oracle(AnyKernels::best())?;
    let (compared, oracle) = against_oracle(AnyKernels::Scalar)?;
    let network = &oracle.network;
    let hidden = &network.layers[1..network.layers.len() - 1];
    let spikes = hidden.iter().any(|l| l.sum[..l.state.len()].iter().any(|&s| s > 0));
    Ok(Happened {
        compared,
        hidden_spikes: spikes,
        has_hidden: !hidden.is_empty(),
        weights_change: network.changes > 0,
    })
}

/// Graded neurons at full scale reach the end of their sums after 257 ticks. Random networks rarely do.
#[test]
fn sums_saturate() {
    let layer = Layer::new;
    let full = || layer(3, Kind::Graded { step: 0, logistic: true, fine: false });
    let onto = |post| Projection {
        pre: post - 1,
        post,
        fraction: 0,
        low: -127,
        high: 127,
        bias: true,
        plastic: true,
        rate: 3,
        forget_shift: 0,
        zero: 0,
        summed: false,
        one_to_one: false,
        delay: false,
    };
    let plan = Plan {
        seed: 5,
        format: 8,
        answering: Answering::Count,
        halve_every: 0,
        samples: 0,
        steps: 0,
        presented: 0,
        mean: 0,
        rule: Rule::Burst(Burst::count(100, 65535, 0)),
        others: Vec::new(),
        windows: vec![Window::first(300, Teacher::Error, Learning::End)],
        layers: vec![layer(2, Kind::Input { code: Code::Rate, minimum: 0, norm: 0 }), full(), full()],
        projections: vec![onto(1), onto(2)],
        feedbacks: Vec::new(),
        life: Life::default(),
        lived: Lived::default(),
    };
    let stored = Stored {
        labels: Vec::new(),
        kept: vec![vec![vec![0; 3]]; 2],
        weights: vec![vec![vec![100; 3]; 3], vec![vec![90; 3]; 4]],
        own: Vec::new(),
        note: Vec::new(),
        schema: None,
        plan,
    };
    let turns =
        [Deed::Learn(Target::Class(1)), Deed::Classify].map(|deed| Turn { deed, sample: vec![99, 200] });
    let case = Case { stored, turns: turns.to_vec() };
    let mut oracle = Oracle::new(&case.checkpoint()).expect("it fits together");
    oracle.learn(&case.turns[0].sample, Target::Class(1)).expect("two lines");
    assert_eq!(oracle.network.layers[1].sum, [65535; 4]);
    if let Err(difference) = check(&case) {
        panic!("{difference}");
    }
}

#[test]
fn core_equals_oracle() {
    let cases = number(300);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let [words, events, hidden, spiking, changing] = [0; 5].map(Cell::new);
    let start = Instant::now();
    let result = runner.run(&any_case_in_time(), |case| {
        let happened = check(&case).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
        words.set(words.get() + happened.compared.words);
        events.set(events.get() + happened.compared.events);
        hidden.set(hidden.get() + u64::from(happened.has_hidden));
        spiking.set(spiking.get() + u64::from(happened.hidden_spikes));
        changing.set(changing.get() + u64::from(happened.weights_change));
        Ok(())
    });
    let [words, events, hidden, spiking, changing] =
        [words, events, hidden, spiking, changing].map(Cell::into_inner);
    println!(
        "{cases} cases in {:.1} s: {words} words, {events} events; hidden layers spike in {spiking} of {hidden}, \
         weights change in {changing}",
        start.elapsed().as_secs_f64()
    );
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(2 * spiking >= hidden, "hidden layers are silent: the cases test too little");
    assert!(10 * changing >= 3 * u64::from(cases), "weights stay: the cases test too little");
}
