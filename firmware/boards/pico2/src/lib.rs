//! Drivers for the RP2350: its block for the boot ROM, clocks, UART 0, USB, watchdog, cycle counter, flash. The same code
//! runs on its Arm cores and on its RISC-V cores.
#![no_std]

mod flash;
mod uart;
#[cfg(feature = "usb")]
mod usb;

use hal::Clock;
use hal::block::{ImageDef, Security};
use hal::clocks::init_clocks_and_plls;
use hal::fugit::ExtU32;
use hal::gpio::bank0::Gpio25;
use hal::gpio::{FunctionSioOutput, Pin, Pins, PullNone};
use hal::pac::Peripherals;
use hebbit_board::Light;
use rp235x_hal as hal;

pub use flash::Flash;
pub use hal::entry;
pub use hal::watchdog::Watchdog;
pub use uart::{MOST_BAUD, Uart};

/// Its name, as the host lists it.
pub const NAME: &str = if cfg!(target_arch = "arm") { "pico2" } else { "pico2-riscv" };

/// The link: the UART and, if it is built in, USB.
#[cfg(feature = "usb")]
pub type Ports = hebbit_board::Pair<Uart, hebbit_board::Patient<usb::Usb>>;
/// The link: the UART.
#[cfg(not(feature = "usb"))]
pub type Ports = Uart;

/// The LED of the board, on GP25; lit when high (Pico 2 data sheet, schematic).
pub type Led = Light<Pin<Gpio25, FunctionSioOutput, PullNone>>;

/// RISC-V programs have no such state.
const SECURITY: Security = if cfg!(target_arch = "arm") { Security::Secure } else { Security::Unspecified };

/// What the boot ROM looks for in the first 4 KB of the flash (RP2350 data sheet, 5.9, minimum viable image metadata): a program for the
/// cores that it is compiled for, on Arm one that runs in secure state.
// SAFETY: the linker scripts keep these sections where the boot ROM looks for it; code that is there does not run into it.
#[cfg_attr(target_arch = "arm", unsafe(link_section = ".start_block"))]
#[cfg_attr(target_arch = "riscv32", unsafe(link_section = ".init.rust"))]
#[used]
static IMAGE: ImageDef = ImageDef::exe(SECURITY);

/// The crystal of the Pico 2.
const CRYSTAL_HZ: u32 = 12_000_000;
/// Longer than any sample takes and than any sector takes to erase, shorter than 8.3 s, the most that the driver takes.
const WATCHDOG_MS: u32 = 8_000;

/// The used peripherals of the chip.
pub struct Chip {
    /// The link.
    pub ports: Ports,
    /// The LED of the board.
    pub light: Led,
    /// The watchdog, running. It stops while a debugger halts a core, the reset state (CTRL.PAUSE_DBG0, PAUSE_DBG1).
    pub watchdog: Watchdog,
    /// Clock of the cores, which the cycle counter counts.
    pub hertz: u32,
    /// The end of the flash, for learned weights.
    pub flash: Flash,
}

impl Chip {
    /// Starts the chip at 150 MHz. `None` if it was started already or its clocks do not start.
    pub fn start() -> Option<Self> {
        let mut chip = Peripherals::take()?;
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
        start_cycles()?;
        let sio = hal::Sio::new(chip.SIO);
        let pins = Pins::new(chip.IO_BANK0, chip.PADS_BANK0, sio.gpio_bank0, &mut chip.RESETS);
        let light = Light::when_high(pins.gpio25.reconfigure());
        let clock = clocks.peripheral_clock.freq();
        let ports = Uart::start(chip.UART0, pins.gpio0, pins.gpio1, clock, &mut chip.RESETS)?;
        #[cfg(feature = "usb")]
        let ports = {
            let usb = usb::Usb::start(chip.USB, chip.USB_DPRAM, clocks.usb_clock, &mut chip.RESETS)?;
            hebbit_board::Pair::new(ports, usb)
        };
        // SAFETY: no critical section is open.
        unsafe { hal::arch::interrupt_enable() };
        watchdog.start(WATCHDOG_MS.millis());
        Some(Self { ports, light, watchdog, hertz: clocks.system_clock.freq().to_Hz(), flash: Flash::new() })
    }
}

/// Starts the cycle counter of the core.
#[cfg(target_arch = "arm")]
fn start_cycles() -> Option<()> {
    let mut core = cortex_m::Peripherals::take()?;
    hebbit_board::Cycles::start(&mut core.DCB, &mut core.DWT);
    Some(())
}

/// Cycles of the core; wraps.
#[cfg(target_arch = "arm")]
pub fn cycles() -> u32 {
    cortex_m::peripheral::DWT::cycle_count()
}

/// Starts the cycle counter of the core: Hazard3 resets with MCOUNTINHIBIT.CY set (RP2350 data sheet, 3.8, register MCOUNTINHIBIT).
#[cfg(target_arch = "riscv32")]
fn start_cycles() -> Option<()> {
    // SAFETY: the register stops and starts counters, and does nothing else.
    unsafe { core::arch::asm!("csrw mcountinhibit, zero") };
    Some(())
}

/// Cycles of the core; wraps.
#[cfg(target_arch = "riscv32")]
pub fn cycles() -> u32 {
    riscv::register::mcycle::read() as u32
}

/// Resets the whole chip, which starts in the boot ROM: a reset of the core alone would not reset spinlocks and peripherals.
#[unsafe(no_mangle)]
fn hebbit_reset() -> ! {
    hal::reset()
}
