//! After a panic, which is a defect of ours: say where, start again.

use core::panic::PanicInfo;

/// Starts again. With a debugger or QEMU that can take it, a panic ends the program instead.
#[panic_handler]
fn panicked(info: &PanicInfo<'_>) -> ! {
    #[cfg(any(feature = "rtt", feature = "semihosting"))]
    if let Some(place) = info.location() {
        defmt::error!("panic in {=str}:{=u32}", place.file(), place.line());
    }
    #[cfg(not(any(feature = "rtt", feature = "semihosting")))]
    let _ = info;
    reset()
}

/// Starts the chip again.
#[cfg(all(target_arch = "arm", not(feature = "own-reset")))]
pub fn reset() -> ! {
    cortex_m::peripheral::SCB::sys_reset()
}

/// Starts the machine again.
#[cfg(all(target_arch = "riscv32", feature = "riscv-virt"))]
pub fn reset() -> ! {
    crate::riscv_virt::reset()
}

/// Starts the chip again, in the way that its board's library knows.
#[cfg(feature = "own-reset")]
pub fn reset() -> ! {
    // SAFETY: the feature says that there is such a function.
    unsafe extern "Rust" {
        safe fn hebbit_reset() -> !;
    }
    hebbit_reset()
}
