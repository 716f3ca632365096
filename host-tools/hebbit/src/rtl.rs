//! The simulated RTL (`hebbit_rtl`) as an engine of the host.

use crate::device::Presented;
use crate::engine::{CoreEngine, CoreError, Keep};
use crate::kernels::AnyKernels;
use crate::lockstep::Peer;
use directories::ProjectDirs;
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::net::{Engine as _, Target};
use hebbit_core::signal::Outcome;
use hebbit_rtl::{Build, Builder, Origins, Rtl, RtlError, Simulation};
use std::path::{Path, PathBuf};

/// Where built simulations are kept.
fn cache() -> PathBuf {
    let own = std::env::var_os("HEBBIT_RTL_CACHE").map(PathBuf::from);
    let user = || ProjectDirs::from("", "", "hebbit").map(|dirs| dirs.cache_dir().join("rtl"));
    own.or_else(user).unwrap_or_else(|| std::env::temp_dir().join("hebbit-rtl"))
}

/// The builder of a simulation that has weights of a checkpoint's width.
fn builder(checkpoint: &[u8]) -> Result<Builder, RtlError> {
    let format = Checkpoint::parse(checkpoint)?.plan.format;
    Ok(Builder::new(cache()).with(&Build::simulated(format)))
}

/// What keeps simulations from being built.
pub fn missing() -> Option<String> {
    Builder::new(cache()).built().err().map(|error| error.to_string())
}

/// An engine with the network of a checkpoint. The simulation is built if these sources have not been; `say` hears of it.
///
/// # Errors
/// No checkpoint, a network that the RTL does not carry, a tool that is missing or fails.
pub fn load(checkpoint: &[u8], say: &dyn Fn(&str)) -> Result<Rtl, RtlError> {
    let builder = builder(checkpoint)?;
    if !builder.built()? {
        say("building the simulation of the RTL, once");
    }
    let mut engine = Rtl::new(Simulation::load(&builder.library()?)?);
    engine.load(checkpoint)?;
    Ok(engine)
}

/// Learns samples with a network and writes what every signal does during the last one, as an FST file.
///
/// # Errors
/// A tool that is missing or fails, or a file that cannot be written.
pub fn waveform(path: &Path, before: &[u8], part: &[(Vec<u8>, Target)]) -> Result<(), RtlError> {
    let mut engine = Rtl::new(Simulation::load(&builder(before)?.traced().library()?)?);
    engine.load(before)?;
    for (i, &(ref sample, target)) in part.iter().enumerate() {
        if i + 1 == part.len() {
            engine.trace(path)?;
        }
        engine.learn(sample, target)?;
    }
    Ok(())
}

/// The core refuses what the RTL gave back.
fn refused(error: CoreError) -> RtlError {
    match error {
        CoreError::Checkpoint(error) => RtlError::Checkpoint(error),
        CoreError::Sample { want, got } => RtlError::Sample { want, got },
    }
}

impl Keep for Rtl {
    fn kept(&mut self, note: &[u8]) -> Result<Vec<u8>, RtlError> {
        let mut bytes = vec![0; self.bytes()?];
        self.save(&mut bytes)?;
        CoreEngine::new(&bytes, AnyKernels::best()).and_then(|core| core.checkpoint(note)).map_err(refused)
    }

    fn cycles(&self) -> Option<u64> {
        Some(self.cost().cycles)
    }

    fn cycles_per_second(&self) -> Option<f64> {
        let cost = self.cost();
        (cost.timed_cycles > 0).then(|| 1e9 * cost.timed_cycles as f64 / cost.timed_nanoseconds as f64)
    }
}

impl Peer for Rtl {
    fn beside(error: CoreError) -> RtlError {
        refused(error)
    }

    fn learn_all(&mut self, samples: &[Presented<'_>]) -> Result<Vec<(Outcome, u32)>, RtlError> {
        let learn = |sample: &Presented<'_>| {
            let before = self.cost().cycles;
            let outcome = self.learn(sample.values, sample.target)?;
            Ok((outcome, u32::try_from(self.cost().cycles - before).unwrap_or(u32::MAX)))
        };
        samples.iter().map(learn).collect()
    }

    fn words(&mut self, weights: bool) -> Result<Vec<u16>, RtlError> {
        let mut words = Vec::new();
        if weights {
            let stored = CoreEngine::new(&self.kept(&[])?, AnyKernels::best()).map_err(refused)?;
            stored.with_parts(|parts| parts.walk_weights(&mut |_, w| words.push(w.cast_unsigned())));
        } else {
            self.walk(&mut |_, word| words.push(word))?;
        }
        Ok(words)
    }

    fn not_held(&mut self) -> Option<String> {
        let Origins { memory, computed, constant } = self.origins().ok()?;
        Some(format!(
            "of {} words of state the hardware holds {memory}; the host computes {computed} from them (sums and traces of the \
             input's lines) and inserts {constant} zeros",
            memory + computed + constant
        ))
    }
}
