//! The panic handler: logs the location of the defect and resets.

use core::panic::PanicInfo;

/// Resets. With a debugger or QEMU a panic ends the program instead.
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

/// Resets the chip.
#[cfg(all(target_arch = "arm", not(feature = "own-reset")))]
pub fn reset() -> ! {
    cortex_m::peripheral::SCB::sys_reset()
}

/// Resets the machine.
#[cfg(all(target_arch = "riscv32", feature = "riscv-virt"))]
pub fn reset() -> ! {
    crate::riscv_virt::reset()
}

/// Resets the chip by its board's library.
#[cfg(feature = "own-reset")]
pub fn reset() -> ! {
    // SAFETY: the feature says that there is such a function.
    unsafe extern "Rust" {
        safe fn hebbit_reset() -> !;
    }
    hebbit_reset()
}
