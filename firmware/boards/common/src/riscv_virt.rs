//! The parts of QEMU's RISC-V machine `virt`: a 16550 serial port and the test device that resets it.

use crate::{Port, fill};
use core::ptr;
use tock_registers::interfaces::{Readable, Writeable};
use tock_registers::registers::{ReadOnly, ReadWrite, WriteOnly};

#[repr(C)]
struct Registers {
    data: ReadWrite<u8>,
    interrupts: ReadWrite<u8>,
    fifo: WriteOnly<u8>,
    format: ReadWrite<u8>,
    modem: ReadWrite<u8>,
    state: ReadOnly<u8>,
}

const FIFO_ON: u8 = 1;
const FORMAT_8N1: u8 = 0b11;
const STATE_RECEIVED: u8 = 1 << 0;
const STATE_ROOM: u8 = 1 << 5;

/// A serial port.
pub struct Uart(&'static Registers);

impl Uart {
    /// The only one.
    pub fn uart0() -> Self {
        // SAFETY: the machine's memory map (QEMU, hw/riscv/virt.c) has the port there, and this feature is on for that
        // machine only. All registers are read and written as volatile bytes.
        let registers: &Registers = unsafe { &*ptr::with_exposed_provenance(0x1000_0000) };
        registers.interrupts.set(0);
        registers.format.set(FORMAT_8N1);
        registers.fifo.set(FIFO_ON);
        Self(registers)
    }
}

impl Port for Uart {
    fn take(&mut self, to: &mut [u8]) -> usize {
        fill(to, || (self.0.state.get() & STATE_RECEIVED != 0).then(|| self.0.data.get()))
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        let given = |&&byte: &&u8| {
            let room = self.0.state.get() & STATE_ROOM != 0;
            if room {
                self.0.data.set(byte);
            }
            room
        };
        bytes.iter().take_while(given).count()
    }
}

/// Executed instructions, under `-icount`; else some clock of the host.
pub fn instructions() -> u32 {
    riscv::register::minstret::read() as u32
}

/// The value that makes the test device reset the machine.
const RESET: u32 = 0x7777;

/// Resets the machine.
pub fn reset() -> ! {
    // SAFETY: the machine's memory map has the test device there: one word, to be written.
    let device: &WriteOnly<u32> = unsafe { &*ptr::with_exposed_provenance(0x10_0000) };
    device.set(RESET);
    loop {
        core::hint::spin_loop();
    }
}
