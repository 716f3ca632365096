//! `hebbit`: the command line. Results on standard output, progress and logs on standard error.

mod args;
mod commands;
mod error;
mod health;
mod opened;
mod place;
mod report;
mod screen;
mod spelling;
mod spoken;
mod stop;
mod stored;
mod summary;
mod transfer;

use crate::error::{Error, Result, exit};
use args::{Cli, Command};
use clap::FromArgMatches as _;
use clap::error::ErrorKind;
use std::process::ExitCode;

/// Parses the command line, runs the command, prints what went wrong.
fn main() -> ExitCode {
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
    let all = command.clone();
    let matches = command.try_get_matches()?;
    spelling::Options::of(&all, matches.subcommand_name().unwrap_or_default()).install();
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
        Command::Demo(args) => commands::demo::run(&args, &screen),
        Command::Learn(args) => commands::learn::run(&args, &screen),
        Command::Eval(args) => commands::eval::run(&args, &screen),
        Command::Predict(args) => commands::predict::run(&args, &screen),
        Command::Inspect(args) => commands::inspect::run(&args, &screen),
        Command::Quantize(args) => commands::quantize::run(&args, &screen),
        Command::Report(args) => commands::report::run(&args, &screen),
        Command::Bench(args) => commands::bench::run(&args, &screen),
        Command::Tune(args) => commands::tune::run(&args, &screen),
        Command::Reproduce(args) => commands::reproduce::run(&args, &screen),
        Command::Devices => commands::devices::run(&screen),
        Command::Doctor(args) => commands::doctor::run(&args, &screen),
        Command::Fit(args) => commands::fit::run(&args, &screen),
        Command::Flash(args) => commands::flash::run(&args, &screen),
        Command::Fpga(args) => commands::fpga::run(&args, &screen),
        Command::Upload(args) => commands::upload::run(&args, &screen),
        Command::Stream(args) => commands::stream::run(&args, &screen),
        Command::Verify(args) => commands::verify::run(&args, &screen),
        Command::Pull(args) => commands::upload::pull(&args, &screen),
        Command::Data(args) => commands::data::run(&args, &screen),
        Command::Completions { shell } => commands::meta::completions(shell),
        Command::Man { command, all } => commands::meta::man(command.as_deref(), all.as_deref()),
    }
    .map(|()| exit::OK)
}
