//! The stored network: a checked, zero-copy view over bytes. `docs/FORMAT.md` specifies it byte by byte.
//!
//! ```text
//! magic | version | length | crc | section lengths (5 or 6) || plan | labels | kept | weights | note | schema
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
use crate::schema;
use core::fmt;
use crc::{CRC_32_ISCSI, Crc};

/// First bytes of every checkpoint.
pub const MAGIC: [u8; 8] = *b"HEBBIT\x1a\n";
/// The version of networks with delays, places or topologies that are not dense.
pub const VERSION: u32 = 5;
/// The version of others with a schema ([`crate::schema`]).
pub const VERSION_DENSE: u32 = 4;
/// The version of networks without one that go on learning ([`crate::net::life`]).
pub const VERSION_WITHOUT_SCHEMA: u32 = 3;
/// The version of all others. This code reads all four and writes the oldest that holds a network.
pub const VERSION_WITHOUT_LIFE: u32 = 2;
/// Bytes before the plan in a checkpoint without a schema: the least that a header has.
pub const HEADER_BYTES: usize = 40;

/// Bytes before the plan in this version of the format.
pub const fn header_bytes(version: u32) -> usize {
    if version >= VERSION_DENSE { HEADER_BYTES.saturating_add(8) } else { HEADER_BYTES }
}

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
                write!(f, "format version {got}, this build reads {VERSION_WITHOUT_LIFE} to {VERSION}")
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
    /// What inputs and classes mean ([`crate::schema::Schema`]); empty if that is not said.
    pub schema: &'a [u8],
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
    schema: usize,
}

const fn padded(len: usize) -> usize {
    len.saturating_add(7) & !7
}

impl Sections {
    fn total(&self) -> usize {
        let sections = [self.plan, self.labels, self.kept, self.weights, self.note, self.schema];
        sections.into_iter().map(padded).fold(header_bytes(self.version), usize::saturating_add)
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
    if !(VERSION_WITHOUT_LIFE..=VERSION).contains(&version) {
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
    let (schema, spare) = if version >= VERSION_DENSE { (at(40)?, at(44)?) } else { (0, 0) };
    if spare != 0 {
        return Err(CheckpointError::Padding);
    }
    let (plan, labels, kept, weights, note) = (at(20)?, at(24)?, at(28)?, at(32)?, at(36)?);
    let sections = Sections { version, plan, labels, kept, weights, note, schema };
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

/// Takes a section off the front of `bytes`. Not inlined, like all that is called often and runs once: flash is dear.
#[inline(never)]
fn section<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (whole, rest) = bytes.split_at_checked(padded(len))?;
    *bytes = rest;
    let (section, padding) = whole.split_at_checked(len)?;
    padding.iter().all(|&byte| byte == 0).then_some(section)
}

/// Takes a section off the front of `bytes`, to be changed.
#[inline(never)]
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
        let [words, labels, kept, weights, note, schema] = pieces(bytes, &sizes)?;
        let mut plan = None;
        check(words::load(sizes.version, words, |head| plan.insert(head))?, &sizes, schema)?;
        let plan = plan.ok_or(CheckpointError::Plan)?;
        Ok(Self { plan, labels, kept, weights, note, schema })
    }

    /// How many output neurons stand for a class.
    pub fn labelled(&self) -> usize {
        self.labels.iter().filter(|&&label| label != UNLABELLED).count()
    }
}

/// The sections, of which the first is the plan's.
#[inline(never)]
fn pieces<'a>(bytes: &'a [u8], sizes: &Sections) -> Result<[&'a [u8]; 6], CheckpointError> {
    let mut rest = bytes.get(header_bytes(sizes.version)..).unwrap_or_default();
    let mut take = |len| section(&mut rest, len).ok_or(CheckpointError::Padding);
    let Sections { plan, labels, kept, weights, note, schema, .. } = *sizes;
    Ok([take(plan)?, take(labels)?, take(kept)?, take(weights)?, take(note)?, take(schema)?])
}

/// Whether a plan can be run and fits the other sections.
#[inline(never)]
fn check(plan: &Plan, got: &Sections, schema: &[u8]) -> Result<(), CheckpointError> {
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
    if got.version == VERSION_DENSE || got.schema > 0 {
        plan.check_schema(schema, got.labels != 0)?;
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
    let [words, .., schema] = pieces(bytes, &sizes)?;
    let plan = words::load(sizes.version, words, |head| slot.insert(Network::bare(head, kernels)).plan_mut());
    if let Err(error) = plan.and_then(|plan| check(plan, &sizes, schema)) {
        *slot = None;
        return Err(error);
    }
    let mut rest = bytes.get_mut(header_bytes(sizes.version)..).unwrap_or_default();
    let mut take = |len| section_mut(&mut rest, len).ok_or(CheckpointError::Plan);
    take(sizes.plan)?;
    let labels: &'a [u8] = take(sizes.labels)?;
    let kept: &'a [u8] = take(sizes.kept)?;
    let weights = take(sizes.weights)?;
    take(sizes.note)?;
    let schema: &'a [u8] = take(sizes.schema)?;
    let network = slot.as_mut().ok_or(CheckpointError::Plan)?;
    if let Err(error) = network.init(Memory { weights, labels, schema, arena }) {
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
    if !(VERSION_WITHOUT_LIFE..=VERSION).contains(&version) {
        return Err(CheckpointError::Version { got: version });
    }
    let (head, plan_bytes) = (header_bytes(version), index_wide(plan_bytes));
    if plan_bytes > MOST_PLAN {
        return Err(CheckpointError::Plan);
    }
    let Some(words) = start.get(head..head.saturating_add(plan_bytes)) else {
        return Ok(None);
    };
    let got = if version >= VERSION_DENSE { index_wide(word(start, 40).unwrap_or(0)) } else { 0 };
    let mut place = None;
    let plan = words::load(version, words, |head| place.insert(head))?;
    plan.check()?;
    let outputs = plan.layers.last().map_or(0, |layer| layer.len());
    let labels = index_wide(labels);
    if labels != 0 && labels != outputs {
        return Err(CheckpointError::Section { name: "labels", want: outputs, got: labels });
    }
    let want = schema::most_bytes(plan.lines());
    if got > want {
        return Err(CheckpointError::Section { name: "schema", want, got });
    }
    Ok(Some(bytes(plan, labels, 0, got)))
}

/// Bytes of a checkpoint: what they are, and how many bytes of labels, note and schema go with it.
pub fn bytes(plan: &Plan, labels: usize, note: usize, schema: usize) -> usize {
    sizes(plan, labels, note, schema).total()
}

#[inline(never)]
fn sizes(plan: &Plan, labels: usize, note: usize, schema: usize) -> Sections {
    let version = words::version_of(plan, schema > 0);
    let mut words: usize = 0;
    words::store(version, plan, &mut |_| words = words.saturating_add(1));
    let (kept, weights) = (kept_bytes(plan), plan.weight_bytes());
    Sections { version, plan: words.saturating_mul(4), labels, kept, weights, note, schema }
}
