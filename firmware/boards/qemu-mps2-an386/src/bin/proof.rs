//! Links only if no panic is reachable: see `hebbit-proof`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_kernels::Device;
use hebbit_mps as _;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<16, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
