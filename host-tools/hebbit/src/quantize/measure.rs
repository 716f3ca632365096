//! Float and integers side by side, on samples that nobody learned from.

use super::fixed::decibels;
use super::report::{EvaluationReport, LayerReport};
use crate::data::Dataset;
use crate::engine::CoreError;
use crate::float::{Activation, Rate};
use crate::kernels::AnyKernels;
use crate::run::{each_part, percent};
use hebbit_core::net::Engine;

/// What the integers make of one sample.
#[derive(Debug, Clone, Default)]
struct Seen {
    class: Option<u8>,
    /// Spikes of every neuron, one layer after the other.
    counts: Vec<u16>,
}

/// Sums over the samples of one layer.
struct Sums {
    fired: Vec<u64>,
    full: Vec<u64>,
    /// Whether the float neuron was ever active.
    alive: Vec<bool>,
    float: f64,
    signal: f64,
    noise: f64,
}

/// Compares a checkpoint with the float network that it was made from and with its balanced, clipped twin.
///
/// # Errors
/// Samples that do not fit the network.
pub(super) fn measure(
    checkpoint: &[u8],
    ticks: u16,
    original: &Rate,
    twin: &Rate,
    set: &Dataset,
) -> Result<EvaluationReport, CoreError> {
    let mut seen = vec![Seen::default(); set.len()];
    each_part(checkpoint, set, AnyKernels::best(), &mut seen, &|engine, sample, out| {
        out.class = engine.classify(sample)?.class;
        out.counts = engine
            .with_parts(|parts| parts.layers.iter().skip(1).flat_map(|l| l.counts()).copied().collect());
        Ok(())
    })?;
    let mut layers: Vec<Sums> = twin.layers.iter().map(|l| Sums::new(l.columns)).collect();
    let outputs = twin.layers.last().map_or(0, |l| l.columns);
    let mut other = original.clone();
    other.activation = match original.activation {
        Activation::Clip => Activation::Relu,
        Activation::Relu => Activation::Clip,
    };
    let (mut right, mut mute) = ([0_u64; 4], 0);
    for (seen, (sample, label)) in seen.iter().zip(set.iter()) {
        let x = Rate::input(sample);
        let rates = twin.forward(&x);
        let classes = [
            Some(original.forward(&x).class()),
            Some(other.forward(&x).class()),
            Some(rates.class()),
            seen.class.map(usize::from),
        ];
        for (right, class) in right.iter_mut().zip(classes) {
            *right += u64::from(class == Some(usize::from(label)));
        }
        mute += u64::from(seen.counts.iter().rev().take(outputs).all(|c| *c == 0));
        let mut counts = &seen.counts[..];
        for (sums, z) in layers.iter_mut().zip(&rates.sums) {
            let (own, rest) = counts.split_at(z.len());
            counts = rest;
            sums.add(own, z, ticks);
        }
    }
    let n = set.len() as u64;
    let [float_percent, other_activation_percent, twin_percent, integer_percent] =
        right.map(|right| percent(right, n));
    Ok(EvaluationReport {
        data: set.name.clone(),
        samples: set.len(),
        float_percent,
        other_activation_percent,
        twin_percent,
        integer_percent,
        difference: integer_percent - float_percent,
        no_output_percent: percent(mute, n),
        layers: layers.iter().enumerate().map(|(l, sums)| sums.report(l + 1, n, ticks)).collect(),
    })
}

impl Sums {
    fn new(neurons: usize) -> Self {
        Self {
            fired: vec![0; neurons],
            full: vec![0; neurons],
            alive: vec![false; neurons],
            float: 0.0,
            signal: 0.0,
            noise: 0.0,
        }
    }

    fn add(&mut self, counts: &[u16], z: &[f64], ticks: u16) {
        for (i, (&count, &z)) in counts.iter().zip(z).enumerate() {
            let (float, integer) = (Activation::Clip.of(z), f64::from(count) / f64::from(ticks));
            self.fired[i] += u64::from(count);
            self.full[i] += u64::from(count == ticks);
            self.alive[i] |= float > 0.0;
            self.float += float;
            self.signal += float * float;
            self.noise += (float - integer).powi(2);
        }
    }

    fn report(&self, layer: usize, samples: u64, ticks: u16) -> LayerReport {
        let neurons = self.fired.len();
        let n = samples.max(1) as f64;
        LayerReport {
            layer,
            neurons,
            silent: self.fired.iter().filter(|f| **f == 0).count(),
            float_silent: self.alive.iter().filter(|alive| !**alive).count(),
            saturated: self.full.iter().filter(|f| **f == samples).count(),
            full_rate_percent: percent(self.full.iter().sum(), neurons as u64 * samples),
            spikes_per_sample: self.fired.iter().sum::<u64>() as f64 / n,
            float_spikes_per_sample: self.float * f64::from(ticks) / n,
            sqnr_db: decibels(self.signal, self.noise),
        }
    }
}
