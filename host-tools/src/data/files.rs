//! From what the user wrote to files, and from files to samples.

use std::path::{Path, PathBuf};

use super::dataset::Samples;
use super::problem::{Cause, DataError};
use super::query::Query;
use super::{Dataset, Inputs, LabelColumn, NAMES, bytes, csv, idx, npy};
use crate::error::{Error, Result};

/// The four files of MNIST, as its authors named them.
const IDX_TRAIN: &str = "train-images-idx3-ubyte";
const IDX_TEST: &str = "t10k-images-idx3-ubyte";

/// Names of the two parts of a directory, with the files of each, in the order in which they are looked for.
const PAIRS: [[&str; 2]; 3] = [[IDX_TRAIN, IDX_TEST], ["train.csv", "test.csv"], ["train.npz", "test.npz"]];

/// How a file is read.
pub(super) struct Reading {
    /// Where the label of a CSV file is, if no header names it.
    pub(super) label: LabelColumn,
    /// Values per sample, where labels may be missing; none: there must be labels.
    pub(super) width: Option<usize>,
}

/// Labels of a part, with the place that they are from.
type Labels = (Vec<u8>, String);

/// One part of a set: its samples, and its labels or where they were looked for.
pub(super) struct Table {
    name: String,
    samples: Samples,
    labels: std::result::Result<Labels, DataError>,
}

impl Table {
    /// With labels.
    ///
    /// # Errors
    /// No labels, and what [`Dataset::new`] refuses.
    pub(super) fn labelled(self) -> Result<Dataset> {
        let (labels, place) = self.labels?;
        Ok(self.samples.with_labels(&self.name, labels, &place)?)
    }

    /// With labels if it has some.
    ///
    /// # Errors
    /// Labels that are not as many as the samples.
    pub(super) fn inputs(self) -> Result<Inputs> {
        Inputs::new(&self.name, self.samples, self.labels.ok())
    }
}

/// Reads a file or a directory: the parts that the query names, in that order, else one part, or training and test part.
pub(super) fn read(query: &Query, how: &Reading) -> Result<Vec<Table>> {
    let (source, path) = (query.source.as_str(), Path::new(&query.source));
    if path.is_dir() {
        directory(path, query.parts.as_deref(), how)
    } else if path.is_file() {
        file(path, query.parts.as_deref(), how)
    } else if source.contains(['/', '\\', '.']) {
        Err(Error::read(path, std::io::ErrorKind::NotFound.into()))
    } else {
        let known = NAMES.into_iter().chain(["a directory", "a file"]);
        Err(Error::unknown("data set", source, known))
    }
}

/// A directory with a training part, a test part or both.
pub(super) fn directory(dir: &Path, names: Option<&[String]>, how: &Reading) -> Result<Vec<Table>> {
    for pair in PAIRS {
        let found = ["train", "test"].into_iter().zip(pair);
        let found = found.filter_map(|(part, file)| Some((part, plain_or_gz(dir.join(file))?)));
        let found: Vec<(&str, PathBuf)> = found.collect();
        if !found.is_empty() {
            let name = dir.to_string_lossy();
            let chosen = choose(&name, found, names)?;
            return chosen.iter().map(|path| samples(path, how)).collect();
        }
    }
    let looked_for = "train-images-idx3-ubyte, train.csv or train.npz, or their test parts, plain or .gz";
    Err(Cause::NoSet { looked_for }.in_file(dir.to_string_lossy()).into())
}

/// Those of the parts that are named, in the order of their names; all of them if none is named.
pub(super) fn choose<T>(source: &str, parts: Vec<(&str, T)>, names: Option<&[String]>) -> Result<Vec<T>> {
    let Some(names) = names else { return Ok(parts.into_iter().map(|(_, part)| part).collect()) };
    let known: Vec<String> = parts.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut parts: Vec<(&str, Option<T>)> =
        parts.into_iter().map(|(name, part)| (name, Some(part))).collect();
    let take = |name: &String| {
        let part = parts.iter_mut().find(|(known, _)| known == name).and_then(|(_, part)| part.take());
        part.ok_or_else(|| no_part(source, name, &known))
    };
    names.iter().map(take).collect()
}

/// The error of a part that a set does not have.
pub(super) fn no_part(source: &str, name: &str, known: &[String]) -> Error {
    let help = match known {
        [] => "it is one part without a name: leave out ?part=".to_owned(),
        known => format!("its parts are: {}", known.join(", ")),
    };
    Error::usage(format!("{source} has no part `{name}`"), help)
}

/// One file, which may hold several parts if it is an archive.
fn file(path: &Path, names: Option<&[String]>, how: &Reading) -> Result<Vec<Table>> {
    let name = path.to_string_lossy();
    if kind(path) != Kind::Npz {
        return match names {
            Some([part, ..]) => Err(no_part(&name, part, &[])),
            _ => Ok(vec![samples(path, how)?]),
        };
    }
    let bytes = bytes::read(path)?;
    let mut archive = npy::archive(&bytes).map_err(|cause| Error::from(cause.in_file(name.clone())))?;
    let chosen = match names {
        Some(names) => names.to_vec(),
        None => default_parts(&archive),
    };
    let table = |part: &String| match part.as_str() {
        "" => arrays(&mut archive, &name, "x", "y"),
        part => {
            let known = parts_of(&archive);
            if !known.iter().any(|name| name == part) && names.is_some() {
                return Err(no_part(&name, part, &known));
            }
            arrays(&mut archive, &name, &format!("x_{part}"), &format!("y_{part}"))
        }
    };
    chosen.iter().map(table).collect()
}

/// Names of the parts of an archive: what follows `x_` in the names of its arrays.
fn parts_of(archive: &npy::Archive<'_>) -> Vec<String> {
    let names = npy::names(archive);
    let mut parts: Vec<String> =
        names.iter().filter_map(|array| array.strip_prefix("x_").map(str::to_owned)).collect();
    // Numbers in names count as numbers: batch2 is before batch10.
    parts.sort_by_cached_key(|part| {
        (part.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned(), part.len(), part.clone())
    });
    parts
}

/// The parts of an archive if none is named: training and test part, one of the two, or `x`, for which the name is empty.
fn default_parts(archive: &npy::Archive<'_>) -> Vec<String> {
    let names = npy::names(archive);
    let has = |name: &str| names.iter().any(|array| array == name);
    let parts: &[&str] = match (has("x_train"), has("x_test")) {
        (true, true) => &["train", "test"],
        (true, false) => &["train"],
        (false, true) if !has("x") => &["test"],
        _ => &[""],
    };
    parts.iter().map(|&part| part.to_owned()).collect()
}

/// All samples of one file.
fn samples(path: &Path, how: &Reading) -> Result<Table> {
    let name = path.to_string_lossy();
    let in_file = |cause: Cause| Error::from(cause.in_file(name.clone()));
    let bytes = bytes::read(path)?;
    match kind(path) {
        Kind::Csv => {
            let csv::Rows { width, pixels, labels } =
                csv::rows(&bytes, how.label, how.width).map_err(in_file)?;
            let labels = labels.map(|labels| (labels, "its column of labels".to_owned()));
            let missing =
                || Cause::NoLabels { looked_for: "a column of labels".into() }.in_file(name.clone());
            let samples = Samples { shape: None, width, pixels };
            Ok(Table { samples, labels: labels.ok_or_else(missing), name: name.into_owned() })
        }
        Kind::Npz => {
            let mut archive = npy::archive(&bytes).map_err(in_file)?;
            arrays(&mut archive, &name, "x", "y")
        }
        Kind::Npy => pair(path, npy::samples(&bytes), |bytes| npy::labels(&bytes)),
        Kind::Idx => pair(path, idx::samples(bytes), idx::labels),
    }
}

/// Samples of one file with the labels of the file beside it.
fn pair(
    path: &Path,
    samples: std::result::Result<Samples, Cause>,
    labels: fn(Vec<u8>) -> std::result::Result<Vec<u8>, Cause>,
) -> Result<Table> {
    let name = path.to_string_lossy().into_owned();
    let samples = samples.map_err(|cause| cause.in_file(name.clone()))?;
    let labels = match labels_beside(path) {
        Ok(beside) => {
            let place = beside.to_string_lossy().into_owned();
            let labels = labels(bytes::read(&beside)?).map_err(|cause| cause.in_file(place.clone()))?;
            Ok((labels, place))
        }
        Err(cause) => Err(cause.in_file(name.clone())),
    };
    Ok(Table { name, samples, labels })
}

/// Samples and labels of two arrays of an archive.
fn arrays(archive: &mut npy::Archive<'_>, name: &str, x: &str, y: &str) -> Result<Table> {
    let missing = |archive: &npy::Archive<'_>, want: &str| {
        let mut have = npy::names(archive);
        have.sort_unstable();
        (!have.iter().any(|array| array == want))
            .then(|| Cause::NoArray { want: want.to_owned(), have: have.join(", ") }.in_file(name))
    };
    if let Some(error) = missing(archive, x) {
        return Err(error.into());
    }
    let in_array = |array: &str| {
        let place = format!("{name}[{array}]");
        move |cause: Cause| Error::from(cause.in_file(place))
    };
    let samples = npy::entry(archive, x).and_then(|bytes| npy::samples(&bytes)).map_err(in_array(x))?;
    let labels = match missing(archive, y) {
        Some(error) => Err(error),
        None => {
            let labels = npy::entry(archive, y).and_then(|bytes| npy::labels(&bytes)).map_err(in_array(y))?;
            Ok((labels, format!("array `{y}`")))
        }
    };
    Ok(Table { name: format!("{name}[{x}]"), samples, labels })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Csv,
    Npy,
    Npz,
    Idx,
}

/// By its name; what has no name of ours is IDX, whose mark is checked.
fn kind(path: &Path) -> Kind {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match name.trim_end_matches(".gz").rsplit_once('.') {
        Some((_, "csv")) => Kind::Csv,
        Some((_, "npy")) => Kind::Npy,
        Some((_, "npz")) => Kind::Npz,
        _ => Kind::Idx,
    }
}

/// The labels of a file of samples: the same name with `images` → `labels` and `idx3` → `idx1`, or with the word `x` → `y`.
fn labels_beside(path: &Path) -> std::result::Result<PathBuf, Cause> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let renamed = plain.replace("images", "labels").replace("idx3", "idx1");
    let renamed = if renamed == plain { replace_word(plain) } else { renamed };
    let found = if renamed == plain { None } else { plain_or_gz(path.with_file_name(&renamed)) };
    found.ok_or_else(|| Cause::NoLabels {
        looked_for: match renamed == plain {
            true => "nothing, because the name has neither `images` nor the word `x` in it".into(),
            false => format!("{renamed} and {renamed}.gz"),
        },
    })
}

/// `x_train.npy` → `y_train.npy`: every word `x` (or `X`, as some write a matrix) becomes `y`.
fn replace_word(name: &str) -> String {
    let words = name.split_inclusive(['_', '-', '.']).map(|word| {
        let end = word.trim_start_matches(|c: char| !matches!(c, '_' | '-' | '.'));
        match &word[..word.len() - end.len()] {
            "x" | "X" => format!("y{end}"),
            _ => word.to_owned(),
        }
    });
    words.collect()
}

/// The file, or the file with `.gz` after its name, whichever is there.
fn plain_or_gz(path: PathBuf) -> Option<PathBuf> {
    let mut packed = path.clone().into_os_string();
    packed.push(".gz");
    [path, packed.into()].into_iter().find(|path| path.is_file())
}
