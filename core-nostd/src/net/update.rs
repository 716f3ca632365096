//! `Feedback` and `Learn`: the rule's four faces applied to columns, and the one update.

use super::Target;
use super::kernels::{Kernels, Rows, Update, WeightsMut};
use super::layer::Layer;
use super::observe::Parts;
use super::plan::{FeedbackWeights, Plan, Teacher};
use super::projection::Projection;
use crate::learn::{LearningRule, RuleVisitor};
use crate::net::kernels::scalar;
use crate::num::{StepKey, Words, falling, fold_rate, from_column, index, length, line};
use crate::signal::{Activity, Role, Wanted};

/// `Feedback`: the teacher's word reaches the output, then one sweep down, each layer reading what the layer above
/// has just computed.
pub(super) struct FeedbackSweep<'x, 'a, K> {
    pub(super) parts: &'x mut Parts<'a>,
    pub(super) kernels: &'x K,
    pub(super) teacher: Teacher,
    pub(super) target: Target,
}

impl<K: Kernels> RuleVisitor for FeedbackSweep<'_, '_, K> {
    type Out = ();

    fn visit<R: LearningRule>(self, params: &R::Params) {
        let Self { parts, kernels, teacher, target } = self;
        let top = parts.layers.len().saturating_sub(1);
        if let Some(output) = parts.layers.last_mut() {
            match (teacher, target) {
                (Teacher::Error, Target::Class(class)) => teach::<R>(params, output, class),
                _ => output.apical.fill(0),
            }
            send::<R>(params, output, Role::Output);
        }
        for l in (1..top).rev() {
            let Some([layer, above]) = parts.layers.get_disjoint_mut([l, l.saturating_add(1)]).ok() else {
                return;
            };
            layer.total.fill(0);
            if above.send.iter().any(|&word| word != 0) {
                for feedback in parts.feedback.iter_mut().filter(|b| index(b.plan.layer) == l) {
                    let Some(upward) = parts.projections.get(feedback.upward) else { continue };
                    let rows = Rows { weights: upward.weights.as_ref(), width: upward.width };
                    let shift = u32::from(feedback.plan.shift);
                    let fraction = u32::from(upward.plan.fraction);
                    match feedback.plan.weights {
                        FeedbackWeights::Sign => kernels.sign_rows(layer.total, rows, above.send, shift),
                        FeedbackWeights::Tied => kernels.dot_rows(layer.total, rows, above.send, fraction),
                        FeedbackWeights::Own => feedback.add_own(kernels, above.send, layer.total),
                    }
                }
            }
            scalar::saturate_all(layer.apical, layer.total);
            send::<R>(params, layer, Role::Hidden);
        }
    }
}

fn teach<R: LearningRule>(params: &R::Params, output: &mut Layer<'_>, class: u8) {
    let Layer { events, sums, state, apical, .. } = output;
    let each = events.iter().zip(sums.iter()).zip(state.iter()).zip(apical.iter_mut());
    for (i, (((&event, &sum), &membrane), apical)) in each.enumerate() {
        let activity = Activity {
            event,
            sum,
            membrane: from_column(membrane),
            role: Role::Output,
            ..Activity::default()
        };
        *apical = R::teach(params, &activity, Wanted(i == usize::from(class))).to_bits();
    }
}

fn send<R: LearningRule>(params: &R::Params, layer: &mut Layer<'_>, role: Role) {
    let Layer { send, events, sums, state, apical, .. } = layer;
    let each = events.iter().zip(sums.iter()).zip(state.iter()).zip(apical.iter());
    for (word, (((&event, &sum), &membrane), &apical)) in send.iter_mut().zip(each) {
        let activity = Activity { event, sum, membrane: from_column(membrane), apical, role, graded: false };
        *word = R::send(params, &activity).to_bits();
    }
}

/// `Learn`: factors of neurons, then of lines, then every plastic projection.
pub(super) struct LearnStep<'x, 'a, K> {
    pub(super) plan: &'x Plan,
    pub(super) parts: &'x mut Parts<'a>,
    pub(super) kernels: &'x K,
}

impl<K: Kernels> RuleVisitor for LearnStep<'_, '_, K> {
    type Out = ();

    fn visit<R: LearningRule>(self, params: &R::Params) {
        let Self { plan, parts, kernels } = self;
        let top = plan.output();
        for (l, layer) in parts.layers.iter_mut().enumerate().skip(1) {
            neuron_factors::<R>(params, layer, if l == top { Role::Output } else { Role::Hidden });
        }
        for (p, projection) in parts.projections.iter_mut().enumerate().filter(|(_, p)| p.plan.plastic) {
            let Some(post) = parts.layers.get(index(projection.plan.post)) else { continue };
            let key = StepKey::new(plan.counters.steps, length(p), plan.seed);
            fold(
                projection,
                post,
                key,
                falling(projection.plan.rate, plan.counters.samples, plan.halve_every),
            );
        }
        for (l, layer) in parts.layers.iter_mut().enumerate().take(top) {
            let learns = |p: &Projection<'_>| index(p.plan.pre) == l && p.active_len > 0;
            let forgets = parts.projections.iter().any(|p| learns(p) && p.forgets);
            if R::Pre::LEN > 0 || parts.projections.iter().any(learns) {
                line_factors::<R>(params, layer, forgets);
            }
        }
        for (p, projection) in parts.projections.iter_mut().enumerate().filter(|(_, p)| p.active_len > 0) {
            let pair = [index(projection.plan.pre), index(projection.plan.post)];
            let Some([pre, post]) = parts.layers.get_disjoint_mut(pair).ok() else { continue };
            let key = StepKey::new(plan.counters.steps, length(p), plan.seed);
            update(kernels, projection, pre, post, key, plan.format.shift());
        }
    }
}

fn neuron_factors<R: LearningRule>(params: &R::Params, layer: &mut Layer<'_>, role: Role) {
    let n = layer.plan.len();
    let Layer { neuron_state, terms: [terms0, terms1], forget, events, sums, state, apical, .. } = layer;
    let mut seen = events.iter().zip(sums.iter()).zip(state.iter()).zip(apical.iter());
    let mut outs = terms0.iter_mut().zip(terms1.iter_mut()).zip(forget.iter_mut());
    R::Post::each(neuron_state, n, |s| {
        let (Some((((&event, &sum), &membrane), &apical)), Some(((term0, term1), forget))) =
            (seen.next(), outs.next())
        else {
            return s;
        };
        let activity = Activity { event, sum, membrane: from_column(membrane), apical, role, graded: false };
        let (s, factors) = R::post(params, s, &activity);
        [*term0, *term1] = factors.terms;
        *forget = u16::from(factors.forget);
        s
    });
}

/// Folds the learning rate into a layer's factors, for one projection.
fn fold(projection: &mut Projection<'_>, layer: &Layer<'_>, key: StepKey, rate: i32) {
    let [terms0, terms1] = &layer.terms;
    let [post0, post1] = &mut projection.post;
    let (mut dither0, mut dither1) = (key.post(0), key.post(1));
    projection.active_len = 0;
    projection.forgets = false;
    let columns = terms0.iter().zip(terms1.iter()).zip(layer.forget.iter());
    let outs = post0.iter_mut().zip(post1.iter_mut());
    for (c, (((&t0, &t1), &forget), (q0, q1))) in columns.zip(outs).enumerate() {
        *q0 = fold_rate(t0, rate, dither0.b);
        *q1 = fold_rate(t1, rate, dither1.b);
        (dither0, dither1) = (dither0.next(), dither1.next());
        if *q0 != 0 || *q1 != 0 || forget != 0 {
            if let Some(slot) = projection.active.get_mut(projection.active_len) {
                *slot = line(c);
                projection.active_len = projection.active_len.saturating_add(1);
            }
            projection.forgets |= forget != 0;
        }
    }
}

/// Factors of a layer's lines. A silent line of a rule that remembers nothing of lines has none, so a list of a graded
/// input need not be looked at beyond its events. If somebody forgets, every line is listed.
fn line_factors<R: LearningRule>(params: &R::Params, layer: &mut Layer<'_>, all: bool) {
    let constant = layer.is_constant();
    let Layer { plan, line_state, factors, events, sums, list, .. } = layer;
    let graded = plan.graded();
    factors.len = 0;
    let mut put = |i: u16, event: i16, sum: u16, s: R::Pre| {
        let (s, pre) = R::pre(params, s, &Activity { event, sum, graded, ..Activity::default() });
        let pre = pre.map(|p| p.to_bits());
        if all || pre != [0, 0] {
            factors.push(i, pre);
        }
        s
    };
    if R::Pre::LEN == 0 && !all && constant {
        let listed = list.events(true);
        for &i in listed.lines {
            let (event, sum) = (events.get(index(i)), sums.get(index(i)));
            put(i, event.copied().unwrap_or(0), sum.copied().unwrap_or(0), R::Pre::default());
        }
        return;
    }
    let mut seen = events.iter().zip(sums.iter()).enumerate();
    R::Pre::each(line_state, plan.len().saturating_add(1), |s| match seen.next() {
        Some((i, (&event, &sum))) => put(line(i), event, sum, s),
        None => s,
    });
}

fn update(
    kernels: &impl Kernels,
    projection: &mut Projection<'_>,
    pre: &Layer<'_>,
    post: &Layer<'_>,
    key: StepKey,
    shift: u32,
) {
    let Layer { factors, .. } = pre;
    let [pre0, pre1] = &factors.pre;
    let [post0, post1] = &projection.post;
    let listed = factors.lines.get(..factors.len).unwrap_or_default();
    let lines = if projection.plan.bias {
        listed
    } else {
        listed.strip_suffix(&[pre.plan.neurons]).unwrap_or(listed)
    };
    let update = Update {
        key,
        lines,
        pre: [pre0, pre1].map(|pre| pre.get(..lines.len()).unwrap_or_default()),
        post: [post0, post1],
        forget: post.forget,
        active: projection.active.get(..projection.active_len).unwrap_or_default(),
        forget_shift: u32::from(projection.plan.forget_shift),
        shift,
        low: projection.plan.low,
        high: projection.plan.high,
    };
    let weights: WeightsMut<'_> = projection.weights.by_ref();
    kernels.update(weights, projection.width, &update);
    projection.fresh = false;
}
