//! From what the user wrote to files, and from files to samples.

use std::path::{Path, PathBuf};

use super::problem::{Cause, DataError};
use super::query::Query;
use super::raw::{RawLabels, RawSet};
use super::{LabelColumn, NAMES, archive, bytes, csv, idx, npy};
use crate::error::{Error, Result};

/// The most values per sample: a network has at most so many lines.
const WIDTH_MAX: usize = 65_534;

/// How files are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading<'a> {
    /// Which column of a table is the label.
    pub(super) label: LabelColumn,
    /// Which column of a table is the group.
    pub(super) group: Option<String>,
    /// Values per sample of the network that reads, for which labels may be missing; none: there must be labels.
    pub(super) width: Option<usize>,
    /// What the classes of that network are called.
    pub(super) names: Option<&'a [String]>,
}

impl Reading<'_> {
    /// As a query says, for what must have labels.
    pub(super) fn of(query: &Query) -> Self {
        Self { label: query.label.clone().unwrap_or_default(), group: query.group.clone(), ..Self::default() }
    }
}

/// Labels of a part with the place that they are from, or where they were looked for.
pub(super) type Labels = std::result::Result<(RawLabels, String), DataError>;

/// Reads a file or a directory: the parts that the query names, in that order, else one part, or training and test part.
pub(super) fn read(query: &Query, how: &Reading<'_>) -> Result<Vec<RawSet>> {
    let (source, path) = (query.source.as_str(), Path::new(&query.source));
    if path.is_dir() {
        directory(path, query, how)
    } else if path.is_file() {
        file(path, query, how)
    } else if source.contains(['/', '\\', '.']) {
        Err(Error::read(path, std::io::Error::new(std::io::ErrorKind::NotFound, "not found")))
    } else {
        let known = NAMES.into_iter().chain(["a directory", "a file"]);
        Err(Error::unknown("data set", source, known))
    }
}

/// A part of a directory: a name, and the file that it is in.
type Part<'n> = (&'n str, PathBuf);

/// A directory with a training part, a test part or both.
fn directory(dir: &Path, query: &Query, how: &Reading<'_>) -> Result<Vec<RawSet>> {
    let name = dir.to_string_lossy();
    let files = entries(dir)?;
    for is_of in [is_idx, is_table, is_archive, is_array] {
        let mut found: Vec<Part<'_>> = Vec::new();
        for part in ["train", "test"] {
            let mut of_part: Vec<&PathBuf> =
                files.iter().filter(|path| is_of(&plain_name(path), part)).collect();
            // Sorted, so that a file is before its `.gz`.
            of_part.dedup_by_key(|path| plain_name(path));
            match of_part[..] {
                [] => {}
                [file] => found.push((part, file.clone())),
                [one, two, ..] => {
                    return Err(Cause::Several { one: of(one), two: of(two) }.in_file(name).into());
                }
            }
        }
        if !found.is_empty() {
            let chosen = choose(&name, found, query.parts.as_deref())?;
            return chosen.iter().map(|path| samples(path, query, how)).collect();
        }
    }
    let looked_for =
        "train-images-idx3-ubyte, train.csv, train.npz or x_train.npy, or their test parts, plain or .gz";
    Err(Cause::NoSet { looked_for }.in_file(name).into())
}

/// Files of a directory in the order of their names, without hidden ones.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|e| Error::read(dir, e))? {
        let entry = entry.map_err(|e| Error::read(dir, e))?;
        if !of(&entry.path()).starts_with('.') && entry.path().is_file() {
            all.push(entry.path());
        }
    }
    all.sort_unstable();
    Ok(all)
}

/// The last part of a path, for people.
fn of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Its name in lower case and without `.gz`.
fn plain_name(path: &Path) -> String {
    let name = of(path).to_ascii_lowercase();
    name.strip_suffix(".gz").map_or_else(|| name.clone(), str::to_owned)
}

/// `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, `emnist-letters-train-images-idx3-ubyte`, …
fn is_idx(name: &str, part: &str) -> bool {
    let of_part = |word: &str| word == part || (part == "test" && word == "t10k");
    let has = |wanted: &str| words(name).any(|word| word == wanted);
    words(name).any(of_part) && has("images") && words(name).any(|word| word.starts_with("idx"))
}

fn is_table(name: &str, part: &str) -> bool {
    TABLES.iter().any(|end| name.strip_suffix(end).and_then(|name| name.strip_suffix('.')) == Some(part))
}

fn is_archive(name: &str, part: &str) -> bool {
    name.strip_suffix(".npz") == Some(part)
}

fn is_array(name: &str, part: &str) -> bool {
    name.strip_suffix(".npy").and_then(|name| name.strip_prefix("x_")) == Some(part)
}

/// What is between the signs of a name.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.'])
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
fn file(path: &Path, query: &Query, how: &Reading<'_>) -> Result<Vec<RawSet>> {
    let (name, parts) = (path.to_string_lossy(), query.parts.as_deref());
    match (kind(path), parts) {
        (Kind::Archive, _) => {
            no_columns(query, how)?;
            archive::read(&name, &bytes::read(path)?, parts, how)
        }
        (_, Some([part, ..])) => Err(no_part(&name, part, &[])),
        _ => Ok(vec![samples(path, query, how)?]),
    }
}

/// Refuses options of columns for what has none.
pub(super) fn no_columns(query: &Query, how: &Reading<'_>) -> Result<()> {
    if how.label == LabelColumn::Found && how.group.is_none() && query.drop.is_empty() {
        return Ok(());
    }
    let help = "leave out ?label=, ?group= and ?drop=: they name columns of a table, as of a CSV file";
    Err(Error::usage(format!("`{}` is no table", query.source), help))
}

/// All samples of one file.
fn samples(path: &Path, query: &Query, how: &Reading<'_>) -> Result<RawSet> {
    let name = path.to_string_lossy().into_owned();
    let kind = kind(path);
    if kind != Kind::Table {
        no_columns(query, how)?;
    }
    let bytes = bytes::read(path)?;
    match kind {
        Kind::Table => {
            let mut set = csv::read(&name, &bytes, how, &query.drop)?;
            let missing =
                || Cause::NoLabels { looked_for: "a column of labels".into() }.in_file(name.clone());
            let labels = set.labels.take().map(|labels| (labels, "its column of labels".to_owned()));
            finish(set, labels.ok_or_else(missing), how)
        }
        Kind::Archive => {
            let mut sets = archive::read(&name, &bytes, None, how)?;
            match sets.len() {
                1 => Ok(sets.remove(0)),
                _ => Err(Cause::Several { one: "x_train".into(), two: "x_test".into() }.in_file(name).into()),
            }
        }
        Kind::Array => pair(path, npy::samples(&bytes), |bytes| npy::labels(&bytes), how),
        Kind::Other => pair(path, idx::samples(bytes), idx::labels, how),
    }
}

/// The set with its labels, if everything fits together.
pub(super) fn finish(set: RawSet, labels: Labels, how: &Reading<'_>) -> Result<RawSet> {
    if set.width() > WIDTH_MAX {
        return Err(Cause::Wide { width: set.width() }.in_file(set.name).into());
    }
    match labels {
        Ok((labels, place)) if labels.index.len() != set.len() => {
            let (samples, labels) = (set.len() as u64, labels.index.len() as u64);
            Err(Cause::Count { samples, labels, place }.in_file(set.name).into())
        }
        Ok((labels, _)) => Ok(RawSet { labels: Some(labels), ..set }),
        Err(error) if how.width.is_none() => Err(error.into()),
        Err(_) => Ok(set),
    }
}

/// Samples of one file with the labels of the file beside it.
fn pair(
    path: &Path,
    samples: std::result::Result<(Vec<usize>, super::raw::Numbers), Cause>,
    labels: fn(Vec<u8>) -> std::result::Result<RawLabels, Cause>,
    how: &Reading<'_>,
) -> Result<RawSet> {
    let name = path.to_string_lossy().into_owned();
    let (shape, numbers) = samples.map_err(|cause| cause.in_file(name.clone()))?;
    let labels = match labels_beside(path) {
        Ok(beside) => {
            let place = beside.to_string_lossy().into_owned();
            let labels = labels(bytes::read(&beside)?).map_err(|cause| cause.in_file(place.clone()))?;
            Ok((labels, place))
        }
        Err(cause) => Err(cause.in_file(name.clone())),
    };
    finish(RawSet::new(name, shape, numbers), labels, how)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Table,
    Array,
    Archive,
    Other,
}

/// How names of tables end.
const TABLES: [&str; 6] = ["csv", "tsv", "tab", "txt", "data", "dat"];

/// By its name; what has no name of ours is IDX, whose mark is checked.
fn kind(path: &Path) -> Kind {
    match plain_name(path).rsplit_once('.') {
        Some((_, end)) if TABLES.contains(&end) => Kind::Table,
        Some((_, "npy")) => Kind::Array,
        Some((_, "npz")) => Kind::Archive,
        _ => Kind::Other,
    }
}

/// The labels of a file of samples: the same name with `images` → `labels` and `idx3` → `idx1`, or with the word `x` → `y`.
fn labels_beside(path: &Path) -> std::result::Result<PathBuf, Cause> {
    let name = of(path);
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let ranks = ["idx2", "idx3", "idx4"].into_iter();
    let renamed = ranks.fold(plain.replace("images", "labels"), |name, rank| name.replace(rank, "idx1"));
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
