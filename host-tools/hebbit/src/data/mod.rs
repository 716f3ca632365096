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
mod classes;
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
mod order;
mod picture;
mod prepare;
mod query;
pub mod raw;
mod reader;
mod reading;
mod scaling;
mod schema;
mod split;
#[cfg(test)]
mod tests;
mod turn;
mod wav;

use std::path::{Path, PathBuf};

pub use classes::ClassNames;
pub use csv::LabelColumn;
pub use dataset::Dataset;
pub use fetch::{Fetched, cache_dir, fetch};
use fetch_sets::{CIFAR10, MNIST, Manifest};
pub use inputs::{Inputs, inputs, sample_of_text};
pub use loaded::{Chosen, Loaded, Part, Parts};
pub use order::order;
pub use prepare::{Preparation, Prepared, prepare};
use query::Query;
use raw::RawSet;
pub use reading::{reading, reading_of_unsigned};
pub use scaling::{LineKind, Method, Per, Scaling};
pub use schema::Schema;
pub use split::SplitRule;
pub use turn::{STEPS_PER_DEGREE, turned, turning};

use crate::error::{Cause, Error, Result};

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
}

/// A network that samples are for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// What its values and classes mean.
    pub schema: Option<Schema>,
    /// Its input lines, if it is known.
    pub lines: Option<usize>,
}

impl Known {
    /// Values of a sample as they are measured.
    fn values(&self) -> Option<usize> {
        self.schema.as_ref().map(|schema| schema.view().values()).or(self.lines)
    }
}

/// Reads a data set for a network that is there already: its schema says what values and classes mean.
///
/// - `mini`: 6,000 + 1,000 digits of MNIST, always there.
/// - `mnist`: the whole, after `hebbit data fetch mnist`.
/// - `gas-drift`: gas sensors over 36 months, after `hebbit data fetch gas-drift`; see [`gas_drift`].
/// - A directory or a file: `docs/CLI.md` lists what is read.
///
/// Options follow a `?`, joined by `&`: `part=NAME,NAME` takes these parts only, joined in this order, as one part. `classes=0,1`
/// keeps the samples of these classes only, renumbered in this order. `turn=60` makes a stream of one part: its pictures, each
/// once, in a keyed order, turned from 0 to 60 degrees ([`turning`]). `label=`, `drop=` and `group=` name columns of CSV.
///
/// Any file may be gzip, with `.gz` after its name. A file or directory that is called like a set is reached as `./mini`.
///
/// # Errors
/// An unknown name, part or option, and everything in [`Cause`].
pub fn read(spec: &str, known: &Known) -> Result<Loaded> {
    let query = Query::parse(spec)?;
    let Files { source, mut sets, names } = Files::read(&query, known.values())?;
    let mut remarks: Vec<String> = sets.first().map(|set| set.remarks.clone()).unwrap_or_default();
    let two = sets.len() == 2;
    let groups = if two { None } else { sets.first_mut().and_then(|set| set.groups.take()) };
    let mut taken = Vec::new();
    for raw in &sets {
        let in_file = |cause: Cause| Error::from(cause.in_file(raw.name.clone()));
        let levels = schema::take(raw, known.schema.as_ref()).map_err(in_file)?;
        let classes = schema::classes(prepare::labels_of(raw)?, known.schema.as_ref()).map_err(in_file)?;
        remarks.extend(about_levels(raw, &levels, known));
        taken.push(prepare::dataset(raw, known.schema.as_ref(), levels.pixels, classes)?);
    }
    let second = if two { taken.pop() } else { None };
    let first = taken.pop().ok_or_else(|| nothing(source.clone()))?;
    let parts = match (second, query.turn) {
        (Some(test), None) => Parts::Two(Split::new(first, test)?),
        (Some(_), Some(_)) => return Err(turns_two(&source)),
        (None, Some(degrees)) => Parts::One { set: turning(&first, first.len(), degrees, TURN_SEED)?, names },
        (None, None) => Parts::One { set: first, names },
    };
    Ok(Loaded { source, remarks, parts, groups })
}

/// What is probably wrong with values that a network is to take.
fn about_levels(raw: &RawSet, taken: &schema::Taken, known: &Known) -> Vec<String> {
    let mut remarks: Vec<String> =
        prepare::clamped_text(taken.clamped, raw.numbers.len(), "values").into_iter().collect();
    if taken.unit {
        remarks.push(format!("values of {} from 0 to 1 become 0 to 255: the network takes bytes", raw.name));
    } else if known.schema.is_none()
        && let (_, greatest) = raw.numbers.range()
        && greatest < 64.0
    {
        remarks.push(format!(
            "warning: the greatest value of {} is {greatest}, and the network takes bytes, 0 to 255, as they are",
            raw.name
        ));
    }
    remarks
}

/// Samples as they stand in files: one part, or a training and a test part.
struct Files {
    source: String,
    sets: Vec<RawSet>,
    /// The parts that were asked for by name.
    names: Vec<String>,
}

impl Files {
    fn read(query: &Query, values: Option<usize>) -> Result<Self> {
        let source = query.source.clone();
        let mut sets = sets(query, values)?;
        if let Some(classes) = &query.classes {
            sets = sets.iter().map(|set| set.only(classes)).collect::<Result<_>>()?;
        }
        let names = query.parts.clone().unwrap_or_default();
        if sets.len() == 2 && query.parts.is_none() {
            return if query.turn.is_some() {
                Err(turns_two(&source))
            } else {
                Ok(Self { source, sets, names })
            };
        }
        let name = sets.first().map(|set| set.name.clone()).filter(|_| sets.len() == 1);
        let set = RawSet::join(name.as_deref().unwrap_or(&source), sets)?;
        Ok(Self { sets: vec![set.ok_or_else(|| nothing(source.clone()))?], source, names })
    }
}

fn turns_two(source: &str) -> Error {
    let help = format!("name one: {source}?part=test&turn=60");
    Error::usage("pictures turn while they come, so they are of one part", help)
}

/// Rows and columns of samples whose lines are the values of a picture.
fn shape_of(raw: &RawSet, schema: Option<&Schema>) -> Option<(usize, usize)> {
    let plain = schema.is_none_or(|schema| schema.view().kind() == hebbit_core::schema::Lines::Plain);
    match raw.shape[..] {
        [rows, columns] | [rows, columns, 1] if plain => Some((rows, columns)),
        _ => None,
    }
}

/// Seed of the order of pictures that turn.
const TURN_SEED: u64 = 1;

fn nothing(source: String) -> Error {
    Cause::Empty.in_file(source).into()
}

/// The parts that are named, else the one or two that the set has by default.
fn sets(query: &Query, values: Option<usize>) -> Result<Vec<RawSet>> {
    let source = query.source.as_str();
    if NAMES.contains(&source) {
        files::no_columns(query, &reader::Reading::of(query))?;
    }
    let of_two = |split: Split| {
        let parts = vec![("train", split.train), ("test", split.test)];
        reader::choose(source, parts, query.parts.as_deref())
    };
    let sets = match source {
        "mini" => of_two(mini::load()?)?,
        "mnist" => return fetched(query, &cache_dir()?, &MNIST),
        "cifar10" => return fetched(query, &cache_dir()?, &CIFAR10),
        gas_drift::NAME => match &query.parts {
            Some(names) => gas_drift::parts(names)?,
            None => gas_drift::load().map(|split| vec![split.train, split.test])?,
        },
        _ => {
            unreadable(source)?;
            return files::read(query, &reader::Reading { width: values, ..reader::Reading::of(query) });
        }
    };
    Ok(sets.into_iter().map(RawSet::from).collect())
}

/// Refuses the name of a set that can be fetched, but whose files are no samples yet.
fn unreadable(source: &str) -> Result<()> {
    let fetched = fetch_sets::ALL.iter().any(|set| set.name == source) && !NAMES.contains(&source);
    if !fetched || Path::new(source).exists() {
        return Ok(());
    }
    let dir = cache_dir()?.join(source);
    let message = format!("`{source}` is fetched as it was published, not as samples for a network");
    let help = format!("make CSV or NPZ of the files in {}, and name that with [data]", dir.display());
    Err(Error::usage(message, help))
}

/// Loads a data set for learning from the beginning, by default options: see [`prepare`].
///
/// # Errors
/// Those of [`prepare`].
pub fn load(spec: &str) -> Result<Split> {
    let Prepared { train, test, .. } = prepare(spec, &Preparation::default())?;
    Ok(Split { train, test })
}

/// The same for a network of floats, which has learned bytes divided by 255: floats up to 1 become 0 to 255, everything else is
/// taken as it is.
///
/// # Errors
/// Those of [`prepare`].
pub fn load_floats(spec: &str) -> Result<Split> {
    let method = Some(Method::Unit);
    let unit = prepare(
        spec,
        &Preparation { scaling: Scaling { method, ..Scaling::default() }, ..Default::default() },
    )?;
    Ok(Split { train: unit.train, test: unit.test })
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

/// A set of two parts under a cache directory: those that are asked for.
fn fetched(query: &Query, root: &Path, set: &'static Manifest) -> Result<Vec<RawSet>> {
    let dir = root.join(set.name);
    if let Some(file) = missing(&dir, set) {
        let missing = file.to_string_lossy().into_owned();
        return Err(Cause::NotFetched { name: set.name, missing }.in_file(set.name).into());
    }
    let query = Query { source: dir.to_string_lossy().into_owned(), ..query.clone() };
    files::read(&query, &reader::Reading::default())
}

/// The first file of a set that is not in the directory.
fn missing(dir: &Path, set: &Manifest) -> Option<PathBuf> {
    set.files.names().into_iter().map(|name| dir.join(name)).find(|path| !path.is_file())
}
