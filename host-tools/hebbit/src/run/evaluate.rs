//! Testing a network, and naming the neurons of one that learned without a teacher.

use crate::data::{ClassNames, Dataset};
use crate::engine::{CoreEngine, CoreError};
use crate::kernels::AnyKernels;
use crate::record::percent;
use hebbit_core::encode::UNLABELLED;
use hebbit_core::net::{Engine, Parts};
use hebbit_core::signal::Outcome;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// How many of a layer's neurons fired in a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firing {
    /// Its neurons.
    pub neurons: usize,
    /// Those that fired in at least one sample.
    pub fired: usize,
}

/// What a network makes of a set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evaluation {
    /// `confusion[truth][answer]`; the last column is no answer.
    pub confusion: Vec<Vec<u32>>,
    /// Percent right.
    pub accuracy: f64,
    /// Mean ticks until the decision.
    pub mean_ticks: f64,
    /// Mean spikes of all neurons per sample.
    pub spikes_per_sample: f64,
    /// How many neurons of each layer behind the input fired; empty where the engine does not show them.
    pub firing: Vec<Firing>,
}

/// How one class fared in a test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassResult {
    /// The class.
    pub class: usize,
    /// Its name.
    pub name: String,
    /// Samples of this class.
    pub samples: u64,
    /// Percent of the answers with this class that were right; none if it was never answered.
    pub precision: Option<f64>,
    /// Percent of its samples that were answered right; none if there were none.
    pub recall: Option<f64>,
}

impl Evaluation {
    /// What outcomes say about a set, one for each of its samples.
    fn of(outcomes: &[Outcome], set: &Dataset) -> Self {
        let classes = set.classes();
        let mut evaluation = Self { confusion: vec![vec![0; classes + 1]; classes], ..Self::default() };
        let (mut right, mut ticks, mut spikes) = (0, 0, 0);
        for (outcome, (_, label)) in outcomes.iter().zip(set.iter()) {
            let answer = outcome.class.map_or(classes, usize::from).min(classes);
            evaluation.confusion[usize::from(label)][answer] += 1;
            right += u64::from(answer == usize::from(label));
            ticks += u64::from(outcome.ticks);
            spikes += u64::from(outcome.spikes);
        }
        let n = set.len() as u64;
        evaluation.accuracy = percent(right, n);
        evaluation.mean_ticks = percent(ticks, n) / 100.0;
        evaluation.spikes_per_sample = percent(spikes, n) / 100.0;
        evaluation
    }

    /// Whether there were samples, and none of them had an answer.
    pub fn never_answers(&self) -> bool {
        let answers = |row: &Vec<u32>| row.split_last().map_or(0, |(_, answers)| answers.iter().sum::<u32>());
        let all: u32 = self.confusion.iter().flatten().sum();
        all > 0 && self.confusion.iter().map(answers).sum::<u32>() == 0
    }

    /// How each class fared, in order.
    pub fn per_class(&self, names: &ClassNames) -> Vec<ClassResult> {
        let answered = |class: usize| self.confusion.iter().map(|row| u64::from(row[class])).sum::<u64>();
        let share = |part: u64, all: u64| (all > 0).then(|| percent(part, all));
        let result = |(class, row): (usize, &Vec<u32>)| {
            let (right, samples) = (row[class].into(), row.iter().map(|&n| u64::from(n)).sum());
            let (precision, recall) = (share(right, answered(class)), share(right, samples));
            ClassResult { class, name: names.of(class), samples, precision, recall }
        };
        self.confusion.iter().enumerate().map(result).collect()
    }

    /// The confusion matrix as a report shows it: without the column of no answer if there was always one.
    pub fn shown(&self) -> Vec<Vec<u32>> {
        let silent = self.confusion.iter().any(|row| row.last().is_some_and(|&none| none > 0));
        let columns = |row: &Vec<u32>| row.len() - usize::from(!silent && !row.is_empty());
        self.confusion.iter().map(|row| row[..columns(row)].to_vec()).collect()
    }
}

/// Classifies every sample of a set. Some threads share the samples; how many does not change the result.
///
/// # Errors
/// Samples that do not fit the network.
pub fn evaluate(
    checkpoint: &[u8],
    set: &Dataset,
    kernels: AnyKernels,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<Evaluation, CoreError> {
    let mut outcomes = vec![Outcome::default(); set.len()];
    let plan = CoreEngine::new(checkpoint, kernels)?.plan();
    let silent = |n: usize| (0..n).map(|_| AtomicBool::new(false)).collect::<Vec<_>>();
    let fired: Vec<Vec<AtomicBool>> = plan.layers.iter().skip(1).map(|l| silent(l.len())).collect();
    each_part(checkpoint, set, kernels, &mut outcomes, &|engine, sample, out| {
        *out = engine.classify(sample)?;
        engine.with_parts(|parts| note_firing(parts, &fired));
        tick(1);
        Ok(())
    })?;
    let count = |layer: &Vec<AtomicBool>| layer.iter().filter(|n| n.load(Ordering::Relaxed)).count();
    let firing = fired.iter().map(|layer| Firing { neurons: layer.len(), fired: count(layer) }).collect();
    Ok(Evaluation { firing, ..Evaluation::of(&outcomes, set) })
}

/// Notes which neurons fired in the last sample.
fn note_firing(parts: &Parts<'_>, fired: &[Vec<AtomicBool>]) {
    for (layer, fired) in parts.layers.iter().skip(1).zip(fired) {
        for (_, neuron) in layer.counts().iter().zip(fired).filter(|(count, _)| **count > 0) {
            neuron.store(true, Ordering::Relaxed);
        }
    }
}

/// Classifies every sample of a set on one engine, the first one first.
///
/// # Errors
/// If the engine fails.
pub fn evaluate_on<E: Engine>(
    engine: &mut E,
    set: &Dataset,
    tick: &dyn Fn(u64),
) -> Result<Evaluation, E::Error> {
    let classify = |(sample, _): (&[u8], u8)| engine.classify(sample).inspect(|_| tick(1));
    let outcomes: Vec<Outcome> = set.iter().map(classify).collect::<Result<_, _>>()?;
    Ok(Evaluation::of(&outcomes, set))
}

/// Names each output neuron after the class whose samples make it fire most on average, weights frozen.
///
/// # Errors
/// Samples that do not fit the network.
pub fn assign_labels(
    checkpoint: &[u8],
    train: &Dataset,
    kernels: AnyKernels,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<Vec<u8>, CoreError> {
    let mut counts = vec![Vec::new(); train.len()];
    each_part(checkpoint, train, kernels, &mut counts, &|engine, sample, out| {
        engine.classify(sample)?;
        let spiking = |parts: &Parts<'_>| -> Vec<(u32, u16)> {
            let counts = parts.layers.last().map_or(&[][..], |l| l.counts());
            counts.iter().enumerate().filter(|(_, c)| **c > 0).map(|(i, &c)| (i as u32, c)).collect()
        };
        *out = engine.with_parts(spiking);
        tick(1);
        Ok(())
    })?;
    let neurons = CoreEngine::new(checkpoint, kernels)?.plan().layers.last().map_or(0, |l| l.len());
    let classes = train.classes();
    let mut spikes = vec![vec![0_u64; classes]; neurons];
    let mut samples = vec![0_u64; classes];
    for (fired, (_, label)) in counts.iter().zip(train.iter()) {
        samples[usize::from(label)] += 1;
        for &(neuron, count) in fired {
            spikes[neuron as usize][usize::from(label)] += u64::from(count);
        }
    }
    let name = |per_class: &Vec<u64>| {
        let mean = |c: usize| (per_class[c] << 20).checked_div(samples[c]).unwrap_or(0);
        let best = (0..classes).rev().max_by_key(|&c| mean(c)).filter(|&c| mean(c) > 0);
        best.map_or(UNLABELLED, |c| c as u8)
    };
    Ok(spikes.iter().map(name).collect())
}

pub(crate) type Job<'a, T> = dyn Fn(&mut CoreEngine, &[u8], &mut T) -> Result<(), CoreError> + Sync + 'a;

/// Runs `job` on every sample, the set cut into one part per thread, each with an engine of its own.
pub(crate) fn each_part<T: Send>(
    checkpoint: &[u8],
    set: &Dataset,
    kernels: AnyKernels,
    outs: &mut [T],
    job: &Job<'_, T>,
) -> Result<(), CoreError> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let part = set.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts = outs.chunks_mut(part).enumerate().map(|(p, outs)| {
            scope.spawn(move || {
                let mut engine = CoreEngine::new(checkpoint, kernels)?;
                let presented = engine.plan().counters.presented;
                for (i, out) in outs.iter_mut().enumerate() {
                    let i = p * part + i;
                    engine.seek(presented.wrapping_add(i as u32));
                    job(&mut engine, set.sample(i), out)?;
                }
                Ok(())
            })
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().try_for_each(|part| match part.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_precision_and_recall() {
        // Class 0: 3 of 4 right, one without an answer. Class 1: answered twice, right once. Class 2: no samples.
        let confusion = vec![vec![3, 0, 0, 1], vec![1, 1, 0, 0], vec![0, 0, 0, 0]];
        let evaluation = Evaluation { confusion, ..Evaluation::default() };
        let results = evaluation.per_class(&ClassNames::default());
        let figures: Vec<_> = results.iter().map(|r| (r.samples, r.precision, r.recall)).collect();
        assert_eq!(figures, [(4, Some(75.0), Some(75.0)), (2, Some(100.0), Some(50.0)), (0, None, None)]);
        assert_eq!(results[1].name, "1");
        assert!(!evaluation.never_answers());
        let confusion = vec![vec![0, 0, 4], vec![0, 0, 0]];
        assert!(Evaluation { confusion, ..Evaluation::default() }.never_answers());
        assert!(
            !Evaluation { confusion: vec![vec![0, 0]], ..Evaluation::default() }.never_answers(),
            "no samples"
        );
    }
}
