//! What can go wrong in `hebbit`: one error type, its stable codes, its exit codes, its one form on the screen.
//!
//! Every error has a code (`hebbit::data::truncated`), one sentence that names the file, the place and the numbers, and, where
//! there is one, a way out. A new kind is one variant here and one line in [`Error::exit_code`].

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use hebbit_rtl::RtlError;

use crate::install::install_hint;

pub use crate::data::problem::{Cause, DataError};
pub use crate::quantize::WeightsError;

/// Exit codes of the command line. They are an interface: numbers never change their meaning. `docs/CLI.md` has the same table.
pub mod exit {
    /// Done.
    pub const OK: u8 = 0;
    /// The command line asks for something that does not exist or does not fit together.
    pub const USAGE: u8 = 2;
    /// An input file is missing, unreadable or wrong.
    pub const BAD_INPUT: u8 = 3;
    /// There was nothing to do: the result is already there.
    pub const NOTHING_TO_DO: u8 = 4;
    /// Stopped before the end; what was done until then is kept.
    pub const PARTIAL: u8 = 5;
    /// A result cannot be written.
    pub const OUTPUT: u8 = 6;
    /// A network answered none of the samples that it was tested with.
    pub const NO_ANSWER: u8 = 7;
    /// A network answered no better than chance, and that was not allowed.
    pub const AT_CHANCE: u8 = 8;
    /// A device was examined, and something is wrong with it.
    pub const EXAMINED: u8 = 9;
    /// The network does not fit the device.
    pub const DOES_NOT_FIT: u8 = 10;
    /// A conversion would lose information, and that was not allowed.
    pub const LOSSY: u8 = 11;
    /// Two engines do not have the same bits.
    pub const BIT_MISMATCH: u8 = 12;
    /// No such device.
    pub const NO_DEVICE: u8 = 13;
    /// The link broke: a device stopped answering, or no source of a download could be reached.
    pub const LINK: u8 = 14;
    /// The device answered, and said no.
    pub const REFUSED: u8 = 15;
    /// A defect of Hebbit itself.
    pub const INTERNAL: u8 = 70;

    /// Every code with its name, in the order of the table in `docs/CLI.md`.
    pub const ALL: [(u8, &str); 16] = [
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

/// The result of everything that can fail for a reason the user can see.
pub type Result<T> = std::result::Result<T, Error>;

/// A stable code (`hebbit::data::truncated`), and what to do next, empty where nothing is known.
pub type Advice<'a> = (&'static str, Cow<'a, str>);

/// Everything that can go wrong, as the user sees it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The command line asks for something impossible.
    #[error("{message}")]
    Usage {
        /// One sentence.
        message: String,
        /// What to write instead.
        help: Option<String>,
    },
    /// A data set is wrong.
    #[error(transparent)]
    Data(#[from] DataError),
    /// No source of a data set could be used.
    #[error("no source of `{name}` could be used: {causes}")]
    Fetch {
        /// The data set.
        name: String,
        /// Every source with its cause, separated by `; `.
        causes: String,
        /// Where the files would have been put.
        dir: PathBuf,
        /// Which files: their names, or the first and the last.
        files: String,
    },
    /// An input file cannot be read at all.
    #[error("{}: cannot be read: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A result cannot be written.
    #[error("{}: cannot be written: {source}", .path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A device was examined.
    #[error("{on}: {failed} of the checks failed, first: {first}")]
    Examined {
        /// Which.
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
    /// A file of finished jobs is something else.
    #[error("{}: holds no finished jobs: {message}", .path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A recipe file is something else.
    #[error("{}: holds no recipe: {message}", .path.display())]
    RecipeFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Engines that must be equal are not.
    #[error("{message}")]
    BitMismatch {
        /// Who differs, and where.
        message: String,
    },
    /// The result is there already.
    #[error("nothing to do: {message}")]
    NothingToDo {
        /// What is there.
        message: String,
        /// What to do instead.
        help: String,
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
    /// A checkpoint is wrong.
    #[error("{}: {message}", .path.display())]
    Checkpoint {
        /// The checkpoint.
        path: PathBuf,
        /// What is wrong with it, with place and numbers.
        message: String,
    },
    /// A device cannot be reached, or does not do what it should.
    #[error(transparent)]
    Device(#[from] crate::device::DeviceError),
    /// The simulated RTL cannot be made, or does not do what it should.
    #[error(transparent)]
    Rtl(#[from] RtlError),
    /// A file of float weights is wrong.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The layers do not match the data.
    #[error(
        "layers {layers} do not match {data}: it has {width} values per sample and {classes} classes, \
         the first layer takes {inputs} and the last gives {outputs}"
    )]
    Shape {
        /// The list of layers as the user wrote it, `784-128-10`.
        layers: String,
        /// The data set.
        data: String,
        /// Values per sample of the data.
        width: usize,
        /// Classes of the data.
        classes: usize,
        /// Inputs of the first layer.
        inputs: usize,
        /// Neurons of the last layer.
        outputs: usize,
    },
    /// A name that nobody knows.
    #[error("there is no {what} `{given}`")]
    UnknownName {
        /// What is named: "data set", "rule".
        what: &'static str,
        /// The name given.
        given: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A defect of Hebbit.
    #[error("internal error: {message}")]
    Internal {
        /// What was found that cannot be.
        message: String,
    },
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

/// A core that refuses what the host has checked is a defect of ours.
impl From<crate::engine::CoreError> for Error {
    fn from(error: crate::engine::CoreError) -> Self {
        Self::Internal { message: error.to_string() }
    }
}

impl From<crate::device::EngineError> for Error {
    fn from(error: crate::device::EngineError) -> Self {
        match error {
            crate::device::EngineError::Device(error) => error.into(),
            crate::device::EngineError::Core(error) => error.into(),
        }
    }
}

impl Error {
    /// The stable code, and what to do next.
    pub fn advice(&self) -> Advice<'_> {
        match self {
            Self::Usage { help, .. } => ("hebbit::usage", help.as_deref().unwrap_or_default().into()),
            Self::Data(error) => error.cause.advice(),
            Self::Fetch { dir, files, .. } => (
                "hebbit::data::fetch",
                format!("check the network, or put the files yourself into {} ({files})", dir.display())
                    .into(),
            ),
            Self::Io { .. } => ("hebbit::io::read", "check the path, and that you may read it".into()),
            Self::Output { .. } => (
                "hebbit::io::write",
                "check that the folder exists, that you may write there and that the disk is not full".into(),
            ),
            Self::Examined { cause, .. } => ("hebbit::doctor", cause.as_str().into()),
            Self::Interrupted { kept } => ("hebbit::interrupted", go_on(kept).into()),
            Self::Stopped { .. } => ("hebbit::stopped", "the same command goes on where it was cut".into()),
            Self::State { .. } => {
                ("hebbit::state", "name another file with --state, or remove this one".into())
            }
            Self::RecipeFile { .. } => ("hebbit::recipe", "`hebbit tune` writes recipes".into()),
            Self::BitMismatch { .. } => (
                "hebbit::bit_mismatch",
                "this is a defect of Hebbit: please report it with the command".into(),
            ),
            Self::NothingToDo { help, .. } => ("hebbit::nothing_to_do", help.into()),
            Self::NoAnswer { help, .. } => ("hebbit::no_answer", help.into()),
            Self::AtChance { help, .. } => ("hebbit::at_chance", help.into()),
            Self::Checkpoint { .. } => (
                "hebbit::checkpoint",
                "make it again with `hebbit learn`, or look at what it holds with `hebbit inspect`".into(),
            ),
            Self::Device(error) => error.advice(),
            Self::Rtl(error) => ("hebbit::rtl", after_rtl(error).into()),
            Self::Weights(error) => error.advice(),
            Self::Shape { width, classes, .. } => (
                "hebbit::shape",
                format!("begin the list of layers with {width} and end it with {classes} or more").into(),
            ),
            Self::UnknownName { given, known, .. } => {
                ("hebbit::unknown_name", suggestion(given, known).into())
            }
            Self::Internal { .. } => (
                "hebbit::internal",
                "this is a defect of Hebbit: please report it with the command that led here".into(),
            ),
        }
    }

    /// A usage problem with a way out.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: Some(help.into()) }
    }

    /// An unknown name among the known ones.
    pub fn unknown<S: Into<String>>(
        what: &'static str,
        given: &str,
        known: impl IntoIterator<Item = S>,
    ) -> Self {
        Self::UnknownName { what, given: given.into(), known: known.into_iter().map(Into::into).collect() }
    }

    /// A file that cannot be read.
    pub fn read(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }

    /// A file that cannot be written.
    pub fn output(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Output { path: path.into(), source }
    }

    /// The code that the process ends with, one of [`exit`].
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::Shape { .. } | Self::UnknownName { .. } => exit::USAGE,
            Self::Data(_)
            | Self::Io { .. }
            | Self::Checkpoint { .. }
            | Self::Weights(_)
            | Self::State { .. }
            | Self::RecipeFile { .. } => exit::BAD_INPUT,
            Self::Interrupted { .. } | Self::Stopped { .. } => exit::PARTIAL,
            Self::Examined { .. } => exit::EXAMINED,
            Self::BitMismatch { .. } => exit::BIT_MISMATCH,
            Self::NothingToDo { .. } => exit::NOTHING_TO_DO,
            Self::Output { .. } => exit::OUTPUT,
            Self::NoAnswer { .. } => exit::NO_ANSWER,
            Self::AtChance { .. } => exit::AT_CHANCE,
            Self::Fetch { .. } => exit::LINK,
            Self::Device(error) => error.exit_code(),
            Self::Rtl(RtlError::Tool { .. }) => exit::NO_DEVICE,
            Self::Rtl(RtlError::Carried { .. } | RtlError::Room { .. }) => exit::DOES_NOT_FIT,
            Self::Rtl(RtlError::File { .. }) => exit::OUTPUT,
            Self::Rtl(_) => exit::INTERNAL,
            Self::Internal { .. } => exit::INTERNAL,
        }
    }
}

/// What to do about an error of the simulated RTL.
fn after_rtl(error: &RtlError) -> String {
    let text = match error {
        RtlError::Tool { .. } => return install_hint("verilator g++"),
        RtlError::Carried { .. } | RtlError::Room { .. } => "docs/RTL.md lists what the RTL carries",
        RtlError::File { .. } => "say with HEBBIT_RTL_CACHE where built simulations may be kept",
        _ => "this is a defect of Hebbit: please report it with the command",
    };
    text.to_owned()
}

/// The one block that the command line prints: `error[CODE]: sentence`, and `  help: …` on a second line where there is help.
pub fn render(error: &Error) -> String {
    let (code, help) = error.advice();
    let block = format!("error[{code}]: {}", one_line(&error.to_string()));
    if help.is_empty() { block } else { format!("{block}\n  help: {}", one_line(&help)) }
}

/// The same as one line of JSON: `{"error": {"code", "message", "help", "exit"}}`, `help` null where there is none.
pub fn render_json(error: &Error) -> String {
    let (code, help) = error.advice();
    let (message, help) = (one_line(&error.to_string()), (!help.is_empty()).then(|| one_line(&help)));
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
pub fn printable(text: &str) -> String {
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

/// "did you mean": the known name most like the given one, if any is like it, and all there are.
fn suggestion(given: &str, known: &[String]) -> String {
    let all = known.join(", ");
    // Jaro similarity above 0.7 is what clap takes for its own "did you mean".
    let near =
        known.iter().map(|name| (strsim::jaro(given, name), name)).filter(|(likeness, _)| *likeness > 0.7);
    match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, name)) => format!("did you mean `{name}`? There are: {all}"),
        None => format!("there are: {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_with_code_sentence_and_help() {
        let error: Error = Cause::Truncated { want: 7_840_016, got: 500 }.in_file("a/b.idx").into();
        let block = render(&error);
        assert!(block.starts_with("error[hebbit::data::truncated]: a/b.idx: "), "{block}");
        assert!(block.contains("7840016") && block.contains("500"), "{block}");
        assert_eq!(block.lines().count(), 2, "{block}");
        assert!(block.lines().nth(1).unwrap().starts_with("  help: "), "{block}");
        assert_eq!(error.exit_code(), exit::BAD_INPUT);
    }

    #[test]
    fn control_characters_of_a_file_never_reach_the_screen() {
        let block = render(&Error::Checkpoint { path: "x".into(), message: "bad\n\x1b[31mname".into() });
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
        let error = Error::Usage { message: "no".into(), help: None };
        assert!(render_json(&error).contains("\"help\":null"));
    }

    #[test]
    fn an_unknown_name_is_corrected() {
        let block = render(&Error::unknown("rule", "brst", ["burst", "stdp"]));
        assert_eq!(
            block,
            "error[hebbit::unknown_name]: there is no rule `brst`\n  help: did you mean `burst`? There are: burst, stdp"
        );
        assert!(render(&Error::unknown("rule", "xyz", ["burst"])).ends_with("help: there are: burst"));
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
