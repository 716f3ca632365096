//! How a device is reached: one place for all commands that take one.

use crate::device::Where;
use crate::error::{Error, Result};
use clap::Args;

/// What goes with `--on`.
#[derive(Debug, Args)]
pub(in crate::cli) struct LineArgs {
    /// Bits per second of a serial port [default: 115200, which our boards have]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(300..=20_000_000))]
    baud: Option<u32>,
}

impl LineArgs {
    /// The place, at the speed that was asked for.
    pub(in crate::cli) fn of(&self, on: &Where) -> Result<Where> {
        match (on, self.baud) {
            (on, None) => Ok(on.clone()),
            (Where::Serial { port, .. }, Some(baud)) => Ok(Where::Serial { port: port.clone(), baud }),
            (on, Some(_)) => {
                let message = format!("{on} has no serial port");
                Err(Error::usage(message, "leave out --baud, or name a port: --on serial:PORT"))
            }
        }
    }
}
