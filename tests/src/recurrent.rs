//! Recurrent networks of every kind of neuron, and two engines that learn random events with them.

use crate::oracle::bytes;
use crate::oracle::check;
use crate::oracle::numbers::Int;
use crate::oracle::plan::{
    Along, Answering, Code, Feedback, From, Kind, Layer, Learning, Life, Lived, Matrix, Plan, Projection,
    Rule, Stored, Teacher, Window,
};
use crate::oracle::rules::Burst;
use hebbit_core::net::{Engine, Scope, Target};
use hebbit_core::num::KeyedRng;
use std::fmt::Display;

const INPUTS: usize = 16;
const HIDDEN: usize = 12;
const OUTPUTS: usize = 5;
/// Samples between two comparisons of digests.
const APART: u32 = 64;

/// Every kind of neuron, by the name that a failure shows.
pub const KINDS: [(&str, Kind); 5] = [
    (
        "lif",
        Kind::Lif { threshold: 4096, reset: 0, floor: -8192, leak: 4096, refractory: 1, hard_reset: false },
    ),
    (
        "adaptive",
        Kind::Adaptive {
            threshold: 3000,
            reset: 0,
            floor: -8192,
            leak: 8192,
            bump: 500,
            decay: 2048,
            kept: true,
        },
    ),
    ("graded", Kind::Graded { step: 1, logistic: false, fine: false }),
    ("graded, logistic", Kind::Graded { step: 2, logistic: true, fine: false }),
    ("graded, fine", Kind::Graded { step: 1, logistic: true, fine: true }),
];

/// A network whose hidden layer hears itself, each neuron itself alone once more, and the output, all of them a tick later.
///
/// # Panics
/// If the sums of such a network do not fit.
pub fn network(kind: &Kind, format: Int, seed: u64) -> Vec<u8> {
    let high = if format == 8 { 127 } else { 8191 };
    let base = Projection {
        pre: 0,
        post: 1,
        fraction: if format == 8 { 7 } else { 13 },
        low: -high,
        high,
        bias: true,
        plastic: true,
        rate: 1,
        forget_shift: 0,
        zero: 0,
        summed: false,
        one_to_one: false,
        delay: false,
    };
    let delayed = Projection { delay: true, bias: false, ..base.clone() };
    // Graded events count 255 times as much as spikes.
    let (target, ceiling, shift) =
        if matches!(kind, Kind::Graded { .. }) { (100, 65535, 0) } else { (4, 200, 5) };
    let rule = Rule::Burst(Burst::count(target, ceiling, shift));
    let plan = Plan {
        seed,
        format,
        answering: Answering::Count,
        halve_every: 0,
        samples: 0,
        steps: 0,
        presented: 0,
        mean: 0,
        rule,
        others: Vec::new(),
        windows: vec![Window::first(12, Teacher::Error, Learning::Tick)],
        layers: vec![
            Layer::new(INPUTS, Kind::Input { code: Code::Poisson, minimum: 0, norm: 0 }),
            Layer::new(HIDDEN, kind.clone()),
            Layer::new(OUTPUTS, kind.clone()),
        ],
        projections: vec![
            base.clone(),
            Projection { pre: 1, ..delayed.clone() },
            Projection { pre: 1, one_to_one: true, bias: true, ..delayed.clone() },
            Projection { pre: 2, ..delayed },
            Projection { pre: 1, post: 2, ..base },
        ],
        feedbacks: vec![Feedback::fixed(1, From::Layer(2), Along::Tied, 0)],
        life: Life::default(),
        lived: Lived::default(),
    };
    assert!(check::runs(&plan), "the sums of this network fit");
    let mut rng = KeyedRng::new(0, 77, seed);
    let mut weight = || Int::from(rng.below(2 * high as u32 + 1)) - high;
    let mut matrix = |p: &Projection| -> Matrix {
        (0..plan.rows(p)).map(|_| (0..plan.columns(p)).map(|_| weight() / 3).collect()).collect()
    };
    let weights = plan.projections.iter().map(&mut matrix).collect();
    let columns = kind.columns().len();
    let kept = [HIDDEN, OUTPUTS].map(|neurons| vec![vec![0; neurons]; columns]).to_vec();
    let (labels, note, own) = (Vec::new(), Vec::new(), vec![Vec::new()]);
    bytes::write(&Stored { plan, labels, kept, weights, own, note, schema: None })
}

/// Lets two engines, which have loaded the same network, learn random samples until its neurons have had so many events. The events.
///
/// # Errors
/// The first difference.
pub fn learn<A, B>(a: &mut A, b: &mut B, events: u64, seed: u64) -> Result<u64, String>
where
    A: Engine + ?Sized,
    B: Engine + ?Sized,
{
    let mut met = 0;
    for sample in 0.. {
        let mut rng = KeyedRng::new(sample, 78, seed);
        let values: Vec<u8> = (0..INPUTS).map(|_| rng.word().to_le_bytes()[3]).collect();
        let target = Target::Class(rng.below(OUTPUTS as u32) as u8);
        let x = a.learn(&values, target).map_err(told)?;
        let y = b.learn(&values, target).map_err(told)?;
        if x != y {
            return Err(format!("sample {sample}: {} {x:?}, {} {y:?}", a.name(), b.name()));
        }
        met += u64::from(x.spikes);
        if sample % APART == APART - 1 || met >= events {
            for scope in [Scope::State, Scope::Stored] {
                let (x, y) = (a.digest(scope).map_err(told)?, b.digest(scope).map_err(told)?);
                if x != y {
                    return Err(format!(
                        "after sample {sample}, {scope:?}: {} {x}, {} {y}",
                        a.name(),
                        b.name()
                    ));
                }
            }
        }
        if met >= events {
            break;
        }
        if sample > 1000 && met == 0 {
            return Err("nothing fires".to_owned());
        }
    }
    Ok(met)
}

fn told(error: impl Display) -> String {
    error.to_string()
}
