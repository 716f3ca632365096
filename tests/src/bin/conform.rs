//! `cargo conform`.
fn main() {}
