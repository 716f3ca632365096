//! Safe interface of the simulation: the only module that calls C.

use crate::bus::{BusIn, BusOut};
use crate::{Build, RtlError};
use hebbit_core::net::Target;
use libloading::Library;
use std::ffi::{CString, c_char, c_void};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

/// A memory of the core that the back door opens, lane by lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Membranes, 16 bits.
    Membrane = 0,
    /// Remaining refractory ticks, 16 bits.
    Refractory = 1,
    /// Event sums of lines, 16 bits.
    Sum = 2,
    /// Apical potentials, 16 bits.
    Apical = 3,
    /// `post` factors, 16 bits.
    Post = 4,
    /// Events of neurons, 1 bit.
    Event = 5,
    /// Events of the input, and `pre` factors of the other layers' lines, 8 bits.
    Line = 6,
}

/// Status of the core.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Whether a sample is running.
    pub busy: u32,
    /// The phase that has just ended.
    pub phase: u32,
    /// Its layer, 0 if it has none.
    pub layer: u32,
    /// Whether an update has begun and has not ended.
    pub dirty: u32,
    /// Counter: samples learned.
    pub samples: u32,
    /// Counter: learning steps.
    pub steps: u32,
    /// Counter: samples presented.
    pub presented: u32,
    /// By how many powers of two the learning rate has fallen.
    pub fall: u32,
    /// Events of neurons in this sample.
    pub spikes: u32,
    /// Ticks of this sample.
    pub ticks: u32,
    /// Cycles since the model was made.
    pub cycles: u64,
    /// Words of four weights that were read since the model was made.
    pub words: u64,
    /// Cycles of samples that ran as a whole.
    pub timed_cycles: u64,
    /// Processor time of these samples, in nanoseconds.
    pub timed_nanoseconds: u64,
}

macro_rules! functions {
    ($(#[$doc:meta])* $api:ident; $($name:ident: fn($($arg:ty),*) $(-> $out:ty)?;)*) => {
        $(#[$doc])*
        struct $api {
            $($name: unsafe extern "C" fn($($arg),*) $(-> $out)?,)*
            _library: Library,
        }

        impl $api {
            fn load(path: &Path) -> Result<Self, libloading::Error> {
                // SAFETY: the library is the one that `Builder` makes; its only initialisers are those of the C++ library.
                let library = unsafe { Library::new(path)? };
                // SAFETY: the shim exports these names with these signatures; the pointers live as long as `_library`.
                unsafe {
                    $(let $name = *library.get(concat!("hebbit_rtl_", stringify!($name), "\0").as_bytes())?;)*
                    Ok(Self { $($name,)* _library: library })
                }
            }
        }
    };
}

functions! {
    /// The functions of the library, and the library itself.
    Api;
    status_bytes: fn() -> u32;
    build: fn() -> u32;
    new: fn() -> *mut c_void;
    free: fn(*mut c_void);
    reset: fn(*mut c_void);
    write: fn(*mut c_void, u32, u32, *const u32, u64) -> u32;
    read: fn(*mut c_void, u32, u32, *mut u32, u64) -> u32;
    clear_dirty: fn(*mut c_void);
    begin: fn(*mut c_void, *const u8, u32, u32, u32, u32, u32, u32, u64) -> u32;
    phase: fn(*mut c_void, u64) -> u32;
    run: fn(*mut c_void, u64) -> u32;
    status: fn(*mut c_void, *mut Status);
    peek: fn(*mut c_void, u32, u32, u32, *mut u32);
    poke: fn(*mut c_void, u32, u32, u32, *const u32);
    peek_weights: fn(*mut c_void, u32, u32, *mut u32);
    verbs: fn(u32, u32, *const u32, *mut u32);
    trace: fn(*mut c_void, *const c_char) -> u32;
}

functions! {
    /// The same for registers and buses.
    BusApi;
    bus_bytes: fn() -> u32;
    bus_new: fn() -> *mut c_void;
    bus_free: fn(*mut c_void);
    bus_look: fn(*mut c_void, *const BusIn, *mut BusOut);
    bus_cycle: fn(*mut c_void, *const BusIn, *mut BusOut);
    spi_new: fn() -> *mut c_void;
    spi_free: fn(*mut c_void);
    spi_pins: fn(*mut c_void, u32, u32);
    spi_clock: fn(*mut c_void, u64);
    spi_transfer: fn(*mut c_void, *const u8, *mut u8, u32, u32, u32);
    spi_lines: fn(*mut c_void) -> u32;
    spi_cycles: fn(*mut c_void) -> u64;
}

/// A simulation that has been built and loaded: makes models, computes verbs.
#[derive(Clone)]
pub struct Simulation {
    api: Arc<Api>,
    build: &'static Build,
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Simulation")
    }
}

/// A length that has been checked against a memory, as the shim takes it.
fn short(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Converts the shim's result code for words on the host's port.
fn answer(failed: u32, address: usize, cycles: u64) -> Result<(), RtlError> {
    match failed {
        0 => Ok(()),
        1 => Err(RtlError::Address { address }),
        _ => Err(RtlError::Stuck { cycles }),
    }
}

impl Simulation {
    /// Loads a library that [`crate::Builder`] made.
    ///
    /// # Errors
    /// If the file is no such library, or of another version.
    pub fn load(path: &Path) -> Result<Self, RtlError> {
        let api = Api::load(path).map_err(|error| RtlError::Library(error.to_string()))?;
        // SAFETY: a function without arguments that returns a constant.
        let bytes = unsafe { (api.status_bytes)() };
        if bytes != short(size_of::<Status>()) {
            return Err(RtlError::Library(format!("its status has {bytes} bytes")));
        }
        // SAFETY: the same.
        let build = unsafe { (api.build)() };
        let build = Build::ALL.get(build as usize);
        let build = build.ok_or_else(|| RtlError::Library("it is of an unknown build".to_owned()))?;
        Ok(Self { api: Arc::new(api), build })
    }

    /// The parameters that it was built with.
    pub fn build(&self) -> &'static Build {
        self.build
    }

    /// A new model after reset.
    pub fn model(&self) -> Result<Model, RtlError> {
        // SAFETY: makes an object with no other reference to it.
        let handle = NonNull::new(unsafe { (self.api.new)() });
        let handle = handle.ok_or_else(|| RtlError::Library("it makes no model".to_owned()))?;
        Ok(Model { api: self.api.clone(), handle })
    }

    /// Applies one verb to many operands: `operands` in rows of five, results in rows of two.
    pub fn verbs(&self, verb: u32, operands: &[[u32; 5]]) -> Vec<[u32; 2]> {
        let mut out = vec![[0; 2]; operands.len()];
        // SAFETY: both arrays have as many rows as the count says.
        unsafe {
            (self.api.verbs)(verb, short(operands.len()), operands.as_ptr().cast(), out.as_mut_ptr().cast());
        }
        out
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A phase has ended.
    Phase,
    /// The sample has ended.
    Done,
}

/// A simulated core.
pub struct Model {
    api: Arc<Api>,
    handle: NonNull<c_void>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Model").field(&self.status()).finish()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: this owns the handle and does not use it again.
        unsafe { (self.api.free)(self.handle.as_ptr()) }
    }
}

impl Model {
    /// Resets the core. Its memories and the flag `dirty` are unchanged.
    pub fn reset(&mut self) {
        // SAFETY: the model lives.
        unsafe { (self.api.reset)(self.handle.as_ptr()) }
    }

    /// Clears the flag `dirty`.
    pub fn clear_dirty(&mut self) {
        // SAFETY: the model lives.
        unsafe { (self.api.clear_dirty)(self.handle.as_ptr()) }
    }

    /// Writes words on the host's port. They wait while the core is busy.
    ///
    /// # Errors
    /// If a word is outside of the map, or the core is busy for more than `cycles`.
    pub fn write(&mut self, address: usize, words: &[u32], cycles: u64) -> Result<(), RtlError> {
        // SAFETY: the model lives, and `words` has the given length.
        let failed = unsafe {
            let handle = self.handle.as_ptr();
            (self.api.write)(handle, short(address), short(words.len()), words.as_ptr(), cycles)
        };
        answer(failed, address, cycles)
    }

    /// Reads words on the host's port. They wait while the core is busy.
    ///
    /// # Errors
    /// If a word is outside of the map, or the core is busy for more than `cycles`.
    pub fn read(&mut self, address: usize, count: usize, cycles: u64) -> Result<Vec<u32>, RtlError> {
        let mut out = vec![0; count];
        // SAFETY: the model lives, and `out` has the given length.
        let failed = unsafe {
            let handle = self.handle.as_ptr();
            (self.api.read)(handle, short(address), short(count), out.as_mut_ptr(), cycles)
        };
        answer(failed, address, cycles).map(|()| out)
    }

    /// Begins a sample: a magnitude per line, and the target if it is learned. All lines are sent, in groups of four; with `sparse` the
    /// input is cleared and only groups with an event are sent.
    ///
    /// # Errors
    /// If the core does not accept it.
    pub fn begin(&mut self, magnitudes: &[u8], sparse: bool, target: Option<Target>) -> Result<(), RtlError> {
        const CYCLES: u64 = 10_000;
        // The bias line follows the last line.
        let groups = magnitudes.len() / 4 + 1;
        let mut bytes = magnitudes.to_vec();
        bytes.resize(4 * groups, 0);
        let (class, wrong) = match target {
            Some(Target::Class(class) | Target::Right(class)) => (Some(class), false),
            Some(Target::Wrong(class)) => (Some(class), true),
            Some(Target::Unknown) | None => (None, false),
        };
        let flags = [sparse, target.is_some(), class.is_some(), wrong].map(u32::from);
        let ([sparse, learn, taught, wrong], class) = (flags, u32::from(class.unwrap_or(0)));
        // SAFETY: the model lives, and `bytes` has `groups` groups of four.
        let failed = unsafe {
            let handle = self.handle.as_ptr();
            let (bytes, groups) = (bytes.as_ptr(), short(groups));
            (self.api.begin)(handle, bytes, groups, sparse, learn, taught, class, wrong, CYCLES)
        };
        if failed == 0 { Ok(()) } else { Err(RtlError::Stuck { cycles: CYCLES }) }
    }

    /// Runs to the end of a phase or of the sample.
    ///
    /// # Errors
    /// If neither comes within `cycles`.
    pub fn phase(&mut self, cycles: u64) -> Result<Stop, RtlError> {
        // SAFETY: the model lives.
        let stop = unsafe { (self.api.phase)(self.handle.as_ptr(), cycles) };
        match stop {
            0 => Ok(Stop::Done),
            1 => Ok(Stop::Phase),
            _ => Err(RtlError::Stuck { cycles }),
        }
    }

    /// Runs to the end of the sample.
    ///
    /// # Errors
    /// If it does not come within `cycles`.
    pub fn run(&mut self, cycles: u64) -> Result<(), RtlError> {
        // SAFETY: the model lives.
        let stop = unsafe { (self.api.run)(self.handle.as_ptr(), cycles) };
        if stop == 0 { Ok(()) } else { Err(RtlError::Stuck { cycles }) }
    }

    /// Writes every signal to an FST file from here on, if the library was built for it.
    ///
    /// # Errors
    /// If it was not, or the file cannot be written.
    pub fn trace(&mut self, path: &Path) -> Result<(), RtlError> {
        let fail = |text: &str| RtlError::Library(format!("{}: {text}", path.display()));
        let name =
            CString::new(path.as_os_str().as_encoded_bytes()).map_err(|_| fail("no name of a file"))?;
        // SAFETY: the model lives, and the name ends with a zero.
        match unsafe { (self.api.trace)(self.handle.as_ptr(), name.as_ptr()) } {
            0 => Ok(()),
            1 => Err(fail("built without waveforms")),
            _ => Err(fail("cannot be written")),
        }
    }

    /// Status of the core.
    pub fn status(&self) -> Status {
        let mut status = Status::default();
        // SAFETY: the model lives, and `status` is of the size that was compared when the library was loaded.
        unsafe { (self.api.status)(self.handle.as_ptr(), &raw mut status) };
        status
    }

    /// Words of a memory from lane `first` on; 0 beyond its end.
    pub fn peek(&self, memory: Memory, first: usize, count: usize) -> Vec<u32> {
        let mut out = vec![0; count];
        // SAFETY: the model lives, `out` has `count` words, and the shim stops at the memory's end.
        unsafe {
            let words = out.as_mut_ptr();
            (self.api.peek)(self.handle.as_ptr(), memory as u32, short(first), short(count), words);
        }
        out
    }

    /// Writes words of a memory from lane `first` on; words beyond its end are dropped.
    pub fn poke(&mut self, memory: Memory, first: usize, words: &[u32]) {
        // SAFETY: the model lives, `words` has the given length, and the shim stops at the memory's end.
        unsafe {
            let (count, words) = (short(words.len()), words.as_ptr());
            (self.api.poke)(self.handle.as_ptr(), memory as u32, short(first), count, words);
        }
    }

    /// Words of four weights from `first` on; 0 beyond the end.
    pub fn peek_weights(&self, first: usize, count: usize) -> Vec<u32> {
        let mut out = vec![0; count];
        // SAFETY: the model lives, `out` has `count` words, and the shim stops at the memory's end.
        unsafe {
            (self.api.peek_weights)(self.handle.as_ptr(), short(first), short(count), out.as_mut_ptr());
        }
        out
    }
}

/// Registers and buses without a core, built and loaded.
#[derive(Clone)]
pub struct Buses {
    api: Arc<BusApi>,
}

impl std::fmt::Debug for Buses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Buses")
    }
}

impl Buses {
    /// Loads a library that [`crate::Builder::buses`] made.
    ///
    /// # Errors
    /// If the file is no such library, or of another version.
    pub fn load(path: &Path) -> Result<Self, RtlError> {
        let api = BusApi::load(path).map_err(|error| RtlError::Library(error.to_string()))?;
        // SAFETY: a function without arguments that returns a constant.
        let bytes = unsafe { (api.bus_bytes)() };
        if bytes != short(size_of::<BusIn>() << 16 | size_of::<BusOut>()) {
            return Err(RtlError::Library(format!("its pins have {bytes:#x} bytes")));
        }
        Ok(Self { api: Arc::new(api) })
    }

    /// Registers and buses; the caller plays the core.
    pub fn bus(&self) -> Result<Bus, RtlError> {
        // SAFETY: makes an object with no other reference to it.
        let handle = NonNull::new(unsafe { (self.api.bus_new)() });
        let handle = handle.ok_or_else(|| RtlError::Library("it makes no model".to_owned()))?;
        Ok(Bus { api: self.api.clone(), handle })
    }

    /// The peripheral on SPI, after reset.
    pub fn spi(&self) -> Result<Spi, RtlError> {
        // SAFETY: makes an object with no other reference to it.
        let handle = NonNull::new(unsafe { (self.api.spi_new)() });
        let handle = handle.ok_or_else(|| RtlError::Library("it makes no model".to_owned()))?;
        Ok(Spi { api: self.api.clone(), handle })
    }
}

/// Simulated registers whose ports to the core are exposed.
pub struct Bus {
    api: Arc<BusApi>,
    handle: NonNull<c_void>,
}

impl Bus {
    /// Combinational outputs for these inputs, between two edges of the clock.
    pub fn look(&mut self, pins: &BusIn) -> BusOut {
        let mut out = BusOut::default();
        // SAFETY: the model lives, and both structs have the sizes that were compared when the library was loaded.
        unsafe { (self.api.bus_look)(self.handle.as_ptr(), pins, &raw mut out) };
        out
    }

    /// Runs one cycle with these inputs; returns the outputs before its end.
    pub fn cycle(&mut self, pins: &BusIn) -> BusOut {
        let mut out = BusOut::default();
        // SAFETY: the model lives, and both structs have the sizes that were compared when the library was loaded.
        unsafe { (self.api.bus_cycle)(self.handle.as_ptr(), pins, &raw mut out) };
        out
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // SAFETY: this owns the handle and does not use it again.
        unsafe { (self.api.bus_free)(self.handle.as_ptr()) }
    }
}

/// The simulated peripheral, accessed by its SPI pins.
pub struct Spi {
    api: Arc<BusApi>,
    handle: NonNull<c_void>,
}

impl std::fmt::Debug for Spi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Spi").field(&self.lines()).finish()
    }
}

impl Spi {
    /// Sets the levels of select and reset.
    pub fn pins(&mut self, selected: bool, reset: bool) {
        // SAFETY: the model lives.
        unsafe { (self.api.spi_pins)(self.handle.as_ptr(), selected.into(), reset.into()) }
    }

    /// Runs cycles.
    pub fn clock(&mut self, cycles: u64) {
        // SAFETY: the model lives.
        unsafe { (self.api.spi_clock)(self.handle.as_ptr(), cycles) }
    }

    /// Sends bytes and receives as many; each level of the SPI clock lasts this many cycles.
    pub fn transfer(&mut self, out: &[u8], (low, high): (u32, u32)) -> Vec<u8> {
        let mut answer = vec![0; out.len()];
        // SAFETY: the model lives, and both buffers have as many bytes as the count says.
        unsafe {
            let handle = self.handle.as_ptr();
            (self.api.spi_transfer)(handle, out.as_ptr(), answer.as_mut_ptr(), short(out.len()), low, high);
        }
        answer
    }

    /// Output pins: interrupt, busy, dirty.
    pub fn lines(&self) -> [bool; 3] {
        // SAFETY: the model lives.
        let lines = unsafe { (self.api.spi_lines)(self.handle.as_ptr()) };
        [0, 1, 2].map(|bit| lines >> bit & 1 == 1)
    }

    /// Cycles since it was made.
    pub fn cycles(&self) -> u64 {
        // SAFETY: the model lives.
        unsafe { (self.api.spi_cycles)(self.handle.as_ptr()) }
    }
}

impl Drop for Spi {
    fn drop(&mut self) {
        // SAFETY: this owns the handle and does not use it again.
        unsafe { (self.api.spi_free)(self.handle.as_ptr()) }
    }
}
