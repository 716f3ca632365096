//! Simulated hardware: a sensor with synthetic motions, a button with a schedule, a flash in memory.

use crate::sensor::{Axes, READINGS, VALUES, features};
use core::cell::Cell;
use core::convert::Infallible;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::{self, InputPin};
use embedded_hal::i2c::{self, I2c, Operation};
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use hebbit_core::num::KeyedRng;

/// Motions, as class numbers.
pub const MOTIONS: [&str; 4] = ["at rest", "walking", "shaken", "knocked"];
/// The class that is learned in the field.
pub const NEW: u8 = 3;
/// Windows of each motion in the training data, which leave out the new motion.
pub const EXAMPLES: u32 = 60;

/// A section of a schedule: the motion, the number of windows, whether the button is held.
pub type Stretch = (u8, u32, bool);
/// Before learning, while the button teaches, and after it.
pub const DAY: [Stretch; 9] = [
    (0, 3, false),
    (1, 3, false),
    (2, 3, false),
    (NEW, 3, false),
    (NEW, 30, true),
    (NEW, 3, false),
    (0, 3, false),
    (1, 3, false),
    (2, 3, false),
];
/// After a loss of power.
pub const NEXT_DAY: [Stretch; 4] = [(NEW, 3, false), (2, 3, false), (1, 3, false), (0, 3, false)];

/// A wave of -256..=256 with a period of `period` readings.
fn triangle(at: u32, period: u32) -> i32 {
    let phase = (at % period * 1024 / period) as i32;
    if phase < 512 { phase - 256 } else { 768 - phase }
}

/// Reading `at` of a motion: 1 g downwards, the motion, and the sensor's noise. `take` numbers recordings.
fn reading(motion: u8, take: u32, at: u32) -> Axes {
    let mut rng = KeyedRng::new(at, motion.into(), take.into());
    // Amplitude and phase vary by recording.
    let strength = 160 + (take.wrapping_mul(2_654_435_761) >> 26) as i32;
    let at = at + take;
    let moved = match motion {
        1 => [4 * triangle(at, 25), 2 * triangle(at, 50), 10 * triangle(at, 25)],
        2 => [24 * triangle(at, 12), 6 * triangle(at, 12), 4 * triangle(at, 24)],
        NEW if at % 16 == 3 => [0, 1_500, -9_000],
        NEW if at % 16 == 4 => [0, -700, 5_000],
        _ => [0; 3],
    };
    let mut axes = [0, 0, 8192];
    for (axis, moved) in axes.iter_mut().zip(moved) {
        let noise = rng.normal() >> 11;
        *axis = (*axis + moved * strength / 192 + noise).clamp(i16::MIN.into(), i16::MAX.into());
    }
    axes.map(|axis| axis as i16)
}

/// Example `number` of a motion, for training and rehearsal.
pub fn example(motion: u8, number: u32) -> [i32; VALUES] {
    let mut window = [[0; 3]; READINGS];
    for (at, axes) in (0..).zip(&mut window) {
        *axes = reading(motion, number, at);
    }
    features(&window)
}

/// Position in the schedule, shared by the sensor and the button.
pub struct Played {
    plan: &'static [Stretch],
    window: Cell<u32>,
    at: Cell<u32>,
}

impl Played {
    /// The beginning of a schedule.
    pub const fn new(plan: &'static [Stretch]) -> Self {
        Self { plan, window: Cell::new(0), at: Cell::new(0) }
    }

    /// Number of windows in the schedule.
    pub fn windows(&self) -> u32 {
        self.plan.iter().map(|&(_, windows, _)| windows).sum()
    }

    /// Motion and button of the current window.
    fn now(&self) -> (u8, bool) {
        let mut left = self.window.get().saturating_sub(1);
        for &(motion, windows, held) in self.plan {
            if left < windows {
                return (motion, held);
            }
            left -= windows;
        }
        (0, false)
    }

    fn next(&self) -> Axes {
        if self.at.get().is_multiple_of(READINGS as u32) {
            self.window.set(self.window.get() + 1);
        }
        let at = self.at.replace(self.at.get() + 1);
        reading(self.now().0, 1_000 + self.window.get(), at % READINGS as u32)
    }
}

/// A BMI160 that moves according to the schedule: its chip id, and its readings.
impl I2c for &Played {
    fn transaction(&mut self, _: u8, operations: &mut [Operation<'_>]) -> Result<(), Infallible> {
        let mut register = 0;
        for operation in operations {
            match operation {
                Operation::Write(bytes) => register = bytes.first().copied().unwrap_or(0),
                Operation::Read(bytes) if register == 0 => bytes.fill(0xD1),
                Operation::Read(bytes) => {
                    let axes = self.next().map(i16::to_le_bytes);
                    for (byte, &read) in bytes.iter_mut().zip(axes.as_flattened()) {
                        *byte = read;
                    }
                }
            }
        }
        Ok(())
    }
}

impl i2c::ErrorType for &Played {
    type Error = Infallible;
}

impl InputPin for &Played {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        self.is_low().map(|low| !low)
    }
    fn is_low(&mut self) -> Result<bool, Infallible> {
        Ok(self.now().1)
    }
}

impl digital::ErrorType for &Played {
    type Error = Infallible;
}

/// A delay that returns immediately.
pub struct NoDelay;

impl DelayNs for NoDelay {
    fn delay_ns(&mut self, _: u32) {}
}

/// Flash in memory: sectors of 4 KB, words of 4 bytes. Copies share the bytes.
pub struct Flash<'f>(pub &'f mut [u8]);

impl ErrorType for Flash<'_> {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, at: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, at, bytes.len())?;
        let from = self.0.get(at as usize..).unwrap_or_default();
        bytes.iter_mut().zip(from).for_each(|(byte, &from)| *byte = from);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Flash<'_> {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        self.0.get_mut(from as usize..to as usize).unwrap_or_default().fill(0xFF);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, at, bytes.len())?;
        let to = self.0.get_mut(at as usize..).unwrap_or_default();
        to.iter_mut().zip(bytes).for_each(|(to, &byte)| *to &= byte);
        Ok(())
    }
}
