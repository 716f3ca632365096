//! The host's end of the link: a session, a window of requests, and patience.

mod speed;
mod stream;

use super::error::DeviceError;
use super::heard;
use super::hello::{FIRST_MESSAGE, Hello, NAME, said};
use super::transport::Transport;
use hebbit_app::pieces::{ACK, acknowledged};
use hebbit_core::link::{
    BASE_BAUD, Collector, Incoming, MAX_FRAME, MAX_MESSAGE, PROTOCOL, Refusal, Reply, Request, seal,
};
use hebbit_core::net::Moment;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use stream::Stream;

/// Times in a row that nothing comes back before a device counts as gone.
const TRIES: u32 = 10;
/// The longest that is waited before something is sent again.
const LONGEST: Duration = Duration::from_secs(2);
/// The longest that neither an answer nor words of a watched sample come, although the device reacts: nothing gets through then.
const GIVE_UP: Duration = Duration::from_secs(60);
/// Bytes of a message that a bad link is worth at least. At 1 % noise none of the longest gets through.
const SHORTEST: usize = 48;
/// Answers in a row without a hitch before messages get longer and the window opens again.
const SMOOTH: u32 = 8;
/// Characters of an answer that an error shows.
const MOST_SHOWN: usize = 200;
/// Bytes that are read at once.
const CHUNK: usize = 4096;
/// Hellos, one after the other, before a device counts as not there; and how long they go on at least.
const HELLOS: u32 = 12;
const GREETING: Duration = Duration::from_secs(2);

/// Hellos at a speed that the device may have been left at, before the one that it starts with is tried.
const FIRST_HELLOS: u32 = 3;
/// Times in a row that nothing comes back at a speed that was asked for, before the one that the device starts with is tried: it may have
/// been reset.
const SPEED_TRIES: u32 = 5;
/// Frames that went wrong, with not so many in a row between them that did not, before frames are sent in pieces.
const TROUBLE: u32 = 4;
const CALM: u32 = 64;
/// Bytes of a message that is sent in pieces: an answer to more than two or three samples rarely gets through.
const IN_PIECES: usize = 480;
/// Bytes of a request that is sent again as it is where its answer was lost; instead of a longer one, one of no bytes with its number.
const SHORT: usize = 40;
/// Bytes of what is no frame that are kept for whoever asks what it was.
const MOST_HEARD: usize = 512;

/// The same before frames that go in pieces go whole again, so that both ends begin anew.
const PIECES_TRIES: u32 = 3;

pub use speed::{Baud, Known};

/// What went over the link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes to the device.
    pub sent: u64,
    /// Bytes from it.
    pub received: u64,
    /// Frames that had to be sent again.
    pub again: u64,
    /// Frames from it that came broken.
    pub broken: u64,
}

impl Traffic {
    /// Bytes both ways since then.
    pub fn since(&self, before: Self) -> u64 {
        self.sent + self.received - before.sent - before.received
    }
}

/// A request that has not been answered.
struct Pending {
    number: u16,
    frame: Vec<u8>,
    patience: Duration,
    reply: Option<Vec<u8>>,
    /// Whether it is on its way; and how often, and since when, it has been.
    on_its_way: bool,
    times: u32,
    since: Instant,
    /// Where in the stream of pieces it ends; and when its answer was last asked for.
    position: u64,
    asked: Instant,
}

/// Words of state that came while watching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The phase that had ended.
    pub moment: Moment,
    /// Index of the first word.
    pub from: u32,
    /// The words.
    pub words: Vec<u16>,
}

/// The host's end of a link.
pub struct Client {
    transport: Box<dyn Transport>,
    name: String,
    hello: Hello,
    collector: Collector,
    session: u32,
    next: u16,
    pending: VecDeque<Pending>,
    /// When something was last sent.
    sent: Instant,
    /// Frames sent to which the device has not reacted yet: it answers each, or says that it was broken.
    flying: usize,
    /// Mean time from a request to its answer, of those that were sent once.
    trip: Duration,
    /// Bytes of a message that are likely to get through, and answers in a row that came at once.
    best: usize,
    smooth: u32,
    traffic: Traffic,
    watched: Vec<Watched>,
    /// Bytes that came and were not looked at yet.
    chunk: Vec<u8>,
    read: usize,
    /// [`GIVE_UP`]; tests have less time.
    give_up: Duration,
    /// The speed that the device starts with; none where the link has none.
    home: Option<u32>,
    /// What the device was asked to take up, and whether it was told to and will be told to go back.
    wish: Baud,
    raised: bool,
    /// Hitches of late; whether the device knows pieces, as far as it was asked; and the stream of them.
    trouble: u32,
    calm: u32,
    knows_pieces: bool,
    stream: Option<Stream>,
    /// Bytes since the last end, as far as an acknowledgement goes.
    segment: Vec<u8>,
    /// While a device is greeted: what came, the first bytes of it, and what was sent.
    heard: Vec<u8>,
    said: Vec<u8>,
}

impl Client {
    /// Opens a session with the device behind a transport. `name` is for people.
    ///
    /// # Errors
    /// If nobody answers, or another version does.
    pub fn connect(transport: Box<dyn Transport>, name: &str) -> Result<Self, DeviceError> {
        let trip = transport.delay();
        let (now, home) = (transport.now(), transport.baud());
        let mut client = Self {
            transport,
            name: name.to_owned(),
            hello: Hello::unknown(),
            collector: Collector::new(),
            session: 0,
            next: 0,
            pending: VecDeque::new(),
            sent: now,
            flying: 0,
            trip,
            best: FIRST_MESSAGE,
            smooth: SMOOTH,
            traffic: Traffic::default(),
            watched: Vec::new(),
            chunk: Vec::new(),
            read: 0,
            give_up: GIVE_UP,
            home,
            wish: Baud::Stay,
            raised: false,
            trouble: 0,
            calm: 0,
            knows_pieces: true,
            stream: None,
            segment: Vec::new(),
            heard: Vec::new(),
            said: Vec::new(),
        };
        client.greet()?;
        Ok(client)
    }

    /// What the device said of itself.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Bits per second of the link; none where it has no speed.
    pub fn baud(&self) -> Option<u32> {
        self.transport.baud()
    }

    /// What went over the link so far.
    pub fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How long it is worth to wait for a link that broke: none for one that cannot come back.
    pub fn comes_back_within(&self) -> Option<Duration> {
        self.transport.comes_back_within()
    }

    /// The link's own clock.
    pub fn now(&self) -> Instant {
        self.transport.now()
    }

    /// Opens a link that broke once more, and waits for it so long. [`Self::greet`] opens the next session.
    ///
    /// # Errors
    /// If it is still gone.
    pub fn reopen(&mut self, patience: Duration) -> Result<(), DeviceError> {
        (self.collector, self.read) = (Collector::new(), 0);
        self.chunk.clear();
        self.transport.reopen(patience).map_err(|source| DeviceError::Link { on: self.name.clone(), source })
    }

    /// Opens a new session: whatever was under way is forgotten.
    ///
    /// # Errors
    /// If nobody answers, or another version does.
    pub fn greet(&mut self) -> Result<(), DeviceError> {
        self.pending.clear();
        self.watched.clear();
        self.flying = 0;
        self.stream = None;
        self.session = draw_session(self.session);
        (self.heard, self.said) = (Vec::new(), Vec::new());
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        let delay = self.transport.delay();
        let least = (GREETING.as_nanos() / delay.as_nanos().max(1)) as u32;
        // One that was left at another speed, or has another one for good, is there; one that was reset is at the speed it starts with.
        if self.transport.baud() != Some(BASE_BAUD) && self.transport.baud().is_some() {
            if self.say_hello(number, FIRST_HELLOS)? {
                return Ok(());
            }
            self.speed(BASE_BAUD)?;
            self.raised = false;
            if self.say_hello(number, HELLOS.max(least))? {
                self.home = Some(BASE_BAUD);
                return Ok(());
            }
            if let Some(home) = self.home {
                self.speed(home)?;
            }
        } else if self.say_hello(number, HELLOS.max(least))? {
            return Ok(());
        }
        Err(heard::why(&self.name, &self.said, &self.heard))
    }

    /// Says hello at most so often. Whether the device has taken the session.
    fn say_hello(&mut self, number: u16, times: u32) -> Result<bool, DeviceError> {
        let frame = sealed(number, &Request::Hello { session: self.session, protocol: PROTOCOL });
        // An end of frame first: whatever the device has half received is over. One more behind it, if the first is lost.
        let hello = [&[0], frame.as_slice(), &[0]].concat();
        let last = self.transport.now() + self.transport.delay() * times;
        while self.transport.now() < last {
            self.send(&hello)?;
            self.said.extend(&hello);
            let deadline = self.transport.now() + self.transport.delay();
            loop {
                match self.frame(deadline)? {
                    Frame::Whole(_, message) if self.greeted(&message)? => return Ok(true),
                    // The hello was broken.
                    Frame::Whole(_, message) if is_broken(&message) => break,
                    Frame::Whole(..) => {}
                    Frame::Broken | Frame::None => break,
                }
            }
        }
        Ok(false)
    }

    /// Whether a message answers this session's hello.
    fn greeted(&mut self, message: &[u8]) -> Result<bool, DeviceError> {
        let Ok(Reply::Hello { protocol, session, about }) = postcard::from_bytes(message) else {
            return Ok(false);
        };
        let on = self.name.clone();
        if protocol != PROTOCOL {
            return Err(DeviceError::Protocol { on, theirs: protocol });
        }
        if session != self.session {
            return Ok(false);
        }
        if about.core != hebbit_core::VERSION {
            return Err(DeviceError::OtherCore { on, theirs: said(about.core, NAME) });
        }
        self.hello = about.into();
        Ok(true)
    }

    /// Requests that are under way.
    pub fn under_way(&self) -> usize {
        self.pending.len()
    }

    /// Bytes of a message that are likely to get through: fewer on a link that breaks frames.
    pub fn best_length(&self) -> usize {
        if self.stream.is_some() { IN_PIECES } else { self.best }
    }

    /// Whether one more may be posted.
    pub fn has_room(&self) -> bool {
        self.pending.len() < self.hello.credits
    }

    /// Sends a request. There must be room in the window.
    ///
    /// # Errors
    /// If the link is gone.
    pub fn post(&mut self, request: &Request<'_>) -> Result<(), DeviceError> {
        if self.trouble >= TROUBLE && self.stream.is_none() && self.knows_pieces {
            self.cut_up()?;
        }
        self.push(request)?;
        self.pump()
    }

    fn push(&mut self, request: &Request<'_>) -> Result<(), DeviceError> {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        let frame = sealed(number, request);
        let patience = match request {
            // Erasing a sector of flash memory takes seconds.
            Request::Persist => self.transport.delay() * 20,
            Request::Commit | Request::Watch { .. } => self.transport.delay() * 4,
            _ => Duration::ZERO,
        };
        let (on_its_way, times, since) = (false, 0, self.transport.now());
        let reply = None;
        let (position, asked) = (0, since);
        let pending = Pending { number, frame, patience, reply, on_its_way, times, since, position, asked };
        self.pending.push_back(pending);
        Ok(())
    }

    /// From now on frames are sent in pieces: the link damages too many that are whole.
    fn cut_up(&mut self) -> Result<(), DeviceError> {
        if !self.pending.is_empty() {
            self.wait_for(self.pending.len() - 1)?;
        }
        self.push(&Request::Pieces)?;
        self.pump()?;
        self.wait_for(self.pending.len() - 1)?;
        let answer = self.pending.pop_back().and_then(|last| last.reply).unwrap_or_default();
        self.flying = 0;
        match postcard::from_bytes(&answer) {
            Ok(Reply::Done) => self.stream = Some(Stream::new(self.transport.now())),
            // A reset is told to whoever waits for an answer.
            Ok(Reply::Refused(Refusal::NoSession)) => {}
            _ => self.knows_pieces = false,
        }
        Ok(())
    }

    /// Waits for the answer to the oldest request that is under way, and hands it over.
    ///
    /// # Errors
    /// If the device says no, was reset, or does not answer.
    pub fn take<T>(
        &mut self,
        what: &'static str,
        f: impl FnOnce(&Reply<'_>) -> Option<T>,
    ) -> Result<T, DeviceError> {
        let message = self.wait()?;
        match postcard::from_bytes::<Reply<'_>>(&message) {
            Ok(Reply::Refused(Refusal::NoSession)) => Err(DeviceError::Restarted { on: self.name.clone() }),
            Ok(Reply::Refused(refusal)) => Err(DeviceError::Refused { on: self.name.clone(), what, refusal }),
            Ok(reply) => f(&reply).ok_or_else(|| DeviceError::Answer {
                on: self.name.clone(),
                message: format!("{} to {what}", said(&format!("{reply:?}"), MOST_SHOWN)),
            }),
            Err(error) => Err(DeviceError::Answer { on: self.name.clone(), message: error.to_string() }),
        }
    }

    /// Sends one request and waits for its answer; nothing else is under way.
    ///
    /// # Errors
    /// See [`Self::take`].
    pub fn ask<T>(
        &mut self,
        what: &'static str,
        request: &Request<'_>,
        f: impl FnOnce(&Reply<'_>) -> Option<T>,
    ) -> Result<T, DeviceError> {
        self.post(request)?;
        self.take(what, f)
    }

    /// The words that came while watching.
    pub fn watched(&mut self) -> Vec<Watched> {
        std::mem::take(&mut self.watched)
    }

    /// Waits for the answers of all that is under way, and forgets them.
    ///
    /// # Errors
    /// If the device does not answer.
    pub fn drain(&mut self) -> Result<(), DeviceError> {
        while !self.pending.is_empty() {
            self.wait()?;
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<Vec<u8>, DeviceError> {
        self.wait_for(0)?;
        let message = self.pending.front_mut().and_then(|first| first.reply.take()).unwrap_or_default();
        self.answered();
        self.pump()?;
        Ok(message)
    }

    /// Waits for the answer to request `i` of those under way. After a reset all of them have one, which says so.
    fn wait_for(&mut self, i: usize) -> Result<(), DeviceError> {
        let start = self.transport.now();
        // When something last came, and when something that brings the end nearer.
        let (mut heard, mut progress) = (start, start);
        let mut silent = 0;
        let mut patience = self.patience();
        loop {
            if self.pending.get(i).is_none_or(|pending| pending.reply.is_some()) {
                return Ok(());
            }
            if self.since(progress) > self.give_up.max(patience * TRIES) {
                return Err(DeviceError::NoAnswer { on: self.name.clone() });
            }
            self.pump()?;
            if self.flying == 0 && self.stream.is_none() {
                self.send_again()?;
            }
            match self.frame(self.sent.max(heard) + patience)? {
                Frame::Whole(number, message) => {
                    (silent, patience, heard) = (0, self.patience(), self.transport.now());
                    if self.sort(number, message) {
                        progress = heard;
                    }
                    self.ask_again(false);
                }
                Frame::Broken => self.reacted(),
                Frame::None if self.overdue() => {
                    self.ask_again(false);
                    heard = self.transport.now();
                }
                Frame::None => {
                    silent += 1;
                    if silent > TRIES {
                        return Err(DeviceError::NoAnswer { on: self.name.clone() });
                    }
                    if silent >= SPEED_TRIES && self.raised && self.transport.baud() != Some(BASE_BAUD) {
                        // It was reset, or has given the speed up.
                        self.speed(BASE_BAUD)?;
                    }
                    patience = (patience * 2).min(LONGEST.max(self.patience()));
                    if self.stream.is_some() && silent < PIECES_TRIES {
                        self.ask_again(true);
                        heard = self.transport.now();
                        continue;
                    }
                    self.whole_again()?;
                    // The end of the last frame may be what was lost.
                    self.send(&[0])?;
                    self.flying = 0;
                }
            }
        }
    }

    /// In pieces: a request has arrived, and its answer was lost, if a later one was answered, or if nothing comes. The first is asked for
    /// once more under its number; it is not carried out again.
    fn ask_again(&mut self, silent: bool) {
        let Some(stream) = &mut self.stream else { return };
        let now = self.transport.now();
        let later = self.pending.iter().rposition(|pending| pending.reply.is_some()).unwrap_or(0);
        let least = stream.patience();
        for (i, pending) in self.pending.iter_mut().enumerate() {
            let there = pending.on_its_way && stream.is_there(pending.position);
            let recent = now.saturating_duration_since(pending.asked) < least;
            if pending.reply.is_some() || !there || recent || !(i < later || silent) {
                continue;
            }
            pending.asked = now;
            self.traffic.again += 1;
            // It was carried out if a later one was: then whatever has its number brings its answer.
            match i < later && pending.frame.len() > SHORT {
                true => stream.frame(&short(pending.number)),
                false => stream.frame(&pending.frame[..pending.frame.len() - 1]),
            }
            pending.position = stream.put;
            if silent {
                break;
            }
        }
    }

    /// Frames go whole again: a hello that changes nothing tells the device, and what was under way is sent once more.
    fn whole_again(&mut self) -> Result<(), DeviceError> {
        if self.stream.take().is_none() {
            return Ok(());
        }
        self.pending.iter_mut().for_each(|pending| pending.on_its_way = false);
        let frame = sealed(self.next, &Request::Hello { session: self.session, protocol: PROTOCOL });
        self.send(&[&[0], frame.as_slice(), &[0]].concat())
    }

    /// In pieces: whether a later request was answered than the first, which still waits.
    fn overdue(&self) -> bool {
        let later = self.pending.iter().skip(1).any(|pending| pending.reply.is_some());
        let waits = |first: &Pending| first.reply.is_none() && first.on_its_way;
        self.stream.is_some() && later && self.pending.front().is_some_and(waits)
    }

    /// Sends what of the stream is due.
    fn flow(&mut self) -> Result<(), DeviceError> {
        let (now, baud) = (self.transport.now(), self.transport.baud());
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let due = stream.due(now, baud);
        if due.is_empty() { Ok(()) } else { self.send(&due) }
    }

    /// The oldest request has its answer.
    fn answered(&mut self) {
        let Some(first) = self.pending.pop_front() else { return };
        if first.times == 1 {
            self.trip = (self.trip * 7 + self.since(first.since)) / 8;
        }
        self.smooth = self.smooth.saturating_add(1);
        self.calm = self.calm.saturating_add(1);
        if self.calm > CALM {
            self.trouble = 0;
        }
        if self.smooth.is_multiple_of(SMOOTH) {
            self.best = (self.best * 2).min(MAX_MESSAGE);
        }
    }

    fn since(&self, then: Instant) -> Duration {
        self.transport.now().saturating_duration_since(then)
    }

    fn reacted(&mut self) {
        self.flying = self.flying.saturating_sub(1);
    }

    /// What a frame is for, and whether it brings the end nearer. Words and answers that come once more are no reaction to what is
    /// under way. A watched sample may bring megabytes of words, which take minutes on a slow link: each of them is progress.
    fn sort(&mut self, number: u16, message: Vec<u8>) -> bool {
        match postcard::from_bytes::<Reply<'_>>(&message) {
            Ok(Reply::Again) => {
                self.reacted();
                // In pieces a frame arrives, broken or not: it, and what followed it, is sent again.
                if let Some(stream) = &self.stream
                    && let Some(at) = self.pending.iter().position(|pending| pending.number == number)
                    && self.pending[at].on_its_way
                    && stream.is_there(self.pending[at].position)
                {
                    self.pending.iter_mut().skip(at).for_each(|pending| pending.on_its_way = false);
                }
                false
            }
            // Whatever it could not read: nothing that is under way will be done.
            Ok(Reply::Refused(Refusal::NoSession)) => {
                self.pending.iter_mut().for_each(|pending| pending.reply = Some(message.clone()));
                true
            }
            Ok(Reply::Words { moment: Some(moment), from, bytes }) => {
                let words = bytes.as_chunks::<2>().0.iter().map(|&pair| u16::from_le_bytes(pair)).collect();
                self.watched.push(Watched { moment, from, words });
                self.pending.front().is_some_and(|first| first.number == number)
            }
            _ => {
                let pending = self.pending.iter_mut().find(|pending| pending.number == number);
                let Some(pending) = pending else { return false };
                pending.reply = Some(message);
                self.reacted();
                true
            }
        }
    }

    /// How long an answer may take.
    fn patience(&self) -> Duration {
        let least = self.pending.front().map_or(Duration::ZERO, |first| first.patience);
        if let Some(stream) = &self.stream {
            // What is lost on the way is found sooner than here; only answers are not.
            if self.overdue() {
                return stream.patience();
            }
            return (self.trip * 2)
                .clamp((self.transport.delay() / 8).max(Duration::from_millis(20)), LONGEST)
                .max(least);
        }
        (self.trip * 3).min(LONGEST).max(self.transport.delay()).max(least)
    }

    /// Sends what is not under way yet, as far as the window is open: after a hitch, one frame at a time, because a device
    /// throws away all that follows a broken one.
    fn pump(&mut self) -> Result<(), DeviceError> {
        let window = if self.smooth < SMOOTH && self.stream.is_none() { 1 } else { self.pending.len() };
        let open = (0..self.pending.len()).filter(|&i| self.pending[i].reply.is_none()).take(window);
        for i in open.collect::<Vec<_>>() {
            if !self.pending[i].on_its_way {
                self.transmit(i)?;
            }
        }
        self.flow()
    }

    /// The device has reacted to all that was sent, or is silent, and has not answered the oldest request.
    fn send_again(&mut self) -> Result<(), DeviceError> {
        (self.best, self.smooth) = ((self.best / 2).max(SHORTEST), 0);
        (self.trouble, self.calm) = (self.trouble + 1, 0);
        self.pending.iter_mut().for_each(|pending| pending.on_its_way = false);
        self.pump()
    }

    fn transmit(&mut self, i: usize) -> Result<(), DeviceError> {
        let now = self.transport.now();
        let pending = &mut self.pending[i];
        let mut frame = pending.frame.clone();
        if pending.times == 0 {
            pending.since = now;
        } else {
            self.traffic.again += 1;
        }
        pending.on_its_way = true;
        pending.times += 1;
        pending.asked = now;
        if let Some(stream) = &mut self.stream {
            stream.frame(&frame[..frame.len() - 1]);
            pending.position = stream.put;
            return Ok(());
        }
        if self.smooth < SMOOTH {
            // An end that is lost costs a time-out; two are hardly ever.
            frame.push(0);
        }
        self.flying += 1;
        self.send(&frame)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), DeviceError> {
        self.traffic.sent += bytes.len() as u64;
        self.sent = self.transport.now();
        self.transport.send(bytes).map_err(|source| DeviceError::Link { on: self.name.clone(), source })
    }

    /// At an end: whether the bytes before it are an acknowledgement, which is noted.
    fn acknowledged(&mut self) -> bool {
        let (Some(stream), now) = (&mut self.stream, self.transport.now()) else { return false };
        // What has been read of the chunk, the end left out, and what was there before.
        let read = &self.chunk[..self.read - 1];
        let from = read.iter().rposition(|&byte| byte == 0);
        let (before, part) = match from {
            Some(at) => (&[][..], &read[at + 1..]),
            None => (&self.segment[..], read),
        };
        let all = [before, part].concat();
        match acknowledged(&all) {
            Some((first, have)) if all.len() < ACK => {
                stream.acknowledged(first, have, now);
                true
            }
            _ => false,
        }
    }

    /// The next frame, whole or broken, or none until the deadline.
    fn frame(&mut self, deadline: Instant) -> Result<Frame, DeviceError> {
        loop {
            while let Some(&byte) = self.chunk.get(self.read) {
                self.read += 1;
                let acknowledged = byte == 0 && self.acknowledged();
                match self.collector.push(byte) {
                    None => {}
                    Some(Ok(Incoming { number })) => {
                        return Ok(Frame::Whole(number, self.collector.message().to_vec()));
                    }
                    Some(Err(_)) if acknowledged => {}
                    Some(Err(_)) => {
                        self.traffic.broken += 1;
                        return Ok(Frame::Broken);
                    }
                }
            }
            self.flow()?;
            let now = self.transport.now();
            if now >= deadline {
                return Ok(Frame::None);
            }
            let wake = self.stream.as_ref().and_then(Stream::wake).unwrap_or(deadline);
            // A line takes some time for the shortest of pieces; less is a loop that waits for nothing.
            let left = deadline.min(wake).saturating_duration_since(now).max(Duration::from_micros(50));
            // What follows the last end may begin an acknowledgement.
            let rest = self.chunk.rsplit(|&byte| byte == 0).next().unwrap_or_default();
            match self.chunk.contains(&0) {
                true => self.segment = rest.to_vec(),
                false => self.segment.extend(rest),
            }
            self.segment.truncate(2 * ACK);
            self.chunk.resize(CHUNK, 0);
            let came = self.transport.receive(&mut self.chunk, left);
            let came = came.map_err(|source| DeviceError::Link { on: self.name.clone(), source })?;
            self.chunk.truncate(came);
            self.read = 0;
            let room = MOST_HEARD.saturating_sub(self.heard.len());
            self.heard.extend(self.chunk.iter().take(room));
            self.traffic.received += came as u64;
        }
    }
}

enum Frame {
    Whole(u16, Vec<u8>),
    Broken,
    None,
}

/// Whether a device says that it could not read something.
fn is_broken(message: &[u8]) -> bool {
    matches!(postcard::from_bytes(message), Ok(Reply::Again | Reply::Refused(Refusal::NoSession)))
}

/// A short frame of a number, without its end.
fn short(number: u16) -> Vec<u8> {
    let mut frame = sealed(number, &Request::Status);
    frame.pop();
    frame
}

fn sealed(number: u16, request: &Request<'_>) -> Vec<u8> {
    let mut frame = vec![0; MAX_FRAME];
    let len = seal(number, request, &mut frame).unwrap_or(0);
    frame.truncate(len);
    frame
}

/// Another session than the last one, and than those of other processes: 32 bits of the clock and the process.
fn draw_session(last: u32) -> u32 {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = clock.map_or(0, |since| since.as_nanos() as u64);
    let (x, y) = hebbit_core::num::mix(nanos as u32, (nanos >> 32) as u32, std::process::id(), last);
    (x ^ y).max(1)
}

#[cfg(test)]
mod tests;
