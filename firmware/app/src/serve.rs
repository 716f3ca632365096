//! A device with a network: samples, digests, pulls, persistence.

use crate::ended::Ended;
use crate::port::{BODY, Port};
use crate::{Board, Doing, Link, Store, StoreError, check};
use hebbit_core::checkpoint::Image;
use hebbit_core::link::{
    About, Check, Collector, MOST_SAMPLES, Packed, Refusal, Reply, Request, SampleResult, Vitals, unpack,
    unpack_tick,
};
use hebbit_core::net::life::Lived;
use hebbit_core::net::{Kernels, Moment, Network, Observer, Parts, Scope, Target};
use hebbit_core::signal::{Input, Outcome, Phase};

/// An upload has begun: the network is discarded.
pub(crate) struct Served {
    pub(crate) number: u16,
    pub(crate) length: u32,
    pub(crate) crc: u32,
}

/// Everything that a running network needs.
pub(crate) struct Serve<'x, 'b, 'm, L, B, K, S, const N: usize> {
    pub(crate) port: &'x mut Port<'b, L>,
    pub(crate) board: &'x mut B,
    pub(crate) store: &'x mut S,
    pub(crate) network: &'x mut Network<'m, K, N>,
    /// Memory after the network.
    pub(crate) spare: &'m mut [u8],
    pub(crate) body: &'x mut [u8; BODY],
    pub(crate) about: About<'x>,
    pub(crate) kernels: K,
    /// CRC of its checkpoint; valid until it changes.
    pub(crate) crc: Option<u32>,
}

impl<L, B, K, S, const N: usize> Serve<'_, '_, '_, L, B, K, S, N>
where
    L: Link,
    B: Board,
    K: Kernels,
    S: Store,
{
    /// Serves until an upload begins that fits into `memory` bytes.
    pub(crate) fn run(mut self, collector: &mut Collector, memory: usize) -> Result<Served, Ended> {
        loop {
            let number = self.port.wait(collector, self.board, &self.about)?;
            match postcard::from_bytes(collector.message()) {
                Ok(Request::Begin { length, crc }) if length as usize <= memory => {
                    return Ok(Served { number, length, crc });
                }
                Ok(Request::Reset) => {
                    self.port.reply(number, &Reply::Done)?;
                    self.board.reset();
                    return Err(Ended::Reset);
                }
                Ok(request) => self.carry_out(number, &request, memory)?,
                Err(_) => self.port.reply(number, &Reply::Refused(Refusal::Unknown))?,
            }
        }
    }

    fn carry_out(&mut self, number: u16, request: &Request<'_>, memory: usize) -> Result<(), Ended> {
        if !matches!(request, Request::Ticks { .. } | Request::Close) {
            self.network.abandon();
        }
        let reply = match *request {
            Request::Samples { first, learn, count, bytes } => match self.samples(first, learn, count, bytes)
            {
                Ok(len) => Reply::Results { first, count, bytes: &self.body[..len] },
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Watch { first, bytes } => match self.watch(number, first, bytes) {
                Ok(len) => Reply::Results { first, count: 1, bytes: &self.body[..len] },
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Open { first, target } => match self.stands_at(first) {
                Ok(()) => {
                    self.crc = None;
                    self.network.begin(target);
                    Reply::Done
                }
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Ticks { count, bytes } => match self.ticks(count, bytes) {
                Ok(left) => Reply::Ticked { left },
                Err(refusal) => {
                    self.network.abandon();
                    Reply::Refused(refusal)
                }
            },
            Request::Close => match self.close() {
                Ok((first, len)) => Reply::Results { first, count: 1, bytes: &self.body[..len] },
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Status => {
                let image = image(self.network, &mut self.crc);
                let counters = self.network.plan().counters;
                Reply::Status {
                    crc: image.crc(),
                    length: image.length() as u32,
                    digest: self.network.digest(Scope::Stored),
                    samples: counters.samples,
                    presented: self.network.plan().met(),
                }
            }
            Request::Digest { scope } => Reply::Digest(self.network.digest(scope)),
            Request::Peek { weights, from } => {
                let len = self.peek(weights, from as usize);
                Reply::Words { moment: None, from, bytes: &self.body[..len] }
            }
            Request::Pull { offset } => {
                let image = image(self.network, &mut self.crc);
                if offset as usize > image.length() {
                    Reply::Refused(Refusal::Range { end: image.length() as u32 })
                } else {
                    let len = image.read(offset as usize, self.body);
                    Reply::Bytes { offset, bytes: &self.body[..len] }
                }
            }
            Request::Persist => match self.persist(u32::MAX) {
                Ok(_) => Reply::Done,
                Err(error) => Reply::Refused(self.not_kept(error)),
            },
            Request::Remember { count, bytes } => match self.remember(count, bytes) {
                Ok(()) => Reply::Done,
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Life => Reply::Life(self.vitals()),
            Request::Begin { length, .. } => {
                Reply::Refused(Refusal::DoesNotFit { need: length, have: memory as u32 })
            }
            Request::Put { .. } | Request::Commit => Reply::Refused(Refusal::NoUpload),
            Request::Check(Check::Kernel { index, seed, trials }) => {
                let trials = (index, seed, trials);
                check::kernel(&self.kernels, trials, self.board, self.spare, Refusal::Network)
            }
            Request::Check(Check::Memory { .. }) => Reply::Refused(Refusal::Network),
            Request::Check(Check::Cut { after }) => match self.cut(after)? {
                Ok(()) => Reply::Done,
                Err(refusal) => Reply::Refused(refusal),
            },
            // Handled by the port.
            Request::Hello { .. }
            | Request::Reset
            | Request::Facts
            | Request::Baud { .. }
            | Request::Pieces
            | Request::Check(Check::Count) => Reply::Refused(Refusal::Unknown),
        };
        Ok(self.port.reply(number, &reply)?)
    }

    /// Answers, or learns, all samples of a frame or none. Returns the bytes of results in the body.
    fn samples(&mut self, first: u32, learn: bool, count: u8, bytes: &[u8]) -> Result<usize, Refusal> {
        self.check(first, count, bytes)?;
        self.crc = None;
        let (mut rest, mut len) = (bytes, 0);
        self.board.tell(Doing::Computes);
        for _ in 0..count {
            let Some(packed) = self.expand(&mut rest) else { break };
            let start = self.board.count();
            let mut eyes = Eyes::<B, L> { board: &mut *self.board, shown: None };
            let outcome = if learn {
                self.network.learn_held(packed.target, &mut eyes)
            } else {
                self.network.classify_held(&mut eyes)
            };
            let cost = self.board.count().wrapping_sub(start);
            self.board.feed();
            len += self.result(outcome, cost, len);
        }
        self.board.tell(Doing::Answered { presented: self.network.plan().met() });
        Ok(len)
    }

    /// Remembers all samples of a frame or none; each has a class.
    fn remember(&mut self, count: u8, bytes: &[u8]) -> Result<(), Refusal> {
        self.whole(count, bytes, true)?;
        let mut rest = bytes;
        while let Some(packed) = self.expand(&mut rest) {
            if let Target::Class(class) = packed.target {
                self.network.remember_held(class);
            }
        }
        Ok(())
    }

    /// Takes a sample off the front of `bytes` and has the network hold its values.
    fn expand<'p>(&mut self, bytes: &mut &'p [u8]) -> Option<Packed<'p>> {
        unpack(bytes).filter(|packed| packed.expand(self.network.held_mut()))
    }

    /// Carries out ticks of the sample that was begun. Whether one is left.
    fn ticks(&mut self, count: u8, bytes: &[u8]) -> Result<bool, Refusal> {
        let want = self.network.plan().lines() as u16;
        let mut rest = bytes;
        for index in 0..count {
            if !self.network.goes_on() {
                return Err(Refusal::Closed);
            }
            let tick = unpack_tick(&mut rest);
            if !tick.is_some_and(|tick| tick.is_none_or(|packed| packed.expand(self.network.held_mut()))) {
                return Err(Refusal::Sample { index, want });
            }
            let mut eyes = Eyes::<B, L> { board: &mut *self.board, shown: None };
            self.network.tick(Input::Hold, &mut eyes);
            self.board.feed();
        }
        if rest.is_empty() { Ok(self.network.goes_on()) } else { Err(Refusal::Sample { index: count, want }) }
    }

    /// Ends the sample that was begun. Its number, and bytes of its result in the body.
    fn close(&mut self) -> Result<(u32, usize), Refusal> {
        if !self.network.is_open() {
            return Err(Refusal::Closed);
        }
        let (first, start) = (self.network.plan().met(), self.board.count());
        let mut eyes = Eyes::<B, L> { board: &mut *self.board, shown: None };
        let outcome = self.network.finish(&mut eyes);
        let cost = self.board.count().wrapping_sub(start);
        self.board.tell(Doing::Answered { presented: self.network.plan().met() });
        Ok((first, self.result(outcome, cost, 0)))
    }

    fn vitals(&self) -> Vitals {
        let Lived { known, repeats, error, slow, level, drifts, contradictions, .. } =
            self.network.plan().lived;
        let ring = self.network.ring();
        let (remembered, constant) = (ring.len() as u16, ring.constant_lines());
        Vitals { known, repeats, remembered, error, slow, level, drifts, contradictions, constant }
    }

    /// Whether the sample counter is the one that the host expects, and all samples are valid.
    fn check(&mut self, first: u32, count: u8, bytes: &[u8]) -> Result<(), Refusal> {
        self.stands_at(first)?;
        self.whole(count, bytes, false)
    }

    fn stands_at(&self, first: u32) -> Result<(), Refusal> {
        let got = self.network.plan().met();
        if got == first { Ok(()) } else { Err(Refusal::Presented { got }) }
    }

    /// Whether all samples are valid, and have a class if they must be `labelled`.
    fn whole(&mut self, count: u8, bytes: &[u8], labelled: bool) -> Result<(), Refusal> {
        let mut rest = bytes;
        let want = self.network.plan().lines() as u16;
        let whole = |index| Refusal::Sample { index, want };
        if usize::from(count) > MOST_SAMPLES {
            return Err(whole(MOST_SAMPLES as u8));
        }
        for index in 0..count {
            let packed = self.expand(&mut rest).ok_or(whole(index))?;
            if labelled && !matches!(packed.target, Target::Class(_)) {
                return Err(whole(index));
            }
        }
        if rest.is_empty() { Ok(()) } else { Err(whole(count)) }
    }

    fn result(&mut self, outcome: Outcome, cost: u32, at: usize) -> usize {
        let Outcome { class, neuron, ticks, spikes } = outcome;
        let counts = self.network.parts().layers.last().map_or(&[][..], |layer| layer.counts());
        let count = counts.get(usize::from(neuron)).copied().unwrap_or(0);
        let result = SampleResult { class, neuron, count, ticks, spikes, cost };
        postcard::to_slice(&result, &mut self.body[at..]).map_or(0, |bytes| bytes.len())
    }

    /// Learns one sample and sends every word of state after every phase.
    fn watch(&mut self, number: u16, first: u32, bytes: &[u8]) -> Result<usize, Refusal> {
        self.check(first, 1, bytes)?;
        self.crc = None;
        let Some(packed) = self.expand(&mut &*bytes) else { return Ok(0) };
        let Self { port, network, body, board, .. } = self;
        let mut eyes = Eyes { board: &mut **board, shown: Some(Shown { port, number, body }) };
        let outcome = network.learn_held(packed.target, &mut eyes);
        Ok(self.result(outcome, 0, 0))
    }

    /// Writes words from an index on into the body; returns the number of bytes.
    fn peek(&mut self, weights: bool, from: usize) -> usize {
        let (mut index, mut len) = (0, 0);
        let body = &mut self.body;
        let mut put = |word: u16| {
            if index >= from && len + 2 <= BODY {
                body[len..len + 2].copy_from_slice(&word.to_le_bytes());
                len += 2;
            }
            index += 1;
        };
        let parts = self.network.parts();
        if weights {
            parts.walk_weights(&mut |_, w| put(w.cast_unsigned()));
        } else {
            parts.walk(&mut |_, word| put(word));
        }
        len
    }

    /// Persists the network, and resets the device after `after` feedings of the watchdog. Returns the result if the reset returns.
    fn persist(&mut self, after: u32) -> Result<bool, StoreError> {
        self.board.tell(Doing::Saves);
        let image = image(self.network, &mut self.crc);
        let board = &mut *self.board;
        let mut read = |offset, out: &mut [u8]| {
            image.read(offset, out);
        };
        let (mut fed, mut cut) = (0, false);
        let mut feed = || {
            board.feed();
            if fed == after {
                board.reset();
                cut = true;
            }
            fed = fed.saturating_add(1);
        };
        let saved = self.store.save(image.length(), &mut read, &mut feed);
        if cut { Ok(true) } else { saved.map(|()| false) }
    }

    /// Persists the network and resets while doing so. Answers only if it was persisted before.
    fn cut(&mut self, after: u16) -> Result<Result<(), Refusal>, Ended> {
        match self.persist(after.into()) {
            Ok(true) => Err(Ended::Reset),
            Ok(false) => Ok(Ok(())),
            Err(error) => Ok(Err(self.not_kept(error))),
        }
    }

    fn not_kept(&mut self, error: StoreError) -> Refusal {
        let refusal = match error {
            StoreError::None | StoreError::Length { .. } => Refusal::NoSlot { have: self.store.capacity() },
            _ => Refusal::Flash,
        };
        self.board.tell(Doing::Fails(refusal));
        refusal
    }
}

/// The observer of every sample: one type for all uses, so that the network's phases are compiled once.
struct Eyes<'x, 'b, B, L> {
    board: &'x mut B,
    shown: Option<Shown<'x, 'b, L>>,
}

/// Destination of the words of a watched sample.
struct Shown<'x, 'b, L> {
    port: &'x mut Port<'b, L>,
    number: u16,
    body: &'x mut [u8; BODY],
}

impl<B: Board, L: Link, const N: usize> Observer<N> for Eyes<'_, '_, B, L> {
    fn phase(&mut self, moment: Moment, parts: &Parts<'_, N>) {
        // A sample may rehearse many remembered ones, and sending words takes time.
        if moment.phase == Phase::Learn || self.shown.is_some() {
            self.board.feed();
        }
        if let Some(shown) = &mut self.shown {
            shown.words(moment, parts);
        }
    }
}

impl<L: Link> Shown<'_, '_, L> {
    /// Sends every word of state, in pieces. A closed link is detected at the next request.
    #[cold]
    #[inline(never)]
    fn words<const N: usize>(&mut self, moment: Moment, parts: &Parts<'_, N>) {
        let Self { port, number, body } = self;
        let (mut from, mut index, mut len) = (0_u32, 0_u32, 0);
        parts.walk(&mut |_, word| {
            body[len..len + 2].copy_from_slice(&word.to_le_bytes());
            (len, index) = (len + 2, index + 1);
            if len == BODY {
                let _ = port.send(*number, &Reply::Words { moment: Some(moment), from, bytes: &body[..len] });
                (from, len) = (index, 0);
            }
        });
        let _ = port.send(*number, &Reply::Words { moment: Some(moment), from, bytes: &body[..len] });
    }
}

/// The checkpoint of a network; its CRC is computed once.
fn image<'n, 'm, K: Kernels, const N: usize>(
    network: &'n Network<'m, K, N>,
    crc: &mut Option<u32>,
) -> Image<'n, 'm, K, N> {
    let (labels, schema) = (network.labels(), network.schema_bytes());
    let image = match *crc {
        Some(crc) => Image::with_crc(network, labels, &[], schema, crc),
        None => Image::new(network, labels, &[], schema),
    };
    *crc = Some(image.crc());
    image
}
