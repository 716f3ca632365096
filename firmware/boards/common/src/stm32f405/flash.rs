//! The last two sectors of the flash, 128 KB each, as storage that survives a reset (RM0090, 3).

use super::{Chip, FlashControl, replace, wait};
use core::ptr;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use tock_registers::interfaces::{Readable, Writeable};

/// Where sector 10 begins; sector 11 follows it. Programs end before it.
const BASE: usize = 0x080C_0000;
const SECTOR: usize = 128 * 1024;
const CAPACITY: usize = 2 * SECTOR;
const FIRST: u32 = 10;

const STATE_BUSY: u32 = 1 << 16;
/// Operation, write protection, alignment, parallelism, sequence.
const STATE_ERRORS: u32 = 0b1111_0010;
const CONTROL_PROGRAM: u32 = 1 << 0;
const CONTROL_ERASE: u32 = 1 << 1;
const CONTROL_WORDS: u32 = 0b10 << 8;
const CONTROL_START: u32 = 1 << 16;
const CONTROL_LOCK: u32 = 1 << 31;

/// Reads of the state that an operation may take: erasing takes up to 4 s (data sheet, table 40), a read at 168 MHz is
/// 40 ns or more.
const ERASE: u32 = 200_000_000;
/// The same for a word, 100 us.
const PROGRAM: u32 = 100_000;

/// Why the flash did not do what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashError {
    /// Out of range or not aligned.
    Arguments(NorFlashErrorKind),
    /// There is no flash controller, as in QEMU.
    Missing,
    /// It did not get ready in time, or reported an error.
    Failed,
    /// What was read back is not what was written.
    Different,
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Arguments(kind) => *kind,
            _ => NorFlashErrorKind::Other,
        }
    }
}

impl From<NorFlashErrorKind> for FlashError {
    fn from(kind: NorFlashErrorKind) -> Self {
        Self::Arguments(kind)
    }
}

/// The two sectors, from offset 0. The chip needs 2.7 V or more to write whole words.
pub struct Flash(&'static FlashControl);

impl Flash {
    /// The slot of each sector.
    pub const SLOTS: [core::ops::Range<u32>; 2] = [0..SECTOR as u32, SECTOR as u32..CAPACITY as u32];

    /// Takes the flash controller.
    pub fn new() -> Self {
        Self(Chip::get().flash)
    }

    /// Unlocks it, does something with `control` set, locks it.
    fn with(
        &mut self,
        control: u32,
        f: impl FnOnce(&mut Self) -> Result<(), FlashError>,
    ) -> Result<(), FlashError> {
        let Self(flash) = *self;
        flash.key.set(0x4567_0123);
        flash.key.set(0xCDEF_89AB);
        // Errors of earlier operations are cleared by writing ones.
        flash.state.set(STATE_ERRORS);
        flash.control.set(control);
        // A controller that is not there or stays locked reads as something else.
        let done = if flash.control.get() == control { f(self) } else { Err(FlashError::Missing) };
        flash.control.set(CONTROL_LOCK);
        done
    }

    /// Waits for the end of an operation.
    fn finish(&self, tries: u32) -> Result<(), FlashError> {
        let ready = wait(tries, || self.0.state.get() & STATE_BUSY == 0);
        let good = self.0.state.get() & STATE_ERRORS == 0;
        if ready && good { Ok(()) } else { Err(FlashError::Failed) }
    }

    fn word(&self, offset: usize) -> *mut u32 {
        ptr::with_exposed_provenance_mut(BASE + offset)
    }
}

impl Default for Flash {
    fn default() -> Self {
        Self::new()
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        check_read(self, offset, bytes.len())?;
        let from: *const u8 = ptr::with_exposed_provenance(BASE + offset as usize);
        for (i, byte) in bytes.iter_mut().enumerate() {
            // SAFETY: `check_read` keeps `offset + i` inside of the two sectors, which are readable memory on this chip;
            // the read is volatile because programming changes them.
            *byte = unsafe { from.add(i).read_volatile() };
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        CAPACITY
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = SECTOR;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        check_erase(self, from, to)?;
        for sector in from / SECTOR as u32..to / SECTOR as u32 {
            let control = CONTROL_WORDS | CONTROL_ERASE | (FIRST + sector) << 3;
            self.with(control, |flash| {
                flash.0.control.set(control | CONTROL_START);
                flash.finish(ERASE)
            })?;
        }
        self.forget();
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, offset, bytes.len())?;
        self.with(CONTROL_WORDS | CONTROL_PROGRAM, |flash| {
            let (words, _) = bytes.as_chunks::<4>();
            for (word, at) in words.iter().zip((offset as usize..).step_by(4)) {
                let (word, at) = (u32::from_le_bytes(*word), flash.word(at));
                // SAFETY: `check_write` keeps the aligned word inside of the two sectors, where no code, constant or
                // variable of the program lies. The controller takes the store as an order to program.
                unsafe { at.write_volatile(word) };
                flash.finish(PROGRAM)?;
                // SAFETY: as above; the same word is read.
                if unsafe { at.read_volatile() } != word {
                    return Err(FlashError::Different);
                }
            }
            Ok(())
        })
    }
}

impl Flash {
    /// Empties the data cache, which may hold what was erased (RM0090, 3.5.4).
    fn forget(&mut self) {
        let access = &self.0.access;
        let on = access.get() & 1 << 10;
        replace(access, 1 << 10, 0);
        replace(access, 1 << 12, 1 << 12);
        replace(access, 1 << 12, on);
    }
}
