//! Lessons of a person with two buttons: after the machine of `readings.rs` was moved, its normal readings are those of the worn bearing, and vice versa.

use super::readings::READINGS;

/// The class of each sample, as the person sees it.
pub(crate) const SEEN: [u8; READINGS.len()] = [0, 0, 2, 2, 1, 1];
/// Samples that are answered and judged, those of `READINGS` again and again.
pub(crate) const LESSONS: u32 = 240;
/// The person presses nothing after each so many.
pub(crate) const UNJUDGED: u32 = 7;
/// One question in five is about a guess, 2^-16.
pub(crate) const GUESS: u16 = 13_108;
