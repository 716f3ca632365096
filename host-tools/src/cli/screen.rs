//! Standard output for results, standard error for everything else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};

use crate::error::{Error, Result};
use crate::run::Advice;

/// Writes a line to standard error. Nobody may be listening; that is no failure.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The command line as it was given, for people.
pub(super) fn command_line() -> String {
    let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    words.collect::<Vec<_>>().join(" ")
}

/// How a command talks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    json: bool,
    quiet: bool,
}

impl Screen {
    pub(super) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Prints the result: one JSON document, or text.
    pub(super) fn result<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> Result<()> {
        let mut out = if self.json {
            serde_json::to_string_pretty(value).map_err(|e| Error::Internal { message: e.to_string() })?
        } else {
            text()
        };
        if !out.ends_with('\n') {
            out.push('\n');
        }
        Self::print(&out)
    }

    /// Prints one line of JSON.
    pub(super) fn line<T: Serialize>(&self, value: &T) -> Result<()> {
        let line = serde_json::to_string(value).map_err(|e| Error::Internal { message: e.to_string() })?;
        Self::print(&format!("{line}\n"))
    }

    /// Whether results are JSON.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints one line of a result that has many, at once. False if the reader has gone (`| head`).
    pub(super) fn row(&self, line: &str) -> Result<bool> {
        let mut out = io::stdout().lock();
        match writeln!(out, "{line}").and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Error::output("standard output", error)),
        }
    }

    fn print(out: &str) -> Result<()> {
        match io::stdout().write_all(out.as_bytes()).and_then(|()| io::stdout().flush()) {
            // A reader that has seen enough (`| head`) is no failure.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::output("standard output", error))
            }
            _ => Ok(()),
        }
    }

    /// A remark for people.
    pub(super) fn say(&self, text: &str) {
        if !self.quiet {
            complain(text);
        }
    }

    /// What the user should know after a result.
    pub(super) fn warn(&self, warnings: &[Advice]) {
        for Advice { message, suggestion } in warnings {
            self.say(&format!("warning: {message}\n  help: {suggestion}"));
        }
    }

    /// A progress bar over `len` samples; hidden if nobody looks.
    pub(super) fn bar(&self, what: &str, len: u64) -> ProgressBar {
        self.drawn(what, len, "{prefix:>10} {bar:32} {pos:>7}/{len} {per_sec:>14} {eta:>4} {msg}")
    }

    /// A progress bar over `len` bytes.
    pub(super) fn bytes(&self, what: &str, len: u64) -> ProgressBar {
        self.drawn(
            what,
            len,
            "{prefix:>10} {bar:32} {bytes:>10} of {total_bytes} {bytes_per_sec:>14} {eta:>4}",
        )
    }

    /// A progress bar over work in parts of a million; what it does stands in its message.
    pub(super) fn work(&self, what: &str) -> ProgressBar {
        self.drawn(what, 1_000_000, "{prefix:>10} {bar:32} {percent:>3} % {eta:>4} {msg}")
    }

    fn drawn(&self, what: &str, len: u64, template: &str) -> ProgressBar {
        let bar = ProgressBar::new(len);
        if self.quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_prefix(what.to_owned());
        bar
    }
}
