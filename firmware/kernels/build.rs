//! Says whether the target has the DSP extension: `target_feature = "dsp"` is not visible to stable code.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(hebbit_dsp, hebbit_armv8m)");
    let target = std::env::var("TARGET").unwrap_or_default();
    if target.starts_with("thumbv7em-") || target.starts_with("thumbv8m.main-") {
        println!("cargo::rustc-cfg=hebbit_dsp");
    }
    if target.starts_with("thumbv8m.main-") {
        println!("cargo::rustc-cfg=hebbit_armv8m");
    }
}
