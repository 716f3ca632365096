//! From what the user said to a whole recipe: the rule's defaults fill the rest.

use super::recipe::{Augment, Encoding, Feedback, Readout, Recipe, WeightWidth};
use super::rules::{self, Size};
use crate::error::{Error, Result};
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

impl Wishes {
    /// Fills in the defaults of the rule.
    ///
    /// # Errors
    /// An unknown rule or setting, a rate list of the wrong length.
    pub fn recipe(self, train: usize, width: usize, classes: usize) -> Result<Recipe> {
        let rule = self.rule.unwrap_or_else(|| "burst".to_owned());
        let host = rules::rule(&rule)?;
        let layers = self.layers.unwrap_or_else(|| {
            let sizes = [vec![width], host.layers(classes)].concat();
            sizes.into_iter().map(|n| u16::try_from(n).unwrap_or(u16::MAX)).collect()
        });
        let weights = self.weights.unwrap_or(WeightWidth::I16);
        let (ticks, epochs) = host.length();
        let (ticks, epochs) = (self.ticks.unwrap_or(ticks), self.epochs.unwrap_or(epochs));
        let mut recipe = Recipe {
            data: self.data.unwrap_or_else(|| "mini".to_owned()),
            train_samples: train,
            train_digest: 0,
            validation: self.validation,
            rate: self.rate.unwrap_or_else(|| host.rates(weights, ticks, layers.len() - 1)),
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
        recipe.decay = self.decay.unwrap_or_else(|| host.decay(recipe.total(train)));
        let outputs = recipe.layers.last().copied().unwrap_or(1);
        let known = host.settings(Size { weights, ticks, outputs });
        recipe.settings = known.iter().map(|s| (s.name.to_owned(), s.default)).collect();
        for (name, value) in self.settings {
            let Some(setting) = known.iter().find(|s| s.name == name) else {
                return Err(Error::unknown("setting", &name, known.iter().map(|s| s.name)));
            };
            let (least, greatest) = setting.range;
            if !(least..=greatest).contains(&value) {
                let message = format!("setting {name} = {value} is out of range");
                return Err(Error::usage(message, format!("give {least} to {greatest}")));
            }
            recipe.settings.insert(name, value);
        }
        let projections = recipe.layers.len() - 1;
        if recipe.rate.len() != projections {
            let help = format!("give {projections} numbers, the first projection's first: --rate 8,6");
            let got = recipe.rate.len();
            return Err(Error::usage(format!("{got} learning rates for {projections} projections"), help));
        }
        if let Some(rate) = recipe.rate.iter().find(|rate| rate.unsigned_abs() > 64) {
            return Err(Error::usage(
                format!("rate {rate} is out of range"),
                "a rate of K is 2^-K: 0 to 20 is usual",
            ));
        }
        host.check(&recipe)?;
        if recipe.layers[0] as usize != width
            || (host.supervised() && (recipe.layers[projections] as usize) < classes)
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
