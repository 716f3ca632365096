//! Projections: matrices, their sums, and the `post` factors with the learning rate folded in.

use super::arena::Arena;
use super::kernels::{Events, Kernels, Rows, Weights, WeightsMut, scalar};
use super::plan::{FeedbackPlan, Plan, ProjectionPlan, WeightFormat};
use crate::num::{BOUND_I8, LANES, index, line, to_column};
use zerocopy::FromBytes;

/// A feed-forward projection of a running network.
#[derive(Debug)]
pub struct Projection<'a> {
    /// What it is.
    pub plan: ProjectionPlan,
    /// Its matrix, row-major, `width` columns in memory.
    pub weights: WeightsMut<'a>,
    /// Rows, the bias included.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Columns in memory.
    pub width: usize,
    /// Where the binary point of the sum moves.
    pub(super) alignment: i32,
    /// The exact sum of this tick; kept while neither events nor weights change, as on graded input.
    pub(super) sum: &'a mut [i32],
    /// Whether `sum` holds for the weights and events as they are.
    pub(super) fresh: bool,
    /// Whether its lines carry spikes only.
    pub(super) spikes: bool,
    /// `post` factors, rate folded in.
    pub(super) post: [&'a mut [i16]; 2],
    /// Columns that this update may change.
    pub(super) active: &'a mut [u16],
    pub(super) active_len: usize,
    /// Whether one of them forgets.
    pub(super) forgets: bool,
}

impl<'a> Projection<'a> {
    /// Bytes that [`Self::new`] takes from the arena.
    pub(super) fn bytes(plan: &Plan, projection: &ProjectionPlan) -> usize {
        let width = plan.width(projection);
        Arena::bytes::<i32>(width).saturating_add(Arena::bytes::<u16>(width).saturating_mul(3))
    }

    pub(super) fn new(
        plan: &Plan,
        projection: &ProjectionPlan,
        weights: &'a mut [u8],
        arena: &mut Arena<'a>,
    ) -> Option<Self> {
        let width = plan.width(projection);
        let exact = plan.rows(projection).saturating_mul(width).saturating_mul(plan.format.bytes());
        let weights = weights.get_mut(..exact)?;
        let weights = match plan.format {
            WeightFormat::I8 => WeightsMut::I8(<[i8]>::mut_from_bytes(weights).ok()?),
            WeightFormat::I16 => WeightsMut::I16(<[i16]>::mut_from_bytes(weights).ok()?),
        };
        Some(Self {
            plan: *projection,
            weights,
            rows: plan.rows(projection),
            columns: plan.layers.get(index(projection.post))?.len(),
            width,
            alignment: plan.alignment(projection),
            sum: arena.take(width)?,
            fresh: false,
            spikes: !plan.layers.get(index(projection.pre))?.graded(),
            post: [arena.take(width)?, arena.take(width)?],
            active: arena.take(width)?,
            active_len: 0,
            forgets: false,
        })
    }

    /// `Integrate`: the exact sum over the events, unless it still holds.
    pub(super) fn integrate(&mut self, kernels: &impl Kernels, events: Events<'_>, same_events: bool) {
        if same_events && self.fresh {
            return;
        }
        self.sum.fill(0);
        let rows = Rows { weights: self.weights.as_ref(), width: self.width };
        if self.spikes {
            kernels.add_spikes(self.sum, rows, events);
        } else {
            kernels.add_graded(self.sum, rows, events);
        }
        self.fresh = true;
    }

    /// Adds the aligned sum to a layer's total.
    pub(super) fn add_to(&self, total: &mut [i32]) {
        scalar::add_aligned(total, self.sum, self.alignment);
    }

    /// No column is to change.
    pub(super) fn rest(&mut self) {
        for post in &mut self.post {
            post.fill(0);
        }
        self.active_len = 0;
        self.forgets = false;
    }

    /// Whether a weight is where it may be. Used by checkpoints.
    pub(super) fn within_bounds(&self) -> bool {
        let weights = self.weights.as_ref();
        let count = self.rows.saturating_mul(self.width);
        (0..count).all(|i| {
            let padding = i.checked_rem(self.width).is_some_and(|column| column >= self.columns);
            weights.get(i).is_some_and(|w| match padding {
                true => w == 0,
                false => (self.plan.low..=self.plan.high).contains(&w),
            })
        })
    }

    pub(super) fn walk(&self, f: &mut dyn FnMut(&'static str, usize, u16)) {
        let [post0, post1] = &self.post;
        for (name, column) in [("post 0", post0), ("post 1", post1)] {
            for (i, &w) in column.iter().enumerate().take(self.columns) {
                f(name, i, to_column(w));
            }
        }
    }

    pub(super) fn walk_weights(&self, f: &mut dyn FnMut(usize, i16)) {
        walk_matrix(self.weights.as_ref(), self.rows, self.columns, self.width, f);
    }
}

fn walk_matrix(
    weights: Weights<'_>,
    rows: usize,
    columns: usize,
    width: usize,
    f: &mut dyn FnMut(usize, i16),
) {
    for r in 0..rows {
        for c in 0..columns {
            if let Some(w) = weights.get(r.saturating_mul(width).saturating_add(c)) {
                f(r.saturating_mul(columns).saturating_add(c), w);
            }
        }
    }
}

/// A feedback projection of a running network.
#[derive(Debug)]
pub struct Feedback<'a> {
    /// What it is.
    pub plan: FeedbackPlan,
    /// The forward projection whose weights or signs it uses.
    pub(super) upward: usize,
    /// Its own matrix, rows by the neuron above; empty for the others.
    pub weights: &'a [i8],
    rows: usize,
    columns: usize,
    width: usize,
    /// Its exact sum, if it has weights of its own.
    pub(super) sum: &'a mut [i32],
    pub(super) lines: &'a mut [u16],
    pub(super) words: &'a mut [i16],
}

impl<'a> Feedback<'a> {
    /// Bytes that [`Self::new`] takes from the arena.
    pub(super) fn bytes(plan: &Plan, feedback: &FeedbackPlan) -> usize {
        let (rows, width) = plan.feedback_shape(feedback);
        let words = Arena::bytes::<u16>(rows).saturating_mul(2);
        Arena::bytes::<i32>(width).saturating_add(words)
    }

    pub(super) fn new(
        plan: &Plan,
        feedback: &FeedbackPlan,
        weights: &'a [u8],
        arena: &mut Arena<'a>,
    ) -> Option<Self> {
        let (rows, width) = plan.feedback_shape(feedback);
        let weights = <[i8]>::ref_from_bytes(weights.get(..rows.saturating_mul(width))?).ok()?;
        Some(Self {
            plan: *feedback,
            upward: plan.upward(feedback.layer)?,
            weights,
            rows,
            columns: plan.layers.get(index(feedback.layer))?.len(),
            width,
            sum: arena.take(width)?,
            lines: arena.take(rows)?,
            words: arena.take(rows)?,
        })
    }

    /// Adds what the words `send` of the layer above bring through its own weights.
    pub(super) fn add_own(&mut self, kernels: &impl Kernels, send: &[i16], total: &mut [i32]) {
        let mut len: usize = 0;
        let slots = self.lines.iter_mut().zip(self.words.iter_mut());
        let sent = send.iter().enumerate().filter(|&(_, &word)| word != 0);
        for ((l, w), (i, &word)) in slots.zip(sent) {
            (*l, *w) = (line(i), word);
            len = len.saturating_add(1);
        }
        let events = Events {
            lines: self.lines.get(..len).unwrap_or_default(),
            magnitudes: self.words.get(..len).unwrap_or_default(),
        };
        self.sum.fill(0);
        let rows = Rows { weights: Weights::I8(self.weights), width: self.width };
        kernels.add_graded(self.sum, rows, events);
        scalar::add_aligned(total, self.sum, i32::from(self.plan.shift).saturating_neg());
    }

    pub(super) fn within_bounds(&self) -> bool {
        self.weights.iter().enumerate().all(|(i, &w)| {
            let padding = i.checked_rem(self.width).is_some_and(|column| column >= self.columns);
            if padding { w == 0 } else { i16::from(w) >= BOUND_I8.saturating_neg() }
        })
    }

    pub(super) fn walk_weights(&self, f: &mut dyn FnMut(usize, i16)) {
        walk_matrix(Weights::I8(self.weights), self.rows, self.columns, self.width, f);
    }
}

const _: () = assert!(LANES == 4, "widths are padded to words of four 8-bit weights");
