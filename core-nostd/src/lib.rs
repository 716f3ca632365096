//! # hebbit-core
//!
//! Spiking networks that learn with local rules, in integers: the same bits on a laptop, a microcontroller and an
//! FPGA. No float, no heap, no `unsafe`, no I/O, no clock, no global; memory is the caller's.
//!
//! The arithmetic is specified in `docs/NUMBERS.md`, the stored network in `docs/FORMAT.md`, the link to a
//! device in `docs/LINK.md`. The modules are the
//! block diagram: `num` → `signal` → { `neuron` | `learn` | `encode` | `schema` } → `net` → `checkpoint` → `link`.
//!
//! Each learning rule has a feature of its name; all are on by default. A firmware that needs few of them is smaller
//! without the others, and refuses checkpoints of rules that it does not have.
//!
//! A rule never touches a weight. It answers with a `pre` factor per line and a `post` factor per neuron, and one
//! kernel writes every weight:
//!
//! ```text
//! w' = clamp( w + floor( ( sum over terms of pre*post - w*forget*2^F + dither ) / 2^S ) )
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::integer_division,
        clippy::panic,
        clippy::unwrap_used
    )
)]
// A library that leaves the choice of rules to a firmware is checked alone, and then there is no network.
#![cfg_attr(
    not(any(
        feature = "burst",
        feature = "dfa",
        feature = "dh-control",
        feature = "dh-equilibrium",
        feature = "dh-predictive",
        feature = "drtp",
        feature = "microcircuit",
        feature = "reward",
        feature = "stdp",
        feature = "triplet"
    )),
    allow(unreachable_code, unused_mut, unused_variables)
)]

#[cfg(target_endian = "big")]
compile_error!("a checkpoint is used in place and is little-endian");

#[macro_use]
mod macros;

pub mod checkpoint;
pub mod encode;
pub mod learn;
pub mod link;
pub mod net;
pub mod neuron;
pub mod num;
pub mod schema;
pub mod signal;

/// Version of this core: host and device must have the same.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
