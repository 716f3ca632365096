//! Fast kernels of the host: the inner loops of the core in vector instructions, chosen at run time.
//!
//! They give the same bits as [`Scalar`]: sums are exact, and every other operation has one vector form that agrees
//! with the verb for all inputs. What a vector form does not cover (shifts that no weight format uses, lists that
//! are not ascending) goes to the plain loops. This module is the only one of the host that uses `unsafe`.

#![deny(unsafe_op_in_unsafe_fn)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(not(target_arch = "x86_64"))]
#[path = "absent.rs"]
mod avx2;
#[cfg(test)]
mod tests;

pub use avx2::Avx2;

use hebbit_core::net::{Events, GradedColumns, Kernels, LifColumns, Rows, Scalar, Update, WeightsMut};
use hebbit_core::neuron::{GradedParams, LifParams};

/// Kernels chosen at run time.
#[derive(Clone, Copy, Debug)]
pub enum AnyKernels {
    /// The plain loops of the core.
    Scalar,
    /// Vector instructions.
    Simd(Avx2),
}

impl AnyKernels {
    /// The fastest that this machine can run.
    pub fn best() -> Self {
        Avx2::detect().map_or(Self::Scalar, Self::Simd)
    }

    /// `scalar` or `simd`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Simd(_) => "simd",
        }
    }
}

impl Kernels for AnyKernels {
    fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        match self {
            Self::Scalar => Scalar.add_spikes(sum, rows, events),
            Self::Simd(simd) => simd.add_spikes(sum, rows, events),
        }
    }
    fn add_graded(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        match self {
            Self::Scalar => Scalar.add_graded(sum, rows, events),
            Self::Simd(simd) => simd.add_graded(sum, rows, events),
        }
    }
    fn dot_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        match self {
            Self::Scalar => Scalar.dot_rows(sum, rows, send, shift),
            Self::Simd(simd) => simd.dot_rows(sum, rows, send, shift),
        }
    }
    fn sign_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        match self {
            Self::Scalar => Scalar.sign_rows(sum, rows, send, shift),
            Self::Simd(simd) => simd.sign_rows(sum, rows, send, shift),
        }
    }
    fn fire_lif(&self, params: &LifParams, columns: LifColumns<'_>) {
        match self {
            Self::Scalar => Scalar.fire_lif(params, columns),
            Self::Simd(simd) => simd.fire_lif(params, columns),
        }
    }
    fn fire_graded(&self, params: &GradedParams, columns: GradedColumns<'_>) {
        match self {
            Self::Scalar => Scalar.fire_graded(params, columns),
            Self::Simd(simd) => simd.fire_graded(params, columns),
        }
    }
    fn list(&self, magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
        match self {
            Self::Scalar => Scalar.list(magnitudes, lines, listed),
            Self::Simd(simd) => simd.list(magnitudes, lines, listed),
        }
    }
    fn update(&self, weights: WeightsMut<'_>, width: usize, update: &Update<'_>) {
        match self {
            Self::Scalar => Scalar.update(weights, width, update),
            Self::Simd(simd) => simd.update(weights, width, update),
        }
    }
}
