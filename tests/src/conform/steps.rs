//! What is run, in which order.
//!
//! Everything that runs is built in the release profile, which is also the runner's own: one build of the dependencies
//! serves all of it.

use super::step::{Outcome, Step};
use super::tools::{BARE, CLIPPY, FORMAL, RUSTFMT, VERILATOR};
use super::{devices, firmware, formal, mutants, smoke};
use crate::tree;

const ALL: &str = "test --release --workspace --no-fail-fast";

/// Every test.
pub(super) fn tests() -> Vec<Step> {
    let mut steps = vec![
        Step::cargo("build", "test --release --workspace --no-run"),
        Step::cargo("unit tests", &format!("{ALL} --lib --bins --examples")),
    ];
    steps.extend(suites().iter().map(|suite| {
        let step = Step::cargo(suite, &format!("{ALL} --test {suite}"));
        if suite == "rtl" { step.with(&VERILATOR) } else { step }
    }));
    steps.push(Step::cargo("documentation tests", &format!("{ALL} --doc")));
    steps
}

/// The names of all integration tests, `tidy` first: it is the fastest to fail.
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

/// The gate.
pub(super) fn gate() -> Vec<Step> {
    let mut steps = vec![
        Step::cargo("format", "fmt --all --check").with(&RUSTFMT),
        Step::cargo("freshness of the lock", "tree --locked --workspace --depth 0"),
        Step::cargo("clippy", "clippy --release --workspace --all-targets -- -D warnings").with(&CLIPPY),
        Step::cargo("documentation", "doc --release --workspace --no-deps")
            .told("RUSTDOCFLAGS", "-D warnings"),
        Step::cargo("feature defmt", "check --release -p hebbit-core --features defmt"),
        Step::own("core on a bare target", bare).with(&BARE),
    ];
    steps.extend(tests());
    steps.push(formal());
    steps.extend(firmware::steps());
    steps.extend(devices::steps());
    steps.push(Step::own("smoke", || Outcome::of(smoke::run())));
    steps.push(Step::own("some mutants", || mutants::run(true, "")));
    steps
}

/// The proofs.
pub(super) fn formal() -> Step {
    Step::own("proofs", formal::run).with(&FORMAL)
}

/// Builds the core for the first bare target that is here.
fn bare() -> Outcome {
    let Some(target) = BARE.line() else { return Outcome::skipped("no bare target") };
    let mut command = super::step::cargo();
    command.args(["build", "--release", "-p", "hebbit-core", "--no-default-features", "--target", &target]);
    let (ok, text) = super::step::output(&mut command);
    Outcome::of(if ok { Ok(()) } else { Err(text) })
}
