//! Frames in, answers out: each request number is executed once, in order.

use crate::pieces::{ACK, Came, Pieces};
use crate::{Board, Link};
use hebbit_core::link::{
    About, BASE_BAUD, Check, Collector, FORMS, FRAME_OVERHEAD, Facts, Incoming, LOST_ENDS, MAX_MESSAGE,
    MESSAGE_OVERHEAD, MOST_SAMPLES, PROTOCOL, RESULT_BYTES, Refusal, Reply, Request, seal,
};

/// The commit of this build, if given at compile time; short enough for a cached answer.
const COMMIT: &str = match option_env!("HEBBIT_COMMIT") {
    Some(commit) if commit.len() <= 64 => commit,
    _ => "",
};
/// Most bytes read from a request at once.
const CHUNK: usize = 64;
/// Most bytes that an answer carries.
pub(crate) const BODY: usize = 512;
const ANSWER: usize = BODY + MESSAGE_OVERHEAD + FRAME_OVERHEAD;
/// Cached answers for repetition: at least as many as credits.
pub(crate) const KEPT: usize = 4;
/// Size of a cached answer, in bytes: enough for every answer except words and bytes, which can be read again.
const KEPT_BYTES: usize = MOST_SAMPLES * RESULT_BYTES + MESSAGE_OVERHEAD + FRAME_OVERHEAD;

/// A cached answer.
#[derive(Clone, Copy)]
struct Kept {
    number: u16,
    len: u16,
    frame: [u8; KEPT_BYTES],
}

impl Kept {
    const EMPTY: Self = Self { number: 0, len: 0, frame: [0; KEPT_BYTES] };
}

/// The memory of the link.
pub struct Buffers {
    pub(crate) collector: Collector,
    pub(crate) body: [u8; BODY],
    answer: [u8; ANSWER],
    kept: [Kept; KEPT],
    chunk: [u8; CHUNK],
    pieces: Pieces,
}

impl Buffers {
    /// Nothing received, nothing sent.
    pub const fn new() -> Self {
        Self {
            collector: Collector::new(),
            body: [0; BODY],
            answer: [0; ANSWER],
            kept: [Kept::EMPTY; KEPT],
            chunk: [0; CHUNK],
            pieces: Pieces::new(),
        }
    }
}

impl Default for Buffers {
    fn default() -> Self {
        Self::new()
    }
}

/// The link was closed. Only links inside a process can close.
pub(crate) struct Closed;

/// The device's end of the link.
pub(crate) struct Port<'b, L> {
    link: L,
    answer: &'b mut [u8; ANSWER],
    kept: &'b mut [Kept; KEPT],
    chunk: &'b mut [u8; CHUNK],
    pieces: &'b mut Pieces,
    read: usize,
    filled: usize,
    /// 0 before the first hello.
    session: u32,
    /// The number of the next request to execute.
    next: u16,
    /// Bits per second.
    baud: u32,
    /// Consecutive frame ends without an intact frame.
    ends: u8,
}

impl<'b, L: Link> Port<'b, L> {
    /// A port on a link, and the buffers that it does not own: the collector of requests, and the body of answers.
    pub(crate) fn new(link: L, buffers: &'b mut Buffers) -> (Self, &'b mut Collector, &'b mut [u8; BODY]) {
        let Buffers { collector, body, answer, kept, chunk, pieces } = buffers;
        pieces.set(false);
        let port = Self {
            link,
            answer,
            kept,
            chunk,
            pieces,
            read: 0,
            filled: 0,
            session: 0,
            next: 0,
            baud: BASE_BAUD,
            ends: 0,
        };
        (port, collector, body)
    }

    /// Waits for the next request, which is in the collector then. Answers hellos and repeats answers.
    pub(crate) fn wait<B: Board>(
        &mut self,
        collector: &mut Collector,
        board: &mut B,
        about: &About<'_>,
    ) -> Result<u16, Closed> {
        loop {
            let byte = self.byte(board)?;
            let number = match collector.push(byte) {
                None => {
                    if byte == 0 {
                        self.ended();
                    }
                    continue;
                }
                Some(Err(_)) => {
                    self.again()?;
                    self.ended();
                    continue;
                }
                Some(Ok(Incoming { number })) => number,
            };
            self.ends = 0;
            let request = postcard::from_bytes::<Request<'_>>(collector.message());
            if let Ok(Request::Hello { session, protocol }) = request {
                self.hello(number, session, protocol, about)?;
                continue;
            }
            if self.session == 0 {
                self.send(number, &Reply::Refused(Refusal::NoSession))?;
                continue;
            }
            match number.wrapping_sub(self.next) {
                0 => match request {
                    Ok(Request::Pieces) if cfg!(feature = "pieces") => {
                        self.reply(number, &Reply::Done)?;
                        self.pieces.set(true);
                    }
                    // Handled here, as it is the same with and without a network.
                    Ok(Request::Baud { rate }) => self.take_up::<B>(number, rate)?,
                    Ok(Request::Facts) => {
                        let facts = Facts {
                            baud: B::MOST_BAUD,
                            hertz: board.hertz(),
                            stack: board.stack_used(),
                            commit: COMMIT,
                            forms: FORMS,
                        };
                        self.reply(number, &Reply::Facts(facts))?;
                    }
                    Ok(Request::Check(Check::Count)) => {
                        let value = board.count();
                        self.reply(number, &Reply::Checked { name: "", value, wrong: None })?;
                    }
                    _ => return Ok(number),
                },
                // Already executed. Reads are executed again; any other answer was cached.
                0x8000.. => {
                    let repeated = self.repeat(number)?;
                    // The host has not received the answer yet and still uses the old speed.
                    match request {
                        Ok(Request::Pieces) if repeated => self.pieces.set(true),
                        Ok(Request::Baud { rate }) if repeated => self.set_baud::<B>(rate),
                        _ => {}
                    }
                    if !repeated && request.is_ok_and(|request| request.is_read()) {
                        return Ok(number);
                    }
                }
                _ => self.again()?,
            }
        }
    }

    fn hello(&mut self, number: u16, session: u32, protocol: u16, about: &About<'_>) -> Result<(), Closed> {
        if protocol == PROTOCOL && session != self.session {
            self.session = session;
            self.next = number.wrapping_add(1);
            self.kept.fill(Kept::EMPTY);
        }
        self.send(number, &Reply::Hello { protocol: PROTOCOL, session: self.session, about: *about })
    }

    /// Handles an end without an intact frame. Many in a row indicate frames at another speed, which cause a break each.
    fn ended(&mut self) {
        self.ends = self.ends.saturating_add(1);
        if self.baud != BASE_BAUD && self.ends >= LOST_ENDS && self.link.set_baud(BASE_BAUD) {
            (self.baud, self.ends) = (BASE_BAUD, 0);
        }
    }

    /// Answers, and changes the speed.
    fn take_up<B: Board>(&mut self, number: u16, rate: u32) -> Result<(), Closed> {
        if can::<B>(rate) {
            self.reply(number, &Reply::Done)?;
            self.set_baud::<B>(rate);
            return Ok(());
        }
        self.reply(number, &Reply::Refused(Refusal::Baud { most: B::MOST_BAUD }))
    }

    fn set_baud<B: Board>(&mut self, rate: u32) {
        if can::<B>(rate) && self.link.set_baud(rate) {
            (self.baud, self.ends) = (rate, 0);
        }
    }

    /// Answers the request of this number.
    pub(crate) fn reply(&mut self, number: u16, reply: &Reply<'_>) -> Result<(), Closed> {
        let len = self.seal(number, reply);
        if number == self.next {
            self.next = self.next.wrapping_add(1);
            let kept = &mut self.kept[usize::from(number) % KEPT];
            *kept = Kept::EMPTY;
            if len <= KEPT_BYTES {
                kept.frame[..len].copy_from_slice(&self.answer[..len]);
                (kept.number, kept.len) = (number, len as u16);
            }
        }
        self.flush(len)?;
        // A link that needs pieces damages answers, too.
        if self.pieces.is_on() && len <= KEPT_BYTES { self.flush(len) } else { Ok(()) }
    }

    /// Sends something before the answer.
    pub(crate) fn send(&mut self, number: u16, reply: &Reply<'_>) -> Result<(), Closed> {
        let len = self.seal(number, reply);
        self.flush(len)
    }

    /// Sends a NAK: the frame was corrupt or out of order.
    fn again(&mut self) -> Result<(), Closed> {
        let len = match self.session {
            0 => self.seal(0, &Reply::Refused(Refusal::NoSession)),
            _ => self.seal(self.next, &Reply::Again),
        };
        self.flush_twice_ended(len)
    }

    fn repeat(&mut self, number: u16) -> Result<bool, Closed> {
        let kept = &self.kept[usize::from(number) % KEPT];
        if kept.len == 0 || kept.number != number {
            return Ok(false);
        }
        let len = usize::from(kept.len);
        self.answer[..len].copy_from_slice(&kept.frame[..len]);
        self.flush_twice_ended(len)?;
        if self.pieces.is_on() {
            self.flush_twice_ended(len)?;
        }
        Ok(true)
    }

    /// Sends a second end, because a link that loses bytes may lose the end of a frame, and the host would wait for it.
    fn flush_twice_ended(&mut self, len: usize) -> Result<(), Closed> {
        match self.answer.get_mut(len) {
            Some(end) => *end = 0,
            None => return self.flush(len),
        }
        self.flush(len + 1)
    }

    /// Writes a frame into the answer. Every answer fits, as its payload is cut to [`BODY`].
    fn seal(&mut self, number: u16, reply: &Reply<'_>) -> usize {
        seal(number, reply, self.answer).unwrap_or(0)
    }

    fn flush(&mut self, len: usize) -> Result<(), Closed> {
        self.link.write_all(&self.answer[..len]).map_err(|_| Closed)?;
        self.link.flush().map_err(|_| Closed)
    }

    /// The next byte of a frame.
    fn byte<B: Board>(&mut self, board: &mut B) -> Result<u8, Closed> {
        loop {
            if let Some(byte) = self.pieces.take() {
                return Ok(byte);
            }
            let byte = self.raw(board)?;
            if !self.pieces.is_on() {
                return Ok(byte);
            }
            let came = self.pieces.push(byte);
            if byte == 0 && came == Came::Nothing {
                self.ended();
            }
            if let Came::Piece(whole) = came {
                if whole {
                    self.ends = 0;
                } else {
                    self.ended();
                }
                let mut ack = [0; ACK];
                let len = self.pieces.acknowledgement(&mut ack);
                self.link.write_all(&ack[..len]).map_err(|_| Closed)?;
            }
        }
    }

    /// The next byte of the link.
    fn raw<B: Board>(&mut self, board: &mut B) -> Result<u8, Closed> {
        while self.read == self.filled {
            board.feed();
            if self.link.read_ready().map_err(|_| Closed)? {
                (self.read, self.filled) = (0, self.link.read(self.chunk).map_err(|_| Closed)?);
                if self.filled == 0 {
                    return Err(Closed);
                }
            }
        }
        let byte = self.chunk[self.read];
        self.read += 1;
        Ok(byte)
    }
}

/// Whether a board's link supports a speed. A link with a speed supports the initial one.
fn can<B: Board>(rate: u32) -> bool {
    B::MOST_BAUD > 0 && rate <= B::MOST_BAUD.max(BASE_BAUD)
}

const _: () = assert!(BODY + MESSAGE_OVERHEAD <= MAX_MESSAGE, "an answer is no longer than a request");
const _: () = assert!(MOST_SAMPLES * RESULT_BYTES <= BODY, "the results of a frame fit an answer");
const _: () = assert!(BODY.is_multiple_of(2), "words are not cut in two");
