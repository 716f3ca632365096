//! The build script of every board: where its memory map lies, and which linker scripts each program needs.

use std::env;

fn main() {
    let var = |name: &str| env::var(name).unwrap_or_default();
    let folder = var("CARGO_MANIFEST_DIR");
    println!("cargo:rerun-if-changed=../link.rs");
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rustc-link-search={folder}");
    if var("CARGO_CFG_TARGET_ARCH") == "riscv32" {
        // riscv-rt does not include the memory map by itself.
        println!("cargo:rustc-link-arg-bins=-Tmemory.x");
    }
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    if var("CARGO_PKG_NAME") == "hebbit-pico2-riscv" {
        // The handlers of interrupts that nobody uses; on Arm cortex-m-rt includes it.
        println!("cargo:rustc-link-arg-bins=-Tdevice.x");
    }
    if env::var_os("CARGO_FEATURE_CHECK").is_some() {
        println!("cargo:rustc-link-arg-bin={}-check=--defsym=hebbit_check=1", var("CARGO_PKG_NAME"));
    }
    if env::var_os("CARGO_FEATURE_LOG").is_some() {
        // Only the product logs.
        println!("cargo:rustc-link-arg-bin={}=-Tdefmt.x", var("CARGO_PKG_NAME"));
    }
}
