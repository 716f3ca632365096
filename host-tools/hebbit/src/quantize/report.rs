//! What quantizing did: for programs as JSON, for people as tables.

use super::table::Table;
use serde::Serialize;
use std::fmt;

/// Version of the report's JSON.
pub const SCHEMA: u32 = 1;

/// How a matrix stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Order {
    /// Lines × neurons.
    #[serde(rename = "[in, out]")]
    InOut,
    /// Neurons × lines.
    #[serde(rename = "[out, in]")]
    OutIn,
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::InOut { "[in, out]" } else { "[out, in]" })
    }
}

/// One projection before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectionReport {
    /// Which, from 0.
    pub projection: usize,
    /// Lines, the bias left out.
    pub rows: usize,
    /// Neurons.
    pub columns: usize,
    /// Array that the weights come from.
    pub weights: String,
    /// How it stands in the file.
    pub order: Order,
    /// Array that the biases come from; none: all 0.
    pub bias: Option<String>,
    /// Batch norm that became part of the weights.
    pub norm: Option<String>,
    /// Balancing multiplied the weights with this.
    pub factor: f64,
    /// Binary point of a weight.
    pub fraction_bits: u16,
    /// Greatest magnitude that a raw weight may have.
    pub bound: i16,
    /// Weights and biases that were clamped to the bound.
    pub clipped: usize,
    /// The same, percent of all.
    pub clipped_percent: f64,
    /// Weights that are not 0 and became 0.
    pub zeroed: usize,
    /// Greatest magnitude of a float weight or bias, balanced.
    pub greatest: f64,
    /// Greatest magnitude of a raw weight.
    pub greatest_raw: i16,
    /// Signal to noise of the weights alone, biases left out, in dB; none: every weight is exact.
    pub sqnr_db: Option<f64>,
    /// Bytes in the checkpoint.
    pub bytes: usize,
}

/// One layer of neurons over the evaluation samples.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerReport {
    /// Which; 0 is the input.
    pub layer: usize,
    /// How many neurons.
    pub neurons: usize,
    /// Neurons that never fired.
    pub silent: usize,
    /// Neurons whose float twins were never active either.
    pub float_silent: usize,
    /// Neurons that fired in every tick of every sample.
    pub saturated: usize,
    /// Percent of all neurons and samples in which a neuron fired in every tick.
    pub full_rate_percent: f64,
    /// Spikes per sample.
    pub spikes_per_sample: f64,
    /// Spikes per sample that the rates of the float twin stand for.
    pub float_spikes_per_sample: f64,
    /// Signal to noise of the rates, spikes per tick against the clipped activations of the float twin, in dB; none: equal.
    pub sqnr_db: Option<f64>,
}

/// What the networks make of samples that nobody learned from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// Data set and part.
    pub data: String,
    /// How many samples.
    pub samples: usize,
    /// Percent right: the float network as it was read.
    pub float_percent: f64,
    /// Percent right: the float network with the other activation, to see that the right one was named.
    pub other_activation_percent: f64,
    /// Percent right: its rate twin, balanced and clipped to 0 to 1.
    pub twin_percent: f64,
    /// Percent right: the network of integers.
    pub integer_percent: f64,
    /// Integer less float, in points.
    pub difference: f64,
    /// Percent of samples in which no output neuron fired, so that membranes decided.
    pub no_output_percent: f64,
    /// Layers, the first hidden one first.
    pub layers: Vec<LayerReport>,
}

/// Something to look at, and what to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// One sentence.
    pub message: String,
    /// What to change.
    pub suggestion: String,
}

/// What quantizing did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuantizeReport {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Name of the file of weights, its folder left out.
    pub file: String,
    /// Layers, as the user writes them.
    pub layers: String,
    /// "i8" or "i16".
    pub weights: String,
    /// Ticks per sample.
    pub ticks: u16,
    /// Activation that the float network was trained with.
    pub activation: String,
    /// Whether layers were balanced, and on what.
    pub balanced_on: Option<String>,
    /// Percent of a projection's weights that was allowed to be clipped.
    pub clip_percent: f64,
    /// Weights and biases.
    pub parameters: usize,
    /// Bytes of the checkpoint.
    pub checkpoint_bytes: usize,
    /// Projections, in order.
    pub projections: Vec<ProjectionReport>,
    /// Accuracy and activity, where there were data.
    pub evaluation: Option<EvaluationReport>,
    /// Designs of `hebbit fpga` that carry it.
    pub fpga: Vec<&'static str>,
    /// What was not carried, and choices that were made: sentences.
    pub remarks: Vec<String>,
    /// What to look at.
    pub warnings: Vec<Warning>,
}

impl fmt::Display for QuantizeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} in {}, {} ticks, {}",
            self.file, self.layers, self.weights, self.ticks, self.activation
        )?;
        if let Some(data) = &self.balanced_on {
            writeln!(f, "layers balanced on {data}")?;
        }
        writeln!(f, "{} weights, checkpoint of {} bytes\n", self.parameters, self.checkpoint_bytes)?;
        let mut table = Table::new(&[
            "projection",
            "from",
            "order",
            "factor",
            "fraction",
            "bound",
            "clipped",
            "max |w|",
            "raw",
            "SQNR",
            "bytes",
        ]);
        for p in &self.projections {
            let parts = [Some(&p.weights), p.bias.as_ref(), p.norm.as_ref()];
            let from = parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            table.row([
                format!("{}: {}-{}", p.projection, p.rows, p.columns),
                from,
                p.order.to_string(),
                format!("{:.4}", p.factor),
                p.fraction_bits.to_string(),
                p.bound.to_string(),
                format!("{} ({:.2} %)", p.clipped, p.clipped_percent),
                format!("{:.4}", p.greatest),
                p.greatest_raw.to_string(),
                decibels(p.sqnr_db),
                p.bytes.to_string(),
            ]);
        }
        write!(f, "{table}")?;
        if !self.fpga.is_empty() {
            writeln!(f, "\nfits [:fpga]: {}", self.fpga.join(", "))?;
        }
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        if let Some(evaluation) = &self.evaluation {
            write!(f, "\n{evaluation}")?;
        }
        for warning in &self.warnings {
            write!(f, "\nwarning: {}\n  help: {}\n", warning.message, warning.suggestion)?;
        }
        Ok(())
    }
}

impl fmt::Display for EvaluationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&[
            "layer",
            "silent",
            "in float",
            "saturated",
            "at full rate",
            "spikes",
            "in float",
            "SQNR of rates",
        ]);
        for l in &self.layers {
            table.row([
                format!("{}: {}", l.layer, l.neurons),
                l.silent.to_string(),
                l.float_silent.to_string(),
                l.saturated.to_string(),
                format!("{:.2} %", l.full_rate_percent),
                format!("{:.1}", l.spikes_per_sample),
                format!("{:.1}", l.float_spikes_per_sample),
                decibels(l.sqnr_db),
            ]);
        }
        writeln!(f, "{table}")?;
        let mut table = Table::new(&[&format!("{}, {} samples", self.data, self.samples), "right"]);
        table.row(["float".into(), format!("{:.2} %", self.float_percent)]);
        table.row(["float, rates 0 to 1".into(), format!("{:.2} %", self.twin_percent)]);
        table.row(["integer".into(), format!("{:.2} %", self.integer_percent)]);
        table.row(["difference".into(), format!("{:+.2}", self.difference)]);
        write!(f, "{table}")
    }
}

fn decibels(sqnr: Option<f64>) -> String {
    sqnr.map_or("exact".into(), |db| format!("{db:.1} dB"))
}
