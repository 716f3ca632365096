//! A serial port as an `embedded_io` stream, and two ports as one.

use core::convert::Infallible;
use embedded_io::{ErrorType, Read, ReadReady, Write};
use hebbit_app::Link;

/// A serial port: polled registers, or ring buffers of an interrupt or DMA. It never waits. A lost byte is detected by the
/// link's checksum.
pub trait Port {
    /// Reads received bytes, as many as fit, and returns their number.
    fn take(&mut self, to: &mut [u8]) -> usize;

    /// Writes bytes, as many as there is room for, and returns their number.
    fn give(&mut self, bytes: &[u8]) -> usize;

    /// Whether all written bytes are sent.
    fn sent(&mut self) -> bool {
        true
    }

    /// Changes the speed, in bits per second; false if it cannot.
    fn set_baud(&mut self, baud: u32) -> bool {
        let _ = baud;
        false
    }
}

/// Fills `to` from a port that returns single bytes; returns their number.
pub fn fill(to: &mut [u8], mut next: impl FnMut() -> Option<u8>) -> usize {
    to.iter_mut().map_while(|to| next().map(|byte| *to = byte)).count()
}

/// A stream over a port.
pub struct Serial<P> {
    port: P,
    /// A byte already read by `read_ready`.
    next: Option<u8>,
}

impl<P: Port> Serial<P> {
    /// A stream over `port`.
    pub const fn new(port: P) -> Self {
        Self { port, next: None }
    }
}

impl<P> ErrorType for Serial<P> {
    type Error = Infallible;
}

impl<P: Port> Read for Serial<P> {
    /// Waits for a byte, then reads all that have arrived.
    fn read(&mut self, to: &mut [u8]) -> Result<usize, Infallible> {
        let Some((first, rest)) = to.split_first_mut() else { return Ok(0) };
        *first = loop {
            self.read_ready()?;
            if let Some(byte) = self.next.take() {
                break byte;
            }
        };
        Ok(1 + self.port.take(rest))
    }
}

impl<P: Port> Link for Serial<P> {
    fn set_baud(&mut self, baud: u32) -> bool {
        self.port.set_baud(baud)
    }
}

impl<P: Port> ReadReady for Serial<P> {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        if self.next.is_none() {
            let mut byte = [0];
            self.next = (self.port.take(&mut byte) == 1).then_some(byte[0]);
        }
        Ok(self.next.is_some())
    }
}

impl<P: Port> Write for Serial<P> {
    /// Waits until there is room for all of it.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let count = self.port.give(rest);
            rest = rest.get(count..).unwrap_or_default();
        }
        Ok(bytes.len())
    }

    /// Waits until all bytes are sent.
    fn flush(&mut self) -> Result<(), Infallible> {
        while !self.port.sent() {}
        Ok(())
    }
}

/// A port that may be missing: then nothing is received, and written bytes are dropped.
impl<P: Port> Port for Option<P> {
    fn take(&mut self, to: &mut [u8]) -> usize {
        self.as_mut().map_or(0, |port| port.take(to))
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        self.as_mut().map_or(bytes.len(), |port| port.give(bytes))
    }

    fn sent(&mut self) -> bool {
        self.as_mut().is_none_or(P::sent)
    }

    fn set_baud(&mut self, baud: u32) -> bool {
        self.as_mut().is_some_and(|port| port.set_baud(baud))
    }
}

/// Two ports as one: bytes are received from both, and sent to the port that received the last end of a frame. So the link is the port
/// that the host uses, and noise on the other one costs at most a frame.
pub struct Pair<A, B> {
    first: A,
    second: B,
    /// Whether the second port is answered; initially the first one is.
    to_second: bool,
}

/// The byte that ends a frame (`docs/LINK.md`, 1).
const END: u8 = 0;

impl<A: Port, B: Port> Pair<A, B> {
    /// Both ports.
    pub const fn new(first: A, second: B) -> Self {
        Self { first, second, to_second: false }
    }
}

impl<A: Port, B: Port> Port for Pair<A, B> {
    fn take(&mut self, to: &mut [u8]) -> usize {
        let mut count = self.first.take(to);
        let second = count == 0;
        if second {
            count = self.second.take(to);
        }
        if to.iter().take(count).any(|&byte| byte == END) {
            self.to_second = second;
        }
        count
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        if self.to_second { self.second.give(bytes) } else { self.first.give(bytes) }
    }

    fn sent(&mut self) -> bool {
        if self.to_second { self.second.sent() } else { self.first.sent() }
    }

    fn set_baud(&mut self, baud: u32) -> bool {
        if self.to_second { self.second.set_baud(baud) } else { self.first.set_baud(baud) }
    }
}

/// A USB port whose host may stop reading: a port closed during an answer must not block the device. After `ATTEMPTS` without room
/// (about a second; a reading host makes room within milliseconds) bytes are dropped; the host repeats its request when it
/// is back.
pub struct Patient<P, const ATTEMPTS: u32 = 1_000_000> {
    port: P,
    /// Attempts without room since the host last read or wrote.
    waits: u32,
}

impl<P, const ATTEMPTS: u32> Patient<P, ATTEMPTS> {
    /// Waits for the host of `port`.
    pub const fn new(port: P) -> Self {
        Self { port, waits: 0 }
    }

    /// Counts an attempt without room; returns whether the host has stopped reading.
    fn gives_up(&mut self) -> bool {
        self.waits = self.waits.saturating_add(1);
        self.waits > ATTEMPTS
    }

    /// Notes the number of bytes to or from the host.
    fn heard(&mut self, count: usize) -> usize {
        if count > 0 {
            self.waits = 0;
        }
        count
    }
}

impl<P: Port, const ATTEMPTS: u32> Port for Patient<P, ATTEMPTS> {
    fn take(&mut self, to: &mut [u8]) -> usize {
        let count = self.port.take(to);
        self.heard(count)
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        match self.port.give(bytes) {
            0 if self.gives_up() => bytes.len(),
            count => self.heard(count),
        }
    }

    fn sent(&mut self) -> bool {
        self.port.sent() || self.gives_up()
    }

    fn set_baud(&mut self, baud: u32) -> bool {
        self.port.set_baud(baud)
    }
}
