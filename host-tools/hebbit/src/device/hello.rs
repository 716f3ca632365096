//! What a device says of itself, made harmless where it comes in.

use hebbit_core::link::{About, MAX_MESSAGE, Unit};

/// Bytes of a message with which a link begins that is not known yet, and which every device takes. At 1 % noise one in four gets through.
pub(super) const FIRST_MESSAGE: usize = 128;
/// Most frames under way: a device keeps so many answers.
const MOST_CREDITS: u8 = 4;
/// Characters of a name: more than any has.
pub(super) const NAME: usize = 64;

/// A text from a device, for people: at most so many characters of it, and control characters are escaped, so that it moves no cursor
/// and makes no line.
pub fn said(text: &str, most: usize) -> String {
    let mut shown = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == most {
            shown.push('…');
            break;
        }
        match c {
            '\'' | '"' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    shown
}

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// The board.
    pub board: String,
    /// Version of its core.
    pub core: String,
    /// Bytes for a checkpoint and its state.
    pub memory: u32,
    /// Bytes of a checkpoint that can be persisted; 0: none.
    pub slot: u32,
    /// Most bytes of a message.
    pub message: usize,
    /// Frames that may be under way.
    pub credits: usize,
    /// What costs count.
    pub unit: Unit,
    /// Most layers of a network, and as many projections and feedbacks.
    pub layers: usize,
    /// Whether it has a network.
    pub network: bool,
}

impl From<About<'_>> for Hello {
    fn from(about: About<'_>) -> Self {
        Self {
            board: said(about.board, NAME),
            core: said(about.core, NAME),
            memory: about.memory,
            slot: about.slot,
            // More than this program's frames hold is of no use; less than every device takes is no device.
            message: usize::from(about.message).clamp(FIRST_MESSAGE, MAX_MESSAGE),
            credits: usize::from(about.credits.clamp(1, MOST_CREDITS)),
            unit: about.unit,
            layers: usize::from(about.layers),
            network: about.network,
        }
    }
}

impl Hello {
    /// Of a device that has not been heard yet.
    pub(super) fn unknown() -> Self {
        Self {
            board: String::new(),
            core: String::new(),
            memory: 0,
            slot: 0,
            message: 0,
            credits: 1,
            unit: Unit::Nothing,
            layers: 0,
            network: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about<'a>(board: &'a str, core: &'a str, message: u16, credits: u8) -> About<'a> {
        let (memory, slot, unit, layers, network) = (1, 0, Unit::Nothing, 16, false);
        About { board, core, memory, slot, message, credits, unit, layers, network }
    }

    #[test]
    fn what_a_device_says_is_bounded_and_escaped() {
        let hello = Hello::from(about("a\x1b[2J\r\nb\u{202e}c", &"x".repeat(900), 60_000, 255));
        assert_eq!(hello.board, "a\\u{1b}[2J\\r\\nb\\u{202e}c");
        assert_eq!(hello.core, format!("{}…", "x".repeat(64)));
        assert_eq!((hello.message, hello.credits), (1024, 4));
        let hello = Hello::from(about("Bob's \"µ\" board", "1", 0, 0));
        assert_eq!(hello.board, "Bob's \"µ\" board");
        assert_eq!((hello.message, hello.credits), (128, 1));
    }
}
