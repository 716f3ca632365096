//! The lines of a layer as they were in the tick before: what delayed connections carry and learn from.

use super::arena::Arena;
use super::kernels::Kernels;
use super::list::List;
use crate::num::to_column;

/// Lines in the tick before; empty if no delayed connection comes from the layer.
#[derive(Debug)]
pub(super) struct Delayed<'a> {
    /// Magnitudes, the bias line last.
    pub(super) events: &'a mut [i16],
    /// Sums of them since the window's start; none if the layer's events are held, whose sums are the events.
    pub(super) sums: &'a mut [u16],
    /// State of the rule per line.
    pub(super) line_state: &'a mut [u16],
    /// The list of them, or of factors.
    pub(super) list: List<'a>,
}

/// Lengths of the columns of a layer that has delayed lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lengths {
    pub(super) lines: usize,
    pub(super) sums: usize,
    pub(super) high: usize,
    pub(super) line_state: usize,
}

impl<'a> Delayed<'a> {
    /// Bytes that [`Self::new`] takes from the arena.
    pub(super) fn bytes(of: Lengths) -> usize {
        let Lengths { lines, sums, high, line_state } = of;
        let columns = [lines, sums, line_state].map(Arena::bytes::<u16>);
        columns.iter().fold(List::bytes(lines, high), |sum, &bytes| sum.saturating_add(bytes))
    }

    pub(super) fn new(of: Lengths, arena: &mut Arena<'a>) -> Option<Self> {
        Some(Self {
            events: arena.take(of.lines)?,
            sums: arena.take(of.sums)?,
            line_state: arena.take(of.line_state)?,
            list: List::new(of.lines, of.high, arena)?,
        })
    }

    /// Whether there are any.
    pub(super) fn is_used(&self) -> bool {
        !self.events.is_empty()
    }

    /// Sums start from zero; with `reset` the rule's state does, too.
    pub(super) fn start(&mut self, reset: bool) {
        self.sums.fill(0);
        if reset {
            self.line_state.fill(0);
        }
    }

    /// Takes over what the tick before has left.
    pub(super) fn remember(&mut self, kernels: &impl Kernels, events: &[i16]) {
        for (delayed, &event) in self.events.iter_mut().zip(events) {
            *delayed = event;
        }
        for (sum, event) in self.sums.iter_mut().zip(events) {
            *sum = sum.saturating_add(event.unsigned_abs());
        }
        self.list.clear();
        // At rest not even the bias line has an event.
        if let Some((&bias, own)) = events.split_last()
            && bias != 0
        {
            self.list.fill(kernels, own, bias);
        }
    }

    /// Every word of state, by column.
    pub(super) fn walk(&self, held: bool, f: &mut dyn FnMut(&'static str, usize, u16)) {
        let mut signed = |name, column: &[i16]| {
            column.iter().enumerate().for_each(|(i, &w)| f(name, i, to_column(w)));
        };
        signed("delayed event", self.events);
        signed("delayed sum", if held { self.events } else { &[] });
        for (name, column) in [("delayed sum", &*self.sums), ("delayed line trace", &*self.line_state)] {
            column.iter().enumerate().for_each(|(i, &w)| f(name, i, w));
        }
    }
}
