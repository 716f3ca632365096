//! A polled serial port as an `embedded_io` stream.

use core::convert::Infallible;
use embedded_io::{ErrorType, Read, ReadReady, Write};
use hebbit_app::Link;

/// The registers of a serial port, one byte at a time. A byte that is lost is found by the link's checksum.
pub trait Port {
    /// A byte that has arrived.
    fn take(&mut self) -> Option<u8>;
    /// Sends a byte if there is room for it.
    fn give(&mut self, byte: u8) -> bool;
}

/// A stream over a port.
pub struct Serial<P> {
    port: P,
    /// A byte that was taken to see whether there is one.
    next: Option<u8>,
}

impl<P: Port> Serial<P> {
    /// A stream over `port`.
    pub const fn new(port: P) -> Self {
        Self { port, next: None }
    }

    fn take(&mut self) -> Option<u8> {
        self.next.take().or_else(|| self.port.take())
    }
}

impl<P> ErrorType for Serial<P> {
    type Error = Infallible;
}

impl<P: Port> Read for Serial<P> {
    /// Waits for a byte, then takes what else is there.
    fn read(&mut self, to: &mut [u8]) -> Result<usize, Infallible> {
        let mut count = 0;
        for to in to {
            let mut byte = self.take();
            while byte.is_none() && count == 0 {
                byte = self.take();
            }
            let Some(byte) = byte else { break };
            *to = byte;
            count += 1;
        }
        Ok(count)
    }
}

impl<P: Port> Link for Serial<P> {}

impl<P: Port> ReadReady for Serial<P> {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        self.next = self.take();
        Ok(self.next.is_some())
    }
}

impl<P: Port> Write for Serial<P> {
    /// Waits until there is room for all of it.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for &byte in bytes {
            while !self.port.give(byte) {}
        }
        Ok(bytes.len())
    }

    /// What was written is on its way; no port here holds back bytes.
    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
