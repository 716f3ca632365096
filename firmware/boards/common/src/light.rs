//! Shows the activity of a device: a log and an LED.

use embedded_hal::digital::OutputPin;
use hebbit_app::Doing;

/// Logs the activity of the device.
pub fn log(doing: &Doing) {
    #[cfg(any(feature = "rtt", feature = "semihosting"))]
    match doing {
        // These are too frequent: they change with every sample.
        Doing::Computes | Doing::Answered { .. } => defmt::debug!("{}", doing),
        Doing::Fails(_) => defmt::warn!("{}", doing),
        _ => defmt::info!("{}", doing),
    }
    #[cfg(not(any(feature = "rtt", feature = "semihosting")))]
    let _ = doing;
}

/// An LED: off without a network, on with one, and off while samples are computed, so that it flickers.
pub struct Light<P> {
    pin: P,
    /// The level at which it is on.
    high: bool,
}

impl<P: OutputPin> Light<P> {
    /// An LED that is on when its pin is high.
    pub const fn when_high(pin: P) -> Self {
        Self { pin, high: true }
    }

    /// An LED that is on when its pin is low.
    pub const fn when_low(pin: P) -> Self {
        Self { pin, high: false }
    }

    /// Shows the activity of the device, and logs it.
    pub fn tell(&mut self, doing: Doing) {
        log(&doing);
        let lit = matches!(doing, Doing::Starts { .. } | Doing::Answered { .. } | Doing::Saves);
        // A pin of a chip cannot fail.
        let _ = self.pin.set_state((lit == self.high).into());
    }
}
