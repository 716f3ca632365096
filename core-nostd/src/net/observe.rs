//! Looking at a running network: after every phase, word by word. Reports, digests and comparisons are observers.

use super::{Feedback, Layer, MAX_LAYERS, Projection};
use crate::signal::{Phase, Tick};
use heapless::Vec;

/// When something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Moment {
    /// Window of the sample.
    pub window: u8,
    /// Tick of the window.
    pub tick: Tick,
    /// The phase that has just ended.
    pub phase: Phase,
    /// Of `Integrate` and `Fire`, the layer; else 0.
    pub layer: u16,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// "layer" or "projection".
    pub part: &'static str,
    /// Which of them.
    pub number: usize,
    /// Name of the column.
    pub column: &'static str,
    /// Index in the column.
    pub index: usize,
}

impl core::fmt::Display for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {} {}[{}]", self.part, self.number, self.column, self.index)
    }
}

/// The state of a network, with room for `N` layers, as many projections and as many feedbacks.
#[derive(Debug)]
pub struct Parts<'a, const N: usize = MAX_LAYERS> {
    /// Layers; the first is the input.
    pub layers: Vec<Layer<'a>, N>,
    /// Projections.
    pub projections: Vec<Projection<'a>, N>,
    /// Feedback projections.
    pub feedback: Vec<Feedback<'a>, N>,
}

impl<const N: usize> Parts<'_, N> {
    /// Every word of state, in the order of the digest (NUMBERS section 8): for each layer its neuron columns,
    /// events, apical potentials, sums, the rule's columns of lines and of neurons; for each projection its two
    /// columns of `post` factors; for each feedback that learns its one.
    pub fn walk(&self, f: &mut dyn FnMut(Place, u16)) {
        for (l, layer) in self.layers.iter().enumerate() {
            layer.walk(&mut |column, index, word| f(Place { part: "layer", number: l, column, index }, word));
        }
        for (p, projection) in self.projections.iter().enumerate() {
            projection.walk(&mut |column, index, word| {
                f(Place { part: "projection", number: p, column, index }, word);
            });
        }
        for (b, feedback) in self.feedback.iter().enumerate() {
            feedback.walk(&mut |column, index, word| {
                f(Place { part: "feedback", number: b, column, index }, word);
            });
        }
    }

    /// Every weight, sign-extended: projections in order, rows, columns, padding left out; then feedbacks' own.
    pub fn walk_weights(&self, f: &mut dyn FnMut(Place, i16)) {
        for (p, projection) in self.projections.iter().enumerate() {
            projection.walk_weights(&mut |index, w| {
                f(Place { part: "projection", number: p, column: "weight", index }, w);
            });
        }
        for (b, feedback) in self.feedback.iter().enumerate() {
            feedback.walk_weights(&mut |index, w| {
                f(Place { part: "feedback", number: b, column: "weight", index }, w);
            });
        }
    }
}

/// Looks at a network after every phase.
pub trait Observer<const N: usize = MAX_LAYERS> {
    /// A phase has ended.
    fn phase(&mut self, moment: Moment, parts: &Parts<'_, N>);
}

/// Looks at nothing, costs nothing.
impl<const N: usize> Observer<N> for () {
    #[inline(always)]
    fn phase(&mut self, _: Moment, _: &Parts<'_, N>) {}
}

impl<const N: usize, F: FnMut(Moment, &Parts<'_, N>)> Observer<N> for F {
    fn phase(&mut self, moment: Moment, parts: &Parts<'_, N>) {
        self(moment, parts);
    }
}
