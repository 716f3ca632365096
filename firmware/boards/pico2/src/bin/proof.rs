//! Links only if nothing panics: see `hebbit-proof`.
#![no_std]
#![no_main]
#![allow(missing_docs, reason = "the entry macro of RISC-V makes the function public")]

use hebbit_kernels::Device;
use rp235x_hal::arch_entry as entry;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<8, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
