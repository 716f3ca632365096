//! `hebbit`: the command line.
fn main() {}
