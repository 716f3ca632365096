//! The image of a network: its requirements, and the words to write. `hebbit_rtl::image` makes one from a checkpoint.
//!
//! Words of 32 bits, little-endian: a head, the labels of output neurons (padded to whole words), then records, each an address, a count
//! and so many words.

use core::fmt;
use crc::{CRC_32_ISCSI, Crc};

/// First word: `HBFI`.
pub const MAGIC: u32 = u32::from_le_bytes(*b"HBFI");
/// The version that this code reads.
pub const VERSION: u32 = 1;
/// Words before the labels.
pub const HEAD_WORDS: usize = 15;

/// Words of the head, by their names.
pub mod head {
    /// [`super::MAGIC`].
    pub const MAGIC: usize = 0;
    /// [`super::VERSION`].
    pub const VERSION: usize = 1;
    /// Bytes of the image.
    pub const LENGTH: usize = 2;
    /// CRC-32C of everything after this word.
    pub const CRC: usize = 3;
    /// Least widths, as in the register `Size`.
    pub const SIZE: usize = 4;
    /// Required parts, as in the register `Carries`.
    pub const CARRIES: usize = 5;
    /// Lines of the input.
    pub const LINES: usize = 6;
    /// Neurons of the output.
    pub const OUTPUTS: usize = 7;
    /// Address of their spike counts, a word each.
    pub const COUNTS: usize = 8;
    /// Address of their membranes, a word each.
    pub const MEMBRANES: usize = 9;
    /// 1: only membranes decide.
    pub const ANSWERING: usize = 10;
    /// Scaling of the encoder: the norm in the upper half, the minimum in the lower one.
    pub const ENCODER: usize = 11;
    /// The alignments of its program, as in the register `Aligns`.
    pub const ALIGNS: usize = 12;
    /// Bytes of labels.
    pub const LABELS: usize = 13;
    /// Number of records.
    pub const RECORDS: usize = 14;
}

/// Why bytes are no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ImageError {
    /// It does not start like one.
    Magic,
    /// Another version.
    Version {
        /// Which.
        got: u32,
    },
    /// It is truncated, or followed by other bytes.
    Length {
        /// Length according to its head.
        want: usize,
        /// Available bytes.
        got: usize,
    },
    /// Bytes were changed.
    Crc {
        /// The CRC in the head.
        want: u32,
        /// The CRC of its bytes.
        got: u32,
    },
    /// Its records do not match its length.
    Records,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => write!(f, "not an image for the hardware: make one of the checkpoint"),
            Self::Version { got } => write!(f, "an image of version {got}, this driver reads {VERSION}"),
            Self::Length { want, got } => write!(f, "the image has {got} bytes, it says {want}"),
            Self::Crc { want, got } => {
                write!(f, "the image was changed: its CRC is {got:08x}, it says {want:08x}")
            }
            Self::Records => write!(f, "the records of the image do not fill it"),
        }
    }
}

impl core::error::Error for ImageError {}

/// Words to write from an address on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'i> {
    /// Where, in bytes.
    pub address: u32,
    /// What.
    pub bytes: &'i [u8],
}

/// An image whose head, CRC and records have been checked.
#[derive(Clone, Copy, Debug)]
pub struct Image<'i> {
    bytes: &'i [u8],
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(4 * at..4 * at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// The CRC in the head.
pub fn crc(bytes: &[u8]) -> u32 {
    const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
    CRC.checksum(bytes.get(4 * head::CRC + 4..).unwrap_or_default())
}

impl<'i> Image<'i> {
    /// Validates `bytes` and borrows them.
    ///
    /// # Errors
    /// The first violation.
    pub fn parse(bytes: &'i [u8]) -> Result<Self, ImageError> {
        let image = Self { bytes };
        if bytes.len() < 4 * HEAD_WORDS || image.head(head::MAGIC) != MAGIC {
            return Err(ImageError::Magic);
        }
        let version = image.head(head::VERSION);
        if version != VERSION {
            return Err(ImageError::Version { got: version });
        }
        let want = image.head(head::LENGTH) as usize;
        if want != bytes.len() {
            return Err(ImageError::Length { want, got: bytes.len() });
        }
        let (want, got) = (image.head(head::CRC), crc(bytes));
        if want != got {
            return Err(ImageError::Crc { want, got });
        }
        let records = image.records().map(|record| 8 + record.bytes.len());
        let (count, length) = records.fold((0, image.records_at()), |(n, sum), bytes| (n + 1, sum + bytes));
        if count != image.head(head::RECORDS) || length != bytes.len() || image.labels().len() > bytes.len() {
            return Err(ImageError::Records);
        }
        Ok(image)
    }

    /// A word of the head.
    pub fn head(&self, at: usize) -> u32 {
        word(self.bytes, at).unwrap_or(0)
    }

    /// Bytes of the image.
    pub fn bytes(&self) -> &'i [u8] {
        self.bytes
    }

    /// A class per output neuron, or nothing.
    pub fn labels(&self) -> &'i [u8] {
        let bytes = self.bytes.get(4 * HEAD_WORDS..).unwrap_or_default();
        bytes.get(..self.head(head::LABELS) as usize).unwrap_or_default()
    }

    /// Where the records begin.
    pub fn records_at(&self) -> usize {
        4 * HEAD_WORDS + self.labels().len().next_multiple_of(4)
    }

    /// The records, in the order in which they are written.
    pub fn records(&self) -> impl Iterator<Item = Record<'i>> + use<'i> {
        let mut rest = self.bytes.get(self.records_at()..).unwrap_or_default();
        core::iter::from_fn(move || {
            let (address, words) = (word(rest, 0)?, word(rest, 1)? as usize);
            let bytes = rest.get(8..)?.get(..words.checked_mul(4)?)?;
            rest = rest.get(8 + bytes.len()..)?;
            Some(Record { address, bytes })
        })
    }
}
