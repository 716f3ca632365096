//! The samples that a network remembers.

use super::LifePlan;
use crate::net::arena::Arena;
use crate::num::{index, index_wide, length};

/// Position and fill level of a ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Where the next sample goes.
    next: usize,
    len: usize,
}

/// The newest labelled samples, as many as there is room for. Memory is the caller's; it is not part of a checkpoint, and a
/// network that was just loaded remembers nothing.
///
/// What is recalled depends on the order of the samples only, not on where they are: a ring that is filled again with the
/// newest samples is as good as the one that was lost.
#[derive(Debug, Default)]
pub struct Ring<'a> {
    samples: &'a mut [u8],
    classes: &'a mut [u8],
    /// Bytes of a sample.
    lines: usize,
    at: Cursor,
}

impl<'a> Ring<'a> {
    /// Bytes that [`Self::new`] takes from the arena, for samples of so many lines.
    pub fn bytes(plan: &LifePlan, lines: usize) -> usize {
        let room = index(plan.remember);
        Arena::bytes::<u8>(room.saturating_mul(lines)).saturating_add(Arena::bytes::<u8>(room))
    }

    /// An empty ring. `None` if the arena is too small.
    pub fn new(plan: &LifePlan, lines: usize, arena: &mut Arena<'a>) -> Option<Self> {
        let room = index(plan.remember);
        let samples = arena.take(room.saturating_mul(lines))?;
        Some(Self::over(samples, arena.take(room)?, Cursor::default()))
    }

    /// A ring over memory of the caller's, as it was at this cursor: a class per sample.
    pub fn over(samples: &'a mut [u8], classes: &'a mut [u8], at: Cursor) -> Self {
        let lines = samples.len().checked_div(classes.len()).unwrap_or(0);
        Self { samples, classes, lines, at }
    }

    /// Its position and fill level.
    pub fn cursor(&self) -> Cursor {
        self.at
    }

    /// How many samples are remembered.
    pub fn len(&self) -> u32 {
        length(self.at.len)
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.at.len == 0
    }

    /// Remembers a sample, in the place of the oldest if there is no room. A sample that is too short is filled up with zeros.
    pub fn remember(&mut self, sample: &[u8], class: u8) {
        let Some(slot) = self.classes.get_mut(self.at.next) else { return };
        *slot = class;
        let mut samples = self.samples.chunks_exact_mut(self.lines.max(1));
        let slot = samples.nth(self.at.next).unwrap_or_default();
        if let Some((copied, rest)) = slot.split_at_mut_checked(sample.len().min(slot.len())) {
            for (to, &from) in copied.iter_mut().zip(sample) {
                *to = from;
            }
            rest.fill(0);
        }
        let room = self.classes.len();
        self.at.next = self.at.next.saturating_add(1);
        if self.at.next >= room {
            self.at.next = 0;
        }
        self.at.len = self.at.len.saturating_add(1).min(room);
    }

    /// The sample that `age` others were remembered after, 0 for the newest.
    pub fn recall(&self, age: u32) -> Option<(&[u8], u8)> {
        let age = index_wide(age);
        if age >= self.at.len {
            return None;
        }
        let back = age.saturating_add(1);
        let wrapped = self.at.next.saturating_add(self.classes.len()).saturating_sub(back);
        let slot = self.at.next.checked_sub(back).unwrap_or(wrapped);
        let sample = self.samples.chunks_exact(self.lines.max(1)).nth(slot)?;
        Some((sample, *self.classes.get(slot)?))
    }

    /// Lines that carry the same value, and not 0, in every remembered sample; none unless the ring is full.
    pub fn constant_lines(&self) -> u16 {
        if self.at.len < self.classes.len() {
            return 0;
        }
        let mut rows = self.samples.chunks_exact(self.lines.max(1));
        let Some(first) = rows.next() else { return 0 };
        let same = |line: &(usize, &u8)| rows.clone().all(|row| row.get(line.0) == Some(line.1));
        crate::num::line(first.iter().enumerate().filter(|line| *line.1 != 0 && same(line)).count())
    }
}
