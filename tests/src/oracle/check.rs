//! FORMAT 2.6 and the ranges of section 2, NUMBERS 4.2 and 4.3: whether a plan can run.

use super::numbers::{Int, floor_shift};
use super::plan::{Along, Feedback, Kind, Layer, Plan, Projection, Rule};

/// Whether an engine may run it.
pub fn runs(plan: &Plan) -> bool {
    (2..=16).contains(&plan.layers.len())
        && plan.layers.iter().enumerate().all(|(l, layer)| layer_runs(l, layer))
        && rule_runs(&plan.rule)
        && (1..=3).contains(&plan.windows.len())
        && plan.windows.iter().all(|w| (1..=32767).contains(&w.ticks))
        && !plan.windows[0].keep
        && plan.projections.iter().all(|p| projection_runs(plan, p))
        && plan.projections.windows(2).all(|pair| pair[0].post <= pair[1].post)
        && (1..plan.layers.len()).all(|l| plan.projections.iter().any(|p| p.post == l))
        && (1..plan.layers.len()).all(|l| greatest_sum(plan, l) < 1 << 31)
        && plan.feedbacks.iter().all(|b| feedback_runs(plan, b))
        && (1..plan.layers.len()).all(|l| greatest_feedback(plan, l) < 1 << 31)
}

fn layer_runs(l: usize, layer: &Layer) -> bool {
    let input = matches!(layer.kind, Kind::Input { .. });
    let membrane = |threshold: Int, reset: Int, floor: Int| {
        threshold >= 1 && floor <= 0 && floor <= reset && reset < threshold
    };
    let parameters = match layer.kind {
        Kind::Input { minimum, .. } => minimum <= 255,
        Kind::Lif { threshold, reset, floor, .. } | Kind::Adaptive { threshold, reset, floor, .. } => {
            membrane(threshold, reset, floor)
        }
        Kind::Graded { step, .. } => step <= 15,
    };
    input == (l == 0)
        && (1..=65534).contains(&layer.neurons)
        && !(layer.winner_take_all && (input || layer.graded()))
        && parameters
}

fn rule_runs(rule: &Rule) -> bool {
    match rule {
        Rule::Burst { target, spike_shift, .. } => (1..=127).contains(target) && *spike_shift <= 8,
        Rule::Stdp(p) => p.shrink >= 0,
    }
}

fn projection_runs(plan: &Plan, p: &Projection) -> bool {
    let max = if plan.format == 8 { 127 } else { 32767 };
    p.pre < p.post
        && p.post < plan.layers.len()
        && p.fraction <= 15
        && (-max..=0).contains(&p.low)
        && (0..=max).contains(&p.high)
        && (-16..=15).contains(&p.rate)
        && p.forget_shift <= plan.shift()
}

fn bound(p: &Projection) -> Int {
    p.low.abs().max(p.high.abs())
}

fn greatest_sum(plan: &Plan, layer: usize) -> Int {
    let into = plan.projections.iter().filter(|p| p.post == layer);
    into.map(|p| {
        let rows = plan.rows(p) as Int;
        rows * bound(p) * plan.layers[p.pre].full_scale() * (1 << plan.alignment(p).max(0))
    })
    .sum()
}

fn feedback_runs(plan: &Plan, b: &Feedback) -> bool {
    b.layer > 0
        && b.layer + 1 < plan.layers.len()
        && b.shift <= 15
        && plan.upward(b.layer).is_some()
        && (b.weights == Along::Tied || feedback_sum(plan, b).0 < 1 << 31)
}

/// `sum_b` and what it is shifted by.
fn feedback_sum(plan: &Plan, b: &Feedback) -> (Int, Int) {
    let upward = &plan.projections[plan.upward(b.layer).expect("checked before")];
    let above = plan.layers[b.layer + 1].neurons as Int;
    match b.weights {
        Along::Sign => (above * 32768, b.shift),
        Along::Tied => (above * bound(upward) * 32768, upward.fraction),
        Along::Own => (above * 127 * 32768, b.shift),
    }
}

fn greatest_feedback(plan: &Plan, layer: usize) -> Int {
    let onto = plan.feedbacks.iter().filter(|b| b.layer == layer);
    onto.map(|b| feedback_sum(plan, b)).map(|(sum, k)| floor_shift(sum, k)).sum()
}
