//! Options of learning on, which `learn` and `stream` share.

use super::names::choice;
use crate::error::{Error, Result};
use clap::Args;
use hebbit::run::{OnwardOptions, Pace};
use hebbit_core::net::life::{MAX_AGAIN, MAX_REMEMBER};
use std::path::PathBuf;

/// How a trained network goes on learning.
#[derive(Debug, Args)]
#[command(next_help_heading = "Learning on")]
pub(crate) struct LifeArgs {
    /// How fast it follows its data [default: brisk]
    #[arg(long, value_parser = choice::<Pace>())]
    pace: Option<Pace>,
    /// Labelled samples that it remembers, the newest; 0: none [default: the pace's]
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u16).range(..=i64::from(MAX_REMEMBER)))]
    remember: Option<u16>,
    /// Remembered samples that it learns again after each labelled one [default: the pace's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(..=i64::from(MAX_AGAIN)))]
    again: Option<u16>,
    /// The same after each sample without a label [default: the pace's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(..=i64::from(MAX_AGAIN)))]
    again_unlabelled: Option<u16>,
    /// One of N samples has a label; the others are answered, and teach nothing [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    label_every: Option<u32>,
    /// The frozen network whose answers to the same samples are counted too [default: the one at the start]
    #[arg(long, value_name = "CKPT")]
    pub(crate) against: Option<PathBuf>,
}

impl LifeArgs {
    /// As the library takes them.
    pub(crate) fn options(&self, in_order: bool) -> OnwardOptions {
        OnwardOptions {
            pace: self.pace,
            remember: self.remember,
            again: self.again,
            again_unlabelled: self.again_unlabelled,
            label_every: self.label_every,
            in_order,
        }
    }

    /// Refuses all of them where no trained network goes on learning.
    ///
    /// # Errors
    /// A usage problem.
    pub(crate) fn refuse(&self, help: &str) -> Result<()> {
        if self.options(false) == OnwardOptions::default() && self.against.is_none() {
            return Ok(());
        }
        let message = "--pace, --remember, --again, --label-every and --against are for a trained network that goes on learning";
        Err(Error::usage(message, help))
    }
}
