//! A plan as the table of descriptors that the RTL follows, and where its state stands in the memories.

use crate::RtlError;
use crate::layout::{
    GROUPS, HEAD_GROUPS, HEAD_HALVE, HEAD_INPUT, HEAD_RULE, HEAD_SEED, HEAD_SHAPE, HEAD_WINDOWS, ITEM_WORDS,
    TABLE_FEEDBACK, TABLE_LAYERS, TABLE_PROJECTIONS, TABLE_WORDS, WEIGHT_WORDS,
};
use hebbit_core::encode::{Answering, AnyEncoder};
use hebbit_core::learn::{AnyRule, BurstForm, BurstParams};
use hebbit_core::net::{
    Coupling, FROM_TARGET, FeedbackPlan, FeedbackWeights, LayerKind, Learning, Plan, Start, WeightFormat,
};
use hebbit_core::neuron::{AnyNeuron, LifParams};
use hebbit_core::num::LANES;
use hebbit_core::signal::Teacher;

/// Where a network stands in the memories of the RTL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The descriptors.
    pub words: [u32; TABLE_WORDS],
    /// Of each layer, the group of its first line; the input has a memory of its own.
    pub state: Vec<usize>,
    /// Of each projection, the group of its first column.
    pub columns: Vec<usize>,
    /// Of each projection, the word of its first four weights.
    pub weights: Vec<usize>,
}

/// A word made of fields: value, place of the lowest bit, bits.
fn fields(list: &[(i64, u32, u32)]) -> u32 {
    list.iter().fold(0, |word, &(value, at, bits)| {
        debug_assert!(value >= -(1 << bits) && value < 1 << bits, "{value} in {bits} bits");
        word | ((value & ((1 << bits) - 1)) as u32) << at
    })
}

fn refuse<T>(what: &'static str, change: &'static str) -> Result<T, RtlError> {
    Err(RtlError::Carried { what, change })
}

fn room(what: &'static str, parameter: &'static str, want: usize, got: usize) -> Result<(), RtlError> {
    if want <= got { Ok(()) } else { Err(RtlError::Room { what, want, got, parameter }) }
}

fn lif(kind: &LayerKind) -> Result<&LifParams, RtlError> {
    match kind {
        LayerKind::Neurons(AnyNeuron::Lif(params)) => Ok(params),
        _ => refuse("this kind of neuron", "use lif neurons"),
    }
}

fn burst(plan: &Plan) -> Result<&BurstParams, RtlError> {
    match &plan.rule {
        AnyRule::Burst(params) if params.form == BurstForm::Count => Ok(params),
        _ => refuse("this rule", "use burst in its count form"),
    }
}

/// What the RTL carries as it is now.
fn carried(plan: &Plan) -> Result<(), RtlError> {
    burst(plan)?;
    if plan.format != WeightFormat::I8 {
        return refuse("16-bit weights", "use 8-bit weights");
    }
    if plan.answering == Answering::First {
        return refuse("an answer at the first spike", "answer by count or by membrane");
    }
    if !matches!(plan.layers.first().map(|l| &l.kind), Some(LayerKind::Input(AnyEncoder::Graded(_)))) {
        return refuse("this encoder", "use the graded encoder");
    }
    for layer in plan.layers.iter().skip(1) {
        lif(&layer.kind)?;
        if layer.winner_take_all {
            return refuse("competition", "switch winner-take-all off");
        }
        if layer.coupling != Coupling::None {
            return refuse("coupling", "use layers without coupling");
        }
    }
    for window in &plan.windows {
        if window.extra || window.start == Start::Restore || window.teacher == Teacher::Reward {
            return refuse("windows behind the answer", "use windows that are not extra");
        }
    }
    let ticks = plan.windows.iter().any(|w| w.learning == Learning::Tick);
    if ticks && plan.projections.iter().any(|p| p.plastic && p.summed) {
        return refuse("summed projections", "learn in every tick, or at the window's end");
    }
    let carries = |b: &FeedbackPlan| {
        b.from != FROM_TARGET
            && b.word == 0
            && matches!(b.weights, FeedbackWeights::Sign | FeedbackWeights::Tied)
    };
    if !plan.feedback.iter().all(carries) {
        return refuse("this feedback", "use sign or tied feedback of word 0");
    }
    Ok(())
}

/// Groups of four that `n` lanes take.
const fn groups(n: usize) -> usize {
    n.div_ceil(LANES)
}

/// Bases of parts that follow one another, and where the last one ends.
fn bases(sizes: impl Iterator<Item = usize>) -> (Vec<usize>, usize) {
    let mut end = 0;
    let bases = sizes
        .map(|size| {
            let base = end;
            end += size;
            base
        })
        .collect();
    (bases, end)
}

fn wide(x: usize) -> i64 {
    i64::try_from(x).unwrap_or(i64::MAX)
}

impl Table {
    /// Lays a plan out.
    ///
    /// # Errors
    /// If the RTL does not carry something in it, or has no room for it.
    pub fn new(plan: &Plan) -> Result<Self, RtlError> {
        carried(plan)?;
        let input = plan.layers.first().map_or(0, |l| l.len());
        room("input lines", "the depth of u_input", input + 1, LANES * GROUPS)?;
        // The input's lines are in a memory of their own; every other layer has its bias line behind its neurons.
        let sizes =
            plan.layers.iter().enumerate().map(|(l, layer)| if l == 0 { 0 } else { groups(layer.len() + 1) });
        let (state, state_end) = bases(sizes);
        room("groups of neurons", "the depth of the state memories", state_end, GROUPS)?;
        let hidden =
            plan.layers.iter().take(plan.output()).skip(1).map(|l| groups(l.len())).max().unwrap_or(0);
        let (columns, scratch) = bases(plan.projections.iter().map(|p| plan.width(p) / LANES));
        room("groups of columns", "the depth of u_acc", scratch + hidden, GROUPS)?;
        let (weights, weight_end) = bases(plan.projections.iter().map(|p| plan.projection_bytes(p) / LANES));
        room("words of weights", "WeightAddr", weight_end, WEIGHT_WORDS)?;
        let mut table = Self { words: [0; TABLE_WORDS], state, columns, weights };
        table.head(plan, scratch, state_end.max(scratch + hidden))?;
        table.layers(plan)?;
        table.projections(plan);
        table.feedback(plan);
        Ok(table)
    }

    fn head(&mut self, plan: &Plan, scratch: usize, groups: usize) -> Result<(), RtlError> {
        let rule = burst(plan)?;
        let (low, high) = plan.seed_words();
        let words = &mut self.words;
        words[HEAD_SHAPE] = fields(&[
            (wide(plan.output()), 0, 4),
            (wide(plan.projections.len()) - 1, 4, 4),
            (wide(plan.windows.len()) - 1, 14, 2),
        ]);
        (words[HEAD_SEED], words[HEAD_SEED + 1]) = (low, high);
        words[HEAD_RULE] = fields(&[
            (rule.target.to_bits().into(), 0, 7),
            (rule.spike_shift.to_bits().into(), 8, 4),
            (rule.ceiling.to_bits().into(), 16, 16),
        ]);
        words[HEAD_HALVE] = plan.halve_every;
        words[HEAD_GROUPS] = fields(&[(wide(scratch.min(GROUPS - 1)), 0, 8), (wide(groups) - 1, 8, 8)]);
        words[HEAD_INPUT] = fields(&[(wide(plan.layers.first().map_or(0, |l| l.len())), 0, 10)]);
        for (word, window) in words[HEAD_WINDOWS..].iter_mut().zip(&plan.windows) {
            *word = fields(&[
                (window.ticks.into(), 0, 16),
                (window.teacher as i64, 16, 2),
                (i64::from(window.start == Start::Reset), 18, 1),
                (window.learning as i64, 19, 2),
                (window.late.into(), 21, 1),
                (window.each.into(), 22, 1),
                (window.blank.into(), 23, 1),
            ]);
        }
        Ok(())
    }

    fn layers(&mut self, plan: &Plan) -> Result<(), RtlError> {
        let feedback = ordered(plan);
        for (l, layer) in plan.layers.iter().enumerate().skip(1) {
            let params = lif(&layer.kind)?;
            let mut into = plan.projections.iter().enumerate().filter(|(_, p)| usize::from(p.post) == l);
            let first = into.next().map_or(0, |(p, _)| p);
            let last = into.next_back().map_or(first, |(p, _)| p);
            let onto = |b: &FeedbackPlan| usize::from(b.layer) == l;
            let count = feedback.iter().filter(|b| onto(b)).count();
            let from = feedback.iter().position(|b| onto(b)).unwrap_or(0);
            let item = [
                fields(&[
                    (wide(layer.len()), 0, 10),
                    (wide(self.state[l]), 10, 8),
                    (wide(first), 18, 4),
                    (wide(last), 22, 4),
                    (params.hard_reset.into(), 26, 1),
                ]),
                fields(&[
                    (params.threshold.to_bits().into(), 0, 16),
                    (params.reset.to_bits().into(), 16, 16),
                ]),
                fields(&[(params.floor.to_bits().into(), 0, 16), (params.leak.to_bits().into(), 16, 16)]),
                fields(&[
                    (params.refractory.to_bits().into(), 0, 16),
                    (wide(from), 16, 4),
                    (wide(count), 20, 5),
                ]),
            ];
            self.item(TABLE_LAYERS, l, item);
        }
        Ok(())
    }

    fn projections(&mut self, plan: &Plan) {
        for (p, projection) in plan.projections.iter().enumerate() {
            let (pre, post) = (usize::from(projection.pre), usize::from(projection.post));
            let lines = |l: usize| wide(plan.layers.get(l).map_or(0, |l| l.len()));
            let item = [
                fields(&[
                    (i64::from(pre == 0), 0, 1),
                    (projection.bias.into(), 1, 1),
                    (projection.plastic.into(), 2, 1),
                    (i64::from(post == plan.output()), 3, 1),
                    (projection.rate.into(), 4, 6),
                    (lines(pre), 10, 10),
                    (lines(post), 20, 10),
                ]),
                fields(&[
                    (wide(self.weights[p]), 0, 15),
                    (wide(self.state[pre]), 15, 8),
                    (wide(self.state[post]), 23, 8),
                ]),
                fields(&[
                    (wide(self.columns[p]), 0, 8),
                    (wide(plan.width(projection) / LANES) - 1, 8, 8),
                    (plan.alignment(projection).into(), 16, 6),
                ]),
                fields(&[
                    (projection.low.into(), 0, 8),
                    (projection.high.into(), 8, 8),
                    (projection.zero.into(), 16, 8),
                ]),
            ];
            self.item(TABLE_PROJECTIONS, p, item);
        }
    }

    fn feedback(&mut self, plan: &Plan) {
        for (b, feedback) in ordered(plan).into_iter().enumerate() {
            let Some(u) = plan.upward(feedback) else { continue };
            let Some(upward) = plan.projections.get(u) else { continue };
            let tied = feedback.weights == FeedbackWeights::Tied;
            let (layer, from) = (usize::from(feedback.layer), usize::from(feedback.from));
            let neurons = |l: usize| wide(plan.layers.get(l).map_or(0, |l| l.len()));
            let item = [
                fields(&[
                    (tied.into(), 0, 1),
                    (i64::from(from == plan.output()), 1, 1),
                    (if tied { upward.fraction.into() } else { feedback.shift.into() }, 2, 4),
                    (neurons(layer), 6, 10),
                    (neurons(from), 16, 10),
                ]),
                fields(&[
                    (wide(self.weights[u]), 0, 15),
                    (wide(self.state[layer]), 15, 8),
                    (wide(self.state[from]), 23, 8),
                ]),
                fields(&[(wide(plan.width(upward) / LANES) - 1, 0, 8), (upward.zero.into(), 8, 8)]),
                0,
            ];
            self.item(TABLE_FEEDBACK, b, item);
        }
    }

    fn item(&mut self, table: usize, number: usize, item: [u32; ITEM_WORDS]) {
        let at = table + ITEM_WORDS * number;
        self.words[at..at + ITEM_WORDS].copy_from_slice(&item);
    }
}

/// Feedbacks by the layer that gets them: those of a layer follow one another. Their order within a layer changes no bit, because
/// their sum is exact.
fn ordered(plan: &Plan) -> Vec<&FeedbackPlan> {
    let mut list: Vec<&FeedbackPlan> = plan.feedback.iter().collect();
    list.sort_by_key(|b| b.layer);
    list
}
