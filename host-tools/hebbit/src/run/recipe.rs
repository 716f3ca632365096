//! The recipe of a run: every option that touches the result, as it stands in the note of the checkpoint.

pub(super) use super::choices::{
    Augment, Encoding, Feedback, Onward, Pace, Readout, Teacher, WeightWidth, is_labelled,
};
use crate::data::{Dataset, SplitRule};
use crate::error::{Error, Result};
use crate::record::CurvePoint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Version of the note's JSON.
pub(super) const NOTE_SCHEMA: u32 = 1;

/// Everything that determines a run, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Data set, as the user named it.
    pub data: String,
    /// Training samples of an epoch.
    pub train_samples: usize,
    /// CRC-32C of their pixels, then labels; 0 if nobody asked. A resumed run must have the same.
    pub train_digest: u32,
    /// Training samples that were held out from the tail, to choose settings with.
    pub validation: usize,
    /// Lines and neurons, the input first.
    pub layers: Vec<u16>,
    /// Name of the rule.
    pub rule: String,
    /// Form of the rule, if it has several.
    #[serde(default)]
    pub form: String,
    /// Feedback weights.
    pub feedback: Feedback,
    /// Weight width.
    pub weights: WeightWidth,
    /// Ticks per sample.
    pub ticks: u16,
    /// Passes over the training samples.
    pub epochs: u32,
    /// Samples to learn in all, if fewer than the epochs have.
    pub samples: Option<u64>,
    /// Learning rate of each projection: `2^-rate`.
    pub rate: Vec<i32>,
    /// The rate halves after so many samples; 0: never.
    pub decay: u32,
    /// Augmentation.
    pub augment: Augment,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Encoder.
    pub encoder: Encoding,
    /// Readout.
    pub readout: Readout,
    /// Settings of the rule and its neurons, by name.
    pub settings: BTreeMap<String, i64>,
    /// Who teaches; absent in a note: somebody who tells the class.
    #[serde(default = "Teacher::usual", skip_serializing_if = "Teacher::is_labels")]
    pub teacher: Teacher,
    /// Of a hundred questions to a teacher who only says yes or no, those about a guess.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub guess: u16,
    /// How a set of one part was split, if the run began on one. Absent in a note: the last sixth was for testing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitRule>,
    /// Of a run on a trained network, what it goes on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onward: Option<Onward>,
}

fn is_zero(x: &u16) -> bool {
    *x == 0
}

impl Recipe {
    /// Samples that the whole run learns from a training set of `train` samples.
    pub fn total(&self, train: usize) -> u64 {
        let all = u64::from(self.epochs) * train as u64;
        self.samples.map_or(all, |samples| samples.min(all))
    }

    /// How a set of one part is split.
    pub fn split_rule(&self) -> SplitRule {
        self.split.unwrap_or(SplitRule::LAST_SIXTH)
    }

    /// Key of the order of presentation.
    pub fn order_seed(&self) -> u64 {
        self.onward.as_ref().map_or(self.seed, |onward| onward.seed)
    }

    /// Whether the label of the sample that is presented after so many others is known.
    pub fn is_labelled(&self, done: u64) -> bool {
        self.onward.as_ref().is_none_or(|onward| is_labelled(done, onward.label_every, onward.seed))
    }

    /// Whether the samples can be changed as the recipe wants it.
    ///
    /// # Errors
    /// A usage problem.
    pub fn check_pictures(&self, set: &Dataset) -> Result<()> {
        let pictures = set.shape.is_some_and(|(rows, columns)| rows > 1 && columns > 1);
        if self.augment == Augment::None || pictures {
            return Ok(());
        }
        let message = "only pictures can be shifted, and these samples are not known to be some";
        Err(Error::usage(message, "leave out [augment], or give pictures as IDX"))
    }

    /// Whether there is a learning rate for each projection, and each is one.
    ///
    /// # Errors
    /// A usage problem.
    pub(super) fn check_rates(&self) -> Result<()> {
        let (got, projections) = (self.rate.len(), self.layers.len() - 1);
        if got != projections {
            let help = format!("give {projections} numbers, the first projection's first: [rate=8,6]");
            return Err(Error::usage(format!("{got} learning rates for {projections} projections"), help));
        }
        match self.rate.iter().find(|rate| rate.unsigned_abs() > 64) {
            Some(rate) => {
                let help = "a rate of K is 2^-K: 0 to 20 is usual";
                Err(Error::usage(format!("rate {rate} is out of range"), help))
            }
            None => Ok(()),
        }
    }

    /// The layers as the user writes them: `784-128-10`.
    pub fn layer_list(&self) -> String {
        self.layers.iter().map(u16::to_string).collect::<Vec<_>>().join("-")
    }

    /// A setting that the defaults have put there.
    pub(super) fn setting(&self, name: &str) -> i64 {
        self.settings.get(name).copied().unwrap_or(0)
    }
}

/// Reads `784-128-10`.
///
/// # Errors
/// Fewer than two layers, or something that is no number in 1..=65534.
pub fn parse_layers(text: &str) -> Result<Vec<u16>> {
    let layer = |part: &str| part.trim().parse::<u16>().ok().filter(|n| (1..=65_534).contains(n));
    let layers: Option<Vec<u16>> = text.split('-').map(layer).collect();
    layers.filter(|layers| (2..=16).contains(&layers.len())).ok_or_else(|| {
        let help = "write 2 to 16 sizes of 1 to 65534, the input first: 784-128-10";
        Error::usage(format!("`{text}` is no list of layers"), help)
    })
}

/// Where a run stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Samples learned.
    pub samples: u64,
    /// Samples of the epoch that were right when they were presented.
    pub right: u64,
    /// Samples of the epoch.
    pub seen: u64,
    #[serde(default)]
    /// The same two counts since the last point of the curve.
    pub point: (u64, u64),
    /// Accuracy so far.
    pub curve: Vec<CurvePoint>,
    /// Samples that the network remembers because the teacher said yes to them, the oldest first, by how many came before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<u64>,
}

impl Progress {
    /// Sample `i` was right, as far as a teacher has told it: the network remembers it, if it remembers any.
    pub fn confirm(&mut self, i: u64, recipe: &Recipe) {
        let room = recipe.onward.as_ref().map_or(0, |onward| usize::from(onward.remember));
        self.confirmed.push(i);
        let over = self.confirmed.len().saturating_sub(room);
        self.confirmed.drain(..over);
    }
}

/// The note that the host writes into a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Version of this JSON.
    pub schema: u32,
    /// Who wrote it.
    pub writer: String,
    /// The recipe; none for a network that was quantized.
    pub recipe: Option<Recipe>,
    /// Where the run stands.
    pub progress: Progress,
    /// The float weights that it was quantized from; none for a network that was learned from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantized: Option<Origin>,
}

/// Where the weights of a quantized network come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the file, its folder left out.
    pub file: String,
    /// Hexadecimal SHA-256 of the file.
    pub sha256: String,
    /// Activation of the hidden layers that it was trained with.
    pub activation: String,
    /// Set on whose activations the layers were balanced, if they were.
    pub balanced_on: Option<String>,
}

impl Note {
    /// A note of this version of Hebbit.
    pub fn new(recipe: Option<Recipe>, progress: Progress) -> Self {
        let writer = concat!("hebbit ", env!("CARGO_PKG_VERSION")).to_owned();
        Self { schema: NOTE_SCHEMA, writer, recipe, progress, quantized: None }
    }

    /// As bytes: the same for the same note.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Reads the note of a checkpoint; one that somebody else wrote, or nobody, says nothing.
///
/// # Errors
/// If it is ours, but of another version.
pub fn note_of(path: &Path, bytes: &[u8]) -> Result<Note> {
    let ours = |note: &serde_json::Value| note.get("writer").is_some_and(|w| w.as_str().is_some_and(is_ours));
    if !serde_json::from_slice(bytes).is_ok_and(|note| ours(&note)) {
        return Ok(Note::new(None, Progress::default()));
    }
    let problem = |message: String| Error::Checkpoint { path: path.into(), message };
    let note: Note = serde_json::from_slice(bytes).map_err(|error| problem(format!("its note: {error}")))?;
    if note.schema != NOTE_SCHEMA {
        return Err(problem(format!("its note has schema {}, this build reads {NOTE_SCHEMA}", note.schema)));
    }
    Ok(note)
}

/// Whether a note's writer is Hebbit.
fn is_ours(writer: &str) -> bool {
    writer.starts_with("hebbit ")
}
