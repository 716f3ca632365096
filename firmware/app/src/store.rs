//! Learned weights survive power loss: two slots of flash, written in turn. `docs/FORMAT.md`, section 8.
//!
//! A slot holds the data, then at its end a header with their CRC, which is written last: as long as it is not whole,
//! the slot is invalid. The slot of the newest valid checkpoint is never touched, so that at every moment the old
//! network or the new one is complete. No word is written twice between two erases.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::integer_division,
        clippy::panic,
        clippy::unwrap_used
    )
)]

use core::fmt;
use core::ops::Range;
use crc::{CRC_32_ISCSI, Crc};
use embedded_storage::nor_flash::{NorFlash, NorFlashError, NorFlashErrorKind};
use hebbit_core::num::{index_wide, length};

/// Bytes moved at once; on the stack.
const PAGE: usize = 256;
/// Bytes of a header. It takes a whole unit where a unit is longer.
const HEADER: usize = 32;
/// The first bytes of a header.
const MAGIC: [u32; 2] = [u32::from_le_bytes(*b"HEBB"), u32::from_le_bytes(*b"SLOT")];
/// The layout of a slot that this code reads and writes.
const VERSION: u32 = 1;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Where learned weights survive power loss.
pub trait Store {
    /// Maximum length of a checkpoint, in bytes; 0: nothing can be saved.
    fn capacity(&self) -> u32;

    /// Loads the newest valid checkpoint into the front of `into` and returns its length in bytes. `None` if there is
    /// none, or it is longer than `into`; the bytes of `into` are then undefined.
    fn load(&mut self, into: &mut [u8]) -> Option<usize>;

    /// Saves a checkpoint of `len` bytes. `read(offset, bytes)` fills `bytes` with those from `offset` on; offsets
    /// ascend, and each byte is requested once. `feed` is called between pages and between sectors (watchdog).
    ///
    /// # Errors
    /// Why the checkpoint is not saved. The previous one remains valid.
    fn save(
        &mut self,
        len: usize,
        read: &mut dyn FnMut(usize, &mut [u8]),
        feed: &mut dyn FnMut(),
    ) -> Result<(), StoreError>;
}

/// Why a checkpoint is not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store.
    None,
    /// It is too long.
    Length {
        /// Length of the checkpoint, in bytes.
        len: usize,
        /// Most bytes that fit.
        capacity: u32,
    },
    /// The flash refused.
    Flash(NorFlashErrorKind),
    /// The flash reads other bytes than were written.
    Verify,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "nothing can be kept here"),
            Self::Length { len, capacity } => write!(f, "{len} bytes, at most {capacity} can be kept"),
            Self::Flash(kind) => write!(f, "flash: {kind}"),
            Self::Verify => write!(f, "the flash has other bytes than were written"),
        }
    }
}

impl core::error::Error for StoreError {}

impl StoreError {
    fn flash(error: impl NorFlashError) -> Self {
        Self::Flash(error.kind())
    }
}

/// A store that saves nothing.
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

/// `None` saves nothing, so that a board may write `FlashStore::new(flash, slots).ok()`.
impl<S: Store> Store for Option<S> {
    fn capacity(&self) -> u32 {
        self.as_ref().map_or(0, S::capacity)
    }

    fn load(&mut self, into: &mut [u8]) -> Option<usize> {
        self.as_mut()?.load(into)
    }

    fn save(
        &mut self,
        len: usize,
        read: &mut dyn FnMut(usize, &mut [u8]),
        feed: &mut dyn FnMut(),
    ) -> Result<(), StoreError> {
        self.as_mut().ok_or(StoreError::None)?.save(len, read, feed)
    }
}

/// Why two ranges of a flash cannot be slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotError {
    /// The read and write sizes must be powers of two up to 256 bytes, and a sector must be a multiple of them that holds a header.
    Sizes {
        /// Bytes of the smallest read.
        read: usize,
        /// Bytes of the smallest write.
        write: usize,
        /// Bytes of a sector.
        erase: usize,
    },
    /// A slot is not one or more whole sectors of the flash.
    Place {
        /// Its first byte.
        start: u32,
        /// The byte after its last.
        end: u32,
        /// Bytes of a sector.
        erase: usize,
        /// Bytes of the flash.
        flash: usize,
    },
    /// The slots have sectors in common.
    Overlap,
}

impl fmt::Display for SlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sizes { read, write, erase } => {
                write!(
                    f,
                    "no room for slots in a flash that reads {read}, writes {write}, erases {erase} bytes"
                )
            }
            Self::Place { start, end, erase, flash } => {
                write!(f, "slot {start}..{end} is not whole sectors of {erase} in a flash of {flash} bytes")
            }
            Self::Overlap => write!(f, "the slots overlap"),
        }
    }
}

impl core::error::Error for SlotError {}

/// The header at the end of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    /// Counts saves, wraps.
    sequence: u32,
    /// Bytes of data.
    len: u32,
    /// CRC-32C of them.
    sum: u32,
}

impl Header {
    fn to_bytes(self) -> [u8; HEADER] {
        let [hebb, slot] = MAGIC;
        let words = [hebb, slot, VERSION, self.sequence, self.len, self.sum, 0];
        let mut bytes = [0; HEADER];
        let mut digest = CRC.digest();
        let (cells, _) = bytes.as_chunks_mut::<4>();
        for (cell, word) in cells.iter_mut().zip(words) {
            *cell = word.to_le_bytes();
            digest.update(cell);
        }
        if let Some(last) = cells.last_mut() {
            *last = digest.finalize().to_le_bytes();
        }
        bytes
    }

    /// `None` unless writing what was read gives the same bytes.
    fn from_bytes(bytes: &[u8; HEADER]) -> Option<Self> {
        let (cells, _) = bytes.as_chunks::<4>();
        let mut words = cells.iter().map(|&cell| u32::from_le_bytes(cell)).skip(3);
        let header = Self { sequence: words.next()?, len: words.next()?, sum: words.next()? };
        (header.to_bytes() == *bytes).then_some(header)
    }

    /// Whether `self` was written after `other`: less than half the circle ahead.
    fn follows(&self, other: &Self) -> bool {
        (1..1 << 31).contains(&self.sequence.wrapping_sub(other.sequence))
    }
}

/// A range of flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    start: u32,
    end: u32,
}

/// Two slots of a NOR flash, written in turn. A word is written once per erase, as the flash of most microcontrollers
/// requires; only `save` writes or erases.
///
/// A slot's first and last sector wear by one erase in every second save. Erasing may stall the processor: a watchdog
/// must wait longer than one sector takes (STM32F4, 128 KB: some seconds).
///
/// A flash with ECC that cannot read the result of a power loss must return an error; that slot is invalid
/// and is erased by the next `save`.
#[derive(Clone, Debug)]
pub struct FlashStore<F> {
    flash: F,
    slots: [Slot; 2],
}

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// `n` rounded up to a multiple of a power of two.
const fn round_up(n: usize, unit: usize) -> usize {
    let below = unit.saturating_sub(1);
    n.saturating_add(below) & !below
}

/// The pages of `len` bytes: where they start and how long they are.
fn pages(len: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..len).step_by(PAGE).map(move |at| (at, len.saturating_sub(at).min(PAGE)))
}

impl<F: NorFlash> FlashStore<F> {
    /// Bytes at the end of a slot that belong to its header.
    const ROOM: usize = larger(HEADER, larger(F::READ_SIZE, F::WRITE_SIZE));

    /// A store in two ranges of `flash`, as byte offsets. Their content is unchanged.
    ///
    /// # Errors
    /// The slots are not whole sectors of the flash, or overlap, or the flash moves more than 256 bytes at once.
    pub fn new(flash: F, slots: [Range<u32>; 2]) -> Result<Self, SlotError> {
        let (read, write, erase) = (F::READ_SIZE, F::WRITE_SIZE, F::ERASE_SIZE);
        let small = |unit: usize| unit.is_power_of_two() && unit <= PAGE && erase.is_multiple_of(unit);
        if !small(read) || !small(write) || erase < Self::ROOM || u32::try_from(erase).is_err() {
            return Err(SlotError::Sizes { read, write, erase });
        }
        let slots = slots.map(|slot| Slot { start: slot.start, end: slot.end });
        for Slot { start, end } in slots {
            let whole = [start, end].into_iter().all(|at| index_wide(at).is_multiple_of(erase));
            if !whole || start >= end || index_wide(end) > flash.capacity() {
                return Err(SlotError::Place { start, end, erase, flash: flash.capacity() });
            }
        }
        let [a, b] = slots;
        if a.start < b.end && b.start < a.end {
            return Err(SlotError::Overlap);
        }
        Ok(Self { flash, slots })
    }

    /// Returns the flash.
    pub fn into_inner(self) -> F {
        self.flash
    }

    /// Address of the header of a slot, which is also the upper limit of its data.
    fn header_at(slot: Slot) -> u32 {
        slot.end.saturating_sub(length(Self::ROOM))
    }

    /// Capacity of a slot, in bytes of data.
    fn room(slot: Slot) -> u32 {
        Self::header_at(slot).saturating_sub(slot.start)
    }

    /// The header of a slot. `None` if it is invalid, cannot be read, or describes data that do not fit.
    fn header(&mut self, slot: Slot) -> Option<Header> {
        let mut page = [0; PAGE];
        let bytes = page.get_mut(..Self::ROOM)?;
        self.flash.read(Self::header_at(slot), bytes).ok()?;
        let header = Header::from_bytes(bytes.first_chunk()?)?;
        (header.len <= Self::room(slot)).then_some(header)
    }

    /// CRC of the first `len` bytes of a slot, which are passed to `see` page by page. `None` if they cannot be read.
    fn sum(&mut self, slot: Slot, len: usize, see: &mut dyn FnMut(usize, &[u8])) -> Option<u32> {
        let mut page = [0; PAGE];
        let mut digest = CRC.digest();
        for (at, len) in pages(len) {
            let bytes = page.get_mut(..round_up(len, F::READ_SIZE))?;
            self.flash.read(slot.start.saturating_add(length(at)), bytes).ok()?;
            let bytes = bytes.get(..len)?;
            digest.update(bytes);
            see(at, bytes);
        }
        Some(digest.finalize())
    }

    /// The newest slot whose header is valid and whose data have its CRC.
    fn newest(&mut self, feed: &mut dyn FnMut()) -> Option<(Slot, Header)> {
        let [a, b] = self.slots.map(|slot| Some((slot, self.header(slot)?)));
        let order = if follows(b, a) { [b, a] } else { [a, b] };
        order.into_iter().flatten().find(|(slot, header)| {
            let len = index_wide(header.len);
            self.sum(*slot, len, &mut |_, _| feed()) == Some(header.sum)
        })
    }

    /// The number of the next save. Headers with damaged data count too, so that an older save is never taken for a newer one.
    fn next_sequence(&mut self) -> u32 {
        let [a, b] = self.slots.map(|slot| Some((slot, self.header(slot)?)));
        let latest = if follows(b, a) { b } else { a };
        latest.map_or(1, |(_, header)| header.sequence.wrapping_add(1))
    }

    /// Erases the sectors of `len` bytes and a header, the header first.
    fn erase(&mut self, slot: Slot, len: usize, feed: &mut dyn FnMut()) -> Result<(), StoreError> {
        let sector = length(F::ERASE_SIZE);
        let last = slot.end.saturating_sub(sector);
        self.flash.erase(last, slot.end).map_err(StoreError::flash)?;
        feed();
        let end = slot.start.saturating_add(length(len)).min(last);
        for at in (slot.start..end).step_by(F::ERASE_SIZE) {
            self.flash.erase(at, at.saturating_add(sector)).map_err(StoreError::flash)?;
            feed();
        }
        Ok(())
    }

    /// Writes the data of a slot and returns their CRC. The last unit is padded with `ff`.
    fn write(
        &mut self,
        slot: Slot,
        len: usize,
        read: &mut dyn FnMut(usize, &mut [u8]),
        feed: &mut dyn FnMut(),
    ) -> Result<u32, StoreError> {
        let mut digest = CRC.digest();
        for (at, len) in pages(len) {
            let mut page = [0xff; PAGE];
            let bytes = page.get_mut(..len).unwrap_or_default();
            read(at, bytes);
            digest.update(bytes);
            let units = page.get(..round_up(len, F::WRITE_SIZE)).unwrap_or_default();
            let to = slot.start.saturating_add(length(at));
            self.flash.write(to, units).map_err(StoreError::flash)?;
            feed();
        }
        Ok(digest.finalize())
    }

    /// Writes the header of a slot, which makes its data valid.
    fn commit(&mut self, slot: Slot, header: Header) -> Result<(), StoreError> {
        let mut page = [0xff; PAGE];
        for (to, from) in page.iter_mut().zip(header.to_bytes()) {
            *to = from;
        }
        let bytes = page.get(..Self::ROOM).unwrap_or_default();
        self.flash.write(Self::header_at(slot), bytes).map_err(StoreError::flash)
    }
}

/// Whether `b` is checked before `a`.
fn follows(b: Option<(Slot, Header)>, a: Option<(Slot, Header)>) -> bool {
    match (a, b) {
        (Some((_, a)), Some((_, b))) => b.follows(&a),
        (a, _) => a.is_none(),
    }
}

impl<F: NorFlash> Store for FlashStore<F> {
    fn capacity(&self) -> u32 {
        let [a, b] = self.slots.map(Self::room);
        a.min(b)
    }

    fn load(&mut self, into: &mut [u8]) -> Option<usize> {
        let (slot, header) = self.newest(&mut || ())?;
        let len = index_wide(header.len);
        let into = into.get_mut(..len)?;
        let sum = self.sum(slot, len, &mut |at, bytes| {
            let to = into.get_mut(at..).unwrap_or_default();
            to.iter_mut().zip(bytes).for_each(|(to, &from)| *to = from);
        });
        (sum == Some(header.sum)).then_some(len)
    }

    fn save(
        &mut self,
        len: usize,
        read: &mut dyn FnMut(usize, &mut [u8]),
        feed: &mut dyn FnMut(),
    ) -> Result<(), StoreError> {
        let capacity = self.capacity();
        if len > index_wide(capacity) {
            return Err(StoreError::Length { len, capacity });
        }
        let [first, second] = self.slots;
        let slot = match self.newest(feed) {
            Some((newest, _)) if newest == first => second,
            _ => first,
        };
        let sequence = self.next_sequence();
        self.erase(slot, len, feed)?;
        let sum = self.write(slot, len, read, feed)?;
        if self.sum(slot, len, &mut |_, _| feed()) != Some(sum) {
            return Err(StoreError::Verify);
        }
        let header = Header { sequence, len: length(len), sum };
        self.commit(slot, header)?;
        if self.header(slot) != Some(header) {
            return Err(StoreError::Verify);
        }
        Ok(())
    }
}
