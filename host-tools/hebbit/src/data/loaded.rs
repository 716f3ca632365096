//! A data set as it was asked for, and which part of it a command takes.

use super::split::SplitRule;
use super::{Dataset, Split};
use crate::error::Result;
use std::fmt;

/// What a name or a path stands for, as the samples of a network that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The name of the set, or its path, without options.
    pub source: String,
    /// What was decided, and what is probably wrong, a sentence each.
    pub remarks: Vec<String>,
    /// Its samples.
    pub parts: Parts,
    /// Whom or what the samples of one part are of, if `?group=` says it.
    pub(super) groups: Option<Vec<String>>,
}

/// Samples in one part, or in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parts {
    /// One part.
    One {
        /// All samples.
        set: Dataset,
        /// The parts that were asked for by name, joined in this order; none if the set has one part only.
        names: Vec<String>,
    },
    /// A training part and a test part.
    Two(Split),
}

/// The samples that a command takes, and what they are.
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
    /// Samples that a run on a set of one part leaves out of learning.
    HeldOut,
}

impl Loaded {
    /// One part whole, of two the test part. For testing and answering.
    pub fn whole_or_test(self) -> Chosen {
        let (set, part) = match self.parts {
            Parts::One { set, names } if names.is_empty() => (set, Part::All),
            Parts::One { set, names } => (set, Part::Named(names)),
            Parts::Two(split) => (split.test, Part::Named(vec!["test".to_owned()])),
        };
        Chosen { set, source: self.source, part }
    }

    /// What a trained network learns, and what it is tested with afterwards: one part is learned whole, and nothing is tested.
    pub fn learn_and_test(self) -> (Dataset, Option<Dataset>) {
        match self.parts {
            Parts::One { set, .. } => (set, None),
            Parts::Two(split) => (split.train, Some(split.test)),
        }
    }

    /// The two parts of a run that began on this set: one part is split by the run's rule.
    ///
    /// # Errors
    /// One part that cannot be split.
    pub fn split(self, rule: SplitRule) -> Result<Split> {
        match self.parts {
            Parts::Two(split) => Ok(split),
            Parts::One { set, .. } => {
                let labels: Vec<u8> = set.iter().map(|(_, label)| label).collect();
                let (train, test) = rule.parts(&self.source, &labels, self.groups.as_deref())?;
                Ok(Split { train: set.select(train), test: set.select(test) })
            }
        }
    }

    /// The samples that a run which began on this set has left out of learning: the test part, of one part what the run's rule
    /// keeps for testing.
    ///
    /// # Errors
    /// One part that cannot be split.
    pub fn held_out(self, rule: SplitRule) -> Result<Chosen> {
        if matches!(self.parts, Parts::Two(_)) {
            return Ok(self.whole_or_test());
        }
        let source = self.source.clone();
        Ok(Chosen { set: self.split(rule)?.test, source, part: Part::HeldOut })
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
            Part::HeldOut => format!("the samples of {source} that the run left out"),
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

    fn loaded(parts: Parts) -> Loaded {
        Loaded { source: "f.csv".into(), remarks: Vec::new(), parts, groups: None }
    }

    fn one(names: &[&str]) -> Loaded {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        loaded(Parts::One { set: set(12), names })
    }

    #[test]
    fn only_the_run_splits_one_part() {
        let split = one(&[]).split(SplitRule::LAST_SIXTH).unwrap();
        assert_eq!((split.train.len(), split.test.len()), (10, 2));
        let chosen = one(&[]).whole_or_test();
        assert_eq!((chosen.set.len(), chosen.described()), (12, "all of f.csv".into()));
        let held_out = one(&[]).held_out(SplitRule::LAST_SIXTH).unwrap();
        assert_eq!((held_out.set.sample(0), held_out.part.to_string()), (&[10][..], "held-out".into()));
        let grouped = Loaded { groups: Some(vec!["a".into(); 12]), ..one(&[]) };
        assert!(grouped.split(SplitRule::default()).unwrap_err().to_string().contains("of one group"));
    }

    #[test]
    fn of_two_parts_each_command_has_its_own() {
        let two = loaded(Parts::Two(Split::new(set(3), set(2)).unwrap()));
        let tested = two.clone().whole_or_test();
        assert_eq!((tested.set.len(), tested.described()), (2, "the test part of f.csv".into()));
        assert_eq!(two.clone().held_out(SplitRule::default()).unwrap(), tested);
        assert_eq!(two.split(SplitRule::default()).unwrap().train.len(), 3);
    }

    #[test]
    fn chosen_parts_are_named() {
        assert_eq!(one(&["a", "b"]).whole_or_test().described(), "the parts a, b of f.csv");
        assert_eq!(one(&["a", "b"]).whole_or_test().part.to_string(), "a,b");
        assert_eq!(one(&["test"]).whole_or_test().described(), "the test part of f.csv");
    }
}
