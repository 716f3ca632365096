//! # hebbit-app
//!
//! What runs on a device: takes a network over a byte link, answers and learns the samples that come, gives the network
//! back. No hardware is in it, no heap, no `unsafe`; a board brings the link, its memory and its kernels, and calls
//! [`run`]. `docs/LINK.md` says what goes over the link.
//!
//! ```text
//! board: main() ── run( link, board, kernels, store, memory, buffers )
//!                     ├─ port    frames in, answers out, each number once
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

/// What a device does, for its log and its light.
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
    /// A network runs: it came over the link, or was there when power came.
    Starts {
        /// Samples that it was given before.
        presented: u32,
    },
    /// Samples have come, and are answered or learned.
    Computes,
    /// They are answered.
    Answered {
        /// Samples that the network was given.
        presented: u32,
    },
    /// The network is written to where it survives a loss of power.
    Saves,
    /// A network could not be run or saved.
    Fails(Refusal),
}

/// The device's end of the link: bytes both ways, in order.
pub trait Link: Read + ReadReady + Write {
    /// Takes up another speed, in bits per second, once all that was written has left. Whether it did; else it keeps its own, as a
    /// link does that has none (USB, an emulator).
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

/// What the loop needs of the hardware beside its link.
pub trait Board {
    /// Its name, as the host lists it.
    const NAME: &'static str;
    /// What [`Self::count`] counts.
    const UNIT: Unit;
    /// Frames that may be under way: 1 where bytes that come while it computes are lost.
    const CREDITS: u8;
    /// Most bits per second that its link takes up; 0 if the link has no speed of its own.
    const MOST_BAUD: u32 = 0;
    /// A counter that wraps; 0 if there is none.
    fn count(&mut self) -> u32;
    /// What the counter counts in a second, as the firmware believes; 0 if it does not know.
    fn hertz(&self) -> u32 {
        0
    }
    /// Most bytes of stack that were used since the start; `None` if it does not know.
    fn stack_used(&self) -> Option<u32> {
        None
    }
    /// What it does now: for a log or a light.
    fn tell(&mut self, doing: Doing) {
        let _ = doing;
    }
    /// Tells the watchdog that all is well: called at least between any two samples and while waiting.
    fn feed(&mut self);
    /// What a simulated board does to its memory between writing and reading it, to play a cell that is broken.
    fn play_fault(&mut self, memory: &mut [u8]) {
        let _ = memory;
    }
    /// Starts anew. On hardware it does not return.
    fn reset(&mut self);
}
