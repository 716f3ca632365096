//! A stand-in for the device loop: sends every byte back.

use embedded_io::{Read, Write};

/// What a counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// There is no counter.
    Nothing,
    /// Executed instructions.
    Instructions,
    /// Clock cycles.
    Cycles,
}

/// What the loop needs of the hardware beside the link.
pub trait Board {
    /// Name.
    const NAME: &'static str;
    /// What `count` counts.
    const UNIT: Unit;
    /// Frames that may be under way.
    const CREDITS: u8;
    /// The counter; it wraps.
    fn count(&mut self) -> u32;
    /// Feeds the watchdog.
    fn feed(&mut self);
    /// Starts again.
    fn reset(&mut self);
}

/// Nothing is kept.
pub struct NoStore;

/// The link's buffers.
pub struct Buffers([u8; 64]);

impl Buffers {
    /// Empty ones.
    pub const fn new() -> Self {
        Self([0; 64])
    }
}

/// Why it ended.
pub enum Ended {
    /// The link is gone.
    Link,
}

/// Sends every byte back. `0x18` starts the board again.
pub fn run<L: Read + Write, B: Board, K, S>(
    mut link: L,
    mut board: B,
    _: K,
    _: S,
    _: &mut [u8],
    buffers: &mut Buffers,
) -> Ended {
    loop {
        board.feed();
        let Ok(count) = link.read(&mut buffers.0) else { return Ended::Link };
        let bytes = buffers.0.get(..count).unwrap_or_default();
        if bytes.contains(&0x18) {
            board.reset();
        }
        if bytes.contains(&b'#') {
            let _ = link.write_all(&board.count().to_le_bytes());
        }
        if link.write_all(bytes).is_err() {
            return Ended::Link;
        }
    }
}
