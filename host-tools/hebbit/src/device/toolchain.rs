//! Builds the programs of the boards, with whichever compiler this machine has: the only place that chooses one.
//!
//! A compiler will do if it has the core library of the board's target (rustup), or its source and a linker, so that the
//! core library can be built on the way (packages of a distribution).

pub use super::boards::{BOARDS, Board};

use crate::error::DeviceError;
use crate::install::install_hint;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest compiler that can build the firmware, as `rust-version` says.
const OLDEST: u32 = 93;
/// Where packages of a distribution put theirs. It is tried after the one that the path finds.
const SYSTEM: &str = "/usr/bin";
/// The variable that has the compiler name the frame of every function.
pub const FRAMES: &str = "HEBBIT_FRAMES";
/// The packages of Debian that are enough for every board.
const PACKAGES: &str = "rustc-web cargo-web rust-web-src lld";

/// Why the firmware of a board cannot be built here, and what to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolchainError {
    /// No compiler makes programs for the target.
    Compiler {
        /// Which.
        target: String,
    },
    /// A compiler would do, but there is no linker.
    Linker {
        /// The target.
        target: String,
    },
}

impl ToolchainError {
    /// What to install.
    pub fn how(&self) -> String {
        match self {
            Self::Compiler { target } => {
                let rustup = format!("`rustup target add {target}`");
                let packages =
                    || format!("{rustup}, or {} (Rust 1.{OLDEST} or later)", install_hint(PACKAGES));
                if cfg!(target_os = "linux") { packages() } else { rustup }
            }
            Self::Linker { .. } => install_hint("lld"),
        }
    }
}

impl fmt::Display for ToolchainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, target) = match self {
            Self::Compiler { target } => ("compiler", target),
            Self::Linker { target } => ("linker", target),
        };
        write!(f, "no {what} here makes programs for {target}: install {}", self.how())
    }
}

impl std::error::Error for ToolchainError {}

impl Board {
    /// Its package, and the program in it that is the product.
    pub fn package(&self) -> String {
        format!("hebbit-{}", self.name)
    }

    /// Its folder in the workspace at `root`.
    pub fn folder(&self, root: &Path) -> PathBuf {
        root.join("firmware/boards").join(self.name)
    }

    /// Where its program `program` lies once it is built.
    pub fn built(&self, root: &Path, program: &str) -> PathBuf {
        output(root).join(self.target).join("release").join(program)
    }

    /// The command that builds its program `program`. With [`FRAMES`] in the environment the compiler names the frame of every
    /// function: a section of the file beside the program, which stays the same.
    ///
    /// # Errors
    /// [`ToolchainError`], which names what to install.
    pub fn build(&self, root: &Path, program: &str) -> Result<Command, ToolchainError> {
        let compilers = Compiler::all();
        let choice = choose(&compilers, self.target, answers("ld.lld"))?;
        let mut command = choice.command();
        command
            .current_dir(self.folder(root))
            .args(["build", "--release", "--locked", "--bin", program, "--target", self.target])
            .arg("--target-dir")
            .arg(output(root));
        if let Some(commit) = commit(root) {
            command.env("HEBBIT_COMMIT", commit);
        }
        if choice.build_core {
            command.args(["-Zbuild-std=core,compiler_builtins"]);
            command.args(["-Zbuild-std-features=compiler-builtins-mem"]);
        }
        if choice.foreign_linker {
            command.env(linker_variable(self.target), "ld.lld");
        }
        if std::env::var_os(FRAMES).is_some() {
            // Without quotes: cargo looks up a target that has a dot in its name as tables of the parts.
            let flags = format!("target.{}.rustflags=[\"-Zemit-stack-sizes\"]", self.target);
            // Only compilers under development name frames, unless they are told so.
            command.env("RUSTC_BOOTSTRAP", "1").args(["--config", &flags]);
        }
        Ok(command)
    }
}

/// Builds the firmware of a board: the file to flash or to run.
///
/// # Errors
/// If the sources or a tool are missing, or the compiler fails.
pub fn firmware(board: &Board, say: &dyn Fn(&str)) -> Result<PathBuf, DeviceError> {
    let root = sources()?;
    let program = board.package();
    let mut command = board.build(&root, &program).map_err(|error| DeviceError::NoTool {
        program: format!("a compiler for {}", board.target),
        how: error.how(),
    })?;
    say(&format!("building the firmware of {}", board.name));
    let log = output(&root).join(format!("{}.log", board.name));
    let failed = |message: String| DeviceError::Tool {
        what: format!("building the firmware of {}", board.name),
        message,
        log: log.clone(),
    };
    let output = command.stderr(Stdio::piped()).output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(board.built(&root, &program));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    std::fs::write(&log, text.as_bytes()).map_err(|error| failed(error.to_string()))?;
    let reason = text.lines().find(|line| line.starts_with("error"));
    Err(failed(reason.unwrap_or("no reason given").to_owned()))
}

/// The commit of the sources, with a `+` if they have been changed since; `None` without `git`.
fn commit(root: &Path) -> Option<String> {
    let git = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(args).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changed.is_empty() { commit } else { format!("{commit}+") })
}

/// What is missing to build the firmware of a board, and how to get it; `None` if nothing is.
pub fn missing(board: &Board) -> Option<String> {
    choose(&Compiler::all(), board.target, answers("ld.lld")).err().map(|error| error.to_string())
}

/// The folder of the sources: `HEBBIT_SOURCE`, else this folder or one above it, else the one that this program was
/// built in.
fn sources() -> Result<PathBuf, DeviceError> {
    let here = |root: &Path| root.join("firmware/boards/Cargo.toml").is_file();
    if let Some(named) = std::env::var_os("HEBBIT_SOURCE").map(PathBuf::from) {
        let named = std::path::absolute(&named).unwrap_or(named);
        return if here(&named) { Ok(named) } else { Err(DeviceError::NoSources { path: named }) };
    }
    let folder = std::env::current_dir().unwrap_or_default();
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    // Both are absolute: cargo runs elsewhere.
    let found = folder.ancestors().chain(built).find(|root| here(root)).map(Path::to_owned);
    found.ok_or(DeviceError::NoSources { path: folder })
}

/// Whether every board can be built here.
///
/// # Errors
/// What is missing for the first board that cannot.
pub fn check() -> Result<(), ToolchainError> {
    let (compilers, lld) = (Compiler::all(), answers("ld.lld"));
    BOARDS.iter().try_for_each(|board| choose(&compilers, board.target, lld).map(drop))
}

/// What is built lies here, apart from the programs of the host.
fn output(root: &Path) -> PathBuf {
    root.join("target/firmware")
}

/// The variable that tells cargo the linker of a target.
fn linker_variable(target: &str) -> String {
    let target = target.to_uppercase().replace(['-', '.'], "_");
    format!("CARGO_TARGET_{target}_LINKER")
}

/// A compiler of this machine.
#[derive(Debug, Clone)]
struct Compiler {
    /// The folder of `rustc` and `cargo`; `None`: the path finds them.
    folder: Option<PathBuf>,
    /// Its version is 1 point this.
    minor: u32,
    /// Where its libraries are.
    libraries: PathBuf,
    /// Whether it brings a linker.
    linker: bool,
}

impl Compiler {
    /// Those of this machine, the preferred one first.
    fn all() -> Vec<Self> {
        let places = [None, Some(PathBuf::from(SYSTEM))];
        places.into_iter().filter_map(Self::at).collect()
    }

    fn at(folder: Option<PathBuf>) -> Option<Self> {
        let ask = |args: &[&str]| {
            let output = {
                let mut command = clean(&program(folder.as_deref(), "rustc"), folder.is_some());
                command.args(args).stderr(Stdio::null()).output().ok()?
            };
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let minor = minor(&ask(&["--version"])?)?;
        let libraries = PathBuf::from(ask(&["--print", "sysroot"])?).join("lib/rustlib");
        let lld = format!("bin/rust-lld{}", std::env::consts::EXE_SUFFIX);
        let linker = std::fs::read_dir(&libraries)
            .is_ok_and(|hosts| hosts.flatten().any(|host| host.path().join(&lld).exists()));
        Some(Self { folder, minor, libraries, linker })
    }

    /// Whether it has the core library of a target.
    fn has(&self, target: &str) -> bool {
        self.libraries.join(target).join("lib").is_dir()
    }

    /// Whether it has the source of the core library.
    fn has_source(&self) -> bool {
        self.libraries.join("src/rust/library/core/Cargo.toml").is_file()
    }
}

/// The number after the first point of `rustc 1.95.0 (…)`.
fn minor(version: &str) -> Option<u32> {
    version.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

fn program(folder: Option<&Path>, name: &str) -> OsString {
    folder.map_or_else(|| name.into(), |folder| folder.join(name).into_os_string())
}

/// A command that does not inherit what the cargo that started us told its own compiler.
fn clean(program: &OsString, other: bool) -> Command {
    let mut command = Command::new(program);
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC", "CARGO_TARGET_DIR"] {
        command.env_remove(name);
    }
    if other {
        command.env_remove("LD_LIBRARY_PATH").env_remove("RUSTUP_TOOLCHAIN");
    }
    command
}

/// Whether a program is here and tells its version.
fn answers(name: &str) -> bool {
    let mut command = Command::new(name);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A compiler and how to use it.
#[derive(Debug)]
struct Choice<'c> {
    compiler: &'c Compiler,
    /// The core library is built too, from its source.
    build_core: bool,
    /// `ld.lld` links, because the compiler brings no linker.
    foreign_linker: bool,
}

impl Choice<'_> {
    fn command(&self) -> Command {
        let folder = self.compiler.folder.as_deref();
        let mut command = clean(&program(folder, "cargo"), folder.is_some());
        if folder.is_some() {
            command.env("RUSTC", program(folder, "rustc"));
        }
        if self.build_core {
            // Building the core library is a feature that released compilers keep to themselves.
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }
}

/// The first compiler that has the target, else the first that can build its core library.
fn choose<'c>(compilers: &'c [Compiler], target: &str, lld: bool) -> Result<Choice<'c>, ToolchainError> {
    let fit = || compilers.iter().filter(|compiler| compiler.minor >= OLDEST);
    let ready = fit().filter(|compiler| compiler.has(target)).map(|compiler| (compiler, false));
    let source = fit().filter(|compiler| compiler.has_source()).map(|compiler| (compiler, true));
    let all: Vec<_> = ready.chain(source).collect();
    let linked = all.iter().find(|(compiler, _)| compiler.linker || lld);
    match (linked, all.first()) {
        (Some(&(compiler, build_core)), _) => {
            Ok(Choice { compiler, build_core, foreign_linker: !compiler.linker })
        }
        (None, Some(_)) => Err(ToolchainError::Linker { target: target.to_owned() }),
        (None, None) => Err(ToolchainError::Compiler { target: target.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const TARGET: &str = "thumbv7em-none-eabi";

    /// A compiler whose libraries are `files` below a folder.
    fn compiler(folder: &Path, minor: u32, linker: bool, files: &[&str]) -> Compiler {
        for file in files {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        Compiler { folder: None, minor, libraries: folder.to_owned(), linker }
    }

    /// What is chosen: (compiler's minor version, core is built, foreign linker).
    fn chosen(compilers: &[Compiler], lld: bool) -> Result<(u32, bool, bool), ToolchainError> {
        choose(compilers, TARGET, lld).map(|c| (c.compiler.minor, c.build_core, c.foreign_linker))
    }

    #[test]
    fn a_compiler_with_the_target_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let core = format!("{TARGET}/lib/libcore.rlib");
        let source = compiler(&folder.path().join("a"), 96, false, &["src/rust/library/core/Cargo.toml"]);
        let ready = compiler(&folder.path().join("b"), 95, true, &[&core]);
        let old = compiler(&folder.path().join("c"), 92, true, &[&core]);
        assert_eq!(chosen(&[source.clone(), ready.clone()], true), Ok((95, false, false)));
        assert_eq!(chosen(&[old.clone(), source.clone()], true), Ok((96, true, true)));
        assert_eq!(chosen(&[source], false), Err(ToolchainError::Linker { target: TARGET.into() }));
        assert_eq!(chosen(&[old], true), Err(ToolchainError::Compiler { target: TARGET.into() }));
    }

    #[test]
    fn an_error_names_what_to_install() {
        let text = chosen(&[], true).unwrap_err().to_string();
        for word in ["rustup target add thumbv7em-none-eabi", "rust-web-src", "lld"] {
            assert!(text.contains(word), "{text}");
        }
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(minor("rustc 1.95.0 (59807616e 2026-04-14)"), Some(95));
        assert_eq!(minor("rustc"), None);
        assert_eq!(
            linker_variable("thumbv8m.main-none-eabihf"),
            "CARGO_TARGET_THUMBV8M_MAIN_NONE_EABIHF_LINKER"
        );
    }

    /// The list here is the list of folders, with their targets.
    #[test]
    fn the_boards_are_those_that_there_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let folders = fs::read_dir(root.join("firmware/boards")).unwrap().flatten();
        let boards = folders.filter(|folder| folder.path().join(".cargo/config.toml").exists());
        let mut found: Vec<String> =
            boards.map(|folder| folder.file_name().to_string_lossy().into_owned()).collect();
        found.sort_unstable();
        let mut listed = BOARDS.map(|board| board.name);
        listed.sort_unstable();
        assert_eq!(found, listed);
        for board in &BOARDS {
            let config = fs::read_to_string(board.folder(root).join(".cargo/config.toml")).unwrap();
            assert!(config.contains(&format!("target = \"{}\"\n", board.target)), "{}", board.name);
            // In quotes, the table of a target with a dot in its name is not found: neither runner nor flags would apply.
            assert!(config.contains(&format!("\n[target.{}]\n", board.target)), "{}", board.name);
            let manifest = fs::read_to_string(board.folder(root).join("Cargo.toml")).unwrap();
            assert!(manifest.contains(&format!("name = \"{}\"\n", board.package())), "{}", board.name);
        }
    }
}
