//! Devices: how their programs are built.

pub mod toolchain;
