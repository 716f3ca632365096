//! Mutants: the core with one defect each, which the tests must detect.

use super::mutations::{ALL, Mutation, replaced};
use super::step::{Outcome, Tally, cargo, output};
use crate::tree;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The suites of this package that compare the core with something else. `--quick` runs the first two.
const SUITES: [&str; 6] = ["vectors", "equivalence", "borders", "invariants", "documents", "life"];

/// Prints the list.
pub(super) fn list() {
    for m in ALL {
        println!("{}{}  core-nostd/src/{}", if m.quick { "* " } else { "  " }, m.name, m.file);
    }
    let (_, text) = output(&mut rtl_test("list", ""));
    text.lines().filter_map(|line| line.strip_prefix("mutant ")).for_each(|line| println!("{line}"));
}

/// Tries mutations of the core and of the RTL. A name that none of them has is a failure.
pub(super) fn all(quick: bool, only: &str) -> [Outcome; 2] {
    let [mut core, rtl] = [run(quick, only), rtl(quick, only)];
    if [&core, &rtl].iter().all(|outcome| outcome.tally == Tally::default()) {
        core = Outcome::of(Err(format!("no mutation has `{only}` in its name\n")));
    }
    [core, rtl]
}

/// Tries mutations of the core, all or a few. Each is a line; a defect that nobody sees is a failure.
pub(super) fn run(quick: bool, only: &str) -> Outcome {
    let chosen: Vec<&Mutation> =
        ALL.iter().filter(|m| m.name.contains(only) && (m.quick || !quick)).collect();
    match try_all(&chosen, quick) {
        Ok(outcome) => outcome,
        Err(error) => Outcome::of(Err(error)),
    }
}

/// The command of the RTL's mutation test.
fn rtl_test(slow: &str, only: &str) -> Command {
    let mut command = cargo();
    // With `--workspace`, as in the gate: for a single package dependencies would be built again with other features.
    command.args(["test", "--release", "--workspace", "--test", "rtl", "every_mutant", "--", "--nocapture"]);
    command.env("SLOW", slow).env("MUTANT", only);
    command
}

/// The same for the RTL, whose test prints a line for each.
pub(super) fn rtl(quick: bool, only: &str) -> Outcome {
    let (ok, text) = output(&mut rtl_test(if quick { "quick" } else { "1" }, only));
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("mutant ")).collect();
    lines.iter().for_each(|line| println!("{line}"));
    let killed = lines.iter().filter(|line| line.contains(" killed by ")).count() as u64;
    let tally = Tally { passed: killed, failed: lines.len() as u64 - killed, skipped: 0 };
    match (ok, tally.failed) {
        (true, _) => Outcome { tally, text: String::new() },
        (false, 0) => Outcome { tally: tally.plus(Tally::FAILED), text },
        (false, _) => Outcome { tally, text },
    }
}

fn try_all(chosen: &[&Mutation], quick: bool) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    if chosen.is_empty() {
        return Ok(outcome);
    }
    let copy = Copy::new(quick).map_err(|error| format!("the copy of the workspace: {error}"))?;
    if let Fate::Killed(by) | Fate::Broken(by) = copy.test() {
        return Err(format!("the tests fail without any mutation, so they cannot judge one: {by}"));
    }
    for m in chosen {
        let start = Instant::now();
        let fate = copy.mutated(m);
        let (tally, line) = match &fate {
            Fate::Killed(by) => (Tally::PASSED, format!("killed by {by}")),
            Fate::Survived => (Tally::FAILED, "SURVIVED: no test sees it".to_owned()),
            Fate::Broken(why) => (Tally::FAILED, format!("FAILED: {why}")),
        };
        println!("mutant   {:<48} {:>6.1} s  {line}", m.name, start.elapsed().as_secs_f64());
        outcome.tally = outcome.tally.plus(tally);
        if tally.failed > 0 {
            let _ = writeln!(outcome.text, "mutant {} (core-nostd/src/{}): {line}", m.name, m.file);
        }
    }
    Ok(outcome)
}

/// Result of a mutant.
enum Fate {
    /// The first test that failed.
    Killed(String),
    /// No test failed.
    Survived,
    /// Why it could not be tried.
    Broken(String),
}

/// A copy of the workspace with its own build folder, both below `target`. It is updated file by file, so that the next mutant and the
/// next run build only what has changed.
struct Copy {
    tree: PathBuf,
    build: PathBuf,
    suites: Vec<&'static str>,
    quick: bool,
}

impl Copy {
    fn new(quick: bool) -> io::Result<Self> {
        let root = tree::root();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        let place = target.join("mutants");
        let copy = Self {
            tree: place.join("tree"),
            build: place.join("build"),
            suites: SUITES
                .into_iter()
                .filter(|suite| root.join(format!("tests/tests/{suite}.rs")).is_file())
                .take(if quick { 2 } else { SUITES.len() })
                .collect(),
            quick,
        };
        for part in [".fingerprint", "build", "deps"] {
            link(&target.join("release").join(part), &copy.build.join("release").join(part));
        }
        let files = tree::files(&root);
        for file in &files {
            tree::write(&copy.tree.join(file), &fs::read(root.join(file))?)?;
        }
        let wanted: BTreeSet<PathBuf> = files.iter().map(|file| copy.tree.join(file)).collect();
        prune(&copy.tree, &wanted)?;
        Ok(copy)
    }

    /// Tests with one mutation, then restores the file.
    fn mutated(&self, m: &Mutation) -> Fate {
        let path = self.tree.join("core-nostd/src").join(m.file);
        let Ok(text) = fs::read_to_string(&path) else { return Fate::Broken(format!("no file {}", m.file)) };
        let Some(defective) = replaced(&text, m.from, m.to) else {
            return Fate::Broken(format!("its text is not in {} once: {}", m.file, m.from));
        };
        if let Err(error) = fs::write(&path, defective) {
            return Fate::Broken(error.to_string());
        }
        let fate = self.test();
        match fs::write(&path, text) {
            Ok(()) => fate,
            Err(error) => Fate::Broken(format!("it cannot be taken back: {error}")),
        }
    }

    /// The comparisons with something else, one after the other, then the core's own tests.
    fn test(&self) -> Fate {
        let suites = self.suites.iter().map(|suite| vec!["--workspace", "--test", suite]);
        let own = (!self.quick).then(|| vec!["--package", "hebbit-core", "--lib"]);
        let fates = suites.chain(own).map(|args| self.cargo(&args));
        fates.into_iter().find(|fate| !matches!(fate, Fate::Survived)).unwrap_or(Fate::Survived)
    }

    fn cargo(&self, args: &[&str]) -> Fate {
        let mut command = cargo();
        command.args(["test", "--release", "--quiet"]).args(args);
        // The crates of the workspace are built again for each mutant, so their builds must be short; only the core must be fast. Each
        // differs from the build of the workspace in its profile, so that cargo never reuses the wrong one.
        for (package, level) in [("hebbit-core", 3), ("hebbit-engine", 1), ("hebbit", 0), ("hebbit-tests", 0)]
        {
            command.args(["--config", &format!("profile.release.package.{package}.opt-level={level}")]);
            command.args(["--config", &format!("profile.release.package.{package}.debug=false")]);
        }
        // Incremental builds take 6 s instead of 75 per mutant. Code without optimization needs a larger stack.
        command.current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.build).env("CARGO_INCREMENTAL", "1");
        command.env("RUST_MIN_STACK", "16777216");
        match output(&mut command) {
            (true, _) => Fate::Survived,
            (false, text) if text.contains("running ") => Fate::Killed(first_failure(&text)),
            (false, text) => Fate::Broken(format!("it does not compile:\n{text}")),
        }
    }
}

/// Links the files of a build into an empty build folder, so that dependencies are not built twice; the workspace's crates
/// are left out. Cargo checks the files, and builds what is missing or does not match.
fn link(from: &Path, to: &Path) {
    if to.exists() || fs::create_dir_all(to).is_err() {
        return;
    }
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let ours = entry.file_name().to_string_lossy().contains("hebbit");
        if from.is_dir() && !ours {
            link(&from, &to);
        } else if !ours {
            let _ = fs::hard_link(from, to);
        }
    }
}

/// Removes other files: deleted sources, and outputs of tests.
fn prune(folder: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            prune(&path, wanted)?;
        } else if !wanted.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The first test that libtest names as failed.
fn first_failure(output: &str) -> String {
    let mut lines = output.lines().skip_while(|line| line.trim() != "failures:");
    let named = output.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    let header = output.lines().find_map(|line| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"));
    let listed = lines.nth(1).map(str::trim).filter(|line| !line.is_empty());
    named.or(header).or(listed).unwrap_or("a test that ended without a name").to_owned()
}
