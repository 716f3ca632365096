//! IDX, the format of MNIST: two zero bytes, a type, the number of dimensions, the dimensions as big-endian u32, the values.
//!
//! We read u8 values (type 8): one dimension is labels, two (samples × values) or three (samples × rows × columns) are
//! samples. Source: LeCun, Cortes & Burges, "The MNIST database", section "File formats".

use super::dataset::{Dataset, Samples};
use super::problem::Cause;

const WANT_SAMPLES: &str = "00000803, the mark of IDX pictures";
const WANT_LABELS: &str = "00000801, the mark of IDX labels";

/// Samples from the bytes of an IDX file.
pub(super) fn samples(bytes: Vec<u8>) -> Result<Samples, Cause> {
    let count = match bytes.get(..4) {
        Some([0, 0, 8, count @ 2..=3]) => usize::from(*count),
        other => {
            let labels = matches!(other, Some([0, 0, 8, 1]));
            let help = if labels {
                "these are labels: give the pictures, their labels are found beside them by name"
            } else {
                "readable are IDX of bytes, .csv, .npy and .npz, each also as .gz"
            };
            return Err(magic(WANT_SAMPLES, &bytes, help));
        }
    };
    let (dims, pixels) = split(bytes, count)?;
    if pixels.is_empty() {
        let (samples, values) = dims.split_first().unwrap_or((&0, &[]));
        let message = "a sample has no values";
        let void = values.contains(&0) && *samples > 0;
        return Err(if void { Cause::Dimensions { dims: times(&dims), message } } else { Cause::Empty });
    }
    let shape =
        if let [_, rows, columns] = dims[..] { Some((rows as usize, columns as usize)) } else { None };
    Ok(Samples { shape, width: pixels.len() / dims[0] as usize, pixels })
}

/// Labels 0..=254 from the bytes of an IDX file.
pub(super) fn labels(bytes: Vec<u8>) -> Result<Vec<u8>, Cause> {
    if bytes.get(..4) != Some(&[0, 0, 8, 1]) {
        return Err(magic(
            WANT_LABELS,
            &bytes,
            "this file was found by its name beside the samples: is it the right one?",
        ));
    }
    let (_, labels) = split(bytes, 1)?;
    match labels.iter().position(|label| *label == 255) {
        Some(i) => Err(Cause::Label { at: format!("byte {} (sample {i})", 8 + i), value: "255".into() }),
        None => Ok(labels),
    }
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
fn split(mut bytes: Vec<u8>, count: usize) -> Result<(Vec<u32>, Vec<u8>), Cause> {
    let start = 4 + 4 * count;
    let got = bytes.len() as u64;
    let Some(header) = bytes.get(4..start) else {
        return Err(Cause::Truncated { want: start as u64, got });
    };
    let dims: Vec<u32> = header.as_chunks().0.iter().map(|d| u32::from_be_bytes(*d)).collect();
    // A product that does not fit 64 bits is more than any file has.
    let values = dims.iter().try_fold(1u64, |n, d| n.checked_mul(u64::from(*d)));
    let Some(want) = values.and_then(|n| n.checked_add(start as u64)) else {
        return Err(Cause::Dimensions { dims: times(&dims), message: "no file is that long" });
    };
    if got < want {
        return Err(Cause::Truncated { want, got });
    }
    if got > want {
        return Err(Cause::Trailing { want, got });
    }
    bytes.drain(..start);
    Ok((dims, bytes))
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
        assert_eq!(read, Samples { shape: Some((2, 3)), width: 6, pixels: (0..30).collect() });
        assert_eq!(labels(encode_labels(&set())).unwrap(), [0, 1, 2, 3, 254]);
        let flat = samples(file([0, 0, 8, 2], &[2, 5], 10)).unwrap();
        assert_eq!((flat.shape, flat.width), (None, 5));
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
        assert!(help(file([0, 0, 13, 3], &[1, 1, 1], 4)).starts_with("00000d03"));
        assert!(matches!(labels(encode_pictures(&set())).unwrap_err(), Cause::Magic { .. }));
    }

    #[test]
    fn label_255_is_refused_where_it_stands() {
        let mut file = encode_labels(&set());
        file[10] = 255;
        let want = Cause::Label { at: "byte 10 (sample 2)".into(), value: "255".into() };
        assert_eq!(labels(file).unwrap_err(), want);
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
            if let Ok(s) = samples(file) {
                prop_assert!(s.width > 0 && s.pixels.len() % s.width == 0 && !s.pixels.is_empty());
            }
        }
    }
}
