//! Where learned weights survive power loss.

/// Why a network could not be persisted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StoreError {
    /// There is no flash memory for it.
    None,
    /// It is longer than a slot.
    TooLong,
    /// The flash memory failed.
    Flash,
}

/// Where learned weights survive power loss.
pub trait Store {
    /// Bytes of one slot that a checkpoint may have; 0: nothing can be kept.
    fn capacity(&self) -> u32;
    /// Loads the newest whole checkpoint into the front of `into`. Its length; `None` if there is none or it does not fit.
    fn load(&mut self, into: &mut [u8]) -> Option<usize>;
    /// Writes a checkpoint of `len` bytes; `read(offset, buf)` fills `buf` with its bytes from `offset`, called with
    /// ascending offsets. `feed` is called between pages.
    ///
    /// # Errors
    /// [`StoreError`]; what was stored before stays.
    fn save(
        &mut self,
        len: usize,
        read: &mut dyn FnMut(usize, &mut [u8]),
        feed: &mut dyn FnMut(),
    ) -> Result<(), StoreError>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoStore;

impl Store for NoStore {
    fn capacity(&self) -> u32 {
        0
    }
    fn load(&mut self, _: &mut [u8]) -> Option<usize> {
        None
    }
    fn save(
        &mut self,
        _: usize,
        _: &mut dyn FnMut(usize, &mut [u8]),
        _: &mut dyn FnMut(),
    ) -> Result<(), StoreError> {
        Err(StoreError::None)
    }
}
