//! Links only if nothing panics: see `hebbit-proof`.
#![no_std]
#![no_main]

use esp_hal::main;
use hebbit_kernels::Device;

esp_bootloader_esp_idf::esp_app_desc!();

#[main]
fn main() -> ! {
    hebbit_proof::run::<8, _>(Device::default());
    loop {
        core::hint::spin_loop();
    }
}
