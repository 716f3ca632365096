//! Drivers for the STM32F4 on `embassy-stm32`: clock, serial port, watchdog, USB; and its flash.
//!
//! Sources: RM0090 (F405) and RM0390 (F446), the chips' data sheets.

mod flash;
#[cfg(feature = "usb")]
pub mod usb;

pub use flash::{Flash, FlashError};

use crate::Port;
use core::mem::ManuallyDrop;
use embassy_stm32::interrupt::{Interrupt, InterruptExt};
use embassy_stm32::pac::iwdg::vals::{Key, Pr};
use embassy_stm32::pac::{DBGMCU, FLASH, IWDG, RCC};
use embassy_stm32::rcc::{
    AHBPrescaler, APBPrescaler, HSI_FREQ, Hse, HseMode, Pll, PllMul, PllPDiv, PllPreDiv, PllQDiv, PllRDiv,
    PllSource, Sysclk,
};
use embassy_stm32::time::Hertz;
use embassy_stm32::usart::{self, BufferedUart};
use embassy_stm32::{Config, Peripherals};
use embedded_io::{Read, ReadReady, Write};

/// Clock of the core, the maximum of an F405. An F446 supports 180 MHz, from which its PLL cannot derive the 48 MHz of USB.
pub const HERTZ: u32 = 168_000_000;
/// Highest speed of a USART, in bits per second: exact on both buses (42 and 84 MHz), and slow enough for its interrupt (840 cycles per byte).
pub const MOST_BAUD: u32 = 2_000_000;

/// Reads of a register that an external clock may take to start: 50 ms or more at 16 MHz. Crystals take some milliseconds (data sheets,
/// HSE oscillator characteristics, start-up time).
const STARTS: u32 = 200_000;
/// Frequency of the PLL's VCO: a half is 168 MHz, a seventh the 48 MHz of USB.
const VCO: u32 = 2 * HERTZ;

/// A crystal at the chip's pins, of a whole number of MHz between 4 and 26 (data sheets, HSE oscillator characteristics).
pub const fn crystal(megahertz: u32) -> Hse {
    assert!(megahertz >= 4 && megahertz <= 26);
    Hse { freq: Hertz(megahertz * 1_000_000), mode: HseMode::Oscillator }
}

/// A clock from another chip.
pub const fn clock(megahertz: u32) -> Hse {
    assert!(megahertz >= 4 && megahertz <= 50);
    Hse { freq: Hertz(megahertz * 1_000_000), mode: HseMode::Bypass }
}

/// Whether the external clock runs.
fn runs(clock: Hse) -> bool {
    if !RCC.cr().read().hserdy() {
        // The bypass may be changed only while the oscillator is off (RCC_CR, HSEBYP).
        RCC.cr().modify(|w| w.set_hseon(false));
        RCC.cr().modify(|w| w.set_hsebyp(clock.mode == HseMode::Bypass));
        RCC.cr().modify(|w| w.set_hseon(true));
    }
    (0..STARTS).any(|_| RCC.cr().read().hserdy())
}

/// Starts the chip at [`HERTZ`] from the external clock. Without it from the internal oscillator, which is up to 4 % off over
/// temperature (data sheets, HSI oscillator characteristics): too much for USB, and for some serial ports.
///
/// Returns the peripherals, and whether the external clock runs.
pub fn start(clock: Hse) -> (Peripherals, bool) {
    let external = runs(clock);
    let mut config = Config::default();
    let rcc = &mut config.rcc;
    let (source, hertz) =
        if external { (PllSource::HSE, clock.freq.0) } else { (PllSource::HSI, HSI_FREQ.0) };
    // The PLL wants 1 to 2 MHz, 2 MHz for the least jitter (RCC_PLLCFGR, PLLM).
    let step = if hertz.is_multiple_of(2_000_000) { 2_000_000 } else { 1_000_000 };
    rcc.hse = external.then_some(clock);
    rcc.pll_src = source;
    rcc.pll = Some(Pll {
        prediv: PllPreDiv::from_bits((hertz / step) as u8),
        mul: PllMul::from_bits((VCO / step) as u16),
        divp: Some(PllPDiv::DIV2),
        divq: Some(PllQDiv::DIV7),
        // F446: 0 and 1 are wrong. F405: these bits are reserved and keep their reset value, which is 2 (RCC_PLLCFGR, 0x24003010).
        divr: Some(PllRDiv::DIV2),
    });
    rcc.sys = Sysclk::PLL1_P;
    rcc.ahb_pre = AHBPrescaler::DIV1;
    // At most 42 and 84 MHz on an F405 (data sheet, general operating conditions).
    rcc.apb1_pre = APBPrescaler::DIV4;
    rcc.apb2_pre = APBPrescaler::DIV2;
    let chip = embassy_stm32::init(config);
    // Prefetch and both caches, which `init` leaves off: without them the core waits five cycles for each new line of flash.
    FLASH.acr().modify(|w| {
        w.set_prften(true);
        w.set_icen(true);
        w.set_dcen(true);
    });
    // Stops the watchdog while a debugger halts the core.
    DBGMCU.apb1fzr().modify(|w| w.set_iwdg(true));
    #[cfg(feature = "rtt")]
    if external {
        defmt::info!("168 MHz from the external clock of {=u32} Hz", clock.freq.0);
    } else {
        defmt::warn!(
            "no external clock of {=u32} Hz: on the internal oscillator, no USB, serial port up to 4 % off",
            clock.freq.0
        );
    }
    (chip, external)
}

/// 8 bits, no parity, one stop bit, 115,200 baud; a pull-up keeps the receiver idle while no cable is connected.
pub fn uart_config() -> usart::Config {
    let mut config = usart::Config::default();
    config.rx_pull = embassy_stm32::gpio::Pull::Up;
    config
}

/// A USART whose interrupt fills one ring and empties another.
pub struct Uart {
    /// Never dropped, as the code that releases pins and clock would only take flash.
    uart: ManuallyDrop<BufferedUart<'static>>,
    interrupt: Interrupt,
}

impl Uart {
    /// `interrupt` is that of the USART.
    pub const fn new(uart: BufferedUart<'static>, interrupt: Interrupt) -> Self {
        Self { uart: ManuallyDrop::new(uart), interrupt }
    }
}

impl Port for Uart {
    /// Includes bytes with a framing error: a slower sender is received as zeros, which end frames.
    fn take(&mut self, to: &mut [u8]) -> usize {
        let ready = self.uart.read_ready().unwrap_or(false);
        if ready { self.uart.read(to).unwrap_or(0) } else { 0 }
    }

    /// Waits for room: the interrupt makes it.
    fn give(&mut self, bytes: &[u8]) -> usize {
        let count = self.uart.write(bytes).unwrap_or(0);
        // The driver starts the interrupt only if its ring was empty before, which it may have become since.
        self.interrupt.pend();
        count
    }

    fn sent(&mut self) -> bool {
        self.uart.flush().is_ok()
    }

    fn set_baud(&mut self, baud: u32) -> bool {
        (1..=MOST_BAUD).contains(&baud) && self.uart.set_baudrate(baud).is_ok()
    }
}

/// The independent watchdog. Once started it cannot be stopped.
pub struct Watchdog(());

impl Watchdog {
    /// Starts it: 4,000 times 64 ticks of 32 kHz are 8 s, between 5.4 and 15 s over the tolerance of its oscillator (17 to 47 kHz; data
    /// sheets, LSI oscillator characteristics). Longer than erasing a sector takes, 4 s at most (data sheets, flash memory programming).
    pub fn start() -> Self {
        IWDG.kr().write(|w| w.set_key(Key::START));
        IWDG.kr().write(|w| w.set_key(Key::ENABLE));
        IWDG.pr().write(|w| w.set_pr(Pr::DIVIDE_BY64));
        IWDG.rlr().write(|w| w.set_rl(4000));
        let mut watchdog = Self(());
        watchdog.feed();
        watchdog
    }

    /// Feeds it.
    pub fn feed(&mut self) {
        IWDG.kr().write(|w| w.set_key(Key::RESET));
    }
}
