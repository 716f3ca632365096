//! `CoreEngine`, and engines that a run can be kept from.

use hebbit_core::net::Engine;
pub use hebbit_engine::engine::{CoreEngine, CoreError};

/// An engine that a run can be kept from.
pub trait Keep: Engine {
    /// The network as it is, as a checkpoint with another note.
    ///
    /// # Errors
    /// If the engine cannot give its network back.
    fn kept(&mut self, note: &[u8]) -> Result<Vec<u8>, Self::Error>;

    /// Cycles of hardware that its samples have taken, if it counts them.
    fn cycles(&self) -> Option<u64> {
        None
    }

    /// Cycles that are simulated in a second of the processor's time, if any are.
    fn cycles_per_second(&self) -> Option<f64> {
        None
    }
}

impl Keep for CoreEngine {
    fn kept(&mut self, note: &[u8]) -> Result<Vec<u8>, CoreError> {
        self.checkpoint(note)
    }
}
