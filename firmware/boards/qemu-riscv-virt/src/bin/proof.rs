//! Links only if no panic is reachable: see `hebbit-proof`.
#![no_std]
#![no_main]
#![allow(missing_docs, reason = "the entry macro makes the function public")]

use hebbit_kernels::Device;
use riscv_rt::entry;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<16, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
