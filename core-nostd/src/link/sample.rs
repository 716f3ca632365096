//! Samples on the wire: a target, and the values in the shortest form that loses nothing.
//!
//! ```text
//! packed = class (1) | form (1; 128 more: there is a class, 64 more: it is not the sample's, both: yes, it is) | length of the values (2) | values
//! bytes    one byte per line
//! bits     one bit per line, the lowest first: 1 is 255
//! runs     { silent lines (1) | lines with an event (1) | their magnitudes }; lines behind the last run are silent
//! coded    lines in a row of a picture (1) | what `coded` writes; only for a device whose facts name it
//!
//! tick = 0: held | 1, packed
//! ```

use super::coded;
use crate::net::Target;

/// How the values of a sample are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// A byte per line.
    Bytes,
    /// A bit per line: all values are 0 or 255.
    Bits,
    /// Events: runs of lines with a value.
    Runs,
    /// Each line by what is beside it.
    Coded,
}

/// The forms that a device reads besides bytes, bits and runs, a bit each ([`super::Facts::forms`]).
pub const CODED: u8 = 1;
/// Those that [`unpack`] was built with.
pub const FORMS: u8 = if cfg!(feature = "coded") { CODED } else { 0 };

const HEADER: usize = 4;
const HAS_CLASS: u8 = 128;
const JUDGED: u8 = 64;
const MOST: usize = 255;

/// A sample as it stands in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed<'a> {
    /// What is taught.
    pub target: Target,
    packing: Packing,
    values: &'a [u8],
}

/// Bytes of the values in a form; `None` if it cannot hold them.
fn length(values: &[u8], packing: Packing) -> Option<usize> {
    match packing {
        Packing::Bytes => Some(values.len()),
        Packing::Bits => values.iter().all(|&v| v == 0 || v == MAX).then(|| values.len().div_ceil(8)),
        Packing::Runs => {
            let mut sum: usize = 0;
            runs(values, &mut |_, magnitudes| {
                sum = sum.saturating_add(magnitudes.len()).saturating_add(2);
            });
            Some(sum)
        }
        Packing::Coded => Some(coded::encode(values, stride(values), &mut []).saturating_add(1)),
    }
}

/// Lines in a row, if they are those of a square picture; 0: of none. Any would do, and this one needs few bytes.
fn stride(values: &[u8]) -> u8 {
    let side = values.len().isqrt();
    if side.saturating_mul(side) == values.len() { u8::try_from(side).unwrap_or(0) } else { 0 }
}

const MAX: u8 = 255;

/// Calls `f` with silent lines and the magnitudes behind them, run by run.
fn runs<'a>(values: &'a [u8], f: &mut dyn FnMut(u8, &'a [u8])) {
    let mut rest = values;
    while let Some(first) = rest.iter().position(|&v| v != 0) {
        let mut silent = first;
        while silent > MOST {
            f(MAX, &[]);
            silent = silent.saturating_sub(MOST);
        }
        let (_, events) = rest.split_at_checked(first).unwrap_or_default();
        let end = events.iter().position(|&v| v == 0).unwrap_or(events.len()).min(MOST);
        let (run, behind) = events.split_at_checked(end).unwrap_or_default();
        f(byte(silent), run);
        rest = behind;
    }
}

fn byte(x: usize) -> u8 {
    u8::try_from(x).unwrap_or(MAX)
}

/// The shortest form of a sample, among those that everybody reads and these more, and the bytes of its values.
fn shortest(values: &[u8], more: u8) -> (Packing, usize) {
    let forms = [Packing::Bits, Packing::Runs, Packing::Bytes, Packing::Coded];
    let known = if more & CODED != 0 { 4 } else { 3 };
    let sized = forms.into_iter().take(known).filter_map(|form| Some((form, length(values, form)?)));
    sized.min_by_key(|&(_, length)| length).unwrap_or((Packing::Bytes, values.len()))
}

/// Bytes that [`pack`] writes.
pub fn packed_bytes(values: &[u8]) -> usize {
    packed_bytes_as(0, values)
}

/// Bytes that [`pack_as`] writes.
pub fn packed_bytes_as(forms: u8, values: &[u8]) -> usize {
    shortest(values, forms).1.saturating_add(HEADER)
}

/// Writes a sample into the front of `out`, in a form that every device reads: the bytes used, or `None` if it does not fit.
pub fn pack(target: Target, values: &[u8], out: &mut [u8]) -> Option<usize> {
    pack_as(0, target, values, out)
}

/// The same for a device that reads the forms `forms`, too ([`CODED`]).
pub fn pack_as(forms: u8, target: Target, values: &[u8], out: &mut [u8]) -> Option<usize> {
    let (packing, length) = shortest(values, forms);
    let end = length.checked_add(HEADER)?;
    let (header, body) = out.get_mut(..end)?.split_at_mut_checked(HEADER)?;
    let (class, known) = match target {
        Target::Class(class) => (class, HAS_CLASS),
        Target::Right(class) => (class, HAS_CLASS | JUDGED),
        Target::Wrong(class) => (class, JUDGED),
        Target::Unknown => (0, 0),
    };
    let form = match packing {
        Packing::Bytes => 0,
        Packing::Bits => 1,
        Packing::Runs => 2,
        Packing::Coded => 3,
    };
    let form = form | known;
    let [low, high] = u16::try_from(length).ok()?.to_le_bytes();
    header.iter_mut().zip([class, form, low, high]).for_each(|(to, from)| *to = from);
    if let (Packing::Coded, Some((row, body))) = (packing, body.split_first_mut()) {
        *row = stride(values);
        coded::encode(values, *row, body);
        return Some(end);
    }
    let mut slots = body.iter_mut();
    let mut put = |byte: u8| {
        if let Some(slot) = slots.next() {
            *slot = byte;
        }
    };
    match packing {
        Packing::Bytes => values.iter().for_each(|&v| put(v)),
        Packing::Bits => {
            for lines in values.chunks(8) {
                put(lines.iter().rev().fold(0, |byte: u8, &v| byte << 1 | u8::from(v != 0)));
            }
        }
        Packing::Runs => runs(values, &mut |silent, magnitudes| {
            put(silent);
            put(byte(magnitudes.len()));
            magnitudes.iter().for_each(|&m| put(m));
        }),
        Packing::Coded => {}
    }
    Some(end)
}

/// Takes a sample off the front of `bytes`; `None` if there is none.
pub fn unpack<'a>(bytes: &mut &'a [u8]) -> Option<Packed<'a>> {
    let (&[class, form, low, high], rest) = bytes.split_first_chunk::<HEADER>()?;
    let packing = match form & !(HAS_CLASS | JUDGED) {
        0 => Packing::Bytes,
        1 => Packing::Bits,
        2 => Packing::Runs,
        3 if cfg!(feature = "coded") => Packing::Coded,
        _ => return None,
    };
    let (values, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([low, high])))?;
    *bytes = rest;
    let target = match (form & HAS_CLASS != 0, form & JUDGED != 0) {
        (false, false) => Target::Unknown,
        (true, false) => Target::Class(class),
        (true, true) => Target::Right(class),
        (false, true) => Target::Wrong(class),
    };
    Some(Packed { target, packing, values })
}

impl Packed<'_> {
    /// Writes the values, one per line. `false`, and `out` is not to be used, if they are not as many as `out` is long.
    pub fn expand(&self, out: &mut [u8]) -> bool {
        match self.packing {
            Packing::Bytes => {
                out.iter_mut().zip(self.values).for_each(|(to, &from)| *to = from);
                out.len() == self.values.len()
            }
            Packing::Bits => {
                for (lines, &byte) in out.chunks_mut(8).zip(self.values) {
                    for (bit, line) in lines.iter_mut().enumerate() {
                        *line = if byte >> bit & 1 == 1 { MAX } else { 0 };
                    }
                }
                let spare = out.len().div_ceil(8).saturating_mul(8).saturating_sub(out.len());
                let last = self.values.last().copied().unwrap_or(0);
                self.values.len() == out.len().div_ceil(8) && last.leading_zeros() >= length_of(spare)
            }
            Packing::Runs => {
                out.fill(0);
                let mut values = self.values;
                let mut lines = &mut *out;
                while let Some((&[silent, events], rest)) = values.split_first_chunk::<2>() {
                    let Some((run, rest)) = rest.split_at_checked(usize::from(events)) else { return false };
                    let Some((_, behind)) = lines.split_at_mut_checked(usize::from(silent)) else {
                        return false;
                    };
                    let Some((here, behind)) = behind.split_at_mut_checked(run.len()) else { return false };
                    here.iter_mut().zip(run).for_each(|(to, &from)| *to = from);
                    (values, lines) = (rest, behind);
                }
                values.is_empty()
            }
            Packing::Coded => match self.values.split_first() {
                Some((&row, bytes)) if cfg!(feature = "coded") => coded::decode(bytes, row, out),
                _ => false,
            },
        }
    }
}

/// Writes what reaches the input in one tick into the front of `out`: the bytes used, or `None` if it does not fit. Without
/// `values` the input is held.
pub fn pack_tick(forms: u8, values: Option<&[u8]>, out: &mut [u8]) -> Option<usize> {
    let (first, rest) = out.split_first_mut()?;
    *first = u8::from(values.is_some());
    let packed = values.map_or(Some(0), |values| pack_as(forms, Target::Unknown, values, rest))?;
    packed.checked_add(1)
}

/// Takes a tick off the front of `bytes`: `Some(None)` if it holds the input; `None` if there is none.
pub fn unpack_tick<'a>(bytes: &mut &'a [u8]) -> Option<Option<Packed<'a>>> {
    let (&first, rest) = bytes.split_first()?;
    *bytes = rest;
    match first {
        0 => Some(None),
        1 => unpack(bytes).map(Some),
        _ => None,
    }
}

fn length_of(x: usize) -> u32 {
    u32::try_from(x).unwrap_or(u32::MAX)
}
