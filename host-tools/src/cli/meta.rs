//! Completion scripts and the manual page, from the same definitions as the parser.

use super::args::Cli;
use crate::error::{Error, Result};
use clap::CommandFactory as _;
use std::io::Write as _;

pub(super) fn completions(shell: clap_complete::Shell) -> Result<()> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hebbit", &mut out);
    print(&out)
}

pub(super) fn man() -> Result<()> {
    let mut out = Vec::new();
    let command = Cli::command();
    let render = |command: clap::Command, out: &mut Vec<u8>| clap_mangen::Man::new(command).render(out);
    let parts =
        command.get_subcommands().map(|sub| sub.clone().display_name(format!("hebbit-{}", sub.get_name())));
    let parts: Vec<_> = parts.collect();
    let all = std::iter::once(command).chain(parts);
    for part in all {
        render(part, &mut out).map_err(|error| Error::output("standard output", error))?;
    }
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
