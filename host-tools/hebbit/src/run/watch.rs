//! Alarms of a stream: the error has left its level, labels contradict a sure network, a line does not change any more.

use hebbit_core::net::Target;
use hebbit_core::net::life::{Alarm, LifePlan, Lived};
use serde::Serialize;

/// A line that changed at least so often is expected to go on changing.
const CHANGES: u32 = 8;
/// It is stuck when it has carried the same value for so many samples, and for so many times its longest stretch before.
const STUCK: u32 = 64;
const STUCK_TIMES: u32 = 8;
/// A line is silent at 0 as a matter of course, unless it was 0 in at most one of so many samples before.
const SELDOM: u32 = 64;
/// The running share of wrong answers of a network that has none of its own.
const FAST: u16 = 6;

/// Something that whoever looks after a network should know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Warning {
    /// Samples of the stream so far.
    pub samples: u64,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
}

/// What an alarm is about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "alarm", rename_all = "snake_case")]
pub enum What {
    /// The share of wrong answers has left its level, both in percent.
    Drift {
        /// The long-run share before.
        level: f64,
        /// The running share now.
        error: f64,
    },
    /// Labels contradict a network that had been right for long.
    Contradiction {
        /// The long-run share of wrong answers, percent.
        level: f64,
    },
    /// A line that used to change does not any more.
    StuckLine {
        /// Which, from 0.
        line: usize,
        /// What it carries.
        value: u8,
    },
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { samples, what } = self;
        match what {
            What::Drift { level, error } => write!(
                f,
                "after {samples} samples: the error has left its level ({level:.1} % before, {error:.1} % now); the data drift, or a sensor is broken"
            ),
            What::Contradiction { level } => write!(
                f,
                "after {samples} samples: 8 labels in a row contradict a network that is wrong {level:.1} % of the time; are they right?"
            ),
            What::StuckLine { line, value } => write!(
                f,
                "after {samples} samples: line {line} has been {value} for long and used to change; is its sensor connected?"
            ),
        }
    }
}

/// How long a line has carried its value.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    value: u8,
    run: u32,
    longest: u32,
    changes: u32,
    told: bool,
    /// Samples before this value, and how many of them were 0.
    seen: u32,
    zeros: u32,
}

impl Line {
    /// Whether the line is stuck from this value on.
    fn note(&mut self, value: u8) -> bool {
        if value != self.value || self.run == 0 {
            let zeros = if self.value == 0 { self.zeros.saturating_add(self.run) } else { self.zeros };
            *self = Self {
                value,
                run: 1,
                longest: self.longest.max(self.run),
                changes: self.changes.saturating_add(u32::from(self.run > 0)),
                told: false,
                seen: self.seen.saturating_add(self.run),
                zeros,
            };
            return false;
        }
        self.run = self.run.saturating_add(1);
        let silent = self.value == 0 && self.zeros > self.seen / SELDOM;
        let stuck = !silent
            && self.changes >= CHANGES
            && self.run >= STUCK
            && self.run >= self.longest.saturating_mul(STUCK_TIMES)
            && !self.told;
        self.told |= stuck;
        stuck
    }
}

/// Watches a stream and the answers to it, as the network itself does where it goes on learning.
#[derive(Debug, Clone)]
pub struct Watch {
    life: LifePlan,
    lived: Lived,
    lines: Vec<Line>,
    samples: u64,
    warnings: Vec<Warning>,
}

impl Watch {
    /// Of a network with so many lines, at the start of its stream.
    pub fn new(life: LifePlan, lived: Lived, lines: usize) -> Self {
        let life = if life.is_on() { life } else { LifePlan { fast: FAST, ..life } };
        Self { life, lived, lines: vec![Line::default(); lines], samples: 0, warnings: Vec::new() }
    }

    /// Looks at a sample and the answer to it; `target` is what its teacher has said. Returns what is new.
    pub fn note(&mut self, sample: &[u8], target: Target, answer: Option<u8>) -> &[Warning] {
        let before = self.warnings.len();
        self.samples += 1;
        let samples = self.samples;
        for (line, (watched, &value)) in self.lines.iter_mut().zip(sample).enumerate() {
            if watched.note(value) {
                self.warnings.push(Warning { samples, what: What::StuckLine { line, value } });
            }
        }
        if let Some(wrong) = target.wrong(answer) {
            let level = share(self.lived.level);
            let what = match self.lived.answered(&self.life, !wrong) {
                Some(Alarm::Drift) => Some(What::Drift { level, error: share(self.lived.error) }),
                Some(Alarm::Contradiction) => Some(What::Contradiction { level }),
                None => None,
            };
            self.warnings.extend(what.map(|what| Warning { samples, what }));
        }
        &self.warnings[before..]
    }

    /// What the network knows of its answers, as far as the stream has gone; the samples learned again are not counted here.
    pub fn lived(&self) -> Lived {
        self.lived
    }

    /// All alarms.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// A share of 2^-16 in percent.
fn share(share: u16) -> f64 {
    f64::from(share) * 100.0 / 65_536.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_used_to_change_and_does_not_any_more_is_stuck_once() {
        let mut watch = Watch::new(LifePlan::default(), Lived::default(), 4);
        for i in 0..1_000_u32 {
            // Line 0 changes until sample 300, line 1 always, line 2 never; line 3 falls silent, which it often was before.
            let changes = |last: u8| if i < 300 { (i % 5) as u8 } else { last };
            let sample = [changes(255), (i % 7) as u8, 0, changes(0)];
            watch.note(&sample, Target::Unknown, None);
        }
        let stuck = What::StuckLine { line: 0, value: 255 };
        assert_eq!(watch.warnings(), [Warning { samples: 364, what: stuck }]);
    }

    #[test]
    fn wrong_answers_after_right_ones_are_a_drift() {
        let mut watch = Watch::new(LifePlan::default(), Lived::default(), 0);
        for i in 0..2_000_u32 {
            let right = if i < 1_000 { i % 25 != 0 } else { i % 3 == 0 };
            watch.note(&[], Target::Class(1), Some(u8::from(right)));
        }
        let first = watch.warnings()[0];
        assert!(matches!(first.what, What::Drift { level, .. } if level < 8.0), "{first}");
        assert!((1_000..1_030).contains(&first.samples), "{first}");
    }
}
