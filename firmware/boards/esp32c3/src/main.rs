//! The learning device on an ESP32-C3. Its link is the USB port of the chip (USB Serial/JTAG): one cable for power, flashing and data.
#![no_std]
#![no_main]

use core::ops::Range;
use esp_hal::clock::CpuClock;
use esp_hal::rtc_cntl::{Rtc, Rwdt, RwdtStage};
use esp_hal::time::Duration;
use esp_hal::usb_serial_jtag::UsbSerialJtag;
use esp_hal::{Blocking, main};
use esp_storage::FlashStorage;
use hebbit_app::{Board, Buffers, Doing, FlashStore, Unit};
use hebbit_board::{Block, Patient, Port, Serial, fill, stack};
use hebbit_kernels::Device;
use static_cell::ConstStaticCell;

// What the boot loader looks for at the start of the image (ESP-IDF, application description).
esp_bootloader_esp_idf::esp_app_desc!();

/// 313 KB of RAM less code in RAM, stack and log; the boot loader and the cache have the rest of the 400 KB.
const MEMORY: usize = 280 * 1024 - size_of::<Buffers>();
/// Most layers of a network, the input included.
const LAYERS: usize = 8;
/// Where learned weights are stored: the last of the 4 MB that modules have, in the program's partition and after every program.
const SLOTS: [Range<u32>; 2] = [3 << 20..7 << 19, 7 << 19..4 << 20];
/// Attempts to send after which the host is considered not to read: about a second.
const PATIENCE: u32 = 2_000_000;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

/// The port. Bytes without room in its 64 bytes stay in the host, as USB has flow control.
struct Usb(UsbSerialJtag<'static, Blocking>);

impl Port for Usb {
    fn take(&mut self, to: &mut [u8]) -> usize {
        fill(to, || self.0.read_byte().ok())
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        bytes.iter().take_while(|&&byte| self.0.write_byte_nb(byte).is_ok()).count()
    }

    /// Incomplete packets are sent on flush.
    fn sent(&mut self) -> bool {
        self.0.flush_tx_nb().is_ok()
    }
}

struct Esp32C3 {
    watchdog: Rwdt,
}

impl Board for Esp32C3 {
    const NAME: &'static str = "esp32c3";
    const UNIT: Unit = Unit::Cycles;
    // Bytes sent while it computes stay in the host.
    const CREDITS: u8 = 4;

    fn count(&mut self) -> u32 {
        let cycles;
        // SAFETY: reads the counter mpccr (ESP32-C3 technical reference manual, ESP-RISC-V CPU); nothing else happens.
        unsafe { core::arch::asm!("csrr {}, 0x7E2", out(reg) cycles, options(nomem, nostack)) };
        cycles
    }

    fn hertz(&self) -> u32 {
        esp_hal::clock::cpu_clock().as_hz()
    }

    fn stack_used(&self) -> Option<u32> {
        Some(stack::used())
    }

    fn tell(&mut self, doing: Doing) {
        hebbit_board::log(&doing);
    }

    fn feed(&mut self) {
        self.watchdog.feed();
    }

    fn reset(&mut self) {
        hebbit_board::reset()
    }
}

/// Resets the chip.
#[unsafe(no_mangle)]
fn hebbit_reset() -> ! {
    esp_hal::system::software_reset()
}

#[main]
fn main() -> ! {
    stack::paint();
    // At 160 MHz; all watchdogs are off, those of the boot loader too.
    let chip = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let (Some(network), Some(buffers)) = (NETWORK.try_take(), BUFFERS.try_take()) else {
        hebbit_board::reset()
    };
    // SAFETY: both registers belong to the counter alone: it counts cycles (bit 0 of mpcer), and is on (bit 0 of mpcmr).
    unsafe { core::arch::asm!("csrwi 0x7E0, 1", "csrwi 0x7E1, 1") };
    let mut watchdog = Rtc::new(chip.LPWR).rwdt;
    // Longer than any sample takes, and than erasing a sector.
    watchdog.set_timeout(RwdtStage::Stage0, Duration::from_secs(8));
    watchdog.enable();
    let usb = Patient::<_, PATIENCE>::new(Usb(UsbSerialJtag::new(chip.USB_DEVICE)));
    // Runs in RAM with interrupts off; a flash of less than 4 MB has no slots, and then nothing is stored.
    let store = FlashStore::new(FlashStorage::new(chip.FLASH), SLOTS).ok();
    hebbit_board::started(Esp32C3::NAME, MEMORY);
    let (link, board) = (Serial::new(usb), Esp32C3 { watchdog });
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), store, network.bytes(), buffers);
    hebbit_board::reset()
}
