//! Jobs of the rows that measure something of their own.

use super::angle::{angles, compare};
use super::claim::taught_by;
use super::jobs::{Column, Curve, Job, Learned, Number, Outcome, Watch, learn, width};
use super::rows::Measure;
use super::scope::Scope;
use super::{pairing, silence, surrogate};
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Feedback, Recipe, build};
use hebbit_core::signal::Teacher;

/// Layers of weights of the networks of `depth`.
const DEPTHS: std::ops::RangeInclusive<usize> = 2..=5;
/// Greatest difference of the pairing curves, in percent.
const PAIRING: f64 = 10.0;
/// Greatest apical potential without a teacher that is still small, in percent of that with one.
const SILENT: f64 = 50.0;

/// Does it. None if it was stopped.
pub(super) fn run(job: &Job, scope: &Scope, kernels: AnyKernels, watch: &Watch) -> Result<Option<Outcome>> {
    match job.row.measure {
        Measure::Pairing => pairing().map(Some),
        Measure::Depth => depth(job, scope, kernels, watch),
        Measure::Claim => claim(job, scope, kernels, watch),
        _ => surrogates(job, scope, kernels, watch),
    }
}

impl Number {
    fn of(name: impl Into<String>, value: Option<f64>) -> Self {
        Self { name: name.into(), value, ..Self::default() }
    }

    /// Should be below `limit`.
    fn below(self, limit: f64) -> Self {
        let holds = self.value.map(|value| value < limit);
        Self { wanted: format!("< {limit}"), holds, ..self }
    }
}

fn pairing() -> Result<Outcome> {
    let curve = pairing::curve()?;
    let greatest = Number::of("greatest relative difference, %", Some(pairing::difference(&curve)));
    let line = |lag: i32, name: &str, of: fn(&pairing::Point) -> f64| Curve {
        name: format!("{name}, {lag:+} ms"),
        over: "pairs per second".to_owned(),
        points: curve.iter().filter(|p| p.lag == lag).map(|p| (f64::from(p.hz), of(p))).collect(),
    };
    let both = |lag| [line(lag, "integers", |p| p.integers), line(lag, "float twin", |p| p.float)];
    let curves = pairing::LAGS.into_iter().flat_map(both).collect();
    Ok(Outcome { numbers: vec![greatest.below(PAIRING)], curves, ..Outcome::default() })
}

/// The row with other feedback or widths, learned briefly (without a teacher, where it is about what happens then); its
/// recipe and both checkpoints.
struct Brief {
    recipe: Recipe,
    start: Vec<u8>,
    learned: Vec<u8>,
}

fn brief(
    (job, scope, kernels, watch): (&Job, &Scope, AnyKernels, &Watch),
    change: impl FnOnce(&mut Recipe),
) -> Result<Option<Brief>> {
    let train = scope.brief();
    let mut recipe = scope.recipe(job.row, &train, width(Column::I16), job.seed)?;
    change(&mut recipe);
    let start = build(&recipe)?;
    let alone = job.row.measure == Measure::Claim;
    let first = if alone { taught_by(&start, Teacher::None)? } else { start.clone() };
    let learned = learn(&recipe, &first, &train, kernels, watch, &mut |_, _| Ok(()))?;
    let Some(Learned { bytes, .. }) = learned else { return Ok(None) };
    let learned = if alone { taught_by(&bytes, Teacher::Error)? } else { bytes };
    Ok(Some(Brief { recipe, start, learned }))
}

fn depth(job: &Job, scope: &Scope, kernels: AnyKernels, watch: &Watch) -> Result<Option<Outcome>> {
    let mut outcome = Outcome::default();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for depth in DEPTHS {
        let deeper = |recipe: &mut Recipe| {
            let (wide, rate) = (job.row.hidden[0], recipe.rate[0]);
            let (first, last) = (recipe.layers[0], recipe.layers[recipe.layers.len() - 1]);
            recipe.layers = [vec![first], vec![wide; depth - 1], vec![last]].concat();
            recipe.rate = vec![rate; depth];
        };
        let Some(net) = brief((job, scope, kernels, watch), deeper)? else { return Ok(None) };
        for (bytes, points) in [(&net.start, &mut before), (&net.learned, &mut after)] {
            let angle = angles(bytes, &net.recipe, &scope.train, scope.measured(), kernels)?;
            points.extend(angle.first().copied().flatten().map(|angle| (depth as f64, angle)));
            if std::ptr::eq(bytes, &net.learned) {
                let name = format!("angle at layer 1 of {depth}, degrees");
                outcome.numbers.push(Number::of(name, angle.first().copied().flatten()).below(90.0));
            }
        }
    }
    let over = "layers of weights".to_owned();
    let named = |name: &str, points| Curve { name: name.to_owned(), over: over.clone(), points };
    outcome.curves =
        vec![named("angle before learning", before), named("angle of the learned network", after)];
    Ok(Some(outcome))
}

/// Forward weights learn at `2^-STILL`: as good as not at all.
const STILL: i32 = 10;
/// Learning rate `2^-HOMEOSTASIS` of Q.
const HOMEOSTASIS: i64 = 6;

fn claim(job: &Job, scope: &Scope, kernels: AnyKernels, watch: &Watch) -> Result<Option<Outcome>> {
    let mut outcome = Outcome::default();
    for feedback in [Feedback::Tied, Feedback::Random] {
        let baseline = |recipe: &mut Recipe| {
            recipe.feedback = feedback;
            recipe.settings.insert("learned-baseline".to_owned(), 1);
            recipe.settings.insert("feedback-rate".to_owned(), HOMEOSTASIS);
            recipe.rate.fill(STILL);
        };
        let Some(net) = brief((job, scope, kernels, watch), baseline)? else { return Ok(None) };
        let aligned = feedback == Feedback::Random;
        let against = if aligned { "feedback alignment" } else { "backprop" };
        for (when, bytes) in [("random Q", &net.start), ("learned Q", &net.learned)] {
            let learned = when == "learned Q";
            let silent = silence(bytes, &scope.test, scope.measured(), kernels)?;
            let name =
                format!("{feedback} Y, {when}: apical potential without a teacher, % of that with one");
            let number = Number::of(name, Some(silent));
            outcome.numbers.push(if learned { number.below(SILENT) } else { number });
            let angles = compare(bytes, &net.recipe, &scope.test, scope.measured(), kernels, aligned)?;
            for (l, angle) in angles.into_iter().enumerate() {
                let name = format!("{feedback} Y, {when}: angle to {against} at layer {}, degrees", l + 1);
                let number = Number::of(name, angle);
                outcome.numbers.push(if learned { number.below(90.0) } else { number });
            }
        }
    }
    Ok(Some(outcome))
}

fn surrogates(job: &Job, scope: &Scope, kernels: AnyKernels, watch: &Watch) -> Result<Option<Outcome>> {
    let recipe = scope.recipe(job.row, &scope.train, width(job.column), job.seed)?;
    let start = build(&recipe)?;
    let measured = |bytes: &[u8]| surrogate::measure(bytes, &scope.test, scope.measured(), kernels);
    let mut seen = vec![measured(&start)?];
    let mut each = |_: u32, bytes: &[u8]| {
        seen.push(measured(bytes)?);
        Ok(())
    };
    if learn(&recipe, &start, &scope.train, kernels, watch, &mut each)?.is_none() {
        return Ok(None);
    }
    let curve = |name: &str, of: fn(&surrogate::Surrogate) -> f64| Curve {
        name: name.to_owned(),
        over: "epochs".to_owned(),
        points: seen.iter().enumerate().map(|(epoch, s)| (epoch as f64, of(s))).collect(),
    };
    let curves = vec![
        curve("inference latency, ticks", |s| s.latency),
        curve("top-down feedback, thresholds", |s| s.feedback),
    ];
    let falls = |curve: &Curve| {
        let ends =
            [curve.points.first(), curve.points.last()].map(|point| point.map_or(0.0, |point| point.1));
        let kept = (ends[0] > 0.0).then(|| 100.0 * ends[1] / ends[0]);
        Number::of(format!("{}: last of first, %", curve.name), kept).below(100.0)
    };
    Ok(Some(Outcome { numbers: curves.iter().map(falls).collect(), curves, ..Outcome::default() }))
}
