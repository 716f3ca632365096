//! Invariants of any network.

use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Engine, Events, Kernels, Rows, Scalar, Scope, Target, Update, Weights, WeightsMut};
use hebbit_core::num::StepKey;
use hebbit_core::signal::Phase;
use hebbit_tests::cases::{Case, any_case, number};
use hebbit_tests::compare::Deed;
use hebbit_tests::oracle::bytes;
use hebbit_tests::oracle::numbers::{Int, floor_shift, saturate};
use hebbit_tests::oracle::plan::{Along, Feedback, From, Learning, Rule, Stored, Teacher};
use hebbit_tests::oracle::rules::{Burst, Form};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

fn core(stored: &Stored) -> CoreEngine {
    CoreEngine::new(&bytes::write(stored), AnyKernels::Scalar).expect("it fits together")
}

/// The network as it would be stored.
fn saved(engine: &CoreEngine) -> Stored {
    let note = engine.note().to_vec();
    let bytes = engine.checkpoint(&note).expect("a loaded network");
    bytes::read(&bytes).expect("what is saved can be read: lengths, bounds and padding hold")
}

fn live(engine: &mut CoreEngine, case: &Case) {
    let length = case.checkpoint().len();
    for turn in &case.turns {
        turn.give(engine, length).expect("a sample of the right length");
    }
}

fn for_cases(few: u32, check: impl Fn(Case) -> Result<(), TestCaseError>) {
    let config = Config { cases: number(few), failure_persistence: None, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(&any_case().prop_map(Case::simple), check) {
        panic!("{failure}");
    }
}

#[test]
fn burst_without_a_teacher_changes_no_weight() {
    for_cases(60, |mut case| {
        case.stored.plan.rule = Rule::Burst(Burst::count(3, 65535, 6));
        let silence = case.stored.plan.seed % 2 == 0;
        for window in &mut case.stored.plan.windows {
            if silence {
                window.teacher = Teacher::None;
            }
        }
        for turn in &mut case.turns {
            if !silence {
                turn.deed = Deed::Learn(Target::Unknown);
            }
        }
        let mut engine = core(&case.stored);
        live(&mut engine, &case);
        prop_assert_eq!(saved(&engine).weights, case.stored.weights);
        Ok(())
    });
}

#[test]
fn classifying_changes_no_weight() {
    for_cases(60, |mut case| {
        case.turns.iter_mut().for_each(|turn| turn.deed = Deed::Classify);
        let mut engine = core(&case.stored);
        live(&mut engine, &case);
        let (before, after) = (&case.stored, saved(&engine));
        prop_assert_eq!((&after.weights, &after.own), (&before.weights, &before.own));
        let presented = (before.plan.presented + case.turns.len() as Int) % (1 << 32);
        let counters = [after.plan.samples, after.plan.steps, after.plan.presented];
        prop_assert_eq!(counters, [before.plan.samples, before.plan.steps, presented]);
        Ok(())
    });
}

/// A no is about one output neuron: no weight into another one changes. Only rules that are taught by an error; in burst's unsigned
/// form every spike counts, with a teacher or without.
#[test]
fn a_no_changes_no_weight_into_another_output() {
    let (changed, below) = (Cell::new(0), Cell::new(0));
    for_cases(200, |mut case| {
        let plan = &mut case.stored.plan;
        let unsigned = matches!(&plan.rule, Rule::Burst(burst) if burst.form == Form::Unsigned);
        if unsigned || matches!(plan.rule, Rule::Stdp(_) | Rule::Triplet(_) | Rule::Reward(_)) {
            plan.rule = Rule::Burst(Burst::count(3, 65535, 6));
        }
        plan.projections.iter_mut().for_each(|p| p.rate = p.rate.max(3));
        plan.halve_every = 0;
        let (output, outputs) = (plan.layers.len() - 1, plan.layers[plan.layers.len() - 1].neurons);
        let class = (plan.seed % (outputs as u64 + 1)) as usize;
        case.turns.iter_mut().for_each(|turn| turn.deed = Deed::Learn(Target::Wrong(class as u8)));
        let mut engine = core(&case.stored);
        live(&mut engine, &case);
        let after = saved(&engine).weights;
        for (p, plan) in case.stored.plan.projections.iter().enumerate() {
            for (r, (before, after)) in case.stored.weights[p].iter().zip(&after[p]).enumerate() {
                for c in (0..before.len()).filter(|&c| before[c] != after[c]) {
                    let counter = if plan.post == output { &changed } else { &below };
                    counter.set(counter.get() + 1);
                    prop_assert!(plan.post < output || c == class, "projection {p}, row {r}, column {c}");
                }
            }
        }
        Ok(())
    });
    println!("{} weights into the output changed, {} below", changed.get(), below.get());
    assert!(changed.get() > 100 && below.get() > 100, "too little was changed to test anything");
}

/// A yes is the class, to every rule but one that is rewarded.
#[test]
fn a_yes_teaches_what_the_class_does() {
    for_cases(60, |mut case| {
        case.stored
            .plan
            .windows
            .iter_mut()
            .filter(|w| w.teacher == Teacher::Reward)
            .for_each(|w| w.teacher = Teacher::Error);
        let said = |said: fn(u8) -> Target| {
            let mut case = case.clone();
            for turn in &mut case.turns {
                if let Deed::Learn(Target::Class(class) | Target::Wrong(class)) = turn.deed {
                    turn.deed = Deed::Learn(said(class));
                }
            }
            let mut engine = core(&case.stored);
            live(&mut engine, &case);
            saved(&engine)
        };
        let (class, yes) = (said(Target::Class), said(Target::Right));
        prop_assert!(class == yes);
        Ok(())
    });
}

#[test]
fn counters_count() {
    for_cases(60, |case| {
        let mut engine = core(&case.stored);
        live(&mut engine, &case);
        let (before, after) = (&case.stored.plan, saved(&engine).plan);
        let learned = case.turns.iter().filter(|turn| turn.deed != Deed::Classify).count() as Int;
        let of_window = |window: &hebbit_tests::oracle::plan::Window| match window.learning {
            Learning::Never => 0,
            Learning::Tick => window.ticks,
            Learning::End => 1,
        };
        let steps: Int = before.windows.iter().map(of_window).sum();
        let after_all = |before: Int, more: Int| (before + more) % (1 << 32);
        prop_assert_eq!(after.samples, (before.samples + learned).min((1 << 32) - 1));
        prop_assert_eq!(after.steps, after_all(before.steps, learned * steps));
        prop_assert_eq!(after.presented, after_all(before.presented, case.turns.len() as Int));
        Ok(())
    });
}

#[test]
fn only_plastic_weights_change_and_stay_within_bounds() {
    for_cases(60, |mut case| {
        // Rates at their greatest: everything that moves runs into a bound.
        case.stored.plan.projections.iter_mut().for_each(|p| p.rate = 15);
        case.stored.plan.halve_every = 0;
        let mut engine = core(&case.stored);
        live(&mut engine, &case);
        let after = saved(&engine);
        for (b, plan) in case.stored.plan.feedbacks.iter().enumerate() {
            if !plan.plastic {
                prop_assert_eq!(&after.own[b], &case.stored.own[b]);
            }
            let within = after.own[b].iter().flatten().all(|w| w.abs() <= plan.bound);
            prop_assert!(within, "feedback {}", b);
        }
        for (p, plan) in case.stored.plan.projections.iter().enumerate() {
            if !plan.plastic {
                prop_assert_eq!(&after.weights[p], &case.stored.weights[p]);
            }
            let within = after.weights[p].iter().flatten().all(|w| (plan.low..=plan.high).contains(w));
            prop_assert!(within, "projection {}", p);
        }
        Ok(())
    });
}

#[test]
fn saving_and_loading_is_no_interruption() {
    for_cases(60, |case| {
        let mut whole = core(&case.stored);
        let mut parts = core(&case.stored);
        for turn in 0..case.turns.len() {
            let one = Case { turns: vec![case.turns[turn].clone()], ..case.clone() };
            live(&mut whole, &one);
            live(&mut parts, &one);
            for scope in [Scope::State, Scope::Weights, Scope::Stored] {
                prop_assert_eq!(whole.digest(scope), parts.digest(scope), "after sample {}", turn);
            }
            let bytes = parts.checkpoint(b"another note").expect("a loaded network");
            parts = CoreEngine::new(&bytes, AnyKernels::Scalar).expect("its own checkpoint");
            prop_assert_eq!(parts.checkpoint(b"another note").expect("a loaded network"), bytes);
        }
        Ok(())
    });
}

/// Feedback by sign uses the current weights after each update.
#[test]
fn feedback_by_sign_agrees_with_the_weights() {
    let flips = Cell::new(0);
    for_cases(150, |mut case| {
        let plan = &mut case.stored.plan;
        let hidden = plan.layers.len() - 2;
        plan.rule = Rule::Burst(Burst::count(5, 65535, 8));
        plan.windows.truncate(1);
        (plan.windows[0].teacher, plan.windows[0].learning) = (Teacher::Error, Learning::End);
        plan.windows[0].each = false;
        plan.feedbacks.retain(|b| b.layer == hidden);
        let by_sign = Feedback::fixed(hidden, From::Layer(hidden + 1), Along::Sign, 0);
        plan.feedbacks.iter_mut().for_each(|b| *b = Feedback { shift: b.shift, ..by_sign.clone() });
        case.stored.own = plan.feedbacks.iter().map(|_| Vec::new()).collect();
        plan.projections.iter_mut().for_each(|p| p.rate = p.rate.max(2));
        let plan = plan.clone();
        let Some(feedback) = plan.feedbacks.first() else { return Ok(()) };
        let Some(upward) = plan.upward(feedback) else { return Ok(()) };
        if plan.projections[upward].one_to_one {
            return Ok(());
        }
        let zero = plan.projections[upward].zero;
        let mut engine = core(&case.stored);
        for turn in &case.turns {
            let weights = saved(&engine).weights.swap_remove(upward);
            let (mut above, mut apical) = (Vec::new(), Vec::new());
            engine
                .watch(&turn.sample, Target::Class(0), &mut |moment, place, word| {
                    if moment.phase == Phase::Feedback && place.column == "apical" {
                        match place.number {
                            l if l == hidden => apical.push(Int::from(word.cast_signed())),
                            l if l == hidden + 1 => above.push(Int::from(word.cast_signed())),
                            _ => {}
                        }
                    }
                })
                .expect("a sample of the right length");
            for (r, row) in weights.iter().take(apical.len()).enumerate() {
                let signed = row.iter().zip(&above).map(|(&w, &send)| if w < zero { -send } else { send });
                let sum: Int = signed.sum();
                let parts = plan.feedbacks.iter().map(|b| floor_shift(sum, b.shift));
                prop_assert_eq!(apical[r], saturate(parts.sum()), "neuron {} of layer {}", r, hidden);
            }
            let after = saved(&engine).weights.swap_remove(upward);
            let pairs = weights.iter().flatten().zip(after.iter().flatten());
            flips.set(
                flips.get() + pairs.filter(|(before, after)| (**before < zero) != (**after < zero)).count(),
            );
        }
        Ok(())
    });
    println!("{} weights changed their sign", flips.get());
    assert!(flips.get() > 100, "only {} weights changed their sign: nothing was tested", flips.get());
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: number(256), ..Config::default() })]

    /// Sums are exact: events may come in any order.
    #[test]
    fn events_come_in_any_order(
        weights in vec(any::<i16>(), 20 * 8),
        events in Just((0..20_u16).collect::<Vec<_>>()).prop_shuffle(),
        magnitudes in vec(0..=255_i16, 20),
        start in vec(-1_000_000..1_000_000_i32, 8),
    ) {
        let bytes: Vec<i8> = weights.iter().map(|w| w.to_le_bytes()[0].cast_signed()).collect();
        let in_order: Vec<u16> = (0..20).collect();
        let permuted: Vec<i16> = events.iter().map(|&line| magnitudes[usize::from(line)]).collect();
        for weights in [Weights::I16(&weights), Weights::I8(&bytes)] {
            let rows = Rows { weights, width: 8, zero: 0 };
            let (mut a, mut b) = (start.clone(), start.clone());
            Scalar.add_graded(&mut a, rows, Events { lines: &in_order, magnitudes: &magnitudes });
            Scalar.add_graded(&mut b, rows, Events { lines: &events, magnitudes: &permuted });
            prop_assert_eq!(&a, &b);
            Scalar.add_spikes(&mut a, rows, Events { lines: &in_order, magnitudes: &[1; 20] });
            Scalar.add_spikes(&mut b, rows, Events { lines: &events, magnitudes: &[1; 20] });
            prop_assert_eq!(a, b);
        }
    }

    /// Any column of a dither lane can be asked for, or the lane be walked.
    #[test]
    fn dither_walks_or_jumps(counter: u32, stream in 0..16_u32, seed: u64, row: u32, term in 0..2_u32) {
        let key = StepKey::new(counter, stream, seed);
        for lane in [key.row(row), key.post(term)] {
            let mut walked = lane;
            for column in 0..300 {
                prop_assert_eq!(lane.at(column), walked.at(0), "column {}", column);
                walked = walked.next();
            }
        }
    }

    /// A weight moves the way its product points, never beyond its bound, never around it.
    #[test]
    fn updates_saturate(
        wide: bool, weight: i16, pre in 0..=255_i16, post: i16, bound in 0..=32767_i16, seed: u64,
    ) {
        let bound = if wide { bound } else { bound % 128 };
        let w = weight.clamp(-bound, bound);
        let (pre, post) = ([[pre], [pre]], [[post; 4], [post; 4]]);
        let update = Update {
            key: StepKey::new(0, 0, seed), lines: &[0], pre: [&pre[0], &pre[1]], post: [&post[0], &post[1]],
            forget: &[0; 4], active: &[0, 1, 2, 3], forget_shift: 0, shift: if wide { 8 } else { 16 },
            low: -bound, high: bound,
        };
        let after = if wide {
            let mut row = [w; 4];
            Scalar.update(WeightsMut::I16(&mut row), 4, &update);
            row
        } else {
            let mut row = [w.to_le_bytes()[0].cast_signed(); 4];
            Scalar.update(WeightsMut::I8(&mut row), 4, &update);
            row.map(i16::from)
        };
        for now in after {
            prop_assert!((-bound..=bound).contains(&now));
            let product = i32::from(pre[0][0]) * i32::from(post[0][0]);
            prop_assert!(if product >= 0 { now >= w } else { now <= w }, "{} became {}", w, now);
        }
    }
}
