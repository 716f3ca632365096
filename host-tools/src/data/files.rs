//! From what the user wrote to files, and from files to samples.

use std::path::{Path, PathBuf};

use super::dataset::Samples;
use super::problem::Cause;
use super::{Dataset, LabelColumn, NAMES, Split, bytes, csv, idx, npy};
use crate::error::{Error, Result};

/// The four files of MNIST, as its authors named them.
const IDX_TRAIN: &str = "train-images-idx3-ubyte";
const IDX_TEST: &str = "t10k-images-idx3-ubyte";

/// Loads a file or a directory, with options after a `?`.
pub(super) fn load(spec: &str) -> Result<Split> {
    let (path, label) = match spec.rsplit_once('?') {
        // A name may have a question mark in it.
        Some((path, option)) if !Path::new(spec).exists() => (Path::new(path), label_option(option)?),
        _ => (Path::new(spec), LabelColumn::First),
    };
    if path.is_dir() {
        directory(path, label)
    } else if path.is_file() {
        file(path, label)
    } else if spec.contains(['/', '\\', '.']) {
        Err(Error::read(path, std::io::ErrorKind::NotFound.into()))
    } else {
        let known = NAMES.into_iter().chain(["a directory", "a file"]);
        Err(Error::unknown("data set", spec, known))
    }
}

/// A directory with a training part and, mostly, a test part.
pub(super) fn directory(dir: &Path, label: LabelColumn) -> Result<Split> {
    for (train, test) in [(IDX_TRAIN, IDX_TEST), ("train.csv", "test.csv"), ("train.npz", "test.npz")] {
        if let Some(train) = plain_or_gz(dir.join(train)) {
            let train = samples(&train, label)?;
            return match plain_or_gz(dir.join(test)) {
                Some(test) => Split::new(train, samples(&test, label)?),
                None => Split::of_one(train),
            };
        }
    }
    let looked_for = "train-images-idx3-ubyte, train.csv or train.npz, plain or .gz";
    Err(Cause::NoSet { looked_for }.in_file(dir.to_string_lossy()).into())
}

/// One file, with its own test part or split.
fn file(path: &Path, label: LabelColumn) -> Result<Split> {
    if kind(path) == Kind::Npz {
        let name = path.to_string_lossy();
        let bytes = bytes::read(path)?;
        let in_file = |cause: Cause| Error::from(cause.in_file(name.clone()));
        let mut archive = npy::archive(&bytes).map_err(in_file)?;
        let has_parts = archive.array_names().any(|array| array == "x_train");
        if has_parts {
            let train = arrays(&mut archive, &name, "x_train", "y_train")?;
            return Split::new(train, arrays(&mut archive, &name, "x_test", "y_test")?);
        }
        return Split::of_one(arrays(&mut archive, &name, "x", "y")?);
    }
    Split::of_one(samples(path, label)?)
}

/// All samples of one file.
fn samples(path: &Path, label: LabelColumn) -> Result<Dataset> {
    let name = path.to_string_lossy();
    let in_file = |cause: Cause| Error::from(cause.in_file(name.clone()));
    let bytes = bytes::read(path)?;
    match kind(path) {
        Kind::Csv => {
            let (width, pixels, labels) = csv::samples(&bytes, label).map_err(in_file)?;
            Ok(Dataset::new(name, None, width, pixels, labels)?)
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
) -> Result<Dataset> {
    let name = path.to_string_lossy();
    let samples = samples.map_err(|cause| cause.in_file(name.clone()))?;
    let beside = labels_beside(path).map_err(|cause| cause.in_file(name.clone()))?;
    let place = beside.to_string_lossy();
    let labels = labels(bytes::read(&beside)?).map_err(|cause| cause.in_file(place.clone()))?;
    Ok(samples.with_labels(&name, labels, &place)?)
}

/// Samples and labels of two arrays of an archive.
fn arrays(archive: &mut npy::Archive<'_>, name: &str, x: &'static str, y: &'static str) -> Result<Dataset> {
    for want in [x, y] {
        if !archive.array_names().any(|array| array == want) {
            let mut have: Vec<&str> = archive.array_names().collect();
            have.sort_unstable();
            return Err(Cause::NoArray { want, have: have.join(", ") }.in_file(name).into());
        }
    }
    let in_array = |array: &str| {
        let place = format!("{name}[{array}]");
        move |cause: Cause| Error::from(cause.in_file(place))
    };
    let samples = npy::entry(archive, x).and_then(|bytes| npy::samples(&bytes)).map_err(in_array(x))?;
    let labels = npy::entry(archive, y).and_then(|bytes| npy::labels(&bytes)).map_err(in_array(y))?;
    Ok(samples.with_labels(&format!("{name}[{x}]"), labels, &format!("array `{y}`"))?)
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

fn label_option(option: &str) -> Result<LabelColumn> {
    match option {
        "label=first" => Ok(LabelColumn::First),
        "label=last" => Ok(LabelColumn::Last),
        _ => {
            let message = format!("there is no option `?{option}` of a data set");
            Err(Error::usage(message, "there are: ?label=first, ?label=last"))
        }
    }
}
