//! From what the user wrote to files, and from files to samples.

use std::path::{Path, PathBuf};

use super::picture::{self, Picture};
use super::query::Query;
use super::raw::Numbers;
use super::raw::{RawLabels, RawSet};
use super::reader::{Reading, choose, entries, file_name, finish, no_part};
use super::wav::Recording;
use super::{LabelColumn, NAMES, archive, bytes, cifar, csv, folder, idx, npy};
use crate::error::Cause;
use crate::error::{Error, Result};

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

/// Where a part is.
enum Source {
    /// In one file.
    File(PathBuf),
    /// In files of CIFAR, one after the other.
    Records(PathBuf, Vec<PathBuf>),
    /// In folders of this folder, one for each class.
    Folder(PathBuf),
}

impl Source {
    fn read(&self, query: &Query, how: &Reading<'_>) -> Result<RawSet> {
        let mut set = match self {
            Self::File(path) => return samples(path, query, how),
            Self::Records(name, files) => records(name, files)?,
            Self::Folder(dir) => folder::read(dir)?,
        };
        no_columns(query, how)?;
        let place = "its files".to_owned();
        let missing = || Cause::NoLabels { looked_for: place.clone() }.in_file(set.name.clone());
        let labels = set.labels.take().map(|labels| (labels, place.clone())).ok_or_else(missing);
        finish(set, labels, how)
    }
}

/// A directory with a training part, a test part or both, or of one part.
fn directory(dir: &Path, query: &Query, how: &Reading<'_>) -> Result<Vec<RawSet>> {
    let name = dir.to_string_lossy();
    let chosen = match (parts(dir)?, &query.parts) {
        (parts, None) => parts.into_iter().map(|(_, source)| source).collect(),
        (parts, Some(names)) if parts.iter().all(|(part, _)| !part.is_empty()) => {
            choose(&name, parts, Some(names))?
        }
        (_, Some(names)) => return Err(no_part(&name, names.first().map_or("", String::as_str), &[])),
    };
    chosen.iter().map(|source| source.read(query, how)).collect()
}

/// Parts of a directory with their names; the name is empty if it is one part.
fn parts(dir: &Path) -> Result<Vec<(&'static str, Source)>> {
    let in_dir = |cause: Cause| Error::from(cause.in_file(dir.to_string_lossy()));
    let inside = entries(dir)?;
    let files: Vec<&PathBuf> = inside.iter().filter(|path| path.is_file()).collect();
    let both = ["train", "test"];
    for is_of in [is_idx, is_table, is_archive, is_array] {
        let mut found = Vec::new();
        for part in both {
            let of_part = files.iter().filter(|path| is_of(&plain_name(path), part));
            let mut of_part: Vec<&PathBuf> = of_part.copied().collect();
            // Sorted, so that a file is before its `.gz`.
            of_part.dedup_by_key(|path| plain_name(path));
            match of_part[..] {
                [] => {}
                [file] => found.push((part, Source::File(file.clone()))),
                [one, two, ..] => {
                    return Err(in_dir(Cause::Several { one: file_name(one), two: file_name(two) }));
                }
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let records = both.into_iter().filter_map(|part| {
        let of_part = files.iter().filter(|path| is_records(&plain_name(path), part));
        let of_part: Vec<PathBuf> = of_part.map(|path| path.to_path_buf()).collect();
        (!of_part.is_empty()).then(|| (part, Source::Records(dir.join(part), of_part)))
    });
    let folders = both.into_iter().map(|part| (part, dir.join(part)));
    let folders =
        folders.filter(|(_, dir)| folder::is_folder(dir)).map(|(part, dir)| (part, Source::Folder(dir)));
    let found: Vec<(&str, Source)> = records.collect();
    let found = if found.is_empty() { folders.collect() } else { found };
    match found[..] {
        [] if folder::is_folder(dir) => Ok(vec![("", Source::Folder(dir.to_owned()))]),
        [] => {
            let looked_for = "train-images-idx3-ubyte, train.csv, train.npz, x_train.npy, data_batch_1.bin, or their \
                              test parts, plain or .gz, or folders named after classes with .png, .jpg or .wav in them";
            Err(in_dir(Cause::NoSet { looked_for }))
        }
        _ => Ok(found),
    }
}

/// One set from files of CIFAR, with the names of its classes if they are beside them.
fn records(name: &Path, files: &[PathBuf]) -> Result<RawSet> {
    let all = files.iter().map(|path| bytes::read(path)).collect::<Result<Vec<_>>>()?;
    let beside = ["batches.meta.txt", "fine_label_names.txt"].map(|name| files[0].with_file_name(name));
    let names = beside.iter().find(|path| path.is_file()).map(|path| bytes::read(path)).transpose()?;
    let names = names.map(|text| cifar::names(&text));
    let name = name.to_string_lossy();
    cifar::read(&name, &all, names.as_deref()).map_err(|cause| cause.in_file(name).into())
}

/// Its name in lower case and without `.gz`.
fn plain_name(path: &Path) -> String {
    let name = file_name(path).to_ascii_lowercase();
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

fn is_records(name: &str, part: &str) -> bool {
    let batches = name.starts_with("data_batch") && name.ends_with(".bin");
    name.strip_suffix(".bin") == Some(part)
        || (part == "train" && batches)
        || (part == "test" && name == "test_batch.bin")
}

/// What is between the signs of a name.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.'])
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
    if kind == Kind::Records {
        return Source::Records(path.to_owned(), vec![path.to_owned()]).read(query, how);
    }
    let bytes = bytes::read(path)?;
    let in_file = |cause: Cause| Error::from(cause.in_file(name.clone()));
    let alone = |shape: Vec<usize>, numbers: Numbers| {
        let looked_for = "a folder of its class: give the folder whose folders are the classes".to_owned();
        let labels = Err(Cause::NoLabels { looked_for }.in_file(name.clone()));
        finish(RawSet::new(&name, shape, numbers), labels, how)
    };
    match kind {
        Kind::Picture => {
            let picture = Picture::read(&bytes).map_err(in_file)?;
            let shape = picture.shape();
            alone(shape, Numbers::Bytes(picture.bytes))
        }
        Kind::Sound => {
            let recording = Recording::read(&bytes).map_err(in_file)?;
            alone(vec![recording.values.len()], recording.values)
        }
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
        Kind::Records | Kind::Other => pair(path, idx::samples(bytes), idx::labels, how),
    }
}

/// Samples of one file with the labels of the file beside it.
fn pair(
    path: &Path,
    samples: std::result::Result<(Vec<usize>, Numbers), Cause>,
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
    Records,
    Picture,
    Sound,
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
        Some((_, "bin")) => Kind::Records,
        Some((_, "wav")) => Kind::Sound,
        Some((_, end)) if picture::ENDS.contains(&end) => Kind::Picture,
        _ => Kind::Other,
    }
}

/// The labels of a file of samples: the same name with `images` → `labels` and `idx3` → `idx1`, or with the word `x` → `y`.
fn labels_beside(path: &Path) -> std::result::Result<PathBuf, Cause> {
    let name = file_name(path);
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
