//! The list of a layer: the lines that have an event, and, from a learning step to the next tick, those that have a `pre` factor.

use super::arena::Arena;
use super::kernels::{Events, Kernels};
use crate::learn::Cells;
use crate::num::{bytes_of, line};
use core::cell::Cell;

/// A list of events. It is not read between a learning step and the next tick, which rebuilds it: until then the same memory
/// holds the factors of lines.
#[derive(Debug)]
pub(super) struct List<'a> {
    pub(super) lines: &'a mut [u16],
    /// Magnitudes, or the factors of the first term.
    pub(super) magnitudes: &'a mut [i16],
    /// Fine events: the high bytes; their low bytes are in `magnitudes`.
    pub(super) high: &'a mut [i16],
    /// The factors of the second term.
    pub(super) second: &'a mut [i16],
    pub(super) len: usize,
    /// Whether it holds factors.
    pub(super) factors: bool,
}

impl<'a> List<'a> {
    /// Bytes that [`Self::new`] takes from the arena.
    pub(super) fn bytes(lines: usize, high: usize) -> usize {
        let columns = [lines, lines, high, lines].map(Arena::bytes::<u16>);
        columns.iter().fold(0, |sum, &bytes| sum.saturating_add(bytes))
    }

    /// An empty list for so many lines, `high` of which may be fine.
    pub(super) fn new(lines: usize, high: usize, arena: &mut Arena<'a>) -> Option<Self> {
        Some(Self {
            lines: arena.take(lines)?,
            magnitudes: arena.take(lines)?,
            high: arena.take(high)?,
            second: arena.take(lines)?,
            len: 0,
            factors: false,
        })
    }

    /// Lists the lines that have an event, and the bias line last.
    pub(super) fn fill(&mut self, kernels: &impl Kernels, own: &[i16], bias: i16) {
        self.clear();
        self.len = kernels.list(own, self.lines, self.magnitudes);
        self.push(line(own.len()), bias);
        self.cut();
    }

    pub(super) fn clear(&mut self) {
        (self.len, self.factors) = (0, false);
    }

    /// Lines with a `pre` factor and the factors of both terms; none before a learning step.
    pub(super) fn factors(&self) -> (&[u16], [&[i16]; 2]) {
        let len = if self.factors { self.len } else { 0 };
        let pre = [&*self.magnitudes, &*self.second].map(|pre| pre.get(..len).unwrap_or_default());
        (self.lines.get(..len).unwrap_or_default(), pre)
    }

    /// Its memory as cells: factors overwrite the entries that have been read already.
    #[inline(always)]
    pub(super) fn cells(&mut self) -> Cells<'_> {
        let Self { lines, magnitudes, second, .. } = self;
        let lines = Cell::from_mut(&mut **lines).as_slice_of_cells();
        let magnitudes = Cell::from_mut(&mut **magnitudes).as_slice_of_cells();
        Cells { lines, magnitudes, second }
    }

    #[inline(always)]
    fn push(&mut self, line: u16, magnitude: i16) {
        if let (Some(l), Some(m)) = (self.lines.get_mut(self.len), self.magnitudes.get_mut(self.len)) {
            (*l, *m) = (line, magnitude);
            self.len = self.len.saturating_add(1);
        }
    }

    /// The events, without the bias line's if `bias` is false. Of fine events, their low bytes.
    pub(super) fn events(&self, bias: bool) -> Events<'_> {
        self.of(bias, self.magnitudes)
    }

    /// The high bytes of fine events.
    pub(super) fn high(&self, bias: bool) -> Events<'_> {
        self.of(bias, self.high)
    }

    fn of<'b>(&'b self, bias: bool, magnitudes: &'b [i16]) -> Events<'b> {
        let len = if bias { self.len } else { self.len.saturating_sub(1) };
        Events {
            lines: self.lines.get(..len).unwrap_or_default(),
            magnitudes: magnitudes.get(..len).unwrap_or_default(),
        }
    }

    /// Splits fine magnitudes into low and high bytes.
    fn cut(&mut self) {
        let magnitudes = self.magnitudes.iter_mut().take(self.len);
        for (low, high) in magnitudes.zip(self.high.iter_mut()) {
            (*high, *low) = bytes_of(*low);
        }
    }
}
