//! The cycle counter of Cortex-M cores. QEMU does not count cycles.

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

    /// Cycles so far; wraps.
    pub fn now(&self) -> u32 {
        DWT::cycle_count()
    }
}
