//! The sending end of frames in pieces (`hebbit_app::pieces`): each is sent again as soon as a later one is known to have arrived.

use hebbit_app::pieces::{DATA, LONGEST, NUMBERS, WINDOW, piece};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far the line is filled ahead: what is sent again must not wait behind what the system holds.
const AHEAD: Duration = Duration::from_millis(3);
/// How long an acknowledgement is waited for at first, at least and at most.
const FIRST: Duration = Duration::from_millis(50);
const LEAST: Duration = Duration::from_millis(5);
const MOST: Duration = Duration::from_millis(500);

struct Piece {
    bytes: Vec<u8>,
    /// The turn in which it was last sent, when that was, and how often.
    turn: u64,
    at: Instant,
    times: u32,
    arrived: bool,
    lost: bool,
}

/// What is under way.
pub(super) struct Stream {
    waiting: VecDeque<Vec<u8>>,
    sent: VecDeque<Piece>,
    /// Number of the first that was sent and has not arrived; of the next one that is.
    first: u8,
    next: u8,
    turn: u64,
    /// When the line will have taken all of it.
    free: Instant,
    /// Mean time until a piece is acknowledged; when something last was; how much longer than that is waited.
    trip: Duration,
    heard: Instant,
    backoff: u32,
    /// Pieces ever put in, and arrived without a gap.
    pub(super) put: u64,
    pub(super) arrived: u64,
    /// Pieces that were sent again.
    pub(super) again: u64,
}

impl Stream {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            waiting: VecDeque::new(),
            sent: VecDeque::new(),
            first: 0,
            next: 0,
            turn: 0,
            free: now,
            trip: FIRST / 3,
            heard: now,
            backoff: 1,
            put: 0,
            arrived: 0,
            again: 0,
        }
    }

    /// A frame without its end.
    pub(super) fn frame(&mut self, frame: &[u8]) {
        let mut put = |data: &[u8]| {
            let mut out = [0; LONGEST + 1];
            let len = piece((self.put % u64::from(NUMBERS)) as u8, data, &mut out);
            self.waiting.push_back(out[..len].to_vec());
            self.put += 1;
        };
        frame.chunks(DATA).for_each(&mut put);
        if frame.len().is_multiple_of(DATA) {
            put(&[]);
        }
    }

    /// What is to be sent now, at so many bits per second.
    pub(super) fn due(&mut self, now: Instant, baud: Option<u32>) -> Vec<u8> {
        let mut out = Vec::new();
        let oldest = self.sent.iter().find(|piece| !piece.arrived).map(|piece| piece.at);
        if oldest.is_some_and(|at| now >= at.max(self.heard) + self.patience()) {
            self.backoff = (self.backoff * 2).min(64);
            self.heard = now;
            self.sent.iter_mut().filter(|piece| !piece.arrived).take(1).for_each(|piece| piece.lost = true);
        }
        while self.free <= now + AHEAD {
            self.turn += 1;
            let turn = self.turn;
            let again = self.sent.iter_mut().find(|piece| piece.lost && !piece.arrived);
            let bytes = if let Some(piece) = again {
                (piece.turn, piece.at, piece.lost, piece.times) = (turn, now, false, piece.times + 1);
                self.again += 1;
                piece.bytes.clone()
            } else if self.sent.len() < usize::from(WINDOW)
                && let Some(bytes) = self.waiting.pop_front()
            {
                let piece =
                    Piece { bytes: bytes.clone(), turn, at: now, times: 1, arrived: false, lost: false };
                self.sent.push_back(piece);
                self.next = (self.next + 1) % NUMBERS;
                bytes
            } else {
                break;
            };
            let takes = baud.map_or(Duration::ZERO, |baud| {
                Duration::from_secs_f64(bytes.len() as f64 * 10.0 / f64::from(baud))
            });
            self.free = self.free.max(now) + takes;
            out.extend(bytes);
        }
        out
    }

    fn patience(&self) -> Duration {
        ((self.trip * 3 + LEAST) * self.backoff).min(MOST)
    }

    /// When there is something to do, if nothing comes.
    pub(super) fn wake(&self) -> Option<Instant> {
        let lost = self.sent.iter().any(|piece| piece.lost && !piece.arrived);
        let room = self.sent.len() < usize::from(WINDOW) && !self.waiting.is_empty();
        if lost || room {
            return Some(self.free.checked_sub(AHEAD).unwrap_or(self.free));
        }
        let oldest = self.sent.iter().find(|piece| !piece.arrived)?;
        Some(oldest.at.max(self.heard) + self.patience())
    }

    /// All before `first` have arrived, and bit `i` says so of `first + i`. A line keeps its order: what was sent before something that
    /// has arrived, and has not, is lost.
    pub(super) fn acknowledged(&mut self, first: u8, have: u32, now: Instant) {
        let gone = first.wrapping_sub(self.first) % NUMBERS;
        if usize::from(gone) > self.sent.len() {
            return;
        }
        let mut latest = 0;
        let mut trip = None;
        let mut note = |piece: &Piece| {
            latest = latest.max(piece.turn);
            if piece.times == 1 {
                trip = Some(now.saturating_duration_since(piece.at));
            }
        };
        for piece in self.sent.drain(..usize::from(gone)) {
            if !piece.arrived {
                note(&piece);
            }
            self.arrived += 1;
        }
        self.first = first;
        for (i, piece) in self
            .sent
            .iter_mut()
            .enumerate()
            .filter(|(i, _)| have.checked_shr(*i as u32).unwrap_or(0) & 1 == 1)
        {
            let _ = i;
            if !piece.arrived {
                note(piece);
                piece.arrived = true;
            }
        }
        if latest == 0 {
            return;
        }
        (self.heard, self.backoff) = (now, 1);
        if let Some(trip) = trip {
            self.trip = (self.trip * 7 + trip) / 8;
        }
        for piece in self.sent.iter_mut().filter(|piece| !piece.arrived && piece.turn < latest) {
            piece.lost = true;
        }
    }

    /// Whether everything before this piece, counted from the first ever, is there.
    pub(super) fn is_there(&self, position: u64) -> bool {
        let arrived = self.sent.iter().take_while(|piece| piece.arrived).count() as u64;
        position <= self.arrived + arrived
    }
}
