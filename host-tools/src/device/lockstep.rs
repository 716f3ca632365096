//! A device and the core side by side: the same samples, the same digests, or the first thing that differs.

use super::engine::{Device, EngineError, Presented, outcome};
use crate::engine::CoreEngine;
use crate::kernels::AnyKernels;
use hebbit_core::link::SampleResult;
use hebbit_core::net::{Engine as _, Moment, Place, Scope, Target};
use hebbit_core::signal::Outcome;
use serde::Serialize;

/// What was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Samples learned by both.
    pub samples: u64,
    /// Digests of state compared.
    pub digests: u64,
    /// Words of state and weights that the digests stood for.
    pub words: u64,
    /// Costs of samples on the device: sum and greatest, in its unit.
    pub cost: u64,
    /// The greatest.
    pub worst: u32,
}

/// The first thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Samples that both had learned before.
    pub sample: u64,
    /// What it is.
    pub what: String,
}

/// A word of state under watch.
type Seen = (Moment, Place, u16);

/// Lets both learn samples until `next` has no more, and compares outcomes, and digests after every `every` samples.
///
/// # Errors
/// If the link fails. A difference is no error: it comes back beside what was compared until then.
pub fn lockstep(
    device: &mut Device,
    core: &mut CoreEngine,
    every: usize,
    next: &mut dyn FnMut() -> Option<(Vec<u8>, u8)>,
    look: &mut dyn FnMut(&Compared),
) -> Result<(Compared, Option<Difference>), EngineError> {
    let mut compared = Compared::default();
    let state = core.with_parts(|parts| {
        let mut words = 0;
        parts.walk(&mut |_, _| words += 1);
        words
    });
    let weights = core.plan().parameters() as u64;
    loop {
        let part: Vec<(Vec<u8>, u8)> = std::iter::from_fn(&mut *next).take(every.max(1)).collect();
        if part.is_empty() {
            break;
        }
        let before = core.checkpoint(&[])?;
        let mut results = Vec::new();
        let samples: Vec<Presented<'_>> =
            part.iter().map(|(values, label)| Presented { values, target: Target::Class(*label) }).collect();
        let mut posted = 0;
        while results.len() < samples.len() {
            posted += device.post(&samples[posted..], true)?;
            device.results(&mut |result| results.push(result))?;
        }
        let mut differs = None;
        for (i, (sample, result)) in samples.iter().zip(&results).enumerate() {
            let want = core.learn(sample.values, sample.target)?;
            note(&mut compared, result);
            if want != outcome(result) && differs.is_none() {
                differs = Some((i, told(&want, &outcome(result))));
            }
        }
        let [want, got] = [core.digest(Scope::State)?, device.digest(Scope::State)?];
        if want != got && differs.is_none() {
            differs = Some((samples.len() - 1, format!("digest of state: core {want}, device {got}")));
        }
        compared.digests += 1;
        compared.words += state;
        if let Some((i, what)) = differs {
            let what = first_word(device, core, &before, &part, i)?.unwrap_or(what);
            return Ok((
                compared,
                Some(Difference { sample: compared.samples - (samples.len() - i) as u64, what }),
            ));
        }
        look(&compared);
    }
    let [want, got] = [core.digest(Scope::Stored)?, device.digest(Scope::Stored)?];
    compared.digests += 1;
    compared.words += weights;
    let what = format!("digest of weights and kept state: core {want}, device {got}");
    let what = match want == got {
        true => None,
        false => Some(first_peeked(device, core)?.unwrap_or(what)),
    };
    Ok((compared, what.map(|what| Difference { sample: compared.samples, what })))
}

fn note(compared: &mut Compared, result: &SampleResult) {
    compared.samples += 1;
    compared.cost += u64::from(result.cost);
    compared.worst = compared.worst.max(result.cost);
}

fn told(core: &Outcome, device: &Outcome) -> String {
    format!("answer: core {core:?}, device {device:?}")
}

/// The first word that differs: found by learning the part again from where it began, the last sample under watch; or, if both
/// agree then, in what the device holds now.
fn first_word(
    device: &mut Device,
    core: &CoreEngine,
    before: &[u8],
    part: &[(Vec<u8>, u8)],
    last: usize,
) -> Result<Option<String>, EngineError> {
    let now = first_peeked(device, core)?;
    let mut replayed = CoreEngine::new(before, AnyKernels::Scalar)?;
    device.load(before)?;
    for (i, (values, label)) in part.iter().enumerate().take(last + 1) {
        let target = Target::Class(*label);
        let (mut of_core, mut of_device) = (Vec::<Seen>::new(), Vec::<Seen>::new());
        replayed.watch(values, target, &mut |m, p, w| of_core.push((m, p, w)))?;
        device.watch(values, target, &mut |m, p, w| of_device.push((m, p, w)))?;
        let differs = of_core.iter().zip(&of_device).find(|(a, b)| a != b);
        if let Some(((moment, place, want), (_, _, got))) = differs {
            return Ok(Some(format!(
                "sample {i} of the part, window {} tick {} after {:?}: {place}: core {} ({want:04x}), device {} ({got:04x})",
                moment.window,
                moment.tick.0,
                moment.phase,
                want.cast_signed(),
                got.cast_signed(),
            )));
        }
        if of_core.len() != of_device.len() {
            return Ok(Some(format!(
                "the device shows {} words, the core {}",
                of_device.len(),
                of_core.len()
            )));
        }
    }
    Ok(now.map(|now| format!("{now}; it did not happen again when the part was learned once more")))
}

/// The first word of state or weight that differs now.
fn first_peeked(device: &mut Device, core: &CoreEngine) -> Result<Option<String>, EngineError> {
    let mut of_core: [Vec<(Place, u16)>; 2] = [Vec::new(), Vec::new()];
    core.with_parts(|parts| {
        let [state, weights] = &mut of_core;
        parts.walk(&mut |place, word| state.push((place, word)));
        parts.walk_weights(&mut |place, w| weights.push((place, w.cast_unsigned())));
    });
    for (weights, of_core) in [false, true].into_iter().zip(&of_core) {
        let of_device = device.peek(weights)?;
        let differs = of_core.iter().zip(of_device).find(|((_, want), got)| want != got);
        if let Some(((place, want), got)) = differs {
            let (core, device) = (want.cast_signed(), got.cast_signed());
            return Ok(Some(format!("{place}: core {core} ({want:04x}), device {device} ({got:04x})")));
        }
    }
    Ok(None)
}
