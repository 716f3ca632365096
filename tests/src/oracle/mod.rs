//! The oracle: the network of `docs/NUMBERS.md` and `docs/FORMAT.md`, naive and slow, so that it is easy to believe.
//!
//! Matrices are rows of numbers, loops visit everything, nothing is skipped, nothing is narrow. It was written from the
//! two documents and shares no arithmetic with the core; of `hebbit_core` it uses the words of the [`Engine`] trait.

pub mod bytes;
pub mod check;
pub mod digest;
pub mod encoders;
pub mod feedback;
mod learning;
pub mod life;
pub mod network;
pub mod neurons;
pub mod numbers;
pub mod plan;
pub mod readout;
pub mod rules;
mod sample;
pub mod schema;
pub mod words;

use bytes::Refused;
use hebbit_core::net::{Digest, Engine, Moment, Place, Scope, Target};
use hebbit_core::signal::{Input, Outcome};
use network::Network;

/// The oracle as an engine.
#[derive(Clone, Debug)]
pub struct Oracle {
    /// The network itself, to be looked at.
    pub network: Network,
    /// A sample that was begun: its target, and what was given in each tick.
    begun: Option<(Option<Target>, Vec<Vec<u8>>)>,
}

impl Oracle {
    /// Loads a checkpoint.
    ///
    /// # Errors
    /// If FORMAT refuses it.
    pub fn new(checkpoint: &[u8]) -> Result<Self, Refused> {
        Ok(Self { network: Network::new(bytes::read(checkpoint)?), begun: None })
    }

    fn check(&self, sample: &[u8]) -> Result<(), Refused> {
        let want = self.network.plan.layers[0].neurons;
        if sample.len() == want { Ok(()) } else { Err(Refused("a sample of the wrong length")) }
    }
}

impl Engine for Oracle {
    type Error = Refused;

    fn name(&self) -> &'static str {
        "oracle"
    }
    fn load(&mut self, checkpoint: &[u8]) -> Result<(), Refused> {
        *self = Self::new(checkpoint)?;
        Ok(())
    }
    fn classify(&mut self, sample: &[u8]) -> Result<Outcome, Refused> {
        self.check(sample)?;
        Ok(self.network.present(sample, None, &mut |_, _| ()))
    }
    fn learn(&mut self, sample: &[u8], target: Target) -> Result<Outcome, Refused> {
        self.check(sample)?;
        Ok(self.network.learn(sample, target, &mut |_, _| ()))
    }
    fn begin(&mut self, target: Option<Target>) -> Result<(), Refused> {
        self.begun = Some((target, Vec::new()));
        Ok(())
    }
    /// Ticks are carried out once the sample is finished; so it does not know whether an answer leaves the sample early.
    fn tick(&mut self, input: Input<'_>) -> Result<bool, Refused> {
        let plan = &self.network.plan;
        let Some((target, given)) = &mut self.begun else { return Ok(false) };
        let mut values = given.last().cloned().unwrap_or_else(|| vec![0; plan.layers[0].neurons]);
        match input {
            Input::Hold => {}
            Input::Values(all) => values = all.to_vec(),
            Input::Events(events) => {
                values.fill(0);
                events.iter().for_each(|event| values[usize::from(event.line)] = event.value);
            }
        }
        given.push(values);
        let shown = plan.windows.iter().filter(|window| target.is_some() || !window.extra);
        let ticks: numbers::Int = shown.map(|window| window.ticks).sum();
        Ok((given.len() as numbers::Int) < ticks)
    }
    fn finish(&mut self) -> Result<Outcome, Refused> {
        let Some((target, mut given)) = self.begun.take() else { return Ok(Outcome::default()) };
        if given.is_empty() {
            given.push(vec![0; self.network.plan.layers[0].neurons]);
        }
        Ok(self.network.present_ticks(&given, target, &mut |_, _| ()))
    }
    fn remember(&mut self, sample: &[u8], class: u8) -> Result<(), Refused> {
        self.check(sample)?;
        self.network.remember(sample, class.into());
        Ok(())
    }
    fn digest(&mut self, scope: Scope) -> Result<Digest, Refused> {
        Ok(self.network.digest(scope))
    }
    fn watch(
        &mut self,
        sample: &[u8],
        target: Target,
        see: &mut dyn FnMut(Moment, Place, u16),
    ) -> Result<Outcome, Refused> {
        self.check(sample)?;
        let mut phase = |moment, network: &Network| network.walk(&mut |place, word| see(moment, place, word));
        Ok(self.network.learn(sample, target, &mut phase))
    }
    fn save(&mut self, checkpoint: &mut [u8]) -> Result<(), Refused> {
        let bytes = bytes::write(&self.network.stored());
        if bytes.len() != checkpoint.len() {
            return Err(Refused("a buffer of the wrong length"));
        }
        checkpoint.copy_from_slice(&bytes);
        Ok(())
    }
}
