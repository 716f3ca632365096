//! The link between a host and a device, as a pure codec: bytes in, messages out. `docs/LINK.md` is normative.
//!
//! ```text
//! frame = COBS( sequence number (2) | message (postcard) | CRC-32C (4) ) 00
//! ```
//!
//! The host asks, the device answers under the same number. A device carries out each number once, in order; of a number
//! that it has carried out already it repeats the answer. So a frame that is broken, repeated, reordered or lost changes
//! nothing.

mod coded;
mod frame;
mod message;
mod sample;

pub use frame::{Collector, FrameError, Incoming, open, seal};
pub use message::{About, Check, Facts, Refusal, Reply, Request, SampleResult, Unit, Vitals};
pub use sample::{
    CODED, FORMS, Packed, Packing, pack, pack_as, pack_tick, packed_bytes, packed_bytes_as, unpack,
    unpack_tick,
};

/// Version of messages and frames. A hello and its answer never change.
pub const PROTOCOL: u16 = 1;
/// Bits per second of a link that was just started, and to which it falls back.
pub const BASE_BAUD: u32 = 115_200;
/// Ends in a row, none of them that of a whole frame, after which a device takes its link's speed to be wrong: more than noise brings
/// (at 1 % of the bytes a frame of 50 is broken four times in ten), and less than a few hellos at another speed look like.
pub const LOST_ENDS: u8 = 40;
/// Most bytes of a message before it is framed.
pub const MAX_MESSAGE: usize = 1024;
/// Bytes of a frame around its message: number, CRC, one byte in 254 for COBS, the end.
pub const FRAME_OVERHEAD: usize = 12;
/// Bytes of a buffer that holds any frame.
pub const MAX_FRAME: usize = MAX_MESSAGE + FRAME_OVERHEAD;
/// Most bytes of a message that a message with bytes spends on everything else.
pub const MESSAGE_OVERHEAD: usize = 24;
/// Most samples of a frame: their results are short enough for a device to keep until the host has them.
pub const MOST_SAMPLES: usize = 8;
/// Most bytes of a [`SampleResult`] in postcard: a class 2, three `u16` 3 each, two `u32` 5 each.
pub const RESULT_BYTES: usize = 21;
