//! Batches written here, and the real ones where they are in the cache.

use super::super::tests::npz;
use super::*;

/// A line of that class whose features all have that value.
fn line(class: &str, value: f64) -> String {
    let features: String = (1..=FEATURES).map(|i| format!(" {i}:{value:.6}")).collect();
    format!("{class}{features} \n")
}

/// A folder whose batch 1 has the values 0, 1, ... 100 in every feature: percentiles 1 and 99.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let first: String = (0..=100).rev().map(|v| line(&(v % 6 + 1).to_string(), v.into())).collect();
    fs::write(dir.path().join("batch1.dat"), first).unwrap();
    dir
}

#[test]
fn percentiles_are_interpolated() {
    assert_eq!(percentile(&[1.0, 2.0, 4.0], 0.25), 1.5);
    assert_eq!(percentile(&[1.0, 2.0, 4.0], 0.75), 3.0);
    assert_eq!(percentile(&[7.0], 0.99), 7.0);
    // Interpolated from the nearer end: 0.1 + 0.1·0.75 would be another float.
    assert_eq!(percentile(&[0.0, 0.1, 0.2, 0.3, 0.4], 1.0), 0.4);
}

#[test]
fn the_percentiles_of_batch_1_become_32_and_192() {
    let dir = folder();
    let second = [1.0, 99.0, 50.0, 50.306_25, -1e9, 1e9].map(|v| line("6;10.000000", v)).concat();
    fs::write(dir.path().join("batch2.dat"), second).unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let set = folder.batch(2).unwrap();
    assert_eq!((set.len(), set.width(), set.classes(), set.label(0)), (6, 256, 6, 5));
    // 1 → 32, 99 → 192, 50 → 112, half a byte more → 112 (even), below and above → 0 and 255.
    let ends = |i: usize| (set.sample(i)[0], set.sample(i)[127], set.sample(i)[128], set.sample(i)[255]);
    let file =
        [(0, 0, 160, 160), (160, 160, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 224, 224), (255, 255, 0, 0)];
    let mixed: Vec<_> = order(6, 2, MIXED).into_iter().map(|i| file[i as usize]).collect();
    assert_eq!([0, 1, 2, 3, 4, 5].map(ends), *mixed);
    assert_ne!(mixed, file, "the samples of a batch are mixed");
    assert_eq!(folder.batch(1).unwrap().len(), 101);
    let missing = crate::error::render(&folder.batch(7).unwrap_err());
    assert!(missing.contains("batch7.dat") && missing.contains("data fetch gas-drift"), "{missing}");
}

#[test]
fn a_feature_that_never_changes_is_silent() {
    let scale = Scale::of(vec![3.5; 10]);
    assert_eq!([3.5, 0.0, 1e9].map(|v| scale.byte(v)), [112; 3]);
}

#[test]
fn packed_bytes_are_read_where_the_official_files_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let samples: Vec<u8> = [[112_u8; FEATURES], [0; FEATURES], [255; FEATURES]].concat();
    let bytes = npz(&[("x_batch3", &[3, 128], &samples), ("y_batch3", &[3], &[0, 1, 5])]);
    fs::write(dir.path().join(PACKED), bytes).unwrap();
    assert!(present(dir.path()));
    let folder = Folder::open(dir.path()).unwrap();
    let set = folder.batch(3).unwrap();
    let ends = |i: usize| (set.sample(i)[127], set.sample(i)[128], set.label(i));
    let mut found = [0, 1, 2].map(ends);
    found.sort_unstable();
    assert_eq!(found, [(0, 0, 0), (0, 224, 1), (255, 0, 5)], "each sample keeps its label");
    assert!(folder.batch(4).unwrap_err().to_string().contains("batch4.dat"));
    fs::write(dir.path().join(PACKED), npz(&[("x_batch3", &[1, 2], &[1, 2]), ("y_batch3", &[1], &[0])]))
        .unwrap();
    let narrow = Folder::open(dir.path()).unwrap().batch(3).unwrap_err().to_string();
    assert!(narrow.contains("128 features"), "{narrow}");
}

#[test]
fn wrong_lines_are_named() {
    let wrong = |text: &str| Batch::parse(text.as_bytes()).unwrap_err();
    let good = line("1", 0.5);
    assert_eq!(Batch::parse(format!("{good}\r\n{good}").as_bytes()).unwrap().labels, [0, 0]);
    assert_eq!(wrong(""), Cause::Empty);
    for (text, word) in [
        (line("7", 0.5), "`7` is no class"),
        (line("x", 0.5), "`x` is no class"),
        (good.replace(" 5:", " 6:"), "is not 5:NUMBER"),
        (good.replace("5:0.500000", "5:nan"), "is not 5:NUMBER"),
        (good.replace(" 128:0.500000", ""), "127 features, there are 128"),
        (good.replace(" \n", " 129:1 130:1\n"), "130 features, there are 128"),
    ] {
        let cause = wrong(&format!("{good}{text}"));
        assert!(matches!(&cause, Cause::GasLine { line: 2, message } if message.contains(word)), "{cause}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let _ = Batch::parse(&bytes);
    }

    #[test]
    fn any_numbers_never_panic(text in "[1-7;]{1,3}( [0-9]{1,3}:[-0-9.einfa]{1,6}){0,130}") {
        let _ = Batch::parse(text.as_bytes());
    }
}

/// The bytes of the real set are pinned: what the official files give, and what a packed file of them has.
#[test]
fn the_real_batches_have_known_bytes() {
    let Ok(split) = load() else {
        eprintln!("skipped: gas-drift is not in the cache (`hebbit data fetch gas-drift`)");
        return;
    };
    assert_eq!((split.train.len(), split.test.len(), split.test.classes()), (TRAIN, TEST, CLASSES));
    assert_eq!((split.train.digest(), split.test.digest()), (DIGESTS.0, DIGESTS.1));
}

/// CRC-32C of training and test part.
const DIGESTS: (u32, u32) = (3_701_136_718, 2_835_542_686);
