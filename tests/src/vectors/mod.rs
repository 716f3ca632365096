//! Vector files: one line is one case, `inputs -> expected   # why`, all of it integers.

mod core;
mod oracle;

use crate::oracle::numbers::Int;
use hebbit_core::net::Target;
use std::fs;
use std::path::{Path, PathBuf};

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place, counted from 1.
    pub number: usize,
    /// Before the arrow.
    pub inputs: Vec<Int>,
    /// After it.
    pub expected: Vec<Int>,
}

/// The cases of a file.
///
/// # Errors
/// The first invalid line, with the reason.
pub fn parse(text: &str) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let case = line.split('#').next().unwrap_or_default().trim();
        if case.is_empty() {
            continue;
        }
        let (inputs, expected) = case.split_once("->").ok_or(format!("line {number}: no arrow"))?;
        let integers = |part: &str| -> Result<Vec<Int>, String> {
            part.split_whitespace()
                .map(|word| integer(word).ok_or(format!("line {number}: {word:?}")))
                .collect()
        };
        lines.push(Line { number, inputs: integers(inputs)?, expected: integers(expected)? });
    }
    Ok(lines)
}

/// A target in the notation of vectors: 0 none, 1 the class, 2 yes, 3 no.
fn target(said: Int, class: Int) -> Target {
    let class = u8::try_from(class).expect("a class");
    match said {
        0 => Target::Unknown,
        1 => Target::Class(class),
        2 => Target::Right(class),
        3 => Target::Wrong(class),
        _ => panic!("a teacher says 0 to 3"),
    }
}

fn integer(word: &str) -> Option<Int> {
    match word.strip_prefix("0x") {
        Some(digits) => Int::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

/// Computes the outputs after the arrow from the inputs before it. `None` for an unknown file.
pub type Compute = fn(&str, &[Int]) -> Option<Vec<Int>>;

/// Engines that answer single cases.
pub const ENGINES: [(&str, Compute); 2] = [("core", core::compute), ("oracle", oracle::compute)];

/// The folder of vector files.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// Every file below `folder`, by its path in it, in order.
pub fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(kind) if kind == "vec" => {
                    let name = path.strip_prefix(folder).expect("it was found there");
                    found.push(name.to_string_lossy().replace('\\', "/"));
                }
                _ => {}
            }
        }
    }
    found.sort();
    found
}
