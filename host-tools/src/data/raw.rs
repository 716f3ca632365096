//! Samples as their files have them: numbers as they stand, labels as they are called. Nothing has been scaled or numbered yet.

use std::borrow::Cow;

/// Samples of one file, array or folder.
#[derive(Debug, Clone, PartialEq)]
pub struct RawSet {
    /// For people: the file, or the set and its part ("mini/train").
    pub name: String,
    /// Dimensions of one sample: values, or rows × columns, or rows × columns × channels; their product is the width.
    pub shape: Vec<usize>,
    /// The values of all samples, one sample after the other.
    pub numbers: Numbers,
    /// What each sample is, if the files say it.
    pub labels: Option<RawLabels>,
    /// Whom or what each sample is of, if `?group=` names it: samples of one group stay on one side of a split.
    pub groups: Option<Vec<String>>,
    /// Names of the values, if a header has them; as many as the width.
    pub features: Option<Vec<String>>,
    /// What was decided while reading, a sentence each: "the label is the last column, `species`".
    pub remarks: Vec<String>,
}

/// Values, as wide as their file has them. What is not finite is refused by whoever reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Numbers {
    /// Stored as bytes: pictures, u8 arrays.
    Bytes(Vec<u8>),
    /// Whole numbers: bool, i8 to i64, u16 to u64 (above `i64::MAX`: refused), text without a point.
    Ints(Vec<i64>),
    /// Finite floats.
    Floats(Vec<f64>),
}

/// Labels as they are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawLabels {
    /// What classes are called, each once: whole numbers in their order and written without a point, else in the order of text.
    pub names: Vec<String>,
    /// For each sample the place of its label in `names`.
    pub index: Vec<u32>,
}

impl RawSet {
    /// Samples of which nothing but their values is known.
    pub fn new(name: impl Into<String>, shape: Vec<usize>, numbers: Numbers) -> Self {
        let (labels, groups, features) = (None, None, None);
        Self { name: name.into(), shape, numbers, labels, groups, features, remarks: Vec::new() }
    }

    /// Values per sample.
    pub fn width(&self) -> usize {
        self.shape.iter().product()
    }

    /// How many samples.
    pub fn len(&self) -> usize {
        self.numbers.len().checked_div(self.width()).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

impl Numbers {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(all) => all.len(),
            Self::Ints(all) => all.len(),
            Self::Floats(all) => all.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All as floats; what is above 2^53 is rounded.
    pub fn to_floats(&self) -> Cow<'_, [f64]> {
        match self {
            Self::Bytes(all) => Cow::Owned(all.iter().map(|x| f64::from(*x)).collect()),
            Self::Ints(all) => Cow::Owned(all.iter().map(|x| *x as f64).collect()),
            Self::Floats(all) => Cow::Borrowed(all),
        }
    }
}

impl RawLabels {
    /// Labels from what each sample is called. Whole numbers may be written with a point ("3.0").
    pub fn of_text(labels: &[impl AsRef<str>]) -> Self {
        let whole = |text: &str| {
            let number: f64 = text.trim().parse().ok()?;
            (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
        };
        let numbers: Option<Vec<i64>> = labels.iter().map(|label| whole(label.as_ref())).collect();
        match numbers {
            Some(numbers) => Self::of_numbers(&numbers),
            None => Self::sorted(
                &labels.iter().map(|label| label.as_ref().trim()).collect::<Vec<_>>(),
                str::to_owned,
            ),
        }
    }

    /// Labels from numbers.
    pub fn of_numbers(labels: &[i64]) -> Self {
        Self::sorted(labels, |number| number.to_string())
    }

    fn sorted<T: Ord + Copy>(labels: &[T], text: impl Fn(T) -> String) -> Self {
        let mut all = labels.to_vec();
        all.sort_unstable();
        all.dedup();
        let place = |label: &T| all.binary_search(label).unwrap_or_default() as u32;
        let index = labels.iter().map(place).collect();
        Self { names: all.into_iter().map(text).collect(), index }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_numbered_in_their_order() {
        let labels = RawLabels::of_text(&["10", "2.0", "-1", "2"]);
        assert_eq!(
            (labels.names, labels.index),
            (vec!["-1".into(), "2".into(), "10".into()], vec![2, 1, 0, 1])
        );
        let labels = RawLabels::of_text(&["rock", " 2", "Paper"]);
        assert_eq!(
            (labels.names, labels.index),
            (vec!["2".into(), "Paper".into(), "rock".into()], vec![2, 0, 1])
        );
    }

    #[test]
    fn a_set_has_as_many_samples_as_its_numbers_fill() {
        let set = RawSet {
            name: "f".into(),
            shape: vec![2, 3],
            numbers: Numbers::Ints(vec![0; 12]),
            labels: None,
            groups: None,
            features: None,
            remarks: Vec::new(),
        };
        assert_eq!((set.width(), set.len(), set.is_empty()), (6, 2, false));
    }
}
