//! The accelerometer, and the features of its readings.

use bmi160::interface::I2cInterface;
use bmi160::{AccelerometerPowerMode, AccelerometerRange, Bmi160, Error, SensorSelector, SlaveAddr};
use core::fmt;
use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::I2c;

/// Readings per window: a third of a second.
pub const READINGS: usize = 32;
/// Time between two readings: the default rate is 100 per second (Bosch BST-BMI160-DS000, register ACC_CONF).
const INTERVAL_MS: u32 = 10;
/// From suspend to normal mode takes at most 3.8 ms (the same, table 1, accelerometer start-up time).
const START_MS: u32 = 5;
/// Chip id of a BMI160.
const CHIP: u8 = 0xD1;

/// Acceleration along the three axes, 8192 per g.
pub type Axes = [i16; 3];

/// Values of a sample: of each axis the mean, the mean change from one reading to the next, and the range.
pub const VALUES: usize = 9;

/// The values of a window. Integers, so that every machine computes the same values.
pub fn features(window: &[Axes; READINGS]) -> [i32; VALUES] {
    let mut values = [0; VALUES];
    for (axis, values) in values.chunks_exact_mut(3).enumerate() {
        let mut readings = window.iter().filter_map(|axes| axes.get(axis)).map(|&reading| i32::from(reading));
        let first = readings.next().unwrap_or(0);
        let (mut sum, mut change, mut least, mut most, mut last) = (first, 0_i32, first, first, first);
        for reading in readings {
            sum += reading;
            change += (reading - last).abs();
            (least, most, last) = (least.min(reading), most.max(reading), reading);
        }
        let count = READINGS as i32;
        values.copy_from_slice(&[sum / count, change / (count - 1), most - least]);
    }
    values
}

/// Why a window cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SensorError<E> {
    /// The bus failed: no device answers at the address, or a wire is loose.
    Bus(E),
    /// Another device answers at the address.
    Other {
        /// Its chip id; that of a BMI160 is D1h.
        chip: u8,
    },
}

impl<E: fmt::Debug> fmt::Display for SensorError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bus(error) => write!(f, "the bus of the sensor failed: {error:?}"),
            Self::Other { chip } => {
                write!(f, "the chip at the address is no BMI160: it says {chip:02x}h, not d1h")
            }
        }
    }
}

impl<E> From<Error<E>> for SensorError<E> {
    fn from(error: Error<E>) -> Self {
        match error {
            Error::Comm(error) => Self::Bus(error),
            // Only unsupported settings are refused, and none is used here.
            Error::InvalidInputData => Self::Other { chip: CHIP },
        }
    }
}

/// A BMI160 on an I2C bus.
pub struct Sensor<I, D> {
    chip: Bmi160<I2cInterface<I>>,
    delay: D,
}

impl<I: I2c, D: DelayNs> Sensor<I, D> {
    /// Starts the accelerometer: range ±4 g, 100 readings per second.
    ///
    /// # Errors
    /// No device answers, or another one.
    pub fn start(bus: I, mut delay: D) -> Result<Self, SensorError<I::Error>> {
        let mut chip = Bmi160::new_with_i2c(bus, SlaveAddr::default());
        match chip.chip_id()? {
            CHIP => (),
            chip => return Err(SensorError::Other { chip }),
        }
        chip.set_accel_power_mode(AccelerometerPowerMode::Normal)?;
        delay.delay_ms(START_MS);
        chip.set_accel_range(AccelerometerRange::G4)?;
        Ok(Self { chip, delay })
    }

    /// Reads a window.
    ///
    /// # Errors
    /// The bus fails.
    pub fn window(&mut self) -> Result<[Axes; READINGS], SensorError<I::Error>> {
        let mut window = [[0; 3]; READINGS];
        for axes in &mut window {
            self.delay.delay_ms(INTERVAL_MS);
            if let Some(read) = self.chip.data(SensorSelector::new().accel())?.accel {
                *axes = [read.x, read.y, read.z];
            }
        }
        Ok(window)
    }

    /// Returns the bus.
    pub fn stop(self) -> I {
        self.chip.destroy()
    }
}
