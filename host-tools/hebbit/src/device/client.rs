//! The host's end of the link: a session, a window of requests, and patience.

mod flow;
mod speed;
mod stream;

use super::heard;
use super::hello::{FIRST_MESSAGE, Hello, NAME, said};
use super::transport::Transport;
use crate::error::DeviceError;
use flow::{Frame, is_broken, sealed};
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
const IN_PIECES: usize = 410;
/// Bytes of a request that is sent again as it is where its answer was lost; instead of a longer one, one of no bytes with its number.
const SHORT: usize = 40;
/// Most bits per second at which samples are coded.
const MOST_CODED: u32 = 460_800;
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
    /// Forms of samples that it reads besides those that every device does, as far as it was asked.
    forms: u8,
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
            forms: 0,
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
                    Frame::Whole(_, message) if self.greeted(&message)? => {
                        // A hello is a whole frame: the device takes no pieces from then on.
                        self.stream = None;
                        return Ok(true);
                    }
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

    /// Forms of samples that are worth it: decoding them takes a device about as long as classifying, and the bytes that they save on a fast
    /// link less.
    pub fn forms(&self) -> u8 {
        if self.transport.baud().is_some_and(|baud| baud <= MOST_CODED) { self.forms } else { 0 }
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
        let mut message = self.wait()?;
        // A field that was added at the end is 0 where the firmware is from before it.
        if postcard::from_bytes::<Reply<'_>>(&message) == Err(postcard::Error::DeserializeUnexpectedEnd) {
            message.push(0);
        }
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
