//! The last megabyte of the flash, as storage that survives a reset.
//!
//! Programs run from the same flash, so nothing may read it while a sector is erased or a page is programmed: the code that does it is
//! in RAM and calls the boot ROM, interrupts are off, no DMA runs, and core 1 waits in the boot ROM, which is where it is until a
//! program starts it. The order of the calls is that of the RP2350 data sheet, 5.4.8 (`flash_range_erase` and what it refers to).

use core::mem::transmute;
use core::ops::Range;
use core::ptr;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use hal::rom_data;
use rp235x_hal as hal;

/// Where the storage begins in the flash: programs end before it (`memory.x`).
const BASE: u32 = 3 << 20;
const CAPACITY: u32 = 1 << 20;
/// A sector and a page of the W25Q32 on the Pico 2 (data sheet, instructions 20h and 02h). Erasing takes 45 ms, 400 ms at most.
const SECTOR: u32 = 4096;
const PAGE: usize = 256;
/// What the boot ROM takes for longer ranges than a sector; a sector never is one.
const BLOCK: (u32, u8) = (1 << 16, 0xD8);

/// Where the flash is read: the cached window (RP2350 data sheet, 2.2, address map).
const WINDOW: usize = 0x1000_0000;
/// Where the boot ROM leaves the function that sets up reading as it found best at boot: the first 256 bytes of boot RAM (5.4.8).
const SETUP: usize = 0x400E_0000;
type Setup = [u32; 64];

/// Why an operation of the flash failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlashError(NorFlashErrorKind);

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        self.0
    }
}

impl From<NorFlashErrorKind> for FlashError {
    fn from(kind: NorFlashErrorKind) -> Self {
        Self(kind)
    }
}

/// The storage, from offset 0.
pub struct Flash(());

impl Flash {
    /// Two slots: each takes more than the RAM has.
    pub const SLOTS: [Range<u32>; 2] = [0..CAPACITY / 2, CAPACITY / 2..CAPACITY];

    /// For [`crate::Chip`], which there is one of.
    pub(crate) fn new() -> Self {
        Self(())
    }
}

/// Operations of the flash.
enum Order<'p> {
    /// The sector at an offset is erased.
    Erase(u32),
    /// The page at an offset is programmed, from RAM.
    Program(u32, &'p [u8; PAGE]),
}

/// Functions of the boot ROM. Looking them up reads the flash, so it comes first.
struct Rom {
    connect: unsafe extern "C" fn(),
    leave: unsafe extern "C" fn(),
    erase: unsafe extern "C" fn(u32, usize, u32, u8),
    program: unsafe extern "C" fn(u32, *const u8, usize),
    flush: unsafe extern "C" fn(),
    /// The copy of the function in boot RAM.
    setup: unsafe extern "C" fn(),
}

fn carry_out(order: &Order<'_>) {
    // SAFETY: boot RAM is readable to secure programs and to those in machine mode, which this is.
    let setup: Setup = unsafe { ptr::read_volatile(ptr::with_exposed_provenance(SETUP)) };
    let thumb = usize::from(cfg!(target_arch = "arm"));
    let rom = Rom {
        connect: rom_data::connect_internal_flash::ptr(),
        leave: rom_data::flash_exit_xip::ptr(),
        erase: rom_data::flash_range_erase::ptr(),
        program: rom_data::flash_range_program::ptr(),
        flush: rom_data::flash_flush_cache::ptr(),
        // SAFETY: the boot ROM has left a function there that runs anywhere and takes and returns nothing; it stays on the stack until
        // it has returned. RAM is executable.
        setup: unsafe {
            transmute::<usize, unsafe extern "C" fn()>(setup.as_ptr().expose_provenance() | thumb)
        },
    };
    // SAFETY: interrupts are off; `order` and `rom` are in RAM.
    critical_section::with(|_| unsafe { hebbit_flash(order, &rom) });
    core::hint::black_box(&setup);
}

/// The part in RAM. Nothing in it reads the flash: no constant, no other function of the program.
///
/// The other chip select is set up as reset left it: the Pico 2 has no chip on it.
#[unsafe(link_section = ".data.hebbit_flash")]
#[unsafe(no_mangle)]
#[inline(never)]
unsafe extern "C" fn hebbit_flash(order: &Order<'_>, rom: &Rom) {
    // SAFETY: the caller keeps everything else from the flash; `order` lies in the storage.
    unsafe {
        (rom.connect)();
        (rom.leave)();
        match order {
            Order::Erase(at) => (rom.erase)(*at, SECTOR as usize, BLOCK.0, BLOCK.1),
            Order::Program(at, page) => (rom.program)(*at, page.as_ptr(), PAGE),
        }
        (rom.flush)();
        (rom.setup)();
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        check_read(self, offset, bytes.len())?;
        let from: *const u8 = ptr::with_exposed_provenance(WINDOW + (BASE + offset) as usize);
        for (i, byte) in bytes.iter_mut().enumerate() {
            // SAFETY: `check_read` keeps `offset + i` inside of the storage, which is readable memory on this board; the read is volatile
            // because programming changes it.
            *byte = unsafe { from.add(i).read_volatile() };
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        CAPACITY as usize
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = PAGE;
    const ERASE_SIZE: usize = SECTOR as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        check_erase(self, from, to)?;
        (from..to).step_by(SECTOR as usize).for_each(|at| carry_out(&Order::Erase(BASE + at)));
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, offset, bytes.len())?;
        let (pages, _) = bytes.as_chunks::<PAGE>();
        for (page, at) in pages.iter().zip((offset..).step_by(PAGE)) {
            // What is written may lie in the flash itself, which cannot be read meanwhile; the copy is on the stack.
            let page = core::hint::black_box(*page);
            carry_out(&Order::Program(BASE + at, &page));
        }
        Ok(())
    }
}
