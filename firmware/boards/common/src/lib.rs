//! Code shared by the boards: serial ports as `embedded_io` streams, static memory, the panic handler.
//!
//! Each chip's drivers need a feature of its name, so that no program can access the registers of another chip.
#![no_std]

#[cfg(feature = "cmsdk")]
pub mod cmsdk;
#[cfg(feature = "console")]
pub mod console;
#[cfg(target_arch = "arm")]
mod cycles;
mod light;
mod memory;
#[cfg(feature = "stm32f405")]
pub mod netduinoplus2;
mod panic;
#[cfg(feature = "riscv-virt")]
pub mod riscv_virt;
mod serial;
pub mod stack;
#[cfg(feature = "stm32f4")]
pub mod stm32f4;
#[cfg(feature = "usb")]
pub mod usb;

#[cfg(target_arch = "arm")]
pub use cycles::Cycles;
pub use light::{Light, log};
pub use memory::Block;
pub use panic::reset;
pub use serial::{Pair, Patient, Port, Serial, fill};

/// Logs that the board has started.
pub fn started(name: &str, memory: usize) {
    #[cfg(any(feature = "rtt", feature = "semihosting"))]
    defmt::info!("{=str}: {=usize} bytes for a network", name, memory);
    #[cfg(not(any(feature = "rtt", feature = "semihosting")))]
    let _ = (name, memory);
}

#[cfg(feature = "rtt")]
use defmt_rtt as _;
#[cfg(feature = "semihosting")]
use defmt_semihosting as _;
