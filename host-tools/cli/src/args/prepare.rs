//! How a data set becomes samples of a new network.

use super::names::choice;
use clap::Args;
use hebbit::data::{LineKind, Method, Per, Scaling};

/// What is decided once, when a network begins to learn, and kept with it.
#[derive(Debug, Args)]
pub(crate) struct PrepareArgs {
    /// How values become levels 0..=255, fitted on the training part and kept in the network [default: from the data]
    #[arg(long, value_name = "METHOD", value_parser = choice::<Method>())]
    scale: Option<Method>,
    /// Which values share a scale [default: each value of a table has its own, a picture has one]
    #[arg(long, value_name = "WHICH", value_parser = choice::<Per>())]
    scale_per: Option<Per>,
    /// Whether a value has one line, or one for above and one for below the middle [default: from the data]
    #[arg(long, value_name = "KIND", value_parser = choice::<LineKind>())]
    lines: Option<LineKind>,
    /// Of a set of one part, percent that are kept for testing [default: a sixth of the samples]
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    pub(crate) test_share: Option<u16>,
    /// Of a set of one part, keep the last samples of the file for testing: do not draw them
    #[arg(long)]
    pub(crate) split_in_order: bool,
}

impl PrepareArgs {
    /// As the library takes it.
    pub(crate) fn scaling(&self) -> Scaling {
        Scaling { method: self.scale, per: self.scale_per, lines: self.lines }
    }
}

/// Percent as thousandths.
fn share(text: &str) -> Result<u16, String> {
    let percent: f64 = text.trim_end_matches('%').parse().map_err(|_| format!("`{text}` is no number"))?;
    let thousandths = (percent * 10.0).round();
    if (1.0..=999.0).contains(&thousandths) { Ok(thousandths as u16) } else { Err("give 0.1 to 99.9".into()) }
}
