//! Links only if no panic is reachable: see `hebbit-proof`. Without the HAL, whose exception handlers can panic.
#![no_std]
#![no_main]

use hebbit_kernels::Device;

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    hebbit_proof::run::<8, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
