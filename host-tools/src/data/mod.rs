//! Data sets: what a network learns from.
//!
//! [`read`] reads a set by name or from files: one part, or a training and a test part, as bytes. It says exactly what is wrong
//! with a file that is not right. Only commands that learn from the beginning split a set of one part ([`load`]); the others take
//! it whole. [`inputs`] reads samples without labels.
//!
//! ```
//! let split = hebbit::data::load("mini")?;
//! assert_eq!((split.train.len(), split.test.len()), (6000, 1000));
//! assert_eq!((split.train.width(), split.train.classes()), (784, 10));
//! # Ok::<(), hebbit::error::Error>(())
//! ```

mod archive;
pub(crate) mod bytes;
mod cifar;
mod csv;
mod dataset;
mod fetch;
mod fetch_sets;
mod fetch_sources;
#[cfg(test)]
mod file_tests;
mod files;
mod folder;
pub mod gas_drift;
pub mod idx;
mod inputs;
mod loaded;
pub mod mini;
pub(crate) mod npy;
mod picture;
pub mod problem;
mod query;
pub mod raw;
#[cfg(test)]
mod tests;
mod turn;
mod values;
mod wav;

use std::path::{Path, PathBuf};

pub use csv::LabelColumn;
pub use dataset::Dataset;
pub use fetch::{Fetched, cache_dir, fetch};
use fetch_sets::{CIFAR10, MNIST, Manifest};
pub use inputs::{Inputs, inputs, sample_of_text};
pub use loaded::{Chosen, Loaded, Part, Parts};
use problem::Cause;
use query::Query;
pub use turn::{STEPS_PER_DEGREE, turned, turning};

use crate::error::{Error, Result};

/// The names that [`load`] knows.
pub const NAMES: [&str; 4] = ["mini", "mnist", gas_drift::NAME, "cifar10"];

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
        let (train, test) = all.split_tail(held_out(all.len()));
        Ok(Self { train, test })
    }
}

/// How many of the samples of one part are for testing.
fn held_out(samples: usize) -> usize {
    (samples / 6).max(1)
}

/// Reads a data set.
///
/// - `mini`: 6,000 + 1,000 digits of MNIST, always there.
/// - `mnist`: the whole, after `hebbit data fetch mnist`.
/// - `gas-drift`: gas sensors over 36 months, after `hebbit data fetch gas-drift`; see [`gas_drift`].
/// - A directory with IDX files of the usual MNIST names, or `train.csv` and `test.csv`, or `train.npz` and `test.npz`; one of
///   the two is one part.
/// - One file, which is one part: IDX pictures (the labels beside it are found by name), `.csv` (label in the column named
///   `label`, else the first; `FILE.csv?label=last` for the last), `.npz` (`x` and `y`, or `x_train`, `y_train`, `x_test`,
///   `y_test`, or one pair of those) or `.npy` (`x….npy` with `y….npy` beside it). An `.npz` with both pairs has two parts.
///
/// Options follow a `?`, joined by `&`: `part=NAME,NAME` takes these parts only, joined in this order, as one part (`train`,
/// `test`; of an `.npz` every `NAME` with `x_NAME` and `y_NAME`; of `gas-drift` also `batch1` to `batch10`). `classes=0,1` keeps
/// the samples of these classes only, renumbered in this order. `turn=60` makes a stream of one part: its pictures, each once, in a
/// keyed order, turned from 0 to 60 degrees ([`turning`]).
///
/// Any file may be gzip, with `.gz` after its name. A file or directory that is called like a set is reached as `./mini`.
///
/// # Errors
/// An unknown name, part or option, and everything in [`Cause`].
pub fn read(spec: &str) -> Result<Loaded> {
    let query = Query::parse(spec)?;
    let mut sets = sets(&query)?;
    if let Some(classes) = &query.classes {
        sets = sets.iter().map(|set| set.only(classes)).collect::<Result<_>>()?;
    }
    let source = query.source;
    let parts = match (query.parts, sets.len()) {
        (None, 2) => {
            let test = sets.pop();
            let (Some(train), Some(test)) = (sets.pop(), test) else { return Err(nothing(source)) };
            Parts::Two(Split::new(train, test)?)
        }
        (names, _) => {
            let name = sets.first().map(|set| set.name.clone()).filter(|_| sets.len() == 1);
            let set = Dataset::join(name.as_deref().unwrap_or(&source), sets)?;
            let Some(set) = set else { return Err(nothing(source)) };
            Parts::One { set, names: names.unwrap_or_default() }
        }
    };
    let parts = match (query.turn, parts) {
        (None, parts) => parts,
        (Some(degrees), Parts::One { set, names }) => {
            Parts::One { set: turning(&set, set.len(), degrees, TURN_SEED)?, names }
        }
        (Some(_), Parts::Two(_)) => {
            let help = format!("name one: {source}?part=test&turn=60");
            return Err(Error::usage("pictures turn while they come, so they are of one part", help));
        }
    };
    Ok(Loaded { source, parts })
}

/// Seed of the order of pictures that turn.
const TURN_SEED: u64 = 1;

fn nothing(source: String) -> Error {
    Cause::Empty.in_file(source).into()
}

/// The parts that are named, else the one or two that the set has by default.
fn sets(query: &Query) -> Result<Vec<Dataset>> {
    let source = query.source.as_str();
    if NAMES.contains(&source) {
        files::no_columns(query, &files::Reading::of(query))?;
    }
    let of_two = |split: Split| {
        let parts = vec![("train", split.train), ("test", split.test)];
        files::choose(source, parts, query.parts.as_deref())
    };
    match source {
        "mini" => of_two(mini::load()?),
        "mnist" => of_two(fetched(&cache_dir()?, &MNIST)?),
        "cifar10" => of_two(fetched(&cache_dir()?, &CIFAR10)?),
        gas_drift::NAME => match &query.parts {
            Some(names) => gas_drift::parts(names),
            None => gas_drift::load().map(|split| vec![split.train, split.test]),
        },
        _ => {
            unreadable(source)?;
            let how = files::Reading::of(query);
            Ok(files::read(query, &how)?
                .into_iter()
                .map(values::dataset)
                .collect::<std::result::Result<_, _>>()?)
        }
    }
}

/// Refuses the name of a set that can be fetched, but whose files are no samples yet.
fn unreadable(source: &str) -> Result<()> {
    let fetched = fetch_sets::ALL.iter().any(|set| set.name == source) && !NAMES.contains(&source);
    if !fetched || Path::new(source).exists() {
        return Ok(());
    }
    let dir = cache_dir()?.join(source);
    let message = format!("`{source}` is fetched as it was published, not as samples for a network");
    let help = format!("make CSV or NPZ of the files in {}, and name that with --data", dir.display());
    Err(Error::usage(message, help))
}

/// Loads a data set for learning from the beginning: [`read`], and where there is one part only, its last sixth, in the order
/// of the file, is the test part.
///
/// # Errors
/// Those of [`read`], and one part with fewer than two samples.
pub fn load(spec: &str) -> Result<Split> {
    read(spec)?.split()
}

/// One data set that `hebbit data list` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Its name.
    pub name: &'static str,
    /// Samples to learn from; none if its files are not read as samples.
    pub train: Option<usize>,
    /// Samples to test with.
    pub test: Option<usize>,
    /// Where it is, or would be: a directory, or none if it is part of the program.
    pub place: Option<PathBuf>,
    /// Whether it is there.
    pub present: bool,
    /// Under which licence it is.
    pub licence: &'static str,
}

/// The data sets that have a name.
pub fn list() -> Vec<Listing> {
    let root = cache_dir().ok();
    let mini = Listing {
        name: "mini",
        train: Some(mini::TRAIN),
        test: Some(mini::TEST),
        place: None,
        present: true,
        licence: MNIST.licence,
    };
    let fetched = fetch_sets::ALL.iter().map(|set| {
        let place = root.as_ref().map(|root| root.join(set.name));
        let present = place.as_deref().is_some_and(|dir| match set.name {
            gas_drift::NAME => gas_drift::present(dir),
            _ => missing(dir, set).is_none(),
        });
        let (train, test) = set.samples.unzip();
        Listing { name: set.name, train, test, place, present, licence: set.licence }
    });
    std::iter::once(mini).chain(fetched).collect()
}

/// A set of two parts under a cache directory.
fn fetched(root: &Path, set: &'static Manifest) -> Result<Split> {
    let dir = root.join(set.name);
    if let Some(file) = missing(&dir, set) {
        let missing = file.to_string_lossy().into_owned();
        return Err(Cause::NotFetched { name: set.name, missing }.in_file(set.name).into());
    }
    let query = Query { source: dir.to_string_lossy().into_owned(), ..Query::default() };
    let sets = files::read(&query, &files::Reading::default())?.into_iter().map(values::dataset);
    let sets: Vec<Dataset> = sets.collect::<std::result::Result<_, _>>()?;
    match <[Dataset; 2]>::try_from(sets) {
        Ok([train, test]) => Split::new(train, test),
        Err(_) => Err(nothing(set.name.to_owned())),
    }
}

/// The first file of a set that is not in the directory.
fn missing(dir: &Path, set: &Manifest) -> Option<PathBuf> {
    set.files.names().into_iter().map(|name| dir.join(name)).find(|path| !path.is_file())
}
