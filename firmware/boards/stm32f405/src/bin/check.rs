//! Compares this board's kernels with the plain loops, and measures their cost. Runs in QEMU.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_board::console::{Console, exit};
use hebbit_board::netduinoplus2::Counter;
use hebbit_kernels::Device;

/// Trials of every kernel.
const TRIALS: u32 = 200;

#[entry]
fn main() -> ! {
    let counter = Counter::start();
    let well = hebbit_check::kernels(&Device::default(), 1, TRIALS, &mut Console);
    hebbit_check::cost(&Device::default(), &mut || counter.now(), &mut Console);
    exit(well)
}
