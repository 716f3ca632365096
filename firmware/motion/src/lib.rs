//! # hebbit-motion
//!
//! Example application: an accelerometer (BMI160, over `embedded-hal`) is read in windows, and a network names the motion of each. While a
//! button is held, the network learns that the motion has the class of the button, and rehearses the others; when the button is
//! released, the network is saved to flash. In QEMU sensor, button and flash are simulated.
//!
//! ```text
//! Sensor::window ─ 32 readings ─ features ─ 9 values ─ Motions::step ─ schema ─ network ─ the name
//!    BMI160, I2C                                          │ button held: learn, released: save
//!                                                         └ Store: two slots of flash
//! ```
//!
//! A product replaces the driver in [`Sensor`], [`features`], and the pins that its `main` passes. The network is trained on a
//! computer with one class more than there are motions (`docs/BOARDS.md` has the commands), and is included in flash by `include_bytes!`.
//! `firmware/boards/qemu-mps2-an386/src/bin/motion.rs` is a complete program with it.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "played")]
pub mod played;
mod sensor;

pub use sensor::{Axes, READINGS, Sensor, SensorError, VALUES, features};

use core::fmt;
use embedded_hal::digital::InputPin;
use hebbit_app::{Store, StoreError};
use hebbit_core::checkpoint::Image;
use hebbit_core::net::{Kernels, Network, Target};
use hebbit_core::schema::Schema;

/// Most lines of a sample: for each value one above and one below the middle (ON/OFF).
const MOST_LINES: usize = 2 * VALUES;

/// Copies the last saved network, or else the flashed one, into `place` and returns its length in bytes. `None` if it is longer than
/// `place`.
pub fn restore(store: &mut impl Store, flashed: &[u8], place: &mut [u8]) -> Option<usize> {
    if let Some(length) = store.load(place) {
        return Some(length);
    }
    place.get_mut(..flashed.len())?.copy_from_slice(flashed);
    Some(flashed.len())
}

/// A network that names motions, the button that teaches it, and the store that it is saved to.
pub struct Motions<'x, 'm, K, B, S, const N: usize> {
    network: &'x mut Network<'m, K, N>,
    schema: Schema<'m>,
    /// Low while it is pressed.
    button: B,
    /// The class of the button.
    class: u8,
    store: S,
    /// Whether the network has learned since the last save.
    unsaved: bool,
}

/// Result of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'m> {
    /// The motion, as the network named it before learning.
    pub name: Option<&'m str>,
    /// Values beyond the range of the training data; many of them indicate a sensor that is mounted differently or broken.
    pub clamped: usize,
    /// The action after naming.
    pub done: Done,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named => write!(f, "named"),
            Self::Learned => write!(f, "learned"),
            Self::Saved => write!(f, "saved"),
            Self::NotSaved(error) => write!(f, "not saved: {error}"),
        }
    }
}

/// The action for a window in addition to naming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Nothing.
    Named,
    /// The window was learned.
    Learned,
    /// The network was saved.
    Saved,
    /// The network could not be saved; the next window tries again.
    NotSaved(StoreError),
}

impl<'x, 'm, K: Kernels, B: InputPin, S: Store, const N: usize> Motions<'x, 'm, K, B, S, N> {
    /// `None` if the network has no schema of [`VALUES`] values, or `class` is not one of its classes.
    pub fn new(network: &'x mut Network<'m, K, N>, button: B, class: u8, store: S) -> Option<Self> {
        let schema =
            network.schema().filter(|schema| schema.values() == VALUES && schema.lines() <= MOST_LINES)?;
        let classes = network.plan().layers.last()?.neurons;
        (u16::from(class) < classes).then_some(Self { network, schema, button, class, store, unsaved: false })
    }

    /// Remembers an example of a motion, which is rehearsed while another one is learned. Remembered examples are not saved, so a
    /// program has a few examples of each motion in flash.
    pub fn remember(&mut self, values: &[i32; VALUES], class: u8) {
        let mut lines = [0; MOST_LINES];
        if let Some(lines) = lines.get_mut(..self.schema.lines())
            && self.schema.present(values, lines).is_ok()
        {
            self.network.remember(lines, class);
        }
    }

    /// Names the motion of a window; learns it if the button is pressed, and saves the network after it is released.
    pub fn step(&mut self, values: &[i32; VALUES]) -> Step<'m> {
        let mut lines = [0; MOST_LINES];
        let lines = lines.get_mut(..self.schema.lines()).unwrap_or_default();
        let clamped = self.schema.present(values, lines).unwrap_or(VALUES);
        let answer = self.network.classify(lines, &mut ());
        let name = answer.class.and_then(|class| self.schema.class_name(class.into()));
        // A read error counts as not pressed.
        let done = if self.button.is_low().unwrap_or(false) {
            self.network.learn(lines, Target::Class(self.class), &mut ());
            self.unsaved = true;
            Done::Learned
        } else if self.unsaved {
            self.save().map_or_else(Done::NotSaved, |()| Done::Saved)
        } else {
            Done::Named
        };
        Step { name, clamped, done }
    }

    /// The network.
    pub fn network(&self) -> &Network<'m, K, N> {
        self.network
    }

    fn save(&mut self) -> Result<(), StoreError> {
        let (labels, schema) = (self.network.labels(), self.network.schema_bytes());
        let image = Image::new(&*self.network, labels, &[], schema);
        let mut read = |offset, out: &mut [u8]| {
            image.read(offset, out);
        };
        // A board with a watchdog feeds it in the last closure.
        self.store.save(image.length(), &mut read, &mut || ())?;
        self.unsaved = false;
        Ok(())
    }
}
