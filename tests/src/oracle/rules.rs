//! NUMBERS 7.9.1 and 7.9.2: the learning rules, one end of a synapse at a time.

use super::numbers::{Int, clamp, floor_shift, leak, saturate, saturate_unsigned};
use super::plan::{Rule, Stdp};

/// What a rule sees of a neuron.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// This tick's event.
    pub event: Int,
    /// Since the window's start.
    pub sum: Int,
    /// The apical potential.
    pub apical: Int,
    /// Whether it is in the last layer.
    pub output: bool,
}

/// What a neuron brings to an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    /// Its trace afterwards.
    pub trace: Int,
    /// One factor per term.
    pub terms: [Int; 2],
    /// Whether its weights forget.
    pub forget: bool,
}

/// The apical potential that an output neuron makes of its target.
pub fn teach(rule: &Rule, sum: Int, wanted: bool) -> Int {
    match *rule {
        Rule::Burst { target, .. } if wanted => saturate(256 * clamp(target - sum, 0, 127)),
        Rule::Burst { .. } => saturate(256 * clamp(-sum, -128, 0)),
        Rule::Stdp(_) => 0,
    }
}

fn deviation(ceiling: Int, seen: Seen) -> Int {
    let open = seen.output || (0 < seen.sum && seen.sum < ceiling);
    if open { seen.apical } else { 0 }
}

/// The word that a neuron sends down.
pub fn send(rule: &Rule, seen: Seen) -> Int {
    match *rule {
        Rule::Burst { ceiling, .. } => deviation(ceiling, seen),
        Rule::Stdp(_) => 0,
    }
}

/// A neuron's part of a learning step.
pub fn post(rule: &Rule, trace: Int, seen: Seen) -> Post {
    match rule {
        Rule::Burst { ceiling, .. } => {
            Post { trace: 0, terms: [deviation(*ceiling, seen), 0], forget: false }
        }
        Rule::Stdp(p) => {
            let fired = seen.event != 0;
            let first = if fired { p.grow } else { 0 };
            let second = if p.instar { 0 } else { -saturate(p.shrink * units(trace)) };
            Post {
                trace: tick(trace, p.post_decay, p.post_bump, seen.event),
                terms: [first, second],
                forget: p.instar && fired,
            }
        }
    }
}

/// A line's part of a learning step: its trace afterwards and its factors.
pub fn pre(rule: &Rule, trace: Int, event: Int, sum: Int, graded: bool) -> (Int, [Int; 2]) {
    match rule {
        Rule::Burst { spike_shift, .. } => {
            let counted = if graded { sum } else { sum * (1 << spike_shift) };
            (0, [counted.min(255), 0])
        }
        Rule::Stdp(Stdp { pre_decay, pre_bump, .. }) => {
            let x = tick(trace, *pre_decay, *pre_bump, event);
            (x, [clamp(units(x), -255, 255), clamp(event, -255, 255)])
        }
    }
}

fn tick(z: Int, decay: Int, bump: Int, event: Int) -> Int {
    saturate_unsigned(leak(z, decay) + bump * event)
}

fn units(z: Int) -> Int {
    floor_shift(z, 8)
}
