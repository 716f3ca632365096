//! What a report should make somebody look at, and what to try.

use super::report::{EvaluationReport, LayerReport, ProjectionReport, QuantizeReport, Warning};

/// Percent of neurons, always firing or silent only in integers, from which a layer is worth a word: a few are in every network.
const NEURONS_PERCENT: usize = 10;
/// Percent of neurons and samples at full rate from which a hidden layer is cut off at 1.
const FULL_RATE_PERCENT: f64 = 10.0;
/// Signal to noise of weights, in dB, below which accuracy begins to suffer: about 3 bits and a sign.
const NOISY_DB: f64 = 20.0;
/// Points of accuracy that may be lost without a word.
const POINTS: f64 = 1.0;

pub(super) fn warnings(report: &QuantizeReport) -> Vec<Warning> {
    let mut all: Vec<Warning> = report.projections.iter().flat_map(|p| projection(p, report)).collect();
    let Some(evaluation) = &report.evaluation else {
        let relu = report.activation == "relu";
        let message = match relu {
            true => "layers are not balanced: activations above 1 are cut off",
            false => "accuracy and activity are not known",
        };
        all.push(warning(message, "give [data]"));
        return all;
    };
    let double = format!("[ticks={}]", u32::from(report.ticks) * 2);
    all.extend(evaluation.layers.iter().flat_map(|l| layer(l, evaluation, &double)));
    all.extend(accuracy(report, evaluation, &double));
    all
}

fn warning(message: impl Into<String>, suggestion: impl Into<String>) -> Warning {
    Warning { message: message.into(), suggestion: suggestion.into() }
}

fn projection(p: &ProjectionReport, report: &QuantizeReport) -> Vec<Warning> {
    let mut all = Vec::new();
    let wider = if report.weights == "i8" { "take [weights=i16], " } else { "" };
    let help = format!("{wider}raise [bound], or train with smaller extremes");
    if p.clipped_percent > report.clip_percent {
        let message = format!(
            "projection {}: {} weights are beyond ±{} even at {} fraction bits",
            p.projection, p.clipped, p.bound, p.fraction_bits
        );
        all.push(warning(message, &help));
    }
    if p.zeroed * 2 > p.rows * p.columns {
        let message = format!(
            "projection {}: {} of {} weights became 0: the greatest is {:.1e}, a step is 2^-{}",
            p.projection,
            p.zeroed,
            p.rows * p.columns,
            p.greatest,
            p.fraction_bits
        );
        let help = match (&report.activation[..], &report.balanced_on) {
            ("relu", Some(_)) => {
                "the layer is silent on these data: give others with [data], or train it again"
            }
            ("relu", None) => "give [data], which scales layers to their activations",
            _ => {
                "give [activation=relu] and [data], which scale layers, if it was trained with ReLU; else scale it up"
            }
        };
        all.push(warning(message, help));
        return all;
    }
    if let Some(db) = p.sqnr_db.filter(|db| *db < NOISY_DB) {
        all.push(warning(format!("projection {}: rounding leaves only {db:.1} dB", p.projection), help));
    }
    all
}

fn layer(l: &LayerReport, evaluation: &EvaluationReport, double: &str) -> Vec<Warning> {
    let mut all = Vec::new();
    let many = |neurons: usize| neurons * 100 > l.neurons * NEURONS_PERCENT;
    if many(l.silent.saturating_sub(l.float_silent)) {
        let message = format!(
            "layer {}: {} of {} neurons never fired, {} of them are silent in float",
            l.layer, l.silent, l.neurons, l.float_silent
        );
        let help =
            format!("take {double}, as small rates need time, or scale up the weights into that layer");
        all.push(warning(message, help));
    }
    let hidden = l.layer < evaluation.layers.len();
    if many(l.saturated) || (hidden && l.full_rate_percent > FULL_RATE_PERCENT) {
        let message = format!(
            "layer {}: {} of {} neurons fired in every tick, and {:.1} % of all rates were full",
            l.layer, l.saturated, l.neurons, l.full_rate_percent
        );
        let help = "if it was trained with ReLU, give [activation=relu], else scale its weights down";
        all.push(warning(message, help));
    }
    all
}

fn accuracy(report: &QuantizeReport, evaluation: &EvaluationReport, double: &str) -> Vec<Warning> {
    let mut all = Vec::new();
    let (float, other) = (evaluation.float_percent, evaluation.other_activation_percent);
    if other > float + POINTS {
        let name = if report.activation == "clip" { "relu" } else { "clip" };
        let message = format!(
            "the float network is right in {float:.2} % with {}, but in {other:.2} % with {name}",
            report.activation
        );
        all.push(warning(
            message,
            format!("give [activation={name}]: it seems to have been trained with that"),
        ));
    }
    if evaluation.difference < -POINTS {
        let help = if evaluation.twin_percent < float - POINTS {
            "rates of 0 to 1 alone cost most of it: train with a clip to 0 to 1".to_owned()
        } else {
            format!("take {double}, or go on learning from this checkpoint")
        };
        all.push(warning(format!("accuracy fell by {:.2} points", -evaluation.difference), help));
    }
    if evaluation.no_output_percent > 50.0 {
        let message = format!(
            "in {:.0} % of the samples no output neuron fired: membranes decided",
            evaluation.no_output_percent
        );
        all.push(warning(message, format!("take {double}, or scale up the last layer")));
    }
    all
}
