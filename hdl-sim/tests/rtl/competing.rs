//! Random neurons with adaptive thresholds, and random networks that learn by stdp.

use crate::networks::Draws;
use hebbit_core::learn::{AnyRule, Form, StdpParams};
use hebbit_core::net::{LayerKind, Learning, Plan};
use hebbit_core::neuron::{AdaptiveParams, AnyNeuron};
use hebbit_core::num::{Leak, Membrane, Rise, Trace};
use hebbit_core::signal::Teacher;

/// Low thresholds are frequent, so that many neurons compete.
pub(crate) fn adaptive(d: &mut Draws<'_>) -> AdaptiveParams {
    let threshold = [4096, d.small(1, 2000), d.small(1, 32767)][d.of(3) as usize];
    let floor = [-8192, 0, d.small(-32768, 0)][d.of(3) as usize];
    let reset = d.between(floor.into(), i32::from(threshold) - 1) as i16;
    AdaptiveParams {
        threshold: Membrane::from_bits(threshold),
        reset: Membrane::from_bits([0, reset][d.of(2) as usize]),
        floor: Membrane::from_bits(floor),
        leak: Leak::from_bits([0, 4096, d.of(65536) as u16][d.of(3) as usize]),
        bump: Rise::from_bits([64, d.of(4096) as u16, d.of(65536) as u16][d.of(3) as usize]),
        decay: Leak::from_bits([0, 4096, d.of(65536) as u16][d.of(3) as usize]),
        kept: !d.rarely(3),
    }
}

/// Makes a plan learn by stdp, instar form: one layer, most often of neurons that compete.
pub(crate) fn stdp(d: &mut Draws<'_>, plan: &mut Plan) {
    plan.rule = AnyRule::Stdp(StdpParams {
        form: Form::Instar,
        pre_decay: Leak::from_bits(65_535),
        post_decay: Leak::from_bits([16_384, d.of(65536) as u16][d.of(2) as usize]),
        pre_bump: Trace::from_bits(256),
        post_bump: Trace::from_bits([256, d.of(65536) as u16][d.of(2) as usize]),
        grow: [510, d.small(-2000, 2000), d.small(-32768, 32767)][d.of(3) as usize],
        shrink: d.small(0, 32767),
    });
    plan.layers.truncate(2);
    plan.feedback.clear();
    plan.projections.truncate(1);
    for p in &mut plan.projections {
        p.plastic = true;
        p.forget_shift = [10, d.of(17) as u16][d.of(2) as usize];
        p.rate = [0, p.rate][d.of(2) as usize];
    }
    if !d.rarely(4) {
        for layer in plan.layers.iter_mut().skip(1) {
            layer.kind = LayerKind::Neurons(AnyNeuron::Adaptive(adaptive(d)));
            layer.winner_take_all = !d.rarely(4);
        }
    }
    for window in &mut plan.windows {
        window.learning = if d.rarely(4) { window.learning } else { Learning::Tick };
    }
}

/// Changes a plan so that it fits the build of an UP5K for stdp.
pub(crate) fn small_stdp(d: &mut Draws<'_>, plan: &mut Plan) {
    stdp(d, plan);
    for layer in plan.layers.iter_mut().skip(1) {
        let mut params = adaptive(d);
        if !d.rarely(4) {
            params.threshold = Membrane::from_bits(1 + d.small(0, 200));
            params.reset = Membrane::from_bits(params.reset.to_bits().min(0));
        }
        layer.kind = LayerKind::Neurons(AnyNeuron::Adaptive(params));
    }
    if let AnyRule::Stdp(params) = &mut plan.rule {
        params.post_decay = Leak::from_bits(16_384);
    }
    for p in &mut plan.projections {
        (p.zero, p.low, p.fraction, p.forget_shift) = (0, p.low.min(-1), 12, 10);
    }
    // A program of many windows does not fit.
    plan.windows.truncate(2);
    for window in &mut plan.windows {
        window.teacher = if window.teacher == Teacher::Against { Teacher::None } else { window.teacher };
    }
}
