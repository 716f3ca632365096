//! # hebbit-fpga-driver
//!
//! A Hebbit FPGA as a peripheral of a microcontroller: loads a network, learns and answers samples, reads weights back, over any
//! `embedded-hal` SPI device in mode 0 whose clock is at most a quarter of the hardware's. No heap, no `unsafe`, and nothing waits
//! without a bound. `docs/REGISTERS.md` and `docs/RTL.md` describe the other end.
//!
//! ```no_run
//! # use embedded_hal::{delay::DelayNs, spi::SpiDevice};
//! # fn run<S: SpiDevice, D: DelayNs>(spi: S, delay: D, image: &[u8], sample: &[u8]) -> Result<(), hebbit_fpga_driver::Error<S::Error>> {
//! let mut fpga = hebbit_fpga_driver::Fpga::new(spi, delay);
//! fpga.load(image)?;
//! fpga.learn(sample, hebbit_core::net::Target::Class(7))?;
//! let outcome = fpga.classify(sample)?;
//! # let _ = outcome;
//! # Ok(())
//! # }
//! ```
#![no_std]
#![forbid(unsafe_code)]

mod error;
pub mod image;
mod life;
pub mod registers;
mod words;

pub use error::Error;
pub use image::{Image, ImageError};
pub use life::Lifelong;
pub use words::Patience;

use embedded_hal::delay::DelayNs;
use embedded_hal::spi::SpiDevice;
use hebbit_core::encode::{Answering, Gain, Params, decide};
use hebbit_core::net::Target;
use hebbit_core::num::Word;
use hebbit_core::signal::Outcome;
use image::head;
use words::Port;

/// Events that are pushed in one transaction.
const PUSHES: usize = 16;
/// Most output neurons that [`Fpga::result`] decides between.
pub const OUTPUTS: usize = 256;

/// Identity and parameters of the hardware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Identity {
    /// Major and minor version of its interface.
    pub version: (u8, u8),
    /// Register `Size`.
    pub size: u32,
    /// Register `Carries`.
    pub carries: u32,
    /// Register `Aligns`.
    pub aligns: u32,
}

/// Counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Counters {
    /// Samples learned.
    pub samples: u32,
    /// Learning steps.
    pub steps: u32,
    /// Samples presented.
    pub presented: u32,
    /// Events of neurons in the last sample.
    pub spikes: u32,
    /// Ticks of the last sample.
    pub ticks: u32,
    /// Cycles of the last sample.
    pub cycles: u32,
}

/// The hardware, and the network that was loaded into it.
#[derive(Debug)]
pub struct Fpga<'i, S, D> {
    port: Port<S, D>,
    image: Option<Image<'i>>,
    sparse: bool,
    room: usize,
    /// Minor version of the registers.
    minor: u8,
}

/// First minor version that supports [`Target::Wrong`].
const MINOR_OF_WRONG: u8 = 1;

/// The value of a field of a register.
fn field(word: u32, mask: u32) -> u32 {
    (word & mask) >> mask.trailing_zeros()
}

impl<'i, S: SpiDevice, D: DelayNs> Fpga<'i, S, D> {
    /// A driver that has not accessed the bus yet. By default it waits at most a tenth of a second.
    pub fn new(spi: S, delay: D) -> Self {
        let patience = Patience { tries: 1_000, interval_us: 100 };
        Self { port: Port { spi, delay, patience }, image: None, sparse: false, room: 1, minor: 0 }
    }

    /// Sets the timeout.
    pub fn set_patience(&mut self, patience: Patience) {
        self.port.patience = patience;
    }

    /// Whether samples are sent line by line, those that are 0 left out.
    pub fn set_sparse(&mut self, sparse: bool) {
        self.sparse = sparse;
    }

    /// Returns the bus and the delay.
    pub fn release(self) -> (S, D) {
        (self.port.spi, self.port.delay)
    }

    /// Reads identity and parameters of the hardware.
    ///
    /// # Errors
    /// If no hardware answers, or an unsupported one.
    pub fn identify(&mut self) -> Result<Identity, Error<S::Error>> {
        let id = self.port.word(registers::ID)?;
        if (id ^ registers::IDENTITY) & !registers::ID_MINOR != 0 {
            return Err(Error::Identity { got: id });
        }
        let (size, carries) = (self.port.word(registers::SIZE)?, self.port.word(registers::CARRIES)?);
        let aligns = self.port.word(registers::ALIGNS)?;
        self.room = 1 << field(size, registers::SIZE_FIFO_ADDR);
        let [minor, major, ..] = id.to_le_bytes();
        self.minor = minor;
        Ok(Identity { version: (major, minor), size, carries, aligns })
    }

    /// Loads a network, whatever the hardware did before, and reads every word back.
    ///
    /// # Errors
    /// An invalid image; a build that is too small or lacks a part, which the error names; hardware that does not answer.
    pub fn load(&mut self, image: &'i [u8]) -> Result<Identity, Error<S::Error>> {
        self.image = None;
        let image = Image::parse(image)?;
        let identity = self.identify()?;
        fits(&image, &identity)?;
        self.reset()?;
        for record in image.records() {
            self.store(record)?;
        }
        self.port.set(registers::STATUS, registers::STATUS_DIRTY)?;
        self.port.set(registers::IRQ_PENDING, u32::MAX)?;
        self.image = Some(image);
        Ok(identity)
    }

    fn store(&mut self, record: image::Record<'i>) -> Result<(), Error<S::Error>> {
        const CHUNK: usize = 256;
        for (i, chunk) in (0..).zip(record.bytes.chunks(CHUNK)) {
            let address = record.address + CHUNK as u32 * i;
            self.port.write(address, chunk)?;
            let mut back = [0; CHUNK];
            let back = &mut back[..chunk.len()];
            self.port.read(address, back)?;
            if let Some(at) = chunk.chunks(4).zip(back.chunks(4)).position(|(a, b)| a != b) {
                return Err(Error::Verify { address: address + 4 * at as u32 });
            }
        }
        Ok(())
    }

    /// Resets the core: a running sample is lost, memories are unchanged. If an update was running, weights are dirty afterwards.
    ///
    /// # Errors
    /// If the hardware does not answer.
    pub fn reset(&mut self) -> Result<(), Error<S::Error>> {
        self.port.set(registers::CONTROL, registers::CONTROL_RESET)
    }

    /// Learns a sample with a target: a class, none, or a yes or no to an answer.
    ///
    /// # Errors
    /// No network, a sample of another length, weights that a reset has left dirty, [`Target::Wrong`] for hardware without it, hardware that
    /// does not answer in time.
    pub fn learn(&mut self, sample: &[u8], target: Target) -> Result<Outcome, Error<S::Error>> {
        if self.dirty()? {
            return Err(Error::Dirty);
        }
        let taught = match target {
            Target::Unknown => 0,
            Target::Class(class) | Target::Right(class) => registers::SAMPLE_TAUGHT | u32::from(class),
            Target::Wrong(_) if self.minor < MINOR_OF_WRONG => {
                return Err(Error::Carried { what: "a teacher who says no: it is older" });
            }
            Target::Wrong(class) => registers::SAMPLE_TAUGHT | registers::SAMPLE_WRONG | u32::from(class),
        };
        self.start(sample, registers::SAMPLE_LEARN | taught)?;
        self.wait()?;
        self.result()
    }

    /// Answers a sample.
    ///
    /// # Errors
    /// As [`Self::learn`].
    pub fn classify(&mut self, sample: &[u8]) -> Result<Outcome, Error<S::Error>> {
        self.start(sample, 0)?;
        self.wait()?;
        self.result()
    }

    /// Sends a sample and starts it. `mode` is the value of register `Sample` without `Sparse`.
    ///
    /// # Errors
    /// As [`Self::learn`].
    pub fn start(&mut self, sample: &[u8], mode: u32) -> Result<(), Error<S::Error>> {
        let image = self.image.ok_or(Error::Empty)?;
        let want = image.head(head::LINES) as usize;
        if sample.len() != want {
            return Err(Error::Sample { want, got: sample.len() });
        }
        let encoder = image.head(head::ENCODER);
        let params =
            Params { minimum: Word::from_word(encoder & 0xffff), norm: Word::from_word(encoder >> 16) };
        let gain = Gain::new(params, sample);
        let sparse = if self.sparse { registers::SAMPLE_SPARSE } else { 0 };
        self.port.set(registers::SAMPLE, mode | sparse)?;
        self.port.set(registers::CONTROL, registers::CONTROL_BEGIN)?;
        let mut events = Events { bytes: [0; 4 * PUSHES], count: 0 };
        if self.sparse {
            for (line, magnitude) in (0_u32..).zip(sample.iter().map(|&x| gain.pixel(x))) {
                if magnitude != 0 {
                    let magnitude = u32::from(magnitude);
                    self.push(&mut events, line | magnitude << 16 | magnitude << 24)?;
                }
            }
        } else {
            // The bias line follows the last line.
            for group in 0..=sample.len() / 4 {
                let pixels = sample.iter().skip(4 * group).take(4).rev();
                let word = pixels.fold(0, |word, &x| word << 8 | u32::from(gain.pixel(x)));
                self.push(&mut events, word)?;
            }
        }
        self.flush(&mut events)?;
        self.port.set(registers::CONTROL, registers::CONTROL_GO)
    }

    fn push(&mut self, events: &mut Events, word: u32) -> Result<(), Error<S::Error>> {
        events.bytes[4 * events.count..][..4].copy_from_slice(&word.to_le_bytes());
        events.count += 1;
        if events.count == PUSHES { self.flush(events) } else { Ok(()) }
    }

    /// Sends the collected events when the FIFO has room for all of them.
    fn flush(&mut self, events: &mut Events) -> Result<(), Error<S::Error>> {
        let room = self.room;
        let mut sent = 0;
        while sent < events.count {
            let free = self.port.poll("room for events", |port| {
                let level = field(port.word(registers::STATUS)?, registers::STATUS_LEVEL) as usize;
                Ok(room.checked_sub(level).filter(|&free| free > 0))
            })?;
            let end = events.count.min(sent + free);
            self.port.write(registers::EVENT, &events.bytes[4 * sent..4 * end])?;
            sent = end;
        }
        events.count = 0;
        Ok(())
    }

    /// Waits for the end of the sample.
    ///
    /// # Errors
    /// If it takes too long.
    pub fn wait(&mut self) -> Result<(), Error<S::Error>> {
        self.port.poll("a sample", |port| {
            Ok((port.word(registers::STATUS)? & registers::STATUS_BUSY == 0).then_some(()))
        })
    }

    /// The answer to the last sample.
    ///
    /// # Errors
    /// No network, one with more than [`OUTPUTS`] output neurons, hardware that does not answer.
    pub fn result(&mut self) -> Result<Outcome, Error<S::Error>> {
        let image = self.image.ok_or(Error::Empty)?;
        let outputs = image.head(head::OUTPUTS) as usize;
        let (mut counts, mut membranes) = ([0; OUTPUTS], [0; OUTPUTS]);
        if outputs > OUTPUTS {
            return Err(Error::Room { what: "output neurons", want: outputs as u32, got: OUTPUTS as u32 });
        }
        for (columns, at) in [(&mut counts, head::COUNTS), (&mut membranes, head::MEMBRANES)] {
            let address = image.head(at);
            for (i, column) in (0..).zip(&mut columns[..outputs]) {
                *column = (self.port.word(address + 4 * i)? & 0xffff) as u16;
            }
        }
        let answering = if image.head(head::ANSWERING) == 1 { Answering::Membrane } else { Answering::Count };
        let answer = decide(answering, &counts[..outputs], &membranes[..outputs], image.labels());
        let ticks = self.port.word(registers::TICKS)?;
        let ticks = u16::try_from(ticks).unwrap_or(u16::MAX);
        let spikes = self.port.word(registers::SPIKES)?;
        Ok(Outcome { class: answer.class, neuron: answer.neuron, ticks, spikes })
    }

    /// Reads the counters.
    ///
    /// # Errors
    /// Hardware that does not answer.
    pub fn counters(&mut self) -> Result<Counters, Error<S::Error>> {
        let port = &mut self.port;
        Ok(Counters {
            samples: port.word(registers::SAMPLES)?,
            steps: port.word(registers::STEPS)?,
            presented: port.word(registers::PRESENTED)?,
            spikes: port.word(registers::SPIKES)?,
            ticks: port.word(registers::TICKS)?,
            cycles: port.word(registers::CYCLES)?,
        })
    }

    /// Whether an update of weights was interrupted: then the network must be loaded again.
    ///
    /// # Errors
    /// Hardware that does not answer.
    pub fn dirty(&mut self) -> Result<bool, Error<S::Error>> {
        Ok(self.port.word(registers::STATUS)? & registers::STATUS_DIRTY != 0)
    }

    /// Enables causes of the interrupt line (`IrqPending`), and clears pending ones.
    ///
    /// # Errors
    /// Hardware that does not answer.
    pub fn interrupt_on(&mut self, mask: u32) -> Result<(), Error<S::Error>> {
        self.port.set(registers::IRQ_PENDING, u32::MAX)?;
        self.port.set(registers::IRQ_ENABLE, mask)
    }

    /// Reads current weights, four a word, from a byte offset that is a multiple of four.
    ///
    /// # Errors
    /// An offset out of range, hardware that does not answer.
    pub fn weights(&mut self, from: u32, out: &mut [u8]) -> Result<(), Error<S::Error>> {
        self.port.read(registers::WEIGHTS + from, out)
    }

    /// The current network: the loaded image with all words that have changed. It can be loaded again.
    ///
    /// # Errors
    /// No network, a buffer of another length, weights that a reset has left dirty, hardware that does not answer.
    pub fn save(&mut self, out: &mut [u8]) -> Result<(), Error<S::Error>> {
        let image = self.image.ok_or(Error::Empty)?;
        let want = image.bytes().len();
        if out.len() != want {
            return Err(Error::Buffer { want, got: out.len() });
        }
        if self.dirty()? {
            return Err(Error::Dirty);
        }
        out.copy_from_slice(image.bytes());
        let mut at = image.records_at();
        for record in image.records() {
            at += 8;
            self.port.read(record.address, &mut out[at..at + record.bytes.len()])?;
            at += record.bytes.len();
        }
        let crc = image::crc(out);
        out[4 * head::CRC..][..4].copy_from_slice(&crc.to_le_bytes());
        Ok(())
    }
}

/// Buffered events.
struct Events {
    bytes: [u8; 4 * PUSHES],
    count: usize,
}

/// Whether the hardware has what the network needs.
fn fits<E>(image: &Image<'_>, identity: &Identity) -> Result<(), Error<E>> {
    use registers as r;
    let size = (image.head(head::SIZE), identity.size);
    let carries = (image.head(head::CARRIES), identity.carries);
    let fields = |(want, got), mask| (field(want, mask), field(got, mask));
    for (what, words, mask) in [
        ("WeightAddr", size, r::SIZE_WEIGHT_ADDR),
        ("TableAddr", size, r::SIZE_TABLE_ADDR),
        ("LineWidth", size, r::SIZE_LINE_WIDTH),
        ("NeuronWidth", size, r::SIZE_NEURON_WIDTH),
        ("AccWidth", size, r::SIZE_ACC_WIDTH),
        ("SumWidth", size, r::SIZE_SUM_WIDTH),
        ("RefractoryWidth", carries, r::CARRIES_REFRACTORY_WIDTH),
        ("Sources", carries, r::CARRIES_SOURCES),
        ("FlagBits", carries, r::CARRIES_FLAG_BITS),
    ] {
        let (want, got) = fields(words, mask);
        if want > got {
            return Err(Error::Room { what, want, got });
        }
    }
    for (what, mask) in [
        ("Burst", r::CARRIES_BURST),
        ("Stdp", r::CARRIES_STDP),
        ("Lif", r::CARRIES_LIF),
        ("Adaptive", r::CARRIES_ADAPTIVE),
        ("Graded", r::CARRIES_GRADED),
        ("HardReset", r::CARRIES_HARD_RESET),
        ("Against", r::CARRIES_AGAINST),
        ("ZeroPoint", r::CARRIES_ZERO_POINT),
    ] {
        let (want, got) = fields(carries, mask);
        if want > got {
            return Err(Error::Carried { what });
        }
    }
    // A program depends on the alignments and the addresses of neurons of one build.
    let aligns = (image.head(head::ALIGNS), identity.aligns);
    for (what, words, mask) in [
        ("NeuronLanes", carries, r::CARRIES_NEURON_LANES),
        ("FullAlign", carries, r::CARRIES_FULL_ALIGN),
        ("Aligns", aligns, r::ALIGNS_LIST),
    ] {
        let (want, got) = fields(words, mask);
        if want != got {
            return Err(Error::Build { what, want, got });
        }
    }
    Ok(())
}
