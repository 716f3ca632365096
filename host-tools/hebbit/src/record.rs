//! What a run leaves behind for its report: plain recorded data, never touched inside the training loop.

use crate::data::ClassNames;
use serde::{Deserialize, Serialize};

/// Everything that the HTML report shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The command line that made the run.
    pub command: String,
    /// Hexadecimal digest of the final state and weights.
    pub digest: String,
    /// Facts in the order of display: name and value ("rule", "burst").
    pub facts: Vec<(String, String)>,
    /// Accuracy on a stream that drifts, where one was learned.
    #[serde(default)]
    pub drift: Option<DriftCurve>,
    /// Accuracy over samples.
    pub curve: Vec<CurvePoint>,
    /// `confusion[truth][answer]`, test samples. A column past the last class counts those without an answer.
    pub confusion: Vec<Vec<u32>>,
    /// What classes are called.
    pub class_names: ClassNames,
    /// Weights of some hidden neurons, as pictures of their input.
    pub fields: Vec<ReceptiveField>,
    /// Activity of each layer, in the order of the network; the input may come first.
    pub layers: Vec<LayerActivity>,
    /// A few test samples, tick by tick.
    pub samples: Vec<RecordedSample>,
}

/// Accuracy on a stream of samples that drifts, each sample tested before it is learned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DriftCurve {
    /// Angle of the last sample in degrees, if the samples are pictures that turn; it grows linearly from 0.
    pub degrees: Option<u16>,
    /// Over the whole stream.
    pub all: DriftAccuracy,
    /// Over its last eighth.
    pub last_eighth: DriftAccuracy,
    /// Over one window after another, of equal length but for the last one.
    pub points: Vec<DriftPoint>,
    /// How samples look at a few places of the stream, in its order.
    pub pictures: Vec<DriftPicture>,
}

/// Accuracy on the same samples, in percent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct DriftAccuracy {
    /// Of the network that learns on: each sample is classified, then learned.
    #[serde(rename = "prequential_accuracy")]
    pub prequential: f64,
    /// Of a copy that does not learn on, where there is one.
    #[serde(rename = "frozen_accuracy")]
    pub frozen: Option<f64>,
}

/// Accuracy in one window of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct DriftPoint {
    /// Samples of the stream up to the end of the window.
    pub samples: u64,
    /// Accuracy on those of the window.
    pub accuracy: DriftAccuracy,
}

/// How a sample looks at one place of a stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DriftPicture {
    /// Samples of the stream before that place.
    pub position: u64,
    /// Rows and columns of the picture.
    pub shape: (usize, usize),
    /// Picture, 0..=255, row by row.
    pub pixels: Vec<u8>,
}

/// Accuracy at one moment of training.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Samples learned so far.
    pub samples: u64,
    /// Percent of the samples since the point before that were right when they were presented, before learning.
    pub online: f64,
    /// Percent right on held-out samples, where it was measured.
    pub held_out: Option<f64>,
}

/// Weights into one neuron.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceptiveField {
    /// Index in its layer.
    pub neuron: usize,
    /// Rows and columns of the picture.
    pub shape: (usize, usize),
    /// Raw weights, row by row; 0 is no synapse or one without effect, and the middle of the colours.
    pub weights: Vec<i16>,
    /// The class that the neuron stands for, where it has one.
    pub class: Option<u8>,
}

/// How active a layer is, on average over the recorded test samples.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerActivity {
    /// For people: "hidden 1".
    pub name: String,
    /// How many neurons it has.
    pub neurons: usize,
    /// Mean number of spikes per sample, whole layer.
    pub spikes_per_sample: f64,
    /// Neurons that never fired.
    pub silent: usize,
    /// Neurons that fired in every tick of every sample.
    pub saturated: usize,
    /// Mean spikes per sample of each neuron.
    pub per_neuron: Vec<f64>,
}

/// One sample, recorded tick by tick.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordedSample {
    /// Its index in the test set.
    pub index: usize,
    /// The true class.
    pub label: u8,
    /// The answer, if there was one.
    pub answer: Option<u8>,
    /// Rows and columns of the picture.
    pub shape: (usize, usize),
    /// Picture, 0..=255, row by row.
    pub pixels: Vec<u8>,
    /// How many ticks were run.
    pub ticks: usize,
    /// Spikes: (tick from 0, layer from 1, neuron from 0).
    pub raster: Vec<(u16, u16, u32)>,
    /// Neurons per layer, layer 1 first: the heights of the raster's bands.
    pub layer_sizes: Vec<usize>,
    /// Membrane potentials of a few neurons over the ticks, in thresholds.
    pub membranes: Vec<MembraneTrace>,
}

/// Membrane potential of one neuron over the ticks of a sample.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MembraneTrace {
    /// For people, and to find the spikes: name of the layer and index of the neuron, "output 3". The name is
    /// that of [`LayerActivity`]; "output" is the last layer in any case.
    pub name: String,
    /// One value per tick, after the spike was fired, in thresholds.
    pub values: Vec<f64>,
    /// Threshold of each tick, in thresholds (1.0 unless it adapts).
    pub threshold: Vec<f64>,
}

/// `part` of `whole` in percent; 0 of nothing.
pub fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
