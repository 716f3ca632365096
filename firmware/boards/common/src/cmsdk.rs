//! The serial port of Arm's Cortex-M System Design Kit, as on the MPS2 and MPS3 boards (Arm DDI 0479, chapter 4.3).

use crate::{Port, fill};
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

/// Where UART 0 of the FPGA image is, and the hertz of its clock: Arm DAI 0505 and 0547, both by the secure alias, and DAI 0386, as
/// QEMU has them (`hw/arm/mps2-tz.c`, `mps2.c`).
const UART0: (usize, u32) = if cfg!(feature = "an505") {
    (0x5020_0000, 20_000_000)
} else if cfg!(feature = "an547") {
    (0x4930_3000, 25_000_000)
} else {
    (0x4000_4000, 25_000_000)
};
const BAUD: u32 = 115_200;

/// A serial port.
pub struct Uart(&'static Registers);

impl Uart {
    /// UART 0 of the FPGA image, at 115,200 baud, which QEMU ignores.
    pub fn uart0() -> Self {
        let (address, hertz) = UART0;
        // SAFETY: the port is there on the boards that this feature is on for. All registers are read and written as volatile words.
        let registers: &Registers = unsafe { &*ptr::with_exposed_provenance(address) };
        registers.divider.set((hertz + BAUD / 2) / BAUD);
        registers.control.set(CONTROL_TX_RX);
        Self(registers)
    }
}

impl Port for Uart {
    fn take(&mut self, to: &mut [u8]) -> usize {
        fill(to, || (self.0.state.get() & STATE_RX_FULL != 0).then(|| self.0.data.get().to_le_bytes()[0]))
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        let given = |&&byte: &&u8| {
            let room = self.0.state.get() & STATE_TX_FULL == 0;
            if room {
                self.0.data.set(byte.into());
            }
            room
        };
        bytes.iter().take_while(given).count()
    }
}
