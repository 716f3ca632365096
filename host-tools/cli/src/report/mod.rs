//! The report of a run: one self-contained HTML file, drawn from a [`RunRecord`] and nothing else.
//!
//! No scripts, no links, no clock: the same record gives the same bytes, so two reports can be compared
//! with `cmp`. A part of the record that is empty leaves out its section. `page` is the frame; each other
//! file draws what it is named after.

mod activity;
mod chart;
mod confusion;
mod curve;
mod drift;
#[cfg(test)]
mod fake;
mod fields;
mod figures;
mod membrane;
mod names;
mod page;
mod paint;
mod picture;
mod raster;
mod sample;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use figures::{Figure, figures};

use hebbit::record::RunRecord;
use std::{io, path::Path};

/// The report of `record`, as the text of an HTML file.
///
/// # Example
/// ```
/// let record = hebbit::record::RunRecord { digest: "5eed".into(), ..Default::default() };
/// assert!(hebbit::report::html(&record).contains("5eed"));
/// ```
pub(crate) fn html(record: &RunRecord) -> String {
    page::page(record)
}

/// Writes the report of `record` to `path`, whole or not at all: under a temporary name beside it, then
/// renamed. A report that was there is replaced.
///
/// # Errors
/// When the folder is missing or cannot be written. The file at `path` is then as it was.
pub(crate) fn write(path: impl AsRef<Path>, record: &RunRecord) -> io::Result<()> {
    hebbit::files::write_whole(path.as_ref(), html(record).as_bytes())
}
