//! Links only if nothing panics: see `hebbit-proof`. It is without the HAL, whose handlers of exceptions panic.
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
