//! Continual learning in the hardware: the driver remembers samples and lowers the rate.

use crate::registers;
use crate::{Error, Fpga};
use embedded_hal::delay::DelayNs;
use embedded_hal::spi::SpiDevice;
use hebbit_core::net::life::{self, LifePlan, Lived, Lives, Ring, Standing};
use hebbit_core::net::{Plan, Target};
use hebbit_core::signal::Outcome;

/// Powers of two by which the learning rate is lowered: a word of the table (`docs/RTL.md`), after the three counters.
const FALL: u32 = registers::TABLE + 4 * 3;

/// A network in the hardware with continual learning. The network's own schedule must not lower the rate
/// (`halve_every = 0`, as `hebbit learn --from` makes it unless `--decay` is given).
pub struct Lifelong<'x, 'i, S, D> {
    fpga: &'x mut Fpga<'i, S, D>,
    life: LifePlan,
    lived: Lived,
    seed: u64,
    presented: u32,
}

impl<'x, 'i, S: SpiDevice, D: DelayNs> Lifelong<'x, 'i, S, D> {
    /// Continues with the loaded network, whose plan this is.
    ///
    /// # Errors
    /// A network whose own schedule lowers the rate; hardware that does not answer.
    pub fn new(fpga: &'x mut Fpga<'i, S, D>, plan: &Plan) -> Result<Self, Error<S::Error>> {
        if plan.halve_every != 0 {
            return Err(Error::Carried { what: "a rate that halves, in a network that learns on" });
        }
        let presented = fpga.counters()?.presented;
        Ok(Self { fpga, life: plan.life, lived: plan.lived, seed: plan.seed, presented })
    }

    /// Answers a sample, learns it, adds it to the ring (whose capacity the plan's life defines), and learns remembered samples again
    /// (`docs/NUMBERS.md`, 9).
    ///
    /// # Errors
    /// As [`Fpga::learn`].
    pub fn learn(
        &mut self,
        ring: &mut Ring<'_>,
        sample: &[u8],
        target: Target,
    ) -> Result<Outcome, Error<S::Error>> {
        life::learn(self, ring, sample, target)
    }

    /// The record of its answers.
    pub fn lived(&self) -> Lived {
        self.lived
    }
}

impl<S: SpiDevice, D: DelayNs> Lives for Lifelong<'_, '_, S, D> {
    type Error = Error<S::Error>;

    fn standing(&mut self) -> Standing<'_> {
        let Self { life, lived, seed, presented, .. } = self;
        Standing { life, lived, presented: *presented, seed: *seed }
    }

    fn answer(&mut self, sample: &[u8]) -> Result<Outcome, Self::Error> {
        let outcome = self.fpga.classify(sample)?;
        self.presented = self.presented.wrapping_add(1);
        Ok(outcome)
    }

    fn once(&mut self, sample: &[u8], target: Target) -> Result<Outcome, Self::Error> {
        if self.life.is_on() {
            self.fpga.port.set(FALL, self.lived.slow.into())?;
        }
        let outcome = self.fpga.learn(sample, target)?;
        self.presented = self.presented.wrapping_add(1);
        Ok(outcome)
    }
}
