//! The core's answers to single cases of differential Hebbian rules.

use super::super::to;
use super::{bits, count, grain, leak, membrane, output, role, teacher, terms, trace};
use crate::oracle::numbers::Int;
use hebbit_core::learn::{
    DhControl, DhControlParams, DhControlState, DhEquilibrium, DhEquilibriumParams, DhEquilibriumSide,
    DhPredictive, DhPredictiveParams, DhPredictiveState, LearningRule, Spikes,
};
use hebbit_core::num::Word;
use hebbit_core::signal::{Activity, Role};

/// What the rule remembers of a line.
type DhControlLine = <DhControl as LearningRule>::Pre;

pub(super) fn control(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let params = DhControlParams::default();
    let form = |spikes, decay| DhControlParams {
        spikes: Spikes::from_word(to(spikes)),
        decay: leak(decay),
        ..params
    };
    let state = DhControlState::default();
    let seen = Activity::default();
    Some(match file {
        "teach.vec" => {
            let (proportional, integral) = (count(x[0]), count(x[1]));
            let (leak, high, low) = (count(x[2]), to(x[3]), to(x[4]));
            let params = DhControlParams { proportional, integral, leak, high, low, ..params };
            let s = DhControlState { integral_high: to(x[5]), integral_low: to(x[6]), ..state };
            let (s, apical) = DhControl::teach(&params, s, &output(x[7], x[8]), x[9] == 1);
            vec![s.integral_high.into(), s.integral_low.into(), apical.into()]
        }
        "post.vec" => {
            let s = DhControlState { last: to(x[2]), trace: trace(x[3]), ..state };
            let (grain, event, teacher) = (grain(x[4]), to(x[5]), teacher(x[6]));
            let seen = Activity { grain, event, teacher, draw: to(x[7]), tick: to(x[8]), ..seen };
            let (s, post) = DhControl::post(&form(x[0], x[1]), s, &seen);
            let [first, second] = terms(post);
            vec![s.last.into(), s.trace.to_bits().into(), first, second]
        }
        "pre.vec" => {
            let s = DhControlLine { trace: trace(x[2]) };
            let (grain, event, teacher) = (grain(x[3]), to(x[4]), teacher(x[5]));
            let seen = Activity { grain, event, teacher, draw: to(x[6]), tick: to(x[7]), ..seen };
            let (s, pre) = DhControl::pre(&form(x[0], x[1]), s, &seen);
            let [first, second] = bits(pre);
            vec![s.trace.to_bits().into(), first, second]
        }
        "back.vec" => {
            let s = DhControlState { last: to(x[1]), ..state };
            let seen = Activity { grain: grain(x[2]), event: to(x[3]), teacher: teacher(x[4]), ..seen };
            let back = DhControl::back(&form(x[0], 0), &s, &seen);
            vec![back.pre.to_bits().into(), back.post.into()]
        }
        _ => return None,
    })
}

pub(super) fn predictive(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let params = DhPredictiveParams::default();
    let state = DhPredictiveState::default();
    let seen = Activity::default();
    Some(match file {
        "teach.vec" => {
            let params = DhPredictiveParams { high: membrane(x[0]), low: membrane(x[1]), hinge: x[2] == 1 };
            let seen = Activity { current: to(x[3]), role: Role::Output, ..seen };
            vec![DhPredictive::teach(&params, state, &seen, x[4] == 1).1.into()]
        }
        "post.vec" => {
            let (role, teacher) = (role(x[1]), teacher(x[2]));
            let (membrane, current, apical) = (to(x[3]), to(x[4]), to(x[5]));
            let seen = Activity { role, teacher, membrane, current, apical, ..seen };
            let (s, post) = DhPredictive::post(&params, DhPredictiveState { last: to(x[0]) }, &seen);
            vec![s.last.into(), terms(post)[0], DhPredictive::send(&params, &seen)[0].into()]
        }
        "pre.vec" => {
            let seen = Activity { grain: grain(x[0]), event: to(x[1]), ..seen };
            vec![bits(DhPredictive::pre(&params, (), &seen).1)[0]]
        }
        _ => return None,
    })
}

pub(super) fn equilibrium(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let params = DhEquilibriumParams::default();
    let phase = || {
        let (teacher, grain, event) = (teacher(x[1]), grain(x[2]), to(x[3]));
        Activity { teacher, grain, event, ..Activity::default() }
    };
    let side = || DhEquilibriumSide { plus: to(x[0]) };
    Some(match file {
        "teach.vec" => {
            let params = DhEquilibriumParams { beta: count(x[0]), high: to(x[1]), low: to(x[2]) };
            let state = DhEquilibriumSide::default();
            vec![DhEquilibrium::teach(&params, state, &output(x[3], x[4]), x[5] == 1).1.into()]
        }
        "post.vec" => {
            let (s, post) = DhEquilibrium::post(&params, side(), &phase());
            let [change, mean] = terms(post);
            vec![s.plus.into(), change, mean, DhEquilibrium::send(&params, &phase())[0].into()]
        }
        "pre.vec" => {
            let (s, pre) = DhEquilibrium::pre(&params, side(), &phase());
            let [mean, change] = bits(pre);
            vec![s.plus.into(), mean, change]
        }
        _ => return None,
    })
}
