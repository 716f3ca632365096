//! From what the user said to a whole recipe: the rule's defaults fill the rest.

use super::recipe::{Augment, Encoding, Feedback, Readout, Recipe, Teacher, WeightWidth};
use super::rules::{self, Run, Way};
use crate::data::{Dataset, Preparation, Scaling, SplitRule};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fmt::Display;

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
    /// `--form`.
    pub form: Option<String>,
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
    /// `--scale`, `--scale-per`, `--lines`.
    pub scaling: Scaling,
    /// `--test-share`, in thousandths.
    pub test_share: Option<u16>,
    /// `--split-in-order`.
    pub split_in_order: bool,
    /// `--teacher`.
    pub teacher: Option<Teacher>,
    /// `--guess`, in percent.
    pub guess: Option<u16>,
}

impl From<Way> for Wishes {
    fn from(Way { rule, form, feedback, encoder }: Way) -> Self {
        Self {
            rule: Some(rule.to_owned()),
            form: Some(form.to_owned()),
            feedback: Some(feedback),
            encoder: Some(encoder),
            ..Self::default()
        }
    }
}

impl Wishes {
    /// How a set becomes samples of a new network.
    pub fn preparation(&self) -> Preparation {
        let (share, seed) = (self.test_share.unwrap_or(0), self.seed.unwrap_or(1));
        Preparation { scaling: self.scaling, split: SplitRule { share, seed, in_order: self.split_in_order } }
    }

    /// The recipe of a run that learns this set.
    ///
    /// # Errors
    /// What [`Wishes::recipe`] refuses.
    pub fn recipe_for(self, train: &Dataset) -> Result<Recipe> {
        self.recipe(train.len(), train.width(), train.classes())
    }

    /// Fills in the defaults of the rule.
    ///
    /// # Errors
    /// An unknown rule or setting, a rate list of the wrong length.
    pub fn recipe(self, train: usize, width: usize, classes: usize) -> Result<Recipe> {
        let rule = self.rule.unwrap_or_else(|| "burst".to_owned());
        let host = rules::rule(&rule)?;
        let form = one_of("form", &rule, self.form, host.forms())?;
        let feedback = allowed("feedback", &rule, self.feedback, host.feedbacks(form))?;
        let encoder = allowed("encoder", &rule, self.encoder, host.encoders(form))?;
        let deepest = host.deepest(&Way { rule: host.name(), form, feedback, encoder });
        let layers = self.layers.unwrap_or_else(|| {
            let mut sizes = [vec![width], host.layers(classes, form)].concat();
            let output = sizes.len() - 1;
            sizes.drain(deepest.saturating_add(1).min(output)..output);
            sizes.into_iter().map(|n| u16::try_from(n).unwrap_or(u16::MAX)).collect()
        });
        let weights = self.weights.unwrap_or(WeightWidth::I16);
        let (_, passes) = host.length(form);
        let ticks = self.ticks.unwrap_or_else(|| host.ticks(form, &layers));
        let epochs = self.epochs.unwrap_or_else(|| epochs(passes, train));
        let readout = allowed("readout", &rule, self.readout, host.readouts(form))?;
        let run = Run { weights, ticks, layers: &layers, form, encoder, feedback };
        let (known, rates) = (host.settings(&run), host.rates(&run));
        let mut recipe = Recipe {
            data: self.data.unwrap_or_else(|| "mini".to_owned()),
            train_samples: train,
            train_digest: 0,
            validation: self.validation,
            rate: self.rate.unwrap_or(rates),
            augment: self.augment.unwrap_or(Augment::None),
            seed: self.seed.unwrap_or(1),
            samples: self.samples,
            decay: 0,
            settings: BTreeMap::new(),
            onward: None,
            split: None,
            teacher: Teacher::Labels,
            guess: 0,
            feedback,
            encoder,
            readout,
            layers,
            form: form.to_owned(),
            rule,
            weights,
            ticks,
            epochs,
        };
        let usual = recipe.decay_after(host.decay(recipe.total(train)), self.teacher);
        recipe.decay = self.decay.unwrap_or(usual);
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
        recipe.check_rates()?;
        host.check(&recipe)?;
        let hidden = projections - 1;
        if hidden > deepest {
            let message = format!(
                "{} {form} with encoder {encoder} and feedback {feedback} learns through {deepest} hidden layers at most, not {hidden}",
                recipe.rule
            );
            let help = "give fewer [layers], or another encoder, feedback or form: docs/rules/README.md has what each reaches";
            return Err(Error::usage(message, help));
        }
        let recipe = recipe.taught(self.teacher, self.guess)?;
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

/// Samples that a rule's number of passes is meant for, at least: the digits of `mini`.
const FEW: usize = 6_000;

/// Passes over so many training samples: the rule's own number, or as many as present few samples as often.
fn epochs(own: u32, train: usize) -> u32 {
    let few = (own as usize * FEW).div_ceil(train.max(1));
    own.max(u32::try_from(few).unwrap_or(u32::MAX))
}

/// What the user chose, if the rule can do it; else the rule's first.
///
/// # Errors
/// A usage problem that names what the rule can do.
fn allowed<T: Copy + PartialEq + Display>(
    option: &str,
    rule: &str,
    wish: Option<T>,
    can: &'static [T],
) -> Result<T> {
    match wish {
        Some(wish) if !can.contains(&wish) => {
            let names: Vec<String> = can.iter().map(T::to_string).collect();
            let message = format!("{rule} does not learn with --{option} {wish}");
            Err(Error::usage(message, format!("it takes --{option} {}", names.join(" or "))))
        }
        Some(wish) => Ok(wish),
        None => Ok(can[0]),
    }
}

/// The form of a rule by name, or its first.
///
/// # Errors
/// A usage problem that names its forms.
fn one_of(
    option: &str,
    rule: &str,
    wish: Option<String>,
    can: &'static [&'static str],
) -> Result<&'static str> {
    let Some(wish) = wish else { return Ok(can[0]) };
    can.iter().find(|name| **name == wish).copied().ok_or_else(|| {
        Error::usage(format!("{rule} has no {option} `{wish}`"), format!("it has {}", can.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_samples_are_presented_as_often_as_the_digits() {
        assert_eq!([6_000, 50_000, 60_000].map(|samples| epochs(8, samples)), [8; 3]);
        assert_eq!([5_999, 600, 125, 1, 0].map(|samples| epochs(8, samples)), [9, 80, 384, 48_000, 48_000]);
        assert_eq!([6_000, 60_000, 100].map(|samples| epochs(1, samples)), [1, 1, 60]);
    }
}
