//! The stored network: a checked, zero-copy view over bytes. `docs/FORMAT.md` specifies it byte by byte.
//!
//! ```text
//! magic | version | length | crc | section lengths (5) || plan | labels | kept | weights | note
//! ```
//!
//! Little-endian; sections start at multiples of 8 and are padded with zeros. The CRC-32C covers every byte but its
//! own four. The plan is a row of 32-bit words, and only its canonical form is accepted.

mod image;
mod words;

pub use image::{Image, save};

use crate::encode::UNLABELLED;
use crate::net::{Kernels, Memory, Network, Plan, ShapeError};
use crate::num::index_wide;
use core::fmt;
use crc::{CRC_32_ISCSI, Crc};

/// First bytes of every checkpoint.
pub const MAGIC: [u8; 8] = *b"HEBBIT\x1a\n";
/// The version of networks that go on learning ([`crate::net::life`]).
pub const VERSION: u32 = 3;
/// The version of all others. This code reads and writes both.
pub const VERSION_WITHOUT_LIFE: u32 = 2;
/// Bytes before the plan.
pub const HEADER_BYTES: usize = 40;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
const CRC_AT: usize = 16;

/// Why bytes are not a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CheckpointError {
    /// Fewer bytes than a header.
    TooShort {
        /// How many there are.
        got: usize,
    },
    /// It does not start like a checkpoint.
    Magic,
    /// Another version of the format.
    Version {
        /// Which.
        got: u32,
    },
    /// It was cut off, or something follows it.
    Length {
        /// Bytes that it says it has.
        want: usize,
        /// Bytes that there are.
        got: usize,
    },
    /// Bytes were changed.
    Crc {
        /// The sum that it carries.
        want: u32,
        /// The sum of its bytes.
        got: u32,
    },
    /// A section does not fit what the plan says.
    Section {
        /// Which.
        name: &'static str,
        /// Bytes that it should have.
        want: usize,
        /// Bytes that it has.
        got: usize,
    },
    /// The plan has an unknown tag, a missing word or a word that is not canonical.
    Plan,
    /// Its rule is not in this build.
    Rule {
        /// The rule's tag in `docs/FORMAT.md`.
        tag: u32,
    },
    /// Bytes between sections are not zero.
    Padding,
    /// The plan cannot be run.
    Shape(ShapeError),
    /// The buffer to write to is too small.
    Buffer {
        /// Bytes that it should have.
        want: usize,
        /// Bytes that it has.
        got: usize,
    },
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { got } => write!(f, "{got} bytes are too few for a checkpoint"),
            Self::Magic => write!(f, "not a checkpoint: wrong first bytes"),
            Self::Version { got } => {
                write!(f, "format version {got}, this build reads {VERSION_WITHOUT_LIFE} and {VERSION}")
            }
            Self::Length { want, got } => write!(f, "truncated or extended: want {want} bytes, got {got}"),
            Self::Crc { want, got } => write!(f, "damaged: crc {got:08x}, want {want:08x}"),
            Self::Section { name, want, got } => write!(f, "section {name}: want {want} bytes, got {got}"),
            Self::Plan => write!(f, "the plan has an unknown tag or a word out of range"),
            Self::Rule { tag } => write!(f, "learning rule {tag} is not in this build"),
            Self::Padding => write!(f, "bytes between sections are not zero"),
            Self::Shape(error) => write!(f, "{error}"),
            Self::Buffer { want, got } => write!(f, "want a buffer of {want} bytes, got {got}"),
        }
    }
}

impl core::error::Error for CheckpointError {}

impl From<ShapeError> for CheckpointError {
    fn from(error: ShapeError) -> Self {
        Self::Shape(error)
    }
}

/// A checkpoint whose header, CRC, plan and section sizes have been checked.
#[derive(Clone, Debug)]
pub struct Checkpoint<'a> {
    /// What the network is.
    pub plan: Plan,
    /// A class per output neuron, [`UNLABELLED`] for none; empty if neurons are not labelled.
    pub labels: &'a [u8],
    /// Neuron state that is kept, 16-bit words.
    pub kept: &'a [u8],
    /// Weights.
    pub weights: &'a [u8],
    /// Whatever the host wrote, UTF-8 JSON by convention; engines skip it.
    pub note: &'a [u8],
}

/// Version of the format, and bytes of the sections.
#[derive(Clone, Copy, Debug)]
struct Sections {
    version: u32,
    plan: usize,
    labels: usize,
    kept: usize,
    weights: usize,
    note: usize,
}

const fn padded(len: usize) -> usize {
    len.saturating_add(7) & !7
}

impl Sections {
    fn total(&self) -> usize {
        let sections = [self.plan, self.labels, self.kept, self.weights, self.note];
        sections.into_iter().map(padded).fold(HEADER_BYTES, usize::saturating_add)
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.saturating_add(4))?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// Checks everything outside the plan and finds the sections.
#[inline(never)]
fn sections(bytes: &[u8]) -> Result<Sections, CheckpointError> {
    let short = CheckpointError::TooShort { got: bytes.len() };
    let at = |i: usize| word(bytes, i).ok_or(short);
    if bytes.len() < HEADER_BYTES {
        return Err(short);
    }
    if !bytes.starts_with(&MAGIC) {
        return Err(CheckpointError::Magic);
    }
    let version = at(8)?;
    if version != VERSION && version != VERSION_WITHOUT_LIFE {
        return Err(CheckpointError::Version { got: version });
    }
    let want = index_wide(at(12)?);
    if want != bytes.len() {
        return Err(CheckpointError::Length { want, got: bytes.len() });
    }
    let (want, got) = (at(CRC_AT)?, checksum(bytes));
    if want != got {
        return Err(CheckpointError::Crc { want, got });
    }
    let at = |i: usize| at(i).map(index_wide);
    let sections =
        Sections { version, plan: at(20)?, labels: at(24)?, kept: at(28)?, weights: at(32)?, note: at(36)? };
    if sections.total() != bytes.len() {
        return Err(CheckpointError::Length { want: sections.total(), got: bytes.len() });
    }
    Ok(sections)
}

/// CRC-32C of everything but the CRC itself.
fn checksum(bytes: &[u8]) -> u32 {
    let mut digest = CRC.digest();
    digest.update(bytes.get(..CRC_AT).unwrap_or_default());
    digest.update(bytes.get(CRC_AT.saturating_add(4)..).unwrap_or_default());
    digest.finalize()
}

/// Takes a section off the front of `bytes`.
fn section<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (whole, rest) = bytes.split_at_checked(padded(len))?;
    *bytes = rest;
    let (section, padding) = whole.split_at_checked(len)?;
    padding.iter().all(|&byte| byte == 0).then_some(section)
}

/// Takes a section off the front of `bytes`, to be changed.
fn section_mut<'a>(bytes: &mut &'a mut [u8], len: usize) -> Option<&'a mut [u8]> {
    let (whole, rest) = core::mem::take(bytes).split_at_mut_checked(padded(len))?;
    *bytes = rest;
    whole.get_mut(..len)
}

impl<'a> Checkpoint<'a> {
    /// Checks `bytes` and looks at them. Weights are checked against their bounds by [`open`].
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CheckpointError> {
        let sizes = sections(bytes)?;
        let [words, labels, kept, weights, note] = pieces(bytes, &sizes)?;
        let mut plan = None;
        check(words::load(sizes.version, words, |head| plan.insert(head))?, &sizes)?;
        let plan = plan.ok_or(CheckpointError::Plan)?;
        Ok(Self { plan, labels, kept, weights, note })
    }

    /// How many output neurons stand for a class.
    pub fn labelled(&self) -> usize {
        self.labels.iter().filter(|&&label| label != UNLABELLED).count()
    }
}

/// Reads what the network of a checkpoint is into a place that the caller has, and checks what [`Checkpoint::parse`] checks.
///
/// # Errors
/// The first thing that is wrong.
pub fn plan_in<'s>(place: &'s mut Option<Plan>, bytes: &[u8]) -> Result<&'s Plan, CheckpointError> {
    let sizes = sections(bytes)?;
    let [words, ..] = pieces(bytes, &sizes)?;
    let plan = words::load(sizes.version, words, |head| place.insert(head))?;
    check(plan, &sizes)?;
    Ok(plan)
}

/// The sections, of which the first is the plan's.
#[inline(never)]
fn pieces<'a>(bytes: &'a [u8], sizes: &Sections) -> Result<[&'a [u8]; 5], CheckpointError> {
    let mut rest = bytes.get(HEADER_BYTES..).unwrap_or_default();
    let mut take = |len| section(&mut rest, len).ok_or(CheckpointError::Padding);
    let Sections { plan, labels, kept, weights, note, .. } = *sizes;
    Ok([take(plan)?, take(labels)?, take(kept)?, take(weights)?, take(note)?])
}

/// Whether a plan can be run and fits the other sections.
#[inline(never)]
fn check(plan: &Plan, got: &Sections) -> Result<(), CheckpointError> {
    plan.check()?;
    let outputs = plan.layers.last().map_or(0, |l| l.len());
    let labels = if got.labels == 0 { 0 } else { outputs };
    let sizes = [
        ("labels", labels, got.labels),
        ("kept", kept_bytes(plan), got.kept),
        ("weights", plan.weight_bytes(), got.weights),
    ];
    for (name, want, got) in sizes {
        if want != got {
            return Err(CheckpointError::Section { name, want, got });
        }
    }
    Ok(())
}

/// Bytes of kept neuron state.
fn kept_bytes(plan: &Plan) -> usize {
    crate::net::kept_words(plan).saturating_mul(2)
}

/// Makes a network that works in place on the bytes of a checkpoint, which must start at a multiple of 8. They are no
/// valid checkpoint again until [`save`] has written one.
///
/// # Errors
/// The first thing that is wrong. The bytes are not changed by a failed call.
pub fn open<'a, K: Kernels>(
    bytes: &'a mut [u8],
    arena: &'a mut [u8],
    kernels: K,
) -> Result<Network<'a, K>, CheckpointError> {
    open_sized(bytes, arena, kernels)
}

/// [`open`] for a network with room for `N` layers, as many projections and as many feedbacks, which is smaller.
///
/// # Errors
/// The first thing that is wrong. The bytes are not changed by a failed call.
pub fn open_sized<'a, K: Kernels, const N: usize>(
    bytes: &'a mut [u8],
    arena: &'a mut [u8],
    kernels: K,
) -> Result<Network<'a, K, N>, CheckpointError> {
    let mut slot = None;
    open_in(&mut slot, bytes, arena, kernels)?;
    slot.ok_or(CheckpointError::Plan)
}

/// [`open_sized`] into a place that the caller has: a network is kilobytes, and a small stack holds no copy of it. The place is
/// empty after an error.
///
/// # Errors
/// The first thing that is wrong. The bytes are not changed by a failed call.
pub fn open_in<'s, 'a, K: Kernels, const N: usize>(
    slot: &'s mut Option<Network<'a, K, N>>,
    bytes: &'a mut [u8],
    arena: &'a mut [u8],
    kernels: K,
) -> Result<&'s mut Network<'a, K, N>, CheckpointError> {
    *slot = None;
    let sizes = sections(bytes)?;
    let [words, ..] = pieces(bytes, &sizes)?;
    let plan = words::load(sizes.version, words, |head| slot.insert(Network::bare(head, kernels)).plan_mut());
    if let Err(error) = plan.and_then(|plan| check(plan, &sizes)) {
        *slot = None;
        return Err(error);
    }
    let mut rest = bytes.get_mut(HEADER_BYTES..).unwrap_or_default();
    let mut take = |len| section_mut(&mut rest, len).ok_or(CheckpointError::Plan);
    take(sizes.plan)?;
    let labels: &'a [u8] = take(sizes.labels)?;
    let kept: &'a [u8] = take(sizes.kept)?;
    let weights = take(sizes.weights)?;
    let network = slot.as_mut().ok_or(CheckpointError::Plan)?;
    if let Err(error) = network.furnish(Memory { weights, labels, arena }) {
        *slot = None;
        return Err(error.into());
    }
    let network = slot.as_mut().ok_or(CheckpointError::Plan)?;
    let (stored, _) = kept.as_chunks::<2>();
    for (word, &stored) in network.kept_mut().zip(stored) {
        *word = u16::from_le_bytes(stored);
    }
    Ok(network)
}

/// The CRC-32C that the header of a checkpoint carries; `None` if there is no header.
pub fn stored_crc(bytes: &[u8]) -> Option<u32> {
    (bytes.len() >= HEADER_BYTES).then(|| word(bytes, CRC_AT))?
}

/// Most bytes of a plan: more than 16 layers, projections and feedbacks take.
const MOST_PLAN: usize = 8192;

/// Bytes of the checkpoint without a note that begins with `start`, as its plan tells them: whoever receives one need not believe its
/// header. `None` if more of it is needed to know; never after 8 KiB and the header.
///
/// # Errors
/// If no checkpoint begins like this.
pub fn length(start: &[u8]) -> Result<Option<usize>, CheckpointError> {
    let (Some(magic), Some(version), Some(plan_bytes), Some(labels)) =
        (start.get(..MAGIC.len()), word(start, 8), word(start, 20), word(start, 24))
    else {
        return Ok(None);
    };
    if magic != MAGIC {
        return Err(CheckpointError::Magic);
    }
    if version != VERSION && version != VERSION_WITHOUT_LIFE {
        return Err(CheckpointError::Version { got: version });
    }
    let plan_bytes = index_wide(plan_bytes);
    if plan_bytes > MOST_PLAN {
        return Err(CheckpointError::Plan);
    }
    let Some(words) = start.get(HEADER_BYTES..HEADER_BYTES.saturating_add(plan_bytes)) else {
        return Ok(None);
    };
    let mut place = None;
    let plan = words::load(version, words, |head| place.insert(head))?;
    plan.check()?;
    let outputs = plan.layers.last().map_or(0, |layer| layer.len());
    let labels = index_wide(labels);
    if labels != 0 && labels != outputs {
        return Err(CheckpointError::Section { name: "labels", want: outputs, got: labels });
    }
    Ok(Some(bytes(plan, labels, 0)))
}

/// Bytes of a checkpoint.
pub fn bytes(plan: &Plan, labels: usize, note: usize) -> usize {
    sizes(plan, labels, note).total()
}

#[inline(never)]
fn sizes(plan: &Plan, labels: usize, note: usize) -> Sections {
    let mut words: usize = 0;
    words::store(plan, &mut |_| words = words.saturating_add(1));
    let plan_bytes = words.saturating_mul(4);
    Sections {
        version: words::version_of(plan),
        plan: plan_bytes,
        labels,
        kept: kept_bytes(plan),
        weights: plan.weight_bytes(),
        note,
    }
}
