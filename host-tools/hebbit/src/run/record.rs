//! Recording a network at work for its report: after training, never inside the loop.

use crate::data::Dataset;
use crate::engine::{CoreEngine, CoreError};
use crate::kernels::AnyKernels;
use crate::record::{LayerActivity, MembraneTrace, ReceptiveField, RecordedSample, RunRecord};
use hebbit_core::encode::UNLABELLED;
use hebbit_core::net::{Layer, LayerKind, Moment, Parts};
use hebbit_core::neuron::AnyNeuron;
use hebbit_core::num::{THRESHOLD, from_column};
use hebbit_core::signal::Phase;

/// Samples whose activity is counted.
const COUNTED: usize = 200;
/// Samples shown tick by tick.
const SHOWN: usize = 4;
/// Neurons whose weights are shown.
const FIELDS: usize = 100;

/// Fills a record's pictures: receptive fields, activity of layers, a few samples tick by tick.
///
/// # Errors
/// Samples that do not fit the network.
pub fn compose(
    mut record: RunRecord,
    checkpoint: &[u8],
    set: &Dataset,
    kernels: AnyKernels,
) -> Result<RunRecord, CoreError> {
    let mut engine = CoreEngine::new(checkpoint, kernels)?;
    record.class_names = set.class_names();
    record.layers = activity(&mut engine, &set.head(COUNTED))?;
    record.fields = fields(&engine, set.picture_shape(), &record.layers);
    record.samples =
        (0..SHOWN.min(set.len())).map(|i| sample(&mut engine, set, i)).collect::<Result<_, _>>()?;
    Ok(record)
}

/// "hidden 1", "output".
fn layer_name(l: usize, layers: usize) -> String {
    if l + 1 == layers { "output".to_owned() } else { format!("hidden {l}") }
}

fn activity(engine: &mut CoreEngine, set: &Dataset) -> Result<Vec<LayerActivity>, CoreError> {
    let ticks: u64 = engine.plan().windows.iter().filter(|w| !w.extra).map(|w| u64::from(w.ticks)).sum();
    let mut spikes: Vec<Vec<u64>> =
        engine.with_parts(|p| p.layers.iter().skip(1).map(|l| vec![0; l.plan.len()]).collect());
    for (pixels, _) in set.iter() {
        let mut count = |moment: Moment, parts: &Parts<'_>| {
            if has_fired(moment, parts) {
                add_events(&mut spikes, parts);
            }
        };
        engine.classify_observed(pixels, &mut count)?;
    }
    let (n, layers) = (set.len().max(1) as u64, spikes.len() + 1);
    Ok(spikes
        .iter()
        .enumerate()
        .map(|(l, counts)| LayerActivity {
            name: layer_name(l + 1, layers),
            neurons: counts.len(),
            spikes_per_sample: counts.iter().sum::<u64>() as f64 / n as f64,
            silent: counts.iter().filter(|&&c| c == 0).count(),
            saturated: counts.iter().filter(|&&c| c == ticks * n).count(),
            per_neuron: counts.iter().map(|&c| c as f64 / n as f64).collect(),
        })
        .collect())
}

/// Whether the last layer has just fired: the tick's events are all there.
fn has_fired(moment: Moment, parts: &Parts<'_>) -> bool {
    moment.phase == Phase::Fire && usize::from(moment.layer) + 1 == parts.layers.len()
}

fn add_events(spikes: &mut [Vec<u64>], parts: &Parts<'_>) {
    for (counts, layer) in spikes.iter_mut().zip(parts.layers.iter().skip(1)) {
        for (count, &event) in counts.iter_mut().zip(layer.events.iter()) {
            *count += u64::from(event != 0);
        }
    }
}

/// Weights from the input into the neurons of the first layer, the busiest neurons first.
fn fields(engine: &CoreEngine, shape: (usize, usize), layers: &[LayerActivity]) -> Vec<ReceptiveField> {
    let labels = engine.labels().to_vec();
    let busy = |i: &usize| layers.first().and_then(|l| l.per_neuron.get(*i)).copied().unwrap_or(0.0);
    engine.with_parts(|parts| {
        let Some(projection) = parts.projections.iter().find(|p| p.plan.pre == 0) else { return Vec::new() };
        let mut neurons: Vec<usize> = (0..projection.columns).collect();
        neurons.sort_by(|a, b| busy(b).total_cmp(&busy(a)).then(a.cmp(b)));
        neurons.truncate(FIELDS);
        let weights = projection.weights.as_ref();
        let field = |neuron: usize| ReceptiveField {
            neuron,
            shape,
            weights: (0..shape.0 * shape.1)
                .map(|row| weights.get(row * projection.width + neuron).unwrap_or(0))
                .collect(),
            class: labels.get(neuron).copied().filter(|&l| l != UNLABELLED),
        };
        neurons.into_iter().map(field).collect()
    })
}

fn sample(engine: &mut CoreEngine, set: &Dataset, index: usize) -> Result<RecordedSample, CoreError> {
    let traced = traced_neurons(engine);
    let layers = engine.plan().layers.len();
    let mut raster = Vec::new();
    let mut ticks = 0_u16;
    let mut membranes: Vec<MembraneTrace> = traced
        .iter()
        .map(|&(l, i)| MembraneTrace { name: format!("{} {i}", layer_name(l, layers)), ..Default::default() })
        .collect();
    let mut see = |moment: Moment, parts: &Parts<'_>| {
        if has_fired(moment, parts) {
            look(parts, ticks, &traced, &mut raster, &mut membranes);
            ticks += 1;
        }
    };
    let outcome = engine.classify_observed(set.sample(index), &mut see)?;
    Ok(RecordedSample {
        index,
        label: set.label(index),
        answer: outcome.class,
        shape: set.picture_shape(),
        pixels: set.sample(index).to_vec(),
        ticks: ticks.into(),
        raster,
        layer_sizes: engine.plan().layers.iter().skip(1).map(|l| l.len()).collect(),
        membranes,
    })
}

/// Every output neuron of a small layer, a few hidden ones.
fn traced_neurons(engine: &CoreEngine) -> Vec<(usize, usize)> {
    let plan = engine.plan();
    let output = plan.output();
    let of = |l: usize, most: usize| (0..plan.layers[l].len().min(most)).map(move |i| (l, i));
    let hidden = (1..output).flat_map(|l| of(l, 2));
    hidden.chain(of(output, 4)).collect()
}

/// Notes spikes and membranes as they are after a tick.
fn look(
    parts: &Parts<'_>,
    tick: u16,
    traced: &[(usize, usize)],
    raster: &mut Vec<(u16, u16, u32)>,
    membranes: &mut [MembraneTrace],
) {
    for (l, layer) in parts.layers.iter().enumerate().skip(1) {
        let fired = layer.events.iter().take(layer.plan.len()).enumerate().filter(|(_, e)| **e != 0);
        raster.extend(fired.map(|(i, _)| (tick, l as u16, i as u32)));
    }
    for (&(l, i), trace) in traced.iter().zip(membranes) {
        let layer = &parts.layers[l];
        let v = layer.membranes().get(i).map_or(0, |&v| from_column(v));
        trace.values.push(f64::from(v) / f64::from(THRESHOLD));
        trace.threshold.push(threshold(layer, i));
    }
}

/// Threshold of one neuron, in thresholds.
fn threshold(layer: &Layer<'_>, i: usize) -> f64 {
    let raw = match layer.plan.kind {
        LayerKind::Neurons(AnyNeuron::Lif(p)) => f64::from(p.threshold.to_bits()),
        LayerKind::Neurons(AnyNeuron::Adaptive(p)) => {
            let rise = layer.state.get(layer.plan.len() + i).copied().unwrap_or(0);
            f64::from(p.threshold.to_bits()) + f64::from(rise)
        }
        _ => f64::from(THRESHOLD),
    };
    raw / f64::from(THRESHOLD)
}
