//! The file that keeps finished trials, so that the same command goes on where it stopped.

use super::space::Draw;
use crate::error::Result;
use crate::files::{read_kept, write_kept};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Trials that are drawn anew before some are drawn near the best.
const FREE: u32 = 16;

/// Version of the file.
const SCHEMA: u32 = 1;

/// A finished trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Which: trials of one number have the same values.
    pub number: u32,
    /// Its values; what is not there has its default.
    pub values: Draw,
    /// Samples that it learned.
    pub samples: u64,
    /// Percent of the held-out samples that were right; none if the values do not go together.
    pub accuracy: Option<f64>,
    /// Seconds of search until it was finished, those of earlier calls included.
    pub after: f64,
}

/// Whether a trial is drawn anew, not near another.
pub(super) fn is_anew(number: u32) -> bool {
    number < FREE || number.is_multiple_of(2)
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct File {
    schema: u32,
    searches: BTreeMap<String, Vec<Trial>>,
}

/// Finished trials of one search, in a file that may hold others.
#[derive(Debug, Clone)]
pub struct Record {
    path: PathBuf,
    key: String,
    file: File,
    written: usize,
}

impl Record {
    /// Those of the search `key` at `path`; none if there is no such file yet.
    ///
    /// # Errors
    /// A file that cannot be read, or is something else.
    pub fn open(path: &Path, key: String) -> Result<Self> {
        let empty = File { schema: SCHEMA, ..File::default() };
        let file = read_kept(path, SCHEMA, |file: &File| file.schema)?.unwrap_or(empty);
        let written = file.searches.get(&key).map_or(0, Vec::len);
        Ok(Self { path: path.to_owned(), key, file, written })
    }

    /// The trials.
    pub fn trials(&self) -> &[Trial] {
        self.file.searches.get(&self.key).map_or(&[], Vec::as_slice)
    }

    /// Adds one; [`Self::write`] keeps it.
    pub fn add(&mut self, trial: Trial) {
        self.file.searches.entry(self.key.clone()).or_default().push(trial);
    }

    /// Writes the file, if something was added.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&mut self) -> Result<()> {
        if self.written == self.trials().len() {
            return Ok(());
        }
        write_kept(&self.path, &self.file)?;
        self.written = self.trials().len();
        Ok(())
    }
}
