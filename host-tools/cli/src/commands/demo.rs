//! `hebbit demo`: learns the digits that ship with it, tests, and then learns on in a simulated device while the digits turn.

use crate::args::DemoArgs;
use crate::commands::learn::Job;
use crate::error::{Error, Result};
use crate::opened::{parse, tell_life};
use crate::screen::Screen;
use crate::stop::STOP;
use crate::summary::Drift;
use hebbit::data::{self, Dataset};
use hebbit::device::Where;
use hebbit::engine::CoreEngine;
use hebbit::error::Error as HostError;
use hebbit::kernels::AnyKernels;
use hebbit::lockstep::lockstep;
use hebbit::record::{DriftCurve, DriftPicture};
use hebbit::run::{
    Augment, Continued, OnwardOptions, Progress, Wishes, build, drift_curve, frozen, note_of, onward,
};
use hebbit_core::net::{Engine as _, Scope, Target};
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

pub(crate) fn run(args: &DemoArgs, screen: &Screen) -> Result<()> {
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
        test: Some(split.test),
        against: None,
        kernels: AnyKernels::best(),
        on: Where::Core,
        strict: false,
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
    let note = note_of(out, parse(out, learned)?.note)?;
    let options = OnwardOptions { in_order: true, ..OnwardOptions::default() };
    let wishes = Wishes { data: Some(stream.name.clone()), ..Wishes::default() };
    let Continued { recipe, bytes } = onward(learned, &note, wishes, &options, stream)?;
    tell_life(&recipe, &bytes, screen)?;
    let mut device = Where::Sim.open(&|_| {})?;
    let mut core = CoreEngine::new(&bytes, AnyKernels::best())?;
    device.load(&bytes)?;
    let bar = screen.bar("drifting", stream.len() as u64);
    let mut samples = stream.iter().map(|(sample, label)| (sample.to_vec(), Target::Class(label)));
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
        return Err(HostError::BitMismatch { message }.into());
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
