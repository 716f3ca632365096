//! The RP2350 as the device needs it: its block for the boot ROM, clocks, UART 0, watchdog, cycle counter.
#![no_std]

use hal::clocks::{Clock, init_clocks_and_plls};
use hal::fugit::{ExtU32, RateExtU32};
use hal::gpio::bank0::{Gpio0, Gpio1};
use hal::gpio::{FunctionUart, Pin, Pins, PullDown};
use hal::pac::{Peripherals, UART0};
use hal::uart::{DataBits, Enabled, StopBits, UartConfig, UartPeripheral};
use hebbit_board::{Cycles, Port};
use rp235x_hal as hal;

pub use hal::watchdog::Watchdog;

/// What the boot ROM looks for: a program for Arm cores in secure mode.
// SAFETY: the linker script keeps this section where the boot ROM looks for it; nothing else is in it.
#[unsafe(link_section = ".start_block")]
#[used]
static IMAGE: hal::block::ImageDef = hal::block::ImageDef::secure_exe();

/// The crystal of the Pico 2.
const CRYSTAL_HZ: u32 = 12_000_000;
const BAUD: u32 = 115_200;
/// Longer than any sample takes, shorter than 8.3 s, the most that there is.
const WATCHDOG_MS: u32 = 8_000;

type Sends = Pin<Gpio0, FunctionUart, PullDown>;
type Receives = Pin<Gpio1, FunctionUart, PullDown>;

/// UART 0 on GP0 (sends) and GP1 (receives), 115,200 baud, 8 bits, no parity, one stop bit.
pub struct Uart(UartPeripheral<Enabled, UART0, (Sends, Receives)>);

impl Port for Uart {
    fn take(&mut self) -> Option<u8> {
        let mut byte = [0];
        // A byte with an error is lost; the checksum of its frame says so.
        matches!(self.0.read_raw(&mut byte), Ok(1)).then_some(byte[0])
    }

    fn give(&mut self, byte: u8) -> bool {
        self.0.write_raw(&[byte]).is_ok()
    }
}

/// What is used of the chip.
pub struct Chip {
    /// The link.
    pub uart: Uart,
    /// The watchdog, running.
    pub watchdog: Watchdog,
    /// The cycle counter.
    pub cycles: Cycles,
}

impl Chip {
    /// Starts the chip at 150 MHz. `None` if it was started already or its clocks do not start.
    pub fn start() -> Option<Self> {
        let mut chip = Peripherals::take()?;
        let mut core = cortex_m::Peripherals::take()?;
        let mut watchdog = Watchdog::new(chip.WATCHDOG);
        let clocks = init_clocks_and_plls(
            CRYSTAL_HZ,
            chip.XOSC,
            chip.CLOCKS,
            chip.PLL_SYS,
            chip.PLL_USB,
            &mut chip.RESETS,
            &mut watchdog,
        )
        .ok()?;
        let sio = hal::Sio::new(chip.SIO);
        let pins = Pins::new(chip.IO_BANK0, chip.PADS_BANK0, sio.gpio_bank0, &mut chip.RESETS);
        let pins = (pins.gpio0.into_function(), pins.gpio1.into_function());
        let config = UartConfig::new(BAUD.Hz(), DataBits::Eight, None, StopBits::One);
        let uart = UartPeripheral::new(chip.UART0, pins, &mut chip.RESETS);
        let uart = uart.enable(config, clocks.peripheral_clock.freq()).ok()?;
        watchdog.start(WATCHDOG_MS.millis());
        Some(Self { uart: Uart(uart), watchdog, cycles: Cycles::start(&mut core.DCB, &mut core.DWT) })
    }
}
