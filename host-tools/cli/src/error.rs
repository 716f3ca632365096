//! How commands end: errors of the command line and of the library, their exit codes, and their one form on the screen.

use hebbit::error::{Advice, DeviceError, Error as HostError};
use hebbit_rtl::RtlError;
use std::io;
use std::path::PathBuf;

use crate::spelling::spelled;

/// Exit codes of the command line. They are an interface: numbers never change their meaning. `docs/CLI.md` has the same table.
pub(crate) mod exit {
    /// Done.
    pub(crate) const OK: u8 = 0;
    /// The command line asks for something that does not exist or does not fit together.
    pub(crate) const USAGE: u8 = 2;
    /// An input file is missing, unreadable or wrong.
    pub(crate) const BAD_INPUT: u8 = 3;
    /// There was nothing to do: the result is already there.
    pub(crate) const NOTHING_TO_DO: u8 = 4;
    /// Stopped before the end; what was done until then is kept.
    pub(crate) const PARTIAL: u8 = 5;
    /// A result cannot be written.
    pub(crate) const OUTPUT: u8 = 6;
    /// A network answered none of the samples that it was tested with.
    pub(crate) const NO_ANSWER: u8 = 7;
    /// A network answered no better than chance, and that was not allowed.
    pub(crate) const AT_CHANCE: u8 = 8;
    /// A device was examined, and something is wrong with it.
    pub(crate) const EXAMINED: u8 = 9;
    /// The network does not fit the device.
    pub(crate) const DOES_NOT_FIT: u8 = 10;
    /// A conversion would lose information, and that was not allowed.
    pub(crate) const LOSSY: u8 = 11;
    /// Two engines do not have the same bits.
    pub(crate) const BIT_MISMATCH: u8 = 12;
    /// No such device.
    pub(crate) const NO_DEVICE: u8 = 13;
    /// The link broke: a device stopped answering, or no source of a download could be reached.
    pub(crate) const LINK: u8 = 14;
    /// The device answered, and said no.
    pub(crate) const REFUSED: u8 = 15;
    /// A defect of Hebbit itself.
    pub(crate) const INTERNAL: u8 = 70;

    /// Every code with its name, in the order of the table in `docs/CLI.md`.
    pub(crate) const ALL: [(u8, &str); 16] = [
        (OK, "ok"),
        (USAGE, "usage"),
        (BAD_INPUT, "bad input file"),
        (NOTHING_TO_DO, "nothing to do"),
        (PARTIAL, "partial"),
        (OUTPUT, "output cannot be written"),
        (NO_ANSWER, "no answer"),
        (AT_CHANCE, "no better than chance"),
        (EXAMINED, "something is wrong with the device"),
        (DOES_NOT_FIT, "does not fit"),
        (LOSSY, "lossy conversion refused"),
        (BIT_MISMATCH, "bit mismatch"),
        (NO_DEVICE, "device not found"),
        (LINK, "link error"),
        (REFUSED, "device refused"),
        (INTERNAL, "internal"),
    ];
}

/// The result of a command.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why a command ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The library says why.
    #[error(transparent)]
    Host(HostError),
    /// A device was examined.
    #[error("{on}: {failed} of the checks failed, first: {first}")]
    Examined {
        /// The device.
        on: String,
        /// How many.
        failed: usize,
        /// The first of them.
        first: String,
        /// Its likeliest cause.
        cause: String,
    },
    /// The user stopped the run.
    #[error("interrupted{}", kept_in(.kept))]
    Interrupted {
        /// The checkpoint that holds what was done until then.
        kept: Option<PathBuf>,
    },
    /// The user stopped a table or a search.
    #[error("stopped: {done}, kept in {}", .path.display())]
    Stopped {
        /// What is done.
        done: String,
        /// The file that keeps it.
        path: PathBuf,
    },
    /// A network says nothing.
    #[error("the network answered none of the {samples} samples that it was tested with")]
    NoAnswer {
        /// Samples of the test.
        samples: u32,
        /// Which setting to change.
        help: String,
    },
    /// A network knows nothing, and that was not allowed.
    #[error("{message}")]
    AtChance {
        /// How it answered, and what chance is.
        message: String,
        /// Which setting to change.
        help: String,
    },
}

/// What the library gives, by way of its own error.
impl<E: Into<HostError>> From<E> for Error {
    fn from(error: E) -> Self {
        Self::Host(error.into())
    }
}

/// Where an interrupted run was kept.
fn kept_in(path: &Option<PathBuf>) -> String {
    path.as_ref().map_or(String::new(), |path| format!("; the network so far is in {}", path.display()))
}

/// How an interrupted run goes on.
fn go_on(path: &Option<PathBuf>) -> String {
    match path {
        Some(path) => {
            let path = path.display();
            format!(
                "go on with `hebbit learn --resume {path}`, on a device with `hebbit stream {path} --learn --continue`"
            )
        }
        None => "nothing was kept; a run with --out keeps its network".to_owned(),
    }
}

impl Error {
    /// The stable code, and what to do next.
    pub(crate) fn advice(&self) -> Advice<'_> {
        match self {
            Self::Host(error) => error.advice(),
            Self::Examined { cause, .. } => ("hebbit::doctor", cause.as_str().into()),
            Self::Interrupted { kept } => ("hebbit::interrupted", go_on(kept).into()),
            Self::Stopped { .. } => ("hebbit::stopped", "the same command goes on where it was cut".into()),
            Self::NoAnswer { help, .. } => ("hebbit::no_answer", help.into()),
            Self::AtChance { help, .. } => ("hebbit::at_chance", help.into()),
        }
    }

    /// Options that cannot be, with a hint.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        HostError::usage(message, help).into()
    }

    /// An unknown name among the known ones.
    pub(crate) fn unknown<S: Into<String>>(
        what: &'static str,
        given: &str,
        known: impl IntoIterator<Item = S>,
    ) -> Self {
        HostError::unknown(what, given, known).into()
    }

    /// A file that cannot be read.
    pub(crate) fn read(path: impl Into<PathBuf>, source: io::Error) -> Self {
        HostError::read(path, source).into()
    }

    /// A file that cannot be written.
    pub(crate) fn output(path: impl Into<PathBuf>, source: io::Error) -> Self {
        HostError::output(path, source).into()
    }

    /// A defect of Hebbit.
    pub(crate) fn internal(message: impl ToString) -> Self {
        HostError::Internal { message: message.to_string() }.into()
    }

    /// The code that the process ends with, one of [`exit`].
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Host(error) => of_host(error),
            Self::Interrupted { .. } | Self::Stopped { .. } => exit::PARTIAL,
            Self::Examined { .. } => exit::EXAMINED,
            Self::NoAnswer { .. } => exit::NO_ANSWER,
            Self::AtChance { .. } => exit::AT_CHANCE,
        }
    }
}

fn of_host(error: &HostError) -> u8 {
    match error {
        HostError::Usage { .. } | HostError::Shape { .. } | HostError::UnknownName { .. } => exit::USAGE,
        HostError::Data(_)
        | HostError::Io { .. }
        | HostError::Checkpoint { .. }
        | HostError::Weights(_)
        | HostError::State { .. }
        | HostError::RecipeFile { .. } => exit::BAD_INPUT,
        HostError::BitMismatch { .. } => exit::BIT_MISMATCH,
        HostError::NothingToDo { .. } => exit::NOTHING_TO_DO,
        HostError::Output { .. } | HostError::Rtl(RtlError::File { .. }) => exit::OUTPUT,
        HostError::Fetch { .. } => exit::LINK,
        HostError::Device(error) => of_device(error),
        HostError::Rtl(RtlError::Tool { .. }) => exit::NO_DEVICE,
        HostError::Rtl(RtlError::Carried { .. } | RtlError::Room { .. }) => exit::DOES_NOT_FIT,
        _ => exit::INTERNAL,
    }
}

fn of_device(error: &DeviceError) -> u8 {
    match error {
        DeviceError::NoPort { .. }
        | DeviceError::PortDenied { .. }
        | DeviceError::PortBusy { .. }
        | DeviceError::NotSerial { .. }
        | DeviceError::NoTool { .. }
        | DeviceError::NoSources { .. }
        | DeviceError::Tool { .. }
        | DeviceError::Probe { .. }
        | DeviceError::Foreign { .. }
        | DeviceError::Echo { .. }
        | DeviceError::Half { .. }
        | DeviceError::Garbled { .. }
        | DeviceError::NoAnswer { .. } => exit::NO_DEVICE,
        DeviceError::Restarted { .. }
        | DeviceError::Link { .. }
        | DeviceError::Gone { .. }
        | DeviceError::Lost { .. }
        | DeviceError::Answer { .. }
        | DeviceError::Digest { .. } => exit::LINK,
        DeviceError::DoesNotFit { .. } | DeviceError::Layers { .. } => exit::DOES_NOT_FIT,
        DeviceError::Protocol { .. } | DeviceError::OtherCore { .. } | DeviceError::Refused { .. } => {
            exit::REFUSED
        }
        DeviceError::LongSample { .. } | DeviceError::NoLink { .. } => exit::USAGE,
        _ => exit::INTERNAL,
    }
}

/// The one block that the command line prints: `error[CODE]: sentence`, and `  help: …` on a second line where there is help.
pub(crate) fn render(error: &Error) -> String {
    let (code, help) = error.advice();
    let block = format!("error[{code}]: {}", spelled(&one_line(&error.to_string())));
    if help.is_empty() { block } else { format!("{block}\n  help: {}", spelled(&one_line(&help))) }
}

/// The same as one line of JSON: `{"error": {"code", "message", "help", "exit"}}`, `help` null where there is none.
pub(crate) fn render_json(error: &Error) -> String {
    let (code, help) = error.advice();
    let (message, help) =
        (spelled(&one_line(&error.to_string())), (!help.is_empty()).then(|| spelled(&one_line(&help))));
    let exit = error.exit_code();
    serde_json::json!({ "error": { "code": code, "message": message, "help": help, "exit": exit } })
        .to_string()
}

/// Text on one line: what libraries and file contents bring in must not break the block, nor reach the terminal as controls.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(['\n', '\r', '\t']).map(str::trim).filter(|s| !s.is_empty()).collect();
    printable(&words.join(" "))
}

/// Text whose control characters are written out (`\u{1b}`), line ends excepted: names that come from files and devices must not
/// steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebbit::error::Cause;

    #[test]
    fn one_block_with_code_sentence_and_help() {
        let error = Error::from(Cause::Truncated { want: 7_840_016, got: 500 }.in_file("a/b.idx"));
        let block = render(&error);
        assert!(block.starts_with("error[hebbit::data::truncated]: a/b.idx: "), "{block}");
        assert!(block.contains("7840016") && block.contains("500"), "{block}");
        assert_eq!(block.lines().count(), 2, "{block}");
        assert!(block.lines().nth(1).unwrap().starts_with("  help: "), "{block}");
        assert_eq!(error.exit_code(), exit::BAD_INPUT);
    }

    #[test]
    fn control_characters_of_a_file_never_reach_the_screen() {
        let block =
            render(&HostError::Checkpoint { path: "x".into(), message: "bad\n\x1b[31mname".into() }.into());
        assert_eq!(block.lines().next(), Some("error[hebbit::checkpoint]: x: bad \\u{1b}[31mname"));
        assert_eq!(printable("a\tb\x07\u{9b}1m\nc\r"), "a\\tb\\u{7}\\u{9b}1m\nc\\r");
    }

    #[test]
    fn an_error_as_json_has_the_same_parts() {
        let error = Error::unknown("rule", "b\x1bt", ["burst"]);
        let value: serde_json::Value = serde_json::from_str(&render_json(&error)).unwrap();
        let want = serde_json::json!({ "error": {
            "code": "hebbit::unknown_name",
            "message": "there is no rule `b\\u{1b}t`",
            "help": "there are: burst",
            "exit": 2,
        }});
        assert_eq!(value, want);
        let error = Error::from(HostError::Usage { message: "no".into(), help: None });
        assert!(render_json(&error).contains("\"help\":null"));
    }

    #[test]
    fn a_port_and_a_link_have_codes_of_their_own() {
        let port = String::from("COM7");
        assert_eq!(Error::from(DeviceError::PortDenied { port: port.clone() }).exit_code(), exit::NO_DEVICE);
        assert_eq!(
            Error::from(DeviceError::NotSerial { port, message: String::new() }).exit_code(),
            exit::NO_DEVICE
        );
        assert_eq!(Error::from(DeviceError::Restarted { on: String::new() }).exit_code(), exit::LINK);
    }

    #[test]
    fn the_page_lists_every_exit_code() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/CLI.md");
        let page = std::fs::read_to_string(page).unwrap();
        let rows = page.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
        let rows: Vec<String> =
            rows.map(|line| line.split('|').take(3).collect::<Vec<_>>().join("|")).collect();
        let want: Vec<String> = exit::ALL.iter().map(|(code, name)| format!("| {code} | {name} ")).collect();
        assert_eq!(rows, want);
    }
}
