//! Kernels in AVX2, for x86-64 since 2013.
//!
//! Functions that use AVX2 carry `#[target_feature]` and are safe among themselves; the one way in is a value of
//! [`Avx2`], which exists only on a machine that has it. Memory is reached through slices and array references.

mod dense;
mod dither;
mod feedback;
mod fire;
mod lanes;
mod list;
mod rows;
mod sparse;
mod terms;
mod update;

use hebbit_core::net::{Events, GradedColumns, Kernels, LifColumns, Rows, Update, WeightsMut, scalar};
use hebbit_core::neuron::{GradedParams, LifParams};

/// Proof that this machine has AVX2, and the kernels that use it.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

impl Avx2 {
    /// `None` where there is no AVX2.
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Kernels for Avx2 {
    fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        // SAFETY: `self` proves AVX2.
        if !unsafe { rows::add_spikes(sum, rows, events) } {
            scalar::add_spikes(sum, rows, events);
        }
    }

    fn add_graded(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        // SAFETY: `self` proves AVX2.
        if !unsafe { rows::add_graded(sum, rows, events) } {
            scalar::add_graded(sum, rows, events);
        }
    }

    fn dot_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        // SAFETY: `self` proves AVX2.
        unsafe { feedback::dot_rows(sum, rows, send, shift) }
    }

    fn sign_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        // SAFETY: `self` proves AVX2.
        unsafe { feedback::sign_rows(sum, rows, send, shift) }
    }

    fn fire_lif(&self, params: &LifParams, columns: LifColumns<'_>) {
        // SAFETY: `self` proves AVX2.
        unsafe { fire::fire_lif(params, columns) }
    }

    fn fire_graded(&self, params: &GradedParams, columns: GradedColumns<'_>) {
        // SAFETY: `self` proves AVX2.
        unsafe { fire::fire_graded(params, columns) }
    }

    fn list(&self, magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
        // SAFETY: `self` proves AVX2.
        unsafe { list::list(magnitudes, lines, listed) }
    }

    fn update(&self, mut weights: WeightsMut<'_>, width: usize, update: &Update<'_>) {
        // SAFETY: `self` proves AVX2.
        if !unsafe { update::update(weights.by_ref(), width, update) } {
            scalar::update(weights, width, update);
        }
    }
}
