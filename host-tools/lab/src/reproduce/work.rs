//! Doing a job: what its outcome depends on, and the outcome.

use super::angle::{angles, reference};
use super::jobs::{Column, Job, Outcome, Watch, learn, width};
use super::rows::Measure;
use super::scope::Scope;
use super::{float, measures};
use hebbit::engine::CoreEngine;
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use hebbit::run::{build, evaluate};
use sha2::{Digest as _, Sha256};

/// Raised when what a job measures becomes another thing: what was kept before is done again.
const REVISION: u32 = 1;

impl Job {
    /// Everything that its outcome depends on, in words.
    ///
    /// # Errors
    /// Data that the row's network does not fit.
    pub fn recipe(&self, scope: &Scope) -> Result<String> {
        let head = format!(
            "hebbit {}; data {:08x} {:08x}",
            env!("CARGO_PKG_VERSION"),
            scope.digests.0,
            scope.digests.1
        );
        let what = match (self.row.measure, self.column) {
            (Measure::Accuracy, Column::Backprop | Column::Twin) => float::recipe(self, scope),
            (Measure::Pairing, _) => "the pairing curve".to_owned(),
            (measure, column) => {
                let (train, _) = scope.sets(self.row)?;
                let recipe = scope.recipe(self.row, &train, width(column), self.seed)?;
                let text = serde_json::to_string(&recipe).unwrap_or_default();
                format!("{measure:?} {REVISION} on {}: {text}", scope.measured())
            }
        };
        Ok(format!("{head}; {what}"))
    }

    /// Hexadecimal digest of [`Self::recipe`]: equal keys, equal outcomes.
    ///
    /// # Errors
    /// As that.
    pub fn key(&self, scope: &Scope) -> Result<String> {
        let digest = Sha256::digest(self.recipe(scope)?.as_bytes());
        Ok(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Does it. None if it was stopped.
    ///
    /// # Errors
    /// Data that the row's network does not fit.
    pub fn run(&self, scope: &Scope, kernels: AnyKernels, watch: &Watch) -> Result<Option<Outcome>> {
        match (self.row.measure, self.column) {
            (Measure::Accuracy, Column::Backprop | Column::Twin) => Ok(float::run(self, scope, watch)),
            (Measure::Accuracy | Measure::Alone, _) => self.integers(scope, kernels, watch),
            _ => measures::run(self, scope, kernels, watch),
        }
    }

    fn integers(&self, scope: &Scope, kernels: AnyKernels, watch: &Watch) -> Result<Option<Outcome>> {
        let (train, test) = scope.sets(self.row)?;
        let recipe = scope.recipe(self.row, &train, width(self.column), self.seed)?;
        let angle = |bytes: &[u8]| match reference(&recipe) {
            Some(_) if self.column == Column::I16 => {
                angles(bytes, &recipe, &train, scope.measured(), kernels)
            }
            _ => Ok(Vec::new()),
        };
        let start = build(&recipe)?;
        let angles_before = angle(&start)?;
        let Some(learned) = learn(&recipe, &start, &train, kernels, watch, &mut |_, _| Ok(()))? else {
            return Ok(None);
        };
        let tested = evaluate(&learned.bytes, &test, kernels, &|_| {})?;
        let engine = CoreEngine::new(&learned.bytes, kernels)?;
        let ticks = engine.plan().windows.iter().map(|window| f64::from(window.ticks)).sum();
        Ok(Some(Outcome {
            accuracy: Some(tested.accuracy),
            samples_per_second: Some(recipe.total(train.len()) as f64 / learned.took.as_secs_f64().max(1e-9)),
            state_bytes: Some(engine.state_bytes()),
            ticks: Some(ticks),
            spikes: Some(tested.spikes_per_sample),
            angles_before,
            angles: angle(&learned.bytes)?,
            ..Outcome::default()
        }))
    }
}
