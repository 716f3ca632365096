//! The two sides of a comparison as one type. There is no table of functions, as indirect calls would make the bound of the stack infinite.

use hebbit_core::net::{Events, GradedColumns, Kernels, LifColumns, Rows, Scalar, Update, WeightsMut};
use hebbit_core::neuron::{GradedParams, LifParams};

/// Kernels under trial, or the plain loops.
pub(crate) enum Side<'k, K> {
    Tried(&'k K),
    Plain,
}

impl<K: Kernels> Kernels for Side<'_, K> {
    fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        match self {
            Self::Tried(kernels) => kernels.add_spikes(sum, rows, events),
            Self::Plain => Scalar.add_spikes(sum, rows, events),
        }
    }
    fn add_graded(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        match self {
            Self::Tried(kernels) => kernels.add_graded(sum, rows, events),
            Self::Plain => Scalar.add_graded(sum, rows, events),
        }
    }
    fn dot_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        match self {
            Self::Tried(kernels) => kernels.dot_rows(sum, rows, send, shift),
            Self::Plain => Scalar.dot_rows(sum, rows, send, shift),
        }
    }
    fn sign_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        match self {
            Self::Tried(kernels) => kernels.sign_rows(sum, rows, send, shift),
            Self::Plain => Scalar.sign_rows(sum, rows, send, shift),
        }
    }
    fn fire_lif(&self, params: &LifParams, columns: LifColumns<'_>) {
        match self {
            Self::Tried(kernels) => kernels.fire_lif(params, columns),
            Self::Plain => Scalar.fire_lif(params, columns),
        }
    }
    fn fire_graded(&self, params: &GradedParams, columns: GradedColumns<'_>) {
        match self {
            Self::Tried(kernels) => kernels.fire_graded(params, columns),
            Self::Plain => Scalar.fire_graded(params, columns),
        }
    }
    fn list(&self, magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
        match self {
            Self::Tried(kernels) => kernels.list(magnitudes, lines, listed),
            Self::Plain => Scalar.list(magnitudes, lines, listed),
        }
    }
    fn update(&self, weights: WeightsMut<'_>, width: usize, update: &Update<'_>) {
        match self {
            Self::Tried(kernels) => kernels.update(weights, width, update),
            Self::Plain => Scalar.update(weights, width, update),
        }
    }
}
