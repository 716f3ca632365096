//! Other systems: the host's crates are checked for them without a C compiler, and the program of each runs in an emulator
//! and must give the digests of this machine.

use super::smoke;
use super::step::{Outcome, Step, cargo, output};
use super::tools::{AARCH64, AARCH64_LINKER, AARCH64_TARGET, CHECKED, FOREIGN, MINGW, WINE, WINES, answers};
use crate::tree;
use hebbit_core::learn::AnyRule;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

/// The program and the crates that it consists of.
const CRATES: [&str; 8] = [
    "hebbit-core",
    "hebbit-app",
    "hebbit-fpga-driver",
    "hebbit-rtl",
    "hebbit-engine",
    "hebbit",
    "hebbit-lab",
    "hebbit-cli",
];
/// Crates that compile C, or search for a C library.
const C: [&str; 4] = ["cc", "cmake", "pkg-config", "vcpkg"];
/// Samples that a rule learns.
const SAMPLES: &str = "150";
/// Wine 8 lacks the library that Rust's standard library takes its hash keys from.
const PRNG: &str = "#include <windows.h>\nBOOLEAN NTAPI SystemFunction036(PVOID, ULONG);\n\
    __declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T bytes) {\n\
    return SystemFunction036(data, (ULONG)bytes);\n}\n";

/// Checks for every target, for the gate.
pub(super) fn checks() -> Vec<Step> {
    let crates = CRATES.map(|name| format!("-p {name}")).join(" ");
    let check = |target: &&str| {
        Step::cargo(&format!("check {target}"), &format!("check --release {crates} --target {target}"))
            .with(&FOREIGN)
    };
    let mut steps = vec![Step::own("no C in the tree", || Outcome::of(no_c()))];
    steps.extend(CHECKED.iter().map(check));
    steps
}

/// No target needs a C compiler.
fn no_c() -> Result<(), String> {
    for target in CHECKED {
        let mut command = cargo();
        command.args(["tree", "--locked", "-p", "hebbit-cli", "-e", "normal,build", "--prefix", "none"]);
        command.args(["--target", target]);
        let (ok, text) = output(&mut command);
        if !ok {
            return Err(text);
        }
        let found = compiles_c(&text);
        if !found.is_empty() {
            return Err(format!("for {target} the tree has {}", found.join(", ")));
        }
    }
    Ok(())
}

/// Those of a list of packages, `NAME VERSION …` a line, that compile C.
fn compiles_c(tree: &str) -> Vec<&str> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| C.contains(name)).collect()
}

/// A system, and how its programs run here.
#[derive(Debug, Clone, Copy)]
struct System {
    name: &'static str,
    target: &'static str,
    /// Its linker.
    linker: &'static str,
    /// The command that runs a program of it.
    run: fn(&Path) -> Result<Command, String>,
}

const WINDOWS: System = System { name: "Windows (Wine)", target: CHECKED[0], linker: MINGW, run: wine };
const LINUX: System = System {
    name: "AArch64 Linux (QEMU)",
    target: AARCH64_TARGET,
    linker: AARCH64_LINKER,
    run: |program| {
        let mut command = Command::new("qemu-aarch64");
        command.args(["-L", "/usr/aarch64-linux-gnu"]).arg(program);
        Ok(command)
    },
};

/// Runs a program of Windows, with the library that Wine lacks in its folder.
fn wine(program: &Path) -> Result<Command, String> {
    let wine = WINES.into_iter().find(|name| answers(name)).ok_or("Wine is gone")?;
    let source = program.with_file_name("prng.c");
    std::fs::write(&source, PRNG).map_err(|error| format!("{}: {error}", source.display()))?;
    let mut compile = Command::new(MINGW);
    compile.args(["-shared", "-O1", "-o"]).arg(program.with_file_name("bcryptprimitives.dll"));
    let (ok, text) = output(compile.arg(&source).arg("-ladvapi32"));
    if !ok {
        return Err(text);
    }
    let mut command = Command::new(wine);
    command.env("WINEPREFIX", tree::root().join("target/wine")).env("WINEDEBUG", "-all").arg(program);
    Ok(command)
}

/// A step per system that compares its program with that of this machine.
pub(super) fn steps() -> Vec<Step> {
    let here = Arc::new(OnceLock::new());
    let step = |system: System, tool| {
        let here = Arc::clone(&here);
        Step::own(system.name, move || {
            Outcome::of(native(&here).and_then(|digests| beside(&system, &digests)))
        })
        .with(tool)
    };
    vec![
        Step::cargo("build", "build --release -p hebbit-cli --bin hebbit"),
        step(WINDOWS, &WINE),
        step(LINUX, &AARCH64),
    ]
}

/// The runs: the demo with its simulated device, and one network per rule.
fn runs() -> Vec<Vec<&'static str>> {
    let rule = |rule| vec!["learn", "--data", "mini", "--samples", SAMPLES, "--rule", rule];
    std::iter::once(vec!["demo"]).chain(AnyRule::NAMES.iter().copied().map(rule)).collect()
}

/// The digests of this machine, computed once.
fn native(here: &OnceLock<Result<Vec<String>, String>>) -> Result<Vec<String>, String> {
    let all = || {
        let program = smoke::program()?;
        runs().iter().map(|args| digests(Command::new(&program), args)).collect()
    };
    here.get_or_init(all).clone()
}

/// Builds the program of a system, runs it, and compares.
fn beside(system: &System, here: &[String]) -> Result<(), String> {
    let program = build(system)?;
    let mut differ = Vec::new();
    for (args, here) in runs().iter().zip(here) {
        let there = digests((system.run)(&program)?, args)?;
        match judge(args.last().copied().unwrap_or_default(), here, &there) {
            Ok(line) => println!("         {line}"),
            Err(line) => differ.push(format!("{}: {line}", system.name)),
        }
    }
    if differ.is_empty() { Ok(()) } else { Err(differ.join("\n")) }
}

fn build(system: &System) -> Result<PathBuf, String> {
    let variable = format!("CARGO_TARGET_{}_LINKER", system.target.to_uppercase().replace('-', "_"));
    let mut command = cargo();
    command.args(["build", "--release", "-p", "hebbit-cli", "--bin", "hebbit", "--target", system.target]);
    let (ok, text) = output(command.env(variable, system.linker));
    let end = if system.target.contains("windows") { ".exe" } else { "" };
    // The program of this machine is two folders below cargo's target folder.
    let native = smoke::program()?;
    let folder = native.ancestors().nth(2).unwrap_or(Path::new("")).join(system.target);
    if ok { Ok(folder.join(format!("release/hebbit{end}"))) } else { Err(text) }
}

/// The digests that a run prints, in a temporary folder: of the network, and of the demo's network after continual learning.
fn digests(mut command: Command, args: &[&str]) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    command.args(args).args(["--json", "--quiet"]).current_dir(folder.path()).stdin(Stdio::null());
    let run = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let failure = || format!("{command:?}: {}{}", run.status, String::from_utf8_lossy(&run.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&run.stdout).map_err(|_| failure())?;
    let digests = [&summary["digest"], &summary["drift"]["digest"]];
    let digests: Vec<&str> = digests.into_iter().filter_map(|digest| digest.as_str()).collect();
    if run.status.success() && !digests.is_empty() { Ok(digests.join(" ")) } else { Err(failure()) }
}

/// A line of the table; an error if digests differ.
fn judge(run: &str, here: &str, there: &str) -> Result<String, String> {
    if here == there {
        Ok(format!("{run:<16} {here}  equal"))
    } else {
        Err(format!("{run} ends with {there}, here with {here}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_run_and_digests_are_compared() {
        let runs = runs();
        assert!(AnyRule::NAMES.iter().all(|rule| runs.iter().any(|args| args.last() == Some(rule))));
        assert_eq!(runs[0], ["demo"]);
        assert_eq!(judge("demo", "1 2", "1 2").as_deref(), Ok("demo             1 2  equal"));
        assert_eq!(judge("stdp", "1", "3").unwrap_err(), "stdp ends with 3, here with 1");
    }

    #[test]
    fn a_crate_that_compiles_c_is_found() {
        assert_eq!(
            compiles_c("hebbit v0.1.0 (/x)\ncc v1.2.0\ncrc v3.4.0\npkg-config v0.3.1\n"),
            ["cc", "pkg-config"]
        );
        assert!(compiles_c("crc v3.4.0\nccc v1.0.0").is_empty());
    }
}
