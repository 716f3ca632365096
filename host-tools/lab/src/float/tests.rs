//! What the papers promise of their rules, checked on the twins.

use super::control::{Own, Pre};
use super::matrix::cosine;
use super::net::{Net, Squash, State};
use super::*;
use hebbit::run::Feedback;

/// A sample of `n` values from 0 to 1.
fn sample(n: usize, seed: usize) -> Vec<f32> {
    (0..n).map(|i| ((i * 7 + seed * 5 + i * i * seed) % 11) as f32 / 10.0).collect()
}

/// `-(d ⊗ below)` of every layer: what is to be compared with a gradient.
fn outer(x: &[f32], state: &State, d: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let layer = |(l, d): (usize, &Vec<f32>)| {
        state.below(x, l).iter().flat_map(|x| d.iter().map(move |d| -x * d)).collect()
    };
    d.iter().enumerate().map(layer).collect()
}

/// How far the weights moved in one step, per layer, with the sign of a gradient.
fn moved(before: &Net, after: &Net) -> Vec<Vec<f32>> {
    let layer = |(a, b): (&matrix::Matrix, &matrix::Matrix)| {
        a.weights.iter().zip(&b.weights).map(|(a, b)| a - b).collect()
    };
    before.layers.iter().zip(&after.layers).map(layer).collect()
}

fn squared(net: &Net) -> Backprop {
    let (hidden, output) = (net.hidden, net.output);
    Backprop::of(bp::Params { hidden, output, loss: Loss::Squared, ..bp::Params::default() }, net.clone())
}

#[test]
fn tied_burst_is_backpropagation() {
    let mut twin = Burst::new(burst::Params::default(), &[12, 20, 4], 3);
    for (class, seed) in [(0, 1), (3, 2), (1, 7)] {
        let x = sample(12, seed);
        twin.sweep(&x, Some(class));
        let update = outer(&x, twin.state(), twin.deviations());
        for (l, (a, b)) in update.iter().zip(squared(&twin.net).gradient(&x, class)).enumerate() {
            assert!(cosine(a, &b) >= 0.99, "layer {l}: {}", cosine(a, &b));
        }
    }
}

#[test]
fn burst_without_a_teacher_is_exactly_nothing() {
    for feedback in [Feedback::Tied, Feedback::Sign, Feedback::Random] {
        for squash in [Squash::Logistic, Squash::Clip] {
            let mut twin =
                Burst::new(burst::Params { feedback, squash, ..Default::default() }, &[9, 8, 7, 3], 5);
            twin.sweep(&sample(9, 2), None);
            assert!(twin.apicals().iter().chain(twin.deviations()).flatten().all(|u| *u == 0.0));
        }
    }
}

#[test]
fn burst_deviates_from_the_linear_in_third_order() {
    let error = |amplitude: f32| {
        let params =
            burst::Params { amplitude, feedback_scale: 6.0, feedback: Feedback::Sign, ..Default::default() };
        let mut twin = Burst::new(params, &[12, 20, 4], 3);
        twin.sweep(&sample(12, 1), Some(2));
        let (u, e) = (&twin.apicals()[0], &twin.state().r[0]);
        let off = twin.deviations()[0].iter().zip(u).zip(e).map(|((d, u), e)| d - e * (1.0 - e) * u);
        off.map(|d| d * d).sum::<f32>().sqrt()
    };
    let ratio = error(0.2) / error(0.1);
    assert!((7.5..8.5).contains(&ratio), "{ratio}");
}

#[test]
fn the_homeostatic_rule_silences_the_apical_compartment() {
    let params = burst::Params { rate_q: Some(0.1), feedback: Feedback::Random, ..Default::default() };
    let mut twin = Burst::new(params, &[12, 20, 16, 4], 3);
    let mut size = || {
        let mut total = 0.0;
        for seed in 0..20 {
            twin.sweep(&sample(12, seed), None);
            total += twin.apicals().iter().flatten().map(|u| u.abs()).sum::<f32>();
            twin.settle(0.1);
        }
        total
    };
    let sizes: Vec<f32> = (0..10).map(|_| size()).collect();
    assert!(sizes.windows(2).all(|w| w[1] < w[0]) && sizes[9] < sizes[0] / 5.0, "{sizes:?}");
}

#[test]
fn control_reaches_its_target_by_the_jacobian_and_not_against_it() {
    let left = |factor: f32| {
        let (own, output, target) = (Own::Jacobian(factor), Squash::Linear, (0.3, -0.2));
        let (ticks, proportional, integral) = (3000, 0.0, 0.02);
        let params =
            control::Params { own, output, target, ticks, proportional, integral, ..Default::default() };
        let mut twin = Control::new(params, &[8, 40, 3], 2);
        twin.control(&sample(8, 1), 1)
    };
    assert!(left(1.0) < 1e-3, "{}", left(1.0));
    assert!(left(-1.0) > 0.1, "{}", left(-1.0));
}

#[test]
fn control_with_nothing_to_correct_changes_nothing() {
    let mut twin = Control::new(control::Params::default(), &[8, 10, 3], 2);
    let x = sample(8, 1);
    // All outputs alike and both targets there: no error.
    twin.net.layers[1].weights.fill(0.0);
    twin.params.target = (0.5, 0.5);
    let before = twin.net.clone();
    twin.learn(&x, 1, 1.0);
    assert_eq!(before, twin.net);
}

#[test]
fn one_step_of_control_is_the_gradient() {
    let params = control::Params {
        own: Own::Tied(1.0),
        ticks: 1,
        step: 0.01,
        rates: (1.0, 1.0),
        pre: Pre::First,
        ..Default::default()
    };
    let mut twin = Control::new(params, &[12, 20, 4], 3);
    let before = twin.net.clone();
    let params = bp::Params { output: Squash::Logistic, loss: Loss::Matching, ..Default::default() };
    let exact = Backprop::of(params, before.clone()).gradient(&sample(12, 1), 2);
    twin.learn(&sample(12, 1), 2, 1.0);
    let cos = cosine(&moved(&before, &twin.net)[0], &exact[0]);
    assert!(cos > 0.99, "{cos}");
}

#[test]
fn ticks_of_control_telescope_under_a_constant_line() {
    let learn = |pre: Pre| {
        let params = control::Params { pre, own: Own::Sign(0.0), rates: (1.0, 1.0), ..Default::default() };
        let mut twin = Control::new(params, &[8, 10, 3], 2);
        twin.learn(&sample(8, 1), 1, 1.0);
        twin.net
    };
    let close = |a: &Net, b: &Net| moved(a, b).concat().iter().all(|d| d.abs() < 1e-5);
    // Without feedback to the hidden layer its rates stand still.
    assert!(close(&learn(Pre::Each), &learn(Pre::Last)) && close(&learn(Pre::First), &learn(Pre::Last)));
}

#[test]
fn prediction_telescopes_and_its_energy_falls() {
    let mut twin = Predictive::new(predictive::Params::default(), &[8, 10, 9, 3], 2);
    let energy = twin.infer(&sample(8, 1), 1);
    assert!(energy.windows(2).all(|w| w[1] <= w[0] + 1e-6), "{energy:?}");
    let [x, total, first] = twin.moved();
    for l in 0..2 {
        for ((x, total), first) in x[l].iter().zip(&total[l]).zip(&first[l]) {
            assert!((x - first - total).abs() < 1e-5);
        }
    }
}

#[test]
fn a_small_nudge_of_prediction_is_backpropagation() {
    let params = predictive::Params {
        satisfied: false,
        nudge: 0.01,
        ticks: 100,
        hidden: Squash::Logistic,
        rates: (1.0, 1.0),
        ..Default::default()
    };
    let mut twin = Predictive::new(params, &[12, 20, 9, 4], 3);
    let before = twin.net.clone();
    twin.learn(&sample(12, 1), 2, 1.0);
    for (a, b) in moved(&before, &twin.net).iter().zip(squared(&before).gradient(&sample(12, 1), 2)) {
        assert!(cosine(a, &b) > 0.99, "{}", cosine(a, &b));
    }
}

/// A small equilibrium network away from the bounds of its states.
fn equilibrium(beta: f32) -> Equilibrium {
    let params = equilibrium::Params {
        free: 200,
        nudged: 100,
        beta,
        gain: (0.5, 0.5),
        rates: (1.0, 1.0),
        ..Default::default()
    };
    let mut twin = Equilibrium::new(params, &[6, 8, 3], 4);
    twin.net.layers.iter_mut().for_each(|l| l.bias.fill(0.3));
    twin
}

const WANTED_STATES: [f32; 3] = [0.0, 1.0, 0.0];

/// `-½|t - s_L|²` in the free state of the network.
fn merit(twin: &mut Equilibrium, x: &[f32]) -> f32 {
    let output = twin.free(x)[1].clone();
    output.iter().zip(WANTED_STATES).map(|(s, t)| -(t - s).powi(2) / 2.0).sum()
}

#[test]
fn equilibrium_follows_the_gradient_of_its_free_state() {
    let x = sample(6, 3);
    let mut twin = equilibrium(0.02);
    let before = twin.net.clone();
    twin.learn(&x, 1, 1.0);
    let update = moved(&before, &twin.net);
    for (l, update) in update.iter().enumerate() {
        let mut differences = Vec::new();
        for i in 0..before.layers[l].weights.len() {
            let mut at = |delta: f32| {
                twin.net = before.clone();
                twin.net.layers[l].weights[i] += delta;
                merit(&mut twin, &x)
            };
            differences.push(at(-0.02) - at(0.02));
        }
        assert!(cosine(update, &differences) > 0.99, "layer {l}: {}", cosine(update, &differences));
    }
}

#[test]
fn equilibrium_does_not_mind_which_phase_is_plus() {
    let (mut a, mut b) = (equilibrium(0.1), equilibrium(-0.1));
    a.learn(&sample(6, 3), 1, 1.0);
    b.learn(&sample(6, 3), 1, 1.0);
    assert!(moved(&a.net, &b.net).concat().iter().all(|d| d.abs() < 1e-5));
}

#[test]
fn equilibrium_at_its_target_learns_nothing() {
    let mut twin = equilibrium(0.1);
    let x = sample(6, 3);
    let target = twin.free(&x)[1].clone();
    let (change, middle) = twin.terms(&x, &target);
    assert!(change.iter().flatten().all(|d| d.abs() < 1e-5));
    assert!(middle.iter().flatten().all(|s| (0.0..=1.0).contains(s)));
}

#[test]
fn the_terms_of_equilibrium_are_the_difference_of_its_products() {
    let mut twin = equilibrium(0.1);
    let (plus, minus) = twin.phases(&sample(6, 3), &WANTED_STATES);
    let (change, middle) = twin.terms(&sample(6, 3), &WANTED_STATES);
    for (i, j) in [(0, 0), (3, 1), (7, 2)] {
        let products = plus[0][i] * plus[1][j] - minus[0][i] * minus[1][j];
        let terms = change[0][i] * middle[1][j] + middle[0][i] * change[1][j];
        assert!((products - terms).abs() < 1e-6);
    }
}

#[test]
fn a_microcircuit_without_error_learns_nothing() {
    let params = microcircuit::Params { target: 0.0, ..Default::default() };
    let mut twin = Microcircuit::new(params, &[12, 20, 4], 3);
    // Outputs that never fire are right when none should.
    twin.net.layers[1].weights.iter_mut().for_each(|w| *w = -w.abs());
    let before = twin.net.clone();
    twin.learn(&sample(12, 1), 2, 1.0);
    assert!(twin.hidden_spikes() > 0 && before == twin.net);
}

#[test]
fn direct_feedback_sends_what_its_name_says() {
    let x = sample(12, 1);
    let mut drtp = Direct::new(direct::Params::drtp(), &[12, 20, 4], 3);
    let before = drtp.deltas(&x, 2)[0].clone();
    drtp.net.layers[1].weights.iter_mut().for_each(|w| *w = -*w);
    assert_eq!(before, drtp.deltas(&x, 2)[0]);
    let mut dfa = Direct::new(direct::Params::dfa(), &[12, 20, 4], 3);
    // With the output's own weights for feedback it is backpropagation.
    dfa.feedback[0].weights.clone_from(&dfa.net.layers[1].weights);
    let mut exact = Backprop::of(bp::Params::default(), dfa.net.clone());
    let deltas = dfa.deltas(&x, 2).to_vec();
    assert!(
        deltas.iter().flatten().zip(exact.deltas(&x, 2).iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-6)
    );
}
