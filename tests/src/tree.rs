//! The files of the workspace: tracked by git, or new and not ignored.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    member.parent().unwrap_or(member).to_owned()
}

/// Every file below `root`, as paths relative to it with `/`, sorted. Without git, or outside of a repository:
/// everything except `target` and hidden folders of other programs.
pub fn files(root: &Path) -> Vec<String> {
    let mut files = tracked(root).unwrap_or_else(|| {
        let mut found = Vec::new();
        walk(root, "", &mut found);
        found
    });
    files.retain(|file| root.join(file).is_file());
    files.sort_unstable();
    files.dedup();
    files
}

/// Writes a file and its parent folders. An unchanged file keeps its modification time, so that cargo does not build it again.
///
/// # Errors
/// Errors of the file system.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}

/// Git's list of files, if `root` is the top of a working tree.
fn tracked(root: &Path) -> Option<Vec<String>> {
    if !root.join(".git").exists() {
        return None;
    }
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(root).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(text.split_terminator('\0').map(str::to_owned).collect())
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            let ours = !name.starts_with('.') || name == ".cargo" || name == ".ci";
            if ours && name != "target" {
                walk(&entry.path(), &format!("{path}/"), found);
            }
        } else {
            found.push(path);
        }
    }
}
