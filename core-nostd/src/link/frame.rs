//! Frames: what a message looks like on the wire.

use super::MAX_FRAME;
use cobs::CobsEncoder;
use core::fmt;
use crc::{CRC_32_ISCSI, Crc, Digest};
use postcard::ser_flavors::Flavor;
use serde::Serialize;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
const CRC_BYTES: usize = 4;
const NUMBER_BYTES: usize = 2;

/// Why a frame was thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum FrameError {
    /// Longer than the buffer.
    TooLong,
    /// Shorter than number and CRC.
    TooShort,
    /// Not COBS.
    Cobs,
    /// Bytes were changed.
    Crc,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "frame too long",
            Self::TooShort => "frame too short",
            Self::Cobs => "not COBS",
            Self::Crc => "wrong CRC",
        })
    }
}

impl core::error::Error for FrameError {}

/// Postcard's bytes on their way into a frame.
struct Sealer<'o> {
    encoder: CobsEncoder<'o>,
    crc: Digest<'static, u32>,
}

impl Sealer<'_> {
    fn put(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.crc.update(bytes);
        self.stuff(bytes)
    }

    fn stuff(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.encoder.push(bytes).map_err(|_| postcard::Error::SerializeBufferFull)
    }
}

impl Flavor for Sealer<'_> {
    type Output = usize;

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.put(data)
    }
    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.put(&[data])
    }
    fn finalize(mut self) -> postcard::Result<usize> {
        let crc = self.crc.clone().finalize().to_le_bytes();
        self.stuff(&crc)?;
        Ok(self.encoder.finalize())
    }
}

/// Writes a frame into the front of `out`: its length, or `None` if it does not fit.
pub fn seal(number: u16, message: &impl Serialize, out: &mut [u8]) -> Option<usize> {
    let room = out.len().checked_sub(1)?;
    let mut sealer = Sealer { encoder: CobsEncoder::new(out.get_mut(..room)?), crc: CRC.digest() };
    sealer.put(&number.to_le_bytes()).ok()?;
    let len = postcard::serialize_with_flavor::<_, _, usize>(message, sealer).ok()?;
    *out.get_mut(len)? = 0;
    Some(len.saturating_add(1))
}

/// Opens a frame, without its end, in place: its number, and the end of its message, which begins behind the number.
///
/// # Errors
/// If it is broken.
pub fn open(frame: &mut [u8]) -> Result<(u16, usize), FrameError> {
    let len = cobs::decode_in_place(frame).map_err(|_| FrameError::Cobs)?;
    let whole = frame.get(..len).unwrap_or_default();
    let end = len.checked_sub(CRC_BYTES).ok_or(FrameError::TooShort)?;
    let (covered, crc) = whole.split_at_checked(end).ok_or(FrameError::TooShort)?;
    let number = covered.first_chunk::<NUMBER_BYTES>().ok_or(FrameError::TooShort)?;
    if CRC.checksum(covered).to_le_bytes() != crc {
        return Err(FrameError::Crc);
    }
    Ok((u16::from_le_bytes(*number), end))
}

/// A whole frame: its number; the message is in the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Sequence number.
    pub number: u16,
}

/// Collects the bytes of a frame. Anything that is no frame is an error once, at its end, and then forgotten.
#[derive(Debug)]
pub struct Collector {
    buffer: [u8; MAX_FRAME],
    len: usize,
    /// End of the message of the last whole frame.
    end: usize,
    too_long: bool,
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl Collector {
    /// Nothing collected.
    pub const fn new() -> Self {
        Self { buffer: [0; MAX_FRAME], len: 0, end: 0, too_long: false }
    }

    /// Forgets what was collected.
    pub fn clear(&mut self) {
        (self.len, self.end, self.too_long) = (0, 0, false);
    }

    /// Takes one byte. At the end of a frame says what came; the message can be read until the next byte is taken.
    pub fn push(&mut self, byte: u8) -> Option<Result<Incoming, FrameError>> {
        self.end = 0;
        if byte != 0 {
            match self.buffer.get_mut(self.len) {
                Some(slot) => {
                    *slot = byte;
                    self.len = self.len.saturating_add(1);
                }
                None => self.too_long = true,
            }
            return None;
        }
        let (len, too_long) = (self.len, self.too_long);
        (self.len, self.too_long) = (0, false);
        match (len, too_long) {
            (0, _) => None,
            (_, true) => Some(Err(FrameError::TooLong)),
            _ => Some(self.open(len)),
        }
    }

    fn open(&mut self, len: usize) -> Result<Incoming, FrameError> {
        let (number, end) = open(self.buffer.get_mut(..len).unwrap_or_default())?;
        self.end = end;
        Ok(Incoming { number })
    }

    /// The message of the frame that has just come; empty if there is none.
    pub fn message(&self) -> &[u8] {
        self.buffer.get(NUMBER_BYTES..self.end).unwrap_or_default()
    }
}
