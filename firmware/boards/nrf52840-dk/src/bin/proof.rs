//! Links only if nothing panics: see `hebbit-proof`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_kernels::Device;
use nrf52840_hal as _;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<6, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
