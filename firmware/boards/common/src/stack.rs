//! High-water mark of the stack: it is filled with a pattern at the start, and the intact part of the pattern is counted.

use core::ptr;

/// A word that no program is likely to push.
const PAINT: u32 = 0x5ca1_ab1e;

unsafe extern "C" {
    /// The lowest word of the stack, of the memory map.
    static mut _stack_end: u32;
    /// The word above the stack.
    static _stack_start: u32;
}

/// Bytes below the variables of [`paint`] that are left out, as they may belong to its frame. Words that an interrupt pushes meanwhile are
/// dead when painting continues.
const MARGIN: usize = 64;

/// Approximate stack pointer.
#[inline(always)]
fn pointer() -> usize {
    let here = 0_u32;
    (&raw const here).addr()
}

/// Paints the free part of the stack. Call it first in `main`.
#[inline(never)]
pub fn paint() {
    let end = pointer().saturating_sub(MARGIN);
    let mut at = &raw mut _stack_end;
    while at.addr() < end {
        // SAFETY: the word lies in the stack by the memory map, and below every frame that is in use.
        unsafe {
            at.write_volatile(PAINT);
            at = at.add(1);
        }
    }
}

/// Most bytes of stack that were in use since [`paint`], exact to a word unless something pushed paint.
pub fn used() -> u32 {
    let top = &raw const _stack_start;
    let mut at = (&raw const _stack_end).cast::<u32>();
    // SAFETY: the words from the end of the stack to its start are memory; they are read as volatile because frames come and go.
    while at < top && unsafe { ptr::read_volatile(at) } == PAINT {
        // SAFETY: it stays within the stack or one word above it.
        at = unsafe { at.add(1) };
    }
    top.addr().saturating_sub(at.addr()) as u32
}
