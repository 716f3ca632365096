//! Numbers: how wide they are, the verbs on them, and keyed randomness. `docs/NUMBERS.md` is the normative text.
//!
//! `as`, `+` and `>>` on integers live here only; everybody else writes a verb.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod dither;
mod formats;
mod rng;
mod verbs;
mod words;

pub use dither::{DitherRow, StepKey, mix, mix_round, stream};
pub use formats::*;
pub use rng::KeyedRng;
pub use verbs::*;
pub use words::{Range, Word, Words};
