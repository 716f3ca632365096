//! Devices: a simulated one, QEMU's, and real ones on serial ports, all behind the same link and the same engine.

pub mod boards;
mod client;
pub mod doctor;
mod engine;
pub mod fit;
mod heard;
mod hello;
pub mod line;
mod qemu;
mod serial;
mod sim;
mod tally;
pub mod toolchain;
mod transport;
pub mod uf2;

pub use crate::error::{DeviceError, EngineError};
pub use crate::lockstep::Presented;
pub use client::{Baud, Client, Known, Traffic, Watched};
pub use engine::{Device, Status};
pub use hebbit_app::sim::{Cut, Tear};
pub use hello::{Hello, said};
pub use qemu::Qemu;
pub use serial::{BAUD, Port, Serial, ports};
pub use sim::{Faults, MEMORY as SIM_MEMORY, Sim};
pub use tally::{Tally, outcome};
pub use transport::Transport;

use crate::kernels::AnyKernels;
use hebbit_core::link::Unit;
use std::fmt;
use std::str::FromStr;

/// Where a network runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// In this process, the core itself.
    Core,
    /// In this process, the simulated RTL.
    Rtl,
    /// In this process, behind the device's own loop.
    Sim,
    /// In QEMU, on a board that it has.
    Qemu(&'static boards::Board),
    /// On a board behind a serial port.
    Serial {
        /// Its name.
        port: String,
        /// What it is to run at.
        baud: Baud,
    },
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Core => f.write_str("core"),
            Self::Rtl => f.write_str("rtl"),
            Self::Sim => f.write_str("sim"),
            Self::Qemu(board) => f.write_str(board.qemu.map_or(board.name, |machine| machine.on)),
            Self::Serial { port, .. } => write!(f, "serial:{port}"),
        }
    }
}

impl FromStr for Where {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "core" => return Ok(Self::Core),
            "rtl" => return Ok(Self::Rtl),
            "sim" => return Ok(Self::Sim),
            _ => {}
        }
        if let Some(port) = text.strip_prefix("serial:").filter(|port| !port.is_empty()) {
            return Ok(Self::Serial { port: port.to_owned(), baud: Baud::Auto });
        }
        match boards::board(text).filter(|board| board.qemu.is_some()) {
            Some(board) => Ok(Self::Qemu(board)),
            None => {
                let machines = boards::BOARDS.iter().filter_map(|board| Some(board.qemu?.on));
                let names = ["core", "rtl", "sim"].into_iter().chain(machines).collect::<Vec<_>>();
                Err(format!("there are: {}, serial:PORT", names.join(", ")))
            }
        }
    }
}

impl Where {
    /// Opens a session there. QEMU is started for it, and its firmware built if need be; `say` hears what is done.
    ///
    /// # Errors
    /// If it cannot be reached, or is no device behind a link.
    pub fn open(&self, say: &dyn Fn(&str)) -> Result<Device, DeviceError> {
        let transport: Box<dyn Transport> = match self {
            Self::Core | Self::Rtl => return Err(DeviceError::NoLink { on: self.to_string() }),
            Self::Sim => Box::new(Sim::start(SIM_MEMORY, AnyKernels::best())),
            Self::Qemu(board) => Box::new(Qemu::start(board, say)?),
            // A firmware that has another speed for good is found at once, any other at the one that it starts with.
            Self::Serial { port, baud: Baud::Fixed(rate) } => Box::new(Serial::open(port, *rate)?),
            Self::Serial { port, .. } => Box::new(Serial::open(port, BAUD)?),
        };
        let mut client = Client::connect(transport, &self.to_string())?;
        if let Self::Serial { baud, .. } = self {
            client.settle(*baud, &mut |line| say(line))?;
        }
        Device::new(client)
    }

    /// What a device's costs are there: QEMU counts executed instructions, whatever the board's counter counts on the chip.
    pub fn unit(&self, unit: Unit) -> Option<&'static str> {
        match (self, unit) {
            (Self::Qemu(board), _) => board.qemu.filter(|machine| machine.counts).map(|_| "instructions"),
            (Self::Rtl, _) | (_, Unit::Cycles) => Some("cycles"),
            (_, Unit::Nothing) => None,
            (_, Unit::Instructions) => Some("instructions"),
        }
    }
}
