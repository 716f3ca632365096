//! Bad input: one clear block, the documented exit code, nothing overwritten.

use crate::{folder, hebbit, refuses, small_network, text};
use std::fs;
use std::io::Write as _;
use std::path::Path;

fn learn_from(path: &Path) -> Vec<&str> {
    vec!["learn", "--samples", "10", "--data", text(path)]
}

/// Two pictures of 2 x 2 and their labels, as IDX.
fn idx(dir: &Path) -> std::path::PathBuf {
    let pictures = [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2][..], &[9; 8]].concat();
    fs::write(dir.join("train-images-idx3-ubyte"), pictures).expect("written");
    fs::write(dir.join("train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]).expect("written");
    dir.join("train-images-idx3-ubyte")
}

#[test]
fn damaged_data_sets() {
    let dir = folder();
    let pictures = idx(dir.path());
    hebbit().args(learn_from(dir.path())).assert().success();
    fs::write(&pictures, &fs::read(&pictures).expect("read")[..20]).expect("written");
    refuses(3, "hebbit::data::truncated", &learn_from(dir.path()));
    let labels = fs::read(dir.path().join("train-labels-idx1-ubyte")).expect("read");
    fs::write(&pictures, labels).expect("written");
    let message = refuses(3, "hebbit::data::magic", &learn_from(dir.path()));
    assert!(message.contains("help:"), "{message}");
    let gz = dir.path().join("digits.csv.gz");
    fs::write(&gz, b"this is no gzip").expect("written");
    refuses(3, "hebbit::data::gzip", &learn_from(&gz));
    let csv = dir.path().join("digits.csv");
    fs::write(&csv, "1,0,0,9\n2,0,0\n").expect("written");
    let message = refuses(3, "hebbit::data::ragged", &learn_from(&csv));
    assert!(message.contains('2'), "it names the line: {message}");
    fs::write(&csv, "0,1,2\n1,3,4\n").expect("written");
    let message = refuses(3, "hebbit::data::which_label", &learn_from(&csv));
    assert!(message.contains("?label=NAME"), "{message}");
    refuses(2, "hebbit::unknown_name", &["learn", "--data", "minni"]);
}

/// An `.npy` array of format 1.0.
fn npy(kind: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    let header = format!("{header:<117}\n");
    [&b"\x93NUMPY\x01\x00\x76\x00"[..], header.as_bytes(), bytes].concat()
}

#[test]
fn numbers_that_are_none() {
    let dir = folder();
    let (x, y) = (dir.path().join("x.npy"), dir.path().join("y.npy"));
    let pixels = |last: f32| [0.0, 0.5, 1.0, last].map(f32::to_le_bytes).concat();
    fs::write(&y, npy("|u1", "(2,)", &[0, 1])).expect("written");
    fs::write(&x, npy("<f4", "(2, 2)", &pixels(0.25))).expect("written");
    hebbit().args(learn_from(&x)).assert().success();
    for wrong in [f32::NAN, f32::INFINITY] {
        fs::write(&x, npy("<f4", "(2, 2)", &pixels(wrong))).expect("written");
        let message = refuses(3, "hebbit::data::value", &learn_from(&x));
        assert!(message.contains("help:"), "{message}");
    }
    // Any other number has a scale.
    fs::write(&x, npy("<f4", "(2, 2)", &pixels(-300.0))).expect("written");
    hebbit().args(learn_from(&x)).assert().success();
}

#[test]
fn options_that_do_not_fit() {
    let message = refuses(2, "hebbit::unknown_name", &["reproduce", "--only", "nonsense"]);
    assert!(message.contains("burst-count") && message.contains("surrogate"), "{message}");
    let message = refuses(2, "hebbit::unknown_name", &["learn", "--rule", "brust"]);
    assert!(message.contains("burst"), "it suggests the right one: {message}");
    refuses(2, "hebbit::unknown_name", &["learn", "--set", "targe=3"]);
    refuses(2, "hebbit::usage", &["learn", "--set", "leak=99999"]);
    refuses(2, "hebbit::shape", &["learn", "--layers", "100-10"]);
    refuses(2, "hebbit::shape", &["learn", "--layers", "784-9"]);
    refuses(2, "hebbit::usage", &["learn", "--layers", "784"]);
    refuses(2, "hebbit::usage", &["learn", "--layers", "784-x-10"]);
    refuses(2, "hebbit::usage", &["learn", "--rate", "8"]);
    refuses(2, "hebbit::usage", &["learn", "--rate=-2000000000,3"]);
    refuses(2, "hebbit::usage", &["learn", "--rate=-60,3"]);
    refuses(2, "hebbit::usage", &["learn", "--rule", "stdp", "--decay", "100"]);
    refuses(2, "hebbit::usage", &["learn", "--validation", "6000"]);
    refuses(2, "hebbit::usage", &["learn", "--seed", "many"]);
    refuses(2, "hebbit::usage", &["learn", "--ticks", "0"]);
    refuses(2, "hebbit::usage", &["learn", "--weights", "i4"]);
    refuses(2, "hebbit::usage", &["eval"]);
    let message = refuses(2, "hebbit::usage", &["lern"]);
    assert!(message.contains("'learn'"), "it suggests the right one: {message}");
    hebbit().assert().code(2);
}

#[test]
fn outputs_that_cannot_be_written() {
    let dir = folder();
    let missing = dir.path().join("no").join("such").join("net.hbt");
    refuses(6, "hebbit::io::write", &["learn", "--samples", "10", "--out", text(&missing)]);
    refuses(6, "hebbit::io::write", &["learn", "--samples", "10", "--report", text(dir.path())]);
    refuses(6, "hebbit::io::write", &["demo", "--out", text(&missing)]);
}

#[test]
fn damaged_checkpoints() {
    let dir = folder();
    let whole = small_network(dir.path());
    let bytes = fs::read(&whole).expect("read");
    let bad = dir.path().join("bad.hbt");
    let mut tried = 0;
    let mut try_bytes = |bytes: &[u8]| {
        fs::File::create(&bad).and_then(|mut file| file.write_all(bytes)).expect("written");
        refuses(3, "hebbit::checkpoint", &["inspect", text(&bad)]);
        tried += 1;
    };
    for len in [0, 1, 39, 40, 100, bytes.len() / 2, bytes.len() - 1] {
        try_bytes(&bytes[..len]);
    }
    // Every byte of the header, then all over the file.
    for i in 0..300 {
        let mut flipped = bytes.clone();
        let at = if i < 40 { i } else { i * 7_919 % bytes.len() };
        flipped[at] ^= 1 << (i % 8);
        try_bytes(&flipped);
    }
    assert_eq!(tried, 307);
    refuses(3, "hebbit::io::read", &["eval", text(&dir.path().join("none.hbt"))]);
    refuses(3, "hebbit::checkpoint", &["learn", "--resume", text(&bad)]);
    assert_eq!(fs::read(&whole).expect("read"), bytes, "nothing was overwritten");
}

#[test]
fn a_resumed_run_takes_no_other_options() {
    let dir = folder();
    let path = small_network(dir.path());
    let before = fs::read(&path).expect("read");
    refuses(2, "hebbit::usage", &["learn", "--resume", text(&path), "--layers", "784-10"]);
    let other = dir.path().join("other");
    fs::create_dir(&other).expect("made");
    idx(&other);
    refuses(2, "hebbit::shape", &["learn", "--resume", text(&path), "--data", text(&other)]);
    refuses(2, "hebbit::shape", &["eval", text(&path), "--data", text(&other)]);
    assert_eq!(fs::read(&path).expect("read"), before, "nothing was overwritten");
}

#[test]
fn weights_that_are_no_weights() {
    let dir = folder();
    let (npz, out) = (dir.path().join("w.npz"), dir.path().join("net.hbt"));
    fs::write(&npz, b"no archive").expect("written");
    let args = ["quantize", text(&npz), "--layers", "4-2", "--out", text(&out)];
    let output = hebbit().args(args).assert().code(3).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error[hebbit::"));
    assert!(!out.exists());
}

/// The reason, and the nearest thing that works, before any work is done.
#[test]
fn rules_say_what_they_cannot_do() {
    let cases: [(&str, &[&str], &str); 7] = [
        ("dh-equilibrium", &["--feedback", "sign"], "--feedback tied"),
        ("dh-predictive", &["--encoder", "poisson"], "--encoder graded"),
        ("dh-control", &["--feedback", "keyed"], "--feedback sign"),
        ("drtp", &["--feedback", "tied"], "--feedback keyed"),
        ("triplet", &["--encoder", "graded"], "--encoder rate"),
        ("burst", &["--form", "rate", "--ticks", "8"], "--form count"),
        ("stdp", &["--form", "triplet"], "instar, pair"),
    ];
    for (rule, options, nearest) in cases {
        let args = [&["learn", "--samples", "5", "--rule", rule], options].concat();
        let message = refuses(2, "hebbit::usage", &args);
        assert!(message.contains(nearest), "{rule}: {message}");
    }
    let message = refuses(2, "hebbit::usage", &["learn", "--rule", "bp"]);
    assert!(message.contains("reproduce"), "{message}");
    refuses(2, "hebbit::unknown_name", &["learn", "--data", "mini?classes=1,x"]);
    refuses(2, "hebbit::unknown_name", &["learn", "--data", "mini?classes=0,77"]);
}
