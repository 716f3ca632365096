//! IDX, the format of MNIST: two zero bytes, a type, the number of dimensions, the dimensions as big-endian u32, the values,
//! big-endian too.
//!
//! One dimension of whole numbers is labels, or samples of one value; more are samples: the first counts them, the others are
//! their shape. Source: LeCun, Cortes & Burges, "The MNIST database", section "File formats".

use super::dataset::Dataset;
use super::raw::{Numbers, RawLabels};
use crate::error::Cause;

const WANT_SAMPLES: &str = "0000 and a type of numbers, the mark of IDX";
const WANT_LABELS: &str = "00000801, the mark of IDX labels, or that of another type of whole numbers";
/// The most dimensions.
const RANK_MAX: usize = 8;

/// Shape and values of samples from the bytes of an IDX file.
pub(super) fn samples(bytes: Vec<u8>) -> Result<(Vec<usize>, Numbers), Cause> {
    let Some((size, rank @ 2..)) = mark(&bytes) else {
        let help = match mark(&bytes) {
            Some(_) => "these are labels: give the pictures, their labels are found beside them by name",
            None => {
                "readable are .csv, .npy, .npz, IDX and CIFAR's .bin, each also as .gz, and folders of pictures"
            }
        };
        return Err(magic(WANT_SAMPLES, &bytes, help));
    };
    let (dims, numbers) = split(bytes, rank, size)?;
    let width: u64 = dims[1..].iter().map(|d| u64::from(*d)).product();
    if numbers.is_empty() {
        let message = "a sample has no values";
        let void = width == 0 && dims[0] > 0;
        return Err(if void { Cause::Dimensions { dims: times(&dims), message } } else { Cause::Empty });
    }
    if let Numbers::Floats(all) = &numbers
        && let Some(i) = all.iter().position(|x| !x.is_finite())
    {
        let at = format!("sample {}, value {}", i as u64 / width, i as u64 % width);
        return Err(Cause::NotFinite { at, value: all[i].to_string() });
    }
    Ok((dims[1..].iter().map(|d| *d as usize).collect(), numbers))
}

/// Labels from the bytes of an IDX file.
pub(super) fn labels(bytes: Vec<u8>) -> Result<RawLabels, Cause> {
    let Some((size, 1)) = mark(&bytes).filter(|_| !matches!(bytes[2], 0x0d | 0x0e)) else {
        let help = "this file was found by its name beside the samples: is it the right one?";
        return Err(magic(WANT_LABELS, &bytes, help));
    };
    Ok(match split(bytes, 1, size)?.1 {
        Numbers::Bytes(all) => RawLabels::of_numbers(&all.into_iter().map(i64::from).collect::<Vec<_>>()),
        Numbers::Ints(all) => RawLabels::of_numbers(&all),
        Numbers::Floats(_) => RawLabels::default(),
    })
}

/// Bytes per value and the number of dimensions, if it begins as IDX does.
fn mark(bytes: &[u8]) -> Option<(usize, usize)> {
    let &[0, 0, kind, rank, ..] = bytes else { return None };
    let size = match kind {
        0x08 | 0x09 => 1,
        0x0b => 2,
        0x0c | 0x0d => 4,
        0x0e => 8,
        _ => return None,
    };
    let rank = usize::from(rank);
    (1..=RANK_MAX).contains(&rank).then_some((size, rank))
}

/// The pictures of a set as an IDX file, the opposite of reading one.
pub fn encode_pictures(set: &Dataset) -> Vec<u8> {
    let (rows, columns) = set.picture_shape();
    let dims = [set.len(), rows, columns].map(|d| u32::try_from(d).unwrap_or(u32::MAX).to_be_bytes());
    let head = [&[0, 0, 8, 3], dims.as_flattened()].concat();
    set.iter().fold(head, |mut file, (pixels, _)| {
        file.extend_from_slice(pixels);
        file
    })
}

/// The labels of a set as an IDX file.
pub fn encode_labels(set: &Dataset) -> Vec<u8> {
    let count = u32::try_from(set.len()).unwrap_or(u32::MAX).to_be_bytes();
    [0, 0, 8, 1].into_iter().chain(count).chain(set.iter().map(|(_, label)| label)).collect()
}

/// Dimensions and values, if there are exactly as many as the dimensions promise. Nothing is allocated on their word.
fn split(mut bytes: Vec<u8>, rank: usize, size: usize) -> Result<(Vec<u32>, Numbers), Cause> {
    let start = 4 + 4 * rank;
    let got = bytes.len() as u64;
    let Some(header) = bytes.get(4..start) else {
        return Err(Cause::Truncated { want: start as u64, got });
    };
    let dims: Vec<u32> = header.as_chunks().0.iter().map(|d| u32::from_be_bytes(*d)).collect();
    // A product that does not fit 64 bits is more than any file has.
    let values = dims.iter().try_fold(size as u64, |n, d| n.checked_mul(u64::from(*d)));
    let Some(want) = values.and_then(|n| n.checked_add(start as u64)) else {
        return Err(Cause::Dimensions { dims: times(&dims), message: "no file is that long" });
    };
    if got < want {
        return Err(Cause::Truncated { want, got });
    }
    if got > want {
        return Err(Cause::Trailing { want, got });
    }
    let kind = bytes[2];
    bytes.drain(..start);
    let numbers = match kind {
        0x08 => Numbers::Bytes(bytes),
        0x09 => Numbers::Ints(bytes.into_iter().map(|x| (x as i8).into()).collect()),
        0x0b => Numbers::Ints(bytes.as_chunks().0.iter().map(|x| i16::from_be_bytes(*x).into()).collect()),
        0x0c => Numbers::Ints(bytes.as_chunks().0.iter().map(|x| i32::from_be_bytes(*x).into()).collect()),
        0x0d => Numbers::Floats(bytes.as_chunks().0.iter().map(|x| f32::from_be_bytes(*x).into()).collect()),
        _ => Numbers::Floats(bytes.as_chunks().0.iter().map(|x| f64::from_be_bytes(*x)).collect()),
    };
    Ok((dims, numbers))
}

fn magic(want: &'static str, bytes: &[u8], help: &'static str) -> Cause {
    let got = match &bytes[..bytes.len().min(4)] {
        [] => "nothing at all".to_owned(),
        first => first.iter().map(|b| format!("{b:02x}")).collect(),
    };
    Cause::Magic { want, got, help: Some(help) }
}

fn times(dims: &[u32]) -> String {
    dims.iter().map(u32::to_string).collect::<Vec<_>>().join(" × ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set() -> Dataset {
        Dataset::new("set", Some((2, 3)), 6, (0..30).collect(), vec![0, 1, 2, 3, 254]).unwrap()
    }

    /// A header with these dimensions, then these many bytes.
    fn file(kind: [u8; 4], dims: &[u32], bytes: usize) -> Vec<u8> {
        let dims = dims.iter().flat_map(|d| d.to_be_bytes());
        kind.into_iter().chain(dims).chain((0..bytes).map(|i| i as u8)).collect()
    }

    const PICTURES: [u8; 4] = [0, 0, 8, 3];
    const LABELS: [u8; 4] = [0, 0, 8, 1];

    #[test]
    fn what_is_written_is_read() {
        let read = samples(encode_pictures(&set())).unwrap();
        assert_eq!(read, (vec![2, 3], Numbers::Bytes((0..30).collect())));
        let names = ["0", "1", "2", "3", "254"].map(str::to_owned).to_vec();
        assert_eq!(labels(encode_labels(&set())), Ok(RawLabels { names, index: vec![0, 1, 2, 3, 4] }));
        assert_eq!(samples(file([0, 0, 8, 2], &[2, 5], 10)).unwrap().0, [5]);
        assert_eq!(samples(file([0, 0, 8, 4], &[2, 2, 1, 3], 12)).unwrap().0, [2, 1, 3]);
    }

    #[test]
    fn every_kind_of_number() {
        let read = |kind: u8, bytes: &[u8]| {
            let dims = [[0, 0, 0, 1], [0, 0, 0, 2]].concat();
            samples([&[0, 0, kind, 2][..], &dims, bytes].concat()).map(|(_, numbers)| numbers)
        };
        assert_eq!(read(8, &[1, 255]), Ok(Numbers::Bytes(vec![1, 255])));
        assert_eq!(read(9, &[1, 255]), Ok(Numbers::Ints(vec![1, -1])));
        assert_eq!(read(0x0b, &[1, 0, 255, 255]), Ok(Numbers::Ints(vec![256, -1])));
        assert_eq!(read(0x0c, &[0, 1, 0, 0, 255, 255, 255, 255]), Ok(Numbers::Ints(vec![65536, -1])));
        let floats = Ok(Numbers::Floats(vec![-0.5, 2.0]));
        assert_eq!(read(0x0d, [-0.5f32, 2.0].map(f32::to_be_bytes).as_flattened()), floats);
        assert_eq!(read(0x0e, [-0.5f64, 2.0].map(f64::to_be_bytes).as_flattened()), floats);
        let nan = Cause::NotFinite { at: "sample 0, value 1".into(), value: "NaN".into() };
        assert_eq!(read(0x0e, [-0.5, f64::NAN].map(f64::to_be_bytes).as_flattened()), Err(nan));
        assert!(matches!(read(0x0a, &[1, 2]), Err(Cause::Magic { .. })));
        let words = labels([&[0, 0, 0x0c, 1, 0, 0, 0, 2][..], &[0, 0, 1, 0, 255, 255, 255, 255]].concat());
        assert_eq!(words.unwrap().names, ["-1", "256"]);
    }

    #[test]
    fn a_lying_length_is_told_with_numbers() {
        let cut = |dims, bytes| samples(file(PICTURES, dims, bytes)).unwrap_err();
        assert_eq!(cut(&[5, 2, 3], 29), Cause::Truncated { want: 46, got: 45 });
        assert_eq!(cut(&[5, 2, 3], 31), Cause::Trailing { want: 46, got: 47 });
        assert_eq!(cut(&[5, 2], 1), Cause::Truncated { want: 16, got: 13 });
        assert_eq!(cut(&[], 0), Cause::Truncated { want: 16, got: 4 });
        assert_eq!(labels(file(LABELS, &[3], 2)).unwrap_err(), Cause::Truncated { want: 11, got: 10 });
        assert_eq!(labels(file(LABELS, &[3], 4)).unwrap_err(), Cause::Trailing { want: 11, got: 12 });
    }

    #[test]
    fn absurd_dimensions_allocate_nothing() {
        let cut = |dims: [u32; 3]| samples(file(PICTURES, &dims, 10)).unwrap_err();
        assert_eq!(cut([1 << 31, 28, 28]), Cause::Truncated { want: (784 << 31) + 16, got: 26 });
        assert!(matches!(cut([u32::MAX; 3]), Cause::Dimensions { .. }));
        assert!(matches!(samples(file(PICTURES, &[7, 0, 28], 0)).unwrap_err(), Cause::Dimensions { .. }));
        assert_eq!(samples(file(PICTURES, &[0, 28, 28], 0)).unwrap_err(), Cause::Empty);
    }

    #[test]
    fn another_kind_of_file_is_named() {
        let help = |bytes| match samples(bytes).unwrap_err() {
            Cause::Magic { got, help: Some(help), .. } => format!("{got}: {help}"),
            other => panic!("{other:?}"),
        };
        assert!(help(encode_labels(&set())).starts_with("00000801: these are labels"));
        assert!(help(b"%PDF-1.4".to_vec()).starts_with("25504446: readable are"));
        assert!(help(vec![]).starts_with("nothing at all"));
        assert!(help(file([0, 0, 7, 3], &[1, 1, 1], 4)).starts_with("00000703"));
        assert!(matches!(labels(encode_pictures(&set())).unwrap_err(), Cause::Magic { .. }));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = samples(bytes.clone());
            let _ = labels(bytes);
        }

        #[test]
        fn a_valid_file_changed_never_panics(at in 0usize..46, byte: u8, cut in 0usize..60) {
            let mut file = encode_pictures(&set());
            file[at] = byte;
            file.truncate(cut);
            if let Ok((shape, numbers)) = samples(file) {
                let width: usize = shape.iter().product();
                prop_assert!(width > 0 && numbers.len() % width == 0 && !numbers.is_empty());
            }
        }
    }
}
