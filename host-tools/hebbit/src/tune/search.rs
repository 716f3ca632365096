//! Asynchronous successive halving, some trials at once.

use super::found::best;
use super::record::{Record, Trial, is_anew};
use super::space::{Draw, Space};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::kernels::AnyKernels;
use crate::run::{Control, Evaluation, trial};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// One trial in so many goes on with so many times the samples.
const HALVING: u64 = 4;
/// Fewer samples say nothing.
const LEAST: u64 = 500;
/// Steps from the fewest samples to all of them, at most.
const RUNGS: usize = 4;
/// Between two looks at the clock and at Ctrl-C.
const LOOK: Duration = Duration::from_millis(100);
/// Between two writes of the record.
const WRITE: Duration = Duration::from_secs(3);

/// What is searched on.
#[derive(Debug)]
pub struct Task<'a> {
    /// What may change.
    pub space: &'a Space,
    /// Samples to learn.
    pub train: &'a Dataset,
    /// Samples that are held out.
    pub held_out: &'a Dataset,
    /// Inner loops.
    pub kernels: AnyKernels,
    /// Whether the rule's own defaults are tried first.
    pub defaults: bool,
}

/// How long.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// At most so long.
    pub time: Duration,
    /// At most so many trials begin; those of earlier calls count.
    pub trials: Option<u32>,
    /// Trials at the same time.
    pub jobs: usize,
}

/// Where a search stands.
#[derive(Debug)]
pub struct Standing<'a> {
    /// Part of the time that is over, 0 to 1.
    pub part: f64,
    /// Trials begun.
    pub begun: u32,
    /// The best so far.
    pub best: Option<&'a Trial>,
}

/// Samples of each step, the fewest first.
pub(super) fn rungs(total: u64) -> Vec<u64> {
    let mut rungs = vec![total];
    while rungs.len() < RUNGS && rungs[0] / HALVING >= LEAST {
        rungs.insert(0, rungs[0] / HALVING);
    }
    rungs
}

/// What there is to do, and what is being done.
struct Desk<'r> {
    record: &'r mut Record,
    rungs: Vec<u64>,
    working: BTreeSet<(u32, u64)>,
    begun: u32,
    most: u32,
    failure: Option<Error>,
}

impl Desk<'_> {
    /// The next trial, and its samples.
    fn next(&mut self, task: &Task<'_>) -> Option<(u32, Draw, u64)> {
        for (i, &samples) in self.rungs.iter().enumerate().rev().skip(1) {
            let above = self.rungs[i + 1];
            let mut done: Vec<&Trial> = self
                .record
                .trials()
                .iter()
                .filter(|t| t.samples == samples && t.accuracy.is_some())
                .collect();
            done.sort_by(|a, b| b.accuracy.unwrap_or(0.0).total_cmp(&a.accuracy.unwrap_or(0.0)));
            let promoted = |t: &&Trial| {
                self.working.contains(&(t.number, above))
                    || self.record.trials().iter().any(|o| o.number == t.number && o.samples == above)
            };
            let quarter = done.len() / HALVING as usize;
            if let Some(trial) = done.into_iter().take(quarter).find(|t| !promoted(t)) {
                let (number, values) = (trial.number, trial.values.clone());
                self.working.insert((number, above));
                return Some((number, values, above));
            }
        }
        if self.begun >= self.most {
            return None;
        }
        let number = self.begun;
        self.begun += 1;
        let samples = self.rungs[0];
        self.working.insert((number, samples));
        let values = if number == 0 && task.defaults {
            Draw::new()
        } else {
            task.space.draw(number, self.near(number))
        };
        Some((number, values, samples))
    }

    /// What trial `number` is drawn near: of two trials one is drawn near one of the three best of the most samples.
    fn near(&self, number: u32) -> Option<&Draw> {
        if is_anew(number) {
            return None;
        }
        let mut all: Vec<&Trial> = self.record.trials().iter().filter(|t| t.accuracy.is_some()).collect();
        all.sort_by(|a, b| {
            let accuracy = |t: &Trial| t.accuracy.unwrap_or(0.0);
            b.samples.cmp(&a.samples).then(accuracy(b).total_cmp(&accuracy(a)))
        });
        all.get(number as usize / 2 % 3).map(|trial| &trial.values)
    }

    fn keep(
        &mut self,
        result: Result<Option<Evaluation>>,
        (number, values, samples): (u32, Draw, u64),
        after: f64,
    ) {
        self.working.remove(&(number, samples));
        let accuracy = match result {
            Ok(None) => return,
            Ok(Some(tested)) => Some(tested.accuracy),
            // Values that do not go together are an answer too.
            Err(Error::Usage { .. }) => None,
            Err(error) => {
                self.failure.get_or_insert(error);
                return;
            }
        };
        self.record.add(Trial { number, values, samples, accuracy, after });
    }
}

/// Searches until the time is over, the trials are done or `look` says stop; returns whether it was stopped. Finished trials are in
/// the record, and a search goes on from those that are there.
///
/// # Errors
/// A record that cannot be written, or a defect.
pub fn search(
    task: &Task<'_>,
    budget: Budget,
    record: &mut Record,
    look: &mut dyn FnMut(&Standing<'_>) -> Control,
) -> Result<bool> {
    let total = task.space.recipe(&Draw::new(), None)?.total(task.train.len());
    let begun = record.trials().iter().map(|t| t.number + 1).max().unwrap_or(0);
    let before = record.trials().iter().map(|t| t.after).fold(0.0, f64::max);
    let start = Instant::now();
    let (stop, stopped) = (AtomicBool::new(false), AtomicBool::new(false));
    let most = budget.trials.unwrap_or(u32::MAX);
    let desk = Mutex::new(Desk {
        record,
        rungs: rungs(total),
        working: BTreeSet::new(),
        begun,
        most,
        failure: None,
    });
    let locked = || desk.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let next = locked().next(task);
            let Some((number, values, samples)) = next else {
                // Others may still finish what lets a trial go on.
                if locked().working.is_empty() {
                    return;
                }
                thread::sleep(LOOK);
                continue;
            };
            let run = || {
                let recipe = task.space.recipe(&values, Some(samples))?;
                trial(&recipe, task.train, task.held_out, task.kernels, &mut |_| {
                    if stop.load(Ordering::Relaxed) { Control::Stop } else { Control::Continue }
                })
            };
            let result = run();
            let mut desk = locked();
            desk.keep(result, (number, values, samples), before + start.elapsed().as_secs_f64());
            if desk.failure.is_some() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..budget.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let mut written = Instant::now();
        while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
            thread::sleep(LOOK);
            let mut desk = locked();
            let part = start.elapsed().as_secs_f64() / budget.time.as_secs_f64().max(1e-9);
            let standing =
                Standing { part: part.min(1.0), begun: desk.begun, best: best(desk.record.trials()) };
            if look(&standing) == Control::Stop {
                stopped.store(true, Ordering::Relaxed);
            }
            if part >= 1.0 || stopped.load(Ordering::Relaxed) {
                stop.store(true, Ordering::Relaxed);
            }
            if written.elapsed() > WRITE {
                if let Err(error) = desk.record.write() {
                    desk.failure.get_or_insert(error);
                    stop.store(true, Ordering::Relaxed);
                }
                written = Instant::now();
            }
        }
    });
    let desk = desk.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    desk.record.write()?;
    match desk.failure {
        Some(error) => Err(error),
        None => Ok(stopped.into_inner()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::run::Wishes;

    #[test]
    fn a_step_has_four_times_the_samples() {
        assert_eq!(rungs(12_000), [750, 3_000, 12_000]);
        assert_eq!(rungs(400_000), [6_250, 25_000, 100_000, 400_000]);
        assert_eq!(rungs(1_999), [1_999]);
    }

    #[test]
    fn a_search_finds_keeps_and_goes_on() {
        let (train, held_out) =
            data::load("mini").expect("it is part of the program").train.head(700).split_tail(100);
        let wishes = Wishes {
            rule: Some("drtp".to_owned()),
            layers: Some(vec![784, 16, 10]),
            epochs: Some(4),
            ..Wishes::default()
        };
        let space = Space::new(wishes, (600, 784, 10)).expect("a recipe");
        let task = Task {
            space: &space,
            train: &train,
            held_out: &held_out,
            kernels: AnyKernels::Scalar,
            defaults: true,
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tune.json");
        let open = |key: &str| Record::open(&path, key.to_owned()).expect("a record");
        let budget = |trials| Budget { time: Duration::from_secs(600), trials: Some(trials), jobs: 1 };
        let mut record = open("a");
        assert!(!search(&task, budget(9), &mut record, &mut |_| Control::Continue).expect("it runs"));
        let steps =
            |record: &Record, samples| record.trials().iter().filter(|t| t.samples == samples).count();
        assert_eq!((steps(&record, 600), steps(&record, 2_400)), (9, 2));
        assert_eq!(record.trials()[0].values, Draw::new(), "the defaults are first");
        assert!(best(record.trials()).is_some_and(|best| best.samples == 2_400));
        // One worker: the same trials again.
        let mut again = Record::open(&folder.path().join("other.json"), "a".to_owned()).expect("a record");
        search(&task, budget(9), &mut again, &mut |_| Control::Continue).expect("it runs");
        let results =
            |record: &Record| record.trials().iter().map(|t| (t.number, t.accuracy)).collect::<Vec<_>>();
        assert_eq!(results(&again), results(&record));
        // It goes on where it was, and another search does not see it.
        let mut later = open("a");
        assert_eq!(later.trials(), record.trials());
        assert!(search(&task, budget(13), &mut later, &mut |_| Control::Stop).expect("it runs"));
        search(&task, budget(13), &mut later, &mut |_| Control::Continue).expect("it runs");
        assert_eq!(steps(&later, 600), 13);
        assert!(open("b").trials().is_empty());
    }
}
