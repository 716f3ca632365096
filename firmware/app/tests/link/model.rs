//! A model of a device by `docs/LINK.md`: it gets the same bytes and checks each answer.

use super::open::{Opened, keeps_a_sample};
use hebbit_core::checkpoint::{self, Checkpoint, CheckpointError, stored_crc};
use hebbit_core::link::{
    Check, Collector, FORMS, Facts, Incoming, PROTOCOL, Refusal, Reply, Request, SampleResult, Vitals, unpack,
};
use hebbit_core::net::life::Lived;
use hebbit_core::net::{Digest, Network, Plan, Scalar, Scope, Target};
use hebbit_core::signal::Outcome;
use std::collections::{HashMap, VecDeque};
use zerocopy::IntoBytes as _;

/// Answers of the device, with their numbers.
pub(crate) type Answers = VecDeque<(u16, Vec<u8>)>;

pub(crate) type Judged = Result<(), String>;

/// Opens a checkpoint, calls `f` with the network, and saves it without a note.
pub(crate) fn with<T>(
    image: &[u8],
    f: impl FnOnce(&mut Network<'_, Scalar>) -> T,
) -> Result<(T, Vec<u8>), CheckpointError> {
    let mut words = vec![0_u64; image.len().div_ceil(8)];
    let place = &mut words.as_mut_bytes()[..image.len()];
    place.copy_from_slice(image);
    let mut arena = vec![0_u64; Network::<Scalar>::arena_bytes(&Checkpoint::parse(image)?.plan).div_ceil(8)];
    let mut network = checkpoint::open(place, arena.as_mut_bytes(), Scalar)?;
    let result = f(&mut network);
    let (labels, schema) = (network.labels(), network.schema_bytes());
    let mut out = vec![0; checkpoint::bytes(network.plan(), labels.len(), 0, schema.len())];
    checkpoint::save(&network, labels, &[], schema, &mut out)?;
    Ok((result, out))
}

/// Samples with their classes, the oldest first.
pub(crate) type Ring = Vec<(Vec<u8>, u8)>;

/// The same with a ring of remembered samples, which is updated.
pub(crate) fn with_ring<T>(
    image: &[u8],
    ring: &mut Ring,
    f: impl FnOnce(&mut Network<'_, Scalar>) -> T,
) -> Result<(T, Vec<u8>), CheckpointError> {
    with(image, |network| {
        ring.iter().for_each(|(sample, class)| network.remember(sample, *class));
        let result = f(network);
        let kept = network.ring();
        let all = (0..kept.len()).rev().filter_map(|age| kept.recall(age));
        *ring = all.map(|(sample, class)| (sample.to_vec(), class)).collect();
        result
    })
}

/// Digest of a checkpoint.
pub(crate) fn digest(image: &[u8], scope: Scope) -> Digest {
    with(image, |network| network.digest(scope)).expect("a network").0
}

struct Upload {
    length: usize,
    crc: u32,
    bytes: Vec<u8>,
}

/// The model.
pub(crate) struct Model {
    memory: usize,
    collector: Collector,
    session: u32,
    /// The number of the next request to execute.
    pub(crate) next: u16,
    done: HashMap<u16, Vec<u8>>,
    /// The checkpoint of its network.
    pub(crate) network: Option<Vec<u8>>,
    /// Its remembered samples.
    pub(crate) ring: Ring,
    pub(crate) opened: Option<Opened>,
    upload: Option<Upload>,
    /// Samples learned.
    pub(crate) learned: u32,
    /// It was reset: input not processed yet is lost.
    pub(crate) reset: bool,
}

impl Model {
    pub(crate) fn new(memory: usize) -> Self {
        let (collector, done) = (Collector::new(), HashMap::new());
        Self {
            memory,
            collector,
            session: 0,
            next: 0,
            done,
            network: None,
            ring: Ring::new(),
            opened: None,
            upload: None,
            learned: 0,
            reset: false,
        }
    }

    /// Samples presented to its network, without rehearsed ones.
    pub(crate) fn presented(&self) -> u32 {
        let plan = |image: &Vec<u8>| Checkpoint::parse(image).expect("a network").plan;
        let given = |plan: Plan| plan.counters.presented.wrapping_sub(plan.lived.repeats);
        self.network.as_ref().map_or(0, |image| given(plan(image)))
    }

    /// Received bytes of the upload.
    pub(crate) fn have(&self) -> usize {
        self.upload.as_ref().map_or(0, |upload| upload.bytes.len())
    }

    /// Clears everything except the number of learned samples.
    pub(crate) fn restart(&mut self) {
        *self = Self { learned: self.learned, ..Self::new(self.memory) };
    }

    /// Learns one sample without a link.
    pub(crate) fn learn_alone(&mut self, values: &[u8], target: Target) {
        let image = self.network.as_ref().expect("a network");
        let learn = |network: &mut Network<'_, Scalar>| network.learn(values, target, &mut ());
        let (_, image) = with_ring(image, &mut self.ring, learn).expect("a network");
        self.network = Some(image);
    }

    /// Processes the device's input, and checks its answers.
    pub(crate) fn hear(&mut self, bytes: &[u8], answers: &mut Answers) -> Judged {
        for &byte in bytes {
            let Some(frame) = self.collector.push(byte) else { continue };
            let message = self.collector.message().to_vec();
            match frame {
                Err(_) => self.broken(answers)?,
                Ok(Incoming { number }) => self.whole(number, &message, answers)?,
            }
            if self.reset {
                break;
            }
        }
        if answers.is_empty() {
            Ok(())
        } else {
            Err(format!("it says more than it was asked: {answers:02x?}"))
        }
    }

    fn broken(&mut self, answers: &mut Answers) -> Judged {
        match self.session {
            0 => says(answers, 0, &Reply::Refused(Refusal::NoSession)),
            _ => says(answers, self.next, &Reply::Again),
        }
    }

    fn whole(&mut self, number: u16, message: &[u8], answers: &mut Answers) -> Judged {
        let request = postcard::from_bytes::<Request<'_>>(message).ok();
        if let Some(Request::Hello { session, protocol }) = request {
            if protocol == PROTOCOL && session != self.session {
                (self.session, self.next) = (session, number.wrapping_add(1));
                self.done.clear();
            }
            let answer = taken(answers, number)?;
            return match postcard::from_bytes(&answer) {
                Ok(Reply::Hello { protocol: PROTOCOL, session, about })
                    if session == self.session && about.network == self.network.is_some() =>
                {
                    Ok(())
                }
                other => Err(format!("{other:?} to a hello")),
            };
        }
        if self.session == 0 {
            return says(answers, number, &Reply::Refused(Refusal::NoSession));
        }
        let is_read = request.is_some_and(|request| request.is_read());
        match self.next.wrapping_sub(number) {
            0 => {
                let first = answers.iter().find(|(_, answer)| !is_watched(answer)).map(|(_, a)| a.clone());
                self.carry_out(number, request, answers)?;
                self.done.insert(number, first.ok_or("no answer")?);
                self.next = self.next.wrapping_add(1);
                Ok(())
            }
            behind @ 1..=0x8000 => {
                let kept = self.done.get(&number).filter(|_| behind <= 4);
                // A long answer may be cached, or read again.
                let long = kept.is_some_and(|kept| kept.len() > 128);
                let same = answers.front().is_some_and(|(n, answer)| *n == number && Some(answer) == kept);
                match kept {
                    Some(_) if same => taken(answers, number).map(drop),
                    Some(kept) if !long => Err(format!("{answers:02x?} instead of {kept:02x?}")),
                    _ if is_read => self.carry_out(number, request, answers),
                    _ => Ok(()),
                }
            }
            _ => says(answers, self.next, &Reply::Again),
        }
    }

    fn carry_out(&mut self, number: u16, request: Option<Request<'_>>, answers: &mut Answers) -> Judged {
        let refused = |refusal| Reply::Refused(refusal);
        let Some(request) = request else { return says(answers, number, &refused(Refusal::Unknown)) };
        if !keeps_a_sample(&request) {
            self.drop_sample();
        }
        let reply = match (request, &self.network) {
            (Request::Begin { length, crc }, _) => self.begin(length, crc),
            (Request::Reset, _) => {
                self.reset = true;
                Reply::Done
            }
            (Request::Put { offset, bytes }, None) => self.put(offset as usize, bytes),
            (Request::Commit, None) => self.commit(),
            (Request::Put { .. } | Request::Commit, Some(_)) => refused(Refusal::NoUpload),
            (Request::Facts, _) => Reply::Facts(Facts { forms: FORMS, ..Facts::default() }),
            // The bench has a link without a speed, no counter and no flash.
            (Request::Baud { .. }, _) => refused(Refusal::Baud { most: 0 }),
            (Request::Check(check), network) => match (check, network.is_some()) {
                (Check::Count, _) => Reply::Checked { name: "", value: 0, wrong: None },
                (Check::Memory { .. }, true) => refused(Refusal::Network),
                (Check::Memory { .. }, false) => {
                    self.upload = None;
                    Reply::Checked { name: "", value: self.memory as u32, wrong: None }
                }
                (Check::Kernel { index, trials, .. }, loaded) => {
                    let spare = self.memory - self.network.as_deref().map_or(0, occupied);
                    if !loaded {
                        self.upload = None;
                    }
                    if index >= hebbit_check::COUNT {
                        return says(
                            answers,
                            number,
                            &refused(Refusal::Range { end: hebbit_check::COUNT.into() }),
                        );
                    }
                    if spare < hebbit_check::ROOM {
                        let (need, have) = (hebbit_check::ROOM as u32, self.memory as u32);
                        let full = if loaded { Refusal::Network } else { Refusal::DoesNotFit { need, have } };
                        return says(answers, number, &refused(full));
                    }
                    let name = hebbit_check::name(index).expect("a kernel");
                    Reply::Checked { name, value: trials.min(1000).into(), wrong: None }
                }
                (Check::Cut { .. }, true) => refused(Refusal::NoSlot { have: 0 }),
                (Check::Cut { .. }, false) => refused(Refusal::NoNetwork),
            },
            (_, None) => refused(Refusal::NoNetwork),
            (Request::Samples { first, learn, count, bytes }, Some(_)) => {
                return self.samples(number, (first, learn, count), bytes, answers);
            }
            (Request::Watch { first, bytes }, Some(_)) => {
                answers.retain(|(_, answer)| !is_watched(answer));
                return self.samples(number, (first, true, 1), bytes, answers);
            }
            (Request::Open { first, target }, Some(_)) => match self.presented() {
                got if got != first => refused(Refusal::Presented { got }),
                _ => {
                    self.opened = Some(Opened { first, target, ticks: Vec::new() });
                    Reply::Done
                }
            },
            (Request::Ticks { count, bytes }, Some(_)) => match self.ticks(count, bytes) {
                Ok(left) => Reply::Ticked { left },
                Err(refusal) => {
                    self.drop_sample();
                    refused(refusal)
                }
            },
            (Request::Close, Some(_)) => return self.close(number, answers),
            (Request::Persist, Some(_)) => refused(Refusal::NoSlot { have: 0 }),
            (Request::Status, Some(image)) => {
                let counters = Checkpoint::parse(image).expect("a network").plan.counters;
                Reply::Status {
                    crc: stored_crc(image).expect("a header"),
                    length: image.len() as u32,
                    digest: digest(image, Scope::Stored),
                    samples: counters.samples,
                    presented: self.presented(),
                }
            }
            // Another state than that of a network that was just opened.
            (Request::Digest { scope: Scope::State } | Request::Peek { weights: false, .. }, Some(_)) => {
                return taken(answers, number).map(drop);
            }
            (Request::Digest { scope }, Some(image)) => Reply::Digest(digest(image, scope)),
            (Request::Peek { from, .. }, Some(image)) => {
                let mut words = Vec::new();
                let each = |network: &mut Network<'_, Scalar>| {
                    network.parts().walk_weights(&mut |_, w| words.extend(w.to_le_bytes()));
                };
                with(image, each).expect("a network");
                let rest = words.get(2 * from as usize..).unwrap_or_default();
                let rest = &rest[..rest.len().min(512)];
                return says(answers, number, &Reply::Words { moment: None, from, bytes: rest });
            }
            (Request::Pull { offset }, Some(image)) => match image.get(offset as usize..) {
                Some(rest) => {
                    let bytes = &rest[..rest.len().min(512)];
                    return says(answers, number, &Reply::Bytes { offset, bytes });
                }
                None => refused(Refusal::Range { end: image.len() as u32 }),
            },
            (Request::Remember { count, bytes }, Some(image)) => {
                let lines = Checkpoint::parse(image).expect("a network").plan.layers[0].len();
                match unpacked(lines, count, bytes, true) {
                    Err(refusal) => refused(refusal),
                    Ok(samples) => {
                        let remember = |network: &mut Network<'_, Scalar>| {
                            samples.iter().for_each(|(target, values)| match target {
                                Target::Class(class) => network.remember(values, *class),
                                _ => unreachable!("it is refused"),
                            });
                        };
                        with_ring(image, &mut self.ring, remember).expect("a network");
                        Reply::Done
                    }
                }
            }
            (Request::Life, Some(image)) => Reply::Life(self.vitals(image)),
            (Request::Pieces, _) => return Err("pieces are no part of the model".to_owned()),
            (Request::Hello { .. }, _) => return Err("a hello is not carried out".to_owned()),
        };
        says(answers, number, &reply)
    }

    /// LINK 7, and of the lines: those that carry one value in all samples of a full ring.
    fn vitals(&self, image: &[u8]) -> Vitals {
        let plan = Checkpoint::parse(image).expect("a network").plan;
        let Lived { known, repeats, error, slow, level, drifts, contradictions, .. } = plan.lived;
        let full = !self.ring.is_empty() && self.ring.len() == usize::from(plan.life.remember);
        let constant = |&line: &usize| {
            let value = self.ring[0].0[line];
            value != 0 && self.ring.iter().all(|(sample, _)| sample[line] == value)
        };
        let lines = if full { plan.layers[0].len() } else { 0 };
        let constant = (0..lines).filter(constant).count() as u16;
        let remembered = self.ring.len() as u16;
        Vitals { known, repeats, remembered, error, slow, level, drifts, contradictions, constant }
    }

    fn begin(&mut self, length: u32, crc: u32) -> Reply<'static> {
        let need = length as usize;
        if need > self.memory {
            return Reply::Refused(Refusal::DoesNotFit { need: length, have: self.memory as u32 });
        }
        self.network = None;
        let same = self.upload.take().filter(|upload| upload.length == need && upload.crc == crc);
        let upload = self.upload.insert(same.unwrap_or(Upload { length: need, crc, bytes: Vec::new() }));
        Reply::Stored { have: upload.bytes.len() as u32 }
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) -> Reply<'static> {
        let Some(upload) = &mut self.upload else { return Reply::Refused(Refusal::NoUpload) };
        let have = upload.bytes.len();
        if offset != have {
            return Reply::Refused(Refusal::Offset { want: have as u32 });
        }
        if have + bytes.len() > upload.length {
            return Reply::Refused(Refusal::Range { end: upload.length as u32 });
        }
        upload.bytes.extend(bytes);
        Reply::Stored { have: upload.bytes.len() as u32 }
    }

    fn commit(&mut self) -> Reply<'static> {
        let Some(upload) = self.upload.take() else { return Reply::Refused(Refusal::NoUpload) };
        if upload.bytes.len() < upload.length {
            let want = upload.bytes.len() as u32;
            self.upload = Some(upload);
            return Reply::Refused(Refusal::Offset { want });
        }
        if stored_crc(&upload.bytes) != Some(upload.crc) {
            return Reply::Refused(Refusal::Crc);
        }
        let opened = with(&upload.bytes, |network| {
            (network.digest(Scope::Stored), Network::<Scalar>::arena_bytes(network.plan()))
        });
        match opened {
            Ok(((digest, state), image)) => {
                self.ring.clear();
                self.network = Some(image);
                Reply::Loaded { digest, state: state as u32 }
            }
            Err(CheckpointError::Crc { .. }) => Reply::Refused(Refusal::Crc),
            Err(CheckpointError::Rule { tag }) => Reply::Refused(Refusal::Rule { tag }),
            Err(_) => Reply::Refused(Refusal::Checkpoint),
        }
    }

    fn samples(
        &mut self,
        number: u16,
        (first, learn, count): (u32, bool, u8),
        bytes: &[u8],
        answers: &mut Answers,
    ) -> Judged {
        let image = self.network.as_ref().ok_or("no network")?;
        let plan = Checkpoint::parse(image).expect("a network").plan;
        let refuse = |answers: &mut Answers, refusal| says(answers, number, &Reply::Refused(refusal));
        let (got, lines) = (self.presented(), plan.layers[0].len());
        if got != first {
            return refuse(answers, Refusal::Presented { got });
        }
        let samples = match unpacked(lines, count, bytes, false) {
            Ok(samples) => samples,
            Err(refusal) => return refuse(answers, refusal),
        };
        let present = |network: &mut Network<'_, Scalar>| -> Vec<Outcome> {
            let each = samples.iter().map(|(target, values)| match learn {
                true => network.learn(values, *target, &mut ()),
                false => network.classify(values, &mut ()),
            });
            each.collect()
        };
        let (outcomes, image) = with_ring(image, &mut self.ring, present).expect("a network");
        self.network = Some(image);
        self.learned += u32::from(count) * u32::from(learn);
        results(number, (first, count), outcomes, answers)
    }
}

/// The expected results of a device.
pub(crate) fn results(
    number: u16,
    (first, count): (u32, u8),
    outcomes: Vec<Outcome>,
    answers: &mut Answers,
) -> Judged {
    let answer = taken(answers, number)?;
    let Ok(Reply::Results { first: at, count: n, bytes }) = postcard::from_bytes(&answer) else {
        return Err(format!("{answer:02x?} to samples"));
    };
    let mut rest = bytes;
    for want in outcomes {
        let (result, behind) = postcard::take_from_bytes::<SampleResult>(rest).map_err(|e| e.to_string())?;
        let SampleResult { class, neuron, ticks, spikes, cost: 0, .. } = result else {
            return Err(format!("{result:?} from a board that cannot count"));
        };
        if (Outcome { class, neuron, ticks, spikes }) != want {
            return Err(format!("{result:?}, the core {want:?}"));
        }
        rest = behind;
    }
    if (at, n) == (first, count) && rest.is_empty() { Ok(()) } else { Err(format!("{answer:02x?}")) }
}

/// The samples of a frame, or the refusal.
fn unpacked(
    lines: usize,
    count: u8,
    bytes: &[u8],
    labelled: bool,
) -> Result<Vec<(Target, Vec<u8>)>, Refusal> {
    let wrong = |index| Refusal::Sample { index, want: lines as u16 };
    if count > 8 {
        return Err(wrong(8));
    }
    let (mut rest, mut samples) = (bytes, Vec::new());
    for index in 0..count {
        let mut values = vec![0; lines];
        let packed = unpack(&mut rest).filter(|packed| packed.expand(&mut values)).ok_or(wrong(index))?;
        if labelled && !matches!(packed.target, Target::Class(_)) {
            return Err(wrong(index));
        }
        samples.push((packed.target, values));
    }
    if rest.is_empty() { Ok(samples) } else { Err(wrong(count)) }
}

fn is_watched(answer: &[u8]) -> bool {
    matches!(postcard::from_bytes(answer), Ok(Reply::Words { moment: Some(_), .. }))
}

/// The next answer, which must have this number.
fn taken(answers: &mut Answers, number: u16) -> Result<Vec<u8>, String> {
    match answers.pop_front() {
        Some((got, answer)) if got == number => Ok(answer),
        other => Err(format!("an answer to {number} is missing, there is {other:02x?}")),
    }
}

pub(crate) fn says(answers: &mut Answers, number: u16, want: &Reply<'_>) -> Judged {
    let answer = taken(answers, number)?;
    match postcard::from_bytes::<Reply<'_>>(&answer) {
        Ok(got) if got == *want => Ok(()),
        got => Err(format!("{got:?}, not {want:?}")),
    }
}

/// Memory of a network, in bytes: its checkpoint and its state (LINK 5).
fn occupied(image: &[u8]) -> usize {
    let plan = Checkpoint::parse(image).expect("a network").plan;
    let parts = [image.len(), Network::<Scalar>::arena_bytes(&plan)];
    parts.map(|part| part.next_multiple_of(8)).iter().sum()
}
