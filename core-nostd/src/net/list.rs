//! Lists of a layer: the lines that have an event, and those that have a `pre` factor.

use super::kernels::Events;
use crate::num::bytes_of;

/// A list of events.
#[derive(Debug)]
pub(super) struct List<'a> {
    pub(super) lines: &'a mut [u16],
    pub(super) magnitudes: &'a mut [i16],
    /// Fine events: the high bytes; their low bytes are in `magnitudes`.
    pub(super) high: &'a mut [i16],
    pub(super) len: usize,
}

impl List<'_> {
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, line: u16, magnitude: i16) {
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

    /// Cuts fine magnitudes into bytes.
    pub(super) fn cut(&mut self) {
        let magnitudes = self.magnitudes.iter_mut().take(self.len);
        for (low, high) in magnitudes.zip(self.high.iter_mut()) {
            (*high, *low) = bytes_of(*low);
        }
    }
}

/// A list of `pre` factors.
#[derive(Debug)]
pub(super) struct Factors<'a> {
    pub(super) lines: &'a mut [u16],
    pub(super) pre: [&'a mut [i16]; 2],
    pub(super) len: usize,
}
