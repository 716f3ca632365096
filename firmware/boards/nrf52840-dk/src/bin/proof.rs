//! Links only if no panic is reachable: see `hebbit-proof`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use embassy_nrf as _;
use hebbit_kernels::Device;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<6, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
