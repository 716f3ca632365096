//! Links only if nothing panics: see `hebbit-proof`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_kernels::Device;
use hebbit_stm32f405 as _;

#[entry]
fn main() -> ! {
    hebbit_proof::run::<4, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
