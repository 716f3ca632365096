//! `cargo conform`.

use std::process::ExitCode;

fn main() -> ExitCode {
    hebbit_tests::conform::main()
}
