//! The tools that steps need beside cargo: how to see whether they are here, and how to get them.

use std::process::{Command, Stdio};

/// A tool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tool {
    /// What people call it.
    pub(super) name: &'static str,
    /// A command that succeeds if it is here.
    probe: &'static [&'static str],
    /// What a line of the probe's output must contain, if success alone says nothing.
    says: &'static str,
    /// The commands that install it.
    install: &'static [&'static [&'static str]],
    /// Whether CI cannot do without. Where it can, another step proves the same in another way.
    pub(super) required: bool,
}

/// For the format check.
pub(super) const RUSTFMT: Tool = Tool {
    name: "rustfmt",
    probe: &["cargo", "fmt", "--version"],
    says: "",
    install: &[&["rustup", "component", "add", "rustfmt"]],
    required: true,
};

/// For the lints.
pub(super) const CLIPPY: Tool = Tool {
    name: "clippy",
    probe: &["cargo", "clippy", "--version"],
    says: "",
    install: &[&["rustup", "component", "add", "clippy"]],
    required: true,
};

/// For a build without a standard library. Not required: tidy reads the core's source for the same.
pub(super) const BARE: Tool = Tool {
    name: "a bare target",
    probe: &["rustup", "target", "list", "--installed"],
    says: "-none-",
    install: &[&["rustup", "target", "add", "thumbv7em-none-eabi"]],
    required: false,
};

/// For building devices' programs and running them. No step needs one yet; a tool is one entry like these.
pub(super) const ALL: [&Tool; 3] = [&RUSTFMT, &CLIPPY, &BARE];

impl Tool {
    /// Whether it is here.
    pub(super) fn present(&self) -> bool {
        self.output().is_some_and(|text| text.contains(self.says))
    }

    /// The first line of the probe that says so.
    pub(super) fn line(&self) -> Option<String> {
        self.output()?.lines().find(|line| line.contains(self.says)).map(|line| line.trim().to_owned())
    }

    fn output(&self) -> Option<String> {
        let output = command(self.probe).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs the commands that install it. Whether it is here afterwards.
    pub(super) fn install(&self) -> bool {
        let done =
            self.install.iter().all(|line| command(line).status().is_ok_and(|status| status.success()));
        done && self.present()
    }

    /// The commands that install it, to be read.
    pub(super) fn how(&self) -> String {
        self.install.iter().map(|line| line.join(" ")).collect::<Vec<_>>().join(" && ")
    }
}

fn command(line: &[&str]) -> Command {
    let (program, args) = line.split_first().unwrap_or((&"", &[]));
    let mut command = Command::new(program);
    command.args(args).current_dir(crate::tree::root());
    command
}
