//! A record such as a run would leave, made up from arithmetic alone: the same in every test.

use hebbit::record::{
    CurvePoint, DriftAccuracy, DriftCurve, DriftPicture, DriftPoint, LayerActivity, MembraneTrace,
    ReceptiveField, RecordedSample, RunRecord,
};
use hebbit::run::ClassNames;

const CLASSES: usize = 10;
const SIDE: usize = 28;
const TICKS: usize = 32;
const HIDDEN: usize = 128;

/// Keyed noise, 0.0 to 1.0: splitmix64's finalizer (Steele, Lea & Flood 2014).
fn noise(key: usize) -> f64 {
    let mut z = (key as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// Digits in, one hidden layer, 60 000 samples.
pub(super) fn record() -> RunRecord {
    let facts = [
        ("rule", "burst"),
        ("neuron", "lif"),
        ("encoder", "latency"),
        ("data", "MNIST"),
        ("network", "784-128-10"),
        ("ticks per sample", "32"),
        ("epochs", "1"),
        ("seed", "0x5eed"),
        ("samples per second", "8 412"),
        ("RAM of the network", "213.4 KiB"),
    ];
    RunRecord {
        command: "hebbit train --data mnist --rule burst --hidden 128 --ticks 32 --seed 0x5eed \
                  --report 'run <1> & \"more\".html'"
            .into(),
        digest: "9f1c42d07ab35e6612c8d9efa0b4775d33e81c50".into(),
        facts: facts.map(|(k, v)| (k.into(), v.into())).into(),
        drift: Some(drift()),
        curve: (1..=60).map(point).collect(),
        confusion: (0..CLASSES).map(confusions).collect(),
        class_names: ClassNames::default(),
        fields: (0..40).map(field).collect(),
        layers: vec![layer("input", 784, 0.6), layer("hidden 1", HIDDEN, 5.0), layer("output", CLASSES, 3.0)],
        samples: vec![sample(7, 3, Some(3)), sample(115, 4, Some(9)), sample(340, 8, None)],
    }
}

/// 6,000 samples in windows of 250.
fn drift() -> DriftCurve {
    let accuracy = |x: f64| DriftAccuracy { prequential: 96.0 - 6.0 * x, frozen: Some(96.0 - 66.0 * x * x) };
    let window =
        |i: usize| DriftPoint { samples: i as u64 * 250, accuracy: accuracy((i as f64 - noise(i)) / 24.0) };
    let picture = |position| {
        let pixels = (0..SIDE * SIDE).map(|i| (255.0 * noise(i + position as usize)) as u8).collect();
        DriftPicture { position, shape: (SIDE, SIDE), pixels }
    };
    DriftCurve {
        degrees: Some(60),
        all: accuracy(0.6),
        last_eighth: accuracy(0.94),
        points: (1..=24).map(window).collect(),
        pictures: [0, 3000, 5999].map(picture).into(),
    }
}

fn point(i: usize) -> CurvePoint {
    let x = i as f64 / 60.0;
    let online = 96.5 - 45.0 * (-9.0 * x).exp() - 1.5 * noise(i);
    let held_out = i.is_multiple_of(6).then(|| 95.9 - 30.0 * (-9.0 * x).exp() - 0.4 * noise(i + 99));
    CurvePoint { samples: i as u64 * 1000, online, held_out }
}

fn confusions(truth: usize) -> Vec<u32> {
    let off = |answer: usize| {
        let close = if (truth + 5) % CLASSES == answer { 18.0 } else { 5.0 };
        (close * noise(truth * 31 + answer).powi(2)) as u32
    };
    (0..CLASSES).map(|a| if a == truth { 930 + (60.0 * noise(truth)) as u32 } else { off(a) }).collect()
}

/// An oriented bar with a surround, at a place of its own.
fn field(neuron: usize) -> ReceptiveField {
    let (angle, phase) = (noise(neuron) * 3.2, noise(neuron + 500) * 6.3);
    let (cy, cx) = (8.0 + 12.0 * noise(neuron + 1000), 8.0 + 12.0 * noise(neuron + 1500));
    let weight = |i: usize| {
        let (y, x) = ((i / SIDE) as f64 - cy, (i % SIDE) as f64 - cx);
        let near = (-(x * x + y * y) / 40.0).exp();
        let wave = ((x * angle.cos() + y * angle.sin()) * 0.8 + phase).cos();
        (90.0 * near * wave + 14.0 * (noise(neuron * 784 + i) - 0.5)) as i16
    };
    ReceptiveField {
        neuron: neuron * 3,
        shape: (SIDE, SIDE),
        weights: (0..SIDE * SIDE).map(weight).collect(),
        class: (!neuron.is_multiple_of(4)).then_some((neuron % CLASSES) as u8),
    }
}

fn layer(name: &str, neurons: usize, mean: f64) -> LayerActivity {
    let spikes =
        |i: usize| (-2.0 * mean * noise(i * 7 + neurons).ln() * noise(i + neurons) - 0.05 * mean).max(0.0);
    let per_neuron: Vec<f64> = (0..neurons).map(spikes).collect();
    let silent = per_neuron.iter().filter(|s| **s == 0.0).count();
    let spikes_per_sample = per_neuron.iter().sum();
    LayerActivity {
        name: name.into(),
        neurons,
        spikes_per_sample,
        silent,
        saturated: neurons / 100,
        per_neuron,
    }
}

fn sample(index: usize, label: u8, answer: Option<u8>) -> RecordedSample {
    let pixel = |i: usize| {
        let (y, x) = ((i / SIDE) as f64 - 13.5, (i % SIDE) as f64 - 13.5);
        let ring = (x * x * 1.6 + y * y).sqrt() - 9.0;
        (255.0 * (-ring * ring / 3.0).exp()) as u8
    };
    let mut raster = Vec::new();
    for tick in 0..TICKS {
        for neuron in 0..HIDDEN {
            let rate = 0.35 * noise(neuron + index).powi(3) * (tick as f64 / 6.0).min(1.0);
            if noise((index * TICKS + tick) * HIDDEN + neuron) < rate {
                raster.push((tick as u16, 1, neuron as u32));
            }
        }
    }
    let membranes = (0..CLASSES).map(|c| membrane(index, c, answer == Some(c as u8), &mut raster)).collect();
    RecordedSample {
        index,
        label,
        answer,
        shape: (SIDE, SIDE),
        pixels: (0..SIDE * SIDE).map(pixel).collect(),
        ticks: TICKS,
        raster,
        layer_sizes: vec![HIDDEN, CLASSES],
        membranes,
    }
}

/// Leaky integration of noise; the neuron of the answer gets more.
fn membrane(index: usize, class: usize, chosen: bool, raster: &mut Vec<(u16, u16, u32)>) -> MembraneTrace {
    let (mut v, mut values) = (0.0, Vec::new());
    for tick in 0..TICKS {
        v += -v / 8.0 + 0.5 * (noise((index + class) * 977 + tick) - 0.5) + if chosen { 0.25 } else { -0.02 };
        if v >= 1.0 {
            v -= 1.0;
            raster.push((tick as u16, 2, class as u32));
        }
        values.push(v);
    }
    MembraneTrace { name: format!("output {class}"), values, threshold: vec![1.0; TICKS] }
}
