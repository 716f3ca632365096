//! `hebbit demo`: learns the digits that ship with it, tests, and then learns on in a simulated device while the digits turn.

use super::args::DemoArgs;
use super::learn::{Job, STOP};
use super::screen::Screen;
use super::summary::Drift;
use crate::data::{self, Dataset};
use crate::device::Where;
use crate::engine::CoreEngine;
use crate::error::{Error, Result};
use crate::kernels::AnyKernels;
use crate::lockstep::lockstep;
use crate::record::{DriftCurve, DriftPicture};
use crate::run::{Augment, Progress, Wishes, build, drift_curve, frozen};
use hebbit_core::checkpoint::HEADER_BYTES;
use hebbit_core::net::{Engine as _, Scope};
use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Passes over the small set; more do not raise its accuracy.
const EPOCHS: u32 = 20;
/// Angle of the last digit that drifts.
const DEGREES: u16 = 60;
/// Samples per window of the curve.
const WINDOW: usize = 250;
/// Samples after which device and core compare their state.
const EVERY: usize = 50;
/// Angles shown along the curve: one every 10 degrees.
const SHOWN: u16 = DEGREES / 10 + 1;
/// The digit that is shown: a 4, whose strokes tell its angle.
const DIGIT: usize = 2;

pub(super) fn run(args: &DemoArgs, screen: &Screen) -> Result<()> {
    let (out, report) = (args.out.join("hebbit-demo.hbt"), args.out.join("hebbit-demo.html"));
    let split = data::load("mini")?;
    let wishes = Wishes {
        seed: Some(args.seed),
        epochs: Some(EPOCHS),
        augment: Some(Augment::Shift1),
        ..Wishes::default()
    };
    let recipe = wishes.recipe_for(&split.train)?;
    screen.say(&format!(
        "learning {} handwritten digits, {} times, one at a time, in {} integers",
        split.train.len(),
        recipe.epochs,
        recipe.weights,
    ));
    let start = build(&recipe)?;
    let stream = data::turning(&split.train, split.train.len(), DEGREES, args.seed)?;
    let job = Job {
        command: "demo",
        recipe,
        start,
        progress: Progress::default(),
        train: split.train,
        test: split.test,
        kernels: AnyKernels::best(),
        on: Where::Core,
        out: Some(out.clone()),
        report: Some(report),
    };
    let pictures = pictures(&stream, job.train.sample(DIGIT));
    let said = RefCell::new(String::new());
    job.run_and(screen, &|learned| {
        let (drift, curve) = learn_on(learned, &stream, &out, screen)?;
        let curve = DriftCurve { pictures: pictures.clone(), ..curve };
        *said.borrow_mut() = format!(
            "a simulated device learned the {} turning digits: every bit is the core's (digest {})",
            drift.samples, drift.digest
        );
        Ok(Some((drift, curve)))
    })?;
    screen.say(&said.borrow());
    Ok(())
}

/// The network learns a stream of turning digits on a simulated device, and must remain equal to one that learns it in the core. A
/// frozen copy classifies the same digits.
fn learn_on(learned: &[u8], stream: &Dataset, out: &Path, screen: &Screen) -> Result<(Drift, DriftCurve)> {
    let bytes = fresh_rate(learned);
    let mut device = Where::Sim.open(&|_| {})?;
    let mut core = CoreEngine::new(&bytes, AnyKernels::best())?;
    device.load(&bytes)?;
    let bar = screen.bar("drifting", stream.len() as u64);
    let mut samples = stream.iter().map(|(sample, label)| (sample.to_vec(), label));
    let mut next = || samples.next().filter(|_| !STOP.load(Ordering::Relaxed));
    let mut right = Vec::with_capacity(stream.len());
    let found = lockstep(&mut device, &mut core, EVERY, &mut next, &mut |compared, outcomes| {
        for outcome in outcomes {
            right.push(outcome.class == Some(stream.label(right.len())));
        }
        bar.set_position(compared.samples);
    });
    bar.finish_and_clear();
    if let (compared, Some(difference)) = found? {
        let message = format!(
            "device and core differ after sample {} of {}: {}",
            difference.sample, compared.samples, difference.what
        );
        return Err(Error::BitMismatch { message });
    }
    if right.len() < stream.len() {
        return Err(Error::Interrupted { kept: Some(out.to_owned()) });
    }
    let frozen = frozen(learned, stream, AnyKernels::best())?;
    let curve = DriftCurve { degrees: Some(DEGREES), ..drift_curve(&right, Some(&frozen), WINDOW) };
    let drift = Drift {
        samples: stream.len() as u64,
        degrees: DEGREES,
        all: curve.all,
        last_eighth: curve.last_eighth,
        digest: device.digest(Scope::Stored)?.to_string(),
    };
    Ok((drift, curve))
}

/// A digit, turned as the digits of the stream are at equal distances from its first to its last.
fn pictures(stream: &Dataset, digit: &[u8]) -> Vec<DriftPicture> {
    let (shape, last) = (stream.picture_shape(), stream.len() as u64 - 1);
    let picture = |k: u16| DriftPicture {
        position: last * u64::from(k) / u64::from(SHOWN - 1),
        shape,
        pixels: data::turned(digit, shape, i32::from(DEGREES * k / (SHOWN - 1)) * data::STEPS_PER_DEGREE),
    };
    (0..SHOWN).map(picture).collect()
}

/// The checkpoint with the learning rate that its run began with, which then stays: the word `halve_every` of the plan is 0, and the
/// CRC is that of the changed bytes (`docs/FORMAT.md`, sections 1 and 2). The schedule of a run lets the rate fall until the network
/// hardly changes, so that it could not follow a drift. Weights and counters remain.
fn fresh_rate(checkpoint: &[u8]) -> Vec<u8> {
    const CRC_AT: usize = 16;
    const HALVE_EVERY_AT: usize = HEADER_BYTES + 4 * 4;
    let mut bytes = checkpoint.to_vec();
    bytes[HALVE_EVERY_AT..][..4].fill(0);
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);
    let mut digest = crc.digest();
    digest.update(&bytes[..CRC_AT]);
    digest.update(&bytes[CRC_AT + 4..]);
    let sum = digest.finalize();
    bytes[CRC_AT..][..4].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebbit_core::checkpoint::Checkpoint;

    #[test]
    fn a_fresh_rate_changes_the_schedule_and_nothing_else() {
        let set = data::load("mini").unwrap().train;
        let recipe = Wishes { decay: Some(500), ..Wishes::default() }.recipe_for(&set).unwrap();
        let bytes = build(&recipe).unwrap();
        let fresh = fresh_rate(&bytes);
        let [mut before, after] =
            [&bytes, &fresh].map(|bytes| Checkpoint::parse(bytes).expect("a checkpoint"));
        assert_eq!((before.plan.halve_every, after.plan.halve_every), (500, 0));
        before.plan.halve_every = 0;
        assert_eq!(before.plan, after.plan);
        assert_eq!((before.weights, before.note), (after.weights, after.note));
    }
}
