//! The sending end of frames in pieces (`hebbit_app::pieces`): each is sent again as soon as a later one is known to have arrived.

use hebbit_app::pieces::{DATA, LONGEST, NUMBERS, WINDOW, piece};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far the line is filled ahead: what is sent again must not wait behind what the system holds. At least as long as a busy host is
/// away; on a slow line a piece and a half.
const AHEAD: Duration = Duration::from_millis(1);
const AHEAD_BYTES: f64 = 32.0;
/// How long an acknowledgement is waited for at first, at least and at most.
const FIRST: Duration = Duration::from_millis(50);
const LEAST: Duration = Duration::from_millis(2);
const MOST: Duration = Duration::from_millis(500);

/// Pieces under way: one fewer than the device has room for, so that one that it is ahead by is told from one that it is behind.
const UNDER_WAY: usize = WINDOW as usize - 1;

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
    /// Number of the first that was sent and has not arrived.
    first: u8,
    turn: u64,
    /// When the line will have taken all of it.
    free: Instant,
    ahead: Duration,
    /// Mean time until a piece is acknowledged; when something last was; how much longer than that is waited.
    trip: Duration,
    heard: Instant,
    backoff: u32,
    /// Pieces ever put in, and arrived without a gap.
    pub(super) put: u64,
    pub(super) arrived: u64,
}

impl Stream {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            waiting: VecDeque::new(),
            sent: VecDeque::new(),
            first: 0,
            turn: 0,
            free: now,
            ahead: AHEAD,
            trip: FIRST / 3,
            heard: now,
            backoff: 1,
            put: 0,
            arrived: 0,
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
            self.backoff = (self.backoff + 1).min(16);
            self.heard = now;
            self.sent.iter_mut().filter(|piece| !piece.arrived).for_each(|piece| piece.lost = true);
        }
        let bit = baud.map_or(0.0, |baud| 1.0 / f64::from(baud));
        self.ahead = AHEAD.max(Duration::from_secs_f64(AHEAD_BYTES * 10.0 * bit));
        while self.free <= now + self.ahead {
            self.turn += 1;
            let turn = self.turn;
            let again = self.sent.iter_mut().find(|piece| piece.lost && !piece.arrived);
            let bytes = if let Some(piece) = again {
                (piece.turn, piece.at, piece.lost, piece.times) = (turn, now, false, piece.times + 1);
                piece.bytes.clone()
            } else if self.sent.len() < UNDER_WAY
                && let Some(bytes) = self.waiting.pop_front()
            {
                let piece =
                    Piece { bytes: bytes.clone(), turn, at: now, times: 1, arrived: false, lost: false };
                self.sent.push_back(piece);
                bytes
            } else {
                break;
            };
            let takes = Duration::from_secs_f64(bytes.len() as f64 * 10.0 * bit);
            self.free = self.free.max(now) + takes;
            out.extend(bytes);
        }
        out
    }

    /// How long an acknowledgement may take.
    pub(super) fn patience(&self) -> Duration {
        ((self.trip + LEAST) * self.backoff).min(MOST)
    }

    /// When there is something to do, if nothing comes.
    pub(super) fn wake(&self) -> Option<Instant> {
        let lost = self.sent.iter().any(|piece| piece.lost && !piece.arrived);
        let room = self.sent.len() < UNDER_WAY && !self.waiting.is_empty();
        if lost || room {
            return Some(self.free.checked_sub(self.ahead).unwrap_or(self.free));
        }
        let oldest = self.sent.iter().find(|piece| !piece.arrived)?;
        Some(oldest.at.max(self.heard) + self.patience())
    }

    /// All before `first` have arrived, and bit `i` says so of `first + i`. A line keeps its order: what was sent before something that
    /// has arrived, and has not, is lost.
    pub(super) fn acknowledged(&mut self, first: u8, have: u32, now: Instant) {
        let gone = first.wrapping_sub(self.first) % NUMBERS;
        // What is there without a gap is counted before the device has read it, so that it may be behind.
        let (gone, have) = match gone {
            0..WINDOW => (usize::from(gone), u64::from(have)),
            _ => (0, u64::from(have) >> (NUMBERS - gone)),
        };
        if gone > self.sent.len() {
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
        for (i, piece) in self.sent.iter_mut().enumerate() {
            let here = i < gone || have.checked_shr((i - gone) as u32).is_some_and(|bits| bits & 1 == 1);
            if here && !piece.arrived {
                note(piece);
                piece.arrived = true;
            }
        }
        while self.sent.front().is_some_and(|piece| piece.arrived) {
            self.sent.pop_front();
            self.first = (self.first + 1) % NUMBERS;
            self.arrived += 1;
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
        position <= self.arrived
    }
}
