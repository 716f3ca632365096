//! Drivers for the nRF52840 on `embassy-nrf`: clock, UARTE 0, USB, watchdog, cycle counter, flash.
//!
//! Source: nRF52840 product specification; the chapter of each peripheral.
#![no_std]

#[cfg(feature = "usb")]
mod usb;

use core::ops::Range;
use embassy_futures::poll_once;
use embassy_nrf::buffered_uarte::{Baudrate, BufferedUarte, InterruptHandler};
use embassy_nrf::config::{Config, HfclkSource};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::nvmc::Nvmc;
use embassy_nrf::pac::gpio::vals::Pull;
use embassy_nrf::pac::{NVMC, P0};
use embassy_nrf::peripherals::UARTE0;
use embassy_nrf::wdt::{self, HaltConfig, WatchdogHandle};
use embassy_nrf::{bind_interrupts, uarte};
use hebbit_board::{Cycles, Light, Port};
use static_cell::ConstStaticCell;

/// Clock of the core.
pub const HERTZ: u32 = 64_000_000;
/// Most bits per second of a UARTE (BAUDRATE).
pub const MOST_BAUD: u32 = 1_000_000;
/// Frames of 1,036 bytes that half of the ring holds: DMA fills one half while the other one is read.
pub const CREDITS: u8 = 3;
/// Bytes of the ring that DMA fills.
const RING: usize = 8192;

/// Ticks of 32,768 Hz until the watchdog bites: 8 s.
const WATCHDOG_TICKS: u32 = 8 * 32_768;
/// Reload registers of the watchdog.
const RELOADS: u8 = 8;

bind_interrupts!(struct Interrupts {
    UARTE0 => InterruptHandler<UARTE0>;
});

static ARRIVED: ConstStaticCell<[u8; RING]> = ConstStaticCell::new([0; RING]);
static LEAVING: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);

/// UARTE 0 on P0.06 (sends) and P0.08 (receives), which the kit's debugger turns into a USB serial port: 115,200 baud at first, 8
/// bits, no parity, one stop bit. DMA fills a ring and empties another.
pub struct Uart(BufferedUarte<'static>);

impl Port for Uart {
    /// Includes bytes with a framing error: a slower sender is received as zeros, which end frames.
    fn take(&mut self, to: &mut [u8]) -> usize {
        // An overrun is a loss like any other.
        match poll_once(self.0.read(to)) {
            core::task::Poll::Ready(Ok(count)) => count,
            _ => 0,
        }
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        self.0.try_write(bytes).unwrap_or(0)
    }

    fn sent(&mut self) -> bool {
        poll_once(self.0.flush()).is_ready()
    }

    fn set_baud(&mut self, baud: u32) -> bool {
        let rate = match baud {
            115_200 => Baudrate::Baud115200,
            230_400 => Baudrate::Baud230400,
            250_000 => Baudrate::Baud250000,
            460_800 => Baudrate::Baud460800,
            921_600 => Baudrate::Baud921600,
            1_000_000 => Baudrate::Baud1m,
            _ => return false,
        };
        self.0.set_baudrate(rate);
        true
    }
}

/// LED 1 of the kit, on P0.13; lit when low (nRF52840 DK hardware guide, buttons and LEDs).
pub type Led = Light<Output<'static>>;

/// The watchdog, running.
pub struct Watchdog([WatchdogHandle; RELOADS as usize]);

impl Watchdog {
    /// Starts it. One that runs already, a boot loader's, goes on with its own time: it cannot be changed or stopped, and wants each
    /// of its reload registers written (WDT). Those that are not enabled ignore it.
    fn start(wdt: embassy_nrf::Peri<'static, embassy_nrf::peripherals::WDT>) -> Self {
        let mut config = wdt::Config::try_new(&wdt).unwrap_or_default();
        let runs = wdt::Config::try_new(&wdt).is_some();
        if !runs {
            config.timeout_ticks = WATCHDOG_TICKS;
            config.action_during_debug_halt = HaltConfig::Pause;
        }
        #[cfg(feature = "log")]
        if runs {
            defmt::warn!("a watchdog of {=u32} ms runs already: it is fed", config.timeout_ticks / 33);
        }
        // With another number of reload registers than one it is refused and runs on.
        let _ = wdt::Watchdog::try_new::<_, 1>(wdt, config);
        // SAFETY: the watchdog runs, and the indices are those of its reload registers.
        Self(core::array::from_fn(|i| unsafe {
            WatchdogHandle::steal::<embassy_nrf::peripherals::WDT>(i as u8)
        }))
    }

    /// Feeds it.
    pub fn feed(&mut self) {
        for handle in &mut self.0 {
            handle.pet();
        }
    }
}

/// The used peripherals of the chip.
pub struct Chip<P> {
    /// The link.
    pub port: P,
    /// LED 1.
    pub light: Led,
    /// The watchdog, running.
    pub watchdog: Watchdog,
    /// The cycle counter.
    pub cycles: Cycles,
    /// The flash. Erasing a page stops the core for 85 ms (NVMC, tERASEPAGE); the watchdog waits longer, and DMA goes on.
    pub flash: Nvmc<'static>,
}

/// The two slots: the upper half of the flash, which the memory map leaves free. Each takes more than the RAM has.
pub const SLOTS: [Range<u32>; 2] = [0x8_0000..0xC_0000, 0xC_0000..0x10_0000];

/// Starts the chip, on its crystal. `None` if it was started already.
pub fn start(board: &'static str) -> Option<Chip<impl Port>> {
    let mut core = cortex_m::Peripherals::take()?;
    let mut config = Config::default();
    // USB and UARTE need the crystal (CLOCK): the internal oscillator is 1.5 % off.
    config.hfclk_source = HfclkSource::ExternalXtal;
    let chip = embassy_nrf::init(config);
    // Off after a reset (NVMC, ICACHECNF): without it the core waits for flash twice at each line.
    NVMC.icachecnf().write(|w| w.set_cacheen(true));
    let (arrived, leaving) = (ARRIVED.try_take()?, LEAVING.try_take()?);
    let uart = Uart(BufferedUarte::new(
        chip.UARTE0,
        chip.TIMER0,
        chip.PPI_CH0,
        chip.PPI_CH1,
        chip.PPI_GROUP0,
        chip.P0_08,
        chip.P0_06,
        Interrupts,
        uarte::Config::default(),
        arrived,
        leaving,
    ));
    // A pull-up keeps the receiver idle while the debugger is not powered; the driver sets none.
    P0.pin_cnf(8).modify(|w| w.set_pull(Pull::Pullup));
    #[cfg(feature = "usb")]
    let port = hebbit_board::Pair::new(uart, usb::start(board, chip.USBD));
    #[cfg(not(feature = "usb"))]
    let (port, _) = (uart, board);
    let light = Light::when_low(Output::new(chip.P0_13, Level::High, OutputDrive::Standard));
    let watchdog = Watchdog::start(chip.WDT);
    let cycles = Cycles::start(&mut core.DCB, &mut core.DWT);
    Some(Chip { port, light, watchdog, cycles, flash: Nvmc::new(chip.NVMC) })
}
