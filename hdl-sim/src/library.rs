//! Building the simulation: Verilator makes C++ of the sources, the system's compiler makes a shared library of it.
//!
//! The library is kept in a cache under the hash of sources, flags and tool versions, so that it is built once. Building
//! the crate itself needs neither tool.

use crate::RtlError;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

macro_rules! sources {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!(concat!("../rtl/", $path)))),*] };
}

/// Modules of the core, packages first.
const CORE: &[(&str, &str)] = sources![
    "gen/hebbit_pkg.sv",
    "hebbit_num_pkg.sv",
    "neuron/lif.sv",
    "learn/burst_pre.sv",
    "learn/burst_post.sv",
    "learn/burst_teach.sv",
    "net/ram_1p.sv",
    "net/ram_2p.sv",
    "net/mixer.sv",
    "net/lane.sv",
    "net/row_scan.sv",
    "net/row_sweep.sv",
    "net/neuron_pass.sv",
    "net/sequencer.sv",
    "net/core.sv",
    "top_sim.sv",
];

/// What the verbs need, to be simulated one by one.
const VERBS: &[(&str, &str)] = sources![
    "gen/hebbit_pkg.sv",
    "hebbit_num_pkg.sv",
    "neuron/lif.sv",
    "learn/burst_pre.sv",
    "learn/burst_post.sv",
    "learn/burst_teach.sv",
    "top_verbs.sv",
];

const SHIM: &str = include_str!("../cxx/shim.cpp");

const FLAGS: [&str; 5] = ["--cc", "-O3", "--flatten", "-Wall", "--x-assign fast"];
const CXX_FLAGS: [&str; 9] = [
    "-std=c++17",
    "-O2",
    "-fPIC",
    "-shared",
    "-fvisibility=hidden",
    "-fno-gnu-unique",
    "-Wl,-Bsymbolic",
    "-pthread",
    "-DVL_IGNORE_UNKNOWN_ARCH",
];

/// Nobody builds the same thing twice at once.
static BUILDING: Mutex<()> = Mutex::new(());

/// The tools, and where libraries are kept.
#[derive(Debug, Clone)]
pub struct Builder {
    verilator: String,
    cxx: String,
    cache: PathBuf,
}

impl Builder {
    /// Tools from the environment's `VERILATOR` and `CXX`, else from the path; libraries are kept in `cache`.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        let from = |variable, tool: &str| std::env::var(variable).unwrap_or_else(|_| tool.to_owned());
        Self { verilator: from("VERILATOR", "verilator"), cxx: from("CXX", "c++"), cache: cache.into() }
    }

    /// The library, built if the cache has none of these sources, flags and tools.
    ///
    /// # Errors
    /// A tool that is missing or fails, a cache that cannot be written.
    pub fn library(&self) -> Result<PathBuf, RtlError> {
        // A builder that panicked has left the cache as it was.
        let _alone = BUILDING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let verilator = self.say(&self.verilator, "VERILATOR", &["--version"])?;
        let cxx = self.say(&self.cxx, "CXX", &["--version"])?;
        let path = self.cache.join(format!("libhebbit_rtl-{}.so", key(&[&verilator, &cxx])));
        if path.is_file() {
            return Ok(path);
        }
        let work = self.cache.join(format!("build-{}", std::process::id()));
        let built = self.build(&work);
        let kept = built.and_then(|library| std::fs::rename(library, &path).map_err(|e| file(&path, e)));
        // What is left of a build is of no use, and whether it can be removed changes nothing.
        drop(std::fs::remove_dir_all(&work));
        kept.map(|()| path)
    }

    fn build(&self, work: &Path) -> Result<PathBuf, RtlError> {
        for (name, text) in CORE.iter().chain(VERBS) {
            write(&work.join(name), text)?;
        }
        write(&work.join("shim.cpp"), SHIM)?;
        for (top, prefix, files) in [("top_sim", "Vcore", CORE), ("top_verbs", "Vverbs", VERBS)] {
            let mut command = Command::new(&self.verilator);
            command.args(FLAGS.iter().flat_map(|flag| flag.split(' ')));
            command.args(["--top-module", top, "--prefix", prefix, "--Mdir", prefix]);
            command.args(files.iter().map(|(name, _)| name)).current_dir(work);
            self.run(command, &self.verilator, "VERILATOR")?;
        }
        let root = self.say(&self.verilator, "VERILATOR", &["--getenv", "VERILATOR_ROOT"])?;
        let include = Path::new(root.trim()).join("include");
        let library = work.join("library.so");
        let mut command = Command::new(&self.cxx);
        command.args(CXX_FLAGS).arg("-o").arg(&library).current_dir(work);
        command.arg("-I").arg(&include).arg("-I").arg(include.join("vltstd"));
        for prefix in ["Vcore", "Vverbs"] {
            command.arg("-I").arg(prefix).args(generated(&work.join(prefix))?);
        }
        command
            .args(["verilated.cpp", "verilated_threads.cpp"].map(|name| include.join(name)))
            .arg("shim.cpp");
        self.run(command, &self.cxx, "CXX")?;
        Ok(library)
    }

    fn say(&self, tool: &str, variable: &'static str, arguments: &[&str]) -> Result<String, RtlError> {
        let mut command = Command::new(tool);
        command.args(arguments);
        self.run(command, tool, variable)
    }

    fn run(&self, mut command: Command, tool: &str, variable: &'static str) -> Result<String, RtlError> {
        let missing = |_| RtlError::Tool { tool: tool.to_owned(), variable };
        let output = command.output().map_err(missing)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(RtlError::Build { tool: tool.to_owned(), output: String::from_utf8_lossy(&said).into_owned() })
    }
}

/// Hash of everything that a library is made from.
fn key(tools: &[&str]) -> String {
    let mut hasher = Sha256::new();
    let files = CORE.iter().chain(VERBS).flat_map(|(name, text)| [*name, *text]);
    for part in files.chain([SHIM]).chain(FLAGS).chain(CXX_FLAGS).chain(tools.iter().copied()) {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// The C++ files that Verilator made.
fn generated(folder: &Path) -> Result<Vec<PathBuf>, RtlError> {
    let entries = std::fs::read_dir(folder).map_err(|e| file(folder, e))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "cpp"));
    files.sort_unstable();
    Ok(files)
}

fn write(path: &Path, text: &str) -> Result<(), RtlError> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(|e| file(folder, e))?;
    std::fs::write(path, text).map_err(|e| file(path, e))
}

fn file(path: &Path, source: std::io::Error) -> RtlError {
    RtlError::File { path: path.to_owned(), source }
}
