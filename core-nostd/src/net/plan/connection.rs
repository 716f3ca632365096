//! Connections: what reaches a layer, from where, through which weights, and how they learn.

use crate::num::{Word, index};

/// A connection's `pre`: not a layer, the target.
pub const FROM_TARGET: u16 = u16::MAX;

choice! {
    /// Which weights meet which lines and neurons.
    Topology {
        /// Each line meets every neuron: a row of weights per line.
        Dense = 0,
        /// Line `i` meets neuron `i`: one row of weights for all lines. The bias line, if there is one, has a row of its own and meets
        /// every neuron.
        OneToOne = 1,
    }
}
choice! {
    /// Whose weights a connection uses. Those onto somata have their own.
    WeightSource {
        /// Its own, `fraction` fraction bits; of a feedback, rows by the neuron that sends.
        Own = 0,
        /// The sign of the forward weight, magnitude `2^-fraction`; `sign(0) = +`.
        Sign = 1,
        /// The forward weight itself.
        Tied = 2,
        /// Odd numbers from -255 to 255, `fraction` fraction bits, drawn anew from their key whenever they are needed.
        Keyed = 3,
    }
}

words! {
    /// A connection from a layer onto the somata of another one ([`Plan::projections`](super::Plan)), or from a layer or the target
    /// onto the apical compartments of a hidden layer ([`Plan::feedback`](super::Plan)).
    pub struct Connection {
        /// Layer that its lines come from, 0 is the input; or [`FROM_TARGET`] of a feedback.
        pub pre: u16,
        /// Layer that it reaches. Onto somata: above `pre`, unless it is delayed. Of a feedback: a hidden layer below `pre`.
        pub post: u16,
        /// Whose weights it uses.
        pub weights: WeightSource,
        /// Fraction bits of a weight: `2^fraction` is one threshold per spike. Of signs: their magnitude is `2^-fraction`. 0..=15.
        pub fraction: u16,
        /// Least weight; of a feedback with its own weights `-high`.
        pub low: i16,
        /// Greatest weight; 0 if it has none of its own.
        pub high: i16,
        /// Whether there is a row for the bias line, which always carries a full-scale event. Not of a feedback.
        pub bias: bool,
        /// Whether it learns.
        pub plastic: bool,
        /// Learning rate: `post` is multiplied by `2^rate`, -16..=15.
        pub rate: i32,
        /// A forgetting weight loses `w * 2^forget_shift` before the division by `2^S`, 0..=S. 0 of a feedback.
        pub forget_shift: u16,
        /// The weight that counts as nothing: one blanket inhibitory cell of this fixed weight on all lines, so that every
        /// physical weight may be positive (Dale). 0, or half of `high` with `low` 0. 0 of a feedback and of one-to-one.
        pub zero: i16,
        /// In a window that learns in every tick, it learns once, in the last one, from the sum of its neurons' factors. Not of a
        /// feedback.
        pub summed: bool,
        /// Which word of the rule a feedback carries, 0 or 1; 0 of others.
        pub word: u16,
        /// Which weights meet which lines and neurons. Of a feedback dense; signs and tied weights follow their forward connection.
        pub topology: Topology,
        /// Whether its lines carry the events of the tick before: the way for recurrence. Not of a feedback.
        pub delay: bool,
    }
}

impl Connection {
    /// The layer whose neurons it comes from: of the target, the output.
    pub const fn source(&self, output: usize) -> usize {
        if self.pre == FROM_TARGET { output } else { index(self.pre) }
    }

    /// The greatest magnitude of a weight.
    pub(super) fn bound(&self) -> u64 {
        u64::from(self.high.unsigned_abs().max(self.low.unsigned_abs()))
    }
}

/// Weights of a line: `len` of them, from number `weight` of the matrix on, meet the neurons from `column` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Row-major number of the first weight, padding counted.
    pub weight: usize,
    /// The neuron that it meets.
    pub column: usize,
    /// How many there are.
    pub len: usize,
}

/// The taps of a connection's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taps {
    /// Its topology.
    pub topology: Topology,
    /// Lines of its source, the bias line not counted.
    pub lines: usize,
    /// Neurons that it reaches.
    pub columns: usize,
    /// The same, padded: weights in a row.
    pub width: usize,
}

impl Taps {
    /// Rows of the matrix, one for the bias line included.
    pub const fn rows(&self, bias: bool) -> usize {
        let rows = match self.topology {
            Topology::Dense => self.lines,
            Topology::OneToOne => 1,
        };
        if bias { rows.saturating_add(1) } else { rows }
    }

    /// Most weights onto one neuron, the bias included.
    pub const fn fan_in(&self, bias: bool) -> usize {
        self.rows(bias)
    }

    /// What line `line` meets; the bias line is number `lines`.
    pub fn of(&self, line: u16) -> impl Iterator<Item = Tap> + use<> {
        let line = index(line);
        let row = |row: usize| Tap { weight: row.saturating_mul(self.width), column: 0, len: self.columns };
        core::iter::once(match self.topology {
            Topology::Dense => row(line),
            Topology::OneToOne if line == self.lines => row(1),
            Topology::OneToOne => Tap { weight: line, column: line, len: 1 },
        })
    }
}
