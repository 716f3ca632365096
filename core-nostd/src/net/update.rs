//! `Learn`: the rule's faces applied to columns, and the one update.

use super::feedback::Feedback;
use super::kernels::{Kernels, Update, WeightsMut};
use super::layer::Layer;
use super::list::Cells;
use super::observe::Parts;
use super::plan::Plan;
use super::projection::Projection;
use super::stage::Stage;
use crate::learn::{BackFactors, LearningRule, RuleVisitor};
use crate::num::{
    StepKey, Words, add, falling, fold_rate, index, length, line, saturate, stream, wide, wide_unsigned,
};
use crate::signal::Activity;

/// `Learn`: factors of neurons, then of lines, then every plastic projection, then every plastic feedback.
pub(super) struct LearnStep<'x, 'a, K, const N: usize> {
    pub(super) plan: &'x Plan,
    pub(super) parts: &'x mut Parts<'a, N>,
    pub(super) kernels: &'x K,
    pub(super) stage: Stage,
    /// Whether this is the last learning step of its window.
    pub(super) last: bool,
}

impl<K: Kernels, const N: usize> RuleVisitor for LearnStep<'_, '_, K, N> {
    type Out = ();

    fn visit<R: LearningRule>(self, params: &R::Params) {
        let Self { plan, parts, kernels, stage, last } = self;
        let top = plan.output();
        let draws = R::draws(params);
        for (l, layer) in parts.layers.iter_mut().enumerate().skip(1) {
            let stage = stage.of(layer, l, top, draws);
            neuron_factors::<R>(params, layer, &stage);
        }
        for (p, projection) in parts.projections.iter_mut().enumerate().filter(|(_, p)| p.plan.plastic) {
            let Some(post) = parts.layers.get(index(projection.plan.post)) else { continue };
            let step = Step::new(plan, length(p));
            projection.take_factors(post, step.key, step.rate(projection.plan.rate), last);
        }
        for (l, layer) in parts.layers.iter_mut().enumerate().take(top) {
            let learns = |p: &Projection<'_>| index(p.plan.pre) == l && p.active_len > 0;
            let forgets = parts.projections.iter().any(|p| learns(p) && p.forgets);
            if R::Pre::LEN > 0 || parts.projections.iter().any(learns) {
                line_factors::<R>(params, layer, forgets, &stage.of(layer, l, top, draws));
            }
        }
        for (p, projection) in parts.projections.iter_mut().enumerate().filter(|(_, p)| p.active_len > 0) {
            let pair = [index(projection.plan.pre), index(projection.plan.post)];
            let Some([pre, post]) = parts.layers.get_disjoint_mut(pair).ok() else { continue };
            update(kernels, projection, pre, post, &Step::new(plan, length(p)));
        }
        for (b, feedback) in parts.feedback.iter_mut().enumerate().filter(|(_, b)| b.plan.plastic) {
            let pair = [index(feedback.plan.post), feedback.source];
            let Some([layer, source]) = parts.layers.get_disjoint_mut(pair).ok() else { continue };
            let step = Step::new(plan, stream::LEARN_FEEDBACK.wrapping_add(length(b)));
            update_feedback(kernels, feedback, layer, source, &step);
        }
    }
}

/// A learning step of one matrix.
struct Step<'x> {
    plan: &'x Plan,
    key: StepKey,
}

impl<'x> Step<'x> {
    fn new(plan: &'x Plan, stream: u32) -> Self {
        Self { plan, key: StepKey::new(plan.counters.steps, stream, plan.seed) }
    }

    /// The exponent of a learning rate, as far as it has fallen with time and with the error.
    fn rate(&self, rate: i32) -> i32 {
        let fallen = falling(rate, self.plan.counters.learned(), self.plan.halve_every);
        fallen.saturating_sub(wide_unsigned(self.plan.lived.slow))
    }
}

fn neuron_factors<R: LearningRule>(params: &R::Params, layer: &mut Layer<'_>, stage: &Stage) {
    let n = layer.plan.len();
    let Layer { neuron_state, terms, forget, back, events, sums, state, current, apical, rests, .. } = layer;
    let [terms0, terms1] = terms;
    let [sends, receives] = back;
    *rests = R::rests(params) && sends.is_empty() && apical.iter().all(|&apical| apical == 0);
    if *rests {
        terms0.fill(0);
        terms1.fill(0);
        forget.fill(0);
        return;
    }
    let mut seen = stage.neurons(events, sums, state, current).zip(apical.iter());
    let mut outs = terms0.iter_mut().zip(terms1.iter_mut()).zip(forget.iter_mut());
    if R::Post::LEN == 0 && sends.is_empty() {
        for ((activity, &apical), ((term0, term1), forget)) in seen.zip(outs) {
            let (_, factors) = R::post(params, R::Post::default(), &Activity { apical, ..activity });
            [*term0, *term1] = factors.terms;
            *forget = u16::from(factors.forget);
        }
        return;
    }
    let mut backs = sends.iter_mut().zip(receives.iter_mut());
    R::Post::each(neuron_state, n, |s| {
        let (Some((activity, &apical)), Some(((term0, term1), forget))) = (seen.next(), outs.next()) else {
            return s;
        };
        let activity = Activity { apical, ..activity };
        if let Some((sends, receives)) = backs.next() {
            let BackFactors { pre, post } = R::back(params, &s, &activity);
            (*sends, *receives) = (pre.to_bits(), post);
        }
        let (s, factors) = R::post(params, s, &activity);
        [*term0, *term1] = factors.terms;
        *forget = u16::from(factors.forget);
        s
    });
}

impl Projection<'_> {
    /// Takes the factors of its neurons: as they are, or, if it learns from their sum, added up until the `last` step.
    fn take_factors(&mut self, layer: &Layer<'_>, key: StepKey, rate: i32, last: bool) {
        let [terms0, terms1] = &layer.terms;
        let terms = terms0.iter().zip(terms1.iter()).map(|(&t0, &t1)| [t0, t1]);
        let each = terms.zip(layer.forget.iter().copied());
        let Self { post: [post0, post1], active, summed: [sum0, sum1], summed_forget, .. } = self;
        (self.active_len, self.forgets) = if layer.rests && !self.plan.summed {
            post0.fill(0);
            post1.fill(0);
            (0, false)
        } else if self.plan.summed {
            let sums = sum0.iter_mut().zip(sum1.iter_mut()).zip(summed_forget.iter_mut());
            for (([t0, t1], forget), ((sum0, sum1), summed_forget)) in each.zip(sums) {
                (*sum0, *sum1) = (add(*sum0, wide(t0)), add(*sum1, wide(t1)));
                *summed_forget |= forget;
            }
            if last {
                let sums =
                    sum0.iter().zip(sum1.iter()).map(|(&sum0, &sum1)| [saturate(sum0), saturate(sum1)]);
                let sums = sums.zip(summed_forget.iter().copied());
                fold([post0, post1], active, sums, key, rate)
            } else {
                (0, false)
            }
        } else {
            fold([post0, post1], active, each, key, rate)
        };
    }
}

/// Folds the learning rate into factors and lists the columns that may change. Returns how many those are, and whether one of
/// them forgets.
fn fold(
    [post0, post1]: [&mut [i16]; 2],
    active: &mut [u16],
    factors: impl Iterator<Item = ([i16; 2], u16)>,
    key: StepKey,
    rate: i32,
) -> (usize, bool) {
    let (mut dither0, mut dither1) = (key.post(0), key.post(1));
    let (mut len, mut forgets): (usize, bool) = (0, false);
    let outs = post0.iter_mut().zip(post1.iter_mut());
    for (c, (([t0, t1], forget), (q0, q1))) in factors.zip(outs).enumerate() {
        // Factors of 0 stay 0 whatever the dither, and most are.
        let silent = t0 == 0 && t1 == 0;
        [*q0, *q1] =
            if silent { [0; 2] } else { [fold_rate(t0, rate, dither0.b), fold_rate(t1, rate, dither1.b)] };
        (dither0, dither1) = (dither0.next(), dither1.next());
        if !silent && (*q0 != 0 || *q1 != 0) || forget != 0 {
            if let Some(slot) = active.get_mut(len) {
                *slot = line(c);
                len = len.saturating_add(1);
            }
            forgets |= forget != 0;
        }
    }
    (len, forgets)
}

/// Factors of a layer's lines. A silent line of a rule that remembers nothing of lines has none, so a list of a graded
/// input is read at its events only. If a column forgets, every line is listed.
fn line_factors<R: LearningRule>(params: &R::Params, layer: &mut Layer<'_>, all: bool, stage: &Stage) {
    let constant = layer.is_constant();
    let Layer { plan, line_state, events, sums, list, .. } = layer;
    let listed = list.len;
    let Cells { lines, magnitudes, second } = list.cells();
    let mut slots = lines.iter().zip(magnitudes).zip(second);
    let stateless = R::Pre::LEN == 0 && !all;
    let mut count: usize = 0;
    let mut put = |i: u16, event: i16, sum: u16, s: R::Pre| {
        if stateless && event == 0 && sum == 0 {
            return s;
        }
        let (s, pre) = R::pre(params, s, &Activity { draw: stage.draw(i), ..stage.line(event, sum) });
        let [p0, p1] = pre.map(|p| p.to_bits());
        if (all || p0 != 0 || p1 != 0)
            && let Some(((line, pre0), pre1)) = slots.next()
        {
            line.set(i);
            pre0.set(p0);
            *pre1 = p1;
            count = count.saturating_add(1);
        }
        s
    };
    let all_lines = plan.len().saturating_add(1);
    // The sum of a graded input is its event, and so is the magnitude in its list.
    if constant && stateless {
        for (i, event) in lines.iter().zip(magnitudes).take(listed) {
            let (i, event) = (i.get(), event.get());
            put(i, event, event.unsigned_abs(), R::Pre::default());
        }
    } else if constant {
        let mut seen = events.iter().enumerate();
        R::Pre::each(line_state, all_lines, |s| match seen.next() {
            Some((i, &event)) => put(line(i), event, event.unsigned_abs(), s),
            None => s,
        });
    } else {
        let mut seen = events.iter().zip(sums.iter()).enumerate();
        R::Pre::each(line_state, all_lines, |s| match seen.next() {
            Some((i, (&event, &sum))) => put(line(i), event, sum, s),
            None => s,
        });
    }
    (list.len, list.factors) = (count, true);
}

fn update(
    kernels: &impl Kernels,
    projection: &mut Projection<'_>,
    pre: &Layer<'_>,
    post: &Layer<'_>,
    step: &Step<'_>,
) {
    let (listed, [pre0, pre1]) = pre.list.factors();
    let [post0, post1] = &projection.post;
    let lines = if projection.plan.bias {
        listed
    } else {
        listed.strip_suffix(&[pre.plan.neurons]).unwrap_or(listed)
    };
    let update = Update {
        key: step.key,
        lines,
        pre: [pre0, pre1].map(|pre| pre.get(..lines.len()).unwrap_or_default()),
        post: [post0, post1],
        forget: if projection.plan.summed { projection.summed_forget } else { post.forget },
        active: projection.active.get(..projection.active_len).unwrap_or_default(),
        forget_shift: u32::from(projection.plan.forget_shift),
        shift: step.plan.format.shift(),
        low: projection.plan.low,
        high: projection.plan.high,
    };
    let weights: WeightsMut<'_> = projection.weights.by_ref();
    kernels.update(weights, projection.width, &update);
    projection.fresh = false;
}

/// One term, no forgetting; rows by the neuron that sends.
fn update_feedback(
    kernels: &impl Kernels,
    feedback: &mut Feedback<'_>,
    layer: &Layer<'_>,
    source: &Layer<'_>,
    step: &Step<'_>,
) {
    let [_, receives] = &layer.back;
    let [sends, _] = &source.back;
    let rate = step.rate(feedback.plan.rate);
    let factors = receives.iter().map(|&post| ([post, 0], 0));
    let (active, _) = fold([feedback.post, feedback.none], feedback.active, factors, step.key, rate);
    let [pre0, pre1] = &mut feedback.pre;
    let mut len: usize = 0;
    let rows = sends.iter().enumerate().filter(|&(_, &pre)| pre != 0);
    for ((slot, pre0), (i, &pre)) in feedback.pre_lines.iter_mut().zip(pre0.iter_mut()).zip(rows) {
        (*slot, *pre0) = (line(i), pre);
        len = len.saturating_add(1);
    }
    let update = Update {
        key: step.key,
        lines: feedback.pre_lines.get(..len).unwrap_or_default(),
        pre: [pre0, pre1].map(|pre| pre.get(..len).unwrap_or_default()),
        post: [feedback.post, feedback.none],
        forget: feedback.never,
        active: feedback.active.get(..active).unwrap_or_default(),
        forget_shift: 0,
        shift: step.plan.format.shift(),
        low: feedback.plan.low,
        high: feedback.plan.high,
    };
    kernels.update(feedback.weights.by_ref(), feedback.width, &update);
}
