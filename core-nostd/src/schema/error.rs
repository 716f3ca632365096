//! What can be wrong with a schema.

use super::{MAX_LINES, MAX_NAME_BYTES, MAX_NAMES, MAX_NAMES_BYTES, MAX_RANK};
use core::fmt;

/// Why something is not a schema, or cannot be done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SchemaError {
    /// Fewer bytes than it says it has.
    TooShort {
        /// How many there are.
        got: usize,
    },
    /// An unknown kind of lines.
    Kind,
    /// A sample has 1 to 4 dimensions, none of them 0; unused ones are 0.
    Shape,
    /// More lines than a network can have.
    TooLarge {
        /// How many.
        lines: usize,
    },
    /// There is neither one scale nor one for each value.
    Scales {
        /// Values.
        want: usize,
        /// Scales.
        got: usize,
    },
    /// A scale's shift or fraction is out of range.
    Scale {
        /// Which.
        value: usize,
    },
    /// Too many names, or too many bytes of them.
    Names {
        /// How many.
        count: usize,
        /// Bytes, each with the byte of its length.
        bytes: usize,
    },
    /// A name is empty, too long, not UTF-8, or has a control character.
    Name {
        /// Whose.
        class: usize,
    },
    /// Something follows it.
    Trailing {
        /// How many bytes.
        bytes: usize,
    },
    /// A sample has the wrong number of readings.
    Readings {
        /// Values of a sample.
        want: usize,
        /// Readings.
        got: usize,
    },
    /// Lines are not as many as the network's, or the schema's.
    Lines {
        /// How many there should be.
        want: usize,
        /// How many there are.
        got: usize,
    },
    /// More names than classes.
    Classes {
        /// Classes that the network can answer.
        most: usize,
        /// Names.
        got: usize,
    },
    /// The buffer to write to has the wrong length.
    Buffer {
        /// Bytes that it should have.
        want: usize,
        /// Bytes that it has.
        got: usize,
    },
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { got } => write!(f, "{got} bytes are too few for this schema"),
            Self::Kind => write!(f, "an unknown kind of lines"),
            Self::Shape => write!(f, "want a shape of 1 to {MAX_RANK} dimensions, none of them 0"),
            Self::TooLarge { lines } => write!(f, "{lines} lines are more than {MAX_LINES}"),
            Self::Scales { want, got } => write!(f, "want 1 scale or {want}, got {got}"),
            Self::Scale { value } => write!(f, "scale {value}: shift or fraction out of range"),
            Self::Names { count, bytes } => write!(
                f,
                "{count} names of {bytes} bytes: want up to {MAX_NAMES} names of {MAX_NAMES_BYTES} bytes in all"
            ),
            Self::Name { class } => write!(
                f,
                "the name of class {class} is not 1 to {MAX_NAME_BYTES} bytes of UTF-8 without control characters"
            ),
            Self::Trailing { bytes } => write!(f, "{bytes} bytes follow the schema"),
            Self::Readings { want, got } => write!(f, "want {want} readings, got {got}"),
            Self::Lines { want, got } => write!(f, "want {want} lines, got {got}"),
            Self::Classes { most, got } => write!(f, "{got} names for a network of {most} classes"),
            Self::Buffer { want, got } => write!(f, "want a buffer of {want} bytes, got {got}"),
        }
    }
}

impl core::error::Error for SchemaError {}
