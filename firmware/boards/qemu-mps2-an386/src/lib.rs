//! What every program of an FPGA image has: the vectors of interrupts that nobody uses. Without it `cortex-m-rt` puts in the 240 that
//! there can be.
#![no_std]

/// One vector, because the linker script wants one. It is reserved: no interrupt is ever enabled.
#[unsafe(link_section = ".vector_table.interrupts")]
#[unsafe(no_mangle)]
static __INTERRUPTS: [usize; 1] = [0];
