//! Standard output for results, standard error for everything else.

use indicatif::{MultiProgress, ProgressBar, ProgressFinish, ProgressState, ProgressStyle};
use serde::Serialize;
use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::LazyLock;
use std::time::Duration;

use crate::error::{Error, Result, printable};
use crate::spelling::spelled;
use hebbit::run::Advice;

/// Every bar that is drawn: a line of text steps between them.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Writes a line to standard error. Nobody may be listening; that is no failure.
pub(crate) fn complain(text: &str) {
    let write = || drop(writeln!(io::stderr(), "{}", printable(&spelled(text))));
    if io::stderr().is_terminal() { BARS.suspend(write) } else { write() }
}

/// The command line as it was given, for people.
pub(crate) fn command_line() -> String {
    let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    words.collect::<Vec<_>>().join(" ")
}

/// How a command talks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    json: bool,
    quiet: bool,
}

impl Screen {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Prints the result: one JSON document, or text.
    pub(crate) fn result<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> Result<()> {
        let mut out = if self.json {
            let json = serde_json::to_string_pretty(value);
            plain_json(&spelled(&json.map_err(Error::internal)?))
        } else {
            printable(&spelled(&text()))
        };
        if !out.ends_with('\n') {
            out.push('\n');
        }
        Self::print(&out)
    }

    /// Prints one line of JSON.
    pub(crate) fn line<T: Serialize>(&self, value: &T) -> Result<()> {
        let line = serde_json::to_string(value).map_err(Error::internal)?;
        Self::print(&format!("{}\n", plain_json(&spelled(&line))))
    }

    /// Whether results are JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints one line of a result that has many, at once. False if the reader has gone (`| head`).
    pub(crate) fn row(&self, line: &str) -> Result<bool> {
        let mut out = io::stdout().lock();
        let line = printable(line);
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
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            complain(text);
        }
    }

    /// What the user should know after a result.
    pub(crate) fn warn(&self, warnings: &[Advice]) {
        for Advice { message, suggestion } in warnings {
            self.say(&format!("warning: {message}\n  help: {suggestion}"));
        }
    }

    /// A progress bar over `len` samples; hidden if nobody looks.
    pub(crate) fn bar(&self, what: &str, len: u64) -> ProgressBar {
        self.drawn(what, len, "{prefix:>10} {bar:32} {pos:>7}/{len} {rate:>10} {eta:>4} {wide_msg}")
    }

    /// A progress bar over `len` bytes.
    pub(crate) fn bytes(&self, what: &str, len: u64) -> ProgressBar {
        self.drawn(
            what,
            len,
            "{prefix:>10} {bar:32} {bytes:>10} of {total_bytes} {bytes_per_sec:>14} {eta:>4} {wide_msg}",
        )
    }

    /// A progress bar over work in parts of a million; what it does stands in its message.
    pub(crate) fn work(&self, what: &str) -> ProgressBar {
        self.drawn(what, 1_000_000, "{prefix:>10} {bar:32} {percent:>3} % {eta:>4} {wide_msg}")
    }

    /// Does something that takes a while and says what: remarks, and on a terminal a line that shows that it goes on.
    pub(crate) fn working<T>(&self, work: impl FnOnce(&dyn Fn(&str)) -> T) -> T {
        if !self.draws() {
            return work(&|text| self.say(text));
        }
        let line = BARS.add(ProgressBar::new_spinner().with_finish(ProgressFinish::AndClear));
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
            line.set_style(style);
        }
        line.enable_steady_tick(Duration::from_millis(120));
        work(&|text| line.set_message(printable(&spelled(text))))
    }

    /// Whether somebody looks at standard error.
    fn draws(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    fn drawn(&self, what: &str, len: u64, template: &str) -> ProgressBar {
        if !self.draws() {
            return ProgressBar::hidden();
        }
        // An error on the way leaves no line behind either.
        let bar = BARS.add(ProgressBar::new(len).with_finish(ProgressFinish::AndClear));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate).progress_chars("━╸ "));
        }
        bar.set_prefix(what.to_owned());
        bar
    }
}

/// Samples per second, as many digits as somebody can read.
fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    let per_second = state.per_sec();
    let digits = usize::from(per_second < 10.0);
    let _ = write!(out, "{per_second:.digits$}/s");
}

/// JSON without the control characters that its writer leaves in strings: there is none outside of them.
fn plain_json(text: &str) -> String {
    let control = |c: char| c.is_control() && c != '\n';
    match text.contains(control) {
        false => text.to_owned(),
        true => text
            .chars()
            .map(|c| if control(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_the_same_without_controls() {
        let json = serde_json::to_string_pretty(&["\u{9b}1m\x7f\x1b", "plain"]).unwrap();
        let plain = plain_json(&json);
        assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{plain:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&plain).unwrap(), ["\u{9b}1m\x7f\x1b", "plain"]);
    }
}
