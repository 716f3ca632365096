//! What host and device say to one another.

use crate::checkpoint::CheckpointError;
use crate::net::{Digest, Moment, Scope, Target};
use core::fmt;
use serde::{Deserialize, Serialize};

/// What a host asks. Tags are the order of the variants: new ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request<'a> {
    /// Opens a session: numbers start behind this frame's. The same session again changes nothing.
    Hello {
        /// Drawn by the host, not 0.
        session: u32,
        /// [`super::PROTOCOL`] of the host.
        protocol: u16,
    },
    /// Begins an upload, or goes on with one that was cut; discards the network in RAM.
    Begin {
        /// Bytes of the checkpoint.
        length: u32,
        /// CRC-32C in its header: an upload with another one starts from the beginning.
        crc: u32,
    },
    /// Bytes of the checkpoint, in order.
    Put {
        /// Where they belong.
        offset: u32,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The upload is whole: check it and run it.
    Commit,
    /// Answers samples and, if asked to, learns each of them.
    Samples {
        /// Samples that the network was given before the first of these: its own counter must say the same.
        first: u32,
        /// Whether they are learned.
        learn: bool,
        /// How many.
        count: u8,
        /// The samples, packed one behind the other ([`super::pack`]).
        bytes: &'a [u8],
    },
    /// Learns one sample, and shows every word of state after every phase ([`Reply::Words`]) before the result.
    Watch {
        /// As in `Samples`.
        first: u32,
        /// One packed sample.
        bytes: &'a [u8],
    },
    /// What the network is and where it stands.
    Status,
    /// Digest of the network as it is.
    Digest {
        /// What it covers.
        scope: Scope,
    },
    /// Words of state, or weights, from an index on, as many as fit.
    Peek {
        /// Weights instead of state.
        weights: bool,
        /// First index, in the order of the digest.
        from: u32,
    },
    /// Bytes of the checkpoint of the network as it is, as many as fit.
    Pull {
        /// Where they begin.
        offset: u32,
    },
    /// Writes the network to where it survives a loss of power.
    Persist,
    /// Starts the device anew, right after the answer.
    Reset,
    /// Remembers labelled samples without learning them, oldest first: fills the ring of a network that was just loaded.
    Remember {
        /// How many.
        count: u8,
        /// The samples, as in `Samples`.
        bytes: &'a [u8],
    },
    /// What the network knows of its own answers.
    Life,
    /// What a hello does not say of the device: see [`Facts`].
    Facts,
    /// Takes up another speed, right after the answer, which still has the old one.
    Baud {
        /// Bits per second.
        rate: u32,
    },
    /// Examines a part of the device.
    Check(Check),
    /// From the answer on, the host's frames come in pieces that are acknowledged one by one, and answers are sent twice.
    Pieces,
    /// Begins a sample whose input comes tick by tick. Every request but `Ticks` and `Close` drops it.
    Open {
        /// As in `Samples`.
        first: u32,
        /// What is taught; none: it is classified.
        target: Option<Target>,
    },
    /// Ticks of the sample that was begun.
    Ticks {
        /// How many.
        count: u8,
        /// What reaches the input in each of them ([`super::pack_tick`]).
        bytes: &'a [u8],
    },
    /// Ends the sample that was begun: carries out the ticks that are left, holding the input.
    Close,
}

/// What a device examines of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Check {
    /// Reads the counter.
    Count,
    /// Writes patterns over the memory for networks and reads them back. There must be no network.
    Memory {
        /// Of the patterns.
        seed: u32,
    },
    /// Compares one kernel with the plain loops.
    Kernel {
        /// Which, from 0.
        index: u8,
        /// Of the trials.
        seed: u32,
        /// How many.
        trials: u16,
    },
    /// Persists the network and starts anew before that is finished, without an answer.
    Cut {
        /// How often the watchdog is fed before that.
        after: u16,
    },
}

impl Request<'_> {
    /// Whether carrying it out twice is the same as once: its answer need not be kept.
    pub fn is_read(&self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Digest { .. }
                | Self::Peek { .. }
                | Self::Pull { .. }
                | Self::Hello { .. }
                | Self::Life
        )
    }
}

/// What a device's cost of a sample counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Unit {
    /// It cannot count.
    Nothing,
    /// Executed instructions.
    Instructions,
    /// Clock cycles.
    Cycles,
}

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About<'a> {
    /// The board.
    pub board: &'a str,
    /// Version of the core.
    pub core: &'a str,
    /// Bytes for a checkpoint and its state.
    pub memory: u32,
    /// Bytes of a checkpoint that can be persisted; 0: none.
    pub slot: u32,
    /// Most bytes of a message.
    pub message: u16,
    /// Frames that may be under way.
    pub credits: u8,
    /// What costs count.
    pub unit: Unit,
    /// Most layers of a network, the input included.
    pub layers: u8,
    /// Whether there is a network.
    pub network: bool,
}

/// What a hello does not say of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts<'a> {
    /// Most bits per second that its link takes up; 0 if the link has no speed of its own.
    pub baud: u32,
    /// What its counter counts in a second, as the firmware believes; 0 if it does not know.
    pub hertz: u32,
    /// Most bytes of stack that were used since the start.
    pub stack: Option<u32>,
    /// The commit that the firmware was built from; empty if that was not known.
    pub commit: &'a str,
    /// Forms of samples that it reads besides those that every device does ([`super::CODED`]).
    pub forms: u8,
}

/// What a device answers. Tags are the order of the variants: new ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply<'a> {
    /// To a hello.
    Hello {
        /// [`super::PROTOCOL`] of the device.
        protocol: u16,
        /// The session that is open now.
        session: u32,
        /// What it is.
        #[serde(borrow)]
        about: About<'a>,
    },
    /// It was not done.
    Refused(Refusal),
    /// A frame was lost or broken: send everything from this frame's number on again.
    Again,
    /// To `Begin` and `Put`.
    Stored {
        /// Bytes of the upload that are there.
        have: u32,
    },
    /// To `Commit`.
    Loaded {
        /// Digest of what is stored.
        digest: Digest,
        /// Bytes of state beside the checkpoint.
        state: u32,
    },
    /// To `Samples`, `Watch` and `Close`: one [`SampleResult`] behind the other.
    Results {
        /// As in the request.
        first: u32,
        /// How many.
        count: u8,
        /// The results in postcard.
        bytes: &'a [u8],
    },
    /// To `Peek`, and while watching.
    Words {
        /// While watching, which phase has ended.
        moment: Option<Moment>,
        /// Index of the first word.
        from: u32,
        /// The words, low byte first.
        bytes: &'a [u8],
    },
    /// To `Status`.
    Status {
        /// CRC-32C in the header of the checkpoint of the network as it is.
        crc: u32,
        /// Bytes of that checkpoint.
        length: u32,
        /// Digest of what is stored.
        digest: Digest,
        /// Samples learned, those learned again included.
        samples: u32,
        /// Samples that it was given: those presented, the ones learned again not counted.
        presented: u32,
    },
    /// To `Digest`.
    Digest(Digest),
    /// To `Pull`.
    Bytes {
        /// Where they begin.
        offset: u32,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// To `Persist`, `Reset`, `Remember`, `Baud`, `Pieces` and `Open`.
    Done,
    /// To `Life`.
    Life(Vitals),
    /// To `Facts`.
    Facts(#[serde(borrow)] Facts<'a>),
    /// To `Check`.
    Checked {
        /// What was examined: the kernel's name.
        name: &'a str,
        /// What the counter reads, bytes of memory, or trials.
        value: u32,
        /// The first byte of memory, or the first trial, that is wrong.
        wrong: Option<u32>,
    },
    /// To `Ticks`.
    Ticked {
        /// Whether a tick is left.
        left: bool,
    },
}

/// What a network that goes on learning knows of its own answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vitals {
    /// Labelled samples met.
    pub known: u32,
    /// Samples learned again.
    pub repeats: u32,
    /// Samples that the ring holds.
    pub remembered: u16,
    /// Running share of wrong answers, 2^-16.
    pub error: u16,
    /// Powers of two by which the rate is lowered now.
    pub slow: u16,
    /// Long-run share of wrong answers, 2^-16.
    pub level: u16,
    /// How often the error left its level.
    pub drifts: u16,
    /// How often labels contradicted a network that had been right for long.
    pub contradictions: u16,
    /// Lines that carry the same value, and not 0, in every remembered sample.
    pub constant: u16,
}

/// What came of one sample on a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleResult {
    /// The class, if the network has one to give.
    pub class: Option<u8>,
    /// The output neuron that decided.
    pub neuron: u16,
    /// Its event sum.
    pub count: u16,
    /// Ticks until the decision.
    pub ticks: u16,
    /// Events of all neurons.
    pub spikes: u32,
    /// What it cost, in the device's unit.
    pub cost: u32,
}

/// Why a device did not do what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Refusal {
    /// No session is open: say hello.
    NoSession,
    /// It speaks another version. Version 1 does not send it: it answers a hello with its own version.
    Protocol {
        /// Which.
        want: u16,
    },
    /// It does not know the message.
    Unknown,
    /// There is no network: upload one.
    NoNetwork,
    /// No upload has begun.
    NoUpload,
    /// Bytes of an upload that do not follow the last ones.
    Offset {
        /// Where the next ones belong.
        want: u32,
    },
    /// The checkpoint or its state is greater than the memory.
    DoesNotFit {
        /// Bytes that it needs.
        need: u32,
        /// Bytes that there are.
        have: u32,
    },
    /// Bytes were changed on their way.
    Crc,
    /// It is no checkpoint that this device can run.
    Checkpoint,
    /// A sample that is not packed as it should be, or does not have the network's length.
    Sample {
        /// Which of the frame; those before it were done.
        index: u8,
        /// Lines of the network.
        want: u16,
    },
    /// The network has been presented another number of samples.
    Presented {
        /// How many.
        got: u32,
    },
    /// An index or offset beyond the end.
    Range {
        /// The end.
        end: u32,
    },
    /// Nothing can be persisted on this device, or not as much.
    NoSlot {
        /// Bytes of the slot.
        have: u32,
    },
    /// The flash memory failed.
    Flash,
    /// The checkpoint's rule is not in this firmware.
    Rule {
        /// The rule's tag.
        tag: u32,
    },
    /// Its link does not take up this speed.
    Baud {
        /// The most that it takes up; 0: it has none of its own.
        most: u32,
    },
    /// There is a network, which this check would destroy.
    Network,
    /// No sample was begun, or it has fewer ticks left than came.
    Closed,
}

impl From<CheckpointError> for Refusal {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Crc { .. } => Self::Crc,
            CheckpointError::Rule { tag } => Self::Rule { tag },
            _ => Self::Checkpoint,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSession => write!(f, "no session is open"),
            Self::Protocol { want } => write!(f, "it speaks version {want} of the protocol"),
            Self::Unknown => write!(f, "it does not know the message"),
            Self::NoNetwork => write!(f, "it has no network"),
            Self::NoUpload => write!(f, "no upload has begun"),
            Self::Offset { want } => write!(f, "the upload goes on at byte {want}"),
            Self::DoesNotFit { need, have } => write!(f, "{need} bytes do not fit into {have}"),
            Self::Crc => write!(f, "the checkpoint was damaged on its way"),
            Self::Checkpoint => write!(f, "it cannot run this checkpoint"),
            Self::Sample { index, want } => write!(f, "sample {index} of the frame is not {want} values"),
            Self::Presented { got } => write!(f, "its network has been presented {got} samples"),
            Self::Range { end } => write!(f, "beyond the end, {end}"),
            Self::NoSlot { have } => write!(f, "it can persist {have} bytes"),
            Self::Flash => write!(f, "its flash memory failed"),
            Self::Rule { tag } => write!(f, "its firmware was built without learning rule {tag}"),
            Self::Baud { most: 0 } => write!(f, "its link has no speed of its own"),
            Self::Baud { most } => write!(f, "its link takes up {most} baud at most"),
            Self::Network => write!(f, "it has a network, which this would destroy"),
            Self::Closed => write!(f, "no sample is open, or it has fewer ticks left"),
        }
    }
}
