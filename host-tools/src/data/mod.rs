//! Data sets: what a network learns from.
//!
//! [`load`] reads a set by name or from files, gives training and test samples as bytes, and says exactly what is wrong with a
//! file that is not right.
//!
//! ```
//! let split = hebbit::data::load("mini")?;
//! assert_eq!((split.train.len(), split.test.len()), (6000, 1000));
//! assert_eq!((split.train.width(), split.train.classes()), (784, 10));
//! # Ok::<(), hebbit::error::Error>(())
//! ```

pub(crate) mod bytes;
mod csv;
mod dataset;
mod fetch;
mod fetch_sources;
mod files;
pub mod idx;
pub mod mini;
pub(crate) mod npy;
pub mod problem;
#[cfg(test)]
mod tests;
mod turn;
mod values;

use std::path::{Path, PathBuf};

pub use csv::LabelColumn;
pub use dataset::Dataset;
pub use fetch::{Fetched, cache_dir, fetch};
use problem::Cause;
pub use turn::{STEPS_PER_DEGREE, turned, turning};

use crate::error::{Error, Result};

/// The names that [`load`] knows.
pub const NAMES: [&str; 2] = ["mini", "mnist"];

/// Samples to learn from and samples to test with, of equal width and with the same number of classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// To learn from.
    pub train: Dataset,
    /// Never learned from.
    pub test: Dataset,
}

impl Split {
    /// Pairs two sets; both then have the classes of the one that has more.
    ///
    /// # Errors
    /// Different widths.
    pub fn new(train: Dataset, test: Dataset) -> Result<Self> {
        if train.width() != test.width() {
            let cause = Cause::Width { train: train.width(), test: test.width() };
            return Err(cause.in_file(test.name).into());
        }
        let classes = train.classes().max(test.classes());
        Ok(Self { train: train.with_classes(classes), test: test.with_classes(classes) })
    }

    /// Splits a set that has no test part: its last sixth (rounded down, at least one sample) is for testing.
    ///
    /// A sixth is what MNIST keeps for testing in proportion to training, 10,000 to 60,000, taken from the whole.
    ///
    /// # Errors
    /// Fewer than two samples.
    pub fn of_one(all: Dataset) -> Result<Self> {
        if all.len() < 2 {
            return Err(Cause::Single.in_file(all.name).into());
        }
        let (train, test) = all.split_tail((all.len() / 6).max(1));
        Ok(Self { train, test })
    }
}

/// Loads a data set.
///
/// - `mini`: 6,000 + 1,000 digits of MNIST, always there.
/// - `mnist`: the whole, after `hebbit data fetch mnist`.
/// - A directory with IDX files of the usual MNIST names, or `train.csv` and `test.csv`, or `train.npz` and `test.npz`.
/// - One file: IDX pictures (the labels beside it are found by name), `.csv` (label in the column named `label`, else the first;
///   `FILE.csv?label=last` for the last), `.npz` (`x` and `y`, or `x_train`, `y_train`, `x_test`, `y_test`) or `.npy`
///   (`x….npy` with `y….npy` beside it).
///
/// `?classes=0,1` behind any of them keeps the samples of these classes only, numbered anew in this order.
///
/// Any file may be gzip, with `.gz` after its name. Where there is no test part, the last sixth of the samples, in the order of
/// the file, is the test part. A file or directory that is called like a set is reached as `./mini`.
///
/// # Errors
/// A name nobody knows, and everything in [`Cause`].
pub fn load(spec: &str) -> Result<Split> {
    if let Some((whole, classes)) = spec.rsplit_once("?classes=") {
        let classes = classes.split(',').map(|class| class.trim().parse().ok()).collect::<Option<Vec<u8>>>();
        let classes = classes.ok_or_else(|| {
            Error::usage(format!("`{spec}` names no classes"), "write them with commas: mnist?classes=0,1")
        })?;
        let Split { train, test } = load(whole)?;
        return Split::new(train.only(&classes)?, test.only(&classes)?);
    }
    match spec {
        "mini" => mini::load(),
        "mnist" => mnist(&cache_dir()?),
        _ => files::load(spec),
    }
}

/// One data set that `hebbit data list` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The name that [`load`] takes.
    pub name: &'static str,
    /// Samples to learn from.
    pub train: usize,
    /// Samples to test with.
    pub test: usize,
    /// Where it is, or would be: a directory, or none if it is part of the program.
    pub place: Option<PathBuf>,
    /// Whether it can be loaded now.
    pub present: bool,
}

/// The data sets that have a name.
pub fn list() -> Vec<Listing> {
    let dir = cache_dir().ok().map(|root| root.join("mnist"));
    let present = dir.as_deref().is_some_and(|dir| missing(dir).is_none());
    vec![
        Listing { name: "mini", train: mini::TRAIN, test: mini::TEST, place: None, present: true },
        Listing { name: "mnist", train: 60_000, test: 10_000, place: dir, present },
    ]
}

/// The whole MNIST under a cache directory.
fn mnist(root: &Path) -> Result<Split> {
    let dir = root.join("mnist");
    match missing(&dir) {
        None => files::directory(&dir, LabelColumn::First),
        Some(file) => {
            let missing = file.to_string_lossy().into_owned();
            Err(Error::from(Cause::NotFetched { missing }.in_file("mnist")))
        }
    }
}

/// The first file of MNIST that is not in the directory.
fn missing(dir: &Path) -> Option<PathBuf> {
    fetch::MNIST.files.iter().map(|file| dir.join(file.name)).find(|path| !path.is_file())
}
