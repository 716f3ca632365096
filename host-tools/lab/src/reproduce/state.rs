//! What is done already: a file of outcomes by key, written whole after every job.

use super::jobs::{Job, Outcome};
use super::scope::Scope;
use hebbit::error::Result;
use hebbit::files::{read_kept, write_kept};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Version of the file.
const SCHEMA: u32 = 1;

/// A finished job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Done {
    /// For people.
    job: String,
    /// What the key is the digest of.
    recipe: String,
    outcome: Outcome,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct File {
    schema: u32,
    jobs: BTreeMap<String, Done>,
}

/// Outcomes of finished jobs, and the file that keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    path: Option<PathBuf>,
    file: File,
}

impl State {
    /// Kept nowhere.
    pub fn nowhere() -> Self {
        Self { path: None, file: File { schema: SCHEMA, ..File::default() } }
    }

    /// What is at `path`; nothing if there is no such file yet.
    ///
    /// # Errors
    /// A file that cannot be read, or is something else.
    pub fn open(path: &Path) -> Result<Self> {
        let empty = Self { path: Some(path.to_owned()), ..Self::nowhere() };
        let file = read_kept(path, SCHEMA, |file: &File| file.schema)?;
        Ok(match file {
            Some(file) => Self { file, ..empty },
            None => empty,
        })
    }

    /// Where it is kept.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The outcome of a job, if it was done with the same recipe.
    ///
    /// # Errors
    /// Data that the job's network does not fit.
    pub fn outcome(&self, job: &Job, scope: &Scope) -> Result<Option<&Outcome>> {
        Ok(self.file.jobs.get(&job.key(scope)?).map(|done| &done.outcome))
    }

    /// Keeps an outcome, in the file too.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn keep(&mut self, job: &Job, scope: &Scope, outcome: Outcome) -> Result<()> {
        let done = Done { job: job.name(), recipe: job.recipe(scope)?, outcome };
        self.file.jobs.insert(job.key(scope)?, done);
        self.path.as_ref().map_or(Ok(()), |path| write_kept(path, &self.file))
    }
}
