//! Draws of learning rules and their parameters.

use super::numbers::{any_leak, small};
use crate::oracle::numbers::Int;
use crate::oracle::rules::{
    Burst, Control, Counting, Equilibrium, Form, Microcircuit, Predictive, Reward, Rule, Spikes, Stdp,
    Triplet,
};
use hebbit_core::learn::AnyRule;
use proptest::prelude::*;
use std::ops::RangeInclusive;

pub(super) fn any_rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        4 => any_burst(),
        2 => any_stdp(),
        1 => any_microcircuit(),
        2 => any_control(),
        1 => any_predictive(),
        1 => any_equilibrium(),
        1 => any_triplet(),
        1 => any_reward(),
        1 => any_counting().prop_map(Rule::Dfa),
        1 => any_counting().prop_map(Rule::Drtp),
    ]
}

/// A parameter of a rule: mostly `usual`, now and then anything within the limits that are declared for it, its ends among it.
fn drawn(rule: &str, field: &str, usual: RangeInclusive<Int>) -> impl Strategy<Value = Int> + Clone {
    let rules = AnyRule::NAMES.iter().zip(AnyRule::RANGES);
    let mut fields = rules.filter(|(name, _)| **name == rule).flat_map(|(_, ranges)| ranges.iter());
    let range = fields.find(|range| range.name == field).expect("a rule has its fields");
    small(usual, range.low.into()..=range.high.into())
}

fn any_bump() -> impl Strategy<Value = Int> {
    small(1000..=30000, 0..=65535)
}

fn any_counting() -> impl Strategy<Value = Counting> {
    let ceiling = prop_oneof![6 => 3..=40_i128, 5 => Just(65535), 1 => 0..=2_i128, 2 => 255..=4000_i128];
    (drawn("dfa", "target", 1..=9), ceiling, 0..=8_i128).prop_map(|(target, ceiling, spike_shift)| Counting {
        target,
        ceiling,
        spike_shift,
    })
}

fn any_burst() -> impl Strategy<Value = Rule> {
    let form = prop_oneof![Just(Form::Count), Just(Form::Rate), Just(Form::Unsigned), Just(Form::Signed)];
    (any_counting(), form, any::<bool>(), any::<bool>(), 0..=7_i128, any::<bool>()).prop_map(
        |(counting, form, boxed, learned, gain, due)| {
            Rule::Burst(Burst { counting, form, boxed, learned, gain, due })
        },
    )
}

fn any_stdp() -> impl Strategy<Value = Rule> {
    (
        0..=2_i128,
        [any_leak(), any_leak()],
        [any_bump(), any_bump()],
        drawn("stdp", "grow", 100..=8000),
        drawn("stdp", "shrink", 0..=300),
    )
        .prop_map(|(form, [pre_decay, post_decay], [pre_bump, post_bump], grow, shrink)| {
            Rule::Stdp(Stdp { form, pre_decay, post_decay, pre_bump, post_bump, grow, shrink })
        })
}

fn any_microcircuit() -> impl Strategy<Value = Rule> {
    (
        [any_leak(), any_leak()],
        [any_bump(), any_bump()],
        drawn("microcircuit", "rate", 64..=256),
        drawn("microcircuit", "threshold", 1000..=6000),
        drawn("microcircuit", "reach", 1000..=9000),
    )
        .prop_map(|([line_decay, error_decay], [line_bump, error_bump], rate, threshold, reach)| {
            Rule::Microcircuit(Microcircuit {
                line_decay,
                line_bump,
                error_decay,
                error_bump,
                rate,
                threshold,
                reach,
            })
        })
}

fn any_control() -> impl Strategy<Value = Rule> {
    let leak = prop_oneof![Just(0), 0..=15_i128];
    (
        (drawn("dh-control", "proportional", 0..=3), drawn("dh-control", "integral", 0..=8), leak),
        [drawn("dh-control", "high", 16000..=32767), drawn("dh-control", "low", 0..=8000)],
        prop_oneof![2 => Just(Spikes::None), 1 => Just(Spikes::Fresh), 1 => Just(Spikes::Repeated)],
        any_leak(),
    )
        .prop_map(|((proportional, integral, leak), [high, low], spikes, decay)| {
            Rule::Control(Control { proportional, integral, leak, high, low, spikes, decay })
        })
}

fn any_predictive() -> impl Strategy<Value = Rule> {
    (drawn("dh-predictive", "high", 1000..=4096), drawn("dh-predictive", "low", -2000..=1000), any::<bool>())
        .prop_map(|(high, low, hinge)| Rule::Predictive(Predictive { high, low, hinge }))
}

fn any_equilibrium() -> impl Strategy<Value = Rule> {
    (
        drawn("dh-equilibrium", "beta", 0..=3),
        drawn("dh-equilibrium", "high", 16000..=32767),
        drawn("dh-equilibrium", "low", 0..=8000),
    )
        .prop_map(|(beta, high, low)| Rule::Equilibrium(Equilibrium { beta, high, low }))
}

fn any_triplet() -> impl Strategy<Value = Rule> {
    let plus = |field| drawn("triplet", field, 100..=8000);
    (
        [any_leak(), any_leak(), any_leak(), any_leak()],
        [any_bump(), any_bump(), any_bump(), any_bump()],
        [plus("a2_plus"), plus("a3_plus")],
        // The amplitude of the other is a byte of a word that has a bit beside it.
        (drawn("triplet", "a2_minus", 0..=40), small(0..=40, 0..=255)),
        any::<bool>(),
    )
        .prop_map(|(decay, bump, [a2_plus, a3_plus], (a2_minus, a3_minus), forgets)| {
            Rule::Triplet(Triplet { decay, bump, a2_plus, a3_plus, a2_minus, a3_minus, forgets })
        })
}

fn any_reward() -> impl Strategy<Value = Rule> {
    let acting = prop_oneof![
        1 => Just((0, 0)),
        3 => (prop_oneof![Just(0), Just(65535), 0..=65535_i128], small(1000..=20000, 1..=65535)),
    ];
    ([any_leak(), any_leak()], [any_bump(), any_bump()], acting).prop_map(
        |([line_decay, decay], [line_bump, bump], (explore, target))| {
            Rule::Reward(Reward { line_decay, line_bump, decay, explore, bump, target })
        },
    )
}
