//! Frames in pieces, for a link that damages more than one frame in two. `docs/LINK.md`, section 9.
//!
//! ```text
//! piece            = 1 + 3 number + c % 3 | up to 18 bytes of a frame | 1 + c / 3 % 255 | 00
//! acknowledgement  = c1 | 1 + first | 1 + seven bits, one for each later piece received, as often as needed | three digits of c | 00
//! ```
//!
//! `c` is the CRC-32C of the values of the other bytes; its digits are 1 + c % 255, 1 + c / 255 % 255, 1 + c / 65025 % 255. A frame has no zeros
//! except its end, so a piece has none. A piece with fewer than 18 bytes ends its frame.

use crc::{CRC_32_ISCSI, Crc};

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
/// Most bytes of a frame in a piece. With three bytes of overhead this has the highest throughput at 1 % damaged bytes.
pub const DATA: usize = 18;
/// Most pieces in flight: 32 pieces last 58 ms at 115,200 baud.
pub const WINDOW: u8 = 32;
/// Modulus of their numbers.
pub const NUMBERS: u8 = 64;
/// Bytes of the longest piece, without its end.
pub const LONGEST: usize = DATA + 2;
/// Bytes of the longest acknowledgement, with its end.
pub const ACK: usize = 11;
const ACK_MARK: u8 = 0xc1;
/// Bytes kept of input that is no piece: enough for a short frame such as a hello.
const SEGMENT: usize = 24;

fn check(number: u8, data: &[u8]) -> u32 {
    let mut digest = CRC.digest();
    digest.update(&[number]);
    digest.update(data);
    digest.finalize()
}

/// Writes a piece with its end; its length.
pub fn piece(number: u8, data: &[u8], out: &mut [u8; LONGEST + 1]) -> usize {
    let c = check(number, data);
    out[0] = 1 + 3 * number + (c % 3) as u8;
    out[1..=data.len()].copy_from_slice(data);
    out[data.len() + 1] = 1 + (c / 3 % 255) as u8;
    out[data.len() + 2] = 0;
    data.len() + 3
}

/// The number and the bytes of a piece, without its end.
pub fn opened(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (&head, rest) = bytes.split_first()?;
    let (&last, data) = rest.split_last()?;
    let number = head.wrapping_sub(1) / 3;
    if head == 0 || number >= NUMBERS || data.len() > DATA {
        return None;
    }
    let c = check(number, data);
    ((head - 1) % 3 == (c % 3) as u8 && last == 1 + (c / 3 % 255) as u8).then_some((number, data))
}

/// Writes an acknowledgement: all pieces before `first` were received, and bit `i` says the same of `first + i`. Returns its length with the end.
fn acknowledge(first: u8, have: u32, out: &mut [u8; ACK]) -> usize {
    (out[0], out[1]) = (ACK_MARK, 1 + first);
    let (mut rest, mut len) = (have, 2);
    while rest != 0 {
        out[len] = 1 + (rest & 0x7f) as u8;
        (rest, len) = (rest >> 7, len + 1);
    }
    let digits = digits(&out[..len]);
    out[len..len + 3].copy_from_slice(&digits);
    out[len + 3] = 0;
    len + 4
}

/// A damaged piece that passes its check is found by the frame's CRC; an acknowledgement has no other check, so it has three digits.
fn digits(bytes: &[u8]) -> [u8; 3] {
    let c = CRC.checksum(bytes);
    [1, 255, 65_025].map(|unit| 1 + (c / unit % 255) as u8)
}

/// Parses an acknowledgement, without its end.
pub fn acknowledged(bytes: &[u8]) -> Option<(u8, u32)> {
    let (said, check) = bytes.split_last_chunk::<3>()?;
    let (&[ACK_MARK, first], groups) = said.split_first_chunk::<2>()? else { return None };
    if groups.len() > 5 || first == 0 || first > NUMBERS || *check != digits(said) {
        return None;
    }
    let bits =
        groups.iter().rev().fold(0_u64, |bits, &group| bits << 7 | u64::from(group.wrapping_sub(1) & 0x7f));
    Some((first - 1, bits as u32))
}

/// Result of a byte of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// Nothing yet.
    Nothing,
    /// The end of a piece, intact or damaged, which requires an acknowledgement. Whether it was intact.
    Piece(bool),
    /// A frame without pieces: the other end does not use them.
    Frame,
}

/// The receiving end.
#[derive(Debug)]
pub struct Pieces {
    on: bool,
    data: [[u8; DATA]; WINDOW as usize],
    len: [u8; WINDOW as usize],
    /// The piece to read next, the bytes already read of it, and the mask of received pieces from it on.
    first: u8,
    read: u8,
    have: u32,
    segment: [u8; SEGMENT],
    filled: u8,
    /// Read position in a frame received without pieces, which is read first.
    frame: Option<u8>,
}

impl Default for Pieces {
    fn default() -> Self {
        Self::new()
    }
}

impl Pieces {
    /// No pieces yet: whole frames.
    pub const fn new() -> Self {
        let (data, len) = ([[0; DATA]; WINDOW as usize], [0; WINDOW as usize]);
        Self {
            on: false,
            data,
            len,
            first: 0,
            read: 0,
            have: 0,
            segment: [0; SEGMENT],
            filled: 0,
            frame: None,
        }
    }

    /// Whether frames come in pieces.
    pub fn is_on(&self) -> bool {
        cfg!(feature = "pieces") && self.on
    }

    /// Switches pieces on, starting at number 0, or off.
    pub fn set(&mut self, on: bool) {
        (self.on, self.first, self.read, self.have, self.filled, self.frame) = (on, 0, 0, 0, 0, None);
    }

    /// The next byte of a frame, if it was received.
    pub fn take(&mut self) -> Option<u8> {
        if !cfg!(feature = "pieces") {
            return None;
        }
        if let Some(at) = self.frame {
            let byte = match usize::from(at) {
                // An end first, which terminates a frame that was begun.
                0 => Some(0),
                at => self.segment.get(at - 1).copied().filter(|_| at <= usize::from(self.filled)),
            };
            match byte {
                Some(_) => self.frame = Some(at + 1),
                None => (self.frame, self.filled) = (None, 0),
            }
            return Some(byte.unwrap_or(0));
        }
        while self.have & 1 == 1 {
            let slot = usize::from(self.first % WINDOW);
            let (len, read) = (self.len[slot], self.read);
            if read < len {
                self.read += 1;
                return Some(self.data[slot][usize::from(read)]);
            }
            (self.first, self.read, self.have) = ((self.first + 1) % NUMBERS, 0, self.have >> 1);
            if usize::from(len) < DATA {
                return Some(0);
            }
        }
        None
    }

    /// Takes a byte of the link.
    pub fn push(&mut self, byte: u8) -> Came {
        if byte != 0 {
            if let Some(slot) = self.segment.get_mut(usize::from(self.filled)) {
                *slot = byte;
            }
            self.filled = self.filled.saturating_add(1);
            return Came::Nothing;
        }
        let len = usize::from(self.filled);
        if len == 0 {
            return Came::Nothing;
        }
        let Some(bytes) = self.segment.get(..len) else {
            self.filled = 0;
            return Came::Piece(false);
        };
        let Some((number, data)) = opened(bytes) else {
            let mut frame = self.segment;
            if hebbit_core::link::open(&mut frame[..len]).is_ok() {
                (self.on, self.have, self.frame) = (false, 0, Some(0));
                return Came::Frame;
            }
            self.filled = 0;
            return Came::Piece(false);
        };
        let ahead = number.wrapping_sub(self.first) % NUMBERS;
        if ahead < WINDOW && self.have >> ahead & 1 == 0 {
            let slot = usize::from(number % WINDOW);
            self.data[slot][..data.len()].copy_from_slice(data);
            self.len[slot] = data.len() as u8;
            self.have |= 1 << ahead;
        }
        self.filled = 0;
        Came::Piece(true)
    }

    /// Writes an acknowledgement of the received pieces; returns its length with the end.
    pub fn acknowledgement(&self, out: &mut [u8; ACK]) -> usize {
        acknowledge(self.first, self.have, out)
    }
}

const _: () = assert!(WINDOW as u32 == u32::BITS && NUMBERS == 2 * WINDOW && NUMBERS.is_power_of_two());

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn made(number: u8, data: &[u8]) -> Vec<u8> {
        let mut out = [0; LONGEST + 1];
        let len = piece(number, data, &mut out);
        out[..len].to_vec()
    }

    fn heard(pieces: &mut Pieces, bytes: &[u8]) -> Vec<Came> {
        bytes.iter().map(|&byte| pieces.push(byte)).filter(|came| *came != Came::Nothing).collect()
    }

    #[test]
    fn a_piece_comes_as_it_was_and_no_changed_one_often() {
        let (mut passed, mut all) = (0, 0);
        for number in 0..NUMBERS {
            for len in 0..=DATA {
                let data: Vec<u8> =
                    (0..len).map(|i| 1 + (i * 37 + usize::from(number) * 11) as u8 % 255).collect();
                let bytes = made(number, &data);
                let (end, bytes) = bytes.split_last().expect("an end");
                assert!(*end == 0 && !bytes.contains(&0));
                assert_eq!(opened(bytes), Some((number, &data[..])));
                for at in 0..bytes.len() {
                    for change in [1, 0x80, 0x55] {
                        let mut changed = bytes.to_vec();
                        changed[at] ^= change;
                        (passed, all) = (passed + usize::from(opened(&changed).is_some()), all + 1);
                    }
                }
            }
        }
        // One in 765 damaged pieces passes; the frame's CRC finds it.
        assert!(passed * 400 < all, "{passed} of {all}");
    }

    #[test]
    fn an_acknowledgement_says_what_is_there() {
        for first in 0..NUMBERS {
            for have in [0, 1, 2, 0x80, 0x8000_0000, 0xffff_ffff, 0x1234_5678] {
                let mut out = [0; ACK];
                let len = acknowledge(first, have, &mut out);
                assert!(out[len - 1] == 0 && !out[..len - 1].contains(&0));
                assert_eq!(acknowledged(&out[..len - 1]), Some((first, have)));
            }
        }
    }

    /// Any order, any number of times: the bytes come once, in order.
    #[test]
    fn pieces_come_in_order() {
        let frame: Vec<u8> = (0..100).map(|i| 1 + i as u8).collect();
        let mut sent: Vec<Vec<u8>> = Vec::new();
        for (number, data) in (0..).zip(frame.chunks(DATA)) {
            sent.push(made(number, data));
        }
        let mut pieces = Pieces::new();
        pieces.set(true);
        for i in [3, 1, 1, 5, 0, 2, 0, 4] {
            assert_eq!(heard(&mut pieces, &sent[i]), [Came::Piece(true)]);
        }
        let got: Vec<u8> = core::iter::from_fn(|| pieces.take()).collect();
        assert_eq!(got, [&frame[..], &[0]].concat());
        // A frame whose last piece is full ends with an empty one.
        heard(&mut pieces, &[made(6, &frame[..DATA]), made(7, &[])].concat());
        let got: Vec<u8> = core::iter::from_fn(|| pieces.take()).collect();
        assert_eq!(got, [&frame[..DATA], &[0]].concat());
        // Pieces that were read already, or that are too far ahead, are dropped.
        heard(&mut pieces, &[made(7, &[9]), made(8 + WINDOW, &[9])].concat());
        assert_eq!((pieces.take(), pieces.first, pieces.have), (None, 8, 0));
    }

    #[test]
    fn a_whole_frame_ends_it() {
        let mut pieces = Pieces::new();
        pieces.set(true);
        let mut frame = [0; 24];
        let request = hebbit_core::link::Request::Hello { session: 9, protocol: 1 };
        let len = hebbit_core::link::seal(5, &request, &mut frame).expect("it fits");
        assert_eq!(
            heard(&mut pieces, &[&[7; 40][..], &[0], &frame[..len]].concat()),
            [Came::Piece(false), Came::Frame]
        );
        assert!(!pieces.is_on());
        let got: Vec<u8> = core::iter::from_fn(|| pieces.take()).collect();
        assert_eq!(got, [&[0][..], &frame[..len]].concat());
        assert_eq!(pieces.take(), None);
    }
}
