//! Gas Sensor Array Drift (Vergara et al. 2012, UCI data set 224): 16 metal-oxide gas sensors over 36 months, in ten batches.
//!
//! 128 features per sample, six gases. Batch 1 is the training part; batches 2 to 6, 8 and 9, in this order, are the test part.
//! Batches 7 and 10 are in the official archive, but no figure of this repository uses them: they are read only if `?part=`
//! names them, so that figures stay comparable.
//!
//! What a device can know when it ships is batch 1. Its 1st and 99th percentile of each feature become the bytes 32 and 192:
//!
//! ```text
//! byte = clamp(round(32 + 160·(v − p1) / (p99 − p1)), 0, 255)      d = byte − 112
//! lines 0..128: min(255, 2·max(d, 0))      lines 128..256: min(255, 2·max(−d, 0))
//! ```
//!
//! The files are sorted by class within a batch: who repeats the last label is right 96 % of the time there. So the samples of each
//! batch come in a keyed order, that of epoch *batch* of a run with seed 1 (`docs/NUMBERS.md`, 5.4).
//!
//! Percentiles are interpolated linearly between the two nearest samples; halves round to even. 64-bit floats with the four
//! basic operations only, so every machine computes the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use super::order::order;
use super::reader::no_part;
use super::{Dataset, Split, bytes, cache_dir, npy, schema};
use crate::error::Cause;
use crate::error::{Error, Result};

/// The name that [`super::load`] knows.
pub(super) const NAME: &str = "gas-drift";
/// Samples of the training part.
pub const TRAIN: usize = 445;
/// Samples of the test part.
pub const TEST: usize = 6252;
/// Batches that the default parts are made of, the training part first.
pub const BATCHES: [u8; 8] = [1, 2, 3, 4, 5, 6, 8, 9];

/// All batches that there are.
const ALL: std::ops::RangeInclusive<u8> = 1..=10;
/// A file with the bytes of the batches, arrays `x_batchN` and `y_batchN`; read where the official files are not.
const PACKED: &str = "gasdrift-u8.npz";
/// Features of a sample: 8 of each of 16 sensors.
const FEATURES: usize = 128;
/// Gases.
const CLASSES: usize = 6;
/// Bytes of the two percentiles.
const BYTES: (f64, f64) = (32.0, 192.0);
/// The byte from which deviations are counted: the middle of [`BYTES`].
const MIDDLE: i16 = 112;

/// Seed of the order of a batch.
const MIXED: u64 = 1;

/// The batches that figures are made of, 1 to 6, 8 and 9, each by itself.
///
/// # Errors
/// No such set in the cache, and what is wrong with its files.
pub fn batches() -> Result<Vec<(u8, Dataset)>> {
    let folder = Folder::open(&dir()?)?;
    BATCHES.iter().map(|&batch| Ok((batch, folder.batch(batch)?))).collect()
}

/// Training and test part.
pub(super) fn load() -> Result<Split> {
    let mut sets = batches()?.into_iter().map(|(_, set)| set);
    let train = sets.next().into_iter().collect();
    Split::new(joined("train", train)?, joined("test", sets.collect())?)
}

/// The parts of these names: `batch1` to `batch10`, `train`, `test`.
pub(super) fn parts(names: &[String]) -> Result<Vec<Dataset>> {
    let mut known: Vec<String> = ALL.map(|batch| format!("batch{batch}")).collect();
    known.extend(["train", "test"].map(str::to_owned));
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(no_part(NAME, name, &known));
    }
    let folder = Folder::open(&dir()?)?;
    let part = |name: &String| match name.as_str() {
        "train" => folder.batch(BATCHES[0]),
        "test" => joined("test", BATCHES[1..].iter().map(|&b| folder.batch(b)).collect::<Result<_>>()?),
        // Known by the check above.
        batch => folder.batch(batch.trim_start_matches("batch").parse().unwrap_or_default()),
    };
    names.iter().map(part).collect()
}

/// The folder of the set.
pub(super) fn dir() -> Result<PathBuf> {
    Ok(cache_dir()?.join(NAME))
}

/// Whether the default parts can be read.
pub(super) fn present(dir: &Path) -> bool {
    dir.join(PACKED).is_file() || BATCHES.iter().all(|&batch| dir.join(file_name(batch)).is_file())
}

fn file_name(batch: u8) -> String {
    format!("batch{batch}.dat")
}

fn joined(part: &str, sets: Vec<Dataset>) -> Result<Dataset> {
    let name = format!("{NAME}/{part}");
    let missing = || Cause::Empty.in_file(name.clone());
    Ok(Dataset::join(&name, sets)?.ok_or_else(missing)?)
}

/// A folder with batches.
enum Folder {
    /// The official files, and the percentiles of batch 1.
    Official(PathBuf, Vec<Scale>),
    /// The bytes of [`PACKED`].
    Packed(PathBuf, Vec<u8>),
}

impl Folder {
    fn open(dir: &Path) -> Result<Self> {
        let first = dir.join(file_name(1));
        let packed = dir.join(PACKED);
        if first.is_file() {
            let batch = Batch::read(&first)?;
            return Ok(Self::Official(dir.to_owned(), batch.scales()));
        }
        if packed.is_file() {
            let bytes = bytes::read(&packed)?;
            return Ok(Self::Packed(packed, bytes));
        }
        Err(not_here(&first))
    }

    fn batch(&self, batch: u8) -> Result<Dataset> {
        let name = format!("{NAME}/batch{batch}");
        let (bytes, labels) = match self {
            Self::Official(dir, scales) => {
                let batch = Batch::read(&dir.join(file_name(batch)))?;
                (batch.bytes(scales), batch.labels)
            }
            Self::Packed(path, bytes) => packed(path, bytes, batch)?,
        };
        let pixels = bytes.chunks_exact(FEATURES).flat_map(on_off).collect();
        let set = Dataset::new(name, None, 2 * FEATURES, pixels, labels)?.with_classes(CLASSES);
        let mixed = order(set.len(), batch.into(), MIXED);
        Ok(set.select(mixed.into_iter().map(|i| i as usize)))
    }
}

fn not_here(path: &Path) -> Error {
    Cause::NotFetched { name: NAME, missing: path.to_string_lossy().into_owned() }.in_file(NAME).into()
}

/// Bytes and labels of a batch of the packed file.
fn packed(path: &Path, bytes: &[u8], batch: u8) -> Result<(Vec<u8>, Vec<u8>)> {
    let place = path.to_string_lossy();
    let mut archive = npy::archive(bytes).map_err(|cause| cause.in_file(place.clone()))?;
    let [x, y] = ["x", "y"].map(|array| format!("{array}_batch{batch}"));
    let names = npy::names(&mut archive).map_err(|cause| cause.in_file(place.clone()))?;
    if !names.contains(&x) {
        return Err(not_here(&path.with_file_name(file_name(batch))));
    }
    let in_array = |array: &str| {
        let place = format!("{place}[{array}]");
        move |cause: Cause| Error::from(cause.in_file(place))
    };
    let (shape, numbers) =
        npy::entry(&mut archive, &x).and_then(|bytes| npy::samples(&bytes)).map_err(in_array(&x))?;
    let labels = npy::entry(&mut archive, &y).and_then(|bytes| npy::labels(&bytes)).map_err(in_array(&y))?;
    if shape != [FEATURES] {
        let cause = Cause::Dimensions {
            dims: format!("{shape:?}"),
            message: "a sample of this set has 128 features",
        };
        return Err(in_array(&x)(cause));
    }
    Ok((schema::as_bytes(&numbers).pixels, schema::classes(&labels, None).map_err(in_array(&y))?))
}

/// Deviations from the middle on lines of their own: those above it, then those below it.
fn on_off(bytes: &[u8]) -> Vec<u8> {
    let line = |sign: i16| {
        bytes.iter().map(move |&byte| (2 * (sign * (i16::from(byte) - MIDDLE)).max(0)).min(255) as u8)
    };
    line(1).chain(line(-1)).collect()
}

/// The 1st and the 99th percentile of a feature in batch 1.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { low: percentile(&values, 0.01), high: percentile(&values, 0.99) }
    }

    /// Percentiles at 32 and 192. A feature that never changes is at 112, the middle.
    fn byte(self, value: f64) -> u8 {
        if self.high <= self.low {
            return MIDDLE as u8;
        }
        let byte = BYTES.0 + (BYTES.1 - BYTES.0) * (value - self.low) / (self.high - self.low);
        // Finite by `Batch::line`, and `as` saturates.
        byte.round_ties_even() as u8
    }
}

/// Linear interpolation between the nearest two of sorted values; from the nearer one, so that both ends are exact.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len() - 1) as f64 * share;
    let (below, part) = (at.floor() as usize, at.fract());
    let (a, b) = (sorted[below], sorted[(below + 1).min(sorted.len() - 1)]);
    if part < 0.5 { a + (b - a) * part } else { b - (b - a) * (1.0 - part) }
}

/// A batch as its file has it.
#[derive(Debug)]
struct Batch {
    values: Vec<f64>,
    labels: Vec<u8>,
}

impl Batch {
    fn read(path: &Path) -> Result<Self> {
        if !path.is_file() {
            return Err(not_here(path));
        }
        let text = fs::read(path).map_err(|e| Error::read(path, e))?;
        Self::parse(&text).map_err(|cause| cause.in_file(path.to_string_lossy()).into())
    }

    fn parse(text: &[u8]) -> std::result::Result<Self, Cause> {
        let text = String::from_utf8_lossy(text);
        let mut batch = Self { values: Vec::new(), labels: Vec::new() };
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            batch.line(line).map_err(|message| Cause::GasLine { line: i + 1, message })?;
        }
        if batch.labels.is_empty() { Err(Cause::Empty) } else { Ok(batch) }
    }

    fn line(&mut self, line: &str) -> std::result::Result<(), String> {
        let short = |word: &str| word.chars().take(20).collect::<String>();
        let mut words = line.split_ascii_whitespace();
        let class = words.next().unwrap_or_default();
        // One edition of the set writes the concentration after the class.
        let class = class.split(';').next().unwrap_or_default();
        let label = class.parse::<u8>().ok().filter(|class| (1..=CLASSES).contains(&usize::from(*class)));
        self.labels.push(label.ok_or_else(|| format!("`{}` is no class", short(class)))? - 1);
        let before = self.values.len();
        for (i, word) in words.enumerate() {
            let value = word.strip_prefix(&format!("{}:", i + 1)).and_then(|value| value.parse::<f64>().ok());
            let value = value.filter(|value| value.is_finite());
            self.values.push(value.ok_or_else(|| format!("`{}` is not {}:NUMBER", short(word), i + 1))?);
        }
        match self.values.len() - before {
            FEATURES => Ok(()),
            got => Err(format!("{got} features, there are {FEATURES}")),
        }
    }

    fn scales(&self) -> Vec<Scale> {
        let column = |f: usize| self.values.iter().skip(f).step_by(FEATURES).copied().collect();
        (0..FEATURES).map(|f| Scale::of(column(f))).collect()
    }

    fn bytes(&self, scales: &[Scale]) -> Vec<u8> {
        self.values.iter().zip(scales.iter().cycle()).map(|(&value, scale)| scale.byte(value)).collect()
    }
}

#[cfg(test)]
#[path = "gas_drift_tests.rs"]
mod tests;
