//! The core's answers to single cases of learning rules.

mod differential;

use super::to;
use crate::oracle::numbers::Int;
use hebbit_core::learn::{
    Burst, BurstForm, BurstParams, Depression, Dfa, DfaParams, Drtp, ErrorTrains, Form, LearningRule,
    Microcircuit, MicrocircuitParams, PostFactors, Reward, RewardParams, RewardSide, Side, Squash, Stdp,
    StdpParams, Triplet, TripletLine, TripletNeuron, TripletParams,
};
use hebbit_core::num::{Count, Leak, Membrane, PreFactor, Trace};
use hebbit_core::signal::{Activity, Grain, Role, Teacher};

/// The rule's state of a line.
type MicrocircuitLine = <Microcircuit as LearningRule>::Pre;

pub(super) fn compute(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let (rule, file) = file.strip_prefix("learn/")?.split_once('/')?;
    match rule {
        "burst" if file.starts_with("rate_") || file.ends_with("spiking.vec") || file == "due_teach.vec" => {
            burst(file, x)
        }
        "burst" => counting::<Burst>(counted, file, x),
        "dfa" => counting::<Dfa>(|c| c, file, x),
        "drtp" => counting::<Drtp>(|c| c, file, x),
        "stdp" => stdp(file, x),
        "microcircuit" => microcircuit(file, x),
        "dh-control" => differential::control(file, x),
        "dh-predictive" => differential::predictive(file, x),
        "dh-equilibrium" => differential::equilibrium(file, x),
        "triplet" => triplet(file, x),
        "reward" => reward(file, x),
        _ => None,
    }
}

fn count(x: Int) -> Count {
    Count::from_bits(to(x))
}

fn leak(x: Int) -> Leak {
    Leak::from_bits(to(x))
}

fn trace(x: Int) -> Trace {
    Trace::from_bits(to(x))
}

fn membrane(x: Int) -> Membrane {
    Membrane::from_bits(to(x))
}

fn grain(x: Int) -> Grain {
    [Grain::Spike, Grain::Graded, Grain::Fine][to::<usize>(x)]
}

fn role(output: Int) -> Role {
    if output == 1 { Role::Output } else { Role::Hidden }
}

fn teacher(x: Int) -> Teacher {
    [Teacher::None, Teacher::Error, Teacher::Against, Teacher::Reward][to::<usize>(x)]
}

/// An output neuron that sees an event.
fn output(of: Int, event: Int) -> Activity {
    Activity { grain: grain(of), event: to(event), role: Role::Output, ..Activity::default() }
}

fn bits(pre: [PreFactor; 2]) -> [Int; 2] {
    pre.map(|pre| pre.to_bits().into())
}

fn terms(post: PostFactors) -> [Int; 2] {
    post.terms.map(Int::from)
}

/// The one term, which is also what is sent down.
fn sent<R: LearningRule>(params: &R::Params, state: R::Post, seen: &Activity) -> Int {
    let (_, post) = R::post(params, state, seen);
    assert_eq!((R::send(params, seen), false), (post.terms, post.forget));
    post.terms[0].into()
}

fn counted(c: DfaParams) -> BurstParams {
    let DfaParams { target, ceiling, spike_shift } = c;
    BurstParams { target, ceiling, spike_shift, ..BurstParams::default() }
}

fn counting<R: LearningRule<Pre = (), Post = ()>>(
    of: impl Fn(DfaParams) -> R::Params,
    file: &str,
    x: &[Int],
) -> Option<Vec<Int>> {
    let params = |target, ceiling, shift| {
        of(DfaParams { target: count(target), ceiling: count(ceiling), spike_shift: count(shift) })
    };
    let seen = Activity::default();
    Some(match file {
        "teach.vec" => {
            let seen = Activity { sum: to(x[1]), role: Role::Output, ..seen };
            vec![R::teach(&params(x[0], 0, 0), (), &seen, x[2] == 1).1.into()]
        }
        "post.vec" => {
            let seen = Activity { sum: to(x[1]), apical: to(x[2]), role: role(x[3]), ..seen };
            vec![sent::<R>(&params(1, x[0], 0), (), &seen)]
        }
        "pre.vec" => {
            let seen = Activity { sum: to(x[2]), grain: grain(x[1]), ..seen };
            vec![bits(R::pre(&params(1, 0, x[0]), (), &seen).1)[0]]
        }
        _ => return None,
    })
}

fn burst(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let params = |form, boxed: Int, learned: Int, gain: Int| BurstParams {
        target: count(1),
        form,
        squash: if boxed == 1 { Squash::Box } else { Squash::Logistic },
        learned: learned == 1,
        gain: count(gain),
        ..BurstParams::default()
    };
    let seen = Activity::default();
    Some(match file {
        "rate_teach.vec" => {
            let params = params(BurstForm::Rate, x[0], 0, 0);
            vec![Burst::teach(&params, (), &output(x[1], x[2]), x[3] == 1).1.into()]
        }
        "rate_post.vec" => {
            let params = params(BurstForm::Rate, x[0], x[1], x[2]);
            let seen = Activity { role: role(x[3]), apical: to(x[6]), ..output(x[4], x[5]) };
            let [first, second] = Burst::send(&params, &seen);
            let back = Burst::back(&params, &(), &seen);
            let term = Burst::post(&params, (), &seen).1.terms[0];
            vec![term.into(), first.into(), second.into(), back.pre.to_bits().into(), back.post.into()]
        }
        "rate_pre.vec" => {
            let params = BurstParams { spike_shift: count(x[0]), ..params(BurstForm::Rate, 0, 0, 0) };
            let seen = Activity { grain: grain(x[1]), event: to(x[2]), sum: to(x[3]), ..seen };
            vec![bits(Burst::pre(&params, (), &seen).1)[0]]
        }
        "spiking.vec" => {
            let form = if x[0] == 1 { BurstForm::Signed } else { BurstForm::Unsigned };
            let seen =
                Activity { apical: to(x[4]), draw: to(x[5]), event: to(x[3]), role: role(x[2]), ..seen };
            vec![sent::<Burst>(&params(form, 0, 0, x[1]), (), &seen)]
        }
        "due_teach.vec" | "due_spiking.vec" => {
            let (target, ceiling) = (count(x[0]), count(x[1]));
            let params = BurstParams { target, ceiling, due: true, ..params(BurstForm::Signed, 0, 0, 7) };
            if file == "due_teach.vec" {
                let seen = Activity { tick: to(x[2]), sum: to(x[3]), role: Role::Output, ..seen };
                return Some(vec![Burst::teach(&params, (), &seen, x[4] == 1).1.into()]);
            }
            let seen =
                Activity { role: role(x[2]), event: to(x[3]), sum: to(x[4]), apical: to(x[5]), ..seen };
            vec![sent::<Burst>(&params, (), &seen)]
        }
        _ => return None,
    })
}

fn stdp(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let params = |form, decay, bump, grow, shrink| StdpParams {
        form: [Form::Pair, Form::Instar, Form::ForgettingPair][to::<usize>(form)],
        pre_decay: leak(decay),
        post_decay: leak(decay),
        pre_bump: trace(bump),
        post_bump: trace(bump),
        grow: to(grow),
        shrink: to(shrink),
    };
    let seen = |event| Activity { event: to(event), ..Activity::default() };
    Some(match file {
        "pre.vec" => {
            let (s, pre) = Stdp::pre(&params(0, x[0], x[1], 0, 0), Side { trace: trace(x[2]) }, &seen(x[3]));
            let [grow, shrink] = bits(pre);
            vec![s.trace.to_bits().into(), grow, shrink]
        }
        "post.vec" => {
            let params = params(x[0], x[1], x[2], x[3], x[4]);
            let (s, post) = Stdp::post(&params, Side { trace: trace(x[5]) }, &seen(x[6]));
            let [grow, shrink] = terms(post);
            vec![s.trace.to_bits().into(), grow, shrink, post.forget.into()]
        }
        _ => return None,
    })
}

fn microcircuit(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let params = MicrocircuitParams { threshold: membrane(4096), ..MicrocircuitParams::default() };
    Some(match file {
        "teach.vec" => {
            let (error_decay, error_bump, rate) = (leak(x[0]), trace(x[1]), count(x[2]));
            let params = MicrocircuitParams { error_decay, error_bump, rate, ..params };
            let s = ErrorTrains { plus: trace(x[3]), minus: trace(x[4]) };
            let seen = Activity { tick: to(x[5]), sum: to(x[6]), ..output(0, x[7]) };
            let (s, apical) = Microcircuit::teach(&params, s, &seen, x[8] == 1);
            vec![s.plus.to_bits().into(), s.minus.to_bits().into(), apical.into()]
        }
        "post.vec" => {
            let params = MicrocircuitParams { threshold: membrane(x[0]), reach: membrane(x[1]), ..params };
            let (membrane, apical, role) = (to(x[2]), to(x[4]), role(x[5]));
            let seen = Activity { membrane, event: to(x[3]), apical, role, ..Activity::default() };
            vec![sent::<Microcircuit>(&params, ErrorTrains::default(), &seen)]
        }
        "pre.vec" => {
            let params = MicrocircuitParams { line_decay: leak(x[0]), line_bump: trace(x[1]), ..params };
            let seen = Activity { grain: grain(x[2]), event: to(x[4]), ..Activity::default() };
            let (s, pre) = Microcircuit::pre(&params, MicrocircuitLine { trace: trace(x[3]) }, &seen);
            vec![s.trace.to_bits().into(), bits(pre)[0]]
        }
        _ => return None,
    })
}

fn triplet(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let seen = Activity { event: to(x[8]), ..Activity::default() };
    let params = TripletParams::default();
    let [fast, slow] = [leak(x[0]), leak(x[1])];
    let [fast_bump, slow_bump] = [trace(x[2]), trace(x[3])];
    Some(match file {
        "pre.vec" => {
            let (a2_minus, a3_minus) = (count(x[4]), Depression { amplitude: to(x[5]), forgets: false });
            let params = TripletParams { r1_decay: fast, r2_decay: slow, a2_minus, a3_minus, ..params };
            let params = TripletParams { r1_bump: fast_bump, r2_bump: slow_bump, ..params };
            let (s, pre) = Triplet::pre(&params, TripletLine { r1: trace(x[6]), r2: trace(x[7]) }, &seen);
            let [grow, shrink] = bits(pre);
            vec![s.r1.to_bits().into(), s.r2.to_bits().into(), grow, shrink]
        }
        "post.vec" => {
            let (a2_plus, a3_plus) = (to(x[4]), to(x[5]));
            let params =
                TripletParams { a3_minus: Depression { amplitude: 0, forgets: x[9] == 1 }, ..params };
            let params = TripletParams { o1_decay: fast, o2_decay: slow, a2_plus, a3_plus, ..params };
            let params = TripletParams { o1_bump: fast_bump, o2_bump: slow_bump, ..params };
            let s = TripletNeuron { o1: trace(x[6]), o2: trace(x[7]) };
            let (s, post) = Triplet::post(&params, s, &seen);
            let [grow, shrink] = terms(post);
            vec![s.o1.to_bits().into(), s.o2.to_bits().into(), grow, shrink, post.forget.into()]
        }
        _ => return None,
    })
}

fn reward(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    if file == "teach.vec" {
        let params = RewardParams { target: trace(x[0]), ..RewardParams::default() };
        let (side, seen) =
            (RewardSide { trace: trace(x[1]) }, Activity { modulator: to(x[2]), ..Activity::default() });
        let (s, apical) = Reward::teach(&params, side, &seen, x[3] == 1);
        assert_eq!(s, side, "it only looks");
        return Some(vec![apical.into()]);
    }
    let (decay, bump) = (leak(x[0]), trace(x[1]));
    let params = RewardParams { line_decay: decay, line_bump: bump, decay, bump, ..RewardParams::default() };
    let side = RewardSide { trace: trace(x[2]) };
    let seen = Activity { event: to(x[3]), ..Activity::default() };
    let (s, factor) = match file {
        "pre_acting.vec" => {
            let grain = [Grain::Spike, Grain::Graded, Grain::Fine][to::<usize>(x[4])];
            let params = RewardParams { target: trace(1), ..params };
            let (s, pre) = Reward::pre(&params, side, &Activity { grain, ..seen });
            (s, bits(pre)[0])
        }
        "post_acting.vec" => {
            let role = [Role::Hidden, Role::Output][to::<usize>(x[4])];
            let params = RewardParams { target: trace(1), ..params };
            let seen = Activity { role, apical: to(x[5]), modulator: to(x[6]), ..seen };
            let (s, post) = Reward::post(&params, side, &seen);
            (s, terms(post)[0])
        }
        "pre.vec" => {
            let (s, pre) = Reward::pre(&params, side, &seen);
            (s, bits(pre)[0])
        }
        "post.vec" => {
            let (s, post) = Reward::post(&params, side, &Activity { modulator: to(x[4]), ..seen });
            (s, terms(post)[0])
        }
        _ => return None,
    };
    Some(vec![s.trace.to_bits().into(), factor])
}
