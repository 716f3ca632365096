//! Samples to be answered, with labels or without.

use super::query::Query;
use super::raw::Numbers;
use super::{Files, Known, Parts, about_levels, schema};
use crate::error::Cause;
use crate::error::Result;

/// Samples of equal width, with their labels if the files have some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    width: usize,
    pixels: Vec<u8>,
    labels: Option<Vec<u8>>,
    /// What was decided, and what is probably wrong, a sentence each.
    pub remarks: Vec<String>,
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
}

/// Reads samples for a network, whether they are labelled or not: one part whole, of two the test part, or the parts that
/// `?part=` names.
///
/// A CSV file has labels if its lines have one cell more than the network has values, or a column that is called like one; the
/// other formats have them if the array or the file of labels is there.
///
/// # Errors
/// As [`super::read`], and another number of values.
pub fn inputs(spec: &str, known: &Known) -> Result<Inputs> {
    let query = Query::parse(spec)?;
    if query.turn.is_some() {
        let Parts::One { set, .. } = super::read(spec, known)?.parts else {
            return Err(Cause::Empty.in_file(spec).into());
        };
        let labels = Some(set.iter().map(|(_, label)| label).collect());
        return Ok(Inputs { width: set.width(), pixels: set.into_pixels(), labels, remarks: Vec::new() });
    }
    let mut sets = Files::read(&query, known.values())?.sets;
    let raw = sets.pop().ok_or_else(|| Cause::Empty.in_file(query.source.clone()))?;
    let in_file = |cause: Cause| cause.in_file(raw.name.clone());
    let taken = schema::take(&raw, known.schema.as_ref()).map_err(in_file)?;
    let width = known.schema.as_ref().map_or(raw.width(), |schema| schema.view().lines());
    if let Some(want) = known.lines.filter(|&want| want != width) {
        return Err(in_file(Cause::Values { at: "each sample".into(), want, got: width }).into());
    }
    let labels = raw.labels.as_ref().map(|labels| schema::classes(labels, known.schema.as_ref()));
    let labels = labels.transpose().map_err(in_file)?;
    let remarks = [raw.remarks.clone(), about_levels(&raw, &taken, known)].concat();
    Ok(Inputs { width, pixels: taken.pixels, labels, remarks })
}

/// One sample as text, for a network: numbers separated by commas, else by spaces or tabs. Without a schema they are whole
/// numbers 0..=255.
///
/// # Errors
/// What is wrong, at `at` ("line 3").
pub fn sample_of_text(text: &str, known: &Known, at: &str) -> std::result::Result<Vec<u8>, Cause> {
    // An empty cell between two commas is a missing value, not a space.
    let words: Vec<&str> = match text.contains(',') {
        true => text.split(',').map(str::trim).collect(),
        false => text.split_whitespace().collect(),
    };
    let want = known.values().unwrap_or(words.len());
    let place = |i: usize| format!("{at}, value {}", i + 1);
    let short = |word: &str| word.chars().take(20).collect();
    let count = |values: &Numbers| match values.len() == want {
        true => schema::take_one(values, known.schema.as_ref()),
        false => Err(Cause::Values { at: at.to_owned(), want, got: values.len() }),
    };
    if known.schema.is_none() {
        let byte = |(i, word): (usize, &&str)| {
            word.parse::<u8>().map_err(|_| Cause::Whole { at: place(i), text: short(word) })
        };
        let bytes = words.iter().enumerate().map(byte).collect::<std::result::Result<_, Cause>>()?;
        return count(&Numbers::Bytes(bytes));
    }
    if let Ok(whole) = words.iter().map(|word| word.parse()).collect::<std::result::Result<_, _>>() {
        return count(&Numbers::Ints(whole));
    }
    let float = |(i, word): (usize, &&str)| {
        let number = word.parse::<f64>().ok().filter(|x| x.is_finite());
        number.ok_or_else(|| Cause::Number { at: place(i), text: short(word) })
    };
    count(&Numbers::Floats(words.iter().enumerate().map(float).collect::<std::result::Result<_, Cause>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Known {
        Known { schema: None, lines: Some(3) }
    }

    #[test]
    fn a_sample_is_text_with_commas_or_spaces() {
        for text in ["1,2,255", " 1, 2 ,255\r", "1 2\t255 ", "001,+2,255"] {
            assert_eq!(sample_of_text(text, &three(), "line 1"), Ok(vec![1, 2, 255]), "{text:?}");
        }
    }

    #[test]
    fn a_wrong_sample_says_where() {
        let cause = |text| sample_of_text(text, &three(), "line 7").unwrap_err();
        assert_eq!(cause("1,2"), Cause::Values { at: "line 7".into(), want: 3, got: 2 });
        assert_eq!(cause(""), Cause::Values { at: "line 7".into(), want: 3, got: 0 });
        for (text, word) in [("1,,3", ""), ("1,-2,3", "-2"), ("1 256 3", "256"), ("1,2.5,3", "2.5")] {
            assert_eq!(cause(text), Cause::Whole { at: "line 7, value 2".into(), text: word.into() });
        }
    }
}
