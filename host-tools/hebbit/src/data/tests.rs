//! Whole files and directories, right and wrong, as a user has them.

use std::fs;
use std::path::Path;

use super::*;
use crate::error::{Error, render};

/// A set of `samples` samples, 2 × 2, whose labels go round 0, 1, 2.
fn set(samples: usize) -> Dataset {
    let pixels = (0..samples * 4).map(|i| i as u8).collect();
    let labels = (0..samples).map(|i| (i % 3) as u8).collect();
    Dataset::new("set", Some((2, 2)), 4, pixels, labels).unwrap()
}

fn write_idx(dir: &Path, part: &str, set: &Dataset, packed: bool) {
    let files = [("images-idx3", idx::encode_pictures(set)), ("labels-idx1", idx::encode_labels(set))];
    for (what, bytes) in files {
        let (end, bytes) = if packed { (".gz", bytes::gzip(&bytes)) } else { ("", bytes) };
        fs::write(dir.join(format!("{part}-{what}-ubyte{end}")), bytes).unwrap();
    }
}

fn npy(kind: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let dict = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    let length = (dict.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], dict.as_bytes(), bytes].concat()
}

/// An archive of arrays of one dimension more than their bytes need: name, shape, bytes.
pub(super) fn npz(arrays: &[(&str, &[usize], &[u8])]) -> Vec<u8> {
    let named =
        |&(name, shape, values): &(&str, &[usize], &[u8])| (name.to_owned(), shape.to_vec(), values.to_vec());
    super::npy::pack("|u1", false, &arrays.iter().map(named).collect::<Vec<_>>()).unwrap()
}

fn path(dir: &Path, name: &str) -> String {
    dir.join(name).to_str().unwrap().to_owned()
}

/// What is said about that file.
fn told(spec: &str) -> String {
    let error = load_plain(spec).unwrap_err();
    let of_input =
        matches!(error, Error::Data(_) | Error::Io { .. } | Error::Usage { .. } | Error::UnknownName { .. });
    assert!(of_input, "{error}");
    render(&error)
}

#[test]
fn a_directory_of_idx_plain_or_packed() {
    for packed in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        write_idx(dir.path(), "train", &set(12), packed);
        let alone = load_plain(dir.path().to_str().unwrap()).unwrap();
        assert_eq!((alone.train.len(), alone.test.len()), (10, 2));
        write_idx(dir.path(), "t10k", &set(2), packed);
        let split = load_plain(dir.path().to_str().unwrap()).unwrap();
        assert_eq!((split.train.len(), split.test.len()), (12, 2));
        assert_eq!((split.train.sample(11), split.train.shape), (&[44, 45, 46, 47][..], Some((2, 2))));
        // Two test samples have classes 0 and 1 only, but the set has three.
        assert_eq!((split.train.classes(), split.test.classes()), (3, 3));
    }
}

#[test]
fn a_directory_of_csv_or_npz() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("train.npz"), npz(&[("x", &[2, 2], &[1, 2, 3, 4]), ("y", &[2], &[0, 1])]))
        .unwrap();
    fs::write(dir.path().join("test.npz"), npz(&[("x", &[1, 2], &[5, 6]), ("y", &[1], &[2])])).unwrap();
    let split = load_plain(dir.path().to_str().unwrap()).unwrap();
    assert_eq!(
        (split.train.sample(1), split.test.sample(0), split.train.classes()),
        (&[3, 4][..], &[5, 6][..], 3)
    );
    // CSV comes before NPZ.
    fs::write(dir.path().join("train.csv"), "7,8,1\n9,9,0\n").unwrap();
    fs::write(dir.path().join("test.csv.gz"), bytes::gzip(b"1,2,1\n")).unwrap();
    let split = load_plain(&format!("{}?label=last", dir.path().display())).unwrap();
    assert_eq!((split.train.sample(0), split.test.sample(0)), (&[7, 8][..], &[1, 2][..]));
    fs::write(dir.path().join("test.csv"), "1,2,3,1\n").unwrap();
    assert!(
        told(&format!("{}?label=last", dir.path().display()))
            .contains("test.csv: 3 values per sample, but 2 in training")
    );
}

#[test]
fn one_file_of_each_kind() {
    let dir = tempfile::tempdir().unwrap();
    let check = |name: &str, bytes: Vec<u8>| {
        fs::write(dir.path().join(name), bytes).unwrap();
        let split = load_plain(&path(dir.path(), name)).unwrap();
        assert_eq!((split.train.len(), split.test.len()), (2, 1), "{name}");
        assert_eq!(split.test.iter().next(), Some((&[5, 6][..], 2)), "{name}");
    };
    let x = npy("|u1", "3, 2", &[1, 2, 3, 4, 5, 6]);
    fs::write(dir.path().join("y_all.npy"), npy("|u1", "3,", &[0, 1, 2])).unwrap();
    check("x_all.npy", x.clone());
    check("x_all.npy.gz", bytes::gzip(&x));
    check("a.csv", b"label,a,b\n0,1,2\n1,3,4\n2,5,6\n".to_vec());
    check("b.CSV.gz", bytes::gzip(b"label,a,b\n0,1,2\n1,3,4\n2,5,6\n"));
    check("c.npz", npz(&[("x", &[3, 2], &[1, 2, 3, 4, 5, 6]), ("y", &[3], &[0, 1, 2])]));
    let keras: [(&str, &[usize], &[u8]); 4] = [
        ("x_train", &[2, 2], &[1, 2, 3, 4]),
        ("y_train", &[2], &[0, 1]),
        ("x_test", &[1, 2], &[5, 6]),
        ("y_test", &[1], &[2]),
    ];
    check("d.npz", npz(&keras));
    check("e.npz.gz", bytes::gzip(&npz(&keras)));
    write_idx(dir.path(), "my", &set(12), false);
    let split = load_plain(&path(dir.path(), "my-images-idx3-ubyte")).unwrap();
    assert_eq!((split.train.len(), split.test.len()), (10, 2));
}

#[test]
fn every_wrong_file_is_told_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let say = |name: &str, bytes: &[u8], code: &str, words: &[&str]| {
        fs::write(dir.join(name), bytes).unwrap();
        let told = told(&path(dir, name));
        assert!(told.starts_with(&format!("error[hebbit::data::{code}]: ")), "{told}");
        assert!(told.contains(dir.to_str().unwrap()), "{told}");
        assert!(words.iter().all(|word| told.contains(word)), "{told}");
        assert_eq!(told.lines().count(), 2, "{told}");
    };
    write_idx(dir, "a", &set(12), false);
    let (pictures, labels) = (idx::encode_pictures(&set(12)), idx::encode_labels(&set(12)));
    let images = "a-images-idx3-ubyte";
    say(images, &pictures[..50], "truncated", &["ends after 50 bytes", "promises 64"]);
    say(images, &[&pictures[..], &[1]].concat(), "trailing", &["65 bytes", "from byte 64"]);
    say(images, &labels, "magic", &["00000801", "these are labels"]);
    say(
        images,
        &idx::encode_pictures(&set(11)),
        "count",
        &["11 samples, but 12 labels", "a-labels-idx1-ubyte"],
    );
    say(images, &[0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2], "empty", &["no samples"]);
    say(images, &[&[0, 0, 8, 3][..], &[255; 12]].concat(), "dimensions", &["4294967295"]);
    say(images, b"", "magic", &["nothing at all"]);
    say("a-images-idx3-ubyte.gz", &pictures, "gzip", &["does not begin"]);
    say("a-images-idx3-ubyte.gz", b"\x1f\x8b garbage", "gzip", &["after 0"]);
    say("a-images-idx3-ubyte.gz", &bytes::gzip(&pictures)[..40], "gzip", &[]);
    say("b-images-idx3-ubyte", &pictures, "no_labels", &["b-labels-idx1-ubyte and b-labels-idx1-ubyte.gz"]);
    say("pictures", &pictures, "no_labels", &["neither"]);
    say("letter.pdf", b"%PDF-1.4", "magic", &["25504446", ".csv"]);
    say("a.csv", b"1,2,3\n1,2\n", "ragged", &["line 2 has 2 cells", "have 3"]);
    say("a.csv", b"label,a\n1,2\n1,zwei\n", "cell", &["line 3, column `a`", "`zwei`"]);
    say("a.csv", b"label,a\n1,2\n1,nan\n", "missing", &["line 3, column `a`", "nan"]);
    say("a.csv", b"", "empty", &[]);
    say("a.csv", b"label,a\n1,2\n", "single", &[]);
    say("a.npz", b"PK\x03\x04 and nothing", "npy", &["NPZ"]);
    say("a.npz", &npz(&[("weights", &[1, 1], &[1])]), "no_array", &["`x`", "weights"]);
    say(
        "a.npz",
        &npz(&[("x", &[2, 1], &[1, 2]), ("y", &[1], &[1])]),
        "count",
        &["2 samples, but 1 labels", "`y`"],
    );
    say(
        "a.npz",
        &npz(&[("x_train", &[2, 1], &[1, 2]), ("x_test", &[2, 1], &[1, 2])]),
        "no_array",
        &["`y_train`"],
    );
    say(
        "a.npz",
        &npz(&[("x_a", &[2, 1], &[1, 2]), ("y_a", &[2], &[1, 1])]),
        "no_array",
        &["`x`", "?part=NAME"],
    );
    say("x.npy", &npy("|u1", "2, 2", &[1, 2, 3, 4]), "no_labels", &["y.npy"]);
    fs::write(dir.join("y.npy"), npy("|u1", "2,", &[1, 255])).unwrap();
    let nan = [0f32, 1.0, f32::NAN, 0.0].map(f32::to_le_bytes).concat();
    say("x.npy", &npy("<f4", "2, 2", &nan), "value", &["sample 1, value 0", "NaN"]);
    say("x.npy", &npy("|u1", "2, 2", &[1]), "truncated", &[]);
}

#[test]
fn what_is_not_there_is_told() {
    let dir = tempfile::tempdir().unwrap();
    assert!(told(dir.path().to_str().unwrap()).starts_with("error[hebbit::data::no_set]"));
    assert!(told(&path(dir.path(), "gone.csv")).starts_with("error[hebbit::io::read]"));
    assert!(told("mnits").contains("did you mean `mnist`?"));
    assert!(told("a.csv?labels=middle").contains("?label=NAME, ?label=first"));
    assert!(told("mini?label=last").contains("`mini` is no table"));
    assert!(told("mini?part=validation").contains("its parts are: train, test"));
    assert!(told("mit-bih").contains("is fetched as it was published"));
    let absent = render(&fetched(&Query::default(), dir.path(), &MNIST).unwrap_err());
    assert!(absent.starts_with("error[hebbit::data::not_fetched]: mnist: "), "{absent}");
    assert!(absent.contains("run [:data fetch mnist]"), "{absent}");
}

#[test]
fn the_named_sets_are_listed() {
    let list = list();
    let names: Vec<&str> = list.iter().map(|set| set.name).collect();
    assert_eq!(names, ["mini", "mnist", "gas-drift", "cifar10", "fsdd", "mit-bih"]);
    // What has samples is what can be loaded.
    let loaded: Vec<&str> = list.iter().filter(|set| set.train.is_some()).map(|set| set.name).collect();
    assert_eq!(loaded, NAMES);
    assert!(list[0].present && list[0].place.is_none());
}

/// Values as they are, the last sixth for testing.
fn load_plain(spec: &str) -> Result<Split> {
    let scaling = Scaling { method: Some(Method::None), ..Scaling::default() };
    let Prepared { train, test, .. } = prepare(spec, &Preparation { scaling, split: SplitRule::LAST_SIXTH })?;
    Ok(Split { train, test })
}

fn known(spec: &str) -> Result<Loaded> {
    read(spec, &Known::default())
}

fn lines(lines: usize) -> Known {
    Known { schema: None, lines: Some(lines) }
}

/// How many samples each reading of a specification has: as it is split, tested, streamed.
fn counts(spec: &str) -> (usize, usize, usize, usize) {
    let loaded = known(spec).unwrap();
    let split = loaded.clone().split(SplitRule::default()).unwrap();
    let (tested, (streamed, _)) = (loaded.clone().whole_or_test(), loaded.learn_and_test());
    (split.train.len(), split.test.len(), tested.set.len(), streamed.len())
}

#[test]
fn a_file_of_one_part_is_that_part_whole() {
    let dir = tempfile::tempdir().unwrap();
    let text: String = (0..12).map(|i| format!("{},{i}\n", i % 2)).collect();
    let text = format!("label,a\n{text}");
    for name in ["one.csv", "test.csv"] {
        fs::write(dir.path().join(name), &text).unwrap();
        assert_eq!(counts(&path(dir.path(), name)), (10, 2, 12, 12), "{name}");
    }
    // The directory has a test part only.
    assert_eq!(counts(dir.path().to_str().unwrap()), (10, 2, 12, 12));
    let (x, y): (Vec<u8>, Vec<u8>) = ((0..12).collect(), (0..12).map(|i| i % 2).collect());
    for part in ["", "_train", "_test"] {
        let (nx, ny) = (format!("x{part}"), format!("y{part}"));
        let bytes = npz(&[(&nx, &[12, 1], &x), (&ny, &[12], &y)]);
        fs::write(dir.path().join("one.npz"), bytes).unwrap();
        assert_eq!(counts(&path(dir.path(), "one.npz")), (10, 2, 12, 12), "{part}");
    }
    assert_eq!(counts("mini"), (6000, 1000, 1000, 6000));
    assert_eq!(counts("mini?part=train"), (5000, 1000, 6000, 6000));
}

#[test]
fn parts_are_chosen_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let arrays: [(&str, &[usize], &[u8]); 6] = [
        ("x_b2", &[2, 1], &[1, 2]),
        ("y_b2", &[2], &[0, 1]),
        ("x_b10", &[1, 1], &[3]),
        ("y_b10", &[1], &[4]),
        ("x_wide", &[1, 2], &[5, 6]),
        ("y_wide", &[1], &[0]),
    ];
    fs::write(dir.path().join("parts.npz"), npz(&arrays)).unwrap();
    let file = path(dir.path(), "parts.npz");
    let chosen = known(&format!("{file}?part=b10,b2")).unwrap().whole_or_test();
    let samples: Vec<(&[u8], u8)> = chosen.set.iter().collect();
    assert_eq!(samples, [(&[3][..], 4), (&[1], 0), (&[2], 1)]);
    assert_eq!((chosen.set.classes(), chosen.described()), (5, format!("the parts b10, b2 of {file}")));
    // Classes are renumbered after parts are joined.
    let some = known(&format!("{file}?classes=4,0&part=b2,b10")).unwrap_err();
    assert!(matches!(some, Error::UnknownName { .. }), "the part b2 has no class 4: {some}");
    assert!(told(&format!("{file}?part=b3")).contains("its parts are: b2, b10, wide"));
    assert!(
        told(&format!("{file}?part=b2,wide")).contains("2 values per sample, but 1 in the parts before it")
    );
    fs::write(dir.path().join("one.csv"), "0,1\n1,2\n").unwrap();
    assert!(told(&path(dir.path(), "one.csv?part=train")).contains("leave out ?part="));
    assert!(
        matches!(known("mini?part=test&classes=3,5").unwrap().parts, Parts::One { set, .. } if set.len() == 200)
    );
}

#[test]
fn answers_need_no_labels() {
    let dir = tempfile::tempdir().unwrap();
    let of = |name: &str, bytes: &[u8]| {
        fs::write(dir.path().join(name), bytes).unwrap();
        inputs(&path(dir.path(), name), &lines(2)).unwrap()
    };
    let bare = [
        of("a.csv", b"1,2\n3,4\n"),
        of("a.npz", &npz(&[("x", &[2, 2], &[1, 2, 3, 4])])),
        of("b.npz", &npz(&[("x_test", &[2, 2], &[1, 2, 3, 4]), ("x_train", &[1, 2], &[9, 9])])),
        of("x.npy", &npy("|u1", "2, 2", &[1, 2, 3, 4])),
    ];
    for inputs in bare {
        assert_eq!(inputs.iter().collect::<Vec<_>>(), [(&[1, 2][..], None), (&[3, 4], None)]);
    }
    let labelled = of("b.csv", b"label,p,q\n7,1,2\n8,3,4\n");
    assert_eq!(labelled.iter().collect::<Vec<_>>(), [(&[1, 2][..], Some(7)), (&[3, 4], Some(8))]);
    let pictures = idx::encode_pictures(&set(3));
    fs::write(dir.path().join("some-images-idx3-ubyte"), pictures).unwrap();
    assert!(!inputs(&path(dir.path(), "some-images-idx3-ubyte"), &lines(4)).unwrap().labelled());
    assert_eq!(inputs("mini", &lines(784)).unwrap().len(), mini::TEST);
    // Labels that are there must be right, and samples must fit.
    fs::write(dir.path().join("y.npy"), npy("|u1", "3,", &[0, 1, 2])).unwrap();
    let error = render(&inputs(&path(dir.path(), "x.npy"), &lines(2)).unwrap_err());
    assert!(error.contains("2 samples, but 3 labels"), "{error}");
    let error = render(&inputs("mini", &lines(3)).unwrap_err());
    assert!(error.contains("mini/test: each sample: 784 values, the network takes 3"), "{error}");
}
