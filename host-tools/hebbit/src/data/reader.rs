//! What the readers of all formats share: what the caller says of a file, the contents of a folder, parts, labels that belong to samples.

use std::path::{Path, PathBuf};

use super::LabelColumn;
use super::query::Query;
use super::raw::{RawLabels, RawSet};
use crate::error::{Cause, DataError, Error, Result};

/// The most values per sample: a network has at most so many lines.
const WIDTH_MAX: usize = 65_534;

/// How files are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading<'a> {
    /// Which column of a table is the label.
    pub(super) label: LabelColumn,
    /// Which column of a table is the group.
    pub(super) group: Option<String>,
    /// Values per sample of the network that reads, for which labels may be missing; none: there must be labels.
    pub(super) width: Option<usize>,
    /// What the classes of that network are called.
    pub(super) names: Option<&'a [String]>,
}

impl Reading<'_> {
    /// As a query says, for what must have labels.
    pub(super) fn of(query: &Query) -> Self {
        Self { label: query.label.clone().unwrap_or_default(), group: query.group.clone(), ..Self::default() }
    }
}

/// Labels of a part with the place that they are from, or where they were looked for.
pub(super) type Labels = std::result::Result<(RawLabels, String), DataError>;

/// What is in a directory, in the order of its names, without what is hidden.
pub(super) fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|e| Error::read(dir, e))? {
        let path = entry.map_err(|e| Error::read(dir, e))?.path();
        if !file_name(&path).starts_with('.') {
            all.push(path);
        }
    }
    all.sort_unstable();
    Ok(all)
}

/// The last part of a path, for people.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Those of the parts that are named, in the order of their names; all of them if none is named.
pub(super) fn choose<T>(source: &str, parts: Vec<(&str, T)>, names: Option<&[String]>) -> Result<Vec<T>> {
    let Some(names) = names else { return Ok(parts.into_iter().map(|(_, part)| part).collect()) };
    let known: Vec<String> = parts.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut parts: Vec<(&str, Option<T>)> =
        parts.into_iter().map(|(name, part)| (name, Some(part))).collect();
    let take = |name: &String| {
        let part = parts.iter_mut().find(|(known, _)| known == name).and_then(|(_, part)| part.take());
        part.ok_or_else(|| no_part(source, name, &known))
    };
    names.iter().map(take).collect()
}

/// The error of a part that a set does not have.
pub(super) fn no_part(source: &str, name: &str, known: &[String]) -> Error {
    let help = match known {
        [] => "it is one part without a name: leave out ?part=".to_owned(),
        known => format!("its parts are: {}", known.join(", ")),
    };
    Error::usage(format!("{source} has no part `{name}`"), help)
}

/// The set with its labels, if everything fits together.
pub(super) fn finish(set: RawSet, labels: Labels, how: &Reading<'_>) -> Result<RawSet> {
    if set.width() > WIDTH_MAX {
        return Err(Cause::Wide { width: set.width() }.in_file(set.name).into());
    }
    match labels {
        Ok((labels, place)) if labels.index.len() != set.len() => {
            let (samples, labels) = (set.len() as u64, labels.index.len() as u64);
            Err(Cause::Count { samples, labels, place }.in_file(set.name).into())
        }
        Ok((labels, _)) => Ok(RawSet { labels: Some(labels), ..set }),
        Err(error) if how.width.is_none() => Err(error.into()),
        Err(_) => Ok(set),
    }
}
