//! Bytes to a device and back, whatever carries them.

use std::io;
use std::time::{Duration, Instant};

/// A byte link to a device.
pub trait Transport: Send {
    /// Sends all of it.
    ///
    /// # Errors
    /// If the link is gone.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits for bytes, at most for `patience`. Returns how many came; 0 if none did.
    ///
    /// # Errors
    /// If the link is gone.
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize>;
    /// How long an answer may take that needs no work, at least.
    fn delay(&self) -> Duration;
    /// The clock that patience is measured with: a simulated line has its own.
    fn now(&self) -> Instant {
        Instant::now()
    }
    /// Bits per second; none where the link has no speed of its own.
    fn baud(&self) -> Option<u32> {
        None
    }
    /// Takes up another speed once all that was sent has left.
    ///
    /// # Errors
    /// If the link is gone, or does not have this speed.
    fn set_baud(&mut self, _baud: u32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// How long it is worth to wait for a link that broke; none if it cannot come back.
    fn comes_back_within(&self) -> Option<Duration> {
        None
    }
    /// Opens a link that broke once more, and waits for it so long.
    ///
    /// # Errors
    /// If it is still gone, or cannot come back.
    fn reopen(&mut self, _patience: Duration) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A read that ran out of time is no error.
pub(super) fn timed(read: io::Result<usize>) -> io::Result<usize> {
    match read {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
            ) =>
        {
            Ok(0)
        }
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        other => other,
    }
}
