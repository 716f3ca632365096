//! Building the simulation: Verilator makes C++ of the sources, the system's compiler makes a shared library of it.
//!
//! The library is kept in a cache under the hash of sources, flags and tool versions, so that it is built once. Building
//! the crate itself needs neither tool.

use crate::{Build, RtlError, sources};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A top module: its C++ prefix, and whether it has the parameters of a build.
type Top = (&'static str, &'static str, bool);

/// The contents of a library, and its C interface.
#[derive(Debug, Clone, Copy)]
struct Recipe {
    tops: &'static [Top],
    /// Whether every edge of the clock is a cycle, which halves the evaluations.
    each_edge: bool,
    shim: &'static str,
}

/// The core and the verbs.
const CORE_RECIPE: Recipe = Recipe {
    tops: &[("top_sim", "Vcore", true), ("top_verbs", "Vverbs", false)],
    each_edge: true,
    shim: include_str!("../cxx/shim.cpp"),
};

/// The registers on each bus, and the peripheral on SPI.
const BUS_RECIPE: Recipe = Recipe {
    tops: &[("top_bus", "Vbus", false), ("top_spi", "Vspi", true)],
    each_edge: false,
    shim: include_str!("../cxx/bus.cpp"),
};

impl Recipe {
    /// Every file that one of the tops needs, without repetition.
    fn files(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let names: BTreeSet<&str> =
            self.tops.iter().flat_map(|(top, ..)| sources::of_top(top)).map(|(name, _)| name).collect();
        sources::ALL.iter().copied().filter(move |(name, _)| names.contains(name))
    }
}

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

/// The top that a netlist can replace, its file, and the warnings that are off for it.
const NETLIST_TOP: &str = "top_spi";
const NETLIST: &str = "netlist.v";
const NETLIST_FLAGS: [&str; 3] = ["-Wno-fatal", "-Wno-lint", "-Wno-style"];

/// Flags for waveforms.
const TRACE: [&str; 3] = ["-DHEBBIT_TRACE", "-DVM_TRACE=1", "-lz"];

/// Serialises builds, so that threads do not build the same library twice.
static BUILDING: Mutex<()> = Mutex::new(());

/// The tools, and where libraries are kept.
#[derive(Debug, Clone)]
pub struct Builder {
    verilator: String,
    cxx: String,
    cache: PathBuf,
    edits: Vec<Edit>,
    traced: bool,
    build: usize,
    recipe: Recipe,
    netlist: Option<String>,
}

/// A change of the sources.
#[derive(Debug, Clone)]
struct Edit {
    file: String,
    from: String,
    to: String,
}

impl Builder {
    /// Tools from the environment's `VERILATOR` and `CXX`, else from the path; libraries are kept in `cache`.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        let from = |variable, tool: &str| std::env::var(variable).unwrap_or_else(|_| tool.to_owned());
        Self {
            verilator: from("VERILATOR", "verilator"),
            cxx: from("CXX", "c++"),
            cache: cache.into(),
            edits: Vec::new(),
            build: 0,
            recipe: CORE_RECIPE,
            netlist: None,
            traced: false,
        }
    }

    /// The same tools and cache for the registers and buses: a library for [`crate::Buses`].
    #[must_use]
    pub fn buses(mut self) -> Self {
        self.recipe = BUS_RECIPE;
        self
    }

    /// The same with a netlist in Verilog in place of `top_spi`.
    #[must_use]
    pub fn netlist(mut self, text: impl Into<String>) -> Self {
        self.recipe = BUS_RECIPE;
        self.netlist = Some(text.into());
        self
    }

    /// The same with waveforms, slower: [`crate::Rtl::trace`] works then. Needs zlib.
    #[must_use]
    pub fn traced(mut self) -> Self {
        self.traced = true;
        self
    }

    /// The same with `to` instead of `from` in a file below `rtl/`, for mutation tests. Warnings are no errors then, and nothing is
    /// optimised.
    #[must_use]
    pub fn edited(mut self, file: &str, from: &str, to: &str) -> Self {
        let [file, from, to] = [file, from, to].map(str::to_owned);
        self.edits.push(Edit { file, from, to });
        self
    }

    /// The same with the parameters of another one of [`Build::ALL`].
    #[must_use]
    pub fn with(mut self, build: &Build) -> Self {
        self.build = Build::ALL.iter().position(|b| b == build).unwrap_or(0);
        self
    }

    /// Macros that describe the build to the compiler.
    fn macros(&self) -> [String; 4] {
        let build = &Build::ALL[self.build];
        [
            format!("-DBUILD={}", self.build),
            format!("-DNEURON_LANES={}", build.neuron_lanes),
            format!("-DSUM_WIDTH={}", build.sum_width),
            format!("-DREFRACTORY_WIDTH={}", build.refractory_width),
        ]
    }

    /// A source file with the edits of this builder.
    fn text(&self, name: &str, text: &str) -> Result<String, RtlError> {
        let mut text = text.to_owned();
        // A waveform needs both levels of the clock.
        if self.recipe.each_edge && !self.traced {
            text = text.replace("@(posedge clk_i)", "@(edge clk_i)");
        }
        for Edit { from, to, .. } in self.edits.iter().filter(|edit| edit.file == name) {
            if text.matches(from.as_str()).count() != 1 {
                return Err(RtlError::Edit { file: name.to_owned(), text: from.clone() });
            }
            text = text.replacen(from.as_str(), to, 1);
        }
        Ok(text)
    }

    /// Whether the cache has the library already.
    ///
    /// # Errors
    /// A tool that is missing.
    pub fn built(&self) -> Result<bool, RtlError> {
        Ok(self.path()?.is_file())
    }

    /// The path of the library in the cache.
    fn path(&self) -> Result<PathBuf, RtlError> {
        let verilator = self.say(&self.verilator, "VERILATOR", &["--version"])?;
        let cxx = self.say(&self.cxx, "CXX", &["--version"])?;
        Ok(self.cache.join(format!("libhebbit_rtl-{}.so", self.key(&[&verilator, &cxx])?)))
    }

    /// The library, built if the cache has none of these sources, flags and tools.
    ///
    /// # Errors
    /// A tool that is missing or fails, a cache that cannot be written.
    pub fn library(&self) -> Result<PathBuf, RtlError> {
        // A panic while building leaves the cache unchanged, so a poisoned lock is harmless.
        let _alone = BUILDING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let path = self.path()?;
        if path.is_file() {
            return Ok(path);
        }
        let work = self.cache.join(format!("build-{}", std::process::id()));
        let built = self.build(&work);
        let kept = built.and_then(|library| std::fs::rename(library, &path).map_err(|e| file(&path, e)));
        // Intermediate files are not needed any more; a failure to remove them is harmless.
        drop(std::fs::remove_dir_all(&work));
        kept.map(|()| path)
    }

    /// Hash of everything that the library is made from.
    fn key(&self, tools: &[&str]) -> Result<String, RtlError> {
        let mut hasher = Sha256::new();
        let mut add = |part: &str| {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        };
        for (name, text) in self.recipe.files() {
            add(name);
            add(&self.text(name, text)?);
        }
        self.netlist.iter().for_each(|text| add(text));
        if self.traced {
            TRACE.into_iter().for_each(&mut add);
        }
        Build::ALL[self.build].parameters().iter().chain(&self.macros()).for_each(|part| add(part));
        [self.recipe.shim]
            .into_iter()
            .chain(FLAGS)
            .chain(CXX_FLAGS)
            .chain(tools.iter().copied())
            .for_each(add);
        Ok(hex(hasher))
    }

    fn build(&self, work: &Path) -> Result<PathBuf, RtlError> {
        for (name, text) in self.recipe.files() {
            write(&work.join(name), &self.text(name, text)?)?;
        }
        write(&work.join("shim.cpp"), self.recipe.shim)?;
        let edited = !self.edits.is_empty();
        for &(top, prefix, parametric) in self.recipe.tops {
            let netlist = self.netlist.as_ref().filter(|_| top == NETLIST_TOP);
            let mut command = Command::new(&self.verilator);
            command.args(FLAGS.iter().flat_map(|flag| flag.split(' ')));
            command.args(edited.then_some("-Wno-fatal"));
            if parametric && netlist.is_none() {
                command.args(Build::ALL[self.build].parameters().iter().map(|part| format!("-G{part}")));
            }
            command.args(self.traced.then_some("--trace-fst"));
            command.args(["--top-module", top, "--prefix", prefix, "--Mdir", prefix]);
            if let Some(text) = netlist {
                write(&work.join(NETLIST), text)?;
                command.args(NETLIST_FLAGS).arg(NETLIST);
            } else {
                command.args(sources::of_top(top).map(|(name, _)| name));
            }
            self.run(command.current_dir(work), &self.verilator, "VERILATOR")?;
        }
        let root = self.say(&self.verilator, "VERILATOR", &["--getenv", "VERILATOR_ROOT"])?;
        let include = Path::new(root.trim()).join("include");
        let library = work.join("library.so");
        let mut command = Command::new(&self.cxx);
        command
            .args(CXX_FLAGS)
            .args(edited.then_some("-O0"))
            .args(self.netlist.as_ref().map(|_| "-O1"))
            .arg("-o")
            .arg(&library)
            .current_dir(work);
        command.arg("-I").arg(&include).arg("-I").arg(include.join("vltstd"));
        for (_, prefix, _) in self.recipe.tops {
            command.arg("-I").arg(prefix).args(generated(&work.join(prefix))?);
        }
        command.args(self.macros()).args(self.runtime(&include)?).arg("shim.cpp");
        command.args(TRACE.into_iter().filter(|_| self.traced));
        self.run(&mut command, &self.cxx, "CXX")?;
        Ok(library)
    }

    /// Verilator's own C++, compiled once per pair of tools.
    fn runtime(&self, include: &Path) -> Result<Vec<PathBuf>, RtlError> {
        let mut objects = Vec::new();
        let tracer = self.traced.then_some("verilated_fst_c");
        for name in ["verilated", "verilated_threads"].into_iter().chain(tracer) {
            let source = include.join(name).with_extension("cpp");
            let text = std::fs::read_to_string(&source).map_err(|e| file(&source, e))?;
            let mut hasher = Sha256::new();
            for part in
                [text.as_str(), &self.say(&self.cxx, "CXX", &["--version"])?].into_iter().chain(CXX_FLAGS)
            {
                hasher.update(part);
            }
            let object = self.cache.join(format!("{name}-{}.o", hex(hasher)));
            if !object.is_file() {
                let fresh = self.cache.join(format!("{name}-{}.new", std::process::id()));
                let mut command = Command::new(&self.cxx);
                command.args(CXX_FLAGS.iter().filter(|flag| **flag != "-shared"));
                command.arg("-I").arg(include).arg("-c").arg(&source).arg("-o").arg(&fresh);
                self.run(&mut command, &self.cxx, "CXX")?;
                std::fs::rename(fresh, &object).map_err(|e| file(&object, e))?;
            }
            objects.push(object);
        }
        Ok(objects)
    }

    fn say(&self, tool: &str, variable: &'static str, arguments: &[&str]) -> Result<String, RtlError> {
        let mut command = Command::new(tool);
        command.args(arguments);
        self.run(&mut command, tool, variable)
    }

    fn run(&self, command: &mut Command, tool: &str, variable: &'static str) -> Result<String, RtlError> {
        let missing = |_| RtlError::Tool { tool: tool.to_owned(), variable };
        let output = command.output().map_err(missing)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(RtlError::Build { tool: tool.to_owned(), output: String::from_utf8_lossy(&said).into_owned() })
    }
}

fn hex(hasher: Sha256) -> String {
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
