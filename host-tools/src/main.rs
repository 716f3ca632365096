//! `hebbit`: the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    hebbit::cli::main()
}
