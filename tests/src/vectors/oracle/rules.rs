//! The oracle's answers to single cases of learning rules.

use crate::oracle::numbers::Int;
use crate::oracle::plan::{Grain, Teacher};
use crate::oracle::rules::{
    Burst, Control, Counting, Equilibrium, Form, LearningRule, Microcircuit, Post, Predictive, Reward, Seen,
    Spikes, Stdp, Triplet,
};

pub(super) fn compute(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let (rule, file) = file.strip_prefix("learn/")?.split_once('/')?;
    match rule {
        "burst" if file.starts_with("rate_") || file == "spiking.vec" => burst(file, x),
        "burst" => counting(|c| Burst { counting: c, ..Burst::count(1, 0, 0) }, file, x),
        "dfa" | "drtp" => counting(|c| c, file, x),
        "stdp" => stdp(file, x),
        "microcircuit" => microcircuit(file, x),
        "dh-control" => control(file, x),
        "dh-predictive" => predictive(file, x),
        "dh-equilibrium" => equilibrium(file, x),
        "triplet" => triplet(file, x),
        "reward" => reward(file, x),
        _ => None,
    }
}

fn grain(x: Int) -> Grain {
    [Grain::Spike, Grain::Graded, Grain::Fine][usize::try_from(x).expect("a grain")]
}

fn teacher(x: Int) -> Teacher {
    [Teacher::None, Teacher::Error, Teacher::Against, Teacher::Reward][usize::try_from(x).expect("a teacher")]
}

/// The state afterwards, and what came of it.
fn with(mut state: Vec<Int>, more: impl IntoIterator<Item = Int>) -> Vec<Int> {
    state.extend(more);
    state
}

/// The one term, which is also what is sent down.
fn sent<R: LearningRule>(rule: &R, state: &mut [Int], seen: &Seen) -> Int {
    let term = rule.post(state, seen).terms[0];
    assert_eq!(rule.send(seen), [term, 0]);
    term
}

fn counting<R: LearningRule>(of: impl Fn(Counting) -> R, file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule = |target, ceiling, spike_shift| of(Counting { target, ceiling, spike_shift });
    let seen = Seen::default();
    Some(match file {
        "teach.vec" => {
            vec![rule(x[0], 0, 0).teach(&mut [], &Seen { sum: x[1], output: true, ..seen }, x[2] == 1)]
        }
        "post.vec" => {
            let seen = Seen { sum: x[1], apical: x[2], output: x[3] == 1, ..seen };
            vec![sent(&rule(1, x[0], 0), &mut [], &seen)]
        }
        "pre.vec" => vec![rule(1, 0, x[0]).pre(&mut [], &Seen { sum: x[2], grain: grain(x[1]), ..seen })[0]],
        _ => return None,
    })
}

fn burst(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule = |form, boxed, learned, gain| Burst { form, boxed, learned, gain, ..Burst::count(1, 0, 0) };
    let seen = Seen::default();
    Some(match file {
        "rate_teach.vec" => {
            let seen = Seen { grain: grain(x[1]), event: x[2], output: true, ..seen };
            vec![rule(Form::Rate, x[0] == 1, false, 0).teach(&mut [], &seen, x[3] == 1)]
        }
        "rate_post.vec" => {
            let rule = rule(Form::Rate, x[0] == 1, x[1] == 1, x[2]);
            let seen = Seen { output: x[3] == 1, grain: grain(x[4]), event: x[5], apical: x[6], ..seen };
            let term = rule.post(&mut [], &seen).terms[0];
            with(vec![term], rule.send(&seen).into_iter().chain(rule.back(&[], &seen)))
        }
        "rate_pre.vec" => {
            let mut rule = rule(Form::Rate, false, false, 0);
            rule.counting.spike_shift = x[0];
            vec![rule.pre(&mut [], &Seen { grain: grain(x[1]), event: x[2], sum: x[3], ..seen })[0]]
        }
        "spiking.vec" => {
            let form = if x[0] == 1 { Form::Signed } else { Form::Unsigned };
            let seen = Seen { output: x[2] == 1, event: x[3], apical: x[4], draw: x[5], ..seen };
            vec![sent(&rule(form, false, false, x[1]), &mut [], &seen)]
        }
        _ => return None,
    })
}

fn stdp(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule = |instar, decay, bump, grow, shrink| Stdp {
        instar,
        pre_decay: decay,
        post_decay: decay,
        pre_bump: bump,
        post_bump: bump,
        grow,
        shrink,
    };
    let seen = Seen::default();
    Some(match file {
        "pre.vec" => {
            let mut state = vec![x[2]];
            let pre = rule(false, x[0], x[1], 0, 0).pre(&mut state, &Seen { event: x[3], ..seen });
            with(state, pre)
        }
        "post.vec" => {
            let mut state = vec![x[5]];
            let Post { terms, forget } =
                rule(x[0] == 1, x[1], x[2], x[3], x[4]).post(&mut state, &Seen { event: x[6], ..seen });
            with(state, [terms[0], terms[1], forget.into()])
        }
        _ => return None,
    })
}

fn microcircuit(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule = Microcircuit {
        line_decay: 0,
        line_bump: 0,
        error_decay: 0,
        error_bump: 0,
        rate: 0,
        threshold: 4096,
        reach: 0,
    };
    let seen = Seen::default();
    Some(match file {
        "teach.vec" => {
            let rule = Microcircuit { error_decay: x[0], error_bump: x[1], rate: x[2], ..rule };
            let mut state = x[3..5].to_vec();
            let seen = Seen { tick: x[5], sum: x[6], event: x[7], output: true, ..seen };
            let apical = rule.teach(&mut state, &seen, x[8] == 1);
            with(state, [apical])
        }
        "post.vec" => {
            let rule = Microcircuit { threshold: x[0], reach: x[1], ..rule };
            let seen = Seen { membrane: x[2], event: x[3], apical: x[4], output: x[5] == 1, ..seen };
            vec![sent(&rule, &mut [0, 0], &seen)]
        }
        "pre.vec" => {
            let mut state = vec![x[3]];
            let seen = Seen { grain: grain(x[2]), event: x[4], ..seen };
            let pre = Microcircuit { line_decay: x[0], line_bump: x[1], ..rule }.pre(&mut state, &seen);
            with(state, [pre[0]])
        }
        _ => return None,
    })
}

fn spikes(x: Int) -> Spikes {
    [Spikes::None, Spikes::Fresh, Spikes::Repeated][x as usize]
}

fn control(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule =
        Control { proportional: 0, integral: 0, leak: 0, high: 0, low: 0, spikes: Spikes::None, decay: 0 };
    let seen = Seen::default();
    Some(match file {
        "teach.vec" => {
            let rule =
                Control { proportional: x[0], integral: x[1], leak: x[2], high: x[3], low: x[4], ..rule };
            let mut state = vec![x[5], x[6], 0, 0];
            let seen = Seen { grain: grain(x[7]), event: x[8], output: true, ..seen };
            let apical = rule.teach(&mut state, &seen, x[9] == 1);
            state.truncate(2);
            with(state, [apical])
        }
        "post.vec" => {
            let mut state = vec![0, 0, x[2], x[3]];
            let rule = Control { spikes: spikes(x[0]), decay: x[1], ..rule };
            let seen = Seen {
                grain: grain(x[4]),
                event: x[5],
                teacher: teacher(x[6]),
                draw: x[7],
                tick: x[8],
                ..seen
            };
            let post = rule.post(&mut state, &seen);
            with(state.split_off(2), post.terms)
        }
        "pre.vec" => {
            let mut state = vec![x[2]];
            let rule = Control { spikes: spikes(x[0]), decay: x[1], ..rule };
            let seen = Seen {
                grain: grain(x[3]),
                event: x[4],
                teacher: teacher(x[5]),
                draw: x[6],
                tick: x[7],
                ..seen
            };
            let pre = rule.pre(&mut state, &seen);
            with(state, pre)
        }
        "back.vec" => {
            let seen = Seen { grain: grain(x[2]), event: x[3], teacher: teacher(x[4]), ..seen };
            Control { spikes: spikes(x[0]), ..rule }.back(&[0, 0, x[1], 0], &seen).to_vec()
        }
        _ => return None,
    })
}

fn predictive(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule = Predictive { high: 0, low: 0, hinge: false };
    let seen = Seen::default();
    Some(match file {
        "teach.vec" => {
            let seen = Seen { current: x[3], output: true, ..seen };
            vec![Predictive { high: x[0], low: x[1], hinge: x[2] == 1 }.teach(&mut [0], &seen, x[4] == 1)]
        }
        "post.vec" => {
            let mut state = vec![x[0]];
            let seen = Seen {
                output: x[1] == 1,
                teacher: teacher(x[2]),
                membrane: x[3],
                current: x[4],
                apical: x[5],
                ..seen
            };
            let term = rule.post(&mut state, &seen).terms[0];
            with(state, [term, rule.send(&seen)[0]])
        }
        "pre.vec" => vec![rule.pre(&mut [], &Seen { grain: grain(x[0]), event: x[1], ..seen })[0]],
        _ => return None,
    })
}

fn equilibrium(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule = Equilibrium { beta: 0, high: 0, low: 0 };
    let seen = Seen::default();
    let phase = || Seen { teacher: teacher(x[1]), grain: grain(x[2]), event: x[3], ..seen };
    let mut state = vec![x[0]];
    Some(match file {
        "teach.vec" => {
            let rule = Equilibrium { beta: x[0], high: x[1], low: x[2] };
            let seen = Seen { grain: grain(x[3]), event: x[4], output: true, ..seen };
            vec![rule.teach(&mut state, &seen, x[5] == 1)]
        }
        "post.vec" => {
            let terms = rule.post(&mut state, &phase()).terms;
            with(state, [terms[0], terms[1], rule.send(&phase())[0]])
        }
        "pre.vec" => {
            let pre = rule.pre(&mut state, &phase());
            with(state, pre)
        }
        _ => return None,
    })
}

fn triplet(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let mut state = x[6..8].to_vec();
    let seen = Seen { event: x[8], ..Seen::default() };
    let (decay, bump) = ([x[0], x[1], x[0], x[1]], [x[2], x[3], x[2], x[3]]);
    let rule = Triplet { decay, bump, a2_plus: x[4], a3_plus: x[5], a2_minus: x[4], a3_minus: x[5] };
    let factors = match file {
        "pre.vec" => rule.pre(&mut state, &seen),
        "post.vec" => rule.post(&mut state, &seen).terms,
        _ => return None,
    };
    Some(with(state, factors))
}

fn reward(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let rule = Reward { line_decay: x[0], line_bump: x[1], decay: x[0], bump: x[1] };
    let mut state = vec![x[2]];
    let factor = match file {
        "pre.vec" => rule.pre(&mut state, &Seen { event: x[3], ..Seen::default() })[0],
        "post.vec" => {
            rule.post(&mut state, &Seen { event: x[3], modulator: x[4], ..Seen::default() }).terms[0]
        }
        _ => return None,
    };
    Some(with(state, [factor]))
}
