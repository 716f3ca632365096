//! What can go wrong with a device, and what to do next.

use super::{Advice, Error};
use hebbit_core::link::{PROTOCOL, Refusal};
use hebbit_engine::engine::CoreError;
use std::io;
use std::path::PathBuf;

/// What can go wrong with a device.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// Nobody answers.
    #[error("{on} does not answer")]
    NoAnswer {
        /// What was tried.
        on: String,
    },
    /// Something else answers.
    #[error("{on} is no Hebbit device: it is {what}, and says '{said}'")]
    Foreign {
        /// What was tried.
        on: String,
        /// What it seems to be.
        what: &'static str,
        /// Its first line.
        said: String,
    },
    /// What is sent comes back.
    #[error("{on} sends back what it is sent")]
    Echo {
        /// What was tried.
        on: String,
    },
    /// An answer that breaks off.
    #[error("{on} sends {bytes} bytes, which end amid a frame")]
    Half {
        /// What was tried.
        on: String,
        /// How many came.
        bytes: usize,
    },
    /// No frame, and no text.
    #[error("{on} sends bytes that are no frame ({bytes} of them)")]
    Garbled {
        /// What was tried.
        on: String,
        /// How many came.
        bytes: usize,
    },
    /// It is an engine in this process.
    #[error("`{on}` is no device behind a link")]
    NoLink {
        /// Which.
        on: String,
    },
    /// The device started anew in the middle of something.
    #[error("{on} was reset: what it had not persisted is gone")]
    Restarted {
        /// Which.
        on: String,
    },
    /// The link broke.
    #[error("{on}: the link broke: {source}")]
    Link {
        /// Which.
        on: String,
        /// What the system says.
        source: io::Error,
    },
    /// A serial port vanished and did not come back.
    #[error("{on} is gone: it did not come back within {seconds} s ({source})")]
    Gone {
        /// Which.
        on: String,
        /// How long it was waited for.
        seconds: u64,
        /// What the system says.
        source: io::Error,
    },
    /// It answered before, and does not any more.
    #[error("{on} was there and is lost: {source}")]
    Lost {
        /// Which.
        on: String,
        /// What became of the next session.
        source: Box<DeviceError>,
    },
    /// It speaks another version of the protocol.
    #[error("{on} speaks version {theirs} of the protocol, this program version {PROTOCOL}")]
    Protocol {
        /// Which.
        on: String,
        /// Its version.
        theirs: u16,
    },
    /// Its core is of another version: bits may differ.
    #[error("{on} runs core {theirs}, this program core {}", hebbit_core::VERSION)]
    OtherCore {
        /// Which.
        on: String,
        /// Its version.
        theirs: String,
    },
    /// A network does not fit.
    #[error("the network does not fit {on}: {region} needs {need} bytes and has {have}, {} too few", need - have)]
    DoesNotFit {
        /// Which.
        on: String,
        /// Which memory.
        region: &'static str,
        /// Bytes that it needs.
        need: u64,
        /// Bytes that there are.
        have: u64,
        /// The smallest change that fits.
        advice: String,
    },
    /// A network has too many parts.
    #[error(
        "the network has {need} layers, projections or feedbacks, the firmware of {on} has room for {have} of each"
    )]
    Layers {
        /// Which.
        on: String,
        /// How many.
        need: usize,
        /// How many there may be.
        have: usize,
    },
    /// The device said no.
    #[error("{on} refused {what}: {refusal}")]
    Refused {
        /// Which.
        on: String,
        /// What it was asked to do.
        what: &'static str,
        /// Why not.
        refusal: Refusal,
    },
    /// It answered something else.
    #[error("{on} gave an answer that belongs to no question: {message}")]
    Answer {
        /// Which.
        on: String,
        /// What it said.
        message: String,
    },
    /// What it holds is not what was sent.
    #[error("{on} has digest {got} where {want} was sent")]
    Digest {
        /// Which.
        on: String,
        /// What was sent.
        want: String,
        /// What it has.
        got: String,
    },
    /// No such port.
    #[error("there is no serial port {port}")]
    NoPort {
        /// The name given.
        port: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A port that may not be opened.
    #[error("{port} may not be opened by this user")]
    PortDenied {
        /// Its name.
        port: String,
    },
    /// A port that cannot be opened now.
    #[error("{port} cannot be opened: {message}")]
    PortBusy {
        /// Its name.
        port: String,
        /// What the system says.
        message: String,
    },
    /// A file that is no serial port, or a name without a port behind it.
    #[error("{port} is not a serial port: {message}")]
    NotSerial {
        /// Its name.
        port: String,
        /// What the system says.
        message: String,
    },
    /// A program is missing.
    #[error("`{program}` is not installed")]
    NoTool {
        /// Its name.
        program: String,
        /// The package.
        how: String,
    },
    /// A program failed.
    #[error("{what} failed: {message}")]
    Tool {
        /// What was tried.
        what: String,
        /// Its last words.
        message: String,
        /// Where all of them are.
        log: PathBuf,
    },
    /// A debug probe failed.
    #[error("{board} could not be flashed: {message}")]
    Probe {
        /// Which.
        board: String,
        /// What was said.
        message: String,
    },
    /// The sources of the firmware are not here.
    #[error("the sources of the firmware are not found at {}", .path.display())]
    NoSources {
        /// Where they were looked for.
        path: PathBuf,
    },
    /// A sample is longer than a frame.
    #[error("a sample of {need} bytes does not fit a frame of {have}")]
    LongSample {
        /// Bytes that it needs.
        need: usize,
        /// Bytes that there are.
        have: usize,
    },
}

/// Why a device, or the core that follows it, cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The device or its link.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The checkpoint or the sample, before anything was sent.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Device(error) => error.into(),
            EngineError::Core(error) => error.into(),
        }
    }
}

fn after(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoNetwork => "upload one with [:upload]",
        Refusal::Crc => "send it again",
        Refusal::DoesNotFit { .. } => "[:fit] shows what needs how much",
        Refusal::NoSlot { .. } => {
            "this device, or a network of this size, learns in RAM only: keep it with [:pull]"
        }
        Refusal::Rule { .. } => "build the firmware with that rule",
        Refusal::Flash => "its flash memory may be worn out or protected",
        Refusal::Presented { .. } => "somebody else has used its network: upload yours again",
        _ => "flash the firmware that belongs to this program: [:flash]",
    }
}

fn there_are(known: &[String]) -> String {
    if known.is_empty() {
        "no port was found: check the cable, and that the board's USB driver is loaded".to_owned()
    } else {
        format!("there are: {}", known.join(", "))
    }
}

impl DeviceError {
    /// The stable code, and what to do next.
    pub fn advice(&self) -> Advice<'_> {
        match self {
            Self::NoAnswer { .. } => ("hebbit::device::no_answer", "check the port with [:devices] and the wires (TX to RX, RX to TX, ground to ground), reset the board, or flash the firmware with [:flash]".into()),
            Self::Foreign { .. } => ("hebbit::device::foreign", "if this is the right port ([:devices]), flash the firmware with [:flash]; a boot loader must be left first: reset the board without holding its button".into()),
            Self::Echo { .. } => ("hebbit::device::echo", "separate the wires: TX of the adapter goes to RX of the board and RX to TX, and neither to the other; a modem or terminal is no device".into()),
            Self::Half { .. } => ("hebbit::device::half", "check the wire from TX of the board, and ground; reset the board, then try again".into()),
            Self::Garbled { .. } => ("hebbit::device::garbled", "the speed is likely another one: try [baud] with that of the firmware; else check ground and the wires".into()),
            Self::NoLink { on, .. } => ("hebbit::usage", format!("write [on=sim] for the device's loop in this process; [:devices] says what takes [on={on}]").into()),
            Self::Restarted { .. } => ("hebbit::device::reset", "upload the network again; [:stream] does so by itself".into()),
            Self::Link { .. } => ("hebbit::device::link", "check the cable, then run it again: an upload goes on where it was cut, a stream from what its [out] has kept, with [continue]".into()),
            Self::Gone { .. } => ("hebbit::device::gone", "plug the board in again; [:devices] shows under which name it is there".into()),
            Self::Lost { .. } => ("hebbit::device::lost", "check its power and the cable, reset the board, then run it again".into()),
            Self::Protocol { .. } => ("hebbit::device::protocol", "flash the firmware that belongs to this program: [:flash]".into()),
            Self::OtherCore { .. } => ("hebbit::device::core", "flash the firmware that belongs to this program: [:flash]".into()),
            Self::DoesNotFit { advice, .. } => ("hebbit::device::does_not_fit", advice.into()),
            Self::Layers { .. } => ("hebbit::device::layers", "use fewer layers, or raise LAYERS in the board's main.rs and flash it again".into()),
            Self::Refused { refusal, .. } => ("hebbit::device::refused", after(refusal).into()),
            Self::Answer { .. } => ("hebbit::device::answer", "flash the firmware that belongs to this program: [:flash]".into()),
            Self::Digest { .. } => ("hebbit::device::digest", "send it again; if it stays so, this is a defect of Hebbit: please report it with the command".into()),
            Self::NoPort { known, .. } => ("hebbit::device::no_port", there_are(known).into()),
            Self::PortDenied { port, .. } => ("hebbit::device::port_denied", format!("join the group that owns it (`ls -l {port}`; often `dialout` or `uucp`), then log in again").into()),
            Self::PortBusy { .. } => ("hebbit::device::port_busy", "close the terminal or program that has it open".into()),
            Self::NotSerial { .. } => ("hebbit::device::not_serial", "[:devices] lists the ports that there are; a name of the system may have no port behind it".into()),
            Self::NoTool { how, .. } => ("hebbit::device::tool", format!("install it: {how}").into()),
            Self::Tool { log, .. } => ("hebbit::device::tool_failed", format!("the whole output is in {}", log.display()).into()),
            Self::Probe { .. } => ("hebbit::device::probe", "connect a debug probe, and check it with [:devices]; on Linux the udev rules of probe-rs must be installed".into()),
            Self::NoSources { .. } => ("hebbit::device::sources", "run it inside a clone of the repository, or name one with HEBBIT_SOURCE".into()),
            Self::LongSample { .. } => ("hebbit::device::sample", "use fewer lines, or fewer events per sample".into()),
        }
    }

    /// Whether an answering device stopped to answer, or answers with something else.
    pub(crate) fn link_broke(&self) -> bool {
        matches!(
            self,
            Self::Restarted { .. }
                | Self::Link { .. }
                | Self::Gone { .. }
                | Self::Lost { .. }
                | Self::Answer { .. }
                | Self::Digest { .. }
        )
    }
}
