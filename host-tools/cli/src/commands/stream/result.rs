//! What came of streaming, as JSON and as text.

use crate::summary::{fact, lines};
use hebbit::record::{DriftAccuracy, DriftPoint};
use hebbit::run::{ClassNames, Pace, Teacher, Warning};
use serde::Serialize;

/// Cost of samples on the device.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Cost {
    pub(crate) unit: &'static str,
    pub(crate) mean: f64,
    pub(crate) worst: u32,
}

/// What came of streaming.
#[derive(Serialize)]
pub(crate) struct Streamed {
    pub(crate) schema: u32,
    pub(crate) command: &'static str,
    pub(crate) event: &'static str,
    pub(crate) on: String,
    pub(crate) board: String,
    pub(crate) rule: String,
    pub(crate) layers: String,
    pub(crate) weights: String,
    pub(crate) data: String,
    pub(crate) learn: bool,
    pub(crate) samples: u64,
    /// Percent that were right when they were presented.
    pub(crate) accuracy: Option<f64>,
    /// The same, of a trained network that goes on learning: each sample is answered before it is learned.
    pub(crate) prequential_accuracy: Option<f64>,
    /// Percent of the same samples that the frozen network got right.
    pub(crate) frozen_accuracy: Option<f64>,
    /// Both, over the last eighth of the stream.
    pub(crate) last_eighth: Option<DriftAccuracy>,
    /// Both, in windows of the stream.
    pub(crate) windows: Option<Vec<DriftPoint>>,
    /// Share of the samples that had a label.
    pub(crate) labels: Option<f64>,
    /// How fast it follows its data.
    pub(crate) pace: Option<Pace>,
    /// Samples that had a label.
    pub(crate) labelled: Option<u64>,
    /// What the teacher says of a sample.
    pub(crate) teacher: Teacher,
    /// Samples that it remembers.
    pub(crate) remember: Option<u16>,
    /// Remembered samples that it learns again after a labelled one.
    pub(crate) again: Option<u16>,
    /// Samples that it has learned again so far.
    pub(crate) repeats: Option<u32>,
    /// What was alarming.
    pub(crate) alarms: Vec<Warning>,
    /// Percent of the test samples that it classified afterwards.
    pub(crate) test_accuracy: Option<f64>,
    pub(crate) test_samples: u64,
    /// `confusion[truth][answer]` of the last samples streamed; a column past the last class counts those without an answer.
    pub(crate) confusion: Vec<Vec<u32>>,
    /// What classes are called; empty if by their numbers.
    pub(crate) class_names: ClassNames,
    pub(crate) seconds: f64,
    pub(crate) samples_per_second: f64,
    pub(crate) bytes_per_second: f64,
    pub(crate) sent_again: u64,
    pub(crate) resets: u32,
    /// How often the device, or its port, was lost and came back.
    pub(crate) losses: u32,
    pub(crate) cost: Option<Cost>,
    /// After the last learned sample.
    pub(crate) digest: String,
    pub(crate) persisted: bool,
}

impl Streamed {
    /// For people.
    pub(crate) fn text(&self) -> String {
        let did = if self.learn { "learned" } else { "classified" };
        let mut facts = vec![
            fact("device", format!("{} ({})", self.on, self.board)),
            fact("network", format!("{} {}, {}", self.rule, self.layers, self.weights)),
            fact(did, format!("{} samples of {} in {:.1} s", self.samples, self.data, self.seconds)),
        ];
        if let Some(accuracy) = self.accuracy {
            let when = if self.learn { " right before they were learned" } else { " right" };
            facts.push(fact("accuracy", format!("{accuracy:.2} %{when}")));
        }
        if let Some(frozen) = self.frozen_accuracy {
            facts.push(fact("frozen", format!("{frozen:.2} % of the same samples")));
        }
        if let Some(DriftAccuracy { prequential, frozen }) = self.last_eighth {
            let frozen = frozen.map(|frozen| format!(", frozen {frozen:.2} %")).unwrap_or_default();
            facts.push(fact("last eighth", format!("{prequential:.2} %{frozen}")));
        }
        if let (Some(pace), Some(remember), Some(repeats)) = (self.pace, self.remember, self.repeats) {
            let said = if self.teacher == Teacher::YesNo { "verdict" } else { "label" };
            let labelled = match self.labelled {
                Some(labelled) if labelled < self.samples => format!("{labelled} of them with a {said}"),
                _ => format!("all with a {said}"),
            };
            let again = match pace {
                Pace::Careful => "learned, those answered wrong",
                _ => "learned again",
            };
            let text =
                format!("{pace}; {labelled}; room for {remember} remembered samples; {repeats} {again}");
            facts.push(fact("pace", text));
        }
        if let Some(accuracy) = self.test_accuracy {
            facts.push(fact(
                "test",
                format!("{accuracy:.2} % of {} samples, on the device", self.test_samples),
            ));
        }
        let rate =
            format!("{:.0} samples/s, {:.1} kB/s", self.samples_per_second, self.bytes_per_second / 1000.0);
        facts.push(fact("speed", rate));
        if let Some(Cost { unit, mean, worst }) = self.cost {
            facts.push(fact("cost", format!("{mean:.0} {unit} per sample, {worst} at most")));
        }
        if self.sent_again > 0 {
            facts.push(fact("sent again", format!("{} frames", self.sent_again)));
        }
        if self.resets > 0 {
            facts.push(fact("resets", format!("{}; the network was restored each time", self.resets)));
        }
        if self.losses > 0 {
            facts.push(fact("lost", format!("{}; the network was restored each time", self.losses)));
        }
        if let Some(last) = self.alarms.last() {
            facts.push(fact("alarms", format!("{}, the last one {last}", self.alarms.len())));
        }
        if self.persisted {
            facts.push(fact("persisted", "yes: it survives a loss of power".to_owned()));
        }
        facts.push(fact("digest", self.digest.clone()));
        format!("{}{}", lines(&facts), matrix(&self.confusion, &self.class_names))
    }
}

/// A confusion matrix for people: a row per true class, the answers in columns.
pub(crate) fn matrix(confusion: &[Vec<u32>], names: &ClassNames) -> String {
    let silent = confusion.iter().any(|row| row.last().is_some_and(|&none| none > 0));
    let classes = confusion.len();
    let columns = classes + usize::from(silent);
    let short = |c: usize, most: usize| -> String { names.of(c).chars().take(most).collect() };
    let answer = |c: usize| if c < classes { short(c, 5) } else { "none".to_owned() };
    let mut text =
        format!("true \\ answer{}\n", (0..columns).map(|c| format!("{:>6}", answer(c))).collect::<String>());
    for (truth, row) in confusion.iter().enumerate() {
        let counts: String = row.iter().take(columns).map(|count| format!("{count:>6}")).collect();
        text.push_str(&format!("{:>13}{counts}\n", short(truth, 13)));
    }
    text
}
