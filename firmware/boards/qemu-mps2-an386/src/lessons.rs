//! What a person with two buttons teaches: the machine of `readings.rs` was moved, and what was a worn bearing is how it runs there, and the other way round.

use super::readings::READINGS;

/// The class of each sample, as the person sees it.
pub(crate) const SEEN: [u8; READINGS.len()] = [0, 0, 2, 2, 1, 1];
/// Samples that are answered and judged, those of `READINGS` again and again.
pub(crate) const LESSONS: u32 = 240;
/// The person presses nothing after each so many.
pub(crate) const UNJUDGED: u32 = 7;
/// One question in five is about a guess, 2^-16.
pub(crate) const GUESS: u16 = 13_108;
