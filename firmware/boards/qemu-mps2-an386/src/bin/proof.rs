//! Links only if nothing panics: see `hebbit-proof`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_core::net::Scalar;

#[entry]
fn main() -> ! {
    hebbit_proof::run(Scalar);
    loop {
        core::hint::spin_loop();
    }
}
