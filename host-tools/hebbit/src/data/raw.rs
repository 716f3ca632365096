//! Samples as their files have them: numbers as they stand, labels as they are called. Nothing has been scaled or numbered yet.

use super::Dataset;
use crate::error::Error;
use crate::error::{Cause, DataError};
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

impl RawSet {
    /// Several sets as one, in this order. None if there are none.
    ///
    /// # Errors
    /// Sets of different widths.
    pub(super) fn join(name: &str, sets: Vec<Self>) -> Result<Option<Self>, DataError> {
        let mut sets = sets.into_iter();
        let Some(mut all) = sets.next() else { return Ok(None) };
        for set in sets {
            if set.width() != all.width() {
                return Err(Cause::Parts { want: all.width(), got: set.width() }.in_file(set.name));
            }
            if set.shape != all.shape {
                all.shape = vec![all.width()];
            }
            all.numbers = all.numbers.followed_by(set.numbers);
            all.labels = all.labels.zip(set.labels).map(|(a, b)| a.followed_by(&b));
            all.groups = all.groups.zip(set.groups).map(|(a, b)| [a, b].concat());
            let new: Vec<String> =
                set.remarks.into_iter().filter(|text| !all.remarks.contains(text)).collect();
            all.remarks.extend(new);
        }
        all.name = name.to_owned();
        Ok(Some(all))
    }

    /// The samples at these places, in this order.
    ///
    /// # Panics
    /// If there is no sample at one of them.
    pub(super) fn select(&self, places: &[usize]) -> Self {
        let width = self.width();
        let labels = self.labels.as_ref().map(|labels| RawLabels {
            names: labels.names.clone(),
            index: places.iter().map(|&i| labels.index[i]).collect(),
        });
        let groups = self.groups.as_ref().map(|all| places.iter().map(|&i| all[i].clone()).collect());
        Self { numbers: self.numbers.select(places, width), labels, groups, ..self.bare() }
    }

    /// The samples of these classes only, which are all that there are then, in this order.
    ///
    /// # Errors
    /// A class that is not there.
    pub(super) fn only(&self, classes: &[String]) -> Result<Self, Error> {
        let labels = self.labels.clone().unwrap_or_default();
        let place = |class: &String| {
            let found = labels.names.iter().position(|name| name == class);
            found.ok_or_else(|| Error::unknown("class", class, labels.names.iter().map(String::as_str)))
        };
        let wanted = classes.iter().map(place).collect::<Result<Vec<usize>, Error>>()?;
        let new = |old: u32| wanted.iter().position(|&place| place == old as usize);
        let places: Vec<usize> =
            (0..labels.index.len()).filter(|&i| new(labels.index[i]).is_some()).collect();
        let index = labels.index.iter().filter_map(|&old| new(old).map(|new| new as u32)).collect();
        let labels = Some(RawLabels { names: classes.to_vec(), index });
        Ok(Self { labels, ..self.select(&places) })
    }

    /// The same without samples.
    fn bare(&self) -> Self {
        Self {
            name: self.name.clone(),
            shape: self.shape.clone(),
            numbers: Numbers::Bytes(Vec::new()),
            labels: None,
            groups: None,
            features: self.features.clone(),
            remarks: self.remarks.clone(),
        }
    }
}

/// Classes are called by their numbers.
impl From<Dataset> for RawSet {
    fn from(set: Dataset) -> Self {
        let shape = set.shape.map_or_else(|| vec![set.width()], |(rows, columns)| vec![rows, columns]);
        let names = (0..set.classes()).map(|class| class.to_string()).collect();
        let index = set.iter().map(|(_, label)| label.into()).collect();
        Self {
            shape,
            labels: Some(RawLabels { names, index }),
            groups: None,
            features: None,
            remarks: Vec::new(),
            name: set.name.clone(),
            numbers: Numbers::Bytes(set.into_pixels()),
        }
    }
}

impl Numbers {
    /// These and then those, as wide as both need.
    fn followed_by(self, more: Self) -> Self {
        let floats = |numbers: Self| match numbers {
            Self::Bytes(all) => all.into_iter().map(f64::from).collect(),
            Self::Ints(all) => all.into_iter().map(|x| x as f64).collect(),
            Self::Floats(all) => all,
        };
        let ints = |numbers: Self| match numbers {
            Self::Bytes(all) => all.into_iter().map(i64::from).collect(),
            Self::Ints(all) => all,
            Self::Floats(all) => all.into_iter().map(|x| x as i64).collect::<Vec<i64>>(),
        };
        match (self, more) {
            (Self::Bytes(all), Self::Bytes(more)) => Self::Bytes([all, more].concat()),
            (a, b) if matches!(a, Self::Floats(_)) || matches!(b, Self::Floats(_)) => {
                Self::Floats([floats(a), floats(b)].concat())
            }
            (a, b) => Self::Ints([ints(a), ints(b)].concat()),
        }
    }

    /// Samples of `width` numbers at these places.
    fn select(&self, places: &[usize], width: usize) -> Self {
        fn of<T: Copy>(all: &[T], places: &[usize], width: usize) -> Vec<T> {
            places.iter().flat_map(|&i| &all[i * width..(i + 1) * width]).copied().collect()
        }
        match self {
            Self::Bytes(all) => Self::Bytes(of(all, places, width)),
            Self::Ints(all) => Self::Ints(of(all, places, width)),
            Self::Floats(all) => Self::Floats(of(all, places, width)),
        }
    }

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

    /// These and then those, under the names of both.
    pub(super) fn followed_by(&self, more: &Self) -> Self {
        let (names, place) = Self::together(&[self, more]);
        let parts = [self, more].into_iter().zip(place);
        let index =
            parts.flat_map(|(part, place)| part.index.iter().map(move |&i| place[i as usize])).collect();
        Self { names, index }
    }

    /// The names of several, each once, in their order, and where each one's names stand in it.
    pub(super) fn together(all: &[&Self]) -> (Vec<String>, Vec<Vec<u32>>) {
        let names: Vec<&String> = all.iter().flat_map(|labels| &labels.names).collect();
        // What stands in one order already keeps it.
        let Self { names, mut index } = match all {
            [first, rest @ ..] if rest.iter().all(|labels| labels.names == first.names) => {
                let count = first.names.len() as u32;
                Self { names: first.names.clone(), index: (0..all.len()).flat_map(|_| 0..count).collect() }
            }
            _ => Self::of_text(&names),
        };
        let places = all.iter().map(|labels| index.drain(..labels.names.len()).collect()).collect();
        (names, places)
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
