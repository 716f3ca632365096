//! # hebbit-kernels
//!
//! The inner loops of [`hebbit_core`] for microcontrollers. They give the same bits as
//! [`Scalar`](hebbit_core::net::Scalar), in a third of the instructions:
//!
//! | type | for | how |
//! |---|---|---|
//! | [`Packed`] | any 32-bit processor | safe Rust, sums of two lanes in a word |
//! | `Dsp` | Cortex-M4, M7, M33 with DSP | assembly, two or four lanes in a word |
//!
//! [`Device`] is the fastest of them for the compiled target. Results do not depend on it, so a program may use it on a host, too.
#![no_std]
#![deny(unsafe_op_in_unsafe_fn)]

#[cfg(hebbit_dsp)]
mod dsp;
mod packed;

#[cfg(hebbit_dsp)]
pub use dsp::Dsp;
pub use packed::Packed;

/// The best kernels for this target.
#[cfg(hebbit_dsp)]
pub type Device = Dsp;
/// The best kernels for this target.
#[cfg(not(hebbit_dsp))]
pub type Device = Packed;
