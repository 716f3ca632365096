//! Feedback projections, and the sweep that brings the teacher's word down through them.

use super::arena::Arena;
use super::engine::Target;
use super::kernels::{Events, Kernels, Rows, WeightsMut, scalar};
use super::layer::Layer;
use super::observe::Parts;
use super::plan::{Connection, FROM_TARGET, Plan, WeightFormat, WeightSource};
use super::projection::{Projection, walk_matrix};
use super::stage::Stage;
use super::taps;
use crate::learn::{BoundRule, RuleOps, Seen, Shared};
use crate::num::{
    StepKey, TARGET_WORD, add, bytes_of, floor_shift, index, joined_bytes, length, line, mul_add,
};
use crate::num::{keyed_weight, stream, to_column};
use crate::signal::Teacher;
use zerocopy::FromBytes;

/// A feedback projection of a running network.
#[derive(Debug)]
pub struct Feedback<'a> {
    /// What it is.
    pub plan: Connection,
    /// The layer that it comes from; of a target, the output.
    pub(super) source: usize,
    /// The forward projection whose weights or signs it uses.
    upward: Option<u16>,
    /// Its own matrix, rows by the neuron that sends; empty for the others.
    pub weights: WeightsMut<'a>,
    pub(super) rows: usize,
    columns: usize,
    pub(super) width: usize,
    /// The exact sums of the low and high bytes of words through its own weights; of keyed ones, the sum in `low`.
    low: &'a mut [i32],
    high: &'a mut [i32],
    /// Neurons that send, and the bytes of their words.
    lines: &'a mut [u16],
    bytes: [&'a mut [i16]; 2],
    /// Of a plastic one: `post` factors with the rate folded in, a column of zeros, columns that change.
    pub(super) post: &'a mut [i16],
    pub(super) none: &'a mut [i16],
    pub(super) never: &'a mut [u16],
    pub(super) active: &'a mut [u16],
    /// Of a plastic one: rows with a `pre` factor, and the factors (the zeros of the second term behind them).
    pub(super) pre_lines: &'a mut [u16],
    pub(super) pre: [&'a mut [i16]; 2],
    /// Key of keyed weights.
    key: StepKey,
}

/// Lengths of slices: (columns in memory, rows, the same of a plastic one).
fn sizes(plan: &Plan, feedback: &Connection) -> Option<[usize; 4]> {
    let rows = plan.layers.get(feedback.source(plan.output()))?.len();
    let width = plan.layers.get(index(feedback.post))?.width();
    let random = matches!(feedback.weights, WeightSource::Own | WeightSource::Keyed);
    let of = |has: bool, len: usize| if has { len } else { 0 };
    Some([of(random, width), of(random, rows), of(feedback.plastic, width), of(feedback.plastic, rows)])
}

impl<'a> Feedback<'a> {
    /// Bytes that [`Self::new`] takes from the arena.
    pub(super) fn bytes(plan: &Plan, feedback: &Connection) -> usize {
        let [width, rows, learned, learned_rows] = sizes(plan, feedback).unwrap_or_default();
        let wide = [width; 2].map(Arena::bytes::<i32>);
        let narrow =
            [rows, rows, rows, learned, learned, learned, learned, learned_rows, learned_rows, learned_rows];
        let narrow = narrow.map(Arena::bytes::<u16>);
        wide.iter().chain(&narrow).fold(0, |sum, &bytes| sum.saturating_add(bytes))
    }

    pub(super) fn new(
        plan: &Plan,
        number: usize,
        weights: &'a mut [u8],
        arena: &mut Arena<'a>,
    ) -> Option<Self> {
        let feedback = plan.feedback.get(number)?;
        let (own_rows, own_width) = plan.feedback_shape(feedback);
        let exact = own_rows.saturating_mul(own_width).saturating_mul(plan.format.bytes());
        let weights = weights.get_mut(..exact)?;
        let weights = match plan.format {
            WeightFormat::I8 => WeightsMut::I8(<[i8]>::mut_from_bytes(weights).ok()?),
            WeightFormat::I16 => WeightsMut::I16(<[i16]>::mut_from_bytes(weights).ok()?),
        };
        let [width, rows, learned, learned_rows] = sizes(plan, feedback)?;
        Some(Self {
            plan: *feedback,
            source: feedback.source(plan.output()),
            upward: plan.upward(feedback).map(line),
            weights,
            rows: own_rows,
            columns: plan.layers.get(index(feedback.post))?.len(),
            width: own_width,
            low: arena.take(width)?,
            high: arena.take(width)?,
            lines: arena.take(rows)?,
            bytes: [arena.take(rows)?, arena.take(rows)?],
            post: arena.take(learned)?,
            none: arena.take(learned)?,
            never: arena.take(learned)?,
            active: arena.take(learned)?,
            pre_lines: arena.take(learned_rows)?,
            pre: [arena.take(learned_rows)?, arena.take(learned_rows)?],
            key: StepKey::new(0, stream::KEYED.wrapping_add(length(number)), plan.seed),
        })
    }

    /// Adds to `total` what words, each with the neuron that sends it, bring through its own weights or through keyed ones.
    fn add_random(
        &mut self,
        kernels: &impl Kernels,
        words: impl Iterator<Item = (u16, i16)>,
        total: &mut [i32],
    ) {
        let shift = u32::from(self.plan.fraction);
        self.low.fill(0);
        if self.plan.weights == WeightSource::Keyed {
            words.for_each(|(row, word)| add_keyed(self.low, self.key, row, word));
            for (total, &sum) in total.iter_mut().zip(self.low.iter()) {
                *total = add(*total, floor_shift(sum, shift));
            }
            return;
        }
        let mut len: usize = 0;
        let [low, high] = &mut self.bytes;
        let slots = self.lines.iter_mut().zip(low.iter_mut().zip(high.iter_mut()));
        for ((line, (low, high)), (row, word)) in slots.zip(words) {
            *line = row;
            (*high, *low) = bytes_of(word);
            len = len.saturating_add(1);
        }
        self.high.fill(0);
        let rows = Rows { weights: self.weights.as_ref(), width: self.width, zero: 0 };
        let lines = self.lines.get(..len).unwrap_or_default();
        let magnitudes = low.get(..len).unwrap_or_default();
        kernels.add_graded(self.low, rows, Events { lines, magnitudes });
        let magnitudes = high.get(..len).unwrap_or_default();
        kernels.add_graded(self.high, rows, Events { lines, magnitudes });
        for (total, (&low, &high)) in total.iter_mut().zip(self.low.iter().zip(self.high.iter())) {
            *total = add(*total, joined_bytes(high, low, shift));
        }
    }

    pub(super) fn within_bounds(&self) -> bool {
        let weights = self.weights.as_ref();
        (0..self.rows.saturating_mul(self.width)).all(|i| {
            let padding = i.checked_rem(self.width).is_some_and(|column| column >= self.columns);
            let bound = if padding { 0 } else { self.plan.high.unsigned_abs() };
            weights.get(i).is_some_and(|w| w.unsigned_abs() <= bound)
        })
    }

    pub(super) fn walk(&self, f: &mut dyn FnMut(&'static str, usize, u16)) {
        let learned = self.post.iter().take(self.columns);
        learned.enumerate().for_each(|(i, &w)| f("post", i, to_column(w)));
    }

    pub(super) fn walk_weights(&self, f: &mut dyn FnMut(usize, i16)) {
        walk_matrix(self.weights.as_ref(), self.rows, self.columns, self.width, f);
    }
}

/// Adds one row of keyed weights times a word.
fn add_keyed(sum: &mut [i32], key: StepKey, row: u16, word: i16) {
    let mut dither = key.row(u32::from(row));
    for sum in sum {
        *sum = mul_add(*sum, keyed_weight(dither.b), word);
        dither = dither.next();
    }
}

/// `Feedback`: the teacher's word reaches the output, then one sweep down, each layer reading what the layers above
/// have just computed. `acted` is the output neuron that acted, if the rule teaches it by a reward.
#[inline(never)]
pub(super) fn sweep<const N: usize>(
    plan: &Plan,
    parts: &mut Parts<'_, N>,
    kernels: &impl Kernels,
    stage: &Stage,
    target: Target,
    acted: Option<u16>,
) {
    let top = parts.layers.len().saturating_sub(1);
    if let Some(output) = parts.layers.last_mut() {
        let rule = &plan.rule_of(top).ops();
        let shared = stage.of(output, top, top, rule.draws());
        let wanted = match shared.teacher {
            Teacher::Error | Teacher::Against => Some(target.class().map(u16::from)),
            Teacher::Reward => acted.map(Some),
            Teacher::None => None,
        };
        match wanted {
            Some(wanted) => output.teach(rule, &shared, wanted),
            None => output.apical.fill(0),
        }
        output.send(rule, &shared);
    }
    for l in (1..top).rev() {
        let Some((lower, above)) = parts.layers.split_at_mut_checked(l.saturating_add(1)) else { return };
        let Some(layer) = lower.last_mut() else { return };
        layer.total.fill(0);
        for feedback in parts.feedback.iter_mut().filter(|b| index(b.plan.post) == l) {
            let Some(source) = above.get(feedback.source.saturating_sub(l).saturating_sub(1)) else {
                continue;
            };
            if feedback.plan.pre == FROM_TARGET {
                from_target(feedback, kernels, source.plan.neurons, stage.teacher, target, layer.total);
            } else {
                from_layer(feedback, kernels, source, &parts.projections, layer.total);
            }
        }
        scalar::saturate_all(layer.apical, layer.total);
        let rule = &plan.rule_of(l).ops();
        layer.send(rule, &stage.of(layer, l, top, rule.draws()));
    }
}

/// Feedback along the words of a layer.
fn from_layer(
    feedback: &mut Feedback<'_>,
    kernels: &impl Kernels,
    source: &Layer<'_>,
    projections: &[Projection<'_>],
    total: &mut [i32],
) {
    let [first, second] = &source.send;
    let send: &[i16] = if feedback.plan.word == 0 { first } else { second };
    if send.iter().all(|&word| word == 0) {
        return;
    }
    let upward = feedback.upward.and_then(|u| projections.get(index(u)));
    match (feedback.plan.weights, upward) {
        (WeightSource::Sign, Some(u)) if !u.is_dense() => {
            let (Rows { weights, zero, .. }, shift) = (u.rows(), u32::from(feedback.plan.fraction));
            taps::sign_lines(total, weights, zero, &u.taps(), send, shift);
        }
        (WeightSource::Tied, Some(u)) if !u.is_dense() => {
            let Rows { weights, zero, .. } = u.rows();
            taps::dot_lines(total, weights, zero, &u.taps(), send, u32::from(u.plan.fraction));
        }
        (WeightSource::Sign, Some(u)) => {
            kernels.sign_rows(total, u.rows(), send, u32::from(feedback.plan.fraction))
        }
        (WeightSource::Tied, Some(u)) => kernels.dot_rows(total, u.rows(), send, u32::from(u.plan.fraction)),
        _ => {
            let sent = send.iter().enumerate().filter(|&(_, &word)| word != 0);
            feedback.add_random(kernels, sent.map(|(i, &word)| (line(i), word)), total);
        }
    }
}

/// Feedback along the target: one word, of the wanted neuron, or with the other sign of the one that was not wanted.
fn from_target(
    feedback: &mut Feedback<'_>,
    kernels: &impl Kernels,
    outputs: u16,
    teacher: Teacher,
    target: Target,
    total: &mut [i32],
) {
    let (class, word) = match target {
        Target::Unknown => return,
        Target::Class(class) | Target::Right(class) => (class, TARGET_WORD),
        Target::Wrong(class) => (class, TARGET_WORD.saturating_neg()),
    };
    let word = match teacher {
        Teacher::Error => word,
        Teacher::Against => word.saturating_neg(),
        Teacher::None | Teacher::Reward => return,
    };
    let sends = Some(u16::from(class)).filter(|&class| class < outputs);
    feedback.add_random(kernels, sends.map(|class| (class, word)).into_iter(), total);
}

impl Layer<'_> {
    fn teach(&mut self, rule: &BoundRule<'_>, shared: &Shared, wanted: Option<u16>) {
        let Self { neuron_state, apical, events, sums, state, current, .. } = self;
        rule.teach(
            shared,
            Seen { events, sums, membranes: state, currents: current },
            neuron_state,
            apical,
            wanted,
        );
    }

    fn send(&mut self, rule: &BoundRule<'_>, shared: &Shared) {
        let Self { send: [first, second], events, sums, state, current, apical, .. } = self;
        rule.send(
            shared,
            Seen { events, sums, membranes: state, currents: current },
            apical,
            [first, second],
        );
    }
}
