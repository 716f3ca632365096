//! A device on a noisy link, a device that is reset, and one that loses power: nothing is lost or wrong.

use hebbit::data::{self, Dataset};
use hebbit::device::{
    Client, Cut, Device, DeviceError, EngineError, Presented, SIM_MEMORY, Sim, Tear, Transport, outcome,
};
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Wishes, build, rewrite};
use hebbit_core::net::life::LifePlan;
use hebbit_core::net::{Digest, Engine, Scope, Target};
use hebbit_core::num::KeyedRng;
use hebbit_tests::cases::number;
use hebbit_tests::noise::{Noise, Noisy};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Percentage of disturbed bytes in each direction.
const PERCENT: f64 = 1.0;

/// A simulated device as two streams.
struct Ends {
    sim: Sim,
    patience: Duration,
}

impl Read for Ends {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.sim.receive(into, self.patience)
    }
}

impl Write for Ends {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sim.send(bytes)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A link with noise on every byte.
struct Disturbed(Noisy<Ends>);

impl Transport for Disturbed {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)?;
        self.0.flush()
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        self.0.get_mut().patience = patience;
        self.0.read(into)
    }
    fn delay(&self) -> Duration {
        self.0.get_ref().sim.delay()
    }
}

fn device(link: impl Transport + 'static) -> Device {
    Device::new(Client::connect(Box::new(link), "sim").expect("it answers")).expect("it has a status")
}

/// A device behind noise, and its reset line.
fn disturbed(seed: u64, percent: f64) -> (Device, Arc<AtomicBool>) {
    let sim = Sim::start(SIM_MEMORY, AnyKernels::best());
    let line = sim.reset_line();
    let ends = Ends { sim, patience: Duration::ZERO };
    (device(Disturbed(Noise::new(seed, percent).over(ends))), line)
}

/// A small network for the digits that are part of the program.
fn network() -> (CoreEngine, Dataset) {
    let digits = data::load("mini").expect("it is part of the program").train;
    let wishes = Wishes { layers: Some(vec![784, 8, 10]), ..Wishes::default() };
    let recipe = wishes.recipe_for(&digits).expect("a recipe");
    (core(&build(&recipe).expect("a network")), digits)
}

fn core(checkpoint: &[u8]) -> CoreEngine {
    CoreEngine::new(checkpoint, AnyKernels::best()).expect("a checkpoint")
}

/// The samples from one on, again from the front when there are no more.
fn samples(digits: &Dataset, from: usize, most: usize) -> Vec<Presented<'_>> {
    let one = |i: usize| {
        let i = i % digits.len();
        Presented { values: digits.sample(i), target: Target::Class(digits.label(i)) }
    };
    (from..from + most).map(one).collect()
}

const SCOPES: [Scope; 3] = [Scope::State, Scope::Weights, Scope::Stored];

fn digests(engine: &mut impl Engine) -> [Digest; 3] {
    SCOPES.map(|scope| engine.digest(scope).unwrap_or_else(|_| panic!("it has a network")))
}

/// Lets both learn the samples `from..to`, the device with its window full. Each answer is compared. `done` counts the
/// samples that the device has confirmed; the core has learned exactly these, also if the link fails.
fn learn(
    device: &mut Device,
    core: &mut CoreEngine,
    digits: &Dataset,
    done: &mut usize,
    to: usize,
) -> Result<(), DeviceError> {
    let batch = samples(digits, *done, to - *done);
    let (mut posted, mut got) = (0, 0);
    while got < batch.len() {
        posted += device.post(&batch[posted..], true)?;
        let mut results = Vec::new();
        device.results(&mut |result| results.push(result))?;
        for result in results {
            let want = core.learn(batch[got].values, batch[got].target).expect("784 lines");
            assert_eq!(outcome(&result), want, "sample {done}");
            (got, *done) = (got + 1, *done + 1);
        }
    }
    Ok(())
}

#[test]
fn noise_changes_nothing() {
    let all = if number(1) > 1 { 10_000 } else { 2000 };
    let (mut core, digits) = network();
    let (mut device, _) = disturbed(11, PERCENT);
    let start = Instant::now();
    let image = core.checkpoint(&[]).expect("a network");
    device.load(&image).expect("it arrives");
    let uploaded = start.elapsed();
    let mut done = 0;
    learn(&mut device, &mut core, &digits, &mut done, all).expect("the link lives");
    assert_eq!(done, all);
    let learned = start.elapsed();
    assert_eq!(digests(&mut device), digests(&mut core));
    assert_eq!(device.pull(&mut |_| {}).expect("it comes"), core.checkpoint(&[]).expect("a network"));
    let traffic = device.client().traffic();
    println!(
        "{PERCENT} % noise: {} bytes up in {uploaded:.1?}, {done} samples learned in {:.1?}, all read in {:.1?}; {traffic:?}",
        image.len(),
        learned - uploaded,
        start.elapsed() - learned,
    );
    assert!(traffic.again > 1000 && traffic.broken > 300, "there was no noise: {traffic:?}");
}

/// From hardly any to so much that one long frame in two hundred gets through.
#[test]
fn little_noise_and_much() {
    for (seed, percent) in [(21, 0.01), (22, 0.1), (23, 0.4), (24, 2.0)] {
        let (mut core, digits) = network();
        let (mut device, _) = disturbed(seed, percent);
        device.load(&core.checkpoint(&[]).expect("a network")).expect("it arrives");
        let mut done = 0;
        learn(&mut device, &mut core, &digits, &mut done, 60).expect("the link lives");
        assert_eq!(digests(&mut device), digests(&mut core), "{percent} %");
    }
}

/// Retries until it succeeds: a device that was reset again in the meantime gets a new hello.
fn restore(device: &mut Device, checkpoint: &[u8]) -> u32 {
    for tries in 1.. {
        let tried = device.reconnect().map_err(EngineError::from);
        match tried.and_then(|()| device.load(checkpoint)) {
            Ok(_) => return tries,
            Err(EngineError::Device(DeviceError::Restarted { .. })) if tries < 100 => {}
            Err(error) => panic!("{error}"),
        }
    }
    unreachable!("it returns or panics")
}

/// Noise, and the reset line pulled at random moments: before the network is there, amid an upload, amid samples.
#[test]
fn resets_cost_only_time() {
    let (mut all, wanted) = (50 * number(40) as usize, number(20));
    let (mut core, digits) = network();
    let (mut device, line) = disturbed(12, PERCENT);
    let over = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&over);
    let finger = std::thread::spawn(move || {
        let mut rng = KeyedRng::new(0, 3, 12);
        while !ended.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_micros(u64::from(10_000 + rng.below(100_000))));
            line.store(true, Ordering::Relaxed);
        }
    });
    let (mut done, mut resets, mut tries) = (0, 0, 0);
    while done < all {
        let checkpoint = core.checkpoint(&[]).expect("a network");
        tries += restore(&mut device, &checkpoint);
        match learn(&mut device, &mut core, &digits, &mut done, all) {
            Ok(()) if resets < wanted => all += 500,
            Ok(()) => {}
            Err(DeviceError::Restarted { .. }) => resets += 1,
            Err(error) => panic!("{error}"),
        }
    }
    over.store(true, Ordering::Relaxed);
    finger.join().expect("it ends");
    let checkpoint = core.checkpoint(&[]).expect("a network");
    restore(&mut device, &checkpoint);
    learn(&mut device, &mut core, &digits, &mut done, all + 20).expect("nobody resets it any more");
    assert_eq!(digests(&mut device), digests(&mut core));
    println!("{done} samples, {resets} resets amid samples, {tries} uploads tried");
    assert!(resets >= wanted, "{resets} resets are too few to show anything");
}

/// Words are sent once. If some are lost, the host says so, and does not take it for a difference.
#[test]
fn words_under_watch_are_whole_or_missed() {
    let (mut core, digits) = network();
    let (mut device, _) = disturbed(13, 0.001);
    device.load(&core.checkpoint(&[]).expect("a network")).expect("it loads");
    let mut seen = [0, 0];
    for sample in samples(&digits, 0, number(40) as usize) {
        let (mut want, mut got) = (Vec::new(), Vec::new());
        let answer = core.watch(sample.values, sample.target, &mut |m, p, w| want.push((m, p, w)));
        let whole = match device.watch(sample.values, sample.target, &mut |m, p, w| got.push((m, p, w))) {
            Ok(outcome) => {
                assert_eq!(Some(outcome), answer.ok());
                assert!(got == want, "{} words of {}", got.len(), want.len());
                true
            }
            Err(EngineError::Device(DeviceError::Link { .. })) => false,
            Err(error) => panic!("{error}"),
        };
        seen[usize::from(whole)] += 1;
        assert_eq!(digests(&mut device), digests(&mut core), "it was learned either way");
    }
    assert!(seen[0] > 5 && seen[1] > 5, "{seen:?}");
}

/// Waits until the device has noticed its reset line, and opens a new session.
fn restarted(device: &mut Device) {
    while !matches!(device.status(), Err(DeviceError::Restarted { .. })) {
        std::thread::sleep(Duration::from_millis(1));
    }
    device.reconnect().expect("it answers");
}

#[test]
fn what_was_persisted_survives_a_reset() {
    let (mut core, digits) = network();
    let sim = Sim::start(SIM_MEMORY, AnyKernels::best());
    let line = sim.reset_line();
    let mut device = device(sim);
    assert!(device.client().hello().slot > 0, "it has a flash");
    device.load(&core.checkpoint(&[]).expect("a network")).expect("it loads");
    // Nothing was persisted: nothing comes back.
    line.store(true, Ordering::Relaxed);
    restarted(&mut device);
    assert_eq!(device.status().expect("it answers"), None);
    device.load(&core.checkpoint(&[]).expect("a network")).expect("it loads");
    let mut done = 0;
    for round in 1..=4 {
        learn(&mut device, &mut core, &digits, &mut done, 20 * round).expect("a good link");
        device.persist().expect("it has a slot");
        let kept = core.checkpoint(&[]).expect("a network");
        // What is learned from here on is lost.
        learn(&mut device, &mut core, &digits, &mut done, 20 * round + 7).expect("a good link");
        let lost = digests(&mut core);
        assert_eq!(digests(&mut device), lost);
        if round % 2 == 0 {
            line.store(true, Ordering::Relaxed);
            restarted(&mut device);
        } else {
            device.reset().expect("it can be reset");
            assert!(matches!(device.status(), Err(DeviceError::Restarted { .. })));
            device.reconnect().expect("it answers");
        }
        core = self::core(&kept);
        done = 20 * round;
        assert!(device.client().hello().network);
        assert_eq!(device.status().expect("it answers").map(|status| status.presented), Some(done as u32));
        let stored = device.digest(Scope::Stored).expect("a network");
        assert_eq!(stored, core.digest(Scope::Stored).expect("a network"));
        assert_ne!(stored, lost[2]);
        assert_eq!(device.pull(&mut |_| {}).expect("it comes"), kept);
    }
    learn(&mut device, &mut core, &digits, &mut done, 100).expect("a good link");
    assert_eq!(digests(&mut device), digests(&mut core));
}

/// Power is lost in the middle of a persist: the old network is there or the new one, and goes on.
#[test]
fn power_lost_while_persisting() {
    let (mut core, digits) = network();
    let sim = Sim::start(SIM_MEMORY, AnyKernels::best());
    let lose_power = sim.power();
    let mut device = device(sim);
    let checkpoint = core.checkpoint(&[]).expect("a network");
    device.load(&checkpoint).expect("it loads");
    device.persist().expect("it has a slot");
    let mut old = checkpoint;
    let mut found = [0, 0];
    // Erased sectors, written units, and the units of the header, which come last.
    let operations = 1 + old.len().div_ceil(4096) + old.len() / 4 + 8;
    for (i, after) in
        [0, 1, 3, operations / 2, operations - 9, operations - 8, operations - 5, operations - 1]
            .into_iter()
            .enumerate()
    {
        for tear in [Tear::Nothing, Tear::Bits, Tear::Whole] {
            let mut done = found[0] + found[1];
            let to = done + 1;
            learn(&mut device, &mut core, &digits, &mut done, to).expect("a good link");
            let new = core.checkpoint(&[]).expect("a network");
            lose_power(Cut { after, tear, seed: i as u64 });
            let lost = device.persist();
            assert!(matches!(lost, Err(DeviceError::Restarted { .. })), "after {after}, {tear:?}: {lost:?}");
            device.reconnect().expect("it answers");
            let got = device.pull(&mut |_| {}).expect("a network");
            assert!(got == old || got == new, "after {after}, {tear:?}: neither");
            found[usize::from(got == new)] += 1;
            core = self::core(&got);
            old = got;
        }
    }
    assert!(found[0] > 10 && found[1] > 0, "{found:?}");
    let mut done = 0;
    learn(&mut device, &mut core, &digits, &mut done, 10).expect("a good link");
    device.persist().expect("it has power");
    assert_eq!(digests(&mut device), digests(&mut core));
}

#[test]
fn what_is_refused_leaves_the_device_at_work() {
    let (mut core, digits) = network();
    let sim = Sim::start(SIM_MEMORY, AnyKernels::best());
    let mut device = device(sim);
    device.load(&core.checkpoint(&[]).expect("a network")).expect("it loads");
    // One sample too short for the network amid a window that is full.
    let mut batch = samples(&digits, 0, 40);
    let short = [7; 783];
    batch[3].values = &short;
    let (mut posted, mut right) = (0, 0);
    let refused = loop {
        posted += device.post(&batch[posted..], true).expect("a good link");
        match device.results(&mut |_| right += 1) {
            Ok(more) => assert!(more, "it is refused"),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, DeviceError::Refused { .. }), "{refused}");
    assert!(right <= 3 && device.client().under_way() == 0);
    for sample in &batch[..right] {
        core.learn(sample.values, sample.target).expect("784 lines");
    }
    assert_eq!(digests(&mut device), digests(&mut core));
    let mut done = right;
    learn(&mut device, &mut core, &digits, &mut done, right + 30).expect("a good link");
    assert_eq!(digests(&mut device), digests(&mut core));
}

/// A loss of power takes the ring and leaves what was persisted of its life; a ring that is filled again makes up for it.
#[test]
fn a_reset_empties_the_ring() {
    let (core, digits) = network();
    let life = LifePlan {
        remember: 6,
        again: 2,
        again_unlabelled: 0,
        gain: 0,
        fast: 4,
        offset: -2,
        most: 6,
        wrong_only: false,
    };
    let lives = rewrite(&core.checkpoint(&[]).expect("a network"), &[], |plan| plan.life = life);
    let mut core = self::core(&lives.expect("it can run"));
    let sim = Sim::start(SIM_MEMORY, AnyKernels::best());
    let (line, lose_power) = (sim.reset_line(), sim.power());
    let mut device = device(sim);
    device.load(&core.checkpoint(&[]).expect("a network")).expect("it loads");
    assert_eq!(device.vitals().expect("it answers").remembered, 0);
    let mut done = 0;
    learn(&mut device, &mut core, &digits, &mut done, 4).expect("a good link");
    assert_eq!(device.vitals().expect("it answers").remembered, 4);
    learn(&mut device, &mut core, &digits, &mut done, 40).expect("a good link");
    device.persist().expect("it has a slot");
    let kept = core.checkpoint(&[]).expect("a network");
    let before = device.vitals().expect("it answers");
    assert_eq!((before.known, before.repeats, before.remembered), (40, 80, 6), "the first finds itself");
    learn(&mut device, &mut core, &digits, &mut done, 47).expect("a good link");
    for lost in [false, true] {
        if lost {
            // In the middle of the next persist: the one of before counts.
            lose_power(Cut { after: 2, tear: Tear::Bits, seed: 1 });
            assert!(matches!(device.persist(), Err(DeviceError::Restarted { .. })));
            device.reconnect().expect("it answers");
        } else {
            line.store(true, Ordering::Relaxed);
            restarted(&mut device);
        }
        let after = device.vitals().expect("it answers");
        assert_eq!(after, hebbit_core::link::Vitals { remembered: 0, constant: 0, ..before });
        assert_eq!(device.pull(&mut |_| {}).expect("it comes"), kept);
        // Without its ring it computes what the core does without one.
        core = self::core(&kept);
        device.adopt(&core);
        done = 40;
        learn(&mut device, &mut core, &digits, &mut done, 43).expect("a good link");
        assert_eq!(digests(&mut device), digests(&mut core));
    }
    // With the six newest samples put back it computes what it would have computed.
    device.load(&kept).expect("it loads");
    let newest: Vec<(Vec<u8>, u8)> = (34..40).map(|i| (digits.sample(i).to_vec(), digits.label(i))).collect();
    device.remember_all(&newest).expect("it remembers them");
    let mut whole = self::core(&kept);
    for (sample, class) in &newest {
        whole.remember(sample, *class).expect("784 lines");
    }
    done = 40;
    learn(&mut device, &mut whole, &digits, &mut done, 60).expect("a good link");
    assert_eq!(digests(&mut device), digests(&mut whole));
    assert_eq!(device.vitals().expect("it answers").remembered, 6);
}
