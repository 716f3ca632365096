//! The last two sectors of the flash, 128 KB each, as storage that survives a reset (RM0090 and RM0390, embedded flash memory).
//!
//! `embassy-stm32` has a driver, too, but on these chips it erases with the parallelism that it finds, leaves stale lines in the data
//! cache, waits for ever and does not read back.

use core::ptr;
use embassy_stm32::pac::FLASH;
use embassy_stm32::pac::flash::regs::{Cr, Sr};
use embassy_stm32::pac::flash::vals::Psize;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

const SECTOR: usize = 128 * 1024;
const CAPACITY: usize = 2 * SECTOR;
/// The last two sectors of 1 MB (RM0090, flash module organization).
#[cfg(feature = "stm32f405")]
const FIRST: u8 = 10;
/// The last two sectors of 512 KB (RM0390, flash module organization).
#[cfg(feature = "stm32f446")]
const FIRST: u8 = 6;
/// Where the first of them begins; the second follows it. Programs end before it. Sectors 0 to 4 are 128 KB together, sector 5 and each
/// that follows is 128 KB.
const BASE: usize = 0x0800_0000 + SECTOR * (FIRST as usize - 4);

/// Operation, write protection, alignment, parallelism, sequence (FLASH_SR).
const ERRORS: Sr = Sr(0b1111_0010);

/// Reads of the state that an operation may take: erasing takes up to 4 s (data sheet, table 40), a read at 168 MHz is
/// 40 ns or more.
const ERASE: u32 = 200_000_000;
/// The same for a word, 100 us.
const PROGRAM: u32 = 100_000;

/// Why an operation of the flash failed.
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
#[derive(Default)]
pub struct Flash(());

impl Flash {
    /// The slot of each sector.
    pub const SLOTS: [core::ops::Range<u32>; 2] = [0..SECTOR as u32, SECTOR as u32..CAPACITY as u32];

    /// Takes the flash controller.
    pub fn new() -> Self {
        Self(())
    }

    /// Unlocks it, does something with `control` set, locks it.
    fn with(
        &mut self,
        control: Cr,
        f: impl FnOnce(&mut Self) -> Result<(), FlashError>,
    ) -> Result<(), FlashError> {
        FLASH.keyr().write_value(0x4567_0123);
        FLASH.keyr().write_value(0xCDEF_89AB);
        // Errors of earlier operations are cleared by writing ones.
        FLASH.sr().write_value(ERRORS);
        FLASH.cr().write_value(control);
        // A controller that is not there or stays locked reads as something else.
        let done = if FLASH.cr().read() == control { f(self) } else { Err(FlashError::Missing) };
        FLASH.cr().write(|w| w.set_lock(true));
        done
    }

    /// Waits for the end of an operation.
    fn finish(&self, tries: u32) -> Result<(), FlashError> {
        let ready = (0..tries).any(|_| !FLASH.sr().read().bsy());
        let good = FLASH.sr().read().0 & ERRORS.0 == 0;
        if ready && good { Ok(()) } else { Err(FlashError::Failed) }
    }

    fn word(&self, offset: usize) -> *mut u32 {
        ptr::with_exposed_provenance_mut(BASE + offset)
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
            let mut control = words();
            control.set_ser(true);
            control.set_snb(FIRST + sector as u8);
            self.with(control, |flash| {
                control.set_strt(true);
                FLASH.cr().write_value(control);
                flash.finish(ERASE)
            })?;
        }
        self.forget();
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, offset, bytes.len())?;
        let mut control = words();
        control.set_pg(true);
        self.with(control, |flash| {
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

/// Words of 32 bits at a time.
fn words() -> Cr {
    let mut control = Cr(0);
    control.set_psize(Psize::PSIZE32);
    control
}

impl Flash {
    /// Empties the data cache, which may hold what was erased (RM0090 and RM0390, erase sequence).
    fn forget(&mut self) {
        let on = FLASH.acr().read().dcen();
        FLASH.acr().modify(|w| w.set_dcen(false));
        FLASH.acr().modify(|w| w.set_dcrst(true));
        FLASH.acr().modify(|w| w.set_dcrst(false));
        FLASH.acr().modify(|w| w.set_dcen(on));
    }
}
