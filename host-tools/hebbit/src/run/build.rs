//! From a recipe to a network: plan and initial weights. Integers only, so that every machine builds the same bits.

use super::recipe::{Encoding, Note, Progress, Readout, Recipe};
use super::rules::{self, Cell, HostRule};
use crate::data::Dataset;
use crate::engine::CoreEngine;
use crate::error::{Error, Result};
use crate::kernels::AnyKernels;
use hebbit_core::checkpoint;
use hebbit_core::encode::{Answering, AnyEncoder, Params as EncoderParams};
use hebbit_core::net::{
    Connection, Counters, LayerKind, LayerPlan, Memory, Network, Plan, Scalar, ShapeError, WeightFormat,
};
use hebbit_core::num::{Count, KeyedRng, stream};
use zerocopy::IntoBytes;

/// The untrained network of a recipe, as a checkpoint.
///
/// # Errors
/// Settings out of range, sums that may not fit.
pub fn build(recipe: &Recipe) -> Result<Vec<u8>> {
    let plan = plan(recipe)?;
    plan.check().map_err(|error| {
        let help = match error {
            ShapeError::SumTooWide { .. } => "lower the bound of weights: [bound=N]",
            ShapeError::Projection(_) => {
                "change [rate] or [fraction]: a learning rate must fit 2^-16 to 2^15"
            }
            ShapeError::Feedback(_) => {
                "this feedback takes fewer neurons in the layer that it comes from; try [feedback=sign]"
            }
            ShapeError::TooLarge { .. } => "give fewer neurons: [layers]",
            _ => "change [layers], [ticks] or the rule's settings",
        };
        Error::usage(format!("this network cannot run: {error}"), help)
    })?;
    let mut weights = vec![0_u64; plan.weight_bytes().div_ceil(8)];
    fill(recipe, rules::rule(&recipe.rule)?, &plan, weights.as_mut_bytes());
    store(plan, &mut weights, &Note::new(Some(recipe.clone()), Progress::default()))
}

/// The untrained network of a recipe, with what the values and classes of a set mean.
///
/// # Errors
/// Those of [`build`].
pub fn build_for(recipe: &Recipe, set: &Dataset) -> Result<Vec<u8>> {
    with_schema(build(recipe)?, set)
}

/// A network with what the values and classes of a set mean.
///
/// # Errors
/// A set that does not fit the network.
pub fn with_schema(bytes: Vec<u8>, set: &Dataset) -> Result<Vec<u8>> {
    let Some(schema) = &set.schema else { return Ok(bytes) };
    let mut engine = CoreEngine::new(&bytes, AnyKernels::Scalar)?;
    engine.set_schema(schema.bytes())?;
    Ok(engine.checkpoint(engine.note())?)
}

/// A plan with its weights, as a checkpoint.
///
/// # Errors
/// A plan that the core refuses.
pub fn store(plan: Plan, weights: &mut [u64], note: &Note) -> Result<Vec<u8>> {
    let mut arena = vec![0_u64; Network::<Scalar>::arena_bytes(&plan).div_ceil(8)];
    let (weights, arena) = (weights.as_mut_bytes(), arena.as_mut_bytes());
    let memory = Memory { weights, labels: &[], schema: &[], arena };
    let internal = |message: String| Error::Internal { message };
    let network = Network::new(plan, memory, Scalar).map_err(|e| internal(e.to_string()))?;
    let note = note.to_bytes();
    let mut bytes = vec![0; checkpoint::bytes(network.plan(), 0, note.len(), 0)];
    checkpoint::save(&network, &[], &note, &[], &mut bytes).map_err(|e| internal(e.to_string()))?;
    Ok(bytes)
}

/// The plan of a recipe, not yet checked.
pub(crate) fn plan(recipe: &Recipe) -> Result<Plan> {
    let host = rules::rule(&recipe.rule)?;
    let mut plan = Plan {
        seed: recipe.seed,
        format: recipe.weights.format(),
        rule: host.rule(recipe),
        others: Default::default(),
        answering: match recipe.readout {
            Readout::Count => Answering::Count,
            Readout::First => Answering::First,
            Readout::Membrane => Answering::Membrane,
        },
        halve_every: recipe.decay,
        layers: Default::default(),
        projections: Default::default(),
        feedback: Default::default(),
        windows: Default::default(),
        counters: Counters::default(),
        life: Default::default(),
        lived: Default::default(),
    };
    let full = || Error::usage("too many layers", "at most 16");
    for window in host.windows(recipe) {
        plan.windows.push(window).map_err(|_| full())?;
    }
    let output = recipe.layers.len() - 1;
    for (l, &neurons) in recipe.layers.iter().enumerate() {
        let layer = if l == 0 {
            LayerPlan::new(LayerKind::Input(encoder(recipe)), neurons)
        } else {
            let Cell { neuron, winner_take_all, coupling } = host.cell(recipe, l == output);
            LayerPlan { winner_take_all, coupling, ..LayerPlan::new(LayerKind::Neurons(neuron), neurons) }
        };
        plan.layers.push(layer).map_err(|_| full())?;
    }
    for p in 0..output {
        let projection = projection(recipe, host, &plan, p)?;
        plan.projections.push(projection).map_err(|_| full())?;
    }
    for l in 1..output {
        for feedback in host.feedback(recipe, l as u16) {
            let feedback = Connection { post: l as u16, ..feedback };
            plan.feedback.push(feedback).map_err(|_| Error::usage("too many feedbacks", "at most 16"))?;
        }
    }
    Ok(plan)
}

fn small(recipe: &Recipe, name: &str, max: i64) -> Result<u16> {
    let value = recipe.setting(name);
    u16::try_from(value).ok().filter(|_| value <= max).ok_or_else(|| {
        Error::usage(format!("setting {name} = {value} is out of range"), format!("give 0 to {max}"))
    })
}

fn encoder(recipe: &Recipe) -> AnyEncoder {
    let word = |name| Count::from_bits(recipe.setting(name).clamp(0, 65_535) as u16);
    let params = EncoderParams { minimum: word("minimum"), norm: word("norm") };
    match recipe.encoder {
        Encoding::Graded => AnyEncoder::Graded(params),
        Encoding::Rate => AnyEncoder::Rate(params),
        Encoding::Poisson => AnyEncoder::Poisson(params),
        Encoding::Latency => AnyEncoder::Latency(params),
    }
}

fn projection(recipe: &Recipe, host: &dyn HostRule, plan: &Plan, p: usize) -> Result<Connection> {
    let fraction = small(recipe, if p == 0 { "fraction" } else { "fraction-above" }, 15)?;
    let high = small(recipe, "bound", i64::from(plan.format.max()))? as i16;
    let graded = plan.layers.get(p).is_some_and(LayerPlan::graded);
    let pre = p as u16;
    let base = Connection {
        pre,
        post: pre + 1,
        fraction,
        low: -high,
        high,
        bias: true,
        plastic: true,
        ..Connection::default()
    };
    Ok(host.projection(recipe, base, graded, plan.format))
}

/// Draws the initial weights.
fn fill(recipe: &Recipe, host: &dyn HostRule, plan: &Plan, mut bytes: &mut [u8]) {
    for (p, projection) in plan.projections.iter().enumerate() {
        let (own, rest) = std::mem::take(&mut bytes).split_at_mut(plan.projection_bytes(projection));
        bytes = rest;
        let mut rng = KeyedRng::new(0, stream::WEIGHTS + p as u32, recipe.seed);
        let rows = plan.rows(projection) - usize::from(projection.bias);
        let columns = plan.layers[usize::from(projection.post)].len();
        let (mean, deviation) = host.spread(recipe, p, rows, columns);
        let zero = i64::from(projection.zero);
        let one = 1_i64 << projection.fraction;
        for row in 0..rows {
            for column in 0..columns {
                let normal = i64::from(rng.normal());
                let raw = (mean * one).div_euclid(1_000) + (normal * deviation * one).div_euclid(1_000 << 16);
                let raw = zero + raw;
                let w = raw.clamp(projection.low.into(), projection.high.into()) as i16;
                put(own, plan.format, row * plan.width(projection) + column, w);
            }
        }
        for column in 0..if projection.bias { columns } else { 0 } {
            put(own, plan.format, rows * plan.width(projection) + column, projection.zero);
        }
    }
    for (b, feedback) in plan.feedback.iter().enumerate() {
        let (own, rest) = std::mem::take(&mut bytes).split_at_mut(plan.feedback_bytes(feedback));
        bytes = rest;
        let mut rng = KeyedRng::new(0, stream::FEEDBACK + b as u32, recipe.seed);
        let (rows, width) = plan.feedback_shape(feedback);
        let columns = plan.layers[usize::from(feedback.post)].len();
        let std = host.feedback_deviation(recipe, feedback);
        let bound = i64::from(feedback.high);
        for row in 0..rows {
            for column in 0..columns {
                let raw = ((i64::from(rng.normal()) * std) << feedback.fraction).div_euclid(1_000 << 16);
                put(own, plan.format, row * width + column, raw.clamp(-bound, bound) as i16);
            }
        }
    }
}

/// Writes weight `i` of a matrix.
pub fn put(bytes: &mut [u8], format: WeightFormat, i: usize, w: i16) {
    match format {
        WeightFormat::I8 => bytes[i] = (w as i8).to_le_bytes()[0],
        WeightFormat::I16 => bytes[2 * i..2 * i + 2].copy_from_slice(&w.to_le_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::recipe::WeightWidth;
    use crate::run::{Wishes, rules};

    #[test]
    fn defaults_make_networks_of_all_widths() {
        for name in hebbit_core::learn::AnyRule::NAMES {
            for form in rules::rule(name).expect("a rule").forms() {
                for (weights, lines) in [1, 4, 12, 64, 784, 1_028, 4_096]
                    .map(|lines| [(WeightWidth::I16, lines), (WeightWidth::I8, lines)])
                    .as_flattened()
                {
                    for (samples, classes) in [(100, 2), (6_000, 10), (100_000, 100)] {
                        let wishes = Wishes {
                            rule: Some((*name).to_owned()),
                            form: Some((*form).to_owned()),
                            weights: Some(*weights),
                            ..Wishes::default()
                        };
                        let recipe = wishes.recipe(samples, *lines, classes).expect("a recipe");
                        let checked = plan(&recipe).expect("a plan").check();
                        assert_eq!(checked, Ok(()), "{name} {form} {weights:?} {}", recipe.layer_list());
                    }
                }
            }
        }
    }
}
