//! Directories and files, each kind under the names that people give them.

use std::fs;
use std::path::Path;

use super::files::read;
use super::query::Query;
use super::raw::{Numbers, RawSet};
use super::reader::Reading;
use super::tests::npz;
use super::{cifar, idx, wav};
use crate::error::render;

fn write(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn sets(spec: &str) -> Vec<RawSet> {
    let query = Query::parse(spec).unwrap();
    read(&query, &Reading::of(&query)).unwrap_or_else(|e| panic!("{spec}: {}", render(&e)))
}

fn refused(spec: &str) -> String {
    let query = Query::parse(spec).unwrap();
    render(&read(&query, &Reading::of(&query)).unwrap_err())
}

fn lengths(spec: &str) -> Vec<usize> {
    sets(spec).iter().map(RawSet::len).collect()
}

#[test]
fn idx_has_many_names() {
    for [train, test] in [
        ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"],
        ["train-images.idx3-ubyte", "t10k-images.idx3-ubyte"],
        ["emnist-letters-train-images-idx3-ubyte", "emnist-letters-test-images-idx3-ubyte"],
    ] {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let whole =
            super::Dataset::new("d", Some((1, 2)), 2, vec![1, 2, 3, 4, 5, 6], vec![1, 26, 3]).unwrap();
        for (name, set) in [(train, whole.clone()), (test, whole.head(1))] {
            let labels = name.replace("images", "labels").replace("idx3", "idx1");
            write(dir, name, idx::encode_pictures(&set));
            write(dir, &format!("{labels}.gz"), super::bytes::gzip(&idx::encode_labels(&set)));
        }
        assert_eq!(lengths(dir.to_str().unwrap()), [3, 1], "{train}");
        assert_eq!(lengths(dir.join(train).to_str().unwrap()), [3]);
        // A second set in the same directory is not chosen for the user.
        write(dir, "other-train-images-idx3-ubyte", "");
        assert!(refused(dir.to_str().unwrap()).contains("more than one set: "), "{train}");
    }
}

#[test]
fn archives_have_many_names() {
    let dir = tempfile::tempdir().unwrap();
    let of = |names: &[&str]| {
        let array = |name: &&'static str| -> (&'static str, &'static [usize], &'static [u8]) {
            if name.to_lowercase().starts_with(['x', 'd']) || name.ends_with("images") {
                (name, &[2, 2], &[1, 2, 3, 4])
            } else {
                (name, &[2], &[7, 5])
            }
        };
        let names: Vec<&'static str> = names.iter().map(|name| &*name.to_string().leak()).collect();
        write(dir.path(), "a.npz", npz(&names.iter().map(array).collect::<Vec<_>>()))
    };
    for names in [
        &["X", "y"][..],
        &["data", "target"],
        &["data", "targets"],
        &["x_train", "y_train"],
        &["X_TEST", "Y_TEST"],
        &["train_images", "train_labels"],
    ] {
        let set = sets(&of(names)).remove(0);
        assert_eq!(
            (set.shape.as_slice(), set.labels.unwrap().names),
            (&[2][..], vec!["5".to_owned(), "7".into()]),
            "{names:?}"
        );
        assert_eq!(set.numbers, Numbers::Bytes(vec![1, 2, 3, 4]));
    }
    let both = of(&["X_train", "y_train", "X_test", "y_test"]);
    assert_eq!((lengths(&both), lengths(&format!("{both}?part=test"))), (vec![2, 2], vec![2]));
    assert!(refused(&of(&["data"])).contains("has no array `target`"));
    assert!(refused(&format!("{}?drop=a", of(&["x", "y"]))).contains("is no table"));
}

#[test]
fn a_sample_is_not_wider_than_a_network() {
    let dir = tempfile::tempdir().unwrap();
    let wide = |width: usize| {
        let x = vec![0; width];
        write(dir.path(), "wide.npz", npz(&[("x", &[1, width], &x), ("y", &[1], &[0])]))
    };
    assert!(
        refused(&wide(65_536)).contains("65536 values per sample; a network takes at most 65,534 values")
    );
    assert_eq!(lengths(&wide(65_534)), [1]);
}

#[test]
fn records_of_cifar_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, record) = (dir.path(), cifar::tests::record);
    for i in 1..=2 {
        write(dir, &format!("data_batch_{i}.bin"), record(&[i]));
    }
    let test = write(dir, "test_batch.bin", record(&[3]));
    assert_eq!(lengths(dir.to_str().unwrap()), [2, 1]);
    assert_eq!(lengths(&format!("{}?part=test", dir.display())), [1]);
    write(dir, "batches.meta.txt", "airplane\nautomobile\nbird\ncat\n");
    let set = sets(&test).remove(0);
    assert_eq!((set.shape, set.labels.unwrap().names), (vec![32, 32, 3], vec!["cat".to_owned()]));
    assert!(refused(&write(dir, "w.bin", "x")).contains("1 bytes are no whole records"));
}

#[test]
fn folders_are_classes_with_parts_or_without() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    for (name, values) in [("on/a.wav", [1, 2]), ("off/a.wav", [3, 4])] {
        write(&whole, name, wav::tests::wav(1, 8000, &values));
    }
    assert_eq!(lengths(whole.to_str().unwrap()), [2]);
    assert!(refused(&format!("{}?part=train", whole.display())).contains("leave out ?part="));
    for name in ["train/on/a.wav", "train/off/a.wav", "test/on/a.wav"] {
        write(dir.path(), name, wav::tests::wav(1, 8000, &[1, 2]));
    }
    fs::remove_dir_all(&whole).unwrap();
    assert_eq!(lengths(dir.path().to_str().unwrap()), [2, 1]);
    // A single recording has no label; a network reads it.
    let one = dir.path().join("test/on/a.wav");
    let query = Query::parse(one.to_str().unwrap()).unwrap();
    assert!(refused(one.to_str().unwrap()).contains("give the folder whose folders are the classes"));
    let read = read(&query, &Reading { width: Some(2), ..Reading::default() }).unwrap();
    assert_eq!((read[0].len(), &read[0].labels), (1, &None));
}

#[test]
fn what_is_not_there_is_not_found() {
    let dir = tempfile::tempdir().unwrap();
    assert!(
        refused(dir.path().join("gone.csv").to_str().unwrap())
            .contains("gone.csv: cannot be read: not found")
    );
    let empty = refused(dir.path().to_str().unwrap());
    assert!(
        empty.contains("train.csv") && empty.contains("data_batch_1.bin") && empty.contains(".wav"),
        "{empty}"
    );
    assert!(refused("nothing-of-that-name").contains("mnist"));
    assert!(refused(&write(dir.path(), "a.xlsx", b"PK\x03\x04")).contains(".csv"));
    assert!(refused(&write(dir.path(), "a.csv", b"PK\x03\x04")).contains("spreadsheet"));
    assert!(
        refused(&write(dir.path(), "a.tsv", "label\ta\n0\tx\n1\t2\n0\t3\n")).contains("line 2, column `a`")
    );
}
