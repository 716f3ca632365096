//! Links only if no panic is reachable: see `hebbit-proof`.
#![no_std]
#![no_main]
#![allow(missing_docs, reason = "the entry macro of RISC-V makes the function public")]

use hebbit_kernels::Device;
// On RISC-V without the HAL: its dispatch of interrupts, which the proof has none of, may panic.
#[cfg(target_arch = "riscv32")]
use riscv_rt::entry;
#[cfg(target_arch = "arm")]
use rp235x_hal::arch_entry as entry;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<8, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
