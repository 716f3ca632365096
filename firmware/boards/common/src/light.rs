//! What a device does, for people: its log, and a light.

use embedded_hal::digital::OutputPin;
use hebbit_app::Doing;

/// Says in the log what the device does. Nothing without a log.
pub fn log(doing: &Doing) {
    #[cfg(any(feature = "rtt", feature = "semihosting"))]
    match doing {
        // They come with every sample.
        Doing::Computes | Doing::Answered { .. } => defmt::debug!("{}", doing),
        Doing::Fails(_) => defmt::warn!("{}", doing),
        _ => defmt::info!("{}", doing),
    }
    #[cfg(not(any(feature = "rtt", feature = "semihosting")))]
    let _ = doing;
}

/// A light: dark while there is no network, lit while there is one, out for as long as samples are computed, so that it flickers.
pub struct Light<P> {
    pin: P,
    /// The level at which it shines.
    high: bool,
}

impl<P: OutputPin> Light<P> {
    /// A light that shines when its pin is high.
    pub const fn when_high(pin: P) -> Self {
        Self { pin, high: true }
    }

    /// A light that shines when its pin is low.
    pub const fn when_low(pin: P) -> Self {
        Self { pin, high: false }
    }

    /// Shows what the device does, and says it in the log.
    pub fn tell(&mut self, doing: Doing) {
        log(&doing);
        let lit = matches!(doing, Doing::Starts { .. } | Doing::Answered { .. } | Doing::Saves);
        // A pin of a chip cannot fail.
        let _ = self.pin.set_state((lit == self.high).into());
    }
}
