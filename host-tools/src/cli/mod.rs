//! The command line: results on standard output, progress and logs on standard error.

mod args;
mod bench;
mod data;
mod demo;
mod eval;
mod inspect;
mod learn;
mod meta;
mod quantize;
mod report;
mod screen;
mod summary;

use crate::error::{self, Result, exit};
use args::{Cli, Command};
use clap::Parser as _;
use std::process::ExitCode;

pub use summary::Summary;

/// Parses the command line, runs the command, prints what went wrong.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            eprintln!("{}", error::render(&problem));
            ExitCode::from(problem.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<u8> {
    let screen = screen::Screen::new(cli.json, cli.quiet);
    match cli.command {
        Command::Demo(args) => demo::run(&args, &screen),
        Command::Learn(args) => learn::run(&args, &screen),
        Command::Eval(args) => eval::run(&args, &screen),
        Command::Inspect(args) => inspect::run(&args, &screen),
        Command::Quantize(args) => quantize::run(&args, &screen),
        Command::Report(args) => report::run(&args, &screen),
        Command::Bench(args) => bench::run(&args, &screen),
        Command::Data(args) => data::run(&args, &screen),
        Command::Completions { shell } => meta::completions(shell),
        Command::Man => meta::man(),
    }
    .map(|()| exit::OK)
}
