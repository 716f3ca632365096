//! A set for a network that is to be learned from the beginning: split, then scaled by its training part.

use super::raw::{RawLabels, RawSet};
use super::scaling::{self, Scaling};
use super::schema::{self, Schema};
use super::split::SplitRule;
use super::{Dataset, Files, Query, shape_of, turning};
use crate::error::{Cause, DataError};
use crate::error::{Error, Result};

/// What the user says about a new set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preparation {
    /// How values become levels.
    pub scaling: Scaling,
    /// How one part is split.
    pub split: SplitRule,
}

/// Samples to learn from and samples to test with, scaled alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// To learn from.
    pub train: Dataset,
    /// Never learned from.
    pub test: Dataset,
    /// How one part was split; none if the set has two.
    pub split: Option<SplitRule>,
    /// What was decided, and what is probably wrong, a sentence each.
    pub remarks: Vec<String>,
}

/// Reads a set to learn from the beginning. Scale and class names are decided from its training part and its labels.
///
/// # Errors
/// Those of [`super::read`], one part that cannot be split, and what no network can keep.
pub fn prepare(spec: &str, how: &Preparation) -> Result<Prepared> {
    let query = Query::parse(spec)?;
    let Files { source, mut sets, .. } = Files::read(&query, None)?;
    let mut remarks = Vec::new();
    let second = if sets.len() == 2 { sets.pop() } else { None };
    let (train, test, split) = match (sets.pop(), second) {
        (Some(train), Some(test)) => (train, test, None),
        (Some(all), None) => {
            let turned = match query.turn {
                Some(degrees) => turn(&all, degrees)?,
                None => all,
            };
            let (train, test) = halves(&source, &turned, how.split)?;
            remarks.push(split_text(&source, &train, &test, how.split));
            (train, test, Some(how.split))
        }
        (None, _) => return Err(Cause::Empty.in_file(source).into()),
    };
    if train.width() != test.width() {
        let cause = Cause::Width { train: train.width(), test: test.width() };
        return Err(cause.in_file(test.name).into());
    }
    let (a, b) = (labels_of(&train)?, labels_of(&test)?);
    let (names, places) = RawLabels::together(&[a, b]);
    let in_train = |cause: Cause| Error::from(cause.in_file(train.name.clone()));
    if names.len() > 255 {
        return Err(in_train(Cause::Classes { got: names.len() }));
    }
    let (schema, decided) = scaling::fit(&train, &names, how.scaling).map_err(in_train)?;
    remarks.splice(0..0, train.remarks.iter().cloned());
    if !super::NAMES.contains(&source.as_str()) {
        remarks.extend(decided);
    }
    remarks.extend(about_classes(&names, [a, b], &places));
    let set = |raw: &RawSet, labels: &RawLabels, place: &[u32]| -> Result<(Dataset, usize)> {
        let taken = schema::take(raw, schema.as_ref()).map_err(|cause| cause.in_file(raw.name.clone()))?;
        let classes = labels.index.iter().map(|&i| place[i as usize] as u8).collect();
        Ok((dataset(raw, schema.as_ref(), taken.pixels, classes)?.with_classes(names.len()), taken.clamped))
    };
    let (train_set, _) = set(&train, a, &places[0])?;
    let (test_set, clamped) = set(&test, b, &places[1])?;
    remarks.extend(clamped_text(clamped, test.numbers.len(), "test values"));
    Ok(Prepared { train: train_set, test: test_set, split, remarks })
}

/// Samples whose values are bytes and whose classes are numbers.
pub(super) fn plain(raw: &RawSet) -> std::result::Result<Dataset, DataError> {
    let in_file = |cause: Cause| cause.in_file(raw.name.clone());
    let classes = raw.labels.as_ref().map(|labels| schema::classes(labels, None));
    let classes = classes.transpose().map_err(in_file)?.unwrap_or_default();
    let taken = schema::take(raw, None).map_err(in_file)?;
    Dataset::new(raw.name.clone(), shape_of(raw, None), raw.width(), taken.pixels, classes)
}

/// Samples as bytes, with their shape if lines are values.
pub(super) fn dataset(
    raw: &RawSet,
    schema: Option<&Schema>,
    pixels: Vec<u8>,
    classes: Vec<u8>,
) -> Result<Dataset> {
    let width = schema.map_or(raw.width(), |schema| schema.view().lines());
    let mut set = Dataset::new(raw.name.clone(), shape_of(raw, schema), width, pixels, classes)?;
    set.schema = schema.cloned();
    Ok(set)
}

pub(super) fn labels_of(raw: &RawSet) -> Result<&RawLabels> {
    let missing = || {
        Cause::NoLabels { looked_for: "a column, an array, a file or folders of labels".into() }
            .in_file(raw.name.clone())
    };
    Ok(raw.labels.as_ref().ok_or_else(missing)?)
}

fn halves(source: &str, all: &RawSet, rule: SplitRule) -> Result<(RawSet, RawSet)> {
    let labels = labels_of(all)?;
    if labels.names.len() > 255 {
        return Err(Cause::Classes { got: labels.names.len() }.in_file(all.name.clone()).into());
    }
    let classes: Vec<u8> = labels.index.iter().map(|&i| i as u8).collect();
    let (train, test) = rule.parts(source, &classes, all.groups.as_deref())?;
    Ok((all.select(&train), all.select(&test)))
}

/// Pictures of bytes that turn while they come.
fn turn(all: &RawSet, degrees: u16) -> Result<RawSet> {
    let set = plain(all)?;
    Ok(turning(&set, set.len(), degrees, super::TURN_SEED)?.into())
}

fn split_text(source: &str, train: &RawSet, test: &RawSet, rule: SplitRule) -> String {
    let (n, all) = (test.len(), train.len() + test.len());
    let how = match (rule.in_order, &train.groups) {
        (true, _) => "the last of them in the order of the file".to_owned(),
        (false, Some(_)) => format!("whole groups, drawn with seed {}", rule.seed),
        (false, None) => format!("of each class its share, drawn with seed {}", rule.seed),
    };
    format!("{source} is one part: {n} of {all} samples are kept for testing, {how}")
}

/// Values that the scale does not reach, if they are many.
pub(super) fn clamped_text(clamped: usize, values: usize, what: &str) -> Option<String> {
    let share = clamped as f64 * 100.0 / values.max(1) as f64;
    (clamped * 50 > values).then(|| {
        format!("warning: {share:.1} % of the {what} lie outside of the scale and are clamped: is it the same sensor, in the same unit?")
    })
}

/// One line on what classes are called, and what is probably wrong with them.
fn about_classes(names: &[String], labels: [&RawLabels; 2], places: &[Vec<u32>]) -> Vec<String> {
    let mut remarks = Vec::new();
    if !schema::are_numbers(names) {
        remarks.push(format!("classes: {}", listed(names.iter().map(String::as_str))));
    }
    if let [only] = names {
        remarks.push(format!(
            "warning: every sample is of the one class {only}: there is nothing to tell apart"
        ));
    }
    let mut counts = [vec![0_u64; names.len()], vec![0; names.len()]];
    for ((labels, place), counts) in labels.iter().zip(places).zip(&mut counts) {
        labels.index.iter().for_each(|&i| counts[place[i as usize] as usize] += 1);
    }
    let [learned, tested] = counts;
    let which = |pick: &dyn Fn(usize) -> bool| -> Vec<&str> {
        (0..names.len()).filter(|&class| pick(class)).map(|class| names[class].as_str()).collect()
    };
    let never_learned = which(&|class| learned[class] == 0 && tested[class] > 0);
    let never_tested = which(&|class| tested[class] == 0 && learned[class] > 0);
    if !never_learned.is_empty() {
        remarks.push(format!(
            "warning: tested, but never learned: class {}; its samples cannot be answered right",
            listed(never_learned.into_iter())
        ));
    }
    if !never_tested.is_empty() {
        remarks
            .push(format!("warning: learned, but never tested: class {}", listed(never_tested.into_iter())));
    }
    remarks
}

/// The first ten of some names.
fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(10);
    let shown: Vec<&str> = names.take(10).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
