//! Files that are written whole or not at all.

use crate::error::{Error, Result};
use std::io::{self, Write as _};
use std::path::Path;

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
    let mut builder = tempfile::Builder::new();
    builder.prefix(".hebbit-").suffix(".tmp");
    // A temporary file is private by default; a result is for everybody whom the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
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

/// Reads a whole file.
///
/// # Errors
/// [`Error::Io`].
pub fn read_whole(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::read(path, error))
}
