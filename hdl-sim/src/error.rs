//! Errors of building, loading and running the simulated RTL.

use hebbit_core::checkpoint::CheckpointError;
use std::path::PathBuf;

/// Why the RTL cannot do something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RtlError {
    /// A tool is missing.
    #[error("{tool} not found: install it, or say where it is in {variable}")]
    Tool {
        /// What was called.
        tool: String,
        /// The environment variable that names it.
        variable: &'static str,
    },
    /// A tool refused the sources.
    #[error("{tool} failed: {output}")]
    Build {
        /// What was called.
        tool: String,
        /// What it printed.
        output: String,
    },
    /// A change of the sources cannot be made.
    #[error("{file} has this text not once: {text}")]
    Edit {
        /// File below `rtl/`.
        file: String,
        /// What should be changed.
        text: String,
    },
    /// A file of the cache could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The library that was built cannot be used.
    #[error("the simulation does not load: {0}")]
    Library(String),
    /// Not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The RTL does not carry what the network asks for.
    #[error("the RTL does not carry {what}: {change}")]
    Carried {
        /// What it is.
        what: &'static str,
        /// What to change.
        change: &'static str,
    },
    /// The network does not fit the parameters that the RTL was built with.
    #[error(
        "the RTL has {got} {what}, the network needs {want}: make the network smaller, or {parameter} greater"
    )]
    Room {
        /// Of what.
        what: &'static str,
        /// How many are needed.
        want: usize,
        /// How many there are.
        got: usize,
        /// The parameter to change.
        parameter: &'static str,
    },
    /// A sample has the wrong length.
    #[error("a sample has {got} values, the network takes {want}")]
    Sample {
        /// Lines of the input layer.
        want: usize,
        /// Values of the sample.
        got: usize,
    },
    /// A word that is not in the core's map.
    #[error("the core has no word {address:#x}, or not all of those from there on")]
    Address {
        /// Where the request began.
        address: usize,
    },
    /// An image of another network, or none.
    #[error("not an image of this checkpoint")]
    Image,
    /// Nothing was loaded.
    #[error("no network is loaded")]
    Empty,
    /// The simulation did not come to an end.
    #[error("the RTL was still busy after {cycles} cycles")]
    Stuck {
        /// How long it ran.
        cycles: u64,
    },
}
