//! The working memory of a trial, provided by the caller so that it takes no stack.

use core::mem::{size_of, take};
use zerocopy::{FromBytes, IntoBytes};

/// Alignment of every array, so that a kernel and the plain loops see the same alignment.
pub(crate) const STEP: usize = 8;

/// The free part.
pub(crate) struct Room<'r>(&'r mut [u8]);

impl<'r> Room<'r> {
    pub(crate) fn new(bytes: &'r mut [u8]) -> Self {
        let skip = bytes.as_ptr().align_offset(STEP);
        Self(bytes.get_mut(skip..).unwrap_or_default())
    }

    /// The next `len` words, all zero; `None` if there is no room.
    pub(crate) fn take<T: FromBytes + IntoBytes>(&mut self, len: usize) -> &'r mut [T] {
        let bytes = len * size_of::<T>();
        let all = take(&mut self.0).split_at_mut_checked(bytes.next_multiple_of(STEP));
        debug_assert!(all.is_some(), "a trial needs more room than it says");
        let (here, rest) = all.unwrap_or_default();
        self.0 = rest;
        here.fill(0);
        let here = here.get_mut(..bytes).unwrap_or_default();
        <[T]>::mut_from_bytes(here).unwrap_or_default()
    }
}
