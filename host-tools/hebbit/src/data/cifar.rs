//! CIFAR in its binary form: records of a label, or of a coarse and a fine one, and 3 × 32 × 32 bytes.
//!
//! A record has the planes red, green and blue one after the other; here the three values of a pixel are side by side.
//! Source: Krizhevsky, "The CIFAR-10 dataset", section "Binary version".

use super::raw::{Numbers, RawLabels, RawSet};
use crate::error::Cause;

const SIDE: usize = 32;
const PLANE: usize = SIDE * SIDE;
const PIXELS: usize = 3 * PLANE;

/// One set from the files of a part; labels are called by `names`, or are numbers.
pub(super) fn read(name: &str, files: &[Vec<u8>], names: Option<&[String]>) -> Result<RawSet, Cause> {
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for bytes in files {
        let (before, classes) = match bytes.len() {
            0 => return Err(Cause::Empty),
            n if n % (1 + PIXELS) == 0 => (1, 10),
            n if n % (2 + PIXELS) == 0 => (2, 100),
            got => return Err(Cause::Cifar { message: format!("{got} bytes are no whole records") }),
        };
        for (i, record) in bytes.chunks_exact(before + PIXELS).enumerate() {
            let (label, planes) = (record[before - 1], &record[before..]);
            if label >= classes {
                let message = format!("record {i} has the label {label}, of {classes} classes");
                return Err(Cause::Cifar { message });
            }
            labels.push(label);
            pixels.extend((0..PLANE).flat_map(|i| [planes[i], planes[PLANE + i], planes[2 * PLANE + i]]));
        }
    }
    let call = |&label: &u8| {
        let name = names.and_then(|names| names.get(usize::from(label)));
        name.map_or_else(|| label.to_string(), Clone::clone)
    };
    let labels = RawLabels::of_text(&labels.iter().map(call).collect::<Vec<_>>());
    let set = RawSet::new(name, vec![SIDE, SIDE, 3], Numbers::Bytes(pixels));
    Ok(RawSet { labels: Some(labels), ..set })
}

/// Names of classes, one a line, from the file beside the records.
pub(super) fn names(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A record: its labels, then planes of 1, 2 and 3, but for the first pixel.
    pub(in crate::data) fn record(labels: &[u8]) -> Vec<u8> {
        let mut record = labels.to_vec();
        record.extend([1, 2, 3].iter().flat_map(|&plane| [plane; PLANE]));
        record[labels.len()] = 9;
        record
    }

    #[test]
    fn planes_become_pixels() {
        let set = read("c", &[record(&[3]), [record(&[0]), record(&[9])].concat()], None).unwrap();
        assert_eq!((set.shape.clone(), set.len()), (vec![32, 32, 3], 3));
        let Numbers::Bytes(bytes) = &set.numbers else { panic!("{set:?}") };
        assert_eq!((&bytes[..6], bytes.len()), (&[9, 2, 3, 1, 2, 3][..], 3 * PIXELS));
        let labels = set.labels.unwrap();
        assert_eq!((labels.names, labels.index), (vec!["0".into(), "3".into(), "9".into()], vec![1, 0, 2]));
    }

    #[test]
    fn fine_labels_and_names_are_taken() {
        let names: Vec<String> = names(b"cat\n\nant\r\n");
        assert_eq!(names, ["cat", "ant"]);
        let fine = [record(&[19, 0]), record(&[3, 1])].concat();
        let labels = read("c", &[fine], Some(&names)).unwrap().labels.unwrap();
        assert_eq!((labels.names, labels.index), (vec!["ant".into(), "cat".into()], vec![1, 0]));
    }

    #[test]
    fn other_files_are_told() {
        let told = |bytes: Vec<u8>| read("c", &[bytes], None).unwrap_err().to_string();
        assert!(told(vec![0; 3072]).contains("3072 bytes are no whole records"));
        assert!(told([record(&[1]), record(&[10])].concat()).contains("record 1 has the label 10"));
        assert!(told(record(&[1, 100])).contains("label 100, of 100"));
        assert_eq!(read("c", &[vec![]], None), Err(Cause::Empty));
    }

    proptest! {
        #[test]
        fn any_labels_and_lengths_never_panic(labels in prop::collection::vec(any::<u8>(), 0..4), cut in 0usize..4000) {
            let mut bytes: Vec<u8> = labels.iter().flat_map(|&label| record(&[label])).collect();
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = read("c", &[bytes], None);
        }
    }
}
