//! What goes out and what comes back: waiting, sending again, sorting answers.

use super::*;

impl Client {
    pub(super) fn wait(&mut self) -> Result<Vec<u8>, DeviceError> {
        self.wait_for(0)?;
        let message = self.pending.front_mut().and_then(|first| first.reply.take()).unwrap_or_default();
        self.answered();
        self.pump()?;
        Ok(message)
    }

    /// Waits for the answer to request `i` of those under way. After a reset all of them have one, which says so.
    pub(super) fn wait_for(&mut self, i: usize) -> Result<(), DeviceError> {
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
    pub(super) fn ask_again(&mut self, silent: bool) {
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
    pub(super) fn whole_again(&mut self) -> Result<(), DeviceError> {
        if self.stream.take().is_none() {
            return Ok(());
        }
        self.pending.iter_mut().for_each(|pending| pending.on_its_way = false);
        let frame = sealed(self.next, &Request::Hello { session: self.session, protocol: PROTOCOL });
        self.send(&[&[0], frame.as_slice(), &[0]].concat())
    }

    /// In pieces: whether a later request was answered than the first, which still waits.
    pub(super) fn overdue(&self) -> bool {
        let later = self.pending.iter().skip(1).any(|pending| pending.reply.is_some());
        let waits = |first: &Pending| first.reply.is_none() && first.on_its_way;
        self.stream.is_some() && later && self.pending.front().is_some_and(waits)
    }

    /// Sends what of the stream is due.
    pub(super) fn flow(&mut self) -> Result<(), DeviceError> {
        let (now, baud) = (self.transport.now(), self.transport.baud());
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let due = stream.due(now, baud);
        if due.is_empty() { Ok(()) } else { self.send(&due) }
    }

    /// The oldest request has its answer.
    pub(super) fn answered(&mut self) {
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

    pub(super) fn since(&self, then: Instant) -> Duration {
        self.transport.now().saturating_duration_since(then)
    }

    pub(super) fn reacted(&mut self) {
        self.flying = self.flying.saturating_sub(1);
    }

    /// What a frame is for, and whether it brings the end nearer. Words and answers that come once more are no reaction to what is
    /// under way. A watched sample may bring megabytes of words, which take minutes on a slow link: each of them is progress.
    pub(super) fn sort(&mut self, number: u16, message: Vec<u8>) -> bool {
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
            // To a hello that was sent more than once: nothing that is under way is one.
            Ok(Reply::Hello { .. }) => false,
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
    pub(super) fn patience(&self) -> Duration {
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
    pub(super) fn pump(&mut self) -> Result<(), DeviceError> {
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
    pub(super) fn send_again(&mut self) -> Result<(), DeviceError> {
        (self.best, self.smooth) = ((self.best / 2).max(SHORTEST), 0);
        (self.trouble, self.calm) = (self.trouble + 1, 0);
        self.pending.iter_mut().for_each(|pending| pending.on_its_way = false);
        self.pump()
    }

    pub(super) fn transmit(&mut self, i: usize) -> Result<(), DeviceError> {
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

    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), DeviceError> {
        self.traffic.sent += bytes.len() as u64;
        self.sent = self.transport.now();
        self.transport.send(bytes).map_err(|source| DeviceError::Link { on: self.name.clone(), source })
    }

    /// At an end: whether the bytes before it are an acknowledgement, which is noted.
    pub(super) fn acknowledged(&mut self) -> bool {
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
    pub(super) fn frame(&mut self, deadline: Instant) -> Result<Frame, DeviceError> {
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

pub(super) enum Frame {
    Whole(u16, Vec<u8>),
    Broken,
    None,
}

/// Whether a device says that it could not read something.
pub(super) fn is_broken(message: &[u8]) -> bool {
    matches!(postcard::from_bytes(message), Ok(Reply::Again | Reply::Refused(Refusal::NoSession)))
}

/// A short frame of a number, without its end.
pub(super) fn short(number: u16) -> Vec<u8> {
    let mut frame = sealed(number, &Request::Status);
    frame.pop();
    frame
}

pub(super) fn sealed(number: u16, request: &Request<'_>) -> Vec<u8> {
    let mut frame = vec![0; MAX_FRAME];
    let len = seal(number, request, &mut frame).unwrap_or(0);
    frame.truncate(len);
    frame
}
