//! From a trained float network to a network of integers that goes on learning, with a report of what that costs.
//!
//! # What the float network is taken for
//!
//! Layer `l` computes `clip(W x + b, 0, 1)`, the output `argmax(W h + b)`, of pixels `x = pixel / 255`: the rate twin of
//! integrate-and-fire neurons of threshold 1 ([`crate::float::Rate`]). A network that was trained with ReLU is scaled to fit
//! that range by data (`balance.rs`).
//!
//! # What becomes of it
//!
//! - Weights are rounded to nearest, ties away from zero, at a binary point of each projection (`fixed.rs`). A weight keeps its
//!   value: 1 is one threshold per spike. On graded input an event of 255 weighs 255/256, so that the currents of the first
//!   layer, bias included, are 255/256 of the float ones; a grid of `2^-fraction` stays exact.
//! - Biases become the bias row. Its line fires once per tick on spike projections, and on graded input carries 255, whose
//!   current lasts: `b` per tick on both.
//! - An integrator that gets `a` per tick for `T` ticks fires `floor(T · a)` times, which is half a spike too few on average. So
//!   every hidden bias gets `1 / 2T` more, unless [`Options::truncate`] is set: `floor(T · a + 1/2)` is the rounded rate. After
//!   Deng & Gu 2021.
//! - A batch norm becomes part of the weights and biases before it (`neuron.rs`). What a file says of spiking neurons (a decay, a
//!   kind of reset) is not carried, and a remark says so.
//! - Of binary points between which rates can show no difference, those are taken with which the hardware of `hebbit fpga` carries
//!   the network (`fpga.rs`).
//! - The plan is that of `hebbit learn --rule burst`: the checkpoint is ready to go on learning.

mod balance;
mod fixed;
mod fpga;
mod measure;
mod names;
mod neuron;
mod npz;
mod pick;
mod report;
mod table;
#[cfg(test)]
mod tests;
mod warn;

pub use crate::error::WeightsError;
pub use report::{EvaluationReport, LayerReport, Order, ProjectionReport, QuantizeReport, SCHEMA, Warning};

use crate::data::{self, Split};
use crate::error::{Error, Result};
use crate::float::{Activation, Dense, Rate};
use crate::run::{self, Note, Origin, Progress, Recipe, WeightWidth, Wishes};
use fixed::Fixed;
use hebbit_core::net::{Connection, Plan};
use hebbit_core::num::BOUND_I16;
use npz::{Source, Sources};
use pick::Known;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use zerocopy::IntoBytes;

/// The share of weights that may be clipped where nothing else is said: one in a thousand.
pub const CLIP: f64 = 0.001;

/// Halvings of the learning rate with which a trained network goes on: as many as a run of `hebbit learn` has made at its end.
/// At the rate that a run begins with, what was trained is soon forgotten.
pub const SETTLED: i32 = 4;

/// What to quantize, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The NPZ file.
    pub weights: PathBuf,
    /// Lines and neurons, the input first; empty: as the arrays have it.
    pub layers: Vec<u16>,
    /// How wide weights become.
    pub width: WeightWidth,
    /// Ticks per sample.
    pub ticks: u16,
    /// Data set to balance on (its training part) and to evaluate with (its test part).
    pub data: Option<String>,
    /// Greatest magnitude of a raw weight. None: 127 or 8191, or less where sums could not be proved.
    pub bound: Option<i16>,
    /// What the network was trained with.
    pub activation: Activation,
    /// Whether square matrices are [out, in]. Without it they are as the others of the file, or [in, out].
    pub transposed: bool,
    /// Greatest share of a projection's weights that may be clipped, 0 to 1.
    pub clip: f64,
    /// Whether hidden neurons fire `floor(T · a)` times instead of `floor(T · a + 1/2)`.
    pub truncate: bool,
    /// Learning rate of each projection for going on, `2^-rate`. None: [`SETTLED`] below the defaults of `hebbit learn`.
    pub rate: Option<Vec<i32>>,
    /// Seed of what is drawn when it goes on learning.
    pub seed: u64,
}

impl Options {
    /// 16-bit weights, 8 ticks, everything else as it is mostly wanted.
    pub fn new(weights: impl Into<PathBuf>, layers: &[u16]) -> Self {
        Self {
            weights: weights.into(),
            layers: layers.to_vec(),
            width: WeightWidth::I16,
            ticks: 8,
            data: None,
            bound: None,
            activation: Activation::Clip,
            transposed: false,
            clip: CLIP,
            truncate: false,
            rate: None,
            seed: 1,
        }
    }
}

/// Quantizes a network: the checkpoint, and what it cost.
///
/// # Errors
/// A file that cannot be read or holds other weights, options out of range, sums that may not fit, data of another shape.
pub fn quantize(options: &Options) -> Result<(Vec<u8>, QuantizeReport)> {
    let bytes = npz::bytes(&options.weights)?;
    let split = options.data.as_deref().map(data::load_floats).transpose()?;
    quantize_bytes(options, &bytes, split.as_ref())
}

/// The same, file and data in memory.
///
/// # Errors
/// Those of [`quantize`].
pub fn quantize_bytes(
    options: &Options,
    bytes: &[u8],
    split: Option<&Split>,
) -> Result<(Vec<u8>, QuantizeReport)> {
    check(options)?;
    let data = split.map(|split| (split.train.width(), split.train.classes()));
    let known = Known { layers: &options.layers, transposed: options.transposed, data };
    let Sources { layers, projections: sources, mut remarks } = npz::read(&options.weights, bytes, known)?;
    let options = &Options { layers, ..options.clone() };
    let recipe = recipe(options, split)?;
    let layers: Vec<Dense> = sources.iter().map(|s| s.dense.clone()).collect();
    let original = Rate { layers, activation: options.activation };
    let mut twin = original.clone();
    let factors = match split {
        Some(split) => balance::balance(&mut twin, &split.train),
        None => vec![1.0; sources.len()],
    };
    twin.activation = Activation::Clip;
    let balanced_on =
        factors.iter().any(|f| *f != 1.0).then(|| split.map(|s| s.train.name.clone())).flatten();

    let (plan, fixed) = fix(options, &recipe, &twin, &mut remarks)?;
    let mut note = Note::new(None, Progress::default());
    let file = options.weights.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let activation = options.activation.to_string();
    note.quantized = Some(Origin {
        file: file.clone(),
        sha256,
        activation: activation.clone(),
        balanced_on: balanced_on.clone(),
    });
    let mut words = matrices(&plan, &fixed);
    let mut checkpoint = run::store(plan.clone(), &mut words, &note)?;
    if let Some(split) = split {
        checkpoint = run::with_schema(checkpoint, &split.train)?;
    }

    let projection = |p: usize| describe(&plan, p, &sources[p], &twin.layers[p], &fixed[p], factors[p]);
    let evaluation = split.map(|split| {
        measure::measure(&checkpoint, options.ticks, &original, &twin, &split.test)
            .map_err(|error| Error::Internal { message: error.to_string() })
    });
    let mut report = QuantizeReport {
        schema: SCHEMA,
        file,
        layers: recipe.layer_list(),
        weights: options.width.to_string(),
        ticks: options.ticks,
        activation,
        balanced_on,
        clip_percent: 100.0 * options.clip,
        parameters: plan.parameters(),
        checkpoint_bytes: checkpoint.len(),
        projections: (0..fixed.len()).map(projection).collect(),
        evaluation: evaluation.transpose()?,
        fpga: fpga::designs(&plan),
        remarks,
        warnings: Vec::new(),
    };
    report.warnings = warn::warnings(&report);
    Ok((checkpoint, report))
}

/// Refuses options that no network can have.
fn check(options: &Options) -> Result<()> {
    if options.layers.len() == 1 {
        let message = format!("{} layers: a network has 2 to 16", options.layers.len());
        return Err(Error::usage(message, "write the input first: 784-128-10"));
    }
    if !(0.0..=1.0).contains(&options.clip) {
        return Err(Error::usage(format!("a share of {} may be clipped", options.clip), "give 0 to 1"));
    }
    Ok(())
}

/// The recipe whose plan the network gets. It is not stored: nobody learned by it.
fn recipe(options: &Options, split: Option<&Split>) -> Result<Recipe> {
    let own = (usize::from(options.layers[0]), usize::from(options.layers[options.layers.len() - 1]));
    let (width, classes) = split.map_or(own, |split| (split.train.width(), split.train.classes()));
    // The default of learning follows the width of the input; here each projection gets what can be proved.
    let most = (options.width == WeightWidth::I16).then_some(BOUND_I16);
    let bound = options.bound.or(most).map(|bound| ("bound".to_owned(), i64::from(bound)));
    let wishes = Wishes {
        data: options.data.clone(),
        layers: Some(options.layers.clone()),
        weights: Some(options.width),
        ticks: Some(options.ticks),
        decay: Some(0),
        rate: options.rate.clone(),
        seed: Some(options.seed),
        settings: bound.into_iter().collect(),
        ..Wishes::default()
    };
    let mut recipe = wishes.recipe(0, width, classes)?;
    if options.rate.is_none() {
        recipe.rate.iter_mut().for_each(|rate| *rate += SETTLED);
    }
    Ok(recipe)
}

/// Every projection in integers, and the plan that has their binary points.
fn fix(
    options: &Options,
    recipe: &Recipe,
    twin: &Rate,
    remarks: &mut Vec<String>,
) -> Result<(Plan, Vec<Fixed>)> {
    let mut plan = run::plan(recipe)?;
    if options.bound.is_some_and(|bound| bound < 1) {
        return Err(Error::usage("a bound below 1 leaves no weight", "give 1 or more"));
    }
    let mut all = Vec::new();
    for (p, dense) in twin.layers.iter().enumerate() {
        let (graded, format) = (plan.layers[p].graded(), plan.format);
        let adjust = |projection| {
            let projection = run::with_fraction(recipe, projection, graded, format);
            // A binary point far to the left must not be refused for its learning rate.
            Connection { rate: projection.rate.clamp(-16, 15), ..projection }
        };
        let mut dense = dense.clone();
        if !options.truncate && p + 1 < twin.layers.len() {
            dense.bias.iter_mut().for_each(|b| *b += 0.5 / f64::from(options.ticks));
        }
        let enough = fpga::enough_db(options.ticks);
        let lower = options.bound.is_none();
        let Some(choice) = fixed::choose(&plan, p, &dense, options.clip, lower, enough, adjust) else {
            let problem = plan.check().map_or_else(|e| e.to_string(), |()| "no binary point fits".into());
            let message = format!("projection {p} cannot run at any binary point: {problem}");
            return Err(Error::usage(message, "give a smaller [bound], or none"));
        };
        plan.projections[p] = choice.best.plan;
        all.push(choice);
    }
    remarks.extend(fpga::prefer(&mut plan, &mut all));
    Ok((plan, all.into_iter().map(|choice| choice.best).collect()))
}

/// The weights as a checkpoint has them.
fn matrices(plan: &Plan, fixed: &[Fixed]) -> Vec<u64> {
    let mut words = vec![0_u64; plan.weight_bytes().div_ceil(8)];
    let mut bytes = words.as_mut_bytes();
    for (projection, fixed) in plan.projections.iter().zip(fixed) {
        let (own, rest) = std::mem::take(&mut bytes).split_at_mut(plan.projection_bytes(projection));
        bytes = rest;
        let columns = plan.layers[usize::from(projection.post)].len();
        for (i, &w) in fixed.raw.iter().enumerate() {
            run::put(own, plan.format, i / columns * plan.width(projection) + i % columns, w);
        }
    }
    words
}

fn describe(
    plan: &Plan,
    p: usize,
    source: &Source,
    dense: &Dense,
    fixed: &Fixed,
    factor: f64,
) -> ProjectionReport {
    ProjectionReport {
        projection: p,
        rows: dense.rows,
        columns: dense.columns,
        weights: source.weights.clone(),
        order: source.order,
        bias: source.bias.clone(),
        norm: source.norm.clone(),
        factor,
        fraction_bits: fixed.plan.fraction,
        bound: fixed.plan.high,
        clipped: fixed.clipped,
        clipped_percent: run::percent(fixed.clipped as u64, fixed.raw.len() as u64),
        zeroed: fixed.zeroed,
        greatest: dense.numbers().map(f64::abs).fold(0.0, f64::max),
        greatest_raw: fixed.greatest(),
        sqnr_db: fixed.sqnr_db,
        bytes: plan.projection_bytes(&fixed.plan),
    }
}
