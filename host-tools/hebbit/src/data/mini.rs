//! The mini set: 6,000 training and 1,000 test digits of MNIST, equally many of each class, part of the program.
//!
//! So that everything can be tried without a network and without files. `data/mini/README.md` tells where it is from;
//! `examples/make_mini.rs` made it.

use super::prepare::plain;
use super::raw::RawSet;
use super::{Dataset, Split, bytes, idx};
use crate::error::DataError;
use crate::error::Result;

/// Samples to learn from: 600 of each class.
pub const TRAIN: usize = 6000;
/// Samples to test with: 100 of each class.
pub const TEST: usize = 1000;

macro_rules! embedded {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../data/mini/", $name, ".gz")))
    };
}

type File = (&'static str, &'static [u8]);
const TRAIN_PICTURES: File = embedded!("train-images-idx3-ubyte");
const TRAIN_LABELS: File = embedded!("train-labels-idx1-ubyte");
const TEST_PICTURES: File = embedded!("t10k-images-idx3-ubyte");
const TEST_LABELS: File = embedded!("t10k-labels-idx1-ubyte");

/// Unpacks the set.
pub(super) fn load() -> Result<Split> {
    let train = part("mini/train", TRAIN_PICTURES, TRAIN_LABELS)?;
    Split::new(train, part("mini/test", TEST_PICTURES, TEST_LABELS)?)
}

fn part(name: &str, pictures: File, labels: File) -> std::result::Result<Dataset, DataError> {
    let unpack = |file: File| bytes::unpack(file.1.to_vec(), bytes::LIMIT);
    let read = |file: File| move |cause: super::Cause| cause.in_file(format!("mini/{}", file.0));
    let (shape, numbers) = unpack(pictures).and_then(idx::samples).map_err(read(pictures))?;
    let labels = unpack(labels).and_then(idx::labels).map_err(read(labels))?;
    plain(&RawSet { labels: Some(labels), ..RawSet::new(name, shape, numbers) })
}

/// The first `per_class` samples of every class, in the order of the set. What `examples/make_mini.rs` takes.
///
/// # Errors
/// An empty set, or `per_class` 0: nothing would be left.
pub fn balanced(set: &Dataset, per_class: usize) -> std::result::Result<Dataset, DataError> {
    let mut seen = vec![0; set.classes()];
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (sample, label) in set.iter() {
        let seen = &mut seen[usize::from(label)];
        if *seen < per_class {
            *seen += 1;
            pixels.extend_from_slice(sample);
            labels.push(label);
        }
    }
    Dataset::new(set.name.clone(), set.shape, set.width(), pixels, labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::fetch_sets::sha256;

    #[test]
    fn it_is_balanced() {
        let split = load().unwrap();
        for (set, len, per_class) in [(&split.train, TRAIN, 600), (&split.test, TEST, 100)] {
            assert_eq!((set.len(), set.width(), set.classes(), set.shape), (len, 784, 10, Some((28, 28))));
            for class in 0..10 {
                assert_eq!(
                    set.iter().filter(|(_, label)| *label == class).count(),
                    per_class,
                    "class {class}"
                );
            }
            assert_eq!(&balanced(set, per_class).unwrap(), set);
        }
        // MNIST begins with 5, 0, 4, 1, 9 and 7, 2, 1, 0, 4.
        assert!(split.train.iter().zip([5, 0, 4, 1, 9]).all(|((_, label), want)| label == want));
        assert!(split.test.iter().zip([7, 2, 1, 0, 4]).all(|((_, label), want)| label == want));
    }

    #[test]
    fn its_files_are_those_of_the_readme() {
        let readme = include_str!("../../data/mini/README.md");
        for (name, file) in [TRAIN_PICTURES, TRAIN_LABELS, TEST_PICTURES, TEST_LABELS] {
            let line = format!("{}  {name}.gz", sha256(file));
            assert!(readme.contains(&line), "README.md lacks\n{line}");
            let unpacked = bytes::unpack(file.to_vec(), bytes::LIMIT).unwrap();
            let line = format!("{}  {name}\n", sha256(&unpacked));
            assert!(readme.contains(&line), "README.md lacks\n{line}");
        }
    }
}
