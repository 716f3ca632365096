//! What all jobs of a table share: the data, how much of it, how many seeds.

use super::rows::Row;
use hebbit::data::{self, Dataset};
use hebbit::error::Result;
use hebbit::run::{Recipe, WeightWidth, Wishes};

/// Samples of a quick table.
const QUICK: (usize, usize) = (3_000, 1_000);
/// Samples that quick angles and other measures are taken on, and slow ones.
const MEASURED: (usize, usize) = (64, super::SAMPLES);
/// Samples that networks learn only to be measured, in a quick table and in a slow one.
const BRIEF: (usize, usize) = (1_000, 10_000);

/// What all jobs share.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Data set, as the user named it.
    pub data: String,
    /// Whether a small part of it must do.
    pub quick: bool,
    /// Seeds 1 to this.
    pub seeds: u64,
    /// To learn from.
    pub train: Dataset,
    /// To test with.
    pub test: Dataset,
    /// Digests of both.
    pub digests: (u32, u32),
}

impl Scope {
    /// Loads a data set, or the part of it that is enough for a quick table.
    ///
    /// # Errors
    /// What is wrong with the data.
    pub fn load(data: &str, quick: bool, seeds: u64) -> Result<Self> {
        let split = data::load(data)?;
        let (train, test) = if quick {
            (split.train.head(QUICK.0), split.test.head(QUICK.1))
        } else {
            (split.train, split.test)
        };
        let digests = (train.digest(), test.digest());
        Ok(Self { data: data.to_owned(), quick, seeds, train, test, digests })
    }

    /// Samples that angles and other measures are taken on.
    pub fn measured(&self) -> usize {
        if self.quick { MEASURED.0 } else { MEASURED.1 }
    }

    /// The samples that a row's network learns, and those it is tested with.
    ///
    /// # Errors
    /// None of its classes in the data.
    pub fn sets(&self, row: &Row) -> Result<(Dataset, Dataset)> {
        if row.classes.is_empty() {
            return Ok((self.train.clone(), self.test.clone()));
        }
        Ok((self.train.only(row.classes)?, self.test.only(row.classes)?))
    }

    /// A few samples to learn, for networks that are only measured.
    pub fn brief(&self) -> Dataset {
        self.train.head(if self.quick { BRIEF.0 } else { BRIEF.1 })
    }

    /// The recipe of a row.
    ///
    /// # Errors
    /// Data that the row's network does not fit.
    pub fn recipe(&self, row: &Row, train: &Dataset, weights: WeightWidth, seed: u64) -> Result<Recipe> {
        let wishes = Wishes {
            data: Some(self.data.clone()),
            rule: Some(row.rule.to_owned()),
            form: (!row.form.is_empty()).then(|| row.form.to_owned()),
            feedback: row.feedback,
            layers: Some(row.layers(train.width(), train.classes())),
            weights: Some(weights),
            epochs: Some(row.epochs(self.quick)),
            seed: Some(seed),
            ..Wishes::default()
        };
        let recipe = wishes.recipe_for(train)?;
        Ok(Recipe { train_digest: train.digest(), ..recipe })
    }
}
