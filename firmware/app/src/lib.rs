//! # hebbit-app
//!
//! The main loop of a device: receives a network over a byte link, answers and learns samples, and sends the network
//! back. Independent of hardware, without heap and `unsafe`; a board provides the link, its memory and its kernels, and calls
//! [`run`]. `docs/LINK.md` specifies the protocol.
//!
//! ```text
//! board: main() ── run( link, board, kernels, store, memory, buffers )
//!                     ├─ port    frames in, answers out, each request executed once
//!                     ├─ idle    no network: an upload
//!                     └─ serve   a network: samples, digests, pulls
//! memory: [ checkpoint, used in place | state ]
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "sim")]
extern crate std;

mod check;
mod device;
mod ended;
pub mod pieces;
mod port;
mod serve;
#[cfg(feature = "sim")]
pub mod sim;
pub mod store;

use embedded_io::{Read, ReadReady, Write};

pub use device::run;
pub use ended::Ended;
pub use port::Buffers;
pub use store::{FlashStore, NoStore, Store, StoreError};

pub use hebbit_core::link::{Refusal, Unit};

/// Activity of a device, for its log and its LED.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Doing {
    /// It waits for a network.
    Waits,
    /// It receives one.
    Receives {
        /// Bytes that it has.
        bytes: u32,
    },
    /// A network runs, received over the link or restored at power-up.
    Starts {
        /// Samples presented before.
        presented: u32,
    },
    /// Samples were received, and are answered or learned.
    Computes,
    /// The samples are answered.
    Answered {
        /// Samples presented to the network.
        presented: u32,
    },
    /// The network is written to non-volatile memory.
    Saves,
    /// A network could not be run or saved.
    Fails(Refusal),
}

/// The device's end of the link: bytes both ways, in order.
pub trait Link: Read + ReadReady + Write {
    /// Changes the speed, in bits per second, after all written bytes are sent. Returns whether it did; a link without a speed
    /// (USB, an emulator) returns false.
    fn set_baud(&mut self, baud: u32) -> bool {
        let _ = baud;
        false
    }
}

impl<L: Link> Link for &mut L {
    fn set_baud(&mut self, baud: u32) -> bool {
        L::set_baud(self, baud)
    }
}

/// The hardware that the loop needs in addition to the link.
pub trait Board {
    /// Name, as the host lists it.
    const NAME: &'static str;
    /// What [`Self::count`] counts.
    const UNIT: Unit;
    /// Most frames in flight: 1 if bytes received while it computes are lost.
    const CREDITS: u8;
    /// Highest speed of its link, in bits per second; 0 if the link has no speed.
    const MOST_BAUD: u32 = 0;
    /// A counter that wraps; 0 if there is none.
    fn count(&mut self) -> u32;
    /// Nominal counts per second; 0 if unknown.
    fn hertz(&self) -> u32 {
        0
    }
    /// High-water mark of the stack since the start, in bytes; `None` if unknown.
    fn stack_used(&self) -> Option<u32> {
        None
    }
    /// Reports the current activity to a log or an LED.
    fn tell(&mut self, doing: Doing) {
        let _ = doing;
    }
    /// Feeds the watchdog: called at least between any two samples and while waiting.
    fn feed(&mut self);
    /// A simulated board changes its memory here, between writing and reading, to simulate a broken cell.
    fn play_fault(&mut self, memory: &mut [u8]) {
        let _ = memory;
    }
    /// Resets the device. On hardware it does not return.
    fn reset(&mut self);
}
