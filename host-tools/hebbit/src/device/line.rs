//! A device at the end of a line with a speed: a UART with a ring that bytes are received into, or USB at full speed, in virtual time.
//!
//! The very loop of the firmware runs on a thread, the client on another, and only one of them at a time: the device runs as far as what
//! the host has sent and can still send lets it. So a run is the same on every machine, however busy, and takes no longer than what is
//! computed. Each byte takes ten bits of its sender's speed; a receiver at another speed samples the same waveform and gets what it gets.

use super::transport::Transport;
use hebbit_app::{Board, Buffers, NoStore, Unit};
use hebbit_core::link::BASE_BAUD;
use hebbit_core::net::{Kernels, MAX_LAYERS};
use hebbit_core::num::KeyedRng;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use zerocopy::IntoBytes as _;

/// Nanoseconds.
type Time = u64;
const MILLISECOND: Time = 1_000_000;
/// Full speed: a frame per millisecond (USB 2.0, 8.4.3), bulk packets of 64 bytes (5.8.3). At most 19 of them fit a frame (table 5-9);
/// each direction has 16 here, so that both together are within what controllers reach.
const USB_PACKET: usize = 64;
const USB_PACKETS: Time = 16;

/// What carries the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A UART; the host's adapter hands over what came once in a millisecond.
    Uart,
    /// USB at full speed, which loses nothing.
    Usb,
}

/// How a line is.
#[derive(Debug, Clone, Copy)]
pub struct LineOptions {
    /// What carries the bytes.
    pub carrier: Carrier,
    /// Bytes that the device receives while it computes.
    pub ring: usize,
    /// How long the device computes for a sample.
    pub compute: Duration,
    /// Percent of all bytes, each way, that are flipped, lost or doubled, a third each.
    pub damage: f64,
    /// Of the damage.
    pub seed: u64,
    /// Most bits per second that arrive as they were sent: a line that is faster than its cable allows is all damage.
    pub cable: u32,
}

impl LineOptions {
    /// A UART with room for what three credits allow, 1 ms a sample, as a Cortex-M4 at 168 MHz needs for 784-128-10.
    pub const UART: Self = Self {
        carrier: Carrier::Uart,
        ring: 4096,
        compute: Duration::from_millis(1),
        damage: 0.0,
        seed: 1,
        cable: u32::MAX,
    };
}

impl Default for LineOptions {
    fn default() -> Self {
        Self::UART
    }
}

/// One direction.
#[derive(Debug, Default)]
struct Way {
    /// When each byte arrives.
    bytes: VecDeque<(Time, u8)>,
    /// When the sender may begin with the next byte or packet.
    free: Time,
    /// Bytes so far: what the draws are keyed by.
    count: u32,
}

#[derive(Debug)]
struct State {
    options: LineOptions,
    device_runs: bool,
    over: bool,
    host: Time,
    device: Time,
    /// How far the device may run before the host might say something.
    limit: Time,
    host_baud: u32,
    device_baud: u32,
    to_device: Way,
    to_host: Way,
    ring: VecDeque<u8>,
    /// Whether the counter was read since a byte was.
    counted: bool,
    /// Bytes that a full ring has lost.
    lost: u64,
}

/// Both ends.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    turn: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the other end run until it waits.
    fn hand_over<'s>(&'s self, mut state: MutexGuard<'s, State>, to_device: bool) -> MutexGuard<'s, State> {
        state.device_runs = to_device;
        self.turn.notify_all();
        while state.device_runs == to_device && !state.over {
            state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state
    }
}

impl State {
    /// Puts bytes onto the line, from the host or from the device.
    fn put(&mut self, bytes: &[u8], by_host: bool) {
        let Self { options, host, device, host_baud, device_baud, to_device, to_host, .. } = self;
        let (way, now) = if by_host { (to_device, *host) } else { (to_host, *device) };
        let (from, to) = if by_host { (*host_baud, *device_baud) } else { (*device_baud, *host_baud) };
        if options.carrier == Carrier::Usb {
            for packet in bytes.chunks(USB_PACKET) {
                let start = way.free.max(now.next_multiple_of(MILLISECOND));
                way.free = start + MILLISECOND / USB_PACKETS;
                way.bytes.extend(packet.iter().map(|&byte| (way.free, byte)));
            }
            return;
        }
        let start = way.free.max(now);
        let bit = |baud: u32| 1e9 / f64::from(baud);
        way.free = start + (bytes.len() as f64 * 10.0 * bit(from)) as Time;
        let arrived: Vec<(Time, u8)> = match from == to {
            true => (1..)
                .zip(bytes)
                .map(|(i, &byte)| (start + (f64::from(i) * 10.0 * bit(from)) as Time, byte))
                .collect(),
            false => sampled(bytes, from, to).into_iter().map(|(at, byte)| (start + at, byte)).collect(),
        };
        let percent = if from > options.cable { 50.0 } else { options.damage };
        for (at, byte) in arrived {
            // The adapter polls.
            let at = if by_host { at } else { at.next_multiple_of(MILLISECOND) };
            let mut rng = KeyedRng::new(way.count, u32::from(by_host), options.seed);
            way.count = way.count.wrapping_add(1);
            if f64::from(rng.below(100_000)) >= percent * 1000.0 {
                way.bytes.push_back((at, byte));
                continue;
            }
            match rng.below(3) {
                0 => way.bytes.push_back((at, byte ^ (1 + rng.below(255)) as u8)),
                1 => {}
                _ => way.bytes.extend([(at, byte); 2]),
            }
        }
    }

    /// Bytes that have arrived at the device go into its ring, and are lost where it is full. USB holds them back.
    fn arrive(&mut self) {
        while let Some(&(at, byte)) = self.to_device.bytes.front().filter(|(at, _)| *at <= self.device) {
            debug_assert!(at <= self.device);
            let full = self.ring.len() >= self.options.ring;
            if full && self.options.carrier == Carrier::Usb {
                return;
            }
            self.to_device.bytes.pop_front();
            if full { self.lost += 1 } else { self.ring.push_back(byte) }
        }
    }
}

/// What a receiver at `to` bits per second gets of bytes that were sent one behind the other at `from`: when, from the start, in
/// nanoseconds, and what. It looks for a falling edge sixteen times a bit, then into the middle of each bit; without a stop bit it gives a
/// zero and waits until the line is idle, as the ports of the boards do.
fn sampled(bytes: &[u8], from: u32, to: u32) -> Vec<(Time, u8)> {
    let (from, bit) = (f64::from(from), 1.0 / f64::from(to));
    let level = |t: f64| {
        let at = (t * from) as usize;
        match (bytes.get(at / 10), at % 10) {
            (None, _) | (_, 9) => true,
            (_, 0) => false,
            (Some(byte), n) => byte >> (n - 1) & 1 == 1,
        }
    };
    let end = bytes.len() as f64 * 10.0 / from;
    let (mut t, mut got) = (0.0, Vec::new());
    while t < end {
        if level(t) {
            t += bit / 16.0;
            continue;
        }
        let at = |n: f64| level(t + (n + 0.5) * bit);
        if at(0.0) {
            t += bit / 16.0;
            continue;
        }
        let byte = (0..8).fold(0, |byte, n| byte | u8::from(at(f64::from(n) + 1.0)) << n);
        let stopped = at(9.0);
        t += 9.5 * bit;
        got.push(((t * 1e9) as Time, if stopped { byte } else { 0 }));
        while !level(t) {
            t += bit / 16.0;
        }
    }
    got
}

struct LineBoard(Arc<Shared>);

impl Board for LineBoard {
    const NAME: &'static str = "line";
    const UNIT: Unit = Unit::Nothing;
    const CREDITS: u8 = 3;
    const MOST_BAUD: u32 = 2_000_000;
    fn count(&mut self) -> u32 {
        let mut state = self.0.state();
        // The loop reads it before and after a sample.
        if state.counted {
            state.device += state.options.compute.as_nanos() as Time;
        }
        state.counted = !state.counted;
        (state.device / 1000) as u32
    }
    fn hertz(&self) -> u32 {
        1_000_000
    }
    fn feed(&mut self) {}
    fn reset(&mut self) {}
}

/// The device's end.
struct DeviceEnd(Arc<Shared>);

impl embedded_io::ErrorType for DeviceEnd {
    type Error = io::Error;
}

impl hebbit_app::Link for DeviceEnd {
    fn set_baud(&mut self, baud: u32) -> bool {
        let mut state = self.0.state();
        state.device = state.device.max(state.to_host.free);
        state.device_baud = baud;
        true
    }
}

impl embedded_io::ReadReady for DeviceEnd {
    fn read_ready(&mut self) -> io::Result<bool> {
        let mut state = self.0.state();
        loop {
            if state.over {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            if state.device <= state.limit {
                state.arrive();
                if !state.ring.is_empty() {
                    return Ok(true);
                }
                if let Some(&(at, _)) = state.to_device.bytes.front().filter(|(at, _)| *at <= state.limit) {
                    state.device = state.device.max(at);
                    continue;
                }
            }
            state = self.0.hand_over(state, false);
        }
    }
}

impl embedded_io::Read for DeviceEnd {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        use embedded_io::ReadReady as _;
        while !self.read_ready()? {}
        let mut state = self.0.state();
        state.counted = false;
        io::Read::read(&mut state.ring, into)
    }
}

impl embedded_io::Write for DeviceEnd {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        state.put(bytes, false);
        // The host may react to the first of them.
        if let Some(&(at, _)) = state.to_host.bytes.front() {
            state.limit = state.limit.min(at);
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        let mut state = self.0.state();
        if state.options.carrier == Carrier::Uart {
            state.device = state.device.max(state.to_host.free);
        }
        Ok(())
    }
}

/// The host's end of a simulated line. The device ends with it.
pub struct Line {
    shared: Arc<Shared>,
    start: Instant,
}

/// What becomes of a line, for whoever has given its end away.
#[derive(Clone)]
pub struct LineView(Arc<Shared>);

impl LineView {
    /// Bytes that the device has lost because its ring was full.
    pub fn lost(&self) -> u64 {
        self.0.state().lost
    }

    /// Bits per second that the device has taken up.
    pub fn device_baud(&self) -> u32 {
        self.0.state().device_baud
    }
}

impl Line {
    /// Starts a device with so many bytes of memory for its network.
    pub fn start(options: LineOptions, memory: usize, kernels: impl Kernels + Copy + Send + 'static) -> Self {
        let state = State {
            options,
            device_runs: false,
            over: false,
            host: 0,
            device: 0,
            limit: 0,
            host_baud: BASE_BAUD,
            device_baud: BASE_BAUD,
            to_device: Way::default(),
            to_host: Way::default(),
            ring: VecDeque::new(),
            counted: false,
            lost: 0,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), turn: Condvar::new() });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            let mut words = vec![0_u64; memory.div_ceil(8)];
            let mut buffers = Box::new(Buffers::new());
            let mut state = own.state();
            while !state.device_runs && !state.over {
                state = own.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            drop(state);
            loop {
                let memory = &mut words.as_mut_bytes()[..memory];
                let (link, board) = (DeviceEnd(Arc::clone(&own)), LineBoard(Arc::clone(&own)));
                hebbit_app::run::<MAX_LAYERS, _, _, _, _>(
                    link,
                    board,
                    kernels,
                    NoStore,
                    memory,
                    &mut buffers,
                );
                let mut state = own.state();
                if state.over {
                    return;
                }
                // It was reset: what was on its way is lost, and the speed is the first one.
                state.ring.clear();
                state.to_device.bytes.clear();
                state.device_baud = BASE_BAUD;
            }
        });
        Self { shared, start: Instant::now() }
    }

    /// A view that stays when a client has the end.
    pub fn view(&self) -> LineView {
        LineView(Arc::clone(&self.shared))
    }

    /// Lets another program take over: the host's end is at the first speed again, whatever the device has.
    pub fn next_program(view: &LineView) -> Self {
        view.0.state().host_baud = BASE_BAUD;
        Self { shared: Arc::clone(&view.0), start: Instant::now() }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.state().over = true;
        self.shared.turn.notify_all();
    }
}

impl Transport for Line {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.shared.state().put(bytes, true);
        Ok(())
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        let mut state = self.shared.state();
        let deadline = state.host + patience.as_nanos() as Time;
        loop {
            let first = state.to_host.bytes.front().map(|(at, _)| *at);
            if first.is_some_and(|at| at <= state.host) {
                let now = state.host;
                let come =
                    state.to_host.bytes.iter().take_while(|(at, _)| *at <= now).count().min(into.len());
                for (to, (_, byte)) in into.iter_mut().zip(state.to_host.bytes.drain(..come)) {
                    *to = byte;
                }
                return Ok(come);
            }
            // Until then the host says nothing.
            state.limit = first.map_or(deadline, |at| at.min(deadline));
            state = self.shared.hand_over(state, true);
            let first = state.to_host.bytes.front().map(|(at, _)| *at);
            state.host = first.unwrap_or(deadline).clamp(state.host, deadline);
            if first.is_none_or(|at| at > state.host) {
                return Ok(0);
            }
        }
    }
    fn delay(&self) -> Duration {
        // A frame there and one back, and some time to think, as for a serial port.
        let baud = f64::from(self.shared.state().host_baud);
        Duration::from_millis(300) + Duration::from_secs_f64(2.0 * 1036.0 * 10.0 / baud)
    }
    fn now(&self) -> Instant {
        self.start + Duration::from_nanos(self.shared.state().host)
    }
    fn baud(&self) -> Option<u32> {
        let state = self.shared.state();
        (state.options.carrier == Carrier::Uart).then_some(state.host_baud)
    }
    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        let mut state = self.shared.state();
        state.host = state.host.max(state.to_device.free);
        state.host_baud = baud;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_at_their_own_speed_are_what_they_were() {
        let bytes: Vec<u8> = (0..=255).collect();
        for to in [113_000, 115_200, 117_500] {
            let got: Vec<u8> = sampled(&bytes, 115_200, to).into_iter().map(|(_, byte)| byte).collect();
            assert_eq!(got, bytes, "{to}");
        }
    }

    #[test]
    fn slow_bytes_are_breaks_to_a_fast_port() {
        let zeros = |bytes: &[u8], to| {
            let got = sampled(bytes, 115_200, to);
            (got.iter().filter(|(_, byte)| *byte == 0).count(), got.len())
        };
        // Each row of zeros is longer than a byte of the receiver: nothing but ends comes.
        let (ends, all) = zeros(&[0x55, 0x0f, 0x80], 2_000_000);
        assert_eq!(ends, all);
        assert!(all >= 7, "{all}");
        assert!(zeros(&[0x55, 0x00, 0x80], 230_400).1 >= 3);
    }
}
