//! A device as one of the engines: uploads, samples, digests, pulls.

use super::client::{Client, Watched};
use super::tally::outcome;
use crate::engine::{CoreEngine, CoreError};
use crate::error::{DeviceError, EngineError};
use crate::kernels::AnyKernels;
use crate::lockstep::{Peer, Presented};
use hebbit_core::checkpoint;
use hebbit_core::link::{
    MESSAGE_OVERHEAD, MOST_SAMPLES, Refusal, Reply, Request, SampleResult, Vitals, pack, pack_as, pack_tick,
    packed_bytes, packed_bytes_as,
};
use hebbit_core::net::{Digest, Engine, Moment, Place, Scope, Target};
use hebbit_core::signal::{Input, Outcome};
use std::collections::VecDeque;

/// Where a device's network stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// CRC-32C in the header of its checkpoint.
    pub crc: u32,
    /// Bytes of its checkpoint.
    pub length: u32,
    /// Digest of what is stored.
    pub digest: Digest,
    /// Samples learned.
    pub samples: u32,
    /// Samples presented.
    pub presented: u32,
}

/// A device behind a link, as an engine.
pub struct Device {
    client: Client,
    /// The note of the checkpoint that was loaded: it stays on the host.
    note: Vec<u8>,
    lines: usize,
    /// Bytes of its network's weights.
    weights: usize,
    /// Samples that its network was given, those under way included, the ones learned again not counted.
    presented: u32,
    /// How many samples each frame under way has.
    sent: VecDeque<u8>,
    /// Where each word of state stands, in the order of the digest.
    places: Vec<Place>,
}

impl Device {
    /// An engine on an open session. Its network, if it has one, is taken as it is.
    ///
    /// # Errors
    /// If the link fails.
    pub fn new(client: Client) -> Result<Self, DeviceError> {
        let mut device = Self {
            client,
            note: Vec::new(),
            lines: 0,
            weights: 0,
            presented: 0,
            sent: VecDeque::new(),
            places: Vec::new(),
        };
        device.look()?;
        Ok(device)
    }

    /// What the device has: `None` if there is no network.
    ///
    /// # Errors
    /// If the link fails.
    pub fn status(&mut self) -> Result<Option<Status>, DeviceError> {
        let status = self.client.ask("a status", &Request::Status, |reply| match *reply {
            Reply::Status { crc, length, digest, samples, presented } => {
                Some(Status { crc, length, digest, samples, presented })
            }
            _ => None,
        });
        match status {
            Ok(status) => Ok(Some(status)),
            Err(DeviceError::Refused { refusal: Refusal::NoNetwork, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The link.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// Opens a new session after the device was reset or its port came back, and looks at what it has.
    ///
    /// # Errors
    /// If the link fails.
    pub fn reconnect(&mut self) -> Result<(), DeviceError> {
        self.sent.clear();
        self.client.greet()?;
        self.client.settle_again()?;
        self.look()
    }

    fn look(&mut self) -> Result<(), DeviceError> {
        self.presented = self.status()?.map_or(0, |status| status.presented);
        Ok(())
    }

    /// Sends the network that `core` has; `look` hears how many bytes are there. An upload that was cut goes on. Afterwards the
    /// device's own digest has been compared.
    ///
    /// # Errors
    /// If it does not fit, or the link fails.
    pub fn upload(
        &mut self,
        core: &mut CoreEngine,
        look: &mut dyn FnMut(u64),
    ) -> Result<Digest, EngineError> {
        let image = core.checkpoint(&[])?;
        let want = core.digest(Scope::Stored)?;
        self.fits(core, image.len())?;
        let crc = checkpoint::stored_crc(&image).unwrap_or(0);
        let (length, stored) = (image.len() as u32, |reply: &Reply<'_>| match *reply {
            Reply::Stored { have } => Some(have as usize).filter(|&have| have <= image.len()),
            _ => None,
        });
        let mut at = self.client.ask("an upload", &Request::Begin { length, crc }, stored)?;
        let most = self.client.hello().message - MESSAGE_OVERHEAD;
        let mut have = at;
        while have < image.len() {
            while at < image.len() && self.client.has_room() {
                let end = image.len().min(at + most.min(self.client.best_length()));
                self.client.post(&Request::Put { offset: at as u32, bytes: &image[at..end] })?;
                at = end;
            }
            have = self.client.take("bytes", stored)?;
            look(have as u64);
        }
        let got = self.client.ask("the network", &Request::Commit, |reply| match *reply {
            Reply::Loaded { digest, .. } => Some(digest),
            _ => None,
        })?;
        if got != want {
            let on = self.client.name().to_owned();
            return Err(DeviceError::Digest { on, want: want.to_string(), got: got.to_string() }.into());
        }
        self.adopt(core);
        Ok(got)
    }

    /// Takes the device's network to be the one that `core` has.
    pub fn adopt(&mut self, core: &CoreEngine) {
        let plan = core.plan();
        self.lines = plan.layers.first().map_or(0, |layer| layer.len());
        self.weights = plan.weight_bytes();
        self.presented = plan.met();
        self.places.clear();
        core.with_parts(|parts| parts.walk(&mut |place, _| self.places.push(place)));
        self.note = core.note().to_vec();
    }

    /// Refuses a network that is too great, before anything is sent.
    fn fits(&self, core: &CoreEngine, image: usize) -> Result<(), DeviceError> {
        let plan = core.plan();
        let (need, have) = (super::fit::parts(&plan), self.client.hello().layers);
        if need > have {
            return Err(DeviceError::Layers { on: self.client.name().to_owned(), need, have });
        }
        let need = super::fit::memory(&plan, image) as u64;
        let have = u64::from(self.client.hello().memory);
        if need <= have {
            return Ok(());
        }
        let on = self.client.name().to_owned();
        let advice = super::fit::advice(&plan, need - have);
        Err(DeviceError::DoesNotFit { on, region: "RAM for the network", need, have, advice })
    }

    /// Samples, from the front, that the next frame takes.
    ///
    /// # Errors
    /// If the first of them is too long for any frame.
    fn batch(&self, samples: &[Presented<'_>]) -> Result<usize, DeviceError> {
        let have = self.client.hello().message - MESSAGE_OVERHEAD;
        let best = have.min(self.client.best_length());
        let (mut sum, mut count) = (0, 0);
        for sample in samples.iter().take(MOST_SAMPLES) {
            let need = packed_bytes_as(self.client.forms(), sample.values);
            if need > have {
                return if count > 0 { Ok(count) } else { Err(DeviceError::LongSample { need, have }) };
            }
            if count > 0 && sum + need > best {
                break;
            }
            (sum, count) = (sum + need, count + 1);
        }
        Ok(count)
    }

    /// Puts samples, from the front, into the window, as many as have room there. Returns how many.
    ///
    /// # Errors
    /// If the link fails, or a sample is too long for a frame.
    pub fn post(&mut self, samples: &[Presented<'_>], learn: bool) -> Result<usize, DeviceError> {
        let mut rest = samples;
        let mut bytes = vec![0; self.client.hello().message];
        while !rest.is_empty() && self.client.has_room() {
            let count = self.batch(rest)?;
            let (batch, behind) = rest.split_at(count);
            let mut len = 0;
            for sample in batch {
                len += pack_as(self.client.forms(), sample.target, sample.values, &mut bytes[len..])
                    .unwrap_or(0);
            }
            let count = count as u8;
            let first = self.presented;
            self.client.post(&Request::Samples { first, learn, count, bytes: &bytes[..len] })?;
            self.presented = self.presented.wrapping_add(u32::from(count));
            self.sent.push_back(count);
            rest = behind;
        }
        Ok(samples.len() - rest.len())
    }

    /// Waits for the oldest frame of samples under way; its results go to `done`. `false` if none is under way.
    ///
    /// # Errors
    /// If the link fails or the device refuses.
    pub fn results(&mut self, done: &mut dyn FnMut(SampleResult)) -> Result<bool, DeviceError> {
        let Some(want) = self.sent.pop_front() else { return Ok(false) };
        let results = self.client.take("samples", |reply| match *reply {
            Reply::Results { count, bytes, .. } if count == want => decoded(bytes, count),
            _ => None,
        });
        if let Err(DeviceError::Refused { .. }) = results {
            // What follows was refused too: it was to be presented behind this one.
            self.sent.clear();
            self.client.drain()?;
            self.look()?;
        }
        results?.into_iter().for_each(done);
        Ok(true)
    }

    fn one(&mut self, sample: &[u8], target: Target, learn: bool) -> Result<SampleResult, EngineError> {
        self.check(sample)?;
        let mut result = SampleResult::default();
        self.post(&[Presented { values: sample, target }], learn)?;
        self.results(&mut |one| result = one)?;
        Ok(result)
    }

    fn check(&self, sample: &[u8]) -> Result<(), CoreError> {
        let (want, got) = (self.lines, sample.len());
        if want == got { Ok(()) } else { Err(CoreError::Sample { want, got }) }
    }

    /// The network as it is, as a checkpoint without a note; `look` hears how many bytes have come.
    ///
    /// # Errors
    /// If the link fails.
    pub fn pull(&mut self, look: &mut dyn FnMut(u64)) -> Result<Vec<u8>, DeviceError> {
        let Some(Status { length, .. }) = self.status()? else {
            let on = self.client.name().to_owned();
            return Err(DeviceError::Refused { on, what: "a pull", refusal: Refusal::NoNetwork });
        };
        let (length, memory) = (length as usize, self.client.hello().memory as usize);
        let on = self.client.name().to_owned();
        let wrong = |message: String| DeviceError::Answer { on: on.clone(), message };
        if length > memory {
            return Err(wrong(format!("a network of {length} bytes, in a memory of {memory}")));
        }
        // Nothing is believed, nor made room for, before the plan says it: that is at the front.
        let (mut image, mut known) = (Vec::new(), false);
        while image.len() < length {
            let (offset, left) = (image.len() as u32, length - image.len());
            let piece = self.client.ask("a pull", &Request::Pull { offset }, |reply| match *reply {
                Reply::Bytes { offset: at, bytes } if at == offset && (1..=left).contains(&bytes.len()) => {
                    Some(bytes.to_vec())
                }
                _ => None,
            })?;
            image.extend(piece);
            if !known {
                let told = checkpoint::length(&image);
                let told = told.map_err(|error| wrong(format!("what it sends is no network: {error}")))?;
                if let Some(told) = told.filter(|&told| told != length) {
                    return Err(wrong(format!("a network of {length} bytes, whose plan is of {told}")));
                }
                known = told.is_some();
            }
            look(image.len() as u64);
        }
        Ok(image)
    }

    /// Words of state, or weights, in the order of the digest.
    ///
    /// # Errors
    /// If the link fails.
    pub fn peek(&mut self, weights: bool) -> Result<Vec<u16>, DeviceError> {
        // A weight has a byte at least. Of a network that only the device knows, its memory is the bound.
        let most = match (self.places.len(), weights) {
            (0, _) => self.client.hello().memory as usize,
            (_, true) => self.weights,
            (places, false) => places,
        };
        let mut words = Vec::new();
        loop {
            let from = words.len() as u32;
            let more = self.client.ask("words", &Request::Peek { weights, from }, |reply| match *reply {
                Reply::Words { moment: None, from: at, bytes } if at == from => Some(words_of(bytes)),
                _ => None,
            })?;
            if more.is_empty() {
                return Ok(words);
            }
            words.extend(more);
            if words.len() > most {
                let (on, got) = (self.client.name().to_owned(), words.len());
                return Err(DeviceError::Answer {
                    on,
                    message: format!("{got} words of a network of {most}"),
                });
            }
        }
    }

    /// Writes the network to where it survives a loss of power.
    ///
    /// # Errors
    /// If the device cannot, or the link fails.
    pub fn persist(&mut self) -> Result<(), DeviceError> {
        self.client.ask("to persist", &Request::Persist, done)
    }

    /// Fills its ring with labelled samples, the oldest first: after an upload it remembers none.
    ///
    /// # Errors
    /// If the device refuses, or the link fails.
    pub fn remember_all(&mut self, samples: &[(Vec<u8>, u8)]) -> Result<(), DeviceError> {
        let mut rest: Vec<Presented<'_>> = Vec::new();
        rest.extend(
            samples.iter().map(|(values, class)| Presented { values, target: Target::Class(*class) }),
        );
        let mut bytes = vec![0; self.client.hello().message];
        while !rest.is_empty() {
            let batch = rest.drain(..self.batch(&rest)?);
            let (mut len, mut count) = (0, 0);
            for sample in batch {
                len += pack_as(self.client.forms(), sample.target, sample.values, &mut bytes[len..])
                    .unwrap_or(0);
                count += 1;
            }
            self.client.ask("to remember", &Request::Remember { count, bytes: &bytes[..len] }, done)?;
        }
        Ok(())
    }

    /// What its network knows of its own answers.
    ///
    /// # Errors
    /// If the link fails, or the device has no network.
    pub fn vitals(&mut self) -> Result<Vitals, DeviceError> {
        self.client.ask("its vitals", &Request::Life, |reply| match *reply {
            Reply::Life(vitals) => Some(vitals),
            _ => None,
        })
    }

    /// Starts the device anew. [`Self::reconnect`] opens the next session.
    ///
    /// # Errors
    /// If the link fails.
    pub fn reset(&mut self) -> Result<(), DeviceError> {
        match self.client.ask("a reset", &Request::Reset, done) {
            // Its answer was lost, and it has started anew.
            Err(DeviceError::Restarted { .. }) => Ok(()),
            other => other,
        }
    }
}

fn done(reply: &Reply<'_>) -> Option<()> {
    matches!(reply, Reply::Done).then_some(())
}

fn words_of(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().map(|&pair| u16::from_le_bytes(pair)).collect()
}

/// Whether all words came, moment by moment.
fn complete(watched: &[Watched], words: usize) -> bool {
    watched.chunk_by(|a, b| a.moment == b.moment).all(|moment| {
        let mut next = 0;
        let in_order = moment.iter().all(|piece| {
            let follows = piece.from as usize == next;
            next += piece.words.len();
            follows
        });
        in_order && next == words
    })
}

fn decoded(bytes: &[u8], count: u8) -> Option<Vec<SampleResult>> {
    let mut rest = bytes;
    (0..count)
        .map(|_| {
            let (result, behind) = postcard::take_from_bytes(rest).ok()?;
            rest = behind;
            Some(result)
        })
        .collect()
}

impl Peer for Device {
    fn beside(error: CoreError) -> EngineError {
        error.into()
    }

    fn learn_all(&mut self, samples: &[Presented<'_>]) -> Result<Vec<(Outcome, u32)>, EngineError> {
        let (mut posted, mut results) = (0, Vec::new());
        while results.len() < samples.len() {
            posted += self.post(&samples[posted..], true)?;
            self.results(&mut |result| results.push((outcome(&result), result.cost)))?;
        }
        Ok(results)
    }

    fn words(&mut self, weights: bool) -> Result<Vec<u16>, EngineError> {
        Ok(self.peek(weights)?)
    }
}

impl Engine for Device {
    type Error = EngineError;

    fn name(&self) -> &'static str {
        "device"
    }

    fn load(&mut self, checkpoint: &[u8]) -> Result<(), EngineError> {
        self.upload(&mut CoreEngine::new(checkpoint, AnyKernels::best())?, &mut |_| {})?;
        Ok(())
    }

    fn classify(&mut self, sample: &[u8]) -> Result<Outcome, EngineError> {
        Ok(outcome(&self.one(sample, Target::Unknown, false)?))
    }

    fn learn(&mut self, sample: &[u8], target: Target) -> Result<Outcome, EngineError> {
        Ok(outcome(&self.one(sample, target, true)?))
    }

    fn begin(&mut self, target: Option<Target>) -> Result<(), EngineError> {
        let first = self.presented;
        Ok(self.client.ask("a sample in ticks", &Request::Open { first, target }, done)?)
    }

    fn tick(&mut self, input: Input<'_>) -> Result<bool, EngineError> {
        let mut held = vec![0; if matches!(input, Input::Events(_)) { self.lines } else { 0 }];
        let values = match input {
            Input::Hold => None,
            Input::Values(values) => {
                self.check(values)?;
                Some(values)
            }
            Input::Events(_) => {
                input.hold(&mut held);
                Some(&*held)
            }
        };
        let forms = self.client.forms();
        let need = 1 + values.map_or(0, |values| packed_bytes_as(forms, values));
        let have = self.client.hello().message - MESSAGE_OVERHEAD;
        if need > have {
            return Err(DeviceError::LongSample { need, have }.into());
        }
        let mut bytes = vec![0; need];
        pack_tick(forms, values, &mut bytes);
        let left =
            self.client.ask("a tick", &Request::Ticks { count: 1, bytes: &bytes }, |reply| match *reply {
                Reply::Ticked { left } => Some(left),
                _ => None,
            });
        match left {
            Ok(left) => Ok(left),
            Err(DeviceError::Refused { refusal: Refusal::Closed, .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn finish(&mut self) -> Result<Outcome, EngineError> {
        let results = self.client.ask("the end of a sample", &Request::Close, |reply| match *reply {
            Reply::Results { bytes, .. } => decoded(bytes, 1),
            _ => None,
        });
        match results {
            Ok(results) => {
                self.presented = self.presented.wrapping_add(1);
                Ok(results.first().map(outcome).unwrap_or_default())
            }
            Err(DeviceError::Refused { refusal: Refusal::Closed, .. }) => Ok(Outcome::default()),
            Err(error) => Err(error.into()),
        }
    }

    fn remember(&mut self, sample: &[u8], class: u8) -> Result<(), EngineError> {
        self.check(sample)?;
        Ok(self.remember_all(&[(sample.to_vec(), class)])?)
    }

    fn digest(&mut self, scope: Scope) -> Result<Digest, EngineError> {
        let digest = self.client.ask("a digest", &Request::Digest { scope }, |reply| match *reply {
            Reply::Digest(digest) => Some(digest),
            _ => None,
        });
        Ok(digest?)
    }

    fn watch(
        &mut self,
        sample: &[u8],
        target: Target,
        see: &mut dyn FnMut(Moment, Place, u16),
    ) -> Result<Outcome, EngineError> {
        self.check(sample)?;
        let (need, have) = (packed_bytes(sample), self.client.hello().message - MESSAGE_OVERHEAD);
        if need > have {
            return Err(DeviceError::LongSample { need, have }.into());
        }
        let mut bytes = vec![0; need];
        pack(target, sample, &mut bytes);
        let broken = self.client.traffic().broken;
        let first = self.presented;
        self.presented = self.presented.wrapping_add(1);
        let results =
            self.client.ask("to watch", &Request::Watch { first, bytes: &bytes }, |reply| match *reply {
                Reply::Results { bytes, .. } => decoded(bytes, 1),
                _ => None,
            })?;
        let watched = self.client.watched();
        // Words are sent once. Without them it would look as if the device had computed something else.
        if self.client.traffic().broken != broken || !complete(&watched, self.places.len()) {
            let (on, lost) = (self.client.name().to_owned(), "words under watch were lost");
            return Err(DeviceError::Link { on, source: std::io::Error::other(lost) }.into());
        }
        for Watched { moment, from, words } in watched {
            for (i, word) in (from as usize..).zip(words) {
                if let Some(&place) = self.places.get(i) {
                    see(moment, place, word);
                }
            }
        }
        Ok(results.first().map(outcome).unwrap_or_default())
    }

    fn save(&mut self, checkpoint: &mut [u8]) -> Result<(), EngineError> {
        let image = self.pull(&mut |_| {})?;
        let bytes = CoreEngine::new(&image, AnyKernels::best())?.checkpoint(&self.note)?;
        let (want, got) = (bytes.len(), checkpoint.len());
        if want != got {
            return Err(CoreError::from(checkpoint::CheckpointError::Buffer { want, got }).into());
        }
        checkpoint.copy_from_slice(&bytes);
        Ok(())
    }
}
