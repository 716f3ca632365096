//! What a specification names, before a command decides what to do with its parts.

use std::fmt;

use super::{Dataset, Split, held_out};
use crate::error::Result;

/// A data set as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The name of the set, or its path, without options.
    pub source: String,
    /// Its parts.
    pub parts: Parts,
}

/// The parts of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parts {
    /// One part: a file without a test part, or what `?part=` has chosen.
    One {
        /// Its samples.
        set: Dataset,
        /// Names of the chosen parts, if some were.
        names: Vec<String>,
    },
    /// A training part and a test part.
    Two(Split),
}

/// Samples that a command works on, and which part of their set they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The samples.
    pub set: Dataset,
    /// The name of the set, or its path, without options.
    pub source: String,
    /// Which part.
    pub part: Part,
}

/// Which part of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Everything that is there.
    All,
    /// The parts of these names, joined in this order.
    Named(Vec<String>),
    /// The last sixth of a set of one part, which a run on it leaves out of learning.
    HeldOut,
}

impl Loaded {
    /// A training part and a test part: one part is split by [`Split::of_one`]. For learning from the beginning.
    ///
    /// # Errors
    /// One part with fewer than two samples.
    pub fn split(self) -> Result<Split> {
        match self.parts {
            Parts::One { set, .. } => Split::of_one(set),
            Parts::Two(split) => Ok(split),
        }
    }

    /// What [`Self::split`] decides for the user, as a sentence: nothing if there are two parts.
    pub fn split_remark(&self) -> Option<String> {
        let Parts::One { set, .. } = &self.parts else { return None };
        let (n, source) = (held_out(set.len()), &self.source);
        Some(format!(
            "{source} is one part: its last sixth, {n} of {} samples, is kept for testing",
            set.len()
        ))
    }

    /// One part whole, of two the test part. For testing and answering.
    pub fn whole_or_test(self) -> Chosen {
        self.choose("test", |split| split.test)
    }

    /// One part whole, of two the training part. For learning on.
    pub fn stream(self) -> Chosen {
        self.choose("train", |split| split.train)
    }

    /// What a trained network learns, and what it is tested with afterwards: one part is learned whole, and nothing is tested.
    pub fn learn_and_test(self) -> (Dataset, Option<Dataset>) {
        match self.parts {
            Parts::One { set, .. } => (set, None),
            Parts::Two(split) => (split.train, Some(split.test)),
        }
    }

    /// The samples that a run on this set has left out of learning: the test part, of one part its last sixth.
    ///
    /// # Errors
    /// One part with fewer than two samples.
    pub fn held_out(self) -> Result<Chosen> {
        match self.parts {
            Parts::One { set, .. } => {
                Ok(Chosen { set: Split::of_one(set)?.test, source: self.source, part: Part::HeldOut })
            }
            Parts::Two(_) => Ok(self.whole_or_test()),
        }
    }

    fn choose(self, name: &str, of_two: fn(Split) -> Dataset) -> Chosen {
        let (set, part) = match self.parts {
            Parts::One { set, names } if names.is_empty() => (set, Part::All),
            Parts::One { set, names } => (set, Part::Named(names)),
            Parts::Two(split) => (of_two(split), Part::Named(vec![name.to_owned()])),
        };
        Chosen { set, source: self.source, part }
    }
}

impl Chosen {
    /// "the test part of mini", "all of new.csv".
    pub fn described(&self) -> String {
        let source = &self.source;
        match &self.part {
            Part::All => format!("all of {source}"),
            Part::Named(names) if names.len() == 1 => format!("the {} part of {source}", names[0]),
            Part::Named(names) => format!("the parts {} of {source}", names.join(", ")),
            Part::HeldOut => format!("the end of {source}, which the run left out"),
        }
    }
}

/// For JSON: `all`, `test`, `batch2,batch3`, `held-out`.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Named(names) => f.write_str(&names.join(",")),
            Self::HeldOut => f.write_str("held-out"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(samples: u8) -> Dataset {
        Dataset::new("set", None, 1, (0..samples).collect(), vec![0; samples.into()]).unwrap()
    }

    fn one(names: &[&str]) -> Loaded {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Loaded { source: "f.csv".into(), parts: Parts::One { set: set(12), names } }
    }

    #[test]
    fn only_learning_splits_one_part() {
        let split = one(&[]).split().unwrap();
        assert_eq!((split.train.len(), split.test.len()), (10, 2));
        for chosen in [one(&[]).whole_or_test(), one(&[]).stream()] {
            assert_eq!((chosen.set.len(), chosen.described()), (12, "all of f.csv".into()));
        }
        let remark = one(&[]).split_remark().unwrap();
        assert_eq!(remark, "f.csv is one part: its last sixth, 2 of 12 samples, is kept for testing");
        let held_out = one(&[]).held_out().unwrap();
        assert_eq!((held_out.set.sample(0), held_out.part.to_string()), (&[10][..], "held-out".into()));
    }

    #[test]
    fn of_two_parts_each_command_has_its_own() {
        let two = Loaded { source: "mini".into(), parts: Parts::Two(Split::new(set(3), set(2)).unwrap()) };
        let tested = two.clone().whole_or_test();
        assert_eq!((tested.set.len(), tested.described()), (2, "the test part of mini".into()));
        assert_eq!((two.split_remark(), two.clone().held_out().unwrap()), (None, tested));
        let streamed = two.clone().stream();
        assert_eq!((streamed.set.len(), streamed.part.to_string()), (3, "train".into()));
        assert_eq!(two.split().unwrap().train.len(), 3);
    }

    #[test]
    fn chosen_parts_are_named() {
        assert_eq!(one(&["a", "b"]).stream().described(), "the parts a, b of f.csv");
        assert_eq!(one(&["a", "b"]).whole_or_test().part.to_string(), "a,b");
        assert_eq!(one(&["test"]).whole_or_test().described(), "the test part of f.csv");
    }
}
