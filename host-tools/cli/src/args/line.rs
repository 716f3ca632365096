//! How a device is reached: one place for all commands that take one.

use crate::error::{Error, Result};
use clap::Args;
use hebbit::device::{Baud, Where};

/// What goes with `--on`.
#[derive(Debug, Args)]
pub(crate) struct LineArgs {
    /// Bits per second that a serial port runs at; auto: the most that both ends can [default: auto]
    #[arg(long, value_name = "N|auto")]
    baud: Option<Baud>,
}

impl LineArgs {
    /// The place, at the speed that was asked for.
    pub(crate) fn of(&self, on: &Where) -> Result<Where> {
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
