//! # hebbit-check
//!
//! What a board runs to see that its kernels give the bits of the plain loops, and to count what they cost. No hardware: words
//! come from keyed draws, text goes to a writer, the counter of instructions is the caller's.
//!
//! ```
//! use hebbit_core::net::Scalar;
//! let mut text = String::new();
//! assert!(hebbit_check::kernels(&Scalar, 1, 10, &mut text), "{text}");
//! ```
#![no_std]

mod cost;
mod draw;
mod room;
mod side;
mod trial;

pub use cost::cost;
pub use trial::{COUNT, ROOM, kernel, kernels, name};
