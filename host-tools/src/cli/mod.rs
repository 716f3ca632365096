//! The command line: results on standard output, progress and logs on standard error.

mod args;
mod bench;
mod data;
mod demo;
mod devices;
mod doctor;
mod eval;
mod fit;
mod flash;
mod fpga;
mod health;
mod inspect;
mod learn;
mod meta;
mod place;
mod predict;
mod quantize;
mod report;
mod reproduce;
mod screen;
mod spoken;
mod stored;
mod stream;
mod summary;
mod tune;
mod upload;
mod verify;

use crate::error::{self, Error, Result, exit};
use args::{Cli, Command};
use clap::FromArgMatches as _;
use clap::error::ErrorKind;
use std::process::ExitCode;

pub use summary::Summary;

/// Parses the command line, runs the command, prints what went wrong.
pub fn main() -> ExitCode {
    match parse().map_err(parse_problem).and_then(run) {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            let form = if json_wanted() { error::render_json } else { error::render };
            screen::complain(&form(&problem));
            ExitCode::from(problem.exit_code())
        }
    }
}

/// The command line, with the variables that its command can use.
fn parse() -> std::result::Result<Cli, clap::Error> {
    let given = std::env::var(place::VARIABLE).ok();
    let (command, unused) = place::command(given.as_deref());
    let matches = command.try_get_matches()?;
    let cli = Cli::from_arg_matches(&matches)?;
    if let Some(remark) = place::remark(&matches, &unused, given.as_deref()) {
        screen::Screen::new(cli.json, cli.quiet).say(&remark);
    }
    Ok(cli)
}

/// Whether errors are wanted as JSON, told even if the rest of the command line cannot be parsed.
fn json_wanted() -> bool {
    let given = std::env::args_os().any(|word| word == "--json" || word == "--json-lines");
    let variable = std::env::var("HEBBIT_JSON").unwrap_or_default();
    let off = ["", "0", "false", "no", "off", "n", "f"];
    given || !off.contains(&variable.to_lowercase().as_str())
}

/// What the parser says, in the one form of all errors. Help and version, which are no errors, are printed here.
fn parse_problem(error: clap::Error) -> Error {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        error.exit();
    }
    let text = error.to_string();
    let mut parts = text.split("\n\n").map(str::trim).filter(|part| !part.starts_with("For more"));
    let message = parts.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let help = parts.next().map_or("try --help", |part| part.trim_start_matches("tip: "));
    Error::usage(message, help)
}

fn run(cli: Cli) -> Result<u8> {
    let screen = screen::Screen::new(cli.json, cli.quiet);
    match cli.command {
        Command::Demo(args) => demo::run(&args, &screen),
        Command::Learn(args) => learn::run(&args, &screen),
        Command::Eval(args) => eval::run(&args, &screen),
        Command::Predict(args) => predict::run(&args, &screen),
        Command::Inspect(args) => inspect::run(&args, &screen),
        Command::Quantize(args) => quantize::run(&args, &screen),
        Command::Report(args) => report::run(&args, &screen),
        Command::Bench(args) => bench::run(&args, &screen),
        Command::Tune(args) => tune::run(&args, &screen),
        Command::Reproduce(args) => reproduce::run(&args, &screen),
        Command::Devices => devices::run(&screen),
        Command::Doctor(args) => doctor::run(&args, &screen),
        Command::Fit(args) => fit::run(&args, &screen),
        Command::Flash(args) => flash::run(&args, &screen),
        Command::Fpga(args) => fpga::run(&args, &screen),
        Command::Upload(args) => upload::run(&args, &screen),
        Command::Stream(args) => stream::run(&args, &screen),
        Command::Verify(args) => verify::run(&args, &screen),
        Command::Pull(args) => upload::pull(&args, &screen),
        Command::Data(args) => data::run(&args, &screen),
        Command::Completions { shell } => meta::completions(shell),
        Command::Man { command, all } => meta::man(command.as_deref(), all.as_deref()),
    }
    .map(|()| exit::OK)
}
