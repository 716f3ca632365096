//! The random networks reach every part of the specification.

use hebbit_core::net::Target;
use hebbit_tests::cases::{Case, any_case};
use hebbit_tests::compare::Deed;
use hebbit_tests::oracle::Oracle;
use hebbit_tests::oracle::plan::{From, Kind, Plan, Rule};
use hebbit_tests::oracle::rules::Form;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

fn features(case: &Case) -> Vec<String> {
    let plan = &case.stored.plan;
    let mut all = vec![
        format!("format {}", plan.format),
        format!("{} layers", plan.layers.len()),
        format!("{} windows", plan.windows.len()),
        format!("answering {:?}", plan.answering),
        format!("rate falls: {}", plan.halve_every > 0 && plan.samples >= plan.halve_every),
        format!("labels: {}", !case.stored.labels.is_empty()),
        format!("skips: {}", plan.projections.iter().any(|p| p.pre + 1 < p.post)),
        format!("two into one layer: {}", two(plan.projections.iter().map(|p| p.post))),
        format!("two feedbacks onto one layer: {}", two(plan.feedbacks.iter().map(|b| b.layer))),
        format!("mean at an end: {}", plan.mean == -32768 || plan.mean == 32767),
        format!("places: {}, a graded input adds up: {}", plan.layers[0].height > 0, plan.layers[0].adds),
        format!("counter wraps: {}", [plan.samples, plan.presented].contains(&u32::MAX.into())),
    ];
    all.push(rule(&plan.rule));
    all.extend(plan.others.iter().map(|_| "another rule".to_owned()));
    for layer in &plan.layers {
        all.push(match layer.kind {
            Kind::Input { code, norm, .. } => format!("encoder {code:?}, norm: {}", norm > 0),
            Kind::Lif { hard_reset, .. } => {
                format!("lif, hard reset: {hard_reset}, competes: {}", layer.winner_take_all)
            }
            Kind::Adaptive { kept, .. } => {
                format!("adaptive, kept: {kept}, competes: {}", layer.winner_take_all)
            }
            Kind::Graded { logistic, fine, .. } => format!("graded, logistic: {logistic}, fine: {fine}"),
        });
    }
    all.extend(
        plan.layers[1..]
            .iter()
            .map(|l| format!("coupling {:?} of {}", l.coupling, l.columns().join(" and "))),
    );
    all.extend(plan.windows.iter().flat_map(|w| {
        [
            format!("window starts by {:?}", w.start),
            format!("teacher {:?}", w.teacher),
            format!("learns {:?}", w.learning),
            format!("late: {}, starts by {:?}", w.late, w.start),
            format!("settles: {}", w.settle),
            format!("feedback in each tick: {}", w.each),
            format!("blank: {}", w.blank),
            format!("extra: {}", w.extra),
        ]
    }));
    for p in &plan.projections {
        all.push(format!("bias {}, plastic {}", p.bias, p.plastic));
        all.push(format!("from {:?}", plan.layers[p.pre].grain()));
        all.push(format!("weights from the middle: {}", p.zero > 0));
        all.push(format!("summed: {}", p.summed));
        all.push(format!(
            "one to one: {}, delayed: {}, recurrent: {}",
            p.one_to_one,
            p.delay,
            p.pre >= p.post
        ));
        all.push(format!("aligns to the {}", if plan.alignment(p) > 0 { "left" } else { "right or not" }));
    }
    all.extend(feedbacks(plan));
    all.extend(life(plan));
    all.extend(case.turns.iter().map(|turn| match turn.deed {
        Deed::Classify => "classifies".to_owned(),
        Deed::Learn(target) => {
            let said = match target {
                Target::Unknown => "nothing",
                Target::Class(_) => "a class",
                Target::Right(_) => "yes",
                Target::Wrong(_) => "no",
            };
            format!("learns, the teacher says {said}")
        }
        Deed::Ticks { target, .. } => format!("comes tick by tick, with a target: {}", target.is_some()),
        Deed::Remember(_) => format!("remembers, the ring: {}", plan.life.remember > 0),
        Deed::Reload => format!("is loaded again, the ring: {}", plan.life.remember > 0),
    }));
    all.sort();
    all.dedup();
    all
}

fn life(plan: &Plan) -> Vec<String> {
    let (life, lived) = (&plan.life, &plan.lived);
    if !life.is_on() {
        return vec!["does not go on learning".to_owned()];
    }
    vec![
        format!("a ring: {}", life.remember > 0),
        format!("learns again: {}, by chance: {}", life.again > 0, life.gain > 0),
        format!("learns again without a label: {}", life.again_unlabelled > 0),
        format!("the rate follows the error: {}", life.most > 0),
        format!("the rate is low from the start: {}", lived.slow > 0),
        format!("one wrong answer contradicts: {}", lived.wrong == 7 && lived.level < 8192),
        format!("one wrong answer is a drift: {}", lived.rise >= 500_000),
    ]
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Burst(p) if p.form == Form::Count => "burst Count".to_owned(),
        Rule::Burst(p) if p.form != Form::Rate => format!("burst {:?}, due: {}", p.form, p.due),
        Rule::Burst(p) => format!("burst Rate, box: {}, learned: {}", p.boxed, p.learned),
        Rule::Stdp(p) => format!("stdp, form {}", p.form),
        Rule::Microcircuit(_) => "microcircuit".to_owned(),
        Rule::Control(p) => format!("dh-control, spikes: {:?}, leaks: {}", p.spikes, p.leak > 0),
        Rule::Predictive(_) => "dh-predictive".to_owned(),
        Rule::Equilibrium(_) => "dh-equilibrium".to_owned(),
        Rule::Triplet(p) => format!("triplet, forgets: {}", p.forgets),
        Rule::Reward(p) => format!("reward, picks: {}", p.target > 0),
        Rule::Dfa(_) => "dfa".to_owned(),
        Rule::Drtp(_) => "drtp".to_owned(),
    }
}

fn feedbacks(plan: &Plan) -> Vec<String> {
    let of = |b: &hebbit_tests::oracle::plan::Feedback| {
        let from = match b.from {
            From::Target => "the target",
            From::Layer(from) if from == b.layer + 1 => "the next layer",
            From::Layer(_) => "further up",
        };
        let weights = format!("feedback {:?} from {from}", b.weights);
        [weights, format!("feedback learns: {}", b.plastic), format!("feedback of word {}", b.word)]
    };
    plan.feedbacks.iter().flat_map(of).collect()
}

fn two(layers: impl Iterator<Item = usize>) -> bool {
    let mut all: Vec<usize> = layers.collect();
    let len = all.len();
    all.sort_unstable();
    all.dedup();
    all.len() < len
}

#[test]
fn every_feature_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeMap::<String, u32>::new();
    for _ in 0..3000 {
        let case = any_case().new_tree(&mut runner).expect("any case").current();
        features(&case).into_iter().for_each(|feature| *seen.entry(feature).or_default() += 1);
    }
    for (feature, cases) in &seen {
        println!("{cases:5} of 3000: {feature}");
        assert!(*cases >= 5, "only {cases} of 3000 cases: {feature}");
    }
    assert_eq!(seen.len(), 169, "a feature is never drawn, or a new one is not counted here");
}

/// What happened in the oracle, of how many cases.
#[derive(Clone, Copy, Debug, Default)]
struct Alive {
    cases: u32,
    changes: u32,
    felt: u32,
    feedback_learns: u32,
}

/// Random networks learn, whatever the rule; and none of them breaks a promise of the text on the way.
#[test]
fn every_rule_is_alive() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeMap::<String, Alive>::new();
    for _ in 0..hebbit_tests::cases::number(1000) {
        let case = any_case().new_tree(&mut runner).expect("any case").current();
        let checkpoint = case.checkpoint();
        let length = checkpoint.len();
        let mut oracle = Oracle::new(&checkpoint).expect("it fits together");
        for turn in &case.turns {
            turn.give(&mut oracle, length).expect("a sample of the right length");
        }
        let network = &oracle.network;
        let alive = seen.entry(rule(&case.stored.plan.rule)).or_default();
        alive.cases += 1;
        alive.changes += u32::from(network.changes > 0);
        alive.felt += u32::from(network.felt > 0);
        alive.feedback_learns += u32::from(network.own_changes > 0);
    }
    for (rule, alive) in &seen {
        println!("{rule}: {alive:?}");
        assert!(5 * alive.changes + 5 >= alive.cases, "{rule}: weights stay in too many cases");
        let unsupervised =
            ["stdp", "triplet", "reward, picks: false"].iter().any(|name| rule.starts_with(name));
        assert!(unsupervised || 6 * alive.felt + 5 >= alive.cases, "{rule}: feedback is 0 in too many cases");
    }
    let learns: u32 = seen.values().map(|alive| alive.feedback_learns).sum();
    assert!(learns >= 20, "feedback learns in {learns} cases only");
}
