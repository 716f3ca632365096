//! Data as people have them: what is easily read wrongly, and what is right.

use super::predict::prints;
use super::{folder, hebbit, json, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Values of sample `i` of a class: three groups of four, of which the class's own is high. A little noise.
fn values(class: usize, i: usize) -> Vec<f64> {
    let noise = |v: usize| ((i * 37 + v * 101 + class * 13) % 17) as f64 / 100.0;
    (0..12).map(|v| if v / 4 == class { 0.8 + noise(v) } else { 0.05 + noise(v) }).collect()
}

/// A table of samples of three classes, each written by `row`.
fn table(dir: &Path, name: &str, head: &str, row: impl Fn(usize, &[f64]) -> String) -> PathBuf {
    let rows: String = (0..72).map(|i| row(i % 3, &values(i % 3, i)) + "\n").collect();
    let path = dir.join(name);
    fs::write(&path, format!("{head}{rows}")).expect("written");
    path
}

fn cells(values: &[f64], text: impl Fn(f64) -> String) -> String {
    values.iter().map(|&x| text(x)).collect::<Vec<_>>().join(",")
}

fn learn(data: &Path) -> Value {
    json(&["learn", "--data", text(data), "--samples", "2000"])
}

#[test]
fn both_parts_are_scaled_by_the_training_part() {
    let dir = folder();
    let row = |class: usize, values: &[f64]| format!("{class},{}", cells(values, |x| format!("{x:.3}")));
    table(dir.path(), "train.csv", "", row);
    // One value is above 1, which the training part never is.
    let test = table(dir.path(), "test.csv", "", row);
    let rows = fs::read_to_string(&test).expect("text").replacen("0.800", "1.030", 1);
    fs::write(&test, rows).expect("written");
    assert_eq!(learn(dir.path())["test_accuracy"], 100.0);
}

#[test]
fn equal_numbers_make_equal_networks() {
    let dir = folder();
    let bit = |x: f64| if x > 0.5 { 1 } else { 0 };
    let whole = |class: usize, values: &[f64]| format!("{class},{}", cells(values, |x| bit(x).to_string()));
    let point =
        |class: usize, values: &[f64]| format!("{class},{}", cells(values, |x| format!("{}.0", bit(x))));
    let (ints, floats) = (table(dir.path(), "i.csv", "", whole), table(dir.path(), "f.csv", "", point));
    let (ints, floats) = (learn(&ints), learn(&floats));
    assert_eq!((&ints["digest"], &ints["test_accuracy"]), (&floats["digest"], &floats["test_accuracy"]));
    assert_eq!(ints["test_accuracy"], 100.0);
    table(dir.path(), "train.csv", "", point);
    table(dir.path(), "test.csv", "", whole);
    assert_eq!(learn(dir.path())["test_accuracy"], 100.0);
    // As it stands, the range is hardly used, and that is said.
    let told = hebbit()
        .args(["learn", "--scale", "none", "--samples", "100", "--data", text(dir.path())])
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains("the greatest value is 1 of 255: --scale minmax"), "{told}");
}

#[test]
fn a_sorted_file_is_split_by_class() {
    let dir = folder();
    let path = dir.path().join("sorted.csv");
    let row =
        |i: usize| format!("{},{}\n", i / 24, cells(&values(i / 24, i), |x| format!("{:.0}", x * 200.0)));
    fs::write(&path, (0..72).map(row).collect::<String>()).expect("written");
    let network = dir.path().join("n.hbt");
    let learned = json(&["learn", "--data", text(&path), "--samples", "2000", "--out", text(&network)]);
    assert_eq!(learned["test_accuracy"], 100.0);
    // What the run left out is of each class its share.
    let eval = json(&["eval", text(&network)]);
    let counts: Vec<u64> =
        eval["per_class"].as_array().expect("a list").iter().filter_map(|c| c["samples"].as_u64()).collect();
    assert_eq!((counts, &eval["part"]), (vec![4, 4, 4], &Value::from("held-out")));
    let output = hebbit()
        .args(["learn", "--data", text(&path), "--split-in-order", "--samples", "100"])
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("learned, but never tested: class 0, 1"), "{told}");
}

/// Words as labels, values of a sensor that are negative, in the order of the file: learned, tested, answered by the same scale.
#[test]
fn a_network_knows_its_classes_and_its_scale() {
    let dir = folder();
    let names = ["rock", "paper", "scissors"];
    let raw = |x: f64| format!("{:.1}", (x - 0.5) * 4_000.0);
    let head = format!("{},species\n", (0..12).map(|i| format!("v{i}")).collect::<Vec<_>>().join(","));
    let row = |class: usize, values: &[f64]| format!("{},{}", cells(values, raw), names[class]);
    let data = table(dir.path(), "raw.csv", &head, row);
    let network = dir.path().join("n.hbt");
    let args = ["learn", "--data", text(&data), "--samples", "2000", "--out", text(&network)];
    let output = hebbit().args(args).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("the label is column `species`"), "{told}");
    assert!(told.contains("classes: paper, rock, scissors") && told.contains("--scale standard"), "{told}");
    let eval = json(&["eval", text(&network), "--data", text(&data)]);
    assert_eq!((&eval["test_accuracy"], &eval["per_class"][2]["name"]), (&100.0.into(), &"scissors".into()));
    for (class, name) in names.iter().enumerate() {
        let sample = cells(&values(class, 5), raw);
        let answer = prints(hebbit().args(["predict", text(&network), "--sample", &sample]));
        assert!(answer.lines().nth(1).is_some_and(|line| line.contains(&format!(",{name},"))), "{answer}");
    }
    let inspect = json(&["inspect", text(&network)]);
    let inputs = &inspect["inputs"];
    assert_eq!((&inputs["on_off"], &inputs["classes"][0]), (&true.into(), &"paper".into()));
    assert_eq!(inputs["scales"].as_array().map(Vec::len), Some(12));
    // Another unit: most values lie outside.
    let volts = |class: usize, values: &[f64]| {
        format!("{},{}", cells(values, |x| format!("{}", x * 1e6)), names[class])
    };
    let other = table(dir.path(), "other.csv", &head, volts);
    let output = hebbit().args(["eval", text(&network), "--data", text(&other)]).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("% of the values lie outside of the scale"), "{told}");
}

/// The network of a device has its classes and its scale along.
#[test]
fn a_device_keeps_what_inputs_mean() {
    let dir = folder();
    let row = |class: usize, values: &[f64]| {
        format!("{},{}", cells(values, |x| format!("{:.3}", x - 0.5)), ["a", "b", "c"][class])
    };
    let data = table(dir.path(), "d.csv", "", row);
    let (network, learned) = (dir.path().join("n.hbt"), dir.path().join("l.hbt"));
    json(&["learn", "--data", text(&data), "--samples", "500", "--out", text(&network)]);
    let args =
        ["stream", text(&network), "--learn", "--data", text(&data), "--on", "sim", "--out", text(&learned)];
    assert_eq!(json(&args)["class_names"], serde_json::json!(["a", "b", "c"]));
    let eval = json(&["eval", text(&learned), "--data", text(&data)]);
    assert_eq!((&eval["per_class"][1]["name"], &eval["test_accuracy"]), (&"b".into(), &100.0.into()));
}
