//! One network on one stream.

use super::bases::{Case, Deployed};
use super::streams::{Harm, Stream};
use hebbit::device::{Presented, Where};
use hebbit::engine::CoreEngine;
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use hebbit::lockstep::Peer as _;
use hebbit::run::{Continued, Pace, WeightWidth, Wishes, evaluate, onward, percent};
use hebbit_core::net::{Engine as _, Scope, Target};
use hebbit_core::num::KeyedRng;
use serde::Serialize;
use std::collections::BTreeMap;

/// Key of which labels are wrong, and what they are.
const WRONG: u32 = 0x0000_1abe;

/// What came of one of the draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Percent right, before learning.
    pub prequential: f64,
    /// The same by part.
    pub parts: Vec<f64>,
    /// Samples learned again.
    pub repeats: u32,
    /// Digest of the network in the end.
    pub digest: String,
    /// The network in the end.
    pub bytes: Vec<u8>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriftRow {
    /// The stream.
    pub stream: String,
    /// What is done to it.
    pub harm: String,
    /// How the network was made.
    pub base: String,
    /// Width of weights.
    pub weights: WeightWidth,
    /// Hidden neurons.
    pub hidden: u16,
    /// How fast it follows its data.
    pub pace: Pace,
    /// Samples that it remembers.
    pub remember: u16,
    /// Remembered samples that it learns again after a labelled one, at most.
    pub again: u16,
    /// Bytes of weights, and of the ring.
    pub bytes: (usize, usize),
    /// Share of the samples that have a label.
    pub labels: f64,
    /// Samples of the stream.
    pub samples: usize,
    /// Percent that the frozen network got right.
    pub frozen: f64,
    /// Percent right, each sample tested before it was learned.
    pub prequential: f64,
    /// Lowest and highest of the draws.
    pub spread: (f64, f64),
    /// The same without the parts that settings were chosen on (gas: batches 2 and 3).
    pub unseen: Option<f64>,
    /// Percent by part.
    pub parts: BTreeMap<String, f64>,
    /// The frozen network's, by part.
    pub frozen_parts: BTreeMap<String, f64>,
    /// Samples learned for each sample of the stream.
    pub cost: f64,
    /// Percent of the test samples before and after the stream, of a stream of two parts before and after the second.
    pub test: Option<(f64, f64)>,
    /// Digest of the network in the end, first draw.
    pub digest: String,
}

/// Lets a deployed network meet a stream.
///
/// # Errors
/// A network that does not fit the stream.
pub fn learn_on(stream: &Stream, case: &Case, base: &Deployed, kernels: AnyKernels) -> Result<DriftRow> {
    let met = |i: usize| harmed(stream, case.harm, i);
    let mut frozen = Counter::new(stream);
    let mut engine = CoreEngine::new(&base.bytes, kernels)?;
    for i in 0..stream.met.len() {
        let (sample, label, _) = met(i);
        frozen.note(i, engine.classify(&sample)?.class == Some(label));
    }
    let mut trials = Vec::new();
    let (mut first, mut before) = (None, base.bytes.clone());
    for draw in 1..=case.draws {
        let wishes = Wishes { data: Some(stream.name.clone()), seed: Some(draw), ..Wishes::default() };
        let Continued { recipe, bytes } =
            onward(&base.bytes, &base.note, wishes, &case.options, &stream.met)?;
        let mut engine = CoreEngine::new(&bytes, kernels)?;
        let mut right = Counter::new(stream);
        for i in 0..stream.met.len() {
            if stream.parts.len() == 2 && i == stream.parts[0].1 {
                before = engine.checkpoint(&[])?;
            }
            let (sample, label, taught) = met(i);
            let known = recipe.is_labelled(i as u64);
            let target = if known { Target::Class(taught) } else { Target::Unknown };
            right.note(i, engine.learn(&sample, target)?.class == Some(label));
        }
        trials.push(Trial {
            prequential: right.all(),
            parts: right.parts(),
            repeats: engine.plan().lived.repeats,
            digest: engine.digest(Scope::Stored)?.to_string(),
            bytes: engine.checkpoint(&[])?,
        });
        first.get_or_insert((recipe, engine.plan()));
    }
    let Some((recipe, plan)) = first else { unreachable!("there is at least one draw") };
    let test = match &stream.test {
        Some(set) => {
            let of = |bytes: &[u8]| {
                Ok::<_, hebbit::error::Error>(evaluate(bytes, set, kernels, &|_| {})?.accuracy)
            };
            Some((of(&before)?, of(&trials[0].bytes)?))
        }
        None => None,
    };
    let mean = |of: &dyn Fn(&Trial) -> f64| trials.iter().map(of).sum::<f64>() / trials.len() as f64;
    let all = trials.iter().map(|trial| trial.prequential);
    let means: Vec<f64> = (0..stream.parts.len()).map(|p| mean(&|trial| trial.parts[p])).collect();
    let name = |values: &[f64]| {
        stream.parts.iter().map(|(name, _)| name.clone()).zip(values.iter().copied()).collect()
    };
    Ok(DriftRow {
        stream: stream.name.clone(),
        harm: case.harm.words(),
        base: stream.base.words(),
        weights: case.weights,
        hidden: case.hidden,
        pace: recipe.onward.as_ref().map_or(Pace::Brisk, |onward| onward.pace),
        remember: plan.life.remember,
        again: plan.life.again,
        bytes: (plan.weight_bytes(), usize::from(plan.life.remember) * (plan.lines() + 1)),
        labels: 1.0 / f64::from(case.options.label_every.unwrap_or(1)),
        samples: stream.met.len(),
        frozen: frozen.all(),
        prequential: mean(&|trial| trial.prequential),
        spread: (all.clone().fold(f64::MAX, f64::min), all.fold(0.0, f64::max)),
        unseen: unseen(stream, &means),
        parts: name(&means),
        frozen_parts: name(&frozen.parts()),
        cost: 1.0 + mean(&|trial| f64::from(trial.repeats)) / stream.met.len() as f64,
        test,
        digest: trials[0].digest.clone(),
    })
}

/// Lets a device meet a stream. Its digest in the end.
///
/// # Errors
/// A device that cannot be reached, has no room, or fails.
pub(super) fn on_device(stream: &Stream, case: &Case, base: &Deployed, on: &Where) -> Result<String> {
    /// Samples of a frame or two.
    const PART: usize = 16;
    let wishes = Wishes { data: Some(stream.name.clone()), seed: Some(1), ..Wishes::default() };
    let Continued { recipe, bytes } = onward(&base.bytes, &base.note, wishes, &case.options, &stream.met)?;
    let mut device = on.open(&|_| {})?;
    device.load(&bytes)?;
    let all: Vec<usize> = (0..stream.met.len()).collect();
    for part in all.chunks(PART) {
        let target = |i: usize| match recipe.is_labelled(i as u64) {
            true => Target::Class(stream.met.label(i)),
            false => Target::Unknown,
        };
        let samples: Vec<Presented<'_>> =
            part.iter().map(|&i| Presented { values: stream.met.sample(i), target: target(i) }).collect();
        device.learn_all(&samples)?;
    }
    Ok(device.digest(Scope::Stored)?.to_string())
}

/// The mean over the parts of the gas sensors that no setting was chosen on: all but batches 2 and 3.
fn unseen(stream: &Stream, parts: &[f64]) -> Option<f64> {
    let mut start = 0;
    let (mut right, mut samples) = (0.0, 0);
    for ((name, end), part) in stream.parts.iter().zip(parts) {
        let len = end - start;
        start = *end;
        if !matches!(&name[..], "2" | "3") {
            right += part * len as f64;
            samples += len;
        }
    }
    (samples > 0 && stream.parts[0].0 == "2").then(|| right / samples as f64)
}

/// Sample `i` as it comes, its class, and the class that is taught.
fn harmed(stream: &Stream, harm: Harm, i: usize) -> (Vec<u8>, u8, u8) {
    let (mut sample, label) = (stream.met.sample(i).to_vec(), stream.met.label(i));
    let mut taught = label;
    match harm {
        Harm::None => {}
        Harm::WrongLabels { percent } => {
            let classes = stream.met.classes() as u32;
            let mut rng = KeyedRng::new(i as u32, WRONG, 1);
            if rng.below(100) < percent {
                taught = ((u32::from(label) + 1 + rng.below(classes - 1)) % classes) as u8;
            }
        }
        Harm::StuckLines { lines } => {
            let width = sample.len();
            if i >= stream.met.len() / 2 {
                (0..lines).for_each(|line| sample[line * width / lines] = 255);
            }
        }
    }
    (sample, label, taught)
}

/// Right answers by part.
struct Counter<'s> {
    stream: &'s Stream,
    right: Vec<u64>,
    part: usize,
}

impl<'s> Counter<'s> {
    fn new(stream: &'s Stream) -> Self {
        Self { stream, right: vec![0; stream.parts.len()], part: 0 }
    }

    /// Counts sample `i`; they come in order.
    fn note(&mut self, i: usize, right: bool) {
        while i >= self.stream.parts[self.part].1 {
            self.part += 1;
        }
        self.right[self.part] += u64::from(right);
    }

    fn all(&self) -> f64 {
        percent(self.right.iter().sum(), self.stream.met.len() as u64)
    }

    fn parts(&self) -> Vec<f64> {
        let mut start = 0;
        let part = |(&right, (_, end)): (&u64, &(String, usize))| {
            let len = end - std::mem::replace(&mut start, *end);
            percent(right, len as u64)
        };
        self.right.iter().zip(&self.stream.parts).map(part).collect()
    }
}
