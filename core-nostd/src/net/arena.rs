//! One block of memory, handed out in typed slices.

use zerocopy::{FromBytes, IntoBytes};

/// Hands out slices from the front of a block. Every slice starts at a multiple of 8 bytes from the block's start.
#[derive(Debug)]
pub struct Arena<'a> {
    rest: &'a mut [u8],
}

impl<'a> Arena<'a> {
    /// Uses `block`, which should start at a multiple of 8.
    pub fn new(block: &'a mut [u8]) -> Self {
        Self { rest: block }
    }

    /// Bytes that `take::<T>(len)` uses.
    pub const fn bytes<T>(len: usize) -> usize {
        len.saturating_mul(size_of::<T>()).saturating_add(7) & !7
    }

    /// A zeroed slice of `len`. `None` if the block is used up or not aligned.
    pub fn take<T: FromBytes + IntoBytes>(&mut self, len: usize) -> Option<&'a mut [T]> {
        let (slice, rest) = core::mem::take(&mut self.rest).split_at_mut_checked(Self::bytes::<T>(len))?;
        self.rest = rest;
        slice.fill(0);
        let (exact, _) = slice.split_at_mut_checked(len.saturating_mul(size_of::<T>()))?;
        <[T]>::mut_from_bytes(exact).ok()
    }
}
