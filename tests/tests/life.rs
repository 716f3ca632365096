//! Invariants of any network with *life*.

use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Engine, Scope, Target};
use hebbit_tests::cases::{Case, any_case, number};
use hebbit_tests::compare::{Deed, Turn};
use hebbit_tests::oracle::numbers::Int;
use hebbit_tests::oracle::plan::{Life, Lived, Plan};
use hebbit_tests::oracle::{Oracle, bytes};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

fn core(case: &Case) -> CoreEngine {
    CoreEngine::new(&case.checkpoint(), AnyKernels::best()).expect("it fits together")
}

fn saved(engine: &CoreEngine) -> Vec<u8> {
    engine.checkpoint(engine.note()).expect("a loaded network")
}

fn plan(engine: &CoreEngine) -> Plan {
    bytes::read(&saved(engine)).expect("what is saved can be read").plan
}

fn digests(engine: &mut impl Engine) -> [String; 3] {
    [Scope::State, Scope::Weights, Scope::Stored]
        .map(|scope| engine.digest(scope).unwrap_or_else(|_| panic!("a loaded network")).to_string())
}

/// Cases with a life; `check` returns whether a case was significant.
fn for_lives(few: u32, check: impl Fn(Case) -> Result<bool, TestCaseError>) {
    let cases = number(few);
    let config =
        Config { cases, max_global_rejects: 10 * cases, failure_persistence: None, ..Config::default() };
    let used = Cell::new(0);
    let lives = any_case().boxed().prop_filter("it goes on learning", |case| case.stored.plan.life.is_on());
    let result = TestRunner::new(config).run(&lives, |case| {
        used.set(used.get() + u32::from(check(case)?));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    println!("{} of {cases} cases were of use", used.get());
    assert!(5 * used.get() >= cases, "only {} of {cases} cases were of use", used.get());
}

/// The turns of a case, repeated until the ring wraps, without those that clear it.
fn long(case: &Case) -> Vec<Turn> {
    let kept = case.turns.iter().filter(|turn| turn.deed != Deed::Reload);
    let (len, all): (_, Vec<Turn>) = (3 * case.turns.len(), kept.cloned().collect());
    all.into_iter().cycle().take(len).collect()
}

fn live(engine: &mut CoreEngine, turns: &[Turn], length: usize) {
    for turn in turns {
        turn.give(engine, length).expect("a sample of the right length");
    }
}

/// The sample that a turn adds to the ring.
fn remembered(turn: &Turn) -> Option<(&[u8], u8)> {
    match turn.deed {
        Deed::Learn(Target::Class(class) | Target::Right(class)) | Deed::Remember(class) => {
            Some((&turn.sample, class))
        }
        _ => None,
    }
}

/// A network that lost its ring and got the newest samples again has the future of one that never lost it.
#[test]
fn a_ring_that_is_filled_again_is_as_good_as_the_lost_one() {
    for_lives(80, |case| {
        let turns = long(&case);
        let (before, after) = turns.split_at(turns.len() / 2);
        let length = case.checkpoint().len();
        let mut whole = core(&case);
        live(&mut whole, before, length);
        let mut lost = CoreEngine::new(&saved(&whole), AnyKernels::Scalar).expect("what was saved");
        let newest: Vec<_> = before.iter().filter_map(remembered).collect();
        let room = case.stored.plan.life.remember as usize;
        for &(sample, class) in &newest[newest.len().saturating_sub(room)..] {
            lost.remember(sample, class).expect("its lines");
        }
        let repeats = plan(&whole).lived.repeats;
        for turn in after {
            let [a, b] = [&mut whole, &mut lost].map(|engine| turn.give(engine, length).expect("its lines"));
            prop_assert_eq!(a, b);
            // State of a network that was just loaded is cleared; it is the same after a sample.
            if !matches!(turn.deed, Deed::Remember(_)) {
                prop_assert_eq!(digests(&mut whole), digests(&mut lost));
            }
        }
        prop_assert_eq!(saved(&whole), saved(&lost));
        Ok(plan(&whole).lived.repeats != repeats)
    });
}

/// Without samples to remember nothing is learned again, and nothing fails.
#[test]
fn an_empty_ring_is_legal() {
    for_lives(40, |mut case| {
        case.turns.iter_mut().for_each(|turn| turn.deed = Deed::Learn(Target::Unknown));
        let mut engine = core(&case);
        let length = case.checkpoint().len();
        live(&mut engine, &case.turns, length);
        let (before, after) = (&case.stored.plan, plan(&engine));
        let given = (before.presented + case.turns.len() as i128) % (1 << 32);
        prop_assert_eq!((after.lived, after.presented), (before.lived, given));
        Ok(before.life.again_unlabelled > 0)
    });
}

/// A sample that is learned again is presented and learned like any other; only given samples are numbered.
#[test]
fn repeats_count_as_samples_but_not_as_given_ones() {
    let wrapped = |x: i128| x.rem_euclid(1 << 32);
    for_lives(80, |case| {
        let turns = long(&case);
        let mut engine = core(&case);
        let length = case.checkpoint().len();
        let mut known = 0;
        for turn in &turns {
            let outcome = turn.give(&mut engine, length).expect("a sample of the right length");
            if let Deed::Learn(target) = turn.deed {
                known += Int::from(target.wrong(outcome.class).is_some());
            }
        }
        let (before, after) = (&case.stored.plan, plan(&engine));
        let count = |f: &dyn Fn(&Turn) -> bool| turns.iter().filter(|turn| f(turn)).count() as i128;
        let learned = count(&|turn| matches!(turn.deed, Deed::Learn(_)));
        let given = learned + count(&|turn| turn.deed == Deed::Classify);
        let taught = count(&|turn| matches!(turn.deed, Deed::Learn(target) if target != Target::Unknown));
        let repeats = wrapped(after.lived.repeats - before.lived.repeats);
        // With `wrong_only` it learns only labelled samples that it answered wrong, and these are presented a second time.
        let once = if before.life.wrong_only { learned - taught } else { learned };
        prop_assert_eq!(after.samples, (before.samples + once + repeats).min((1 << 32) - 1));
        prop_assert_eq!(wrapped(after.presented - before.presented), given + repeats);
        prop_assert_eq!(after.lived.known, (before.lived.known + known).min((1 << 32) - 1));
        Ok(repeats > 0)
    });
}

/// A ring that nothing is learned from, and a share of errors that no rate follows, change no weight.
#[test]
fn what_only_watches_changes_nothing() {
    for_lives(80, |mut case| {
        let life = &mut case.stored.plan.life;
        (life.again, life.again_unlabelled, life.most, life.wrong_only) = (0, 0, 0, false);
        life.remember = life.remember.max(1);
        case.stored.plan.lived.slow = 0;
        let mut watching = core(&case);
        let plain = Case { turns: long(&case), ..case.clone() }.plain();
        let mut alone = core(&plain);
        let length = case.checkpoint().len();
        for turn in plain.turns {
            let [a, b] = [&mut watching, &mut alone].map(|e| turn.give(e, length).expect("its lines"));
            prop_assert_eq!(a, b);
            let ([state, weights, stored], other) = (digests(&mut watching), digests(&mut alone));
            prop_assert_eq!([&state, &weights], [&other[0], &other[1]]);
            prop_assert!(stored != other[2], "what it has lived is not in the digest");
            prop_assert_eq!(plan(&watching).lived.slow, 0);
        }
        Ok(plan(&watching).lived.known > 0)
    });
}

/// Networks that do not go on learning are written as ever, and life is not hidden in them.
#[test]
fn version_3_is_for_those_that_go_on_learning() {
    for_lives(40, |mut case| {
        case.stored.schema = None;
        if case.stored.plan.is_new() {
            return Ok(false);
        }
        let lives = case.checkpoint();
        let plain = case.plain();
        let old = plain.checkpoint();
        prop_assert_eq!((lives[8], old[8], lives[20].wrapping_sub(old[20])), (3, 2, 68));
        prop_assert_eq!(saved(&core(&plain)), old.clone());
        // The same plan with a life of zeros.
        let mut none = bytes_of(&plain, 3);
        prop_assert!(Oracle::new(&none).is_err());
        prop_assert!(CoreEngine::new(&none, AnyKernels::Scalar).is_err());
        none[8] = 2;
        sealed(&mut none);
        prop_assert!(Oracle::new(&none).is_err());
        prop_assert!(CoreEngine::new(&none, AnyKernels::Scalar).is_err());
        // And one with a life and the number of version 2.
        let mut renamed = lives;
        renamed[8] = 2;
        sealed(&mut renamed);
        prop_assert!(Oracle::new(&renamed).is_err());
        prop_assert!(CoreEngine::new(&renamed, AnyKernels::Scalar).is_err());
        Ok(true)
    });
}

/// Bytes of the words of life and lived.
const LIFE_BYTES: u32 = 68;

fn sealed(bytes: &mut [u8]) {
    let crc = bytes::crc_of(bytes);
    bytes[16..20].copy_from_slice(&crc.to_le_bytes());
}

/// A checkpoint of this version whose plan ends with seventeen words of zeros.
fn bytes_of(case: &Case, version: u8) -> Vec<u8> {
    let mut all = case.checkpoint();
    let plan = u32::from_le_bytes(all[20..24].try_into().expect("four bytes"));
    let at = 40 + plan as usize;
    let padded = |length: u32| length.next_multiple_of(8);
    let more = padded(plan + LIFE_BYTES) - padded(plan);
    all.splice(at..at, vec![0; more as usize]);
    all[8] = version;
    let length = all.len() as u32;
    all[12..16].copy_from_slice(&length.to_le_bytes());
    all[20..24].copy_from_slice(&(plan + LIFE_BYTES).to_le_bytes());
    sealed(&mut all);
    all
}

/// Ranges that are not seen from a word alone.
#[test]
fn lives_out_of_range_are_refused() {
    for_lives(10, |case| {
        let ring = Life { remember: 1, ..Life::default() };
        let edges = [
            (Life { remember: 4096, ..ring }, Life { remember: 4097, ..ring }),
            (Life { again: 64, ..ring }, Life { again: 65, ..ring }),
            (Life { again_unlabelled: 64, ..ring }, Life { again_unlabelled: 65, ..ring }),
            (Life { again: 1, ..ring }, Life { again: 1, remember: 0, ..ring }),
            (Life { again_unlabelled: 1, ..ring }, Life { again_unlabelled: 1, remember: 0, ..ring }),
            (Life { gain: 255, ..ring }, Life { gain: 256, ..ring }),
            (Life { fast: 15, ..ring }, Life { fast: 16, ..ring }),
            (Life { offset: 16, ..ring }, Life { offset: 17, ..ring }),
            (Life { offset: -16, ..ring }, Life { offset: -17, ..ring }),
            (Life { most: 15, ..ring }, Life { most: 16, ..ring }),
        ];
        for (last, beyond) in edges {
            for (life, takes) in [(last, true), (beyond, false)] {
                let mut case = case.clone();
                (case.stored.plan.life, case.stored.plan.lived) = (life, Lived::default());
                let bytes = case.checkpoint();
                prop_assert_eq!(Oracle::new(&bytes).is_ok(), takes, "oracle: {:?}", life);
                let core = CoreEngine::new(&bytes, AnyKernels::Scalar);
                prop_assert_eq!(core.is_ok(), takes, "core: {:?}", life);
            }
        }
        Ok(true)
    });
}
