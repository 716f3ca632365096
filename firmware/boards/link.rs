//! The build script of every board: where its memory map lies, and which linker scripts each program needs.

use std::env;

fn main() {
    let var = |name: &str| env::var(name).unwrap_or_default();
    let folder = var("CARGO_MANIFEST_DIR");
    println!("cargo:rerun-if-changed=../link.rs");
    let package = var("CARGO_PKG_NAME");
    if package == "hebbit-esp32c3" {
        // The memory map is that of its HAL, which the proof does without.
        println!("cargo:rustc-link-arg-bin={package}=-Tlinkall.x");
    } else {
        println!("cargo:rerun-if-changed=memory.x");
        println!("cargo:rustc-link-search={folder}");
        if var("CARGO_CFG_TARGET_ARCH") == "riscv32" {
            // riscv-rt does not include the memory map by itself.
            println!("cargo:rustc-link-arg-bins=-Tmemory.x");
        }
        println!("cargo:rustc-link-arg-bins=-Tlink.x");
    }
    if package == "hebbit-pico2-riscv" {
        // The handlers of interrupts that nothing uses; on Arm cortex-m-rt includes it.
        println!("cargo:rustc-link-arg-bins=-Tdevice.x");
    }
    if env::var_os("CARGO_FEATURE_CHECK").is_some() {
        println!("cargo:rustc-link-arg-bin={package}-check=--defsym=hebbit_check=1");
    }
    if env::var_os("CARGO_FEATURE_LOG").is_some() {
        // Only the product logs.
        println!("cargo:rustc-link-arg-bin={package}=-Tdefmt.x");
    }
}
