//! A recipe in a file: what a search found, for other runs to begin with.

use super::defaults::Wishes;
use super::recipe::{Encoding, Feedback, Readout, Recipe, WeightWidth};
use crate::error::{Error, Result};
use crate::files::read_whole;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Version of the file.
const SCHEMA: u32 = 1;

/// The rule with its settings and the shape of the network; not the data, nor the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeFile {
    hebbit_recipe: u32,
    rule: String,
    form: Option<String>,
    layers: Option<Vec<u16>>,
    feedback: Option<Feedback>,
    weights: Option<WeightWidth>,
    encoder: Option<Encoding>,
    readout: Option<Readout>,
    ticks: Option<u16>,
    epochs: Option<u32>,
    rate: Option<Vec<i32>>,
    decay: Option<u32>,
    #[serde(default)]
    settings: BTreeMap<String, i64>,
}

impl RecipeFile {
    /// Of a recipe. The schedule of the rate follows the length of the run, unless the user gave `decay`.
    pub fn of(recipe: &Recipe, decay: Option<u32>) -> Self {
        Self {
            hebbit_recipe: SCHEMA,
            rule: recipe.rule.clone(),
            form: Some(recipe.form.clone()),
            layers: Some(recipe.layers.clone()),
            feedback: Some(recipe.feedback),
            weights: Some(recipe.weights),
            encoder: Some(recipe.encoder),
            readout: Some(recipe.readout),
            ticks: Some(recipe.ticks),
            epochs: Some(recipe.epochs),
            rate: Some(recipe.rate.clone()),
            decay,
            settings: recipe.settings.clone(),
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// A file that cannot be read, or is something else.
    pub fn read(path: &Path) -> Result<Self> {
        let wrong = |message: String| Error::RecipeFile { path: path.to_owned(), message };
        let file: Self =
            serde_json::from_slice(&read_whole(path)?).map_err(|error| wrong(error.to_string()))?;
        if file.hebbit_recipe != SCHEMA {
            return Err(wrong(format!("its version is {}, this build reads {SCHEMA}", file.hebbit_recipe)));
        }
        Ok(file)
    }

    /// As text.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Fills in what the user has not said.
    ///
    /// # Errors
    /// Another rule than the user's.
    pub fn under(self, wishes: Wishes) -> Result<Wishes> {
        if let Some(rule) = wishes.rule.as_ref().filter(|rule| **rule != self.rule) {
            let message = format!("the recipe is for rule {}, not {rule}", self.rule);
            return Err(Error::usage(message, "leave out [rule], or take another recipe"));
        }
        let settings = self.settings.into_iter().chain(wishes.settings).collect();
        Ok(Wishes {
            rule: Some(self.rule),
            form: wishes.form.or(self.form),
            layers: wishes.layers.or(self.layers),
            feedback: wishes.feedback.or(self.feedback),
            weights: wishes.weights.or(self.weights),
            encoder: wishes.encoder.or(self.encoder),
            readout: wishes.readout.or(self.readout),
            ticks: wishes.ticks.or(self.ticks),
            epochs: wishes.epochs.or(self.epochs),
            rate: wishes.rate.or(self.rate),
            decay: wishes.decay.or(self.decay),
            settings,
            ..wishes
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_the_recipe_back_and_the_user_has_the_last_word() {
        let wishes = Wishes {
            rule: Some("stdp".to_owned()),
            settings: vec![("norm".to_owned(), 900)],
            ..Wishes::default()
        };
        let recipe = wishes.recipe(6_000, 784, 10).expect("a recipe");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("recipe.json");
        std::fs::write(&path, RecipeFile::of(&recipe, None).to_text()).expect("it is written");
        let file = RecipeFile::read(&path).expect("it is read");
        let again = file.clone().under(Wishes::default()).and_then(|w| w.recipe(6_000, 784, 10));
        assert_eq!(again.expect("a recipe"), recipe);
        let more = Wishes { ticks: Some(5), settings: vec![("norm".to_owned(), 70)], ..Wishes::default() };
        let changed = file.clone().under(more).and_then(|w| w.recipe(6_000, 784, 10)).expect("a recipe");
        assert_eq!((changed.ticks, changed.settings["norm"]), (5, 70));
        let other = Wishes { rule: Some("burst".to_owned()), ..Wishes::default() };
        assert!(file.under(other).is_err());
        std::fs::write(&path, "{\"hebbit_recipe\": 2, \"rule\": \"stdp\"}").expect("it is written");
        assert!(RecipeFile::read(&path).expect_err("another version").to_string().contains("version"));
    }
}
