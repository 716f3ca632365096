//! Lines coded by what is beside them: a binary range coder (Martin 1979) whose chances follow what came (`docs/LINK.md`, 6.1).
//!
//! One walk over the lines is both directions: a coder is asked for each bit, an encoder knows it and a decoder finds it out.

/// Chances of a bit: is a line silent (27 places), the upper three bits of its magnitude (9 places, a node for each prefix), the lower five
/// of magnitudes from 224 on (a node for each prefix).
const CHANCES: usize = 131;
const UPPER_AT: usize = 27;
const LOWER_AT: usize = 99;
/// From here on a magnitude is as good as the largest: its upper three bits are set.
const LARGE: u8 = 224;
const UPPER_BITS: u32 = 3;
const LOWER_BITS: u32 = 5;
const LOWER: u8 = 31;
/// Below this range a byte leaves, or comes.
const LEAST: u32 = 1 << 24;
const CHANCE_BITS: u32 = 12;
/// Times after which a chance follows no faster.
const SEEN: u16 = 4;
/// Chances of silence, in 4096ths, with so many of three neighbours that are not; the first is more certain than the others.
const SILENT: [u16; 4] = [4000, 2600, 1200, 600];
/// How many of the three levels of a place are not 0.
const LOUD: [u8; UPPER_AT] =
    [0, 1, 1, 1, 2, 2, 1, 2, 2, 1, 2, 2, 2, 3, 3, 2, 3, 3, 1, 2, 2, 2, 3, 3, 2, 3, 3];

/// Chance of a 0, in 4096ths, and in the lower four bits how often it was seen, at most [`SEEN`].
#[derive(Clone, Copy)]
struct Chance(u16);

impl Chance {
    const EVEN: Self = Self(2048 << 4);

    #[inline(always)]
    fn zero(self) -> u32 {
        u32::from(self.0 >> 4)
    }

    /// Half of the way to what came at first, a sixteenth of it later: it stays within 15..=4081.
    #[inline(always)]
    fn saw(&mut self, bit: bool) {
        let (zero, seen) = (self.0 >> 4, (self.0 & 15).saturating_add(1).min(SEEN));
        let zero = match bit {
            true => zero.saturating_sub(zero >> seen),
            false => zero.saturating_add(4096_u16.saturating_sub(zero) >> seen),
        };
        self.0 = zero << 4 | seen;
    }
}

/// Either end.
trait Bits {
    /// A bit with a chance: an encoder is given it, a decoder gives it.
    fn bit(&mut self, zero: u32, bit: bool) -> bool;
    /// So many bits at once that are as likely 0 as 1.
    fn even(&mut self, bits: u32, value: u8) -> u8;
}

/// Values by line.
trait Lines {
    fn at(&self, line: usize) -> u8;
    fn put(&mut self, line: usize, value: u8);
}

impl Lines for &[u8] {
    #[inline(always)]
    fn at(&self, line: usize) -> u8 {
        self.get(line).copied().unwrap_or(0)
    }
    fn put(&mut self, _: usize, _: u8) {}
}

impl Lines for &mut [u8] {
    #[inline(always)]
    fn at(&self, line: usize) -> u8 {
        self.get(line).copied().unwrap_or(0)
    }
    fn put(&mut self, line: usize, value: u8) {
        if let Some(slot) = self.get_mut(line) {
            *slot = value;
        }
    }
}

/// What is known while the lines are walked along.
struct Walk<B> {
    bits: B,
    chances: [Chance; CHANCES],
}

impl<B: Bits> Walk<B> {
    #[inline(always)]
    fn bit(&mut self, chance: usize, bit: bool) -> bool {
        let Some(chance) = self.chances.get_mut(chance) else { return false };
        let bit = self.bits.bit(chance.zero(), bit);
        chance.saw(bit);
        bit
    }

    /// So many bits, the highest first, each with a chance of its own for what came before it.
    #[inline(never)]
    fn tree(&mut self, chances: usize, bits: u32, value: u8) -> u8 {
        let mut node = 1_u8;
        for bit in (0..bits).rev() {
            let came = self.bit(chances.saturating_add(usize::from(node)), value >> bit & 1 == 1);
            node = node << 1 | u8::from(came);
        }
        // Without the 1 in front of them.
        node & !(1 << bits)
    }

    #[inline(always)]
    fn lines(&mut self, mut lines: impl Lines, count: usize, stride: usize) {
        for (chance, &loud) in self.chances.iter_mut().zip(&LOUD) {
            let seen = if loud == 0 { SEEN.saturating_sub(1) } else { 0 };
            *chance = Chance(SILENT.get(usize::from(loud)).map_or(Chance::EVEN.0, |zero| zero << 4 | seen));
        }
        // What is a row back and one on is a row back for the next line.
        let (mut before, mut back) = (0, 0);
        for line in 0..count {
            let beside = level(before).saturating_mul(3).saturating_add(back);
            back = match line.saturating_add(1).checked_sub(stride).filter(|_| stride > 1) {
                Some(at) => level(lines.at(at)),
                None => 0,
            };
            let place = beside.saturating_mul(3).saturating_add(back);
            let value = lines.at(line);
            if !self.bit(place, value != 0) {
                before = 0;
                lines.put(line, before);
                continue;
            }
            let upper =
                self.tree(UPPER_AT.saturating_add(beside.saturating_mul(8)), UPPER_BITS, value >> LOWER_BITS);
            let lower = match upper << LOWER_BITS {
                LARGE => self.tree(LOWER_AT, LOWER_BITS, value),
                _ => self.bits.even(LOWER_BITS, value & LOWER),
            };
            before = upper << LOWER_BITS | lower;
            lines.put(line, before);
        }
    }
}

/// Silent, loud, as good as the largest.
#[inline(always)]
fn level(value: u8) -> usize {
    match value {
        0 => 0,
        LARGE.. => 2,
        _ => 1,
    }
}

/// The coder as it is behind the last line.
#[inline(always)]
fn walk<B: Bits>(bits: B, lines: impl Lines, count: usize, stride: usize) -> B {
    let mut walk = Walk { bits, chances: [Chance::EVEN; CHANCES] };
    walk.lines(lines, count, stride);
    walk.bits
}

/// The sending end. What has no room in `out` is counted only.
struct Encoder<'o> {
    out: &'o mut [u8],
    len: usize,
    low: u32,
    range: u32,
}

impl Encoder<'_> {
    fn add(&mut self, bound: u32) {
        let (low, carry) = self.low.overflowing_add(bound);
        self.low = low;
        let written = self.out.get_mut(..self.len).unwrap_or_default();
        // The sum is below 1: a carry ends at a byte that is there.
        for byte in written.iter_mut().rev().take(if carry { usize::MAX } else { 0 }) {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }

    fn narrow(&mut self) {
        while self.range < LEAST {
            self.byte();
            self.range <<= 8;
        }
    }

    fn byte(&mut self) {
        let [byte, ..] = self.low.to_be_bytes();
        if let Some(slot) = self.out.get_mut(self.len) {
            *slot = byte;
        }
        self.len = self.len.saturating_add(1);
        self.low <<= 8;
    }
}

impl Bits for Encoder<'_> {
    fn bit(&mut self, zero: u32, bit: bool) -> bool {
        let bound = (self.range >> CHANCE_BITS).wrapping_mul(zero);
        if bit {
            self.add(bound);
            self.range = self.range.wrapping_sub(bound);
        } else {
            self.range = bound;
        }
        self.narrow();
        bit
    }
    fn even(&mut self, bits: u32, value: u8) -> u8 {
        self.range >>= bits;
        self.add(self.range.wrapping_mul(value.into()));
        self.narrow();
        value
    }
}

/// Writes the lines into the front of `out`: the bytes needed; `out` is not to be used if it has fewer.
pub(super) fn encode(lines: &[u8], stride: u8, out: &mut [u8]) -> usize {
    let mut encoder = Encoder { out, len: 0, low: 0, range: u32::MAX };
    encoder = walk(encoder, lines, lines.len(), stride.into());
    // Of all values in the range the one with the fewest bytes: all but the first are 0.
    encoder.add(LEAST.wrapping_sub(1));
    encoder.byte();
    encoder.len
}

/// The receiving end. Bytes behind the last one are 0.
struct Decoder<'i> {
    rest: core::slice::Iter<'i, u8>,
    /// Bytes that the sender had written when it was here.
    written: usize,
    code: u32,
    range: u32,
}

impl Decoder<'_> {
    #[inline(always)]
    fn narrow(&mut self) {
        while self.range < LEAST {
            self.byte();
            self.range <<= 8;
            self.written = self.written.wrapping_add(1);
        }
    }

    #[inline(always)]
    fn byte(&mut self) {
        self.code = self.code << 8 | u32::from(self.rest.next().copied().unwrap_or(0));
    }
}

impl Bits for Decoder<'_> {
    #[inline(always)]
    fn bit(&mut self, zero: u32, _: bool) -> bool {
        let bound = (self.range >> CHANCE_BITS).wrapping_mul(zero);
        let bit = self.code >= bound;
        if bit {
            self.code = self.code.wrapping_sub(bound);
            self.range = self.range.wrapping_sub(bound);
        } else {
            self.range = bound;
        }
        self.narrow();
        bit
    }
    #[inline(always)]
    fn even(&mut self, bits: u32, _: u8) -> u8 {
        self.range >>= bits;
        let value = self.code.checked_div(self.range).unwrap_or(0).min(LOWER.into());
        self.code = self.code.wrapping_sub(self.range.wrapping_mul(value));
        self.narrow();
        u8::try_from(value).unwrap_or(LOWER)
    }
}

/// Reads lines into all of `out`. Whether the bytes were as many as such lines need; else `out` is not to be used.
#[inline(never)]
pub(super) fn decode(bytes: &[u8], stride: u8, out: &mut [u8]) -> bool {
    let mut decoder = Decoder { rest: bytes.iter(), written: 1, code: 0, range: u32::MAX };
    (0..4).for_each(|_| decoder.byte());
    let count = out.len();
    decoder = walk(decoder, out, count, stride.into());
    decoder.written == bytes.len()
}
