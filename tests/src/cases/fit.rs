//! Turns draws into a valid network.

use super::parts::{Back, Draw, Drawn, From as Origin, Parts};
use super::usual::usual;
use crate::oracle::check;
use crate::oracle::numbers::{Int, clamp};
use crate::oracle::plan::{
    Along, Code, Feedback, From, Kind, Layer, Matrix, Plan, Projection, Start, Stored, Teacher, Window,
};

/// The network of `parts`.
pub(super) fn fit(mut parts: Parts) -> Stored {
    if !parts.head.new {
        parts.other = None;
        let skips = parts.skips.iter_mut().map(|(_, _, drawn)| drawn);
        for drawn in parts.main.iter_mut().chain(skips) {
            (drawn.one_to_one, drawn.delay) = (false, false);
        }
    }
    if parts.usual {
        usual(&mut parts);
    }
    let mut layers = layers(&parts);
    for (l, main) in (1..layers.len()).zip(&parts.main) {
        layers[l].neurons = if main.one_to_one { layers[l - 1].neurons } else { layers[l].neurons };
    }
    for (l, layer) in layers.iter_mut().enumerate().skip(1) {
        layer.rule = usize::from(parts.other.as_ref().is_some_and(|(_, bits)| bits >> l & 1 == 1));
    }
    if parts.head.places {
        layers.iter_mut().for_each(|layer| (layer.height, layer.width) = (1, layer.neurons));
    }
    let format = if parts.head.wide { 16 } else { 8 };
    let mut projections = Vec::new();
    for (l, drawn) in (1..layers.len()).zip(&parts.main) {
        projections.push(projection(&layers, l - 1, l, drawn, format));
        for (pre, post, drawn) in &parts.skips {
            let post = 1 + post % (layers.len() - 1);
            if post == l {
                let pre = pre % if drawn.delay { layers.len() } else { post };
                projections.push(projection(&layers, pre, post, drawn, format));
            }
        }
    }
    let [samples, steps, presented] = parts.head.counters;
    let mut plan = Plan {
        seed: parts.head.seed,
        format,
        answering: parts.head.answering,
        halve_every: parts.head.halve_every,
        samples,
        steps,
        presented,
        mean: parts.head.mean,
        rule: parts.rule,
        others: parts.other.iter().map(|(rule, _)| rule.clone()).collect(),
        windows: windows(parts.windows),
        layers,
        projections,
        feedbacks: Vec::new(),
        life: parts.life.0,
        lived: parts.life.1,
    };
    plan.feedbacks = parts.feedbacks.iter().filter_map(|b| feedback(&plan, b)).collect();
    // A connection learns if its lines have the rule of its neurons.
    for p in 0..plan.projections.len() {
        let projection = &plan.projections[p];
        let one = plan.rule_of(projection.post) == plan.line_rule(projection.pre, projection.delay);
        plan.projections[p].plastic &= one;
    }
    for b in 0..plan.feedbacks.len() {
        if let From::Layer(from) = plan.feedbacks[b].from
            && plan.rule_of(plan.feedbacks[b].layer) != plan.rule_of(from)
        {
            (plan.feedbacks[b].plastic, plan.feedbacks[b].rate) = (false, 0);
        }
    }
    narrow(&mut plan);
    let mut draws = parts.weights.iter().cycle();
    let output = plan.layers.last().map_or(0, |l| l.neurons);
    let labels = parts.labels.map(|labels| labels[..output].to_vec()).unwrap_or_default();
    let names = if labels.is_empty() { output } else { 255 };
    Stored {
        labels,
        kept: kept(&plan, &mut draws),
        weights: plan.projections.iter().map(|p| weights(&plan, p, &mut draws)).collect(),
        own: plan.feedbacks.iter().map(|b| own(&plan, b, &mut draws)).collect(),
        note: parts.note,
        schema: parts.schema.map(|meaning| meaning.fit(plan.layers[0].neurons, names)),
        plan,
    }
}

fn layers(parts: &Parts) -> Vec<Layer> {
    let (neurons, kind) = parts.input.clone();
    let adds = parts.head.adds && matches!(kind, Kind::Input { code: Code::Graded, .. });
    let mut all = vec![Layer { adds, ..Layer::new(neurons, kind) }];
    for (neurons, kind, winner, coupling) in parts.layers.iter().cloned() {
        let graded = matches!(kind, Kind::Graded { .. });
        all.push(Layer { winner_take_all: winner && !graded, coupling, ..Layer::new(neurons, kind) });
    }
    all
}

/// Rewards are in windows after the answer, and only extra windows follow them.
fn windows(mut windows: Vec<Window>) -> Vec<Window> {
    let mut extra = false;
    for (w, window) in windows.iter_mut().enumerate() {
        let rewards = window.teacher == Teacher::Reward;
        if w == 0 {
            (window.start, window.extra) = (Start::Reset, false);
            window.teacher = if rewards { Teacher::Error } else { window.teacher };
        }
        extra |= w > 0 && (window.extra || rewards);
        window.extra = extra;
        if window.start == Start::Restore && !extra {
            window.start = Start::Keep;
        }
    }
    windows
}

fn projection(layers: &[Layer], pre: usize, post: usize, drawn: &Drawn, format: Int) -> Projection {
    let (max, bits, shift) = if format == 8 { (127, 7, 16) } else { (32767, 15, 8) };
    let (low, high) = (-max * drawn.bounds.0 / 3, max * drawn.bounds.1 / 3);
    let one_to_one = drawn.one_to_one && layers[pre].neurons == layers[post].neurons;
    let zero = if drawn.centred && !one_to_one { high / 2 } else { 0 };
    Projection {
        pre,
        post,
        fraction: clamp(bits + drawn.reach, 0, 15),
        low: if drawn.centred && !one_to_one { 0 } else { low },
        high: if drawn.centred && !one_to_one { 2 * zero } else { high },
        bias: drawn.bias,
        plastic: drawn.plastic,
        rate: drawn.rate,
        forget_shift: drawn.forget_shift.min(shift),
        zero,
        summed: drawn.summed,
        one_to_one,
        delay: drawn.delay,
    }
}

/// Feedback without a forward connection gets its own weights, feedback from the target keyed ones.
fn feedback(plan: &Plan, drawn: &Back) -> Option<Feedback> {
    let hidden = plan.layers.len() - 2;
    let layer = 1 + drawn.layer % hidden.max(1);
    let from = match drawn.from {
        Origin::Above(more) => From::Layer((layer + 1 + more).min(hidden + 1)),
        Origin::Target => From::Target,
    };
    let (word, shift) = (drawn.word, drawn.shift);
    let mut all =
        Feedback { layer, from, weights: drawn.weights, shift, word, bound: 0, plastic: false, rate: 0 };
    if matches!(all.weights, Along::Sign | Along::Tied) {
        // Prefers a projection that skips a layer.
        let skip = plan.projections.iter().rev().find(|p| p.pre == layer);
        if let (From::Layer(_), None, Some(p)) = (from, plan.upward(&all), skip) {
            all.from = From::Layer(p.post);
        }
        all.weights = match from {
            From::Target => Along::Keyed,
            From::Layer(_) if plan.upward(&all).is_none() => Along::Own,
            From::Layer(_) => all.weights,
        };
    }
    if all.weights == Along::Own {
        all.bound = plan.max() >> drawn.halvings.min(if plan.format == 8 { 2 } else { 8 });
        all.plastic = drawn.plastic && from != From::Target;
        all.rate = if all.plastic { drawn.rate } else { 0 };
    }
    (hidden > 0).then_some(all)
}

/// Reduces bounds until all sums fit; tied feedback with too large weights uses their signs.
fn narrow(plan: &mut Plan) {
    let feedbacks = std::mem::take(&mut plan.feedbacks);
    while !check::runs(plan) {
        for p in &mut plan.projections {
            (p.low, p.high, p.zero) = (p.low / 2, p.high / 2, p.zero / 2);
            p.high = if p.zero > 0 { 2 * p.zero } else { p.high };
        }
        assert!(plan.projections.iter().any(|p| p.high > 0), "cannot be narrowed: {plan:?}");
    }
    plan.feedbacks = feedbacks;
    while !check::runs(plan) {
        let greatest = plan.feedbacks.iter_mut().max_by_key(|b| b.bound).expect("without one it runs");
        if greatest.bound > 127 {
            greatest.bound /= 2;
        } else {
            let tied = plan.feedbacks.iter_mut().find(|b| b.weights == Along::Tied);
            tied.unwrap_or_else(|| panic!("cannot be narrowed")).weights = Along::Sign;
        }
    }
}

/// Minimum, zero point, maximum.
type Bounds = [Int; 3];

fn weight(draw: Draw, [low, zero, high]: Bounds) -> Int {
    let w = match draw {
        Draw::Part(part) if part < 0 => zero + (low - zero) * -part / 1000,
        Draw::Part(part) => zero + (high - zero) * part / 1000,
        Draw::High(below) => high - below,
        Draw::Low(above) => low + above,
    };
    clamp(w, low, high)
}

fn matrix<'a>(
    rows: usize,
    columns: usize,
    bounds: Bounds,
    draws: &mut impl Iterator<Item = &'a Draw>,
) -> Matrix {
    let mut next = || weight(*draws.next().expect("never ends"), bounds);
    (0..rows).map(|_| (0..columns).map(|_| next()).collect()).collect()
}

fn weights<'a>(plan: &Plan, p: &Projection, draws: &mut impl Iterator<Item = &'a Draw>) -> Matrix {
    matrix(plan.rows(p), plan.columns(p), [p.low, p.zero, p.high], draws)
}

fn own<'a>(plan: &Plan, b: &Feedback, draws: &mut impl Iterator<Item = &'a Draw>) -> Matrix {
    let (rows, columns) = plan.own(b);
    matrix(rows, columns, [-b.bound, 0, b.bound], draws)
}

/// The first window resets membranes; a persistent adaptation is kept.
fn kept<'a>(plan: &Plan, draws: &mut impl Iterator<Item = &'a Draw>) -> Vec<Vec<Vec<Int>>> {
    let mut column = |name: &str, n: usize| {
        let (low, high) = match name {
            "membrane" => (-32768, 32767),
            "rise" => (0, 2000),
            _ => (0, 9),
        };
        matrix(1, n, [low, 0, high], draws).remove(0)
    };
    let mut layer = |l: &Layer| l.columns().iter().map(|name| column(name, l.neurons)).collect();
    plan.layers[1..].iter().map(&mut layer).collect()
}
