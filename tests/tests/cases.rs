//! The random networks reach every part of the specification.

use hebbit_tests::cases::{Case, any_case};
use hebbit_tests::compare::Deed;
use hebbit_tests::oracle::plan::{Along, Kind, Learning, Rule};
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
        format!("answering first: {}", plan.first),
        format!("rate falls: {}", plan.halve_every > 0 && plan.samples >= plan.halve_every),
        format!("labels: {}", !case.stored.labels.is_empty()),
        format!("skips: {}", plan.projections.iter().any(|p| p.pre + 1 < p.post)),
        format!("two into one layer: {}", two(plan.projections.iter().map(|p| p.post))),
        format!("two feedbacks onto one layer: {}", two(plan.feedbacks.iter().map(|b| b.layer))),
        format!("counter wraps: {}", [plan.samples, plan.presented].contains(&u32::MAX.into())),
    ];
    all.push(match &plan.rule {
        Rule::Burst { .. } => "burst".to_owned(),
        Rule::Stdp(p) => format!("stdp, instar: {}", p.instar),
    });
    for layer in &plan.layers {
        all.push(match layer.kind {
            Kind::Input { code, norm, .. } => format!("encoder {code:?}, norm: {}", norm > 0),
            Kind::Lif { hard_reset, .. } => {
                format!("lif, hard reset: {hard_reset}, competes: {}", layer.winner_take_all)
            }
            Kind::Adaptive { kept, .. } => {
                format!("adaptive, kept: {kept}, competes: {}", layer.winner_take_all)
            }
            Kind::Graded { logistic, .. } => format!("graded, logistic: {logistic}"),
        });
    }
    for window in &plan.windows {
        all.push(format!("window keeps: {}", window.keep));
        all.push(format!("window teaches: {}", window.teacher));
        all.push(match window.learning {
            Learning::Never => "learns never".to_owned(),
            Learning::Tick => "learns every tick".to_owned(),
            Learning::End => "learns in the end".to_owned(),
        });
    }
    for p in &plan.projections {
        all.push(format!("bias {}, plastic {}", p.bias, p.plastic));
        all.push(format!("aligns to the {}", if plan.alignment(p) > 0 { "left" } else { "right or not" }));
    }
    all.extend(plan.feedbacks.iter().map(|b| match b.weights {
        Along::Sign => "feedback by sign".to_owned(),
        Along::Tied => "feedback tied".to_owned(),
        Along::Own => "feedback by its own weights".to_owned(),
    }));
    all.extend(case.turns.iter().map(|turn| match turn.deed {
        Deed::Classify => "classifies".to_owned(),
        Deed::Learn(target) => {
            format!("learns with a class: {}", target != hebbit_core::net::Target::Unknown)
        }
    }));
    all.sort();
    all.dedup();
    all
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
    for _ in 0..1000 {
        let case = any_case().new_tree(&mut runner).expect("any case").current();
        features(&case).into_iter().for_each(|feature| *seen.entry(feature).or_default() += 1);
    }
    for (feature, cases) in &seen {
        println!("{cases:5} of 1000: {feature}");
        assert!(*cases >= 10, "only {cases} of 1000 cases: {feature}");
    }
    assert_eq!(seen.len(), 62, "a feature is never drawn, or a new one is not counted here");
}
