//! The vectors of a chip whose interrupts nobody uses. Without it `cortex-m-rt` puts in the 240 that there can be.

/// One vector, because the linker script wants one. It is reserved: no interrupt is ever enabled.
#[unsafe(link_section = ".vector_table.interrupts")]
#[unsafe(no_mangle)]
static __INTERRUPTS: [usize; 1] = [0];
