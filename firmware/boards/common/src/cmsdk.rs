//! The serial port of Arm's Cortex-M System Design Kit, as on the MPS2 boards (Arm DDI 0479, chapter 4.3).

use crate::Port;
use core::ptr;
use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::registers::{ReadOnly, ReadWrite};

#[repr(C)]
struct Registers {
    data: ReadWrite<u32>,
    state: ReadOnly<u32>,
    control: ReadWrite<u32>,
    interrupt: ReadWrite<u32>,
    divider: ReadWrite<u32>,
}

const STATE_TX_FULL: u32 = 1 << 0;
const STATE_RX_FULL: u32 = 1 << 1;
const CONTROL_TX_RX: u32 = 0b11;

/// A serial port.
pub struct Uart(&'static Registers);

impl Uart {
    /// UART 0 of the MPS2 FPGA images, at `divider` clocks (16 or more) per bit.
    pub fn uart0(divider: u32) -> Self {
        // SAFETY: Arm DAI 0386: UART 0 lies there on every MPS2 image, and this feature is on for those boards only.
        // All registers are read and written as volatile words.
        let registers: &Registers = unsafe { &*ptr::with_exposed_provenance(0x4000_4000) };
        registers.divider.set(divider.max(16));
        registers.control.set(CONTROL_TX_RX);
        Self(registers)
    }
}

impl Port for Uart {
    fn take(&mut self) -> Option<u8> {
        let there = self.0.state.get() & STATE_RX_FULL != 0;
        there.then(|| self.0.data.get().to_le_bytes()[0])
    }

    fn give(&mut self, byte: u8) -> bool {
        let room = self.0.state.get() & STATE_TX_FULL == 0;
        if room {
            self.0.data.set(byte.into());
        }
        room
    }
}
