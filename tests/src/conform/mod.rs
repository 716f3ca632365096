//! The runner behind `cargo conform`: what is checked, with what, and what came of it.
//!
//! `cargo conform` runs every test; `cargo conform ci` is the gate. Each step is a line of a table; the last line is
//! always the sum, alone.

mod budgets;
mod devices;
mod firmware;
mod formal;
mod mutants;
mod mutations;
mod smoke;
mod step;
mod steps;
mod tools;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Checks that all engines compute the same bits, and that the house is in order.
#[derive(Debug, Parser)]
#[command(
    name = "cargo conform",
    after_help = "SLOW=1 runs the slow tests too. With CI=true a missing tool is a failure."
)]
struct Cli {
    /// Install the tools that are missing, then go on
    #[arg(long, global = true)]
    install: bool,
    #[command(subcommand)]
    command: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The gate: format, clippy, freshness, all tests, documentation, bare targets, firmware, a smoke test, some mutants
    Ci,
    /// Build the programs of every board, prove that nothing panics, hold them to their budgets, run what QEMU can run
    Firmware,
    /// Prove properties of the RTL for all operands, and refute each once the RTL has a defect
    Formal {
        /// Print one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Break the core on purpose, in a copy: every mutation must turn the tests red
    Mutants {
        /// Three of them only
        #[arg(long)]
        quick: bool,
        /// Only those whose name contains this
        #[arg(long, value_name = "TEXT", default_value = "")]
        only: String,
        /// Print the list
        #[arg(long)]
        list: bool,
    },
}

/// Runs what the command line says. Non-zero if anything failed.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    let mut runner = step::Runner::new(ci, cli.install);
    match cli.command {
        None => runner.run(steps::tests()),
        Some(What::Ci) => runner.run(steps::gate()),
        Some(What::Firmware) => {
            runner.run(firmware::steps());
            runner.run(devices::steps());
        }
        Some(What::Formal { json: true }) => {
            let (value, good) = formal::report();
            println!("{value:#}");
            return if good { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Some(What::Formal { .. }) => runner.run(vec![steps::formal()]),
        Some(What::Mutants { list: true, .. }) => {
            mutants::list();
            return ExitCode::SUCCESS;
        }
        Some(What::Mutants { quick, only, .. }) => runner.add(mutants::run(quick, &only)),
    }
    runner.close()
}
