//! The programs of the boards: they build, cannot panic, fit their memories, and run in QEMU if it has the board.

mod buttons;
mod image;
mod motion;
mod sensor;
mod sizes;
mod stack;

use super::budgets::{self, Budget};
use super::step::{Outcome, Step, output};
use super::tools::{FIRMWARE, QEMU, RUSTFMT};
use crate::tree;
use hebbit::device::boards::{BOARDS, Board};
use sizes::Sizes;
use stack::Stack;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Undefined symbol of the proof's panic handler: the linker names it if the handler is reachable.
const PANIC: &str = "hebbit_panic_is_reachable";

/// All steps.
pub(super) fn steps() -> Vec<Step> {
    let mut steps = vec![
        Step::cargo("boards: format", "fmt --all --check --manifest-path firmware/boards/Cargo.toml")
            .with(&RUSTFMT),
        // A separate workspace.
        Step::cargo("esp32c3: format", "fmt --check --manifest-path firmware/boards/esp32c3/Cargo.toml")
            .with(&RUSTFMT),
    ];
    for board in &BOARDS {
        steps.push(Step::own(board.name, || Outcome::of(product(board))).with(&FIRMWARE));
        steps.push(
            Step::own(&format!("{} no panic", board.name), || Outcome::of(proof(board))).with(&FIRMWARE),
        );
        // No budget for the ESP32-C3: its HAL places the stack above the variables, and the processor checks its end.
        if budgets::has(&format!("stack.{}", board.name)) {
            steps.push(
                Step::own(&format!("{} stack", board.name), || Outcome::of(stack(board))).with(&FIRMWARE),
            );
        }
        if board.qemu.is_some() {
            steps.push(Step::own(&format!("{} check", board.name), || Outcome::of(check(board))).with(&QEMU));
        }
    }
    steps.push(Step::own("a sensor's readings are named", || Outcome::of(sensor::run())).with(&QEMU));
    steps.push(Step::own("a motion is learned in the field", || Outcome::of(motion::run())).with(&QEMU));
    steps.push(Step::own("two buttons teach", || Outcome::of(buttons::run())).with(&QEMU));
    steps
}

/// Builds a program and returns its path.
fn build(board: &Board, program: &str, features: &[&str]) -> Result<PathBuf, String> {
    build_with(board, program, features, &[])
}

/// Builds a program with variables of the environment and returns its path.
fn build_with(
    board: &Board,
    program: &str,
    features: &[&str],
    variables: &[(&str, &Path)],
) -> Result<PathBuf, String> {
    let root = tree::root();
    let mut command = board.build(&root, program).map_err(|error| error.to_string())?;
    command.args(features).envs(variables.iter().copied());
    let (ok, text) = output(&mut command);
    let failure = || match text.contains(PANIC) {
        true => format!("a panic can be reached in {program}\n{text}"),
        false => text.clone(),
    };
    if ok { Ok(board.built(&root, program)) } else { Err(failure()) }
}

/// The target whose flash is also measured with few rules: Cortex-M4.
const FEW_RULES_ON: &str = "thumbv7em-none-eabi";
/// Arguments for a firmware with few rules and without a log.
const FEW_RULES: [&str; 3] = ["--no-default-features", "--features", "hebbit-core/burst,hebbit-core/stdp"];

/// Builds the product and checks its size; with all rules last, as devices in QEMU run that build.
fn product(board: &Board) -> Result<(), String> {
    if board.target == FEW_RULES_ON {
        sizes(board, "few-rules", &FEW_RULES)?;
    }
    sizes(board, "all-rules", &[])
}

/// Compares the size of a build with its budget.
fn sizes(board: &Board, name: &str, features: &[&str]) -> Result<(), String> {
    let program = build(board, &board.package(), features)?;
    let bytes = std::fs::read(&program).map_err(|error| format!("{}: {error}", program.display()))?;
    let sizes = Sizes::of(&bytes).map_err(|error| format!("{}: {error}", program.display()))?;
    // A board with more drivers, such as USB, has a separate budget.
    let own = format!("flash.{}.{name}", board.name);
    let budget = Budget::read(&if budgets::has(&own) { own } else { format!("flash.{name}") })?;
    let line = budget.hold(&format!("{} {name}", board.name), sizes.flash, "bytes of flash")?;
    println!("         {line}; {} of RAM", sizes.ram);
    if board.uf2 {
        let place = image::check(&bytes).map_err(|error| format!("{}: {error}", program.display()))?;
        println!("         {}: {place}", board.name);
    }
    Ok(())
}

/// The program that must not contain a panic is linked.
fn proof(board: &Board) -> Result<(), String> {
    build(board, &format!("{}-proof", board.package()), &[]).map(drop)
}

/// Checks that the bound of each program's stack, computed from its code, is available.
fn stack(board: &Board) -> Result<(), String> {
    let mut needs = Vec::new();
    for (name, program) in [("product", board.package()), ("proof", format!("{}-proof", board.package()))] {
        // Usually built by the step before.
        let file = std::fs::read(build(board, &program, &[])?).map_err(|error| error.to_string())?;
        let stack = Stack::of(&file).map_err(|error| format!("{program}: {error}"))?;
        println!("         {}", stack.hold(&program)?);
        needs.push((name, stack.most));
    }
    budgets::hold(&format!("stack.{}", board.name), &needs)
}

/// Timeout of a run in QEMU, in seconds. QEMU ends by itself unless the program hangs.
const PATIENCE: &str = "300";

/// Runs a program in QEMU and returns its output; an error if it fails.
fn emulate(board: &Board, program: &Path) -> Result<String, String> {
    let machine = board.qemu.ok_or("no emulator")?;
    let mut command = Command::new("timeout");
    command.args([PATIENCE, machine.program, "-M", machine.name]).args(machine.args);
    command.args(["-icount", "shift=0"]);
    command.args(["-display", "none", "-monitor", "none", "-serial", "null"]);
    command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(program);
    let (ok, text) = output(&mut command);
    if ok { Ok(text) } else { Err(text) }
}

/// Runs the check in QEMU; its exit code says whether the kernels are right.
fn check(board: &Board) -> Result<(), String> {
    let program = build(
        board,
        &format!("{}-check", board.package()),
        &["--no-default-features", "--features", "check"],
    )?;
    let text = emulate(board, &program)?;
    // Each cost has two lines, the first for the plain loops; the second one is kept.
    let mut costs = std::collections::BTreeMap::new();
    for line in text.lines() {
        if let Some((name, value)) = line.strip_prefix("cost ").and_then(|cost| cost.split_once(' ')) {
            costs.insert(name, value.trim().parse().map_err(|_| format!("{line}: no number"))?);
        }
    }
    if costs.is_empty() && board.qemu.is_some_and(|machine| machine.counts) {
        return Err(format!("no costs in:\n{text}"));
    }
    budgets::hold(&format!("kernels.{}", board.name), &costs.into_iter().collect::<Vec<_>>())
}
