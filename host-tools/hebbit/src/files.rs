//! Files that are written whole or not at all, and results that are kept in them for a later call.

use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Age from which a temporary file is one that a killed run has left behind: a write takes seconds.
const STALE: Duration = Duration::from_secs(600);

/// Writes `bytes` to `path` under a temporary name in the same folder, then renames it. What was there is replaced.
///
/// # Errors
/// When the folder is missing or cannot be written; the file at `path` is then as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What is no plain file (a device, a pipe) is written to, not replaced; a link is followed.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return std::fs::write(path, bytes);
    }
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The name of the target is in it, so that the next run removes what a killed one left.
    let prefix = format!(".hebbit-{}-", path.file_name().unwrap_or_default().to_string_lossy());
    remove_stale(folder, &prefix, SystemTime::now());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(TEMPORARY);
    // A temporary file is private by default; a result is for everybody whom the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// How a temporary file ends.
const TEMPORARY: &str = ".tmp";

/// Removes temporary files of one target that nobody writes any more. What cannot be removed stays.
fn remove_stale(folder: &Path, prefix: &str, now: SystemTime) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|m| now.duration_since(m).ok());
        // What tempfile puts between the two is six letters: `a-b` is another target than `a`.
        let own = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(TEMPORARY));
        if own.is_some_and(|middle| !middle.contains('-')) && age.is_some_and(|age| age > STALE) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Fails now rather than after a long run if a file could not be written to `path` later. Nothing is left behind.
///
/// # Errors
/// [`Error::Output`].
pub fn writable(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let check =
        if path.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { tempfile::tempfile_in(folder) };
    check.map(drop).map_err(|error| Error::output(path, error))
}

/// Reads results that an earlier call has kept as JSON; nothing if there is no such file yet. `of` is the version in it.
///
/// # Errors
/// A file that cannot be read, or is something else.
pub fn read_kept<T: DeserializeOwned>(path: &Path, schema: u32, of: impl Fn(&T) -> u32) -> Result<Option<T>> {
    if !path.exists() {
        return Ok(None);
    }
    let wrong = |message: String| Error::State { path: path.to_owned(), message };
    let kept: T = serde_json::from_slice(&read_whole(path)?).map_err(|error| wrong(error.to_string()))?;
    match of(&kept) {
        version if version == schema => Ok(Some(kept)),
        version => Err(wrong(format!("its schema is {version}, this build reads {schema}"))),
    }
}

/// Keeps results for a later call.
///
/// # Errors
/// [`Error::Output`].
pub fn write_kept(path: &Path, kept: &impl Serialize) -> Result<()> {
    let text = serde_json::to_vec_pretty(kept).map_err(|e| Error::Internal { message: e.to_string() })?;
    write_whole(path, &text).map_err(|error| Error::output(path, error))
}

/// Reads a whole file.
///
/// # Errors
/// [`Error::Io`].
pub fn read_whole(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::read(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, exists, read};

    #[test]
    fn what_a_killed_run_left_is_removed_by_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let old = [
            ".hebbit-net.hbt-abcdef.tmp",
            ".hebbit-net.hbt-x-abcdef.tmp",
            ".hebbit-other-abcdef.tmp",
            "net.hbt-a.tmp",
        ];
        for name in old {
            let file = File::create(at(name)).unwrap();
            file.set_modified(SystemTime::now() - STALE - Duration::from_secs(60)).unwrap();
        }
        File::create(at(".hebbit-net.hbt-fresh1.tmp")).unwrap();
        write_whole(&at("net.hbt"), b"net").unwrap();
        assert_eq!(read(at("net.hbt")).unwrap(), b"net");
        assert!(!exists(at(old[0])).unwrap(), "the stale one of this target");
        for name in old[1..].iter().chain(&[".hebbit-net.hbt-fresh1.tmp"]) {
            assert!(exists(at(name)).unwrap(), "{name} belongs to another target, or to a run of now");
        }
        assert_eq!(folder.path().read_dir().unwrap().count(), 5, "no other file is left");
    }
}
