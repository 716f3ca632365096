//! Which linker scripts each program needs; the memory map is that of `esp-hal`.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bins=-Tlinkall.x");
    if std::env::var_os("CARGO_FEATURE_LOG").is_some() {
        // Only the product logs.
        println!("cargo:rustc-link-arg-bin=hebbit-esp32c3=-Tdefmt.x");
    }
}
