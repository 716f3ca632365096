//! One job: a row, a column, a seed. What it is and what it costs.

use super::rows::{Measure, Row};
use super::scope::Scope;
use hebbit::data::Dataset;
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Control, Progress, Recipe, WeightWidth, learn_whole};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Who learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// Backpropagation in floats.
    Backprop,
    /// The rule in floats.
    Twin,
    /// The rule in integers, weights of 16 bits.
    I16,
    /// The rule in integers, weights of 8 bits.
    I8,
}

impl Column {
    /// Whether it is worth several seeds: what is claimed, and what it is compared with.
    const fn varies(self) -> bool {
        matches!(self, Self::I16 | Self::Backprop)
    }
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Backprop => "backprop",
            Self::Twin => "float twin",
            Self::I16 => "i16",
            Self::I8 => "i8",
        })
    }
}

/// A row, a column, a seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// Which row.
    pub row: &'static Row,
    /// Who learns.
    pub column: Column,
    /// Seed of weights and order.
    pub seed: u64,
}

/// A number that a row of its own measure gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// What it is, with its unit.
    pub name: String,
    /// The number; none where there is nothing to measure.
    pub value: Option<f64>,
    /// What it should be, for people: "< 10".
    pub wanted: String,
    /// Whether it is.
    pub holds: Option<bool>,
}

/// Numbers over epochs or another axis.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// What it is, with its unit.
    pub name: String,
    /// Name of the other axis.
    pub over: String,
    /// Points.
    pub points: Vec<(f64, f64)>,
}

/// What came of a job. What it does not measure is missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Percent right of the test samples.
    pub accuracy: Option<f64>,
    /// Samples learned per second, with other jobs at the same time.
    pub samples_per_second: Option<f64>,
    /// Bytes of state beside the weights.
    pub state_bytes: Option<usize>,
    /// Ticks of a sample when it is learned.
    pub ticks: Option<f64>,
    /// Spikes or graded events of all neurons per classified sample.
    pub spikes: Option<f64>,
    /// Angle to backprop of every layer in degrees, before learning.
    pub angles_before: Vec<Option<f64>>,
    /// The same of the learned network.
    pub angles: Vec<Option<f64>>,
    /// Numbers of rows with their own measure.
    pub numbers: Vec<Number>,
    /// Curves likewise.
    pub curves: Vec<Curve>,
}

/// How far a job is, and whether it shall go on.
#[derive(Debug, Default)]
pub struct Watch {
    /// Parts of a million.
    done: AtomicU64,
    stop: AtomicBool,
}

impl Watch {
    /// Notes how far it is; returns whether it shall stop.
    pub fn at(&self, done: u64, of: u64) -> bool {
        self.done.store(done * 1_000_000 / of.max(1), Ordering::Relaxed);
        self.stop.load(Ordering::Relaxed)
    }

    /// Asks the job to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// 0 to 1.
    pub fn part(&self) -> f64 {
        self.done.load(Ordering::Relaxed) as f64 / 1e6
    }
}

/// Every job of some rows: all rows with seed 1 first, then the columns that vary with the other seeds.
pub fn jobs(rows: &[&'static Row], scope: &Scope) -> Vec<Job> {
    let columns = |row: &Row| match row.measure {
        Measure::Accuracy => vec![Column::I16, Column::I8, Column::Backprop, Column::Twin],
        Measure::Alone => vec![Column::I16, Column::I8],
        _ => vec![Column::I16],
    };
    let mut all = Vec::new();
    for seed in 1..=scope.seeds {
        for &row in rows {
            let more = |column: &Column| seed == 1 || (row.measure != Measure::Pairing && column.varies());
            all.extend(columns(row).into_iter().filter(more).map(|column| Job { row, column, seed }));
        }
    }
    all
}

impl Job {
    /// For people: `dfa i16, seed 1`.
    pub fn name(&self) -> String {
        format!("{} {}, seed {}", self.row.name, self.column, self.seed)
    }

    /// About how long it takes, in some unit.
    pub fn cost(&self, scope: &Scope) -> f64 {
        let layers = self.row.layers(scope.train.width(), scope.train.classes());
        let weights: f64 = layers.windows(2).map(|pair| f64::from(pair[0]) * f64::from(pair[1])).sum();
        let samples = match self.row.measure {
            Measure::Pairing => return 1e6,
            Measure::Depth | Measure::Claim => 4.0 * scope.brief().len() as f64,
            _ => f64::from(self.row.epochs(scope.quick)) * scope.train.len() as f64,
        };
        let each = match (self.column, self.row.rule) {
            (Column::Backprop, _) => 0.5,
            (Column::Twin, "microcircuit" | "dh-equilibrium") => 4.0,
            (Column::Twin, _) => 2.0,
            (_, "stdp") => 2.0,
            _ => 1.0,
        };
        each * samples * weights
    }
}

pub(super) fn width(column: Column) -> WeightWidth {
    if column == Column::I8 { WeightWidth::I8 } else { WeightWidth::I16 }
}

/// A network that has learned.
pub(super) struct Learned {
    pub(super) bytes: Vec<u8>,
    pub(super) took: Duration,
}

/// Learns a whole recipe from `start`; `each` looks at the network after each epoch. None if it was stopped.
pub(super) fn learn(
    recipe: &Recipe,
    start: &[u8],
    train: &Dataset,
    kernels: AnyKernels,
    watch: &Watch,
    each: &mut dyn FnMut(u32, &[u8]) -> Result<()>,
) -> Result<Option<Learned>> {
    let total = recipe.total(train.len());
    let mut look = |progress: &Progress| match watch.at(progress.samples, total) {
        true => Control::Stop,
        false => Control::Continue,
    };
    let (mut began, mut took, mut epoch) = (Instant::now(), Duration::ZERO, 0);
    let learned = learn_whole(recipe, start, train, kernels, &mut look, &mut |trainer| {
        took += began.elapsed();
        epoch += 1;
        each(epoch, &trainer.checkpoint()?)?;
        began = Instant::now();
        Ok(())
    })?;
    Ok(learned.map(|bytes| Learned { bytes, took }))
}
