//! The parts of the STM32F405 that the device needs (ST RM0090): clock, USART 1, watchdog, timer 2, flash.
//!
//! Every wait is bounded, because QEMU's machine `netduinoplus2` has no clock tree and no flash controller: there the
//! chip stays on its internal oscillator, and storing is an error.

mod flash;

pub use flash::{Flash, FlashError};

use crate::Port;
use core::ptr;
use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::registers::ReadWrite;

type Word = ReadWrite<u32>;

/// Sets bits of a register, leaves the others.
fn set(register: &Word, bits: u32) {
    register.set(register.get() | bits);
}

/// Replaces the bits under `mask`.
fn replace(register: &Word, mask: u32, bits: u32) {
    register.set((register.get() & !mask) | bits);
}

/// Tries for a while. Whether it came true.
fn wait(tries: u32, mut done: impl FnMut() -> bool) -> bool {
    (0..tries).any(|_| done())
}

/// Reset and clock control (RM0090, 7.3).
#[repr(C)]
struct Rcc {
    control: Word,
    pll: Word,
    config: Word,
    _0: [Word; 9],
    ahb1_enable: Word,
    _1: [Word; 3],
    apb1_enable: Word,
    apb2_enable: Word,
}

/// A GPIO port (8.4).
#[repr(C)]
struct Gpio {
    mode: Word,
    _0: [Word; 8],
    alternate_high: Word,
}

/// A USART (30.6).
#[repr(C)]
struct Usart {
    state: Word,
    data: Word,
    divider: Word,
    control: Word,
}

/// A 32-bit timer (18.4).
#[repr(C)]
struct Timer {
    control: Word,
    _0: [Word; 4],
    event: Word,
    _1: [Word; 3],
    count: Word,
    prescaler: Word,
    reload: Word,
}

/// The independent watchdog (21.4).
#[repr(C)]
struct Iwdg {
    key: Word,
    prescaler: Word,
    reload: Word,
}

/// The flash controller (3.9).
#[repr(C)]
struct FlashControl {
    access: Word,
    key: Word,
    _0: Word,
    state: Word,
    control: Word,
}

/// The blocks of registers that are used here.
struct Chip {
    rcc: &'static Rcc,
    gpio_a: &'static Gpio,
    usart1: &'static Usart,
    timer2: &'static Timer,
    iwdg: &'static Iwdg,
    flash: &'static FlashControl,
}

impl Chip {
    fn get() -> Self {
        // SAFETY: RM0090, table 1: the blocks lie there on this chip, and this feature is on for its boards only. Every
        // register is a word that is read and written as volatile; the program has one thread and no interrupts.
        unsafe {
            Self {
                rcc: &*ptr::with_exposed_provenance(0x4002_3800),
                gpio_a: &*ptr::with_exposed_provenance(0x4002_0000),
                usart1: &*ptr::with_exposed_provenance(0x4001_1000),
                timer2: &*ptr::with_exposed_provenance(0x4000_0000),
                iwdg: &*ptr::with_exposed_provenance(0x4000_3000),
                flash: &*ptr::with_exposed_provenance(0x4002_3C00),
            }
        }
    }
}

/// What the internal oscillator gives.
const HSI_HZ: u32 = 16_000_000;
/// Loops to wait for the PLL: it locks within 0.3 ms (data sheet, table 36), a loop is 0.3 us or more.
const LOCK: u32 = 10_000;

/// The clocks that the chip runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Clock of USART 1.
    usart_hz: u32,
    /// Cycles of the core per tick of timer 2 are two to the power of this.
    timer_shift: u32,
}

/// Switches to 168 MHz from the internal oscillator, so that no crystal is needed; stays on 16 MHz if the PLL does not
/// lock.
pub fn clocks() -> Clocks {
    let Chip { rcc, flash, .. } = Chip::get();
    // The PLL makes 16 MHz / 16 * 336 / 2 = 168 MHz, and / 7 = 48 MHz.
    rcc.pll.set(16 | 336 << 6 | 7 << 24);
    set(&rcc.control, 1 << 24);
    if !wait(LOCK, || rcc.control.get() & 1 << 25 != 0) {
        return Clocks { usart_hz: HSI_HZ, timer_shift: 0 };
    }
    // Five wait states at 168 MHz (table 10); prefetch and both caches on.
    replace(&flash.access, 0x0F, 5 | 1 << 8 | 1 << 9 | 1 << 10);
    // APB1 at 42 MHz, APB2 at 84 MHz, their most. Timers on APB1 count at twice its clock.
    replace(&rcc.config, 0xFC00, 0b101 << 10 | 0b100 << 13);
    replace(&rcc.config, 0b11, 0b10);
    if wait(LOCK, || rcc.config.get() >> 2 & 0b11 == 0b10) {
        Clocks { usart_hz: 84_000_000, timer_shift: 1 }
    } else {
        // Back to the oscillator; the buses keep their dividers.
        replace(&rcc.config, 0b11, 0);
        Clocks { usart_hz: HSI_HZ / 2, timer_shift: 1 }
    }
}

/// USART 1 on PA9 (sends) and PA10 (receives), 8 bits, no parity, one stop bit.
pub struct Uart(&'static Usart);

const STATE_OVERRUN: u32 = 1 << 3;
const STATE_RECEIVED: u32 = 1 << 5;
const STATE_ROOM: u32 = 1 << 7;

impl Uart {
    /// The port at `baud` bits per second.
    pub fn usart1(clocks: Clocks, baud: u32) -> Self {
        let Chip { rcc, gpio_a, usart1, .. } = Chip::get();
        set(&rcc.ahb1_enable, 1 << 0);
        set(&rcc.apb2_enable, 1 << 4);
        replace(&gpio_a.mode, 0b1111 << 18, 0b1010 << 18);
        replace(&gpio_a.alternate_high, 0xFF << 4, 0x77 << 4);
        usart1.divider.set((clocks.usart_hz + baud / 2).checked_div(baud).unwrap_or(u32::MAX));
        // On, sends, receives.
        usart1.control.set(1 << 13 | 1 << 3 | 1 << 2);
        Self(usart1)
    }
}

impl Port for Uart {
    fn take(&mut self) -> Option<u8> {
        let state = self.0.state.get();
        if state & (STATE_RECEIVED | STATE_OVERRUN) == 0 {
            return None;
        }
        // Reading clears an overrun too.
        let byte = self.0.data.get().to_le_bytes()[0];
        (state & STATE_RECEIVED != 0).then_some(byte)
    }

    fn give(&mut self, byte: u8) -> bool {
        let room = self.0.state.get() & STATE_ROOM != 0;
        if room {
            self.0.data.set(byte.into());
        }
        room
    }
}

/// The independent watchdog. Once started it cannot be stopped.
pub struct Watchdog(&'static Iwdg);

impl Watchdog {
    /// Starts it: 8 s at 32 kHz, between 5.4 and 15 s over the tolerance of its oscillator. Longer than erasing a sector
    /// (4 s at most, data sheet, table 40).
    pub fn start() -> Self {
        let iwdg = Chip::get().iwdg;
        iwdg.key.set(0xCCCC);
        iwdg.key.set(0x5555);
        iwdg.prescaler.set(0b100);
        iwdg.reload.set(4000);
        let mut watchdog = Self(iwdg);
        watchdog.feed();
        watchdog
    }

    /// Eight more seconds.
    pub fn feed(&mut self) {
        self.0.key.set(0xAAAA);
    }
}

/// Timer 2: cycles of the core, or executed instructions in QEMU under `-icount shift=0`.
pub struct Counter {
    timer: &'static Timer,
    shift: u32,
}

impl Counter {
    /// Starts it.
    pub fn start(clocks: Clocks) -> Self {
        let Chip { rcc, timer2, .. } = Chip::get();
        set(&rcc.apb1_enable, 1 << 0);
        timer2.prescaler.set(0);
        timer2.reload.set(u32::MAX);
        timer2.event.set(1);
        timer2.control.set(1);
        Self { timer: timer2, shift: clocks.timer_shift }
    }

    /// What it counted since it started; wraps.
    pub fn now(&self) -> u32 {
        self.timer.count.get() << self.shift
    }
}
