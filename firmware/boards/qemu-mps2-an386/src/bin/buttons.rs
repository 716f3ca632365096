//! Two buttons teach: the network shows its answer, or a guess, and learns whether that is right.
//!
//! `HEBBIT_NETWORK=/path/to/network.hbt cargo run --release --features buttons --bin hebbit-qemu-mps2-an386-buttons` takes any small
//! network of eight values that has a schema and was taught by classes. Runs in QEMU, where a simulated person presses the
//! buttons. On a board the two pins of [`Buttons`] are real.
#![no_std]
#![no_main]

#[path = "../lessons.rs"]
mod lessons;
#[path = "../readings.rs"]
mod readings;

use core::cell::Cell;
use core::convert::Infallible;
use core::fmt::Write;
use cortex_m_rt::entry;
use embedded_hal::digital::{ErrorType, InputPin};
use hebbit_board::Block;
use hebbit_board::console::{Console, exit};
use hebbit_core::checkpoint;
use hebbit_core::net::life::ask;
use hebbit_core::net::{Scope, Target};
use hebbit_kernels::Device;
use hebbit_mps as _;
use lessons::{GUESS, LESSONS, SEEN, UNJUDGED};
use readings::READINGS;
use static_cell::ConstStaticCell;

/// The checkpoint, in flash.
static NETWORK: &[u8] = include_bytes!(env!("HEBBIT_NETWORK"));
/// The network learns in place, so it is copied into RAM, next to its state.
static PLACE: ConstStaticCell<Block<{ NETWORK.len() }>> = ConstStaticCell::new(Block::new());
static STATE: ConstStaticCell<Block<8192>> = ConstStaticCell::new(Block::new());
/// Room for layers, and for the lines of a sample.
const LAYERS: usize = 4;
const LINES: usize = 64;
/// Polls of the buttons without a press that count as no verdict. A board waits between two polls.
const LOOKS: u32 = 100;

/// A button for yes and one for no, each low while it is pressed.
struct Buttons<Y, N> {
    yes: Y,
    no: N,
}

impl<Y: InputPin, N: InputPin> Buttons<Y, N> {
    /// The button pressed while this class is shown.
    fn verdict(&mut self, shown: u8) -> Target {
        for _ in 0..LOOKS {
            if self.yes.is_low().unwrap_or(false) {
                return Target::Right(shown);
            }
            if self.no.is_low().unwrap_or(false) {
                return Target::Wrong(shown);
            }
        }
        Target::Unknown
    }
}

/// A pin that a simulated person pulls down, for yes or for no.
struct Played<'p> {
    pressed: &'p Cell<Option<bool>>,
    yes: bool,
}

impl ErrorType for Played<'_> {
    type Error = Infallible;
}

impl InputPin for Played<'_> {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        self.is_low().map(|low| !low)
    }
    fn is_low(&mut self) -> Result<bool, Infallible> {
        Ok(self.pressed.get() == Some(self.yes))
    }
}

#[entry]
fn main() -> ! {
    let (Some(place), Some(state)) = (PLACE.try_take(), STATE.try_take()) else { exit(false) };
    let taught = teach(place.bytes(), state.bytes());
    if taught.is_none() {
        let _ = writeln!(Console, "the network has no schema, or is not one of eight values");
    }
    exit(taught.is_some())
}

/// Shows a class for each sample, waits for the buttons and learns; finally prints the digest.
fn teach(place: &mut [u8], state: &mut [u8]) -> Option<()> {
    place.copy_from_slice(NETWORK);
    let mut slot = None;
    let network = checkpoint::open_in::<_, LAYERS>(&mut slot, place, state, Device::default()).ok()?;
    let schema = network.schema()?;
    let (classes, seed) = (network.plan().layers.last()?.neurons, network.plan().seed);
    let mut lines = [0; LINES];
    let lines = lines.get_mut(..schema.lines())?;
    let pressed = Cell::new(None);
    let [yes, no] = [true, false].map(|yes| Played { pressed: &pressed, yes });
    let mut buttons = Buttons { yes, no };
    for (number, (readings, &seen)) in (0..LESSONS).zip(READINGS.iter().zip(&SEEN).cycle()) {
        schema.present(&readings.map(i32::from), lines).ok()?;
        let answer = network.classify(lines, &mut ()).class;
        let shown = ask(answer, classes, GUESS, number, seed);
        // The person looks at the machine, and at what is shown.
        pressed.set(if number % UNJUDGED == UNJUDGED - 1 { None } else { Some(shown == seen) });
        let target = buttons.verdict(shown);
        network.learn(lines, target, &mut ());
        let said = match target {
            Target::Right(_) => "yes",
            Target::Wrong(_) => "no",
            _ => "-",
        };
        writeln!(Console, "{} {said}", schema.class_name(shown.into()).unwrap_or("?")).ok()?;
    }
    writeln!(Console, "{}", network.digest(Scope::Stored)).ok()
}
