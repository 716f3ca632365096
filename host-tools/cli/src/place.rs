//! Where a network runs, if the command line does not say it: the variable, for those commands that can use what it says.

use crate::args::Cli;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory as _};
use hebbit::device::Where;

pub(crate) const VARIABLE: &str = "HEBBIT_ON";
const OPTION: &str = "on";

/// Whether a command can run a network there. What is no place at all is left to the parser.
fn takes(command: &str, place: &Where) -> bool {
    let host = matches!(place, Where::Core | Where::Rtl);
    match command {
        "learn" | "eval" => host,
        "predict" => *place == Where::Core,
        "verify" => *place != Where::Core,
        _ => !host,
    }
}

/// The parser, and the commands in it that pass the variable over.
pub(crate) fn command(given: Option<&str>) -> (Command, Vec<String>) {
    let mut command = Cli::command();
    let Some(place) = given.and_then(|given| given.parse::<Where>().ok()) else {
        return (command, Vec::new());
    };
    let has =
        |sub: &&Command| sub.get_arguments().any(|arg| arg.get_id() == OPTION && arg.get_env().is_some());
    let unused = command.get_subcommands().filter(has).map(|sub| sub.get_name().to_owned());
    let unused: Vec<String> = unused.filter(|name| !takes(name, &place)).collect();
    for name in &unused {
        command = command.mut_subcommand(name, |sub| sub.mut_arg(OPTION, |arg| arg.env(None::<&str>)));
    }
    (command, unused)
}

/// What is said of a variable that was passed over.
pub(crate) fn remark(matches: &ArgMatches, unused: &[String], given: Option<&str>) -> Option<String> {
    let (name, own) = matches.subcommand()?;
    let told = own.try_contains_id(OPTION).unwrap_or(false)
        && own.value_source(OPTION) == Some(ValueSource::CommandLine);
    let passed = unused.iter().any(|unused| unused == name) && !told;
    passed.then(|| {
        format!("{VARIABLE}={} is no place for `hebbit {name}`: passed over", given.unwrap_or_default())
    })
}
