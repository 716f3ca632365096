//! NUMBERS 7.5: the kinds of neuron. A state is a row of numbers, the membrane first.

use super::numbers::{Int, clamp, floor_shift, leak, saturate};
use super::plan::Kind;

/// The parameters of a sample: while classifying, a kept rise is frozen.
pub fn while_learning(kind: &Kind, frozen: bool) -> Kind {
    match kind.clone() {
        Kind::Adaptive { threshold, reset, floor, leak, kept: true, .. } if frozen => {
            Kind::Adaptive { threshold, reset, floor, leak, bump: 0, decay: 0, kept: true }
        }
        kind => kind,
    }
}

/// The parameters of a window: where it settles, graded neurons are where their currents are.
pub fn while_settling(kind: &Kind, settles: bool) -> Kind {
    match kind.clone() {
        Kind::Graded { logistic, fine, .. } if settles => Kind::Graded { step: 0, logistic, fine },
        kind => kind,
    }
}

/// The state after the start of a window that resets.
pub fn reset(kind: &Kind, state: &[Int]) -> Vec<Int> {
    match kind {
        Kind::Input { .. } => state.iter().map(|_| 0).collect(),
        Kind::Lif { .. } => vec![0, 0],
        Kind::Adaptive { decay, kept: true, .. } => vec![0, leak(state[1], *decay)],
        Kind::Adaptive { .. } => vec![0, 0],
        Kind::Graded { .. } => vec![0],
    }
}

/// The state after this tick's current.
pub fn integrate(kind: &Kind, state: &[Int], current: Int) -> Vec<Int> {
    let v = state[0];
    match *kind {
        Kind::Input { .. } => unreachable!("an input does not integrate"),
        Kind::Lif { floor, leak: l, .. } => {
            let r = state[1];
            let i = if r > 0 { 0 } else { current };
            vec![saturate(leak(v, l) + i).max(floor), r]
        }
        Kind::Adaptive { floor, leak: l, decay, kept, .. } => {
            let rise = if kept { state[1] } else { leak(state[1], decay) };
            vec![saturate(leak(v, l) + current).max(floor), rise]
        }
        Kind::Graded { step, .. } => vec![saturate(v + floor_shift(current - v, step))],
    }
}

/// How far it is above its threshold.
pub fn excess(kind: &Kind, state: &[Int]) -> Int {
    match *kind {
        Kind::Input { .. } => unreachable!("an input has no threshold"),
        Kind::Lif { threshold, .. } => {
            if state[1] > 0 {
                -1
            } else {
                state[0] - threshold
            }
        }
        Kind::Adaptive { threshold, .. } => state[0] - threshold - state[1],
        Kind::Graded { .. } => 0,
    }
}

/// The state after it fired, and the event.
pub fn fire(kind: &Kind, state: &[Int]) -> (Vec<Int>, Int) {
    let v = state[0];
    match *kind {
        Kind::Input { .. } => unreachable!("an input does not fire"),
        Kind::Lif { threshold, reset, refractory, hard_reset, .. } => {
            let v = if hard_reset { reset } else { saturate(v - threshold) };
            (vec![v, refractory], 1)
        }
        Kind::Adaptive { reset, bump, .. } => (vec![reset, (state[1] + bump).min(65535)], 1),
        Kind::Graded { logistic, fine, .. } => (vec![v], activation(v, logistic, fine)),
    }
}

fn activation(v: Int, is_logistic: bool, is_fine: bool) -> Int {
    let (i, f) = (floor_shift(v, 8) + 128, v.rem_euclid(256));
    match (is_logistic, is_fine) {
        (false, false) => clamp(floor_shift(v, 4), 0, 255),
        (true, false) => logistic(i),
        (false, true) => clamp(v * 8, 0, 32767),
        (true, true) => fine(i) + floor_shift((fine(i + 1) - fine(i)) * f, 8),
    }
}

/// The state after another neuron won.
pub fn lose(kind: &Kind, state: &[Int]) -> Vec<Int> {
    match *kind {
        Kind::Lif { reset, .. } => vec![reset, (state[1] - 1).max(0)],
        Kind::Adaptive { reset, .. } => vec![reset, state[1]],
        Kind::Input { .. } | Kind::Graded { .. } => unreachable!("only spiking neurons compete"),
    }
}

/// The state after nothing happened.
pub fn rest(kind: &Kind, state: &[Int]) -> Vec<Int> {
    match *kind {
        Kind::Lif { .. } => vec![state[0], (state[1] - 1).max(0)],
        _ => state.to_vec(),
    }
}

/// `LOGISTIC[i]`, from its formula. No entry is so near an integer that a double could be wrong.
pub fn logistic(i: Int) -> Int {
    let x = (i as f64 - 127.5) / 16.0;
    ((256.0 / (1.0 + (-x).exp())).floor() as Int).min(255)
}

/// `F[i]`, from its formula. Here too a double is good enough.
pub fn fine(i: Int) -> Int {
    let x = (i as f64 - 128.0) / 16.0;
    ((32768.0 / (1.0 + (-x).exp())).floor() as Int).min(32767)
}
