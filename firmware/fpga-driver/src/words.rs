//! Words over SPI: `docs/RTL.md`, "Interfaces".

use crate::Error;
use embedded_hal::delay::DelayNs;
use embedded_hal::spi::{Operation, SpiDevice};

const WRITE: u8 = 2;
const READ: u8 = 3;

/// Upper half of every status byte.
const MARK: u8 = 0x50;
const WAIT: u8 = 2;
const ERROR: u8 = 1;

/// Words per read transaction.
const READ_WORDS: usize = 16;
/// A dummy byte, a status, a word.
const FRAME: usize = 6;

/// Timeout: number of tries and their distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Patience {
    /// Tries before the error.
    pub tries: u32,
    /// Microseconds between them.
    pub interval_us: u32,
}

/// The bus and the clock.
#[derive(Debug)]
pub(crate) struct Port<S, D> {
    pub(crate) spi: S,
    pub(crate) delay: D,
    pub(crate) patience: Patience,
}

fn header(command: u8, address: u32) -> [u8; 4] {
    let [_, a, b, c] = address.to_be_bytes();
    [command, a, b, c]
}

/// Decodes a status byte; returns whether to try again.
fn status<E>(byte: u8, address: u32) -> Result<bool, Error<E>> {
    if byte & 0xf0 != MARK {
        return Err(Error::NoDevice { status: byte });
    }
    if byte & ERROR != 0 {
        return Err(Error::Refused { address });
    }
    Ok(byte & WAIT != 0)
}

impl<S: SpiDevice, D: DelayNs> Port<S, D> {
    /// Repeats an access until the hardware does not answer *wait*, within the timeout.
    pub(crate) fn poll<T>(
        &mut self,
        what: &'static str,
        mut done: impl FnMut(&mut Self) -> Result<Option<T>, Error<S::Error>>,
    ) -> Result<T, Error<S::Error>> {
        for _ in 0..self.patience.tries.max(1) {
            if let Some(result) = done(self)? {
                return Ok(result);
            }
            self.delay.delay_us(self.patience.interval_us);
        }
        Err(Error::Timeout { what })
    }

    /// Reads words from an address on, as bytes in memory order, four a word.
    pub(crate) fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Error<S::Error>> {
        let mut done = 0;
        while done < out.len() {
            let words = (out.len() - done).div_ceil(4).min(READ_WORDS);
            let got = self.poll("a read", |port| {
                let got = port.frames(address + done as u32, &mut out[done..], words)?;
                Ok((got > 0).then_some(got))
            })?;
            done += got;
        }
        Ok(())
    }

    /// One transaction: reads at most `words` words and stops at the first that is not ready. Returns the bytes read.
    fn frames(&mut self, address: u32, out: &mut [u8], words: usize) -> Result<usize, Error<S::Error>> {
        let mut buffer = [0; FRAME * READ_WORDS];
        let frames = &mut buffer[..FRAME * words];
        let header = header(READ, address);
        let mut operations = [Operation::Write(&header), Operation::Read(frames)];
        self.spi.transaction(&mut operations).map_err(Error::Bus)?;
        let mut done = 0;
        for (frame, word) in buffer.chunks_exact(FRAME).zip(out.chunks_mut(4)).take(words) {
            if status(frame[1], address + done as u32)? {
                break;
            }
            word.copy_from_slice(&frame[2..2 + word.len()]);
            done += word.len();
        }
        Ok(done)
    }

    /// Writes words from an address on; a multiple of four bytes.
    pub(crate) fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Error<S::Error>> {
        self.poll("a write", |port| {
            let header = header(WRITE, address);
            let mut end = [0; 2];
            let mut operations =
                [Operation::Write(&header), Operation::Write(bytes), Operation::Read(&mut end)];
            port.spi.transaction(&mut operations).map_err(Error::Bus)?;
            Ok((!status(end[1], address)?).then_some(()))
        })
    }

    /// One word.
    pub(crate) fn word(&mut self, address: u32) -> Result<u32, Error<S::Error>> {
        let mut bytes = [0; 4];
        self.read(address, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// One word.
    pub(crate) fn set(&mut self, address: u32, word: u32) -> Result<(), Error<S::Error>> {
        self.write(address, &word.to_le_bytes())
    }
}
