//! The steps and their order.
//!
//! Everything is built in the release profile, like the runner itself, so that dependencies are built once.

use super::step::{Outcome, Step};
use super::tools::{BARE, CLIPPY, FORMAL, RUSTFMT, VERILATOR};
use super::{devices, firmware, foreign, formal, mutants, rules, smoke, synth};
use crate::tree;
use std::path::Path;

/// Random networks per build of the RTL: a million events in total.
const CASES: u32 = 5_000;

const ALL: &str = "test --release --workspace --no-fail-fast";

/// Every test.
pub(super) fn tests() -> Vec<Step> {
    let mut steps = vec![
        Step::cargo(BUILT, "test --release --workspace --no-run"),
        Step::cargo("unit tests", &format!("{ALL} --lib --bins --examples")),
    ];
    steps.extend(suites().iter().map(|suite| {
        let step = Step::cargo(suite, &format!("{ALL} --test {suite}"));
        if suite == "rtl" { step.env("CASES", &CASES.to_string()).with(&VERILATOR) } else { step }
    }));
    steps.push(Step::cargo("documentation tests", &format!("{ALL} --doc")));
    steps
}

/// All comparisons of the RTL with the core.
pub(super) fn rtl(cases: Option<u32>) -> Vec<Step> {
    let cases = cases.unwrap_or(CASES).to_string();
    vec![
        Step::cargo("rtl: unit tests", "test --release -p hebbit-rtl --lib"),
        Step::cargo("rtl: equal to the core", "test --release -p hebbit-rtl --test rtl")
            .env("CASES", &cases)
            .with(&VERILATOR),
        Step::cargo("rtl: command line", "test --release -p hebbit-cli --test cli rtl").with(&VERILATOR),
    ]
}

/// Repeats a failed case of the RTL.
pub(super) fn script(script: &Path, wave: Option<&Path>) -> Step {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let step = Step::cargo("rtl: script", "test --release -p hebbit-rtl --test rtl a_saved_script")
        .env("SCRIPT", &whole(script).to_string_lossy())
        .with(&VERILATOR);
    match wave {
        Some(wave) => step.env("WAVE", &whole(wave).to_string_lossy()),
        None => step,
    }
}

/// The names of all integration tests, `tidy` first, as it fails fastest.
fn suites() -> Vec<String> {
    let files = tree::files(&tree::root());
    let mut names: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let parts: Vec<&str> = file.split('/').collect();
            match parts.as_slice() {
                [_, "tests", name, "main.rs"] => Some((*name).to_owned()),
                [_, "tests", name] => name.strip_suffix(".rs").map(str::to_owned),
                _ => None,
            }
        })
        .collect();
    names.sort_by_key(|name| (name != "tidy", name.clone()));
    names.dedup();
    names
}

/// The step that builds every program of the host.
const BUILT: &str = "build";

/// The gate, in lanes that run side by side: programs of the host, programs of boards, and what has a build folder of its own or none.
/// Steps of one lane would wait for one another's build anyway, as cargo locks a folder. Three lanes keep two processors busy although
/// most steps use one.
pub(super) fn gate() -> Vec<Vec<Step>> {
    let mut host = vec![
        Step::cargo("format", "fmt --all --check").with(&RUSTFMT),
        Step::cargo("freshness of the lock", "tree --locked --workspace --depth 0"),
    ];
    host.extend(tests());
    host.extend([
        Step::cargo("clippy", &format!("clippy --release --workspace --all-targets {DEFMT} -- -D warnings"))
            .with(&CLIPPY),
        Step::cargo("documentation", "doc --release --workspace --no-deps")
            .env("RUSTDOCFLAGS", "-D warnings"),
    ]);
    host.extend(foreign::checks());
    host.push(Step::own("smoke", || Outcome::of(smoke::run())));
    host.push(Step::own("some mutants of the rtl", || mutants::rtl(true, "")).with(&VERILATOR));
    host.push(rules::step(rules::Scope::default()));
    let mut boards = firmware::steps();
    boards.push(Step::own("core on a bare target", bare).with(&BARE));
    // A device in QEMU needs its firmware, which the step of its board has built.
    boards.extend(devices::steps());
    let mut tools = vec![synth::step(None), formal()];
    // The copy that is mutated takes the dependencies of the build.
    tools.push(Step::own("some mutants", || mutants::run(true, "")).after(BUILT));
    tools.extend(synth::gates(None).into_iter().map(|step| step.after(BUILT)));
    vec![host, boards, tools]
}

/// The core's one feature that nothing else builds. It adds derives only, so lints see the same code with it, and all tests are built without it.
const DEFMT: &str = "--features hebbit-core/defmt";

/// The proofs.
pub(super) fn formal() -> Step {
    Step::own("proofs", formal::run).with(&FORMAL)
}

/// Builds the core for the first installed bare target.
fn bare() -> Outcome {
    let Some(target) = BARE.line() else { return Outcome::skipped("no bare target") };
    let mut command = super::step::cargo();
    command.args(["build", "--release", "-p", "hebbit-core", "--no-default-features", "--target", &target]);
    let (ok, text) = super::step::output(&mut command);
    Outcome::of(if ok { Ok(()) } else { Err(text) })
}
