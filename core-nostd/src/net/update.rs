//! `Learn`: the rule's faces applied to columns, and the one update.

use super::feedback::Feedback;
use super::kernels::{Kernels, Update, WeightsMut};
use super::layer::Layer;
use super::observe::Parts;
use super::plan::Plan;
use super::projection::Projection;
use super::stage::Stage;
use super::taps;
use crate::learn::{BoundRule, Lines, NeuronFactors, RuleOps, Seen, Shared};
use crate::num::{
    StepKey, add, falling, fold_rate, index, length, line, saturate, stream, wide, wide_unsigned,
};

/// `Learn`, its first half: factors of neurons, then of lines. `last`: this is the last learning step of its
/// window; `delays`: whether there are delayed lines.
#[inline(never)]
pub(super) fn factors<const N: usize>(
    plan: &Plan,
    parts: &mut Parts<'_, N>,
    stage: &Stage,
    last: bool,
    delays: bool,
) {
    let top = plan.output();
    for (l, layer) in parts.layers.iter_mut().enumerate().skip(1) {
        let rule = &plan.rule_of(l).ops();
        let shared = stage.of(layer, l, top, rule.draws());
        layer.neuron_factors(rule, &shared);
    }
    for (p, projection) in parts.projections.iter_mut().enumerate().filter(|(_, p)| p.plan.plastic) {
        let Some(post) = parts.layers.get(index(projection.plan.post)) else { continue };
        let step = Step::new(plan, length(p));
        projection.take_factors(post, step.key, step.rate(projection.plan.rate), last);
    }
    for l in 0..top {
        line_factors(plan, parts, stage, l, false);
    }
    if delays {
        (0..=top).for_each(|l| line_factors(plan, parts, stage, l, true));
    }
}

/// Factors of the lines of a layer, or of its delayed ones, if there are such and they are of use.
#[inline(always)]
fn line_factors<const N: usize>(plan: &Plan, parts: &mut Parts<'_, N>, stage: &Stage, l: usize, delay: bool) {
    let Parts { layers, projections, .. } = parts;
    let Some(layer) = layers.get_mut(l).filter(|layer| !delay || layer.delayed.is_used()) else { return };
    let learns = |p: &Projection<'_>| index(p.plan.pre) == l && p.plan.delay == delay && p.active_len > 0;
    let forgets = projections.iter().any(|p| learns(p) && p.forgets);
    let rule = &plan.line_rule(l, delay).ops();
    let [line_words, _] = rule.state_words();
    if line_words > 0 || projections.iter().any(learns) {
        layer.line_factors(rule, &stage.of(layer, l, plan.output(), rule.draws()), forgets, delay);
    }
}

/// Its second half: every plastic projection, then every plastic feedback.
#[inline(never)]
pub(super) fn weights<const N: usize>(plan: &Plan, parts: &mut Parts<'_, N>, kernels: &impl Kernels) {
    for (p, projection) in parts.projections.iter_mut().enumerate().filter(|(_, p)| p.active_len > 0) {
        let layer = |l: u16| parts.layers.get(index(l));
        let (Some(pre), Some(post)) = (layer(projection.plan.pre), layer(projection.plan.post)) else {
            continue;
        };
        update(kernels, projection, pre, post, &Step::new(plan, length(p)));
    }
    for (b, feedback) in parts.feedback.iter_mut().enumerate().filter(|(_, b)| b.plan.plastic) {
        let pair = [index(feedback.plan.post), feedback.source];
        let Some([layer, source]) = parts.layers.get_disjoint_mut(pair).ok() else { continue };
        let step = Step::new(plan, stream::LEARN_FEEDBACK.wrapping_add(length(b)));
        update_feedback(kernels, feedback, layer, source, &step);
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
        let fallen = falling(rate, self.plan.counters.samples, self.plan.halve_every);
        fallen.saturating_sub(wide_unsigned(self.plan.lived.slow))
    }
}

impl Layer<'_> {
    fn neuron_factors(&mut self, rule: &BoundRule<'_>, shared: &Shared) {
        let Self { neuron_state, terms, forget, back, events, sums, state, current, apical, rests, .. } =
            self;
        let ([terms0, terms1], [sends, receives]) = (terms, back);
        *rests = rule.rests() && sends.is_empty() && apical.iter().all(|&apical| apical == 0);
        if *rests {
            terms0.fill(0);
            terms1.fill(0);
            forget.fill(0);
            return;
        }
        let seen = Seen { events, sums, membranes: state, currents: current };
        let out = NeuronFactors { terms: [terms0, terms1], forget, back: [sends, receives] };
        rule.neuron_factors(shared, seen, apical, neuron_state, out);
    }

    /// Factors of its lines, or of those of the tick before. If a column forgets, `all` lines are listed.
    fn line_factors(&mut self, rule: &BoundRule<'_>, shared: &Shared, all: bool, delay: bool) {
        let constant = self.is_constant();
        let Self { line_state, events, sums, list, delayed, .. } = self;
        let (line_state, events, sums, list) = if delay {
            (&mut delayed.line_state, &mut delayed.events, &mut delayed.sums, &mut delayed.list)
        } else {
            (line_state, events, sums, list)
        };
        let listed = list.len;
        let lines = Lines { state: line_state, events, sums, constant, listed, cells: list.cells() };
        list.len = rule.line_factors(shared, lines, all);
        list.factors = true;
    }
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

fn update(
    kernels: &impl Kernels,
    projection: &mut Projection<'_>,
    pre: &Layer<'_>,
    post: &Layer<'_>,
    step: &Step<'_>,
) {
    let list = if projection.plan.delay { &pre.delayed.list } else { &pre.list };
    let (listed, [pre0, pre1]) = list.factors();
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
    let (taps, dense) = (projection.taps(), projection.is_dense());
    let weights: WeightsMut<'_> = projection.weights.by_ref();
    if dense {
        kernels.update(weights, projection.width, &update);
    } else {
        taps::update(weights, &taps, &update);
    }
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
