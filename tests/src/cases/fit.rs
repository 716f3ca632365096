//! Draws become a network that can run.

use super::parts::{Draw, Drawn, Parts};
use crate::oracle::check;
use crate::oracle::numbers::{Int, clamp};
use crate::oracle::plan::{Along, Feedback, Kind, Layer, Matrix, Plan, Projection, Stored};

/// The network of `parts`.
pub(super) fn fit(parts: Parts) -> Stored {
    let mut windows = parts.windows;
    windows[0].keep = false;
    let mut layers = vec![Layer { neurons: parts.input.0, winner_take_all: false, kind: parts.input.1 }];
    for (neurons, kind, winner) in parts.layers {
        let graded = matches!(kind, Kind::Graded { .. });
        layers.push(Layer { neurons, winner_take_all: winner && !graded, kind });
    }
    let format = if parts.head.wide { 16 } else { 8 };
    let mut projections = Vec::new();
    for (l, drawn) in (1..layers.len()).zip(&parts.main) {
        projections.push(projection(l - 1, l, drawn, format));
        for (pre, post, drawn) in &parts.skips {
            let post = 1 + post % (layers.len() - 1);
            if post == l {
                projections.push(projection(pre % post, post, drawn, format));
            }
        }
    }
    let hidden = layers.len() - 2;
    let onto = |&(layer, weights, shift): &(usize, Along, Int)| {
        (hidden > 0).then(|| Feedback { layer: 1 + layer % hidden, weights, shift })
    };
    let [samples, steps, presented] = parts.head.counters;
    let mut plan = Plan {
        seed: parts.head.seed,
        format,
        first: parts.head.first,
        halve_every: parts.head.halve_every,
        samples,
        steps,
        presented,
        rule: parts.rule,
        windows,
        layers,
        projections,
        feedbacks: parts.feedbacks.iter().filter_map(onto).collect(),
    };
    narrow(&mut plan);
    let mut draws = parts.weights.iter().cycle();
    let output = plan.layers.last().map_or(0, |l| l.neurons);
    Stored {
        labels: parts.labels.map(|labels| labels[..output].to_vec()).unwrap_or_default(),
        kept: kept(&plan, &mut draws),
        weights: plan.projections.iter().map(|p| weights(&plan, p, &mut draws)).collect(),
        own: plan.feedbacks.iter().map(|b| own(&plan, b, &mut draws)).collect(),
        note: parts.note,
        plan,
    }
}

fn projection(pre: usize, post: usize, drawn: &Drawn, format: Int) -> Projection {
    let (max, bits, shift) = if format == 8 { (127, 7, 16) } else { (32767, 15, 8) };
    Projection {
        pre,
        post,
        fraction: clamp(bits + drawn.reach, 0, 15),
        low: -max * drawn.bounds.0 / 3,
        high: max * drawn.bounds.1 / 3,
        bias: drawn.bias,
        plastic: drawn.plastic,
        rate: drawn.rate,
        forget_shift: drawn.forget_shift.min(shift),
    }
}

/// Bounds shrink until all sums fit; feedback through weights that are too great goes by their signs.
fn narrow(plan: &mut Plan) {
    while !check::runs(plan) {
        match plan.feedbacks.iter_mut().find(|b| b.weights == Along::Tied) {
            Some(feedback) => feedback.weights = Along::Sign,
            None => {
                for p in &mut plan.projections {
                    (p.low, p.high) = (p.low / 2, p.high / 2);
                }
                assert!(plan.projections.iter().any(|p| p.high > 0), "cannot be narrowed: {plan:?}");
            }
        }
    }
}

fn weight(draw: Draw, low: Int, high: Int) -> Int {
    let w = match draw {
        Draw::Part(part) if part < 0 => low * -part / 1000,
        Draw::Part(part) => high * part / 1000,
        Draw::High(below) => high - below,
        Draw::Low(above) => low + above,
    };
    clamp(w, low, high)
}

fn matrix<'a>(
    rows: usize,
    columns: usize,
    low: Int,
    high: Int,
    draws: &mut impl Iterator<Item = &'a Draw>,
) -> Matrix {
    let mut next = || weight(*draws.next().expect("never ends"), low, high);
    (0..rows).map(|_| (0..columns).map(|_| next()).collect()).collect()
}

fn weights<'a>(plan: &Plan, p: &Projection, draws: &mut impl Iterator<Item = &'a Draw>) -> Matrix {
    matrix(plan.rows(p), plan.columns(p), p.low, p.high, draws)
}

fn own<'a>(plan: &Plan, b: &Feedback, draws: &mut impl Iterator<Item = &'a Draw>) -> Matrix {
    let rows = if b.weights == Along::Own { plan.layers[b.layer + 1].neurons } else { 0 };
    matrix(rows, plan.layers[b.layer].neurons, -127, 127, draws)
}

/// Membranes are reset by the first window, whatever they are; a kept rise lives on.
fn kept<'a>(plan: &Plan, draws: &mut impl Iterator<Item = &'a Draw>) -> Vec<Vec<Vec<Int>>> {
    let mut column = |name: &str, n: usize| {
        let (low, high) = match name {
            "membrane" => (-32768, 32767),
            "rise" => (0, 2000),
            _ => (0, 9),
        };
        matrix(1, n, low, high, draws).remove(0)
    };
    let mut layer = |l: &Layer| l.columns().iter().map(|name| column(name, l.neurons)).collect();
    plan.layers[1..].iter().map(&mut layer).collect()
}
