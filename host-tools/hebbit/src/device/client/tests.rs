//! A link whose device is played: what is worth waiting for, and what is not.

use super::*;
use crate::device::Device;
use hebbit_core::link::{About, Unit};
use hebbit_core::net::{Digest, Moment};
use hebbit_core::signal::{Phase, Tick};
use std::collections::VecDeque;
use std::io;

const GIVE_UP: Duration = Duration::from_millis(400);

/// What the device does with a request that is no hello: for so long it sends frames, then its answer, if it has one.
struct Played {
    collector: Collector,
    out: VecDeque<u8>,
    /// The request under way, and since when.
    asked: Option<(u16, Instant)>,
    busy: Duration,
    meanwhile: fn(u16) -> Vec<u8>,
    answer: fn(u16) -> Vec<u8>,
}

fn framed(number: u16, reply: &impl serde::Serialize) -> Vec<u8> {
    let mut frame = vec![0; MAX_FRAME];
    let len = seal(number, reply, &mut frame).expect("it fits");
    frame.truncate(len);
    frame
}

fn words(number: u16) -> Vec<u8> {
    let moment = Moment { window: 0, tick: Tick(0), phase: Phase::Encode, layer: 0 };
    framed(number, &Reply::Words { moment: Some(moment), from: 0, bytes: &[1, 0] })
}

fn again(number: u16) -> Vec<u8> {
    framed(number, &Reply::Again)
}

fn done(number: u16) -> Vec<u8> {
    framed(number, &Reply::Done)
}

fn hello(number: u16, session: u32, memory: u32) -> Vec<u8> {
    let about = About {
        board: "played",
        core: hebbit_core::VERSION,
        memory,
        slot: 0,
        message: 1024,
        credits: 4,
        unit: Unit::Nothing,
        layers: 16,
        network: true,
    };
    framed(number, &Reply::Hello { protocol: PROTOCOL, session, about })
}

impl Played {
    fn new(busy: Duration, meanwhile: fn(u16) -> Vec<u8>, answer: fn(u16) -> Vec<u8>) -> Self {
        Self { collector: Collector::new(), out: VecDeque::new(), asked: None, busy, meanwhile, answer }
    }

    fn hear(&mut self, number: u16) {
        match postcard::from_bytes(self.collector.message()) {
            Ok(Request::Hello { session, .. }) => self.out.extend(hello(number, session, 1 << 20)),
            _ => {
                self.asked.get_or_insert((number, Instant::now()));
            }
        }
    }
}

impl Transport for Played {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            if let Some(Ok(Incoming { number })) = self.collector.push(byte) {
                self.hear(number);
            }
        }
        Ok(())
    }
    fn receive(&mut self, into: &mut [u8], _: Duration) -> io::Result<usize> {
        if self.out.is_empty() {
            std::thread::sleep(Duration::from_millis(1));
            let Some((number, since)) = self.asked else { return Ok(0) };
            let frame = if since.elapsed() < self.busy { self.meanwhile } else { self.answer };
            self.out.extend(frame(number));
        }
        io::Read::read(&mut self.out, into)
    }
    fn delay(&self) -> Duration {
        Duration::from_millis(10)
    }
}

/// The answer, how long it took, pieces of words, frames that were sent again.
fn watch(device: Played) -> (Result<(), DeviceError>, Duration, usize, u64) {
    let mut client = Client::connect(Box::new(device), "played").expect("it answers");
    client.give_up = GIVE_UP;
    let start = Instant::now();
    let answer = client.ask("to watch", &Request::Watch { first: 0, bytes: &[] }, |reply| {
        matches!(reply, Reply::Done).then_some(())
    });
    (answer, start.elapsed(), client.watched().len(), client.traffic().again)
}

/// A great network shows megabytes of words, and a slow link takes minutes for them.
#[test]
fn words_of_a_watched_sample_are_worth_waiting_for() {
    let (answer, took, watched, again) = watch(Played::new(GIVE_UP * 4, words, done));
    assert!(answer.is_ok(), "{answer:?} after {took:?}");
    assert!(took > GIVE_UP * 4 && watched > 10, "{took:?}, {watched} pieces");
    // While words come nothing is sent again, but for pauses of a busy machine.
    assert!(again < 10, "sent again {again} times");
}

#[test]
fn a_device_that_only_reacts_is_given_up() {
    let (answer, took, ..) = watch(Played::new(GIVE_UP * 1000, again, done));
    assert!(matches!(answer, Err(DeviceError::NoAnswer { .. })), "{answer:?}");
    assert!(took >= GIVE_UP && took < GIVE_UP * 20, "{took:?}");
}

/// Words under another number belong to what nobody waits for.
#[test]
fn words_of_another_request_are_no_progress() {
    let (answer, took, ..) = watch(Played::new(GIVE_UP * 1000, |number| words(number.wrapping_add(1)), done));
    assert!(matches!(answer, Err(DeviceError::NoAnswer { .. })), "{answer:?}");
    assert!(took < GIVE_UP * 20, "{took:?}");
}

/// A device whose network is longer than it is, of a checkpoint that begins like this and goes on with zeros.
struct Lying {
    collector: Collector,
    out: VecDeque<u8>,
    memory: u32,
    length: u32,
    front: Vec<u8>,
}

impl Transport for Lying {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            let Some(Ok(Incoming { number })) = self.collector.push(byte) else { continue };
            let length = self.length;
            self.out.extend(match postcard::from_bytes(self.collector.message()) {
                Ok(Request::Hello { session, .. }) => hello(number, session, self.memory),
                Ok(Request::Status) => {
                    let digest = Digest::default();
                    framed(number, &Reply::Status { crc: 0, length, digest, samples: 0, presented: 0 })
                }
                Ok(Request::Pull { offset }) => {
                    let mut bytes: Vec<u8> =
                        self.front.iter().copied().skip(offset as usize).take(512).collect();
                    bytes.resize(512, 0);
                    framed(number, &Reply::Bytes { offset, bytes: &bytes })
                }
                _ => framed(number, &Reply::Done),
            });
        }
        Ok(())
    }
    fn receive(&mut self, into: &mut [u8], _: Duration) -> io::Result<usize> {
        io::Read::read(&mut self.out, into)
    }
    fn delay(&self) -> Duration {
        Duration::from_millis(100)
    }
}

/// What a pull from it says, and how many bytes came until then.
fn pulled(memory: u32, length: u32, front: &[u8]) -> (String, u64) {
    let (collector, out, front) = (Collector::new(), VecDeque::new(), front.to_vec());
    let device = Lying { collector, out, memory, length, front };
    let client = Client::connect(Box::new(device), "liar").expect("it answers");
    let mut device = Device::new(client).expect("it has a status");
    let mut came = 0;
    let lie = device.pull(&mut |have| came = have).expect_err("it lies");
    (lie.to_string(), came)
}

#[test]
fn a_pull_believes_no_length() {
    let bytes = crate::run::build(&crate::run::Wishes::default().recipe_for(&digits()).expect("a recipe"));
    let bytes = bytes.expect("a network");
    let (lie, came) = pulled(1 << 20, u32::MAX, &bytes);
    assert!(lie.ends_with("a network of 4294967295 bytes, in a memory of 1048576"), "{lie}");
    assert_eq!(came, 0);
    // The memory may be a lie as well.
    let want = hebbit_core::checkpoint::length(&bytes).expect("a plan").expect("all of it");
    let (lie, came) = pulled(u32::MAX, u32::MAX, &bytes);
    assert!(lie.ends_with(&format!("a network of 4294967295 bytes, whose plan is of {want}")), "{lie}");
    assert!(came < 9000, "{came}");
    let (lie, came) = pulled(u32::MAX, u32::MAX, &[]);
    assert!(lie.contains("what it sends is no network: "), "{lie}");
    assert_eq!(came, 0);
    // A plan without an end.
    let mut endless = bytes.clone();
    endless[20..24].copy_from_slice(&u32::MAX.to_le_bytes());
    let (lie, _) = pulled(u32::MAX, u32::MAX, &endless);
    assert!(lie.contains("what it sends is no network: "), "{lie}");
    // One that is shorter than it says: the last piece is longer than what is left.
    let (lie, _) = pulled(1 << 20, 100, &bytes);
    assert!(lie.contains("gave an answer that belongs to no question"), "{lie}");
}

fn digits() -> crate::data::Dataset {
    crate::data::load("mini").expect("it is part of the program").train
}

/// A device at the end of a line with a speed, whose facts are these bytes.
struct Telling {
    collector: Collector,
    out: VecDeque<u8>,
    facts: Vec<u8>,
    baud: u32,
}

impl Transport for Telling {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            let Some(Ok(Incoming { number })) = self.collector.push(byte) else { continue };
            self.out.extend(match postcard::from_bytes(self.collector.message()) {
                Ok(Request::Hello { session, .. }) => hello(number, session, 1 << 20),
                Ok(Request::Facts) => framed(number, &super::super::sim::Raw(&self.facts)),
                _ => done(number),
            });
        }
        Ok(())
    }
    fn receive(&mut self, into: &mut [u8], _: Duration) -> io::Result<usize> {
        io::Read::read(&mut self.out, into)
    }
    fn delay(&self) -> Duration {
        Duration::from_millis(100)
    }
    fn baud(&self) -> Option<u32> {
        Some(self.baud)
    }
    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        self.baud = baud;
        Ok(())
    }
}

/// Samples are coded where the device reads them, and the line is slow. Facts of firmware from before there were forms end before them.
#[test]
fn samples_are_coded_where_both_ends_gain() {
    let facts = |baud, forms| {
        let facts = hebbit_core::link::Facts { baud, forms, commit: "0123", ..Default::default() };
        postcard::to_slice(&Reply::Facts(facts), &mut [0; 64]).expect("it fits").to_vec()
    };
    let old = facts(2_000_000, 0)[..facts(2_000_000, 0).len() - 1].to_vec();
    let coded = hebbit_core::link::CODED;
    for (facts, rate, forms) in [
        (old, 115_200, 0),
        (facts(2_000_000, 0), 115_200, 0),
        (facts(2_000_000, coded), 115_200, coded),
        (facts(2_000_000, coded), 460_800, coded),
        (facts(2_000_000, coded), 921_600, 0),
        // Its link has no speed of its own: it is a fast one.
        (facts(0, coded), 115_200, 0),
    ] {
        let device = Telling { collector: Collector::new(), out: VecDeque::new(), facts, baud: 115_200 };
        let mut client = Client::connect(Box::new(device), "told").expect("it answers");
        assert_eq!(client.forms(), 0, "before it was asked");
        client.settle(Baud::Fixed(rate), &mut |_| {}).expect("the link lives");
        assert_eq!(client.forms(), forms, "at {rate}");
        std::mem::forget(client);
    }
}
