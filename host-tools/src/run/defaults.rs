//! What each rule takes where the user says nothing. Chosen on the last 10,000 training samples of MNIST, never on its
//! test set; `docs/results/` has the trials.

use super::recipe::{Augment, Encoding, Feedback, Readout, Recipe, WeightWidth};
use crate::error::{Error, Result};
use hebbit_core::learn::AnyRule;
use hebbit_core::num::{BOUND_I16, Membrane, THRESHOLD};
use std::collections::BTreeMap;

/// What the user said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wishes {
    /// `--data`.
    pub data: Option<String>,
    /// `--validation`.
    pub validation: usize,
    /// `--layers`.
    pub layers: Option<Vec<u16>>,
    /// `--rule`.
    pub rule: Option<String>,
    /// `--feedback`.
    pub feedback: Option<Feedback>,
    /// `--weights`.
    pub weights: Option<WeightWidth>,
    /// `--ticks`.
    pub ticks: Option<u16>,
    /// `--epochs`.
    pub epochs: Option<u32>,
    /// `--samples`.
    pub samples: Option<u64>,
    /// `--rate`.
    pub rate: Option<Vec<i32>>,
    /// `--decay`.
    pub decay: Option<u32>,
    /// `--augment`.
    pub augment: Option<Augment>,
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--encoder`.
    pub encoder: Option<Encoding>,
    /// `--readout`.
    pub readout: Option<Readout>,
    /// `--set NAME=VALUE`.
    pub settings: Vec<(String, i64)>,
}

/// The settings of a rule, with what they mean and their defaults; `outputs` is the size of the last layer.
fn settings(rule: &str, weights: WeightWidth, ticks: u16, outputs: u16) -> Vec<(&'static str, i64)> {
    let wide = weights == WeightWidth::I16;
    let root = i64::from(outputs.isqrt().max(1));
    let bound = if wide { i64::from(BOUND_I16) } else { 127 };
    match rule {
        "burst" => vec![
            // Fraction bits of a weight. At 8 bits a fine step is worth more than a wide range.
            ("fraction", if wide { 12 } else { 9 }),
            // Greatest magnitude of a weight, raw.
            ("bound", bound),
            // Spikes that the wanted output should reach.
            ("target", (i64::from(ticks) * 3 / 4).clamp(1, 127)),
            // Membrane leak per tick, 2^-16.
            ("leak", 0),
            // Least membrane, in thousandths of a threshold.
            ("floor", -2_000),
            // Magnitude 2^-shift of sign feedback; fraction bits of random feedback.
            ("feedback-shift", 2),
            // Standard deviation of random feedback, in thousandths.
            ("feedback-std", 250),
            // Standard deviation of the first projection's initial weights, in thousandths of a threshold.
            ("init", 50),
            // Pixels below this are silent.
            ("minimum", 0),
        ],
        _ => vec![
            // 0: pair STDP, 1: instar.
            ("instar", 1),
            ("fraction", if wide { 15 } else { 12 }),
            ("bound", bound),
            // Threshold at rest, in thousandths.
            ("threshold", 3_000),
            ("leak", 0),
            // Rise of the threshold per spike, in thousandths. The more neurons compete, the rarer each wins.
            ("bump", root),
            // Decay of the rise per sample, 2^-16.
            ("rise-decay", (100 / root).max(1)),
            // Mean initial weight, in thousandths of a threshold; deviation is a third of it.
            ("init", 9),
            // Euclidean norm that every input is scaled to.
            ("norm", 1_400),
            ("minimum", 0),
            // Decay of a line's trace per tick, 2^-16; 65535: the trace is the event.
            ("pre-decay", 65_535),
            // Bump of a line's trace per unit of event, 2^-8.
            ("pre-bump", 256),
            ("post-decay", 16_384),
            ("post-bump", 256),
            // Raw `post` factors. Instar weights go to x * grow / 2^forget_shift: 1/32 of a threshold at full scale.
            ("grow", if wide { 16 } else { 510 }),
            ("shrink", 0),
        ],
    }
}

impl Wishes {
    /// Fills in the defaults of the rule.
    ///
    /// # Errors
    /// An unknown rule or setting, a rate list of the wrong length.
    pub fn recipe(self, train: usize, width: usize, classes: usize) -> Result<Recipe> {
        let rule = self.rule.unwrap_or_else(|| "burst".to_owned());
        if !AnyRule::NAMES.contains(&rule.as_str()) {
            return Err(Error::unknown("rule", &rule, AnyRule::NAMES.iter().copied()));
        }
        let supervised = rule == "burst";
        let outputs = if supervised { classes } else { 100 };
        let hidden = if supervised { vec![128] } else { vec![] };
        let layers = self.layers.unwrap_or_else(|| {
            let sizes = [vec![width], hidden, vec![outputs]].concat();
            sizes.into_iter().map(|n| u16::try_from(n).unwrap_or(u16::MAX)).collect()
        });
        let weights = self.weights.unwrap_or(WeightWidth::I16);
        let ticks = self.ticks.unwrap_or(if supervised { 8 } else { 16 });
        let epochs = self.epochs.unwrap_or(if supervised { 8 } else { 1 });
        let mut recipe = Recipe {
            data: self.data.unwrap_or_else(|| "mini".to_owned()),
            train_samples: train,
            validation: self.validation,
            rate: self.rate.unwrap_or_else(|| default_rates(&rule, weights, layers.len() - 1)),
            feedback: self.feedback.unwrap_or(Feedback::Sign),
            encoder: self.encoder.unwrap_or(Encoding::Graded),
            readout: self.readout.unwrap_or(Readout::Count),
            augment: self.augment.unwrap_or(Augment::None),
            seed: self.seed.unwrap_or(1),
            samples: self.samples,
            decay: 0,
            settings: BTreeMap::new(),
            layers,
            rule,
            weights,
            ticks,
            epochs,
        };
        recipe.decay = self.decay.unwrap_or_else(|| default_decay(&recipe, train));
        let outputs = recipe.layers.last().copied().unwrap_or(1);
        for (name, value) in settings(&recipe.rule, weights, ticks, outputs) {
            recipe.settings.insert(name.to_owned(), value);
        }
        for (name, value) in self.settings {
            match recipe.settings.get_mut(&name) {
                Some(slot) => *slot = value,
                None => return Err(Error::unknown("setting", &name, recipe.settings.keys().cloned())),
            }
        }
        let projections = recipe.layers.len() - 1;
        if recipe.rate.len() != projections {
            let help = format!("give {projections} numbers, the first projection's first: --rate 8,6");
            let got = recipe.rate.len();
            return Err(Error::usage(format!("{got} learning rates for {projections} projections"), help));
        }
        if recipe.layers[0] as usize != width
            || (supervised && (recipe.layers[projections] as usize) < classes)
        {
            return Err(Error::Shape {
                layers: recipe.layer_list(),
                data: recipe.data,
                width,
                classes,
                inputs: recipe.layers[0].into(),
                outputs: recipe.layers[projections].into(),
            });
        }
        Ok(recipe)
    }
}

/// `2^-rate` of error times input: hidden projections, then the output's.
fn default_rates(rule: &str, weights: WeightWidth, projections: usize) -> Vec<i32> {
    match rule {
        "burst" => {
            let hidden = if weights == WeightWidth::I16 { 10 } else { 9 };
            let mut rates = vec![hidden; projections];
            rates[projections - 1] = hidden + 2;
            rates
        }
        _ => vec![6; projections],
    }
}

/// A run halves its rate three times.
fn default_decay(recipe: &Recipe, train: usize) -> u32 {
    match recipe.rule.as_str() {
        "burst" => u32::try_from(recipe.total(train).div_ceil(4)).unwrap_or(u32::MAX),
        _ => 0,
    }
}

/// Thousandths of a threshold as a membrane, saturated.
pub(super) fn membrane(thousandths: i64) -> Membrane {
    let raw = (thousandths * i64::from(THRESHOLD)).div_euclid(1_000);
    Membrane::from_bits(raw.clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16)
}
