//! What the outcomes say, row by row: means over seeds, with their spread.

use super::jobs::{Column, Curve, Job, Number, Outcome};
use super::rows::{Measure, Row};
use super::scope::Scope;
use super::state::State;
use hebbit::error::Result;
use serde::Serialize;

/// Mean and spread over seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cell {
    /// Mean.
    pub mean: f64,
    /// Least.
    pub least: f64,
    /// Greatest.
    pub greatest: f64,
    /// How many seeds.
    pub seeds: usize,
}

impl Cell {
    /// Of some values; none of nothing.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.into_iter().collect();
        let seeds = values.len();
        (seeds > 0).then(|| Self {
            mean: values.iter().sum::<f64>() / seeds as f64,
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            greatest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            seeds,
        })
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Name of the row.
    pub name: &'static str,
    /// The paper and its figure.
    pub paper: &'static str,
    /// The setting of that figure.
    pub setting: &'static str,
    /// Learning rule, and its form if it is not the default.
    pub rule: String,
    /// Lines and neurons.
    pub layers: String,
    /// Passes over the training samples.
    pub epochs: u32,
    /// Percent right of backprop, of the float twin, of integers with weights of 16 and of 8 bits.
    pub backprop: Option<Cell>,
    /// The rule in floats.
    pub twin: Option<Cell>,
    /// 16 bits.
    pub i16: Option<Cell>,
    /// 8 bits.
    pub i8: Option<Cell>,
    /// Percent that the 16-bit weights should reach, and whether they do.
    pub wanted: Option<f64>,
    /// Whether they do.
    pub holds: Option<bool>,
    /// Mean angle to backprop of each layer of weights before learning, in degrees.
    pub angles_before: Vec<Option<f64>>,
    /// The same of the learned network.
    pub angles: Vec<Option<f64>>,
    /// Samples that the 16-bit network learns per second.
    pub samples_per_second: Option<f64>,
    /// Bytes of its state beside the weights.
    pub state_bytes: Option<usize>,
    /// Ticks of a sample when it is learned.
    pub ticks: Option<f64>,
    /// Spikes or graded events of all neurons per sample.
    pub spikes: Option<f64>,
    /// Numbers of a row of its own measure, means over seeds.
    pub numbers: Vec<Number>,
    /// Its curves, means over seeds.
    pub curves: Vec<Curve>,
    /// Jobs that are done, and all.
    pub jobs: (usize, usize),
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Version of this document.
    pub schema: u32,
    /// The command.
    pub command: String,
    /// Version of Hebbit.
    pub version: &'static str,
    /// Data set.
    pub data: String,
    /// Whether only a small part of it was used.
    pub quick: bool,
    /// Samples to learn from and to test with.
    pub samples: (usize, usize),
    /// Seeds 1 to this.
    pub seeds: u64,
    /// Samples that angles are measured on.
    pub measured: usize,
    /// Jobs at the same time.
    pub threads: usize,
    /// Rows.
    pub rows: Vec<Line>,
}

impl Document {
    /// The table of some jobs as far as they are done.
    ///
    /// # Errors
    /// Data that a row's network does not fit.
    pub fn new(command: String, all: &[Job], scope: &Scope, state: &State, threads: usize) -> Result<Self> {
        let mut named: Vec<&'static Row> = Vec::new();
        for job in all {
            if !named.iter().any(|row| row.name == job.row.name) {
                named.push(job.row);
            }
        }
        let rows = named.into_iter().map(|row| line(row, all, scope, state)).collect::<Result<_>>()?;
        Ok(Self {
            schema: 1,
            command,
            version: env!("CARGO_PKG_VERSION"),
            data: scope.data.clone(),
            quick: scope.quick,
            samples: (scope.train.len(), scope.test.len()),
            seeds: scope.seeds,
            measured: scope.measured(),
            threads,
            rows,
        })
    }
}

fn line(row: &'static Row, all: &[Job], scope: &Scope, state: &State) -> Result<Line> {
    let mut outcomes = Vec::new();
    let mut jobs = (0, 0);
    for job in all.iter().filter(|job| job.row.name == row.name) {
        let outcome = state.outcome(job, scope)?;
        jobs = (jobs.0 + usize::from(outcome.is_some()), jobs.1 + 1);
        outcomes.extend(outcome.map(|outcome| (job.column, outcome)));
    }
    let of = |column: Column| outcomes.iter().filter(move |o| o.0 == column).map(|o| o.1);
    let right = |column: Column| Cell::of(of(column).filter_map(|outcome| outcome.accuracy));
    let mean = |f: fn(&Outcome) -> Option<f64>| Cell::of(of(Column::I16).filter_map(f)).map(|cell| cell.mean);
    let i16 = right(Column::I16);
    let form = if row.form.is_empty() { String::new() } else { format!(" ({})", row.form) };
    let layers = row.layers(
        scope.train.width(),
        if row.classes.is_empty() { scope.train.classes() } else { row.classes.len() },
    );
    let shown = row.measure != Measure::Pairing;
    Ok(Line {
        name: row.name,
        paper: row.paper,
        setting: row.setting,
        rule: format!("{}{form}", row.rule),
        layers: if shown {
            layers.iter().map(u16::to_string).collect::<Vec<_>>().join("-")
        } else {
            "1-1".into()
        },
        epochs: if shown { row.epochs(scope.quick) } else { 1 },
        backprop: right(Column::Backprop),
        twin: right(Column::Twin),
        i16,
        i8: right(Column::I8),
        wanted: row.wanted,
        holds: row.wanted.zip(i16).map(|(wanted, cell)| cell.mean >= wanted),
        angles_before: by_layer(of(Column::I16).map(|outcome| &outcome.angles_before[..])),
        angles: by_layer(of(Column::I16).map(|outcome| &outcome.angles[..])),
        samples_per_second: mean(|outcome| outcome.samples_per_second),
        state_bytes: of(Column::I16).find_map(|outcome| outcome.state_bytes),
        ticks: mean(|outcome| outcome.ticks),
        spikes: mean(|outcome| outcome.spikes),
        numbers: numbers(&of(Column::I16).collect::<Vec<_>>()),
        curves: curves(&of(Column::I16).collect::<Vec<_>>()),
        jobs,
    })
}

fn by_layer<'o>(all: impl Iterator<Item = &'o [Option<f64>]>) -> Vec<Option<f64>> {
    let all: Vec<&[Option<f64>]> = all.collect();
    let layers = all.iter().map(|angles| angles.len()).max().unwrap_or(0);
    let mean = |l: usize| Cell::of(all.iter().filter_map(|angles| angles.get(l).copied().flatten()));
    (0..layers).map(|l| mean(l).map(|cell| cell.mean)).collect()
}

/// The numbers of the first seed, values averaged over all; one holds if it holds for every seed.
fn numbers(all: &[&Outcome]) -> Vec<Number> {
    let Some(first) = all.first() else { return Vec::new() };
    let one = |(i, number): (usize, &Number)| {
        let same: Vec<&Number> = all.iter().filter_map(|outcome| outcome.numbers.get(i)).collect();
        let value = Cell::of(same.iter().filter_map(|number| number.value)).map(|cell| cell.mean);
        let holds = number.holds.map(|_| same.iter().all(|number| number.holds == Some(true)));
        Number { value, holds, ..number.clone() }
    };
    first.numbers.iter().enumerate().map(one).collect()
}

fn curves(all: &[&Outcome]) -> Vec<Curve> {
    let Some(first) = all.first() else { return Vec::new() };
    let one = |(c, curve): (usize, &Curve)| {
        let mean = |(i, &(x, y)): (usize, &(f64, f64))| {
            let same = all.iter().filter_map(|outcome| outcome.curves.get(c)?.points.get(i).map(|p| p.1));
            (x, Cell::of(same).map_or(y, |cell| cell.mean))
        };
        Curve { points: curve.points.iter().enumerate().map(mean).collect(), ..curve.clone() }
    };
    first.curves.iter().enumerate().map(one).collect()
}
