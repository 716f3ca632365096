//! FORMAT 2.6 and the ranges of section 2, NUMBERS 4.2 and 4.3: whether a plan can run.

use super::numbers::{Int, floor_shift};
use super::plan::{
    Along, Code, Coupling, Feedback, From, Grain, Kind, Layer, Plan, Projection, Start, Teacher, Window,
};

/// One more than the greatest i32.
const LIMIT: Int = 1 << 31;

/// Whether an engine may run it.
pub fn runs(plan: &Plan) -> bool {
    (2..=16).contains(&plan.layers.len())
        && plan.layers.iter().enumerate().all(|(l, layer)| layer_runs(l, layer))
        && plan.rule.acts().runs()
        && plan.others.iter().all(|rule| rule.acts().runs())
        && plan.layers.iter().all(|l| l.rule <= plan.others.len())
        && plan.layers[0].rule == 0
        && plan.life.in_range()
        && windows_run(&plan.windows)
        && plan.projections.iter().all(|p| projection_runs(plan, p))
        && plan.projections.windows(2).all(|pair| pair[0].post <= pair[1].post)
        && (1..plan.layers.len()).all(|l| plan.projections.iter().any(|p| p.post == l))
        && plan
            .projections
            .iter()
            .filter(|p| p.plastic)
            .all(|p| plan.rule_of(p.post) == plan.line_rule(p.pre, p.delay))
        && plan.projections.iter().all(|p| own_sum(plan, p) < LIMIT)
        && (1..plan.layers.len()).all(|l| greatest_sum(plan, l) < LIMIT)
        && plan.feedbacks.iter().all(|b| feedback_runs(plan, b))
        && (1..plan.layers.len()).all(|l| greatest_feedback(plan, l) < LIMIT)
}

fn windows_run(windows: &[Window]) -> bool {
    (1..=3).contains(&windows.len())
        && windows.iter().all(|w| (1..=32767).contains(&w.ticks))
        && windows.iter().all(|w| w.teacher != Teacher::Reward || w.extra)
        && windows.windows(2).all(|pair| pair[1].extra || !pair[0].extra)
        && windows[0].start == Start::Reset
        && windows.iter().all(|w| w.start != Start::Restore || w.extra)
        && !windows[0].extra
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
    let (places, flat) = (layer.height * layer.width, layer.height == 0 && layer.width == 0);
    input == (l == 0)
        && (flat || places > 0 && layer.neurons.is_multiple_of(places))
        && (!layer.adds || matches!(layer.kind, Kind::Input { code: Code::Graded, .. }))
        && (1..=65534).contains(&layer.neurons)
        && !(layer.winner_take_all && (input || layer.grain() != Grain::Spike))
        && !(layer.coupling != Coupling::None && input)
        && parameters
}

fn projection_runs(plan: &Plan, p: &Projection) -> bool {
    (p.pre < p.post || p.delay)
        && p.pre < plan.layers.len()
        && (1..plan.layers.len()).contains(&p.post)
        && (!p.one_to_one || plan.layers[p.pre].neurons == plan.layers[p.post].neurons && p.zero == 0)
        && p.fraction <= 15
        && (-plan.max()..=0).contains(&p.low)
        && (0..=plan.max()).contains(&p.high)
        && (-16..=15).contains(&p.rate)
        && p.forget_shift <= plan.shift()
        && (p.zero == 0 || (p.zero > 0 && p.low == 0 && p.high == 2 * p.zero))
}

fn bound(p: &Projection) -> Int {
    p.low.abs().max(p.high.abs())
}

/// What a projection may sum up by itself: a fine layer's events in two halves of 8 bits.
fn own_sum(plan: &Plan, p: &Projection) -> Int {
    let scale = plan.layers[p.pre].grain().full_scale().min(255);
    plan.rows(p) as Int * bound(p) * scale
}

fn greatest_sum(plan: &Plan, layer: usize) -> Int {
    let into = plan.projections.iter().filter(|p| p.post == layer);
    into.map(|p| {
        let grain = plan.layers[p.pre].grain();
        let sum = plan.rows(p) as Int * bound(p) * grain.full_scale();
        let alignment = plan.alignment(p);
        if grain == Grain::Fine { floor_shift(sum, -alignment) + 1 } else { sum * (1 << alignment.max(0)) }
    })
    .sum()
}

fn feedback_runs(plan: &Plan, b: &Feedback) -> bool {
    let layers = plan.layers.len();
    let from = match b.from {
        From::Layer(from) => b.layer < from && from < layers,
        From::Target => matches!(b.weights, Along::Own | Along::Keyed),
    };
    let along = matches!(b.weights, Along::Own | Along::Keyed) || plan.upward(b).is_some();
    let bound = if b.weights == Along::Own { plan.max() } else { 0 };
    b.layer > 0
        && b.layer + 1 < layers
        && from
        && along
        && b.shift <= 15
        && b.bound <= bound
        && (!b.plastic || (b.weights == Along::Own && b.from != From::Target))
        && match b.from {
            From::Layer(from) if b.plastic => plan.rule_of(b.layer) == plan.rule_of(from),
            _ => true,
        }
        && if b.plastic { (-16..=15).contains(&b.rate) } else { b.rate == 0 }
        && own_limit(plan, b) < LIMIT
}

/// What must fit by itself.
fn own_limit(plan: &Plan, b: &Feedback) -> Int {
    let above = plan.above(b) as Int;
    match b.weights {
        Along::Sign => above * 32768,
        Along::Tied => 0,
        Along::Own => above * b.bound * 255,
        Along::Keyed => above * 255 * 32768,
    }
}

/// `sum_b` and what it is shifted by.
fn feedback_sum(plan: &Plan, b: &Feedback) -> (Int, Int) {
    let above = plan.above(b) as Int;
    match b.weights {
        Along::Sign => (above * 32768, b.shift),
        Along::Tied => {
            let u = &plan.projections[plan.upward(b).expect("checked before")];
            (above * (u.high - u.zero).max(u.zero - u.low) * 32768, u.fraction)
        }
        Along::Own => (above * b.bound * 32768, b.shift),
        Along::Keyed => (above * 255 * 32768, b.shift),
    }
}

fn greatest_feedback(plan: &Plan, layer: usize) -> Int {
    let onto = plan.feedbacks.iter().filter(|b| b.layer == layer);
    onto.map(|b| feedback_sum(plan, b)).map(|(sum, k)| floor_shift(sum, k)).sum()
}
