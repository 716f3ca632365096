//! The parts of QEMU's machine `netduinoplus2` that the device needs. It is an STM32F405 without clock tree, flash controller, GPIO
//! and DWT, and its USART raises no interrupt when it can send, so that drivers for the chip would wait indefinitely.

use crate::{Port, fill};
use core::ptr;
use embassy_stm32::pac;
use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::registers::ReadWrite;

type Word = ReadWrite<u32>;

/// Whether this is the emulator. The chip never reads 0 there: one of its oscillators is on (RM0090, RCC_CR, whose reset value is
/// xx83).
pub fn runs_here() -> bool {
    pac::RCC.cr().read().0 == 0
}

/// A USART (RM0090, USART registers).
#[repr(C)]
struct Usart {
    state: Word,
    data: Word,
    divider: Word,
    control: Word,
}

/// A 32-bit timer (RM0090, registers of TIM2).
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

/// USART 1, polled.
pub struct Uart(&'static Usart);

const STATE_RECEIVED: u32 = 1 << 5;
const STATE_ROOM: u32 = 1 << 7;

impl Uart {
    /// Switches it on. It has no speed.
    pub fn start() -> Self {
        // SAFETY: RM0090, memory map: USART1 lies there; its registers are words that are read and written as volatile, and the
        // driver of the chip is not used in the emulator.
        let usart: &Usart = unsafe { &*ptr::with_exposed_provenance(0x4001_1000) };
        // On, sends, receives.
        usart.control.set(1 << 13 | 1 << 3 | 1 << 2);
        Self(usart)
    }
}

impl Port for Uart {
    fn take(&mut self, to: &mut [u8]) -> usize {
        fill(to, || (self.0.state.get() & STATE_RECEIVED != 0).then(|| self.0.data.get().to_le_bytes()[0]))
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        let given = |&&byte: &&u8| {
            let room = self.0.state.get() & STATE_ROOM != 0;
            if room {
                self.0.data.set(byte.into());
            }
            room
        };
        bytes.iter().take_while(given).count()
    }
}

/// Timer 2: executed instructions under `-icount shift=0`.
pub struct Counter(&'static Timer);

impl Counter {
    /// Starts it.
    pub fn start() -> Self {
        // SAFETY: RM0090, memory map: TIM2 lies there; its registers are words that are read and written as volatile, and nothing
        // else uses it.
        let timer: &Timer = unsafe { &*ptr::with_exposed_provenance(0x4000_0000) };
        timer.prescaler.set(0);
        timer.reload.set(u32::MAX);
        timer.event.set(1);
        timer.control.set(1);
        Self(timer)
    }

    /// Count since the start; wraps.
    pub fn now(&self) -> u32 {
        self.0.count.get()
    }
}
