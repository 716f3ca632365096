//! The nRF52840 as the device needs it: clock, UART 0, watchdog, cycle counter, flash.
#![no_std]

use core::ops::Range;
use hal::clocks::Clocks;
use hal::gpio::{Level, p0};
use hal::nvmc::Nvmc;
use hal::pac::{CorePeripherals, NVMC, Peripherals, UART0, WDT};
use hal::wdt::handles::Hdl0;
use hal::wdt::{Parts, WatchdogHandle, count};
use hebbit_board::{Cycles, Port};
use nrf52840_hal as hal;

/// Ticks of 32,768 Hz until the watchdog bites: 8 s.
const WATCHDOG_TICKS: u32 = 8 * 32_768;
/// Where learned weights are stored: the upper half of the flash, which the memory map leaves free.
const STORAGE: usize = 512 * 1024;
const STORAGE_BYTES: usize = 512 * 1024;

/// UART 0 on P0.06 (sends) and P0.08 (receives), which the kit's debugger turns into a USB serial port: 115,200 baud,
/// 8 bits, no parity, one stop bit.
pub struct Uart {
    uart: UART0,
    /// Whether a byte is on its way out.
    sending: bool,
}

impl Uart {
    fn new(uart: UART0, pins: p0::Parts) -> Self {
        let sends = pins.p0_06.into_push_pull_output(Level::High).degrade();
        let receives = pins.p0_08.into_floating_input().degrade();
        // SAFETY: the words name pins of this chip (product specification, 6.33.10), which are set up and not used
        // elsewhere: they have just been consumed.
        unsafe {
            uart.psel.txd.write(|w| w.bits(sends.psel_bits()));
            uart.psel.rxd.write(|w| w.bits(receives.psel_bits()));
        }
        uart.baudrate.write(|w| w.baudrate().baud115200());
        uart.config.reset();
        uart.enable.write(|w| w.enable().enabled());
        uart.tasks_starttx.write(|w| w.tasks_starttx().set_bit());
        uart.tasks_startrx.write(|w| w.tasks_startrx().set_bit());
        Self { uart, sending: false }
    }
}

impl Port for Uart {
    fn take(&mut self) -> Option<u8> {
        let event = &self.uart.events_rxdrdy;
        if event.read().events_rxdrdy().bit_is_clear() {
            return None;
        }
        // The event is cleared first: reading lets the next of up to six bytes follow, with an event of its own.
        event.reset();
        Some(self.uart.rxd.read().rxd().bits())
    }

    fn give(&mut self, byte: u8) -> bool {
        let event = &self.uart.events_txdrdy;
        if self.sending && event.read().events_txdrdy().bit_is_clear() {
            return false;
        }
        event.reset();
        // SAFETY: any byte may be sent.
        self.uart.txd.write(|w| unsafe { w.txd().bits(byte) });
        self.sending = true;
        true
    }
}

/// The watchdog, running.
pub type Watchdog = WatchdogHandle<Hdl0>;

/// What is used of the chip.
pub struct Chip {
    /// The link.
    pub uart: Uart,
    /// The watchdog, running.
    pub watchdog: Watchdog,
    /// The cycle counter.
    pub cycles: Cycles,
    /// The upper half of the flash.
    pub flash: Nvmc<NVMC>,
}

impl Chip {
    /// The two slots of the flash: each takes more than the RAM has.
    pub const SLOTS: [Range<u32>; 2] =
        [0..STORAGE_BYTES as u32 / 2, STORAGE_BYTES as u32 / 2..STORAGE_BYTES as u32];

    /// Starts the chip, on its crystal. `None` if it was started already, or another program's watchdog runs.
    pub fn start() -> Option<Self> {
        let chip = Peripherals::take()?;
        let mut core = CorePeripherals::take()?;
        Clocks::new(chip.CLOCK).enable_ext_hfosc();
        let uart = Uart::new(chip.UART0, p0::Parts::new(chip.P0));
        let cycles = Cycles::start(&mut core.DCB, &mut core.DWT);
        let storage = core::ptr::with_exposed_provenance_mut(STORAGE);
        // SAFETY: this half of the flash is there, is readable, and the memory map gives it to nothing else; the slice
        // is made once, as the chip is taken once, and `Nvmc` writes through the flash controller only.
        let storage = unsafe { core::slice::from_raw_parts_mut(storage, STORAGE_BYTES) };
        let flash = Nvmc::new(chip.NVMC, storage);
        Some(Self { uart, watchdog: watchdog(chip.WDT)?, cycles, flash })
    }
}

/// Starts the watchdog; takes it over if it runs, because it outlives a reset by software.
fn watchdog(wdt: WDT) -> Option<Watchdog> {
    let Parts { handles: (handle,), .. } = match hal::wdt::Watchdog::try_new(wdt) {
        Ok(mut watchdog) => {
            watchdog.set_lfosc_ticks(WATCHDOG_TICKS);
            watchdog.run_during_debug_halt(false);
            watchdog.activate::<count::One>()
        }
        Err(running) => hal::wdt::Watchdog::try_recover::<count::One>(running).ok()?,
    };
    Some(handle)
}
