//! The loop of a device gets valid frames, damaged ones and random bytes, and behaves as `docs/LINK.md` specifies: only a sample with the
//! right number changes a weight, and no input stops it from answering.

mod activity;
mod model;
mod open;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use hebbit_app::{Board, Buffers, Ended, NoStore, Unit, run};
use hebbit_core::checkpoint::{self, Checkpoint, stored_crc};
use hebbit_core::link::{Check, Collector, Incoming, MAX_FRAME, PROTOCOL, Request, pack, seal};
use hebbit_core::net::life::LifePlan;
use hebbit_core::net::{Memory, Network, Scalar, Scope, Target};
use model::{Answers, Model, digest};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::ser::{Serialize, SerializeTuple, Serializer};
use std::collections::VecDeque;
use zerocopy::IntoBytes as _;

/// Bytes of the device's memory.
const MEMORY: usize = 16 << 10;

struct Bench;

impl Board for Bench {
    const NAME: &'static str = "bench";
    const UNIT: Unit = Unit::Nothing;
    const CREDITS: u8 = 4;
    fn count(&mut self) -> u32 {
        0
    }
    fn feed(&mut self) {}
    fn reset(&mut self) {}
}

/// A link whose other end sends the next bytes when the device waits for them.
struct Script<'s> {
    said: VecDeque<u8>,
    answers: Vec<u8>,
    next: &'s mut dyn FnMut(&[u8]) -> Option<Vec<u8>>,
}

impl ErrorType for Script<'_> {
    type Error = ErrorKind;
}

impl hebbit_app::Link for Script<'_> {}

impl ReadReady for Script<'_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        if self.said.is_empty() {
            self.said.extend((self.next)(&std::mem::take(&mut self.answers)).ok_or(ErrorKind::BrokenPipe)?);
        }
        Ok(!self.said.is_empty())
    }
}

impl Read for Script<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, ErrorKind> {
        Ok(std::io::Read::read(&mut self.said, into).expect("memory"))
    }
}

impl Write for Script<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.answers.extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// Bytes as they are.
struct Raw<'a>(&'a [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|byte| tuple.serialize_element(byte))?;
        tuple.end()
    }
}

fn framed(number: u16, message: &impl Serialize) -> Vec<u8> {
    let mut out = vec![0; MAX_FRAME];
    let len = seal(number, message, &mut out).expect("it fits");
    out.truncate(len);
    out
}

/// The worked checkpoint of `docs/FORMAT.md`: two lines, three neurons.
fn worked() -> Vec<u8> {
    let text = include_str!("../../../../docs/FORMAT.md");
    let (_, section) = text.split_once("\n## 7. ").expect("section 7");
    let (section, _) = section.split_once("\n## 8. ").expect("section 8");
    let rows = section.lines().filter(|line| line.starts_with("    0"));
    let bytes = rows.flat_map(|row| row.split_whitespace().skip(1));
    bytes.map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect()
}

/// The same network with *life*.
fn lives() -> Vec<u8> {
    let bytes = worked();
    let stored = Checkpoint::parse(&bytes).expect("a checkpoint");
    let mut plan = stored.plan;
    plan.life = LifePlan {
        remember: 3,
        again: 2,
        again_unlabelled: 1,
        gain: 3,
        fast: 3,
        offset: -1,
        most: 4,
        wrong_only: false,
    };
    let mut weights = vec![0_u64; stored.weights.len() / 8];
    weights.as_mut_bytes().copy_from_slice(stored.weights);
    let mut arena = vec![0_u64; Network::<Scalar>::arena_bytes(&plan).div_ceil(8)];
    let (weights, arena) = (weights.as_mut_bytes(), arena.as_mut_bytes());
    let memory = Memory { weights, labels: stored.labels, schema: stored.schema, arena };
    let network = Network::<_>::new(plan, memory, Scalar).expect("a plan that can run");
    let mut out = vec![0; checkpoint::bytes(network.plan(), stored.labels.len(), 0, 0)];
    checkpoint::save(&network, stored.labels, &[], &[], &mut out).expect("its length");
    out
}

/// The next action of the host, drawn independently of the device's state.
#[derive(Clone, Debug)]
enum Deed {
    /// Samples with the right numbers.
    Samples {
        learn: bool,
        values: Vec<[u8; 2]>,
    },
    /// One sample with an error: its number, `first`, `count`, or trailing bytes.
    Odd {
        number: u16,
        first: u32,
        count: u8,
        more: Vec<u8>,
    },
    /// An earlier frame again.
    Again(usize),
    /// Samples with the right numbers, with a flipped bit or truncated.
    Flipped {
        at: usize,
        bit: u8,
    },
    Cut(usize),
    /// Bytes that are no frames.
    Bytes(Vec<u8>),
    /// A valid frame with a random message.
    Message {
        number: u16,
        message: Vec<u8>,
    },
    /// A hello; 0 is the open session.
    Hello {
        session: u32,
        number: u16,
        protocol: u16,
    },
    /// A complete upload, in pieces of this many bytes, with a changed byte.
    Upload {
        lives: bool,
        piece: usize,
        changed: Option<usize>,
    },
    /// Samples to remember, with or without a class; this many fewer than announced; and trailing bytes.
    Remember {
        values: Vec<([u8; 2], bool)>,
        less: u8,
        more: Vec<u8>,
    },
    /// Parts of an upload, in any order.
    Begin {
        length: u32,
        crc: bool,
    },
    Put {
        skip: usize,
        len: usize,
    },
    /// The rest of an upload, and this many bytes more.
    Fill(usize),
    Ask(u8, u32),
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let near = prop_oneof![6 => Just(0_u16), 2 => 1..5_u16, 2 => 0xfff8..=0xffff_u16, 1 => any::<u16>()];
    let small = || prop_oneof![6 => Just(0_u8), 1 => 1..3_u8, 1 => any::<u8>()];
    let samples = || (any::<bool>(), vec(any::<[u8; 2]>(), 0..=10));
    prop_oneof![
        8 => samples().prop_map(|(learn, values)| Deed::Samples { learn, values }),
        3 => (near.clone(), 0..2_u32, prop_oneof![Just(1_u8), any::<u8>()], vec(any::<u8>(), 0..6))
            .prop_map(|(number, first, count, more)| Deed::Odd { number, first, count, more }),
        4 => (0..8_usize).prop_map(Deed::Again),
        3 => (any::<usize>(), 0..8_u8).prop_map(|(at, bit)| Deed::Flipped { at, bit }),
        2 => any::<usize>().prop_map(Deed::Cut),
        2 => vec(any::<u8>(), 0..2000).prop_map(Deed::Bytes),
        3 => (near.clone(), 0..17_u8, vec(prop_oneof![0..4_u8, any::<u8>()], 0..40)).prop_map(|(number, tag, rest)| {
            Deed::Message { number, message: [vec![tag], rest].concat() }
        }),
        1 => (0..4_u32, near.clone(), prop_oneof![8 => Just(PROTOCOL), 1 => any::<u16>()])
            .prop_map(|(session, number, protocol)| Deed::Hello { session, number, protocol }),
        3 => (any::<bool>(), 1..400_usize, prop::option::weighted(0.3, any::<usize>()))
            .prop_map(|(lives, piece, changed)| Deed::Upload { lives, piece, changed }),
        4 => (vec((any::<[u8; 2]>(), prop::bool::weighted(0.95)), 0..=9), small(), vec(any::<u8>(), 0..3))
            .prop_map(|(values, less, more)| Deed::Remember { values, less, more: if less > 0 { more } else { Vec::new() } }),
        1 => (prop_oneof![Just(320_u32), any::<u32>(), 0..400_u32], any::<bool>())
            .prop_map(|(length, crc)| Deed::Begin { length, crc }),
        2 => (prop_oneof![8 => Just(0_usize), 1 => 1..400_usize], 0..200_usize)
            .prop_map(|(skip, len)| Deed::Put { skip, len }),
        1 => prop_oneof![3 => Just(0_usize), 1 => 1..3_usize].prop_map(Deed::Fill),
        5 => (0..17_u8, prop_oneof![0..400_u32, 310..315_u32, any::<u32>()]).prop_map(|(what, at)| Deed::Ask(what, at)),
    ]
}

/// A sample of two lines with the right number.
fn packed(values: &[[u8; 2]]) -> Vec<u8> {
    let mut bytes = vec![0; 16 * values.len()];
    let mut len = 0;
    for (i, values) in values.iter().enumerate() {
        let class = i as u8 % 3;
        let targets = [Target::Class(class), Target::Wrong(class), Target::Unknown, Target::Right(class)];
        let target = targets[i % targets.len()];
        len += pack(target, values, &mut bytes[len..]).expect("it fits");
    }
    bytes.truncate(len);
    bytes
}

fn learn(model: &Model, values: &[[u8; 2]], learn: bool) -> Vec<u8> {
    let (first, count, bytes) = (model.presented(), values.len() as u8, packed(values));
    framed(model.next, &Request::Samples { first, learn, count, bytes: &bytes })
}

fn upload(model: &Model, lives: bool, piece: usize, changed: Option<usize>) -> Vec<u8> {
    let mut image = if lives { self::lives() } else { worked() };
    let (length, crc) = (image.len() as u32, stored_crc(&image).expect("a header"));
    if let Some(at) = changed {
        let at = at % image.len();
        image[at] ^= 0x10;
    }
    let mut number = model.next;
    let mut bytes = Vec::new();
    let mut say = |request: &Request<'_>| {
        bytes.extend(framed(number, request));
        number = number.wrapping_add(1);
    };
    // Another upload first, so that this one starts from its beginning.
    say(&Request::Begin { length: 0, crc: 0 });
    say(&Request::Begin { length, crc });
    for (i, bytes) in image.chunks(piece).enumerate() {
        say(&Request::Put { offset: (i * piece) as u32, bytes });
    }
    say(&Request::Commit);
    bytes
}

/// Bytes of the worked checkpoint from the upload's position on, or beyond it.
fn put(model: &Model, skip: usize, len: usize) -> Vec<u8> {
    let at = model.have() + skip;
    let bytes: Vec<u8> = worked().into_iter().cycle().skip(at).take(len).collect();
    framed(model.next, &Request::Put { offset: at as u32, bytes: &bytes })
}

/// The bytes on the link for an action.
fn said(deed: &Deed, model: &Model, before: &[Vec<u8>]) -> Vec<u8> {
    let at = |more: u16| model.next.wrapping_add(more);
    match deed {
        Deed::Samples { learn, values } => self::learn(model, values, *learn),
        Deed::Odd { number, first, count, more } => {
            let bytes = [packed(&[[9, 200]]), more.clone()].concat();
            let first = model.presented().wrapping_add(*first);
            framed(at(*number), &Request::Samples { first, learn: true, count: *count, bytes: &bytes })
        }
        Deed::Again(back) => before.iter().rev().nth(*back).cloned().unwrap_or_default(),
        Deed::Flipped { at, bit } => {
            let mut frame = self::learn(model, &[[200, 100]], true);
            let at = at % frame.len();
            frame[at] ^= 1 << bit;
            frame
        }
        Deed::Cut(len) => {
            let mut frame = self::learn(model, &[[200, 100]], true);
            frame.truncate(len % frame.len());
            frame.push(0);
            frame
        }
        Deed::Bytes(bytes) => bytes.clone(),
        Deed::Message { number, message } => framed(at(*number), &Raw(message)),
        Deed::Hello { session, number, protocol } => {
            framed(at(*number), &Request::Hello { session: *session, protocol: *protocol })
        }
        Deed::Upload { lives, piece, changed } => upload(model, *lives, *piece, *changed),
        Deed::Remember { values, less, more } => {
            let mut bytes = vec![0; 16 * values.len()];
            let mut len = 0;
            let unlabelled = [Target::Unknown, Target::Right(1), Target::Wrong(1)];
            for (i, (values, labelled)) in values.iter().enumerate() {
                let target = if *labelled { Target::Class(i as u8) } else { unlabelled[i % 3] };
                len += pack(target, values, &mut bytes[len..]).expect("it fits");
            }
            bytes.truncate(len);
            bytes.extend(more);
            let count = (values.len() as u8).wrapping_sub(*less);
            framed(at(0), &Request::Remember { count, bytes: &bytes })
        }
        Deed::Begin { length, crc } => {
            let crc = if *crc { stored_crc(&worked()).expect("a header") } else { 1 };
            framed(at(0), &Request::Begin { length: *length, crc })
        }
        Deed::Put { skip, len } => put(model, *skip, *len),
        Deed::Fill(more) => put(model, 0, worked().len().saturating_sub(model.have()) + more),
        Deed::Ask(what, n) => {
            let bytes = packed(&[[n.to_le_bytes()[0], 150]]);
            let (count, ticks): (u8, Vec<u8>);
            let request = match what {
                0 => Request::Status,
                1 => Request::Digest { scope: Scope::Stored },
                2 => Request::Digest { scope: Scope::Weights },
                3 => Request::Peek { weights: n % 2 == 0, from: n / 2 },
                4 => Request::Pull { offset: *n },
                5 => Request::Persist,
                7 => Request::Life,
                9 => Request::Facts,
                10 => Request::Baud { rate: *n },
                11 => Request::Check(Check::Kernel { index: n.to_le_bytes()[0] % 12, seed: *n, trials: 3 }),
                12 => Request::Check(Check::Memory { seed: *n }),
                13 => Request::Check(Check::Cut { after: 0 }),
                6 => Request::Watch { first: model.presented(), bytes: &bytes },
                14 => Request::Open {
                    first: model.presented(),
                    target: [None, Some(Target::Class(1))][*n as usize % 2],
                },
                15 => {
                    (count, ticks) = open::ticks(&bytes, *n);
                    Request::Ticks { count, bytes: &ticks }
                }
                16 => Request::Close,
                _ => Request::Commit,
            };
            framed(at(0), &request)
        }
    }
}

/// The frames in a device's output.
fn answers(bytes: &[u8]) -> Answers {
    let mut collector = Collector::new();
    let mut answers = Answers::new();
    for &byte in bytes {
        if let Some(frame) = collector.push(byte) {
            let Incoming { number } = frame.expect("a device's frames are whole");
            answers.push_back((number, collector.message().to_vec()));
        }
    }
    answers
}

/// Sends the same bytes to a device and to the model. Returns the model, with the learned samples.
fn live(deeds: &[Deed]) -> Result<Model, String> {
    let mut model = Model::new(MEMORY);
    let mut before = Vec::new();
    let mut judged = Ok(());
    // Afterwards it must still work: another session, another upload, a sample.
    let last = [
        Deed::Bytes(vec![0]),
        Deed::Hello { session: 77, number: 9, protocol: PROTOCOL },
        Deed::Ask(0, 0),
        Deed::Ask(2, 0),
        Deed::Upload { lives: false, piece: 100, changed: None },
        Deed::Samples { learn: true, values: vec![[200, 100]] },
        Deed::Ask(1, 0),
    ];
    let first = [
        Deed::Hello { session: 5, number: 0xfff0, protocol: PROTOCOL },
        Deed::Upload { lives: true, piece: 300, changed: None },
    ];
    let mut deeds = first.iter().chain(deeds).chain(&last);
    let mut heard: Vec<u8> = Vec::new();
    loop {
        let mut next = |bytes: &[u8]| {
            judged = model.hear(&std::mem::take(&mut heard), &mut answers(bytes));
            if judged.is_err() || model.reset {
                return None;
            }
            heard = said(deeds.next()?, &model, &before);
            before.push(heard.clone());
            Some(heard.clone())
        };
        let mut words = vec![0_u64; MEMORY / 8];
        let mut script = Script { said: VecDeque::new(), answers: Vec::new(), next: &mut next };
        let ended = run::<16, _, _, _, _>(
            &mut script,
            Bench,
            Scalar,
            NoStore,
            words.as_mut_bytes(),
            &mut Buffers::new(),
        );
        let bytes = std::mem::take(&mut script.answers);
        if ended == Ended::Link {
            judged?;
            if model.network.as_ref().map(|image| digest(image, Scope::Stored)) != Some(digest_of_one()) {
                return Err("it does not work in the end".to_owned());
            }
            return Ok(model);
        }
        model.hear(&std::mem::take(&mut heard), &mut answers(&bytes))?;
        if !model.reset {
            return Err("it was reset, and nobody asked for it".to_owned());
        }
        model.restart();
    }
}

/// The digest of the worked network with one more sample.
fn digest_of_one() -> hebbit_core::net::Digest {
    let mut model = Model::new(MEMORY);
    model.network = Some(worked());
    model.learn_alone(&[200, 100], Target::Class(0));
    digest(&model.network.expect("a network"), Scope::Stored)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_device_does_what_the_page_says(deeds in vec(any_deed(), 0..60)) {
        let lived = live(&deeds);
        prop_assert!(lived.is_ok(), "{}", lived.err().unwrap_or_default());
    }
}

fn cases() -> u32 {
    if std::env::var("SLOW").is_ok_and(|slow| slow == "1") { 20_000 } else { 500 }
}

/// Cases that random draws rarely reach.
#[test]
fn corners() {
    let begin = |crc| Deed::Begin { length: 320, crc };
    let samples = |n: usize| Deed::Samples { learn: true, values: vec![[200, 100]; n] };
    let commit = || Deed::Ask(8, 0);
    let cases = [
        // Complete, but not as announced.
        vec![begin(false), Deed::Fill(0), commit(), commit()],
        // Another upload during the first, and a resumed one.
        vec![
            begin(false),
            Deed::Put { skip: 0, len: 100 },
            begin(true),
            Deed::Fill(0),
            commit(),
            commit(),
            samples(8),
        ],
        vec![
            begin(true),
            Deed::Put { skip: 0, len: 100 },
            begin(true),
            Deed::Fill(1),
            Deed::Fill(0),
            commit(),
        ],
        vec![begin(true), commit(), Deed::Put { skip: 0, len: 0 }, Deed::Fill(0), begin(true), commit()],
        // No samples, the most, one too many.
        vec![samples(0), samples(8), samples(9), samples(1)],
        // An upload that does not fit does not affect the network.
        vec![Deed::Begin { length: MEMORY as u32 + 1, crc: true }, samples(1)],
        // A reset, then everything except a hello; then a hello between requests.
        vec![Deed::Message { number: 0, message: vec![11] }, samples(1), Deed::Bytes(vec![5, 5, 0])],
        vec![
            samples(2),
            Deed::Hello { session: 3, number: 0xffff, protocol: PROTOCOL },
            Deed::Again(1),
            samples(2),
        ],
        // Eight samples to remember, nine, one without a class; then they are learned again. Those of a network without a ring.
        vec![
            Deed::Remember { values: vec![([9, 200], true); 8], less: 0, more: Vec::new() },
            Deed::Ask(7, 0),
            Deed::Remember { values: vec![([200, 9], true); 9], less: 0, more: Vec::new() },
            Deed::Remember { values: vec![([200, 9], true), ([200, 9], false)], less: 0, more: Vec::new() },
            Deed::Remember { values: vec![([200, 9], true); 2], less: 1, more: Vec::new() },
            Deed::Remember { values: vec![([200, 9], true); 2], less: 0, more: vec![0] },
            Deed::Ask(7, 0),
            samples(8),
            Deed::Ask(7, 0),
            Deed::Upload { lives: false, piece: 300, changed: None },
            Deed::Remember { values: vec![([9, 200], true); 2], less: 0, more: Vec::new() },
            Deed::Ask(7, 0),
            Deed::Message { number: 0, message: vec![11] },
        ],
        // Without a network nothing is remembered.
        vec![
            Deed::Begin { length: 0, crc: true },
            Deed::Remember { values: Vec::new(), less: 0, more: Vec::new() },
            Deed::Ask(7, 0),
        ],
        // Numbers that wrap, each once and each again.
        (0..40).flat_map(|_| [samples(1), Deed::Again(0), Deed::Again(3)]).collect(),
    ];
    let mut learned = 0;
    for deeds in cases {
        match live(&deeds) {
            Ok(model) => learned += model.learned,
            Err(wrong) => panic!("{deeds:?}: {wrong}"),
        }
    }
    // One in the end of each, and those of the deeds, each once.
    assert_eq!(learned, 11 + 8 + 8 + 1 + 1 + 2 + 2 + 8 + 40);
}
