//! Steps, their results, and the runner that prints the table.

use super::tools::Tool;
use crate::tree;
use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Numbers of passed, failed and skipped tests, or of steps that run no tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Tally {
    pub(super) const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub(super) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };
    pub(super) const SKIPPED: Self = Self { passed: 0, failed: 0, skipped: 1 };

    pub(super) fn plus(self, more: Self) -> Self {
        Self {
            passed: self.passed + more.passed,
            failed: self.failed + more.failed,
            skipped: self.skipped + more.skipped,
        }
    }

    /// The sums that libtest prints, `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
    pub(super) fn of_libtest(output: &str) -> Self {
        let number = |line: &str, word: &str| {
            let part = line.split(';').find(|part| part.trim().ends_with(word))?;
            part.split_whitespace().rev().nth(1)?.parse::<u64>().ok()
        };
        let results = output.lines().filter(|line| line.trim_start().starts_with("test result: "));
        results.fold(Self::default(), |sum, line| {
            sum.plus(Self {
                passed: number(line, " passed").unwrap_or(0),
                failed: number(line, " failed").unwrap_or(0),
                skipped: number(line, " ignored").unwrap_or(0),
            })
        })
    }
}

/// Result of a step.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    pub(super) tally: Tally,
    /// Why it was skipped, or the complete output of a failure.
    pub(super) text: String,
}

impl Outcome {
    pub(super) fn skipped(why: impl Into<String>) -> Self {
        Self { tally: Tally::SKIPPED, text: why.into() }
    }

    /// The sum of both, texts in order.
    pub(super) fn plus(self, more: Self) -> Self {
        let texts = [self.text, more.text].into_iter().filter(|text| !text.is_empty());
        Self { tally: self.tally.plus(more.tally), text: texts.collect::<Vec<_>>().join("\n") }
    }

    /// From a result whose error describes the failure.
    pub(super) fn of(result: Result<(), String>) -> Self {
        match result {
            Ok(()) => Self { tally: Tally::PASSED, text: String::new() },
            Err(text) => Self { tally: Tally::FAILED, text },
        }
    }
}

/// The work of a step.
pub(super) enum Work {
    /// A call of cargo, whose tests are counted.
    Cargo { args: Vec<String>, env: Vec<(&'static str, String)> },
    /// A function of the runner.
    Own(Box<dyn Fn() -> Outcome + Send>),
}

/// A line of the table.
pub(super) struct Step {
    pub(super) name: String,
    pub(super) needs: Option<&'static Tool>,
    /// A step of any lane that must end before this one begins.
    after: Option<&'static str>,
    pub(super) work: Work,
}

impl Step {
    /// Calls cargo with `args`, separated by blanks.
    pub(super) fn cargo(name: &str, args: &str) -> Self {
        let args = args.split_whitespace().map(str::to_owned).collect();
        Self { name: name.to_owned(), needs: None, after: None, work: Work::Cargo { args, env: Vec::new() } }
    }

    /// Calls a function.
    pub(super) fn own(name: &str, f: impl Fn() -> Outcome + Send + 'static) -> Self {
        Self { name: name.to_owned(), needs: None, after: None, work: Work::Own(Box::new(f)) }
    }

    /// Requires a tool.
    pub(super) fn with(self, tool: &'static Tool) -> Self {
        Self { needs: Some(tool), ..self }
    }

    /// Begins only after another step has ended.
    pub(super) fn after(self, step: &'static str) -> Self {
        Self { after: Some(step), ..self }
    }

    /// Sets a variable of its environment.
    pub(super) fn env(mut self, name: &'static str, value: &str) -> Self {
        if let Work::Cargo { env, .. } = &mut self.work {
            env.push((name, value.to_owned()));
        }
        self
    }

    fn run(&self) -> Outcome {
        match &self.work {
            Work::Own(f) => f(),
            Work::Cargo { args, env } => {
                let mut command = cargo();
                command.args(args).envs(env.iter().map(|(name, value)| (name, value)));
                let (ok, text) = output(&mut command);
                let tests = Tally::of_libtest(&text);
                let tally = match (ok, tests == Tally::default(), tests.failed) {
                    (true, true, _) => Tally::PASSED,
                    (false, _, 0) => tests.plus(Tally::FAILED),
                    _ => tests,
                };
                Outcome { tally, text: if ok { String::new() } else { text } }
            }
        }
    }
}

/// The cargo that started this program, in the workspace.
pub(super) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(tree::root());
    command
}

/// Runs a command. Returns whether it succeeded, and its output; on a terminal, standard error (progress) is shown instead.
pub(super) fn output(command: &mut Command) -> (bool, String) {
    let watched = std::io::stderr().is_terminal();
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(if watched { Stdio::inherit() } else { Stdio::piped() });
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return (false, format!("{command:?}: {error}\n")),
    };
    let errors = child.stderr.take().map(|mut stream| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // Output before a read error is still useful; the exit status reports the failure.
            let _ = stream.read_to_end(&mut bytes);
            bytes
        })
    });
    let mut bytes = Vec::new();
    if let Some(mut stream) = child.stdout.take() {
        let _ = stream.read_to_end(&mut bytes);
    }
    let errors = errors.and_then(|thread| thread.join().ok()).unwrap_or_default();
    let ok = child.wait().is_ok_and(|status| status.success());
    (ok, format!("{}{}", String::from_utf8_lossy(&errors), String::from_utf8_lossy(&bytes)))
}

/// Runs steps and prints the table and the sum.
pub(super) struct Runner {
    ci: bool,
    install: bool,
    total: Tally,
    /// Failed steps, each with its last line of output.
    failed: Vec<String>,
    /// Duration of each step.
    took: Vec<(Duration, String)>,
    since: Instant,
}

/// Steps that have ended.
#[derive(Default)]
struct Ended {
    names: Mutex<BTreeSet<String>>,
    more: Condvar,
}

impl Ended {
    fn add(&self, name: &str) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.more.notify_all();
    }

    fn wait(&self, name: &str) {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.more.wait_while(names, |names| !names.contains(name)));
    }
}

/// Rows of the table of the longest steps; it is printed if more steps ran.
const LONGEST: usize = 15;

impl Runner {
    /// With `install`, missing tools are installed first.
    pub(super) fn new(ci: bool, install: bool, tools: &[&Tool]) -> Self {
        let (total, since) = (Tally::default(), Instant::now());
        let runner = Self { ci, install, total, failed: Vec::new(), took: Vec::new(), since };
        if install {
            for tool in tools.iter().filter(|tool| !tool.present()) {
                println!("installing {}: `{}`", tool.name, tool.how());
                if !tool.install() {
                    println!("{} could not be installed", tool.name);
                }
            }
        }
        runner
    }

    /// Runs steps one after the other.
    pub(super) fn run(&mut self, steps: Vec<Step>) {
        self.run_lanes(vec![steps]);
    }

    /// Runs lanes in parallel, the steps of each in order.
    pub(super) fn run_lanes(&mut self, lanes: Vec<Vec<Step>>) {
        let ended = &Ended::default();
        let runner = &Mutex::new(self);
        let lock = || runner.lock().unwrap_or_else(PoisonError::into_inner);
        std::thread::scope(|scope| {
            for lane in lanes {
                scope.spawn(move || {
                    for step in lane {
                        if let Some(other) = step.after {
                            ended.wait(other);
                        }
                        let start = Instant::now();
                        let outcome = match step.needs.filter(|tool| !tool.present()) {
                            Some(tool) => lock().without(tool),
                            // A panic must not leave another lane waiting for this step.
                            None => catch_unwind(AssertUnwindSafe(|| step.run()))
                                .unwrap_or_else(|_| Outcome::of(Err("it panicked".to_owned()))),
                        };
                        lock().line(&step.name, &outcome, start.elapsed());
                        ended.add(&step.name);
                    }
                });
            }
        });
    }

    /// Result of a step whose tool is missing.
    fn without(&self, tool: &Tool) -> Outcome {
        let tried = if self.install { "could not be installed with" } else { "not found, install with" };
        let why = format!("{} {tried} `{}`", tool.name, tool.how());
        if self.ci && tool.required { Outcome::of(Err(why)) } else { Outcome::skipped(why) }
    }

    fn line(&mut self, name: &str, outcome: &Outcome, took: Duration) {
        let Outcome { tally, text } = outcome;
        let tests = tally.passed + tally.failed;
        let (word, remark) = match (tally.failed, tally.passed, tally.skipped) {
            (0, 0, 1..) => ("skipped", format!("skipped: {text}")),
            (0, _, 0) if tests > 1 => ("ok", format!("{tests} passed")),
            (0, _, 0) => ("ok", String::new()),
            (0, passed, skipped) => ("ok", format!("{passed} passed, {skipped} skipped")),
            (failed, ..) => ("FAILED", format!("{failed} failed")),
        };
        if tally.failed > 0 {
            println!("{}", text.trim_end());
            self.failed.push(format!("{name}: {}", text.trim_end().lines().last().unwrap_or_default()));
        }
        println!("{word:<8} {name:<22} {:>7.1} s  {remark}", took.as_secs_f64());
        self.total = self.total.plus(*tally);
        self.took.push((took, name.to_owned()));
    }

    /// Adds a result that was printed elsewhere.
    pub(super) fn add(&mut self, outcome: Outcome) {
        print!("{}", outcome.text);
        self.total = self.total.plus(outcome.tally);
    }

    /// The sum, and the exit code.
    pub(super) fn close(mut self) -> ExitCode {
        if self.took.len() > LONGEST {
            let whole = self.since.elapsed().as_secs_f64();
            println!("what took longest of {:.1} minutes, steps side by side:", whole / 60.0);
            self.took.sort_by(|a, b| b.cmp(a));
            for (took, name) in self.took.iter().take(LONGEST) {
                println!("  {:>7.1} s  {name}", took.as_secs_f64());
            }
        }
        if !self.failed.is_empty() {
            println!("failed:\n  {}", self.failed.join("\n  "));
        }
        let Tally { passed, failed, skipped } = self.total;
        println!("{passed} passed, {failed} failed, {skipped} skipped");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_libtest_are_added() {
        let text = "running 2 tests\n\ntest result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; \
                    finished in 0.01s\ntest result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(Tally::of_libtest(text), Tally { passed: 15, failed: 2, skipped: 1 });
        assert_eq!(Tally::of_libtest("warning: 3 passed"), Tally::default());
    }
}
