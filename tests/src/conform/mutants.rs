//! Mutants: the core with one defect. The tests must turn red, or they prove nothing.

use super::mutations::{ALL, Mutation};
use super::step::{Outcome, Tally, output};
use crate::tree;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The suites of this package that compare the core with something else.
const SUITES: [&str; 4] = ["vectors", "equivalence", "invariants", "borders"];

/// Prints the list.
pub(super) fn list() {
    for m in ALL {
        println!("{}{}  core-nostd/src/{}", if m.quick { "* " } else { "  " }, m.name, m.file);
    }
}

/// Tries mutations, all or a few. Each is a line; a defect that nobody sees is a failure.
pub(super) fn run(quick: bool, only: &str) -> Outcome {
    let chosen: Vec<&Mutation> =
        ALL.iter().filter(|m| m.name.contains(only) && (m.quick || !quick)).collect();
    match try_all(&chosen) {
        Ok(outcome) => outcome,
        Err(error) => Outcome::of(Err(error)),
    }
}

fn try_all(chosen: &[&Mutation]) -> Result<Outcome, String> {
    let copy = Copy::new().map_err(|error| format!("the copy of the workspace: {error}"))?;
    let mut outcome = Outcome::default();
    if chosen.is_empty() {
        return Err("no mutation has such a name".to_owned());
    }
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

/// What became of a mutant.
enum Fate {
    /// A test turned red: which.
    Killed(String),
    /// None did.
    Survived,
    /// It could not be tried: why.
    Broken(String),
}

/// A copy of the workspace, with a build of its own. It lies below `target` and is brought up to date file by file, so
/// that only what has changed is built again, by the next mutant and by the next run.
struct Copy {
    tree: PathBuf,
    build: PathBuf,
    suites: Vec<&'static str>,
}

impl Copy {
    fn new() -> io::Result<Self> {
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
                .collect(),
        };
        let files = tree::files(&root);
        for file in &files {
            write(&copy.tree.join(file), &fs::read(root.join(file))?)?;
        }
        let wanted: BTreeSet<PathBuf> = files.iter().map(|file| copy.tree.join(file)).collect();
        prune(&copy.tree, &wanted)?;
        Ok(copy)
    }

    /// Tests with one mutation, and takes it back.
    fn mutated(&self, m: &Mutation) -> Fate {
        let path = self.tree.join("core-nostd/src").join(m.file);
        let Ok(text) = fs::read_to_string(&path) else { return Fate::Broken(format!("no file {}", m.file)) };
        if text.matches(m.from).count() != 1 {
            return Fate::Broken(format!("its text is not in {} once: {}", m.file, m.from));
        }
        if let Err(error) = fs::write(&path, text.replacen(m.from, m.to, 1)) {
            return Fate::Broken(error.to_string());
        }
        let fate = self.test();
        match fs::write(&path, text) {
            Ok(()) => fate,
            Err(error) => Fate::Broken(format!("it cannot be taken back: {error}")),
        }
    }

    /// The core's own tests, and if they see nothing, the comparisons.
    fn test(&self) -> Fate {
        let core = self.cargo(&["-p", "hebbit-core", "--lib"]);
        if self.suites.is_empty() || !matches!(core, Fate::Survived) {
            return core;
        }
        let mut args = vec!["-p", "hebbit-tests"];
        self.suites.iter().for_each(|suite| args.extend(["--test", suite]));
        self.cargo(&args)
    }

    fn cargo(&self, args: &[&str]) -> Fate {
        let build = self.command("test", args, &["--no-run"]);
        if let (false, text) = build {
            return Fate::Broken(format!("it does not compile:\n{text}"));
        }
        match self.command("test", args, &[]) {
            (true, _) => Fate::Survived,
            (false, text) => Fate::Killed(first_failure(&text)),
        }
    }

    fn command(&self, what: &str, args: &[&str], more: &[&str]) -> (bool, String) {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.arg(what).args(args).args(more).args(["--quiet", "--config", "build.incremental=false"]);
        command.current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.build);
        // The mutated places warn, and nobody wants to read that.
        command.env("RUSTFLAGS", "-Awarnings").env("PROPTEST_FAILURE_PERSISTENCE", "off");
        output(&mut command)
    }
}

/// Writes a file whose contents have changed; an unchanged one keeps its time, so that nothing is built for it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

/// Removes what is not wanted: files that are gone, and what tests have left behind.
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
