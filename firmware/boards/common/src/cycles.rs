//! The cycle counter of Cortex-M cores. In QEMU it stands still.

use cortex_m::peripheral::{DCB, DWT};

/// Cycles of the core.
pub struct Cycles(());

impl Cycles {
    /// Starts the counter.
    pub fn start(debug: &mut DCB, trace: &mut DWT) -> Self {
        debug.enable_trace();
        trace.enable_cycle_counter();
        Self(())
    }

    /// What it counted; wraps.
    pub fn now(&self) -> u32 {
        DWT::cycle_count()
    }
}
