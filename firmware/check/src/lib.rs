//! # hebbit-check
//!
//! Checks on a board that its kernels compute the bits of the plain loops, and measures their cost. Independent of hardware: words
//! are keyed draws, text goes to a writer, and the caller provides the counter.
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
