//! Links only if nothing panics: see `hebbit-proof`.
#![no_std]
#![no_main]

use hebbit_core::net::Scalar;
use riscv_rt::entry;

#[entry]
fn main() -> ! {
    hebbit_proof::run(Scalar);
    loop {
        core::hint::spin_loop();
    }
}
