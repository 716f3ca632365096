//! The schema of a network: what the values of a sample and the classes mean, so that readings of a sensor become the bytes that the
//! network was trained on, and classes have names.
//!
//! ```text
//! level = floor( ((reading - offset) * multiplier + round) / 2^shift )
//! ```
//!
//! The arithmetic is section 10 of `docs/NUMBERS.md`, the bytes are section 9 of `docs/FORMAT.md`.

mod error;
mod write;

pub use error::SchemaError;
pub use write::SchemaParts;

use crate::num::{below_zero, byte, fixed_point, index, scaled};

/// Greatest number of dimensions of a sample.
pub const MAX_RANK: usize = 4;
/// Greatest number of lines, as many as an input layer can have.
pub const MAX_LINES: usize = 65_534;
/// Greatest number of names.
pub const MAX_NAMES: usize = 255;
/// Greatest length of a name in bytes.
pub const MAX_NAME_BYTES: usize = 48;
/// Greatest length of all names in bytes, each with the byte of its length.
pub const MAX_NAMES_BYTES: usize = 4096;
/// Bytes before the scales.
pub const HEAD_BYTES: usize = 16;

/// Most bytes of a schema for so many lines: a scale for each of them, and all names that there may be.
pub const fn most_bytes(lines: usize) -> usize {
    lines.saturating_mul(Scale::BYTES).saturating_add(HEAD_BYTES).saturating_add(MAX_NAMES_BYTES)
}

/// How a reading becomes a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Scale {
    /// Subtracted from a reading.
    pub offset: i32,
    /// Multiplies the difference.
    pub multiplier: u16,
    /// The product is divided by `2^shift` and rounded to the nearest, halves up; 0..=40.
    pub shift: u8,
    /// A reading is `floor(value * 2^fraction)` of the value that was measured; -64..=64, 0 for sensors that give integers.
    pub fraction: i8,
}

impl Scale {
    /// A reading is its level.
    pub const IDENTITY: Self = Self { offset: 0, multiplier: 1, shift: 0, fraction: 0 };
    /// Bytes of a stored one.
    pub const BYTES: usize = 8;

    /// `floor(((reading - offset) * multiplier + round) / 2^shift)`, `round = 2^(shift - 1)`, 0 for `shift = 0`; saturates.
    pub fn level(self, reading: i32) -> i32 {
        scaled(reading, self.offset, self.multiplier, self.shift)
    }

    /// `floor(value * 2^fraction)`, saturated: the reading of a value that is an integer.
    pub fn reading_of_int(self, value: i64) -> i32 {
        fixed_point(value, self.fraction)
    }

    fn read([a, b, c, d, e, f, shift, fraction]: [u8; 8]) -> Self {
        let (offset, multiplier) = (i32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f]));
        Self { offset, multiplier, shift, fraction: i8::from_le_bytes([fraction]) }
    }

    fn stored(self) -> [u8; 8] {
        let ([a, b, c, d], [e, f]) = (self.offset.to_le_bytes(), self.multiplier.to_le_bytes());
        let [fraction] = self.fraction.to_le_bytes();
        [a, b, c, d, e, f, self.shift, fraction]
    }

    fn valid(self) -> bool {
        self.shift <= 40 && (-64..=64).contains(&self.fraction)
    }
}

/// How levels stand on lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Lines {
    /// One line per value: a level 0..=255.
    Plain = 0,
    /// Two lines per value: first all positive parts, then all negative ones, each 0..=255.
    OnOff = 1,
}

impl Lines {
    /// Lines of so many values.
    pub const fn of(self, values: usize) -> usize {
        match self {
            Self::Plain => values,
            Self::OnOff => values.saturating_mul(2),
        }
    }
}

/// A checked view over the bytes of a schema, without a copy.
///
/// # Example
/// ```
/// use hebbit_core::schema::{Lines, Scale, Schema, SchemaParts};
/// // Two values of an ADC of 12 bits; two classes.
/// let scale = Scale { offset: 0, multiplier: 1, shift: 4, fraction: 0 };
/// let parts = SchemaParts { kind: Lines::Plain, shape: &[2], scales: &[scale], names: &["rest", "move"] };
/// let mut bytes = [0; 34];
/// parts.write(&mut bytes)?;
/// let schema = Schema::parse(&bytes)?;
/// let mut lines = [0; 2];
/// assert_eq!(schema.present(&[1000, 4095], &mut lines), Ok(1));
/// assert_eq!((lines, schema.class_name(1)), ([63, 255], Some("move")));
/// # Ok::<(), hebbit_core::schema::SchemaError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    kind: Lines,
    values: usize,
    dims: &'a [[u8; 2]],
    scales: &'a [[u8; 8]],
    classes: usize,
    names: &'a [u8],
}

impl<'a> Schema<'a> {
    /// Checks the bytes and looks at them.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, SchemaError> {
        let got = bytes.len();
        let short = SchemaError::TooShort { got };
        let (head, rest) = bytes.split_at_checked(HEAD_BYTES).ok_or(short)?;
        let (words, _) = head.as_chunks::<2>();
        let &[kind, rank, ref dims @ .., scales, classes] = words else { return Err(short) };
        let [kind, rank, scales, classes] = [kind, rank, scales, classes].map(u16::from_le_bytes).map(index);
        let kind = match kind {
            0 => Lines::Plain,
            1 => Lines::OnOff,
            _ => return Err(SchemaError::Kind),
        };
        let (dims, unused) = dims.split_at_checked(rank).ok_or(SchemaError::Shape)?;
        if unused.iter().any(|&dim| dim != [0; 2]) {
            return Err(SchemaError::Shape);
        }
        let values = values(kind, dims.iter().map(|&dim| u16::from_le_bytes(dim)))?;
        if scales != 1 && scales != values {
            return Err(SchemaError::Scales { want: values, got: scales });
        }
        let (scales, names) = rest.split_at_checked(scales.saturating_mul(Scale::BYTES)).ok_or(short)?;
        let (scales, _) = scales.as_chunks();
        if let Some(value) = scales.iter().position(|&scale| !Scale::read(scale).valid()) {
            return Err(SchemaError::Scale { value });
        }
        let schema = Self { kind, values, dims, scales, classes, names };
        schema.check_names()?;
        Ok(schema)
    }

    fn check_names(&self) -> Result<(), SchemaError> {
        if self.classes > MAX_NAMES || self.names.len() > MAX_NAMES_BYTES {
            return Err(SchemaError::Names { count: self.classes, bytes: self.names.len() });
        }
        let mut rest = self.names;
        for class in 0..self.classes {
            let name = split_name(&mut rest).filter(|name| proper(name));
            name.ok_or(SchemaError::Name { class })?;
        }
        if rest.is_empty() { Ok(()) } else { Err(SchemaError::Trailing { bytes: rest.len() }) }
    }

    /// Values of a sample, as they are measured.
    pub fn values(&self) -> usize {
        self.values
    }

    /// Bytes of a sample, as the network takes it.
    pub fn lines(&self) -> usize {
        self.kind.of(self.values)
    }

    /// How levels stand on lines.
    pub fn kind(&self) -> Lines {
        self.kind
    }

    /// The scale of a value; `None` beyond the last one.
    pub fn scale(&self, value: usize) -> Option<Scale> {
        if value >= self.values {
            return None;
        }
        let scale = match self.scales {
            [one] => Some(one),
            each => each.get(value),
        };
        scale.copied().map(Scale::read)
    }

    /// How many scales there are: one for all values, or one each.
    pub fn scales(&self) -> usize {
        self.scales.len()
    }

    /// Dimensions of a sample; their product is [`Schema::values`].
    pub fn shape(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.dims.iter().map(|&dim| index(u16::from_le_bytes(dim)))
    }

    /// How many classes have names; 0: they are called by their numbers.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The name of a class, if it has one.
    pub fn class_name(&self, class: usize) -> Option<&'a str> {
        let mut rest = self.names;
        for _ in 0..class {
            split_name(&mut rest)?;
        }
        split_name(&mut rest)
    }

    /// Puts a value's reading on its line, or its two lines, of `out`; says whether its level was clamped. `None` if there is no such
    /// value, or `out` does not have [`Schema::lines`] bytes.
    pub fn put(&self, value: usize, reading: i32, out: &mut [u8]) -> Option<bool> {
        if out.len() != self.lines() {
            return None;
        }
        let level = self.scale(value)?.level(reading);
        match self.kind {
            Lines::Plain => Some(put(out.get_mut(value)?, level)),
            Lines::OnOff => {
                let (on, off) = out.split_at_mut_checked(self.values)?;
                let (low, high) = (below_zero(level), level.max(0));
                Some(put(on.get_mut(value)?, high) | put(off.get_mut(value)?, low))
            }
        }
    }

    /// Puts a sample of readings on its lines. Returns how many were clamped.
    ///
    /// # Errors
    /// Too many or too few readings or lines; then `out` is not changed.
    pub fn present(&self, readings: &[i32], out: &mut [u8]) -> Result<usize, SchemaError> {
        if readings.len() != self.values {
            return Err(SchemaError::Readings { want: self.values, got: readings.len() });
        }
        if out.len() != self.lines() {
            return Err(SchemaError::Lines { want: self.lines(), got: out.len() });
        }
        let clamped = readings
            .iter()
            .enumerate()
            .filter(|&(value, &reading)| self.put(value, reading, out).unwrap_or(false));
        Ok(clamped.count())
    }

    /// Whether it fits a network with so many lines and outputs, whose outputs are labelled or not.
    ///
    /// # Errors
    /// What does not fit.
    pub fn fits(&self, lines: usize, outputs: usize, labelled: bool) -> Result<(), SchemaError> {
        if self.lines() != lines {
            return Err(SchemaError::Lines { want: lines, got: self.lines() });
        }
        let most = if labelled { MAX_NAMES } else { outputs };
        if self.classes > most {
            return Err(SchemaError::Classes { most, got: self.classes });
        }
        Ok(())
    }
}

/// Puts a level on a line; says whether it was clamped.
fn put(line: &mut u8, level: i32) -> bool {
    let (level, clamped) = byte(level);
    *line = level;
    clamped
}

/// Values of a sample of this shape.
fn values(kind: Lines, dims: impl ExactSizeIterator<Item = u16>) -> Result<usize, SchemaError> {
    if dims.len() == 0 || dims.len() > MAX_RANK {
        return Err(SchemaError::Shape);
    }
    let values = dims.map(index).fold(1, usize::saturating_mul);
    match kind.of(values) {
        0 => Err(SchemaError::Shape),
        lines if lines > MAX_LINES => Err(SchemaError::TooLarge { lines }),
        _ => Ok(values),
    }
}

/// Takes a name off the front of `bytes`.
#[inline(never)]
fn split_name<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let (&len, rest) = bytes.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(len))?;
    *bytes = rest;
    core::str::from_utf8(name).ok()
}

/// Whether a class may be called so.
fn proper(name: &str) -> bool {
    // U+0080 to U+009F are two bytes, c2 and themselves. By bytes, because characters take more flash.
    let control = |before: u8, byte: u8| byte < 0x20 || byte == 0x7f || before == 0xc2 && byte < 0xa0;
    let mut before = 0;
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && !name.bytes().any(|byte| control(core::mem::replace(&mut before, byte), byte))
}
