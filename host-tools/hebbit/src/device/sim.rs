//! A device inside this process: the very loop of the firmware, on a thread, over a pipe, with a flash in memory.

use super::transport::Transport;
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use hebbit_app::sim::{Cut, SimError, SimFlash};
use hebbit_app::{Board, Buffers, Ended, FlashStore, Unit};
use hebbit_core::link::{Collector, Incoming, MAX_FRAME, seal};
use hebbit_core::net::{Kernels, MAX_LAYERS};
use serde::ser::{Serialize, SerializeTuple as _, Serializer};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use zerocopy::IntoBytes as _;

/// Memory of the simulated device: as much as a great microcontroller has.
pub const MEMORY: usize = 4 << 20;
/// Bytes of each of its two slots.
const SLOT: u32 = 1 << 20;
/// Bytes of a sector, as in the nRF52840.
const SECTOR: usize = 4096;

/// How long the device waits for bytes before it looks at its reset line again.
const LOOK: Duration = Duration::from_millis(20);

type Cells = SimFlash<4, 4, SECTOR>;

/// The flash, of the device and of whoever takes its power away.
#[derive(Clone)]
struct Flash(Arc<Mutex<Cells>>);

impl Flash {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Cells::new(2 * SLOT as usize / SECTOR))))
    }

    /// A thread that panicked has left whole bytes behind.
    fn cells(&self) -> MutexGuard<'_, Cells> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ErrorType for Flash {
    type Error = SimError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = Cells::READ_SIZE;
    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), SimError> {
        self.cells().read(offset, bytes)
    }
    fn capacity(&self) -> usize {
        self.cells().capacity()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = Cells::WRITE_SIZE;
    const ERASE_SIZE: usize = Cells::ERASE_SIZE;
    fn erase(&mut self, from: u32, to: u32) -> Result<(), SimError> {
        self.cells().erase(from, to)
    }
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), SimError> {
        self.cells().write(offset, bytes)
    }
}

/// What is wrong with a simulated device.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Its clock is so many percent of what its firmware believes; 0: right.
    pub clock: u32,
    /// A byte of its memory, and bits of it that read 0.
    pub memory: Option<(usize, u8)>,
    /// A byte of its flash, and bits of it that read 0.
    pub flash: Option<(usize, u8)>,
    /// Its firmware is from before requests with this tag and later ones; 0: it knows all.
    pub knows: u8,
}

struct SimBoard {
    start: Instant,
    faults: Faults,
    flash: Flash,
}

impl SimBoard {
    /// Its counter counts microseconds.
    const HERTZ: u32 = 1_000_000;
}

impl Board for SimBoard {
    const NAME: &'static str = "sim";
    const UNIT: Unit = Unit::Nothing;
    const CREDITS: u8 = 4;
    fn count(&mut self) -> u32 {
        let percent = if self.faults.clock == 0 { 100 } else { self.faults.clock };
        (self.start.elapsed().as_micros() * u128::from(percent) / 100) as u32
    }
    fn hertz(&self) -> u32 {
        Self::HERTZ
    }
    fn feed(&mut self) {}
    fn play_fault(&mut self, memory: &mut [u8]) {
        if let Some((at, bits)) = self.faults.memory
            && let Some(cell) = memory.get_mut(at)
        {
            *cell &= !bits;
        }
    }
    /// Whatever its flash is doing stops here.
    fn reset(&mut self) {
        self.flash.cells().cut();
    }
}

/// The end of a pipe.
struct Pipe {
    to: Sender<Vec<u8>>,
    from: Receiver<Vec<u8>>,
    came: Vec<u8>,
    read: usize,
}

impl Pipe {
    fn pair() -> (Self, Self) {
        let ((to_a, from_b), (to_b, from_a)) = (channel(), channel());
        let pipe = |to, from| Self { to, from, came: Vec::new(), read: 0 };
        (pipe(to_b, from_b), pipe(to_a, from_a))
    }

    /// Whether bytes are there or come in time.
    fn wait(&mut self, patience: Duration) -> io::Result<bool> {
        if self.read < self.came.len() {
            return Ok(true);
        }
        match self.from.recv_timeout(patience) {
            Ok(bytes) => {
                (self.came, self.read) = (bytes, 0);
                Ok(!self.came.is_empty())
            }
            Err(RecvTimeoutError::Timeout) => Ok(false),
            Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn take(&mut self, into: &mut [u8]) -> usize {
        let rest = &self.came[self.read..];
        let len = rest.len().min(into.len());
        into[..len].copy_from_slice(&rest[..len]);
        self.read += len;
        len
    }

    fn put(&self, bytes: &[u8]) -> io::Result<()> {
        self.to.send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The device's end, with its reset line and its power.
struct Link<'p> {
    pipe: &'p mut Pipe,
    reset: &'p AtomicBool,
    flash: &'p Flash,
}

impl embedded_io::ErrorType for Link<'_> {
    type Error = io::Error;
}

impl hebbit_app::Link for Link<'_> {}

impl embedded_io::ReadReady for Link<'_> {
    fn read_ready(&mut self) -> io::Result<bool> {
        if self.reset.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        self.pipe.wait(LOOK)
    }
}

impl embedded_io::Read for Link<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.pipe.wait(LOOK)? {}
        Ok(self.pipe.take(into))
    }
}

impl embedded_io::Write for Link<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.flash.cells().has_power() {
            return Err(io::ErrorKind::NotConnected.into());
        }
        self.pipe.put(bytes)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The host's end of a simulated device. The device ends with it.
pub struct Sim {
    pipe: Pipe,
    reset: Arc<AtomicBool>,
    flash: Flash,
    old: Option<Old>,
}

/// What makes a firmware old: requests that it does not know become one that no firmware knows.
struct Old {
    knows: u8,
    collector: Box<Collector>,
}

impl Old {
    fn frames(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![0];
        for &byte in bytes {
            let Some(Ok(Incoming { number })) = self.collector.push(byte) else { continue };
            let message = self.collector.message();
            let unknown = message.first().is_some_and(|&tag| tag >= self.knows);
            let message = if unknown { &[u8::MAX][..] } else { message };
            let mut frame = vec![0; MAX_FRAME];
            let len = seal(number, &Raw(message), &mut frame).unwrap_or(0);
            out.extend(&frame[..len]);
        }
        out
    }
}

/// A message as it is.
pub(super) struct Raw<'m>(pub(super) &'m [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|byte| bytes.serialize_element(byte))?;
        bytes.end()
    }
}

impl Sim {
    /// Starts a device with so many bytes of memory for its network, and an erased flash.
    pub fn start(memory: usize, kernels: impl Kernels + Copy + Send + 'static) -> Self {
        Self::faulty(memory, kernels, Faults::default())
    }

    /// The same with faults.
    pub fn faulty(memory: usize, kernels: impl Kernels + Copy + Send + 'static, faults: Faults) -> Self {
        let (host, mut device) = Pipe::pair();
        let reset = Arc::new(AtomicBool::new(false));
        let line = Arc::clone(&reset);
        let flash = Flash::new();
        let own = flash.clone();
        if let Some((at, bits)) = faults.flash {
            own.cells().wear(at, bits);
        }
        thread::spawn(move || {
            loop {
                let mut words = vec![0_u64; memory.div_ceil(8)];
                let mut buffers = Box::new(Buffers::new());
                let link = Link { pipe: &mut device, reset: &line, flash: &own };
                let memory = &mut words.as_mut_bytes()[..memory];
                let board = SimBoard { start: Instant::now(), faults, flash: own.clone() };
                let store = FlashStore::new(own.clone(), [0..SLOT, SLOT..2 * SLOT]).ok();
                let ended = hebbit_app::run::<MAX_LAYERS, _, _, _, _>(
                    link,
                    board,
                    kernels,
                    store,
                    memory,
                    &mut buffers,
                );
                let power = own.cells().has_power();
                if ended == Ended::Link && power && !line.swap(false, Ordering::Relaxed) {
                    return;
                }
                if !power {
                    own.cells().restart();
                }
                // What was on its way is lost.
                while device.from.try_recv().is_ok() {}
                (device.came, device.read) = (Vec::new(), 0);
            }
        });
        let old =
            (faults.knows > 0).then(|| Old { knows: faults.knows, collector: Box::new(Collector::new()) });
        Self { pipe: host, reset, flash, old }
    }

    /// Its power: call it, and the device loses power while it writes its flash, and starts anew.
    pub fn power(&self) -> impl Fn(Cut) + Send + use<> {
        let flash = self.flash.clone();
        move |cut| flash.cells().lose_power(cut)
    }

    /// Its reset line: set it, and the device starts anew with what it persisted.
    pub fn reset_line(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.reset)
    }
}

impl Transport for Sim {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.old {
            Some(old) => self.pipe.put(&old.frames(bytes)),
            None => self.pipe.put(bytes),
        }
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        Ok(if self.pipe.wait(patience)? { self.pipe.take(into) } else { 0 })
    }
    fn delay(&self) -> Duration {
        Duration::from_millis(2)
    }
}
