//! A stream whose teacher only says yes or no: each answer is shown to the person at the keyboard, and learned as that says.

use super::{Offered, Source, Span, Stream};
use crate::error::{Error, Result};
use crate::stop::STOP;
use crate::transfer::send;
use hebbit::device::{Presented, Tally};
use hebbit::run::Progress;
use hebbit_core::net::{Engine as _, Target};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::Ordering;

/// What a line of an answer means.
fn meant(line: &str, asked: u8) -> Option<Target> {
    match line.trim().to_lowercase().as_str() {
        "" => Some(Target::Unknown),
        "y" | "yes" | "1" => Some(Target::Right(asked)),
        "n" | "no" | "0" => Some(Target::Wrong(asked)),
        _ => None,
    }
}

impl Stream<'_> {
    /// Streams samples one by one until the end, until the answers end, or until something breaks.
    pub(crate) fn judged(
        &mut self,
        source: &mut Source<'_>,
        from: u64,
        span: &Span,
        tally: &mut Tally,
    ) -> Result<()> {
        for i in from..span.to {
            if STOP.load(Ordering::Relaxed) {
                break;
            }
            let offered = source(i);
            let Some(target) = self.verdict(i, &offered, span)? else {
                self.ended = true;
                return self.take_back(source, i);
            };
            self.device.post(&[Presented { values: &offered.values, target }], true)?;
            let mut result = None;
            self.device.results(&mut |one| result = Some(one))?;
            let Some(result) = result else { continue };
            tally.note(offered.label, &result);
            self.note(&offered, target, result.class)?;
            span.bar.set_position(tally.samples);
            self.tell(tally, span)?;
        }
        Ok(())
    }

    /// Brings the device to where it was before it answered sample `i`, of which nothing more is said.
    fn take_back(&mut self, source: &mut Source<'_>, i: u64) -> Result<()> {
        let mut core = self.followed(source, self.job.progress.samples, i, true)?;
        send(&mut self.device, &mut core, true, self.screen)?;
        self.device.remember_all(&core.remembered())?;
        Ok(())
    }

    /// What the teacher says about the answer to sample `i`; none if nothing more is said. What was said before a device was lost
    /// is not asked again.
    fn verdict(&mut self, i: u64, offered: &Offered, span: &Span) -> Result<Option<Target>> {
        let at = (i - self.job.progress.samples) as usize;
        let answer = match offered.taught {
            true => self.device.classify(&offered.values)?.class,
            false => None,
        };
        if self.told.len() <= at {
            let target = match offered.taught {
                true => span.bar.suspend(|| self.ask(i, answer))?,
                false => Some(Target::Unknown),
            };
            let Some(target) = target else { return Ok(None) };
            self.told.push(target);
        }
        Ok(self.told.get(at).copied())
    }

    /// Asks whether the answer to sample `i`, or a guess, is right.
    fn ask(&mut self, i: u64, answer: Option<u8>) -> Result<Option<Target>> {
        let asked = self.job.recipe.question(i, answer);
        let what = if answer == Some(asked) { "the answer is" } else { "a guess:" };
        let name = self.job.set.class_names().of(asked.into()).to_string();
        let terminal = io::stdin().is_terminal();
        loop {
            if terminal {
                let prompt = crate::error::printable(&format!(
                    "sample {i}: {what} {name}. Right? [y/n, Enter: no verdict] "
                ));
                let _ = write!(io::stderr(), "{prompt}").and_then(|()| io::stderr().flush());
            }
            let mut line = String::new();
            if io::stdin().read_line(&mut line).map_err(|error| Error::read("standard input", error))? == 0 {
                if !terminal && self.asked == 0 {
                    let help =
                        "answer at a terminal, or pipe a line for each question: y or 1, n or 0, or nothing";
                    return Err(Error::usage("nobody says yes or no: standard input is empty", help));
                }
                self.screen
                    .say(&format!("the answers end before sample {i}: what was learned until then stays"));
                return Ok(None);
            }
            if let Some(target) = meant(&line, asked) {
                self.asked += 1;
                return Ok(Some(target));
            }
            let message = format!("`{}` is no verdict", line.trim());
            if !terminal {
                let help =
                    format!("line {} of standard input: write y or 1, n or 0, or nothing", self.asked + 1);
                return Err(Error::usage(message, help));
            }
            self.screen.say(&message);
        }
    }

    /// Where the run stands after sample `to`, with the samples that it remembers because the teacher said yes.
    pub(crate) fn stands_at(&self, to: u64) -> Progress {
        let from = self.job.progress.samples;
        let mut progress = Progress { samples: to, ..self.job.progress.clone() };
        for (i, target) in (from..to).zip(&self.told) {
            if matches!(target, Target::Right(_)) {
                progress.confirm(i, &self.job.recipe);
            }
        }
        progress
    }
}
