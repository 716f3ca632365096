//! Samples to be answered, with labels or without.

use super::dataset::Samples;
use super::problem::Cause;
use super::query::Query;
use super::{Dataset, NAMES, files, values};
use crate::error::{Error, Result};

/// Samples of equal width, with their labels if the files have some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    width: usize,
    pixels: Vec<u8>,
    labels: Option<Vec<u8>>,
}

impl Inputs {
    /// How many samples.
    pub fn len(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// Whether there are none; files without samples are refused.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Whether every sample has a label.
    pub fn labelled(&self) -> bool {
        self.labels.is_some()
    }

    /// All samples in order, each with its label.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Option<u8>)> + '_ {
        let label = |i| self.labels.as_ref().and_then(|labels| labels.get(i).copied());
        self.pixels.chunks_exact(self.width).enumerate().map(move |(i, sample)| (sample, label(i)))
    }

    /// Samples of one file or array; labels only if they are as many.
    pub(super) fn new(name: &str, samples: Samples, labels: Option<(Vec<u8>, String)>) -> Result<Self> {
        let Samples { width, pixels, .. } = samples;
        if let Some((labels, place)) =
            labels.as_ref().filter(|(labels, _)| labels.len() * width != pixels.len())
        {
            let (samples, labels) = ((pixels.len() / width) as u64, labels.len() as u64);
            return Err(Cause::Count { samples, labels, place: place.clone() }.in_file(name).into());
        }
        Ok(Self { width, pixels, labels: labels.map(|(labels, _)| labels) })
    }

    /// Several parts as one: labelled if all of them are.
    fn join(parts: Vec<Self>) -> Option<Self> {
        let mut parts = parts.into_iter();
        let mut all = parts.next()?;
        for part in parts {
            all.pixels.extend(part.pixels);
            all.labels = all.labels.zip(part.labels).map(|(all, more)| [all, more].concat());
        }
        Some(all)
    }
}

impl From<Dataset> for Inputs {
    fn from(set: Dataset) -> Self {
        let (pixels, labels) = (set.iter().flat_map(|(sample, _)| sample).copied().collect(), set.iter());
        Self { width: set.width(), pixels, labels: Some(labels.map(|(_, label)| label).collect()) }
    }
}

/// Reads samples for a network of `width` lines, whether they are labelled or not: one part whole, of two the test part, or
/// the parts that `?part=` names.
///
/// A CSV file has labels if its lines have one cell more than `width`; the other formats have them if the array or the file of
/// labels is there.
///
/// # Errors
/// As [`super::read`], and another width.
pub fn inputs(spec: &str, width: usize) -> Result<Inputs> {
    let query = Query::parse(spec)?;
    let inputs = if NAMES.contains(&query.source.as_str()) || query.classes.is_some() {
        super::read(spec)?.whole_or_test().set.into()
    } else {
        let how = files::Reading { width: Some(width), ..files::Reading::of(&query) };
        let parts = files::read(&query, &how)?.into_iter().map(values::inputs).collect::<Result<Vec<_>>>()?;
        let from = if query.parts.is_some() { 0 } else { parts.len() - 1 };
        Inputs::join(parts.into_iter().skip(from).collect()).ok_or_else(|| in_source(Cause::Empty, &query))?
    };
    if inputs.width == width {
        return Ok(inputs);
    }
    Err(in_source(Cause::Values { at: "each sample".into(), want: width, got: inputs.width }, &query))
}

fn in_source(cause: Cause, query: &Query) -> Error {
    cause.in_file(query.source.clone()).into()
}

/// One sample as text: whole numbers 0..=255, separated by commas, else by spaces or tabs.
///
/// # Errors
/// What is wrong, at `at` ("line 3").
pub fn sample_of_text(text: &str, width: usize, at: &str) -> std::result::Result<Vec<u8>, Cause> {
    // An empty cell between two commas is a missing value, not a space.
    let words: Vec<&str> = match text.contains(',') {
        true => text.split(',').map(str::trim).collect(),
        false => text.split_whitespace().collect(),
    };
    let number = |(i, word): (usize, &&str)| {
        let short = || word.chars().take(20).collect();
        word.parse::<u8>().map_err(|_| Cause::Whole { at: format!("{at}, value {}", i + 1), text: short() })
    };
    let values = words.iter().enumerate().map(number).collect::<std::result::Result<Vec<u8>, Cause>>()?;
    if values.len() == width {
        return Ok(values);
    }
    Err(Cause::Values { at: at.to_owned(), want: width, got: values.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_text_with_commas_or_spaces() {
        for text in ["1,2,255", " 1, 2 ,255\r", "1 2\t255 ", "001,+2,255"] {
            assert_eq!(sample_of_text(text, 3, "line 1"), Ok(vec![1, 2, 255]), "{text:?}");
        }
    }

    #[test]
    fn a_wrong_sample_says_where() {
        let cause = |text| sample_of_text(text, 3, "line 7").unwrap_err();
        assert_eq!(cause("1,2"), Cause::Values { at: "line 7".into(), want: 3, got: 2 });
        assert_eq!(cause(""), Cause::Values { at: "line 7".into(), want: 3, got: 0 });
        for (text, word) in [("1,,3", ""), ("1,-2,3", "-2"), ("1 256 3", "256"), ("1,2.5,3", "2.5")] {
            assert_eq!(cause(text), Cause::Whole { at: "line 7, value 2".into(), text: word.into() });
        }
    }

    #[test]
    fn parts_are_joined_in_order() {
        let part = |pixels: &[u8], labels: Option<&[u8]>| Inputs {
            width: 2,
            pixels: pixels.to_vec(),
            labels: labels.map(<[u8]>::to_vec),
        };
        let both = Inputs::join(vec![part(&[1, 2], Some(&[7])), part(&[3, 4], Some(&[8]))]).unwrap();
        assert_eq!(both.iter().collect::<Vec<_>>(), [(&[1, 2][..], Some(7)), (&[3, 4], Some(8))]);
        let one = Inputs::join(vec![part(&[1, 2], Some(&[7])), part(&[3, 4], None)]).unwrap();
        assert!(!one.labelled() && one.len() == 2 && !one.is_empty());
    }
}
