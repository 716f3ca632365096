//! What must hold of learning rules, whatever the network and its numbers: of the oracle, and of the core.

use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Digest, Engine, Scope};
use hebbit_core::signal::Phase;
use hebbit_tests::cases::{Case, any_case, number};
use hebbit_tests::compare::Deed;
use hebbit_tests::oracle::numbers::Int;
use hebbit_tests::oracle::plan::{
    Code, Coupling, From, Kind, Learning, Rule, Start, Stored, Teacher, Window,
};
use hebbit_tests::oracle::rules::{Equilibrium, Form, Predictive, Reward, Spikes};
use hebbit_tests::oracle::{Oracle, bytes, check};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

/// Both engines: first the one that is easy to believe.
fn engines(stored: &Stored) -> (Oracle, CoreEngine) {
    let bytes = bytes::write(stored);
    let oracle = Oracle::new(&bytes).expect("the oracle loads what fits together");
    let core = CoreEngine::new(&bytes, AnyKernels::Scalar).expect("the core loads what fits together");
    (oracle, core)
}

/// A network afterwards, and the digest of its state.
fn lived<E: Engine>(engine: &mut E, case: &Case) -> (Stored, Digest) {
    let mut bytes = case.checkpoint();
    for turn in &case.turns {
        turn.give(engine, bytes.len()).expect("a sample of the right length");
    }
    engine.save(&mut bytes).expect("as long as it was");
    let state = engine.digest(Scope::State).expect("a loaded network");
    (bytes::read(&bytes).expect("what is saved can be read"), state)
}

/// Of the oracle and of the core.
fn after(case: &Case) -> [(Stored, Digest); 2] {
    let (mut oracle, mut core) = engines(&case.stored);
    [lived(&mut oracle, case), lived(&mut core, case)]
}

/// So many cases of which `check` says that they were of use.
fn for_cases(few: u32, check: impl Fn(Case) -> Result<bool, TestCaseError>) {
    let cases = number(few);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let used = Cell::new(0);
    let result = TestRunner::new(config).run(&any_case().prop_map(Case::simple), |case| {
        used.set(used.get() + u32::from(check(case)?));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    println!("{} of {cases} cases were of use", used.get());
    assert!(20 * used.get() >= cases, "only {} of {cases} cases were of use", used.get());
}

fn unchanged(case: &Case) -> Result<(), TestCaseError> {
    for (engine, (after, _)) in ["oracle", "core"].into_iter().zip(after(case)) {
        prop_assert_eq!(&after.weights, &case.stored.weights, "{}", engine);
        prop_assert_eq!(&after.own, &case.stored.own, "{}", engine);
    }
    Ok(())
}

/// Supervised rules whose factors are 0 without a teacher, not only on average.
fn supervised(rule: &Rule) -> bool {
    match rule {
        Rule::Burst(burst) => match burst.form {
            Form::Count | Form::Signed => true,
            Form::Rate => !burst.learned,
            Form::Unsigned => false,
        },
        Rule::Stdp(_) | Rule::Triplet(_) | Rule::Reward(_) => false,
        _ => true,
    }
}

#[test]
fn without_a_teacher_no_weight_changes() {
    for_cases(200, |mut case| {
        if !supervised(&case.stored.plan.rule) {
            return Ok(false);
        }
        case.stored.plan.windows.iter_mut().for_each(|w| w.teacher = Teacher::None);
        unchanged(&case).map(|()| true)
    });
}

/// The rule of the reward does not care for what other teachers say.
#[test]
fn without_a_reward_no_weight_changes() {
    for_cases(60, |mut case| {
        let (decay, bump) = (3000, 20000);
        // Whether the neuron that acted hears of it, or all.
        let (explore, target) = if case.turns.len() % 2 == 0 { (9000, 30000) } else { (0, 0) };
        let rule = Reward { line_decay: decay, line_bump: bump, decay, explore, bump, target };
        case.stored.plan.rule = Rule::Reward(rule);
        for window in &mut case.stored.plan.windows {
            if window.teacher == Teacher::Reward {
                window.teacher = Teacher::Error;
            }
        }
        unchanged(&case).map(|()| true)
    });
}

/// A network whose weights are all positive and count from the middle computes what one with weights of both signs does.
#[test]
fn weights_from_the_middle_are_signed_weights() {
    for_cases(150, |case| {
        let forgets = match &case.stored.plan.rule {
            Rule::Stdp(stdp) => stdp.form != 0,
            Rule::Triplet(triplet) => triplet.forgets,
            _ => false,
        };
        if forgets {
            return Ok(false); // Towards 0, which is not the middle.
        }
        let (mut signed, mut middle) = (case.clone(), case);
        for p in 0..signed.stored.plan.projections.len() {
            let (a, b) = (&mut signed.stored.plan.projections[p], &mut middle.stored.plan.projections[p]);
            let zero = a.high / 2;
            (a.low, a.zero, a.high) = (-zero, 0, zero);
            (b.low, b.zero, b.high) = (0, zero, 2 * zero);
            let rows = signed.stored.weights[p].iter_mut().zip(&mut middle.stored.weights[p]);
            for (x, y) in rows.flat_map(|(xs, ys)| xs.iter_mut().zip(ys)) {
                *x = (*x).clamp(-zero, zero);
                *y = *x + zero;
            }
        }
        if !check::runs(&signed.stored.plan) || !check::runs(&middle.stored.plan) {
            return Ok(false);
        }
        for ((signed, state), (middle, of_middle)) in after(&signed).into_iter().zip(after(&middle)) {
            prop_assert_eq!(state, of_middle);
            prop_assert_eq!(&signed.own, &middle.own);
            for (p, plan) in middle.plan.projections.iter().enumerate() {
                let all = signed.weights[p].iter().flatten().zip(middle.weights[p].iter().flatten());
                for (x, y) in all {
                    prop_assert_eq!(x + plan.zero, *y, "projection {}", p);
                }
            }
        }
        Ok(true)
    });
}

fn graded_input(case: &mut Case) {
    if let Kind::Input { code, .. } = &mut case.stored.plan.layers[0].kind {
        *code = Code::Graded;
    }
}

/// Neurons that are graded; nothing couples and nothing is kept of what they were.
fn graded_neurons(case: &mut Case, step: Int) {
    for (layer, kept) in case.stored.plan.layers[1..].iter_mut().zip(&mut case.stored.kept) {
        layer.kind = Kind::Graded { step, logistic: layer.neurons % 2 == 0, fine: layer.neurons % 3 > 0 };
        (layer.coupling, layer.winner_take_all) = (Coupling::None, false);
        kept.truncate(1);
    }
}

/// The differences of a window add up to the difference over the window: learning them all at its end is learning once.
#[test]
fn sums_of_differences_telescope() {
    for_cases(250, |mut case| {
        match &mut case.stored.plan.rule {
            Rule::Control(control) => control.spikes = Spikes::None,
            Rule::Predictive(_) => {}
            rule => *rule = Rule::Predictive(Predictive { high: 4096, low: 0, hinge: false }),
        }
        graded_input(&mut case);
        graded_neurons(&mut case, 2);
        let plan = &mut case.stored.plan;
        let ticks = plan.windows[0].ticks.min(9);
        let free = Window { late: true, ..Window::first(3, Teacher::None, Learning::End) };
        let taught =
            Window { start: Start::Keep, each: true, ..Window::first(ticks, Teacher::Error, Learning::Tick) };
        plan.windows = vec![free, Window { late: true, ..taught }];
        for p in &mut plan.projections {
            // Small currents, so that no difference saturates.
            (p.fraction, p.summed, p.plastic) = (15, true, p.post == 1 && p.plastic);
        }
        plan.feedbacks.iter_mut().for_each(|b| (b.plastic, b.rate) = (false, 0));
        plan.steps = 7;
        case.turns.truncate(1);
        if !check::runs(&case.stored.plan) || case.stored.plan.layers.len() < 3 {
            return Ok(false);
        }
        let mut end = case.clone();
        end.stored.plan.windows[1].learning = Learning::End;
        end.stored.plan.steps = 7 + ticks - 1;
        let mut used = false;
        for ((each, _), (once, _)) in after(&case).into_iter().zip(after(&end)) {
            used |= each.weights != case.stored.weights;
            prop_assert_eq!(each.weights, once.weights);
        }
        Ok(used)
    });
}

/// Nothing nudges neurons that are not coupled, and phases that do not differ teach nothing.
#[test]
fn equal_phases_teach_nothing() {
    for_cases(200, |mut case| {
        // The first tick of a phase has other delayed lines than those after it.
        if case.stored.plan.projections.iter().any(|p| p.delay) {
            return Ok(false);
        }
        if !matches!(case.stored.plan.rule, Rule::Equilibrium(_)) {
            case.stored.plan.rule = Rule::Equilibrium(Equilibrium { beta: 0, high: 32000, low: 500 });
        }
        graded_input(&mut case);
        graded_neurons(&mut case, 0);
        let window = |teacher, start| Window { start, ..Window::first(2, teacher, Learning::End) };
        case.stored.plan.windows =
            vec![window(Teacher::Error, Start::Reset), window(Teacher::Against, Start::Keep)];
        if !check::runs(&case.stored.plan) {
            return Ok(false);
        }
        unchanged(&case).map(|()| true)
    });
}

/// A logistic output at full scale has no slope left: it neither learns nor tells.
#[test]
fn a_saturated_output_does_not_learn() {
    for_cases(400, |mut case| {
        match &mut case.stored.plan.rule {
            Rule::Burst(burst) => {
                (burst.form, burst.boxed, burst.learned) = (Form::Rate, false, false);
            }
            _ => return Ok(false),
        }
        let stored = &mut case.stored;
        let (format, max) = (stored.plan.format, stored.plan.max());
        let output = stored.plan.layers.len() - 1;
        let layer = &mut stored.plan.layers[output];
        layer.kind = Kind::Graded { step: 0, logistic: false, fine: true };
        (layer.coupling, layer.winner_take_all) = (Coupling::None, false);
        stored.kept[output - 1].truncate(1);
        for p in 0..stored.plan.projections.len() {
            let plan = &mut stored.plan.projections[p];
            if plan.post == output {
                (plan.low, plan.zero, plan.high, plan.bias) = (0, 0, max, true);
                plan.fraction = if format == 8 { 6 } else { 14 };
                let plan = plan.clone();
                stored.weights[p] = vec![vec![max; stored.plan.columns(&plan)]; stored.plan.rows(&plan)];
            }
        }
        stored.plan.windows.iter_mut().for_each(|w| w.late = false);
        let from_target = stored.plan.feedbacks.iter().any(|b| b.from == From::Target);
        if from_target || !check::runs(&stored.plan) {
            return Ok(false);
        }
        unchanged(&case).map(|()| true)
    });
}

/// Rules of one term that pass on what they feel, or do not.
fn passes_on(rule: &Rule) -> bool {
    match rule {
        Rule::Burst(burst) => matches!(burst.form, Form::Count | Form::Signed),
        Rule::Reward(reward) => reward.target > 0,
        rule => matches!(rule, Rule::Microcircuit(_) | Rule::Dfa(_) | Rule::Drtp(_)),
    }
}

#[test]
fn what_a_neuron_learns_has_the_sign_of_what_it_feels() {
    for_cases(250, |mut case| {
        let plan = &mut case.stored.plan;
        if !passes_on(&plan.rule) {
            return Ok(false);
        }
        plan.halve_every = 0;
        plan.projections.iter_mut().for_each(|p| (p.rate, p.summed) = (p.rate.max(0), false));
        let plan = case.stored.plan.clone();
        let (mut oracle, mut core) = engines(&case.stored);
        let posts = of_engine(&mut oracle, &case, &plan.projections)?;
        prop_assert_eq!(posts, of_engine(&mut core, &case, &plan.projections)?);
        Ok(posts > 0)
    });
}

/// How many factors were not 0, all of them of the right sign.
fn of_engine<E: Engine>(
    engine: &mut E,
    case: &Case,
    projections: &[hebbit_tests::oracle::plan::Projection],
) -> Result<u32, TestCaseError> {
    let mut apical = vec![vec![0; 20]; 16];
    let (mut posts, mut wrong) = (0, 0);
    for turn in &case.turns {
        let Deed::Learn(target) = turn.deed else { continue };
        let watched = engine.watch(&turn.sample, target, &mut |moment, place, word| {
            let word = Int::from(word.cast_signed());
            match (place.part, place.column) {
                ("layer", "apical") => apical[place.number][place.index] = word,
                ("projection", "post 0") if moment.phase == Phase::Learn && word != 0 => {
                    posts += 1;
                    let felt: Int = apical[projections[place.number].post][place.index];
                    wrong += u32::from(felt.signum() != word.signum());
                }
                _ => {}
            }
        });
        watched.expect("a sample of the right length");
    }
    prop_assert_eq!(wrong, 0, "{} of {} factors", wrong, posts);
    Ok(posts)
}
