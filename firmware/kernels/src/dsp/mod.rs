//! Kernels in the DSP instructions of ARMv7E-M and ARMv8-M: two 16-bit or four 8-bit lanes in a register.
//!
//! Operands are checked here, in Rust; unsupported ones (matrices that are not aligned to words, lines beyond the
//! matrix, bounds beyond the format) are left to the plain loops.

use core::arch::global_asm;
use hebbit_core::net::{
    Events, GradedColumns, Kernels, LifColumns, Rows, Update, Weights, WeightsMut, scalar,
};
use hebbit_core::neuron::{GradedParams, LifParams};

// The DSP extension is optional in ARMv8-M, and global assembly does not inherit target features.
#[cfg(hebbit_armv8m)]
global_asm!(".cpu cortex-m33");
global_asm!(include_str!("add.s"));
global_asm!(include_str!("update.s"));
global_asm!(include_str!("layer.s"));

mod add;
mod layer;
mod update;

/// The kernels of microcontrollers with the DSP extension.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dsp;

/// Whether a slice is word-aligned, as loads of two words require.
fn aligned<T>(slice: &[T]) -> bool {
    slice.as_ptr().cast::<u32>().is_aligned()
}

/// A 16-bit word in both halves.
fn twice(x: i16) -> u32 {
    let half = u32::from(x as u16);
    half << 16 | half
}

impl Kernels for Dsp {
    fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        let done = match rows.weights {
            Weights::I8(w) => add::spikes_i8(sum, w, rows.width, events.lines),
            Weights::I16(w) => add::graded(sum, w, rows.width, events.lines.iter().map(|&line| (line, 1))),
        };
        if !done {
            scalar::add_spikes(sum, rows, events);
        }
    }

    fn add_graded(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        let each = events.lines.iter().copied().zip(events.magnitudes.iter().copied());
        let done = match rows.weights {
            Weights::I8(w) => add::graded(sum, w, rows.width, each),
            Weights::I16(w) => add::graded(sum, w, rows.width, each),
        };
        if !done {
            scalar::add_graded(sum, rows, events);
        }
    }

    fn dot_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        if !layer::dot_rows(sum, rows, send, shift) {
            scalar::dot_rows(sum, rows, send, shift);
        }
    }

    fn sign_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        if !layer::sign_rows(sum, rows, send, shift) {
            scalar::sign_rows(sum, rows, send, shift);
        }
    }

    fn fire_lif(&self, params: &LifParams, columns: LifColumns<'_>) {
        scalar::fire_lif(params, layer::fire_lif(params, columns));
    }

    fn fire_graded(&self, params: &GradedParams, columns: GradedColumns<'_>) {
        scalar::fire_graded(params, columns);
    }

    fn list(&self, magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
        layer::list(magnitudes, lines, listed).unwrap_or_else(|| scalar::list(magnitudes, lines, listed))
    }

    fn update(&self, mut weights: WeightsMut<'_>, width: usize, update: &Update<'_>) {
        if !update::update(weights.by_ref(), width, update) {
            scalar::update(weights, width, update);
        }
    }
}
