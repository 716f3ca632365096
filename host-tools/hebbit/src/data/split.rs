//! Which samples of a set of one part are for testing.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::order::order;
use crate::error::Cause;
use crate::error::{Error, Result};

/// How a set of one part is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRule {
    /// Share of the samples that is for testing, in thousandths, 1..=999; 0: a sixth.
    pub share: u16,
    /// Seed of the draw.
    pub seed: u64,
    /// The last samples of the file are for testing; none is drawn.
    pub in_order: bool,
}

impl Default for SplitRule {
    fn default() -> Self {
        Self { share: 0, seed: 1, in_order: false }
    }
}

impl SplitRule {
    /// The rule of runs that do not name one: the last sixth.
    pub const LAST_SIXTH: Self = Self { share: 0, seed: 1, in_order: true };

    /// How many of so many samples are for testing: at least one, and not all.
    ///
    /// A sixth is what MNIST keeps for testing in proportion to training, 10,000 to 60,000, taken from the whole.
    pub fn held_out(&self, samples: usize) -> usize {
        let wish = match self.share {
            0 => samples / 6,
            share => samples * usize::from(share) / 1_000,
        };
        wish.max(1).min(samples.saturating_sub(1))
    }

    /// [`Self::split`] of the samples of `source`, both parts with something in it.
    ///
    /// # Errors
    /// One sample, or one group.
    pub(super) fn parts(
        &self,
        source: &str,
        labels: &[u8],
        groups: Option<&[String]>,
    ) -> Result<(Vec<usize>, Vec<usize>)> {
        let (train, test) = self.split(labels, groups);
        match (train.is_empty() || test.is_empty(), groups) {
            (false, _) => Ok((train, test)),
            (true, None) => Err(Cause::Single.in_file(source).into()),
            (true, Some(_)) => {
                let message = format!("{source} cannot be split: all its samples are of one group");
                Err(Error::usage(message, "give at least two groups, or leave out ?group="))
            }
        }
    }

    /// Places of the samples to learn from and of those to test with. Those to learn from are mixed, so that any end of them is
    /// a fair sample too; those to test with are in the order of the file. Each class is split in the same proportion, and of a
    /// class with three samples or more one is tested. Samples of one group stay together: groups are drawn as they come, until
    /// the share is reached.
    pub fn split(&self, labels: &[u8], groups: Option<&[String]>) -> (Vec<usize>, Vec<usize>) {
        let n = labels.len();
        let wish = self.held_out(n);
        if self.in_order {
            return ((0..n - wish).collect(), (n - wish..n).collect());
        }
        let mixed: Vec<usize> = order(n, 0, self.seed).into_iter().map(|i| i as usize).collect();
        let tested = match groups {
            Some(groups) => whole_groups(groups, &mixed, wish),
            None => stratified(labels, &mixed, wish),
        };
        let train = mixed.into_iter().filter(|&i| !tested[i]).collect();
        (train, (0..n).filter(|&i| tested[i]).collect())
    }
}

/// Which samples are tested: of each class its share, the remainders given to the classes that lost most by rounding.
fn stratified(labels: &[u8], mixed: &[usize], wish: usize) -> Vec<bool> {
    let mut classes: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    mixed.iter().for_each(|&i| classes.entry(labels[i]).or_default().push(i));
    let n = labels.len();
    // Of three samples at least one; one is always left to learn from.
    let most = |size: usize| size - 1;
    let mut takes: Vec<(usize, usize, usize)> = classes
        .values()
        .map(|members| {
            let (size, exact) = (members.len(), members.len() * wish);
            ((exact / n).max(usize::from(size > 2)).min(most(size)), exact % n, most(size))
        })
        .collect();
    let mut left = wish.saturating_sub(takes.iter().map(|take| take.0).sum());
    let mut by_loss: Vec<usize> = (0..takes.len()).collect();
    by_loss.sort_by_key(|&c| std::cmp::Reverse(takes[c].1));
    while left > 0 && takes.iter().any(|take| take.0 < take.2) {
        for &c in &by_loss {
            if left > 0 && takes[c].0 < takes[c].2 {
                takes[c].0 += 1;
                left -= 1;
            }
        }
    }
    let mut tested = vec![false; n];
    for (members, take) in classes.values().zip(&takes) {
        members[..take.0].iter().for_each(|&i| tested[i] = true);
    }
    if !tested.contains(&true) {
        // Every class has one sample: any of them.
        tested[mixed[0]] = true;
    }
    tested
}

/// Which samples are tested: whole groups, as long as one is left to learn from.
fn whole_groups(groups: &[String], mixed: &[usize], wish: usize) -> Vec<bool> {
    let mut tested = vec![false; groups.len()];
    let mut seen: Vec<&str> = Vec::new();
    mixed.iter().map(|&i| groups[i].as_str()).for_each(|group| {
        if !seen.contains(&group) {
            seen.push(group);
        }
    });
    let mut count = 0;
    for &group in seen.iter().take(seen.len().saturating_sub(1)) {
        if count >= wish {
            break;
        }
        for (tested, _) in tested.iter_mut().zip(groups).filter(|(_, name)| name.as_str() == group) {
            *tested = true;
            count += 1;
        }
    }
    tested
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn classes_are_split_alike() {
        let labels: Vec<u8> = (0..60).map(|i| u8::from(i >= 24) + u8::from(i >= 58)).collect();
        let (train, test) = SplitRule::default().split(&labels, None);
        assert_eq!((train.len(), test.len()), (50, 10));
        let of = |class| test.iter().filter(|&&i| labels[i] == class).count();
        assert_eq!([of(0), of(1), of(2)], [4, 6, 0]);
        assert!(
            train != {
                let mut sorted = train.clone();
                sorted.sort_unstable();
                sorted
            }
        );
        assert_ne!(SplitRule { seed: 2, ..SplitRule::default() }.split(&labels, None).1, test);
    }

    #[test]
    fn the_order_of_the_file_on_request() {
        let split = SplitRule::LAST_SIXTH.split(&[0; 12], None);
        assert_eq!(split, ((0..10).collect(), vec![10, 11]));
        let third = SplitRule { share: 334, ..SplitRule::LAST_SIXTH };
        assert_eq!(third.split(&[0; 9], None).1, [6, 7, 8]);
    }

    #[test]
    fn groups_stay_together() {
        let groups: Vec<String> = (0..30).map(|i| format!("subject {}", i % 5)).collect();
        let (train, test) = SplitRule::default().split(&[0; 30], Some(&groups));
        assert_eq!((train.len(), test.len()), (24, 6));
        assert!(test.iter().all(|&i| groups[i] == groups[test[0]]));
        // One group alone cannot be split.
        let (train, test) = SplitRule::default().split(&[0, 1], Some(&["a".into(), "a".into()]));
        assert_eq!((train.len(), test.len()), (2, 0));
    }

    proptest! {
        #[test]
        fn every_sample_is_in_one_part(labels in prop::collection::vec(0_u8..6, 2..90), share in 0_u16..1000, seed: u64) {
            for in_order in [false, true] {
                let (mut train, test) = SplitRule { share, seed, in_order }.split(&labels, None);
                prop_assert!(!train.is_empty() && !test.is_empty());
                train.extend(test);
                train.sort_unstable();
                prop_assert_eq!(train, (0..labels.len()).collect::<Vec<_>>());
            }
        }
    }
}
