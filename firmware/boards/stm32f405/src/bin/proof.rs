//! Links only if no panic is reachable: see `hebbit-proof`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use embassy_stm32 as _;
use hebbit_kernels::Device;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<4, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
