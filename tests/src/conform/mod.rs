//! The runner of `cargo conform`: steps, tools and results.
//!
//! `cargo conform` runs every test; `cargo conform ci` is the gate. Each step is a line of a table; the last line is
//! always the sum.

mod budgets;
mod devices;
mod eda;
mod firmware;
mod foreign;
mod formal;
mod mutants;
mod mutations;
mod rules;
mod smoke;
mod step;
mod steps;
mod synth;
mod tools;

use clap::{Parser, Subcommand};
use hebbit::device::toolchain::FRAMES;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Checks that all engines compute the same bits, and that the code keeps its rules.
#[derive(Debug, Parser)]
#[command(
    name = "cargo conform",
    after_help = "SLOW=1 runs the slow tests too. With CI=true a missing tool is a failure."
)]
struct Cli {
    /// Install missing tools first
    #[arg(long, global = true)]
    install: bool,
    #[command(subcommand)]
    command: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The gate: format, clippy, freshness, all tests, documentation, other systems, bare targets, firmware, a smoke test, some
    /// mutants
    Ci,
    /// Build the programs of every board, prove that they cannot panic, compare them with their budgets, run them in QEMU
    Firmware {
        /// Only the steps whose name contains this
        #[arg(long, value_name = "TEXT", default_value = "")]
        only: String,
    },
    /// Compare the simulated RTL with the core: verbs, random networks, digits
    Rtl {
        /// Random networks [default: enough for a million events]
        #[arg(long, value_name = "N")]
        cases: Option<u32>,
        /// Repeat a failed case from the file that the failure has written
        #[arg(long, value_name = "FILE")]
        script: Option<PathBuf>,
        /// With --script: write a waveform of every signal to this file
        #[arg(long, value_name = "FILE.fst", requires = "script")]
        wave: Option<PathBuf>,
    },
    /// Synthesise, place and route every design, and compare it with its budget
    Synth {
        /// Seed of place and route [default: the design's]
        #[arg(long, value_name = "N")]
        seed: Option<u32>,
    },
    /// Simulate the netlist of the UP5K cell by cell: it must learn what the core learns
    Gates {
        /// Invert a look-up table first: the comparison must fail
        #[arg(long, value_name = "N")]
        broken: Option<usize>,
    },
    /// Prove properties of the RTL for all operands, and refute each once the RTL has a defect
    Formal {
        /// Print one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Learn the digits of the repository with every rule, form, feedback and encoder, and compare the accuracy with its floor
    Rules {
        /// Only those whose name contains this
        #[arg(long, value_name = "TEXT", default_value = "")]
        only: String,
        /// Layers and epochs by default, not 64 neurons and few passes: takes hours
        #[arg(long)]
        full: bool,
        /// Write the table to this file, as markdown
        #[arg(long, value_name = "FILE.md")]
        out: Option<PathBuf>,
    },
    /// Run the program of Windows under Wine and that of AArch64 Linux under QEMU: the digests must be those of this machine
    Foreign,
    /// Inject defects into the core and the RTL: the tests must detect each
    Mutants {
        /// Only three of each
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

/// Runs this program again with the variable that builds of firmware need, so that all child processes inherit it.
fn with_frames() -> ExitCode {
    let program = std::env::current_exe().unwrap_or_else(|_| "conform".into());
    let status = Command::new(program).args(std::env::args_os().skip(1)).env(FRAMES, "1").status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command line. The exit code is non-zero if anything failed.
pub fn main() -> ExitCode {
    if std::env::var_os(FRAMES).is_none() {
        return with_frames();
    }
    let cli = Cli::parse();
    let ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    let tools = if matches!(cli.command, Some(What::Foreign)) { &tools::EMULATORS[..] } else { &tools::ALL };
    let mut runner = step::Runner::new(ci, cli.install, tools);
    match cli.command {
        None => {
            runner.run(steps::tests());
            println!(
                "not run: format, lints, documentation, firmware, proofs, synthesis, every rule, mutants: `cargo conform ci`"
            );
            println!("not run: all defects, other systems: `cargo conform mutants`, `cargo conform foreign`");
        }
        Some(What::Ci) => runner.run_lanes(steps::gate()),
        Some(What::Firmware { only }) => {
            let mut steps = firmware::steps();
            steps.extend(devices::steps());
            steps.retain(|step| step.name.contains(&only));
            runner.run(steps);
        }
        Some(What::Rtl { script: None, cases, .. }) => runner.run(steps::rtl(cases)),
        Some(What::Rtl { script: Some(script), wave, .. }) => {
            runner.run(vec![steps::script(&script, wave.as_deref())]);
        }
        Some(What::Synth { seed }) => runner.run(vec![synth::step(seed)]),
        Some(What::Gates { broken }) => runner.run(synth::gates(broken)),
        Some(What::Rules { only, full, out }) => {
            runner.run(vec![rules::step(rules::Scope { only, full, out })]);
        }
        Some(What::Foreign) => runner.run(foreign::steps()),
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
        Some(What::Mutants { quick, only, .. }) => {
            mutants::all(quick, &only).into_iter().for_each(|outcome| runner.add(outcome));
        }
    }
    runner.close()
}
