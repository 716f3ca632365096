//! What can go wrong in `hebbit`: one error type and its stable codes.
//!
//! Every error has a code (`hebbit::data::truncated`), one sentence that names the file, the place and the numbers, and, where
//! there is one, a hint. Messages and hints name settings as `[rate]` or `[weights=i8]` and operations as `[:inspect]`: how a user
//! reaches them is the business of the program, which writes its own spelling instead.

mod data;
mod device;
mod weights;

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use hebbit_rtl::RtlError;

use hebbit_engine::engine::CoreError;

use crate::install::install_hint;

pub use data::{Cause, DataError};
pub use device::{DeviceError, EngineError};
pub use weights::WeightsError;

/// The result of everything that can fail for a reason the user can see.
pub type Result<T> = std::result::Result<T, Error>;

/// A stable code (`hebbit::data::truncated`), and what to do next, empty where nothing is known.
pub type Advice<'a> = (&'static str, Cow<'a, str>);

/// Everything that can go wrong, as the user sees it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Settings that are out of range or do not go together.
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
    Device(#[from] DeviceError),
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

/// A core that refuses what the host has checked is a defect of ours.
impl From<CoreError> for Error {
    fn from(error: CoreError) -> Self {
        Self::Internal { message: error.to_string() }
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
            Self::State { .. } => {
                ("hebbit::state", "name another file with [state], or remove this one".into())
            }
            Self::RecipeFile { .. } => ("hebbit::recipe", "[:tune] writes recipes".into()),
            Self::BitMismatch { .. } => (
                "hebbit::bit_mismatch",
                "this is a defect of Hebbit: please report it with the command".into(),
            ),
            Self::NothingToDo { help, .. } => ("hebbit::nothing_to_do", help.into()),
            Self::Checkpoint { .. } => (
                "hebbit::checkpoint",
                "make it again with [:learn], or look at what it holds with [:inspect]".into(),
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

    /// Settings that cannot be, with a hint.
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

/// Code, message and hint as one text, for tests.
#[cfg(test)]
pub(crate) fn render(error: &Error) -> String {
    let (code, help) = error.advice();
    format!("error[{code}]: {error}\n  help: {help}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_corrected() {
        let block = render(&Error::unknown("rule", "brst", ["burst", "stdp"]));
        assert_eq!(
            block,
            "error[hebbit::unknown_name]: there is no rule `brst`\n  help: did you mean `burst`? There are: burst, stdp"
        );
        assert!(render(&Error::unknown("rule", "xyz", ["burst"])).ends_with("help: there are: burst"));
    }
}
