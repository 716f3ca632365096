//! Projections: matrices, their sums, and the `post` factors with the learning rate folded in.

use super::arena::Arena;
use super::kernels::{Events, Kernels, Rows, Weights, WeightsMut, scalar};
use super::layer::Layer;
use super::list::List;
use super::plan::{Connection, Plan, Taps, Topology, WeightFormat};
use super::taps;
use crate::num::{LANES, add, index, joined_bytes, mul_add, to_column, wide};
use crate::signal::Grain;
use zerocopy::FromBytes;

/// Subtracts the zero point: `zero * sum of events` from every column (asymmetric quantization).
fn inhibit(sum: &mut [i32], zero: i16, events: Events<'_>) {
    if zero != 0 {
        let all = events.magnitudes.iter().fold(0, |all, &m| mul_add(all, zero, m));
        sum.iter_mut().for_each(|sum| *sum = sum.wrapping_sub(all));
    }
}

/// Lengths of slices that few projections have: (sums of high bytes, summed factors).
fn extras(plan: &Plan, projection: &Connection, width: usize) -> [usize; 2] {
    let fine = plan.layers.get(index(projection.pre)).is_some_and(|l| l.grain() == Grain::Fine);
    [if fine { width } else { 0 }, if projection.summed { width } else { 0 }]
}

/// A feed-forward projection of a running network.
#[derive(Debug)]
pub struct Projection<'a> {
    /// What it is.
    pub plan: Connection,
    /// Its matrix, row-major, `width` columns in memory.
    pub weights: WeightsMut<'a>,
    /// Rows, the bias included.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Columns in memory.
    pub width: usize,
    /// Left shift of the sum to the binary point of the current.
    pub(super) alignment: i32,
    /// The exact sum of this tick; kept while neither events nor weights change, as on graded input.
    pub(super) sum: &'a mut [i32],
    /// Whether `sum` holds for the weights and events as they are.
    pub(super) fresh: bool,
    /// Sum of the high bytes of fine events; `sum` has the low ones.
    sum_high: &'a mut [i32],
    /// What its lines carry.
    grain: Grain,
    /// Factors summed over the window, if it learns from their sum; and whether a neuron forgot.
    pub(super) summed: [&'a mut [i32]; 2],
    pub(super) summed_forget: &'a mut [u16],
    /// `post` factors, rate folded in.
    pub(super) post: [&'a mut [i16]; 2],
    /// Columns that this update may change.
    pub(super) active: &'a mut [u16],
    pub(super) active_len: usize,
    /// Whether an active column forgets.
    pub(super) forgets: bool,
}

impl<'a> Projection<'a> {
    /// Bytes that [`Self::new`] takes from the arena.
    pub(super) fn bytes(plan: &Plan, projection: &Connection) -> usize {
        let width = plan.width(projection);
        let [high, summed] = extras(plan, projection, width);
        let wide = [width, high, summed, summed].map(Arena::bytes::<i32>);
        let narrow = [width, width, width, summed].map(Arena::bytes::<u16>);
        wide.iter().chain(&narrow).fold(0, |sum, &bytes| sum.saturating_add(bytes))
    }

    pub(super) fn new(
        plan: &Plan,
        projection: &Connection,
        weights: &'a mut [u8],
        arena: &mut Arena<'a>,
    ) -> Option<Self> {
        let width = plan.width(projection);
        let [high, summed] = extras(plan, projection, width);
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
            sum_high: arena.take(high)?,
            grain: plan.layers.get(index(projection.pre))?.grain(),
            summed: [arena.take(summed)?, arena.take(summed)?],
            summed_forget: arena.take(summed)?,
            post: [arena.take(width)?, arena.take(width)?],
            active: arena.take(width)?,
            active_len: 0,
            forgets: false,
        })
    }

    /// `Integrate`: the exact sum over the events, unless it still holds.
    pub(super) fn integrate(&mut self, kernels: &impl Kernels, list: &List<'_>, same_events: bool) {
        if same_events && self.fresh {
            return;
        }
        let events = list.events(self.plan.bias);
        let (spikes, taps) = (self.grain == Grain::Spike, self.taps());
        let (weights, dense) = (self.weights.as_ref(), self.is_dense());
        let rows = Rows { weights, width: self.width, zero: 0 };
        self.sum.fill(0);
        match (dense, spikes) {
            (true, true) => kernels.add_spikes(self.sum, rows, events),
            (true, false) => kernels.add_graded(self.sum, rows, events),
            (false, _) => taps::add_events(self.sum, weights, &taps, events, spikes),
        }
        inhibit(self.sum, self.plan.zero, events);
        if self.grain == Grain::Fine {
            let events = list.high(self.plan.bias);
            self.sum_high.fill(0);
            if dense {
                kernels.add_graded(self.sum_high, rows, events);
            } else {
                taps::add_events(self.sum_high, weights, &taps, events, false);
            }
            inhibit(self.sum_high, self.plan.zero, events);
        }
        self.fresh = true;
    }

    /// Whether each line meets every neuron.
    pub(super) fn is_dense(&self) -> bool {
        self.plan.topology == Topology::Dense
    }

    /// Which weights meet which lines and neurons.
    pub(super) fn taps(&self) -> Taps {
        let lines = match self.plan.topology {
            Topology::Dense => self.rows.saturating_sub(usize::from(self.plan.bias)),
            Topology::OneToOne => self.columns,
        };
        Taps { topology: self.plan.topology, lines, columns: self.columns, width: self.width }
    }

    /// The start of a window: `post` factors and what was summed up start from zero.
    pub(super) fn start(&mut self) {
        for post in &mut self.post {
            post.fill(0);
        }
        for summed in &mut self.summed {
            summed.fill(0);
        }
        self.summed_forget.fill(0);
        self.active_len = 0;
        self.forgets = false;
    }

    /// Adds the aligned sum to a layer's total.
    pub(super) fn add_to(&self, total: &mut [i32]) {
        if self.grain == Grain::Fine {
            let right = self.alignment.unsigned_abs();
            for (total, (&low, &high)) in total.iter_mut().zip(self.sum.iter().zip(self.sum_high.iter())) {
                *total = add(*total, joined_bytes(high, low, right));
            }
        } else {
            scalar::add_aligned(total, self.sum, self.alignment);
        }
    }

    /// What its neurons, those of the layer `post`, brought to the last learning step, before the learning rate: both terms,
    /// column by column. Nothing if no weight could change in it.
    pub fn post_factors<'x>(&'x self, post: &'x Layer<'_>) -> impl Iterator<Item = [i32; 2]> + 'x {
        let [sum0, sum1] = &self.summed;
        let [term0, term1] = &post.terms;
        let columns = if self.active_len > 0 { self.columns } else { 0 };
        let at = |terms: &[i16], c: usize| terms.get(c).copied().map(wide).unwrap_or_default();
        (0..columns).map(move |c| match (sum0.get(c), sum1.get(c)) {
            (Some(&sum0), Some(&sum1)) => [sum0, sum1],
            _ => [at(term0, c), at(term1, c)],
        })
    }

    /// The matrix as it is read backwards.
    pub(super) fn rows(&self) -> Rows<'_> {
        Rows { weights: self.weights.as_ref(), width: self.width, zero: self.plan.zero }
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

pub(super) fn walk_matrix(
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

const _: () = assert!(LANES == 4, "widths are padded to words of four 8-bit weights");
