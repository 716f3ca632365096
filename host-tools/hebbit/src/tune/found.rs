//! What a search has found: the best trial, and which values mattered.

use super::record::{Trial, is_anew};
use super::space::Space;
use serde::Serialize;
use std::collections::BTreeMap;

/// How much of the difference between trials a value explains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mattered {
    /// The value.
    pub name: String,
    /// Part of the variance of the accuracy that lies between quarters of the trials by this value, 0 to 1.
    pub share: f64,
}

/// What a search has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The best trial of those that learned the most samples; none if nothing was tried.
    pub best: Option<Trial>,
    /// Values, the one that mattered most first.
    pub mattered: Vec<Mattered>,
    /// Trials for each number of samples.
    pub steps: BTreeMap<u64, usize>,
    /// Trials whose values do not go together.
    pub refused: usize,
}

/// The best of those that learned the most samples; of equal ones the first.
pub(super) fn best(trials: &[Trial]) -> Option<&Trial> {
    let tested = || trials.iter().filter(|t| t.accuracy.is_some());
    let most = tested().map(|t| t.samples).max()?;
    let accuracy = |t: &Trial| t.accuracy.unwrap_or(0.0);
    tested().filter(|t| t.samples == most).rev().max_by(|a, b| accuracy(a).total_cmp(&accuracy(b)))
}

/// Trials below which a share of the variance is chance.
const MANY: usize = 24;

impl Found {
    /// Of these trials.
    pub fn of(trials: &[Trial], space: &Space) -> Self {
        let mut steps = BTreeMap::new();
        for trial in trials.iter().filter(|t| t.accuracy.is_some()) {
            *steps.entry(trial.samples).or_insert(0) += 1;
        }
        let fewest = steps.keys().next().copied().unwrap_or(0);
        // Those near the best say what the best have in common, not what decides.
        let first: Vec<&Trial> = trials.iter().filter(|t| t.samples == fewest && is_anew(t.number)).collect();
        let share = |name: &str| {
            let points: Vec<(f64, f64)> = first
                .iter()
                .filter_map(|t| Some((space.place(name, *t.values.get(name)?), t.accuracy?)))
                .collect();
            Mattered { name: name.to_owned(), share: explained(points) }
        };
        let mut mattered: Vec<Mattered> = space.names().map(share).collect();
        mattered.sort_by(|a, b| b.share.total_cmp(&a.share));
        let refused = trials.iter().filter(|t| t.accuracy.is_none()).count();
        Self { best: best(trials).cloned(), mattered, steps, refused }
    }
}

/// Variance of y between quarters by x, over all of it; less what chance gives.
fn explained(mut points: Vec<(f64, f64)>) -> f64 {
    if points.len() < MANY {
        return 0.0;
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean = |part: &[(f64, f64)]| part.iter().map(|p| p.1).sum::<f64>() / part.len() as f64;
    let (all, n) = (mean(&points), points.len() as f64);
    let total: f64 = points.iter().map(|p| (p.1 - all).powi(2)).sum();
    if total <= 0.0 {
        return 0.0;
    }
    let quarter = points.len().div_ceil(4);
    let parts = points.chunks(quarter);
    let groups = parts.len() as f64;
    let between: f64 = parts.map(|part| part.len() as f64 * (mean(part) - all).powi(2)).sum();
    let within = (total - between) / (n - groups);
    ((between - (groups - 1.0) * within) / total).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_explains_and_what_does_not_explains_nothing() {
        let line = |f: fn(f64) -> f64| (0..40).map(|i| (f64::from(i), f(f64::from(i)))).collect::<Vec<_>>();
        assert!(explained(line(|x| if x < 20.0 { 10.0 } else { 80.0 })) > 0.9);
        assert!(explained(line(|x| if x as i32 % 2 == 0 { 10.0 } else { 80.0 })) < 0.1);
        assert_eq!(explained(line(|_| 10.0)), 0.0);
        assert_eq!(explained(vec![(0.0, 1.0); 3]), 0.0, "too few");
    }

    #[test]
    fn the_best_is_of_those_that_learned_most() {
        let trial = |number, samples, accuracy| Trial {
            number,
            values: BTreeMap::new(),
            samples,
            accuracy,
            after: 0.0,
        };
        let trials = [
            trial(0, 500, Some(99.0)),
            trial(1, 2_000, Some(50.0)),
            trial(2, 2_000, Some(70.0)),
            trial(3, 2_000, Some(70.0)),
            trial(4, 8_000, None),
        ];
        assert_eq!(best(&trials).map(|t| t.number), Some(2));
        assert_eq!(best(&[]), None);
    }
}
