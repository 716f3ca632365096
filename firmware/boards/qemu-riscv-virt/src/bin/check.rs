//! Compares this board's kernels with the plain loops, and measures their cost. Runs in QEMU.
#![no_std]
#![no_main]
#![allow(missing_docs, reason = "the entry macro makes the function public")]

use hebbit_board::console::{Console, exit};
use hebbit_board::riscv_virt::instructions;
use hebbit_kernels::Device;
use riscv_rt::entry;

/// Trials of every kernel.
const TRIALS: u32 = 200;

#[entry]
fn main() -> ! {
    let well = hebbit_check::kernels(&Device::default(), 1, TRIALS, &mut Console);
    hebbit_check::cost(&Device::default(), &mut instructions, &mut Console);
    exit(well)
}
