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
    hebbit().args(learn_from(dir.path())).args(["--layers", "4-3-2"]).assert().success();
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
    fs::write(&csv, "1,0,0,9\n255,0,0,1\n").expect("written");
    refuses(3, "hebbit::data::label", &learn_from(&csv));
    refuses(2, "hebbit::unknown_name", &["learn", "--data", "minni"]);
}

#[test]
fn options_that_do_not_fit() {
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
    hebbit().args(["learn", "--seed", "many"]).assert().code(2);
    hebbit().args(["learn", "--ticks", "0"]).assert().code(2);
    hebbit().arg("lern").assert().code(2);
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
    for i in 0..40 {
        let mut flipped = bytes.clone();
        let at = if i < 20 { i * 2 } else { i * 7_919 % bytes.len() };
        flipped[at] ^= 1 << (i % 8);
        try_bytes(&flipped);
    }
    assert_eq!(tried, 47);
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
