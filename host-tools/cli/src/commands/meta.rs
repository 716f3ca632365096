//! Completion scripts and the manual pages, from the same definitions as the parser.

use crate::args::Cli;
use crate::error::{Error, Result};
use clap::CommandFactory as _;
use std::io::Write as _;
use std::path::Path;

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<()> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hebbit", &mut out);
    print(&out)
}

/// The page of a command, else the main page; or all of them as files.
pub(crate) fn man(name: Option<&str>, all: Option<&Path>) -> Result<()> {
    let mut command = Cli::command();
    command.build();
    if let Some(folder) = all {
        let failed = |error| Error::output(folder, error);
        std::fs::create_dir_all(folder).map_err(failed)?;
        return clap_mangen::generate_to(command, folder).map_err(failed);
    }
    let page = match name {
        Some(name) => {
            let names = command.get_subcommands().map(|sub| sub.get_name().to_owned());
            let found = command.find_subcommand(name);
            found.cloned().ok_or_else(|| Error::unknown("command", name, names))?
        }
        None => command,
    };
    let mut out = Vec::new();
    let rendered = clap_mangen::Man::new(page).render(&mut out);
    rendered.map_err(|error| Error::output("standard output", error))?;
    print(&out)
}

fn print(bytes: &[u8]) -> Result<()> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::output("standard output", error))
        }
        _ => Ok(()),
    }
}
