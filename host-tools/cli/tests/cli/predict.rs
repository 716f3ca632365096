//! Parts of data sets, answers to samples, figures of classes, sets to fetch.

use crate::{folder, hebbit, json, refuses, small_network, text};
use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A sample of 16 values: eight times each of the two.
fn sample(first: u8, last: u8) -> String {
    let values = [first; 8].into_iter().chain([last; 8]).map(|value| value.to_string());
    values.collect::<Vec<_>>().join(",")
}

/// A line of names: the label, then 16 values.
fn names() -> String {
    (0..16).fold("label".to_owned(), |line, i| format!("{line},v{i}")) + "\n"
}

/// A network of 16 lines and 2 classes that has learned which half of the values is the greater.
fn tiny_network(dir: &Path) -> PathBuf {
    let (data, net) = (dir.join("train.csv"), dir.join("tiny.hbt"));
    let row = |i: u8| format!("{},{}\n", i % 2, sample(200 * (1 - i % 2), 200 * (i % 2)));
    fs::write(&data, (0..120).map(row).collect::<String>()).expect("written");
    let args = ["learn", "--data", text(&data), "--layers", "16-8-2", "--epochs", "20", "--out", text(&net)];
    json(&[&args[..], &["--quiet"]].concat());
    net
}

/// What it prints on success.
pub(super) fn prints(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("text")
}

/// 12 samples that nothing learned from, the last with a wrong label.
fn new_data(dir: &Path) -> PathBuf {
    let path = dir.join("new.csv");
    let row = |i: u8| format!("{},{}\n", (i / 11) ^ (i % 2), sample(190 * (1 - i % 2), 190 * (i % 2)));
    fs::write(&path, (0..12).map(row).collect::<String>()).expect("written");
    path
}

#[test]
fn a_file_of_one_part_is_tested_whole() {
    let dir = folder();
    let (net, new) = (tiny_network(dir.path()), new_data(dir.path()));
    let whole = json(&["eval", text(&net), "--data", text(&new)]);
    assert_eq!((whole["part"].as_str(), whole["test_samples"].as_u64()), (Some("all"), Some(12)));
    let confusion: Vec<Vec<u64>> = serde_json::from_value(whole["confusion"].clone()).expect("a matrix");
    assert_eq!(confusion.iter().flatten().sum::<u64>(), 12);
    let words = prints(hebbit().args(["eval", text(&net), "--data", text(&new)]));
    assert!(words.contains(&format!("all of {}, 12 samples", new.display())), "{words}");
    assert!(words.contains("precision") && words.contains("true \\ answer"), "{words}");
    let learned = hebbit().args(["learn", "--data", text(&new), "--layers", "16-4-2"]).assert().success();
    let told = String::from_utf8_lossy(&learned.get_output().stderr).into_owned();
    assert!(
        told.contains("2 of 12 samples are kept for testing, of each class its share, drawn with seed 1"),
        "{told}"
    );
    // Without --data: what the run left out of learning.
    let left_out = json(&["eval", text(&net)]);
    assert_eq!((left_out["part"].as_str(), left_out["test_samples"].as_u64()), (Some("held-out"), Some(20)));
    // Its own file by name is whole, and what that means is said.
    let own = dir.path().join("train.csv");
    let told = hebbit().args(["eval", text(&net), "--data", text(&own), "--json"]).assert().success();
    assert!(String::from_utf8_lossy(&told.get_output().stderr).contains("what the network learned"));
    let told: Value = serde_json::from_slice(&told.get_output().stdout).expect("JSON");
    assert_eq!((told["part"].as_str(), told["test_samples"].as_u64()), (Some("all"), Some(120)));
}

#[test]
fn classes_have_figures_of_their_own() {
    let dir = folder();
    let (net, new) = (tiny_network(dir.path()), new_data(dir.path()));
    let eval = json(&["eval", text(&net), "--data", text(&new)]);
    let classes = eval["per_class"].as_array().expect("a list");
    // The last sample says 0 and looks like 1; all others are what they look like.
    let want = [("0", 7, 100.0, 100.0 * 6.0 / 7.0), ("1", 5, 100.0 * 5.0 / 6.0, 100.0)];
    assert_eq!(classes.len(), want.len());
    for (class, (name, samples, precision, recall)) in classes.iter().zip(want) {
        assert_eq!(
            (class["name"].as_str(), class["samples"].as_u64()),
            (Some(name), Some(samples)),
            "{class}"
        );
        assert_eq!((class["precision"].as_f64(), class["recall"].as_f64()), (Some(precision), Some(recall)));
    }
    // A file without the last class does not hide answers of that class in the column of no answer.
    let one = dir.path().join("zeros.csv");
    let (left, right) = (sample(190, 0), sample(0, 190));
    fs::write(&one, format!("{}0,{left}\n0,{right}\n", names())).expect("written");
    let eval = json(&["eval", text(&net), "--data", text(&one)]);
    assert_eq!(eval["confusion"], serde_json::json!([[1, 1, 0], [0, 0, 0]]));
    assert_eq!(eval["per_class"][1]["recall"], Value::Null);
    // Classes that the network does not have are wrong answers, and that is said.
    fs::write(&one, format!("{}0,{left}\n4,{right}\n", names())).expect("written");
    let told = hebbit().args(["eval", text(&net), "--data", text(&one)]).assert().success();
    assert!(String::from_utf8_lossy(&told.get_output().stderr).contains("1 samples are of classes"));
}

#[test]
fn parts_are_named_in_the_specification() {
    let dir = folder();
    let net = small_network(dir.path());
    let parts = |spec: &str| {
        let eval = json(&["eval", text(&net), "--data", spec]);
        (eval["part"].as_str().map(str::to_owned), eval["test_samples"].as_u64())
    };
    assert_eq!(parts("mini"), (Some("test".into()), Some(1_000)));
    assert_eq!(parts("mini?part=train"), (Some("train".into()), Some(6_000)));
    assert_eq!(parts("mini?part=test,train&classes=0,1"), (Some("test,train".into()), Some(1_400)));
    let told = refuses(2, "hebbit::usage", &["eval", text(&net), "--data", "mini?part=validation"]);
    assert!(told.contains("train, test"), "{told}");
    let told = refuses(2, "hebbit::usage", &["learn", "--data", "mini?parts=train"]);
    assert!(told.contains("?part=NAME"), "{told}");
}

#[test]
fn answers_are_lines_of_csv_or_json() {
    let dir = folder();
    let net = tiny_network(dir.path());
    let bare = dir.path().join("bare.csv");
    let (left, right) = (sample(190, 0), sample(0, 190));
    fs::write(&bare, format!("{left}\n{right}\n")).expect("written");
    let table = prints(hebbit().args(["predict", text(&net), "--data", text(&bare)]));
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "index,class,name,ticks,votes_0,votes_1");
    assert!(
        lines.len() == 3 && lines[1].starts_with("0,0,0,8,") && lines[2].starts_with("1,1,1,8,"),
        "{table}"
    );
    // One sample, a line of standard input and a line of a file have the same answer.
    let one = prints(hebbit().args(["predict", text(&net), "--sample", &right]));
    assert_eq!(one.lines().nth(1).map(|line| &line[1..]), Some(&lines[2][1..]));
    let piped = prints(hebbit().args(["predict", text(&net), "--data", "-"]).write_stdin(format!(
        "{}\n\n{}",
        left.replace(',', " "),
        right.replace(',', ", ")
    )));
    assert_eq!(piped, table);
    // Labels are not looked at, but shown.
    let labelled = dir.path().join("labelled.csv");
    fs::write(&labelled, format!("{}1,{left}\n1,{right}\n", names())).expect("written");
    let rows = prints(hebbit().args(["predict", text(&net), "--data", text(&labelled), "--json"]));
    let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["class"], &rows[0]["name"], &rows[0]["label"]), (&0.into(), &"0".into(), &1.into()));
    let votes: Vec<u64> = serde_json::from_value(rows[0]["votes"].clone()).expect("numbers");
    assert!(votes.len() == 2 && votes[0] > votes[1] && votes[0] <= 8, "{votes:?}");
    assert_eq!(rows[1]["index"], 1);
}

#[test]
fn answers_are_those_of_the_test() {
    let dir = folder();
    let path = dir.path().join("net.hbt");
    // A readout by count with draws, one by membrane, one with named neurons.
    for extra in [
        &["--encoder", "poisson", "--layers", "784-16-10"][..],
        &["--rule", "dh-predictive", "--layers", "784-16-10"],
        &["--rule", "stdp", "--layers", "784-12"],
    ] {
        json(&[&["learn", "--samples", "400", "--quiet", "--out", text(&path)], extra].concat());
        let right = json(&["eval", text(&path)])["test_accuracy"].as_f64().expect("a number");
        let rows = prints(hebbit().args(["predict", text(&path), "--data", "mini", "--json"]));
        let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let hits = rows.iter().filter(|row| row["class"] == row["label"]).count();
        assert_eq!((rows.len(), hits as f64 / 10.0), (1_000, right), "{extra:?}");
        for row in rows.iter().filter(|row| row["class"].is_u64()) {
            let votes: Vec<Option<i64>> = serde_json::from_value(row["votes"].clone()).expect("numbers");
            let class = row["class"].as_u64().expect("a class") as usize;
            assert_eq!(
                votes[class],
                votes.iter().copied().flatten().max(),
                "the class has the most votes: {row}"
            );
        }
    }
}

#[test]
fn samples_that_are_none() {
    let dir = folder();
    let net = tiny_network(dir.path());
    let (net, good) = (text(&net), sample(1, 2));
    refuses(2, "hebbit::usage", &["predict", net]);
    refuses(2, "hebbit::usage", &["predict", net, "--data", "mini", "--sample", &good]);
    for on in ["rtl", "qemu-m4", "serial:/dev/none"] {
        refuses(2, "hebbit::usage", &["predict", net, "--sample", &good, "--on", on]);
    }
    refuses(3, "hebbit::io::read", &["predict", "gone.hbt", "--sample", &good]);
    refuses(3, "hebbit::io::read", &["predict", net, "--data", "gone.csv"]);
    refuses(3, "hebbit::checkpoint", &["predict", text(&dir.path().join("train.csv")), "--sample", &good]);
    let told = refuses(3, "hebbit::data::values", &["predict", net, "--sample", "1,2"]);
    assert!(told.contains("2 values, the network takes 16"), "{told}");
    refuses(3, "hebbit::data::value", &["predict", net, "--sample", &good.replace('2', "256")]);
    refuses(3, "hebbit::data::value", &["predict", net, "--sample", &good.replacen('1', "", 1)]);
    refuses(3, "hebbit::data::values", &["predict", net, "--data", "mini"]);
    // What was answered before the wrong line has been printed.
    let piped = hebbit()
        .args(["predict", net, "--data", "-"])
        .write_stdin(format!("{good}\nx{good}\n{good}\n"))
        .assert()
        .code(3);
    let output = piped.get_output();
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard input: line 2, value 1: `x1`"));
}

#[test]
fn what_is_fetched_already_is_a_success() {
    let dir = folder();
    let set = dir.path().join("cifar10");
    fs::create_dir(&set).expect("made");
    for name in ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]
    {
        let file = fs::File::create(set.join(format!("{name}.bin"))).expect("made");
        file.set_len(30_730_000).expect("a length without blocks");
    }
    let fetched =
        hebbit().env("HEBBIT_DATA", dir.path()).args(["data", "fetch", "cifar10", "--json"]).assert();
    let fetched: Value = serde_json::from_slice(&fetched.success().get_output().stdout).expect("JSON");
    assert_eq!((&fetched["from"], &fetched["sums"]), (&Value::Null, &false.into()));
    assert!(fetched["cite"].as_str().is_some_and(|cite| cite.contains("Krizhevsky")), "{fetched}");
    let listed = hebbit().env("HEBBIT_DATA", dir.path()).args(["data", "list", "--json"]).assert().success();
    let listed: Value = serde_json::from_slice(&listed.get_output().stdout).expect("JSON");
    let present = |name: &str| {
        let sets = listed["sets"].as_array().expect("a list");
        sets.iter().find(|set| set["name"] == name).map(|set| set["present"].clone())
    };
    assert_eq!((present("cifar10"), present("gas-drift")), (Some(true.into()), Some(false.into())));
    // Files of some sets are no samples yet, and a set that is not there says how to get it.
    let run = |set: &str| hebbit().env("HEBBIT_DATA", dir.path()).args(["learn", "--data", set]).assert();
    let told = String::from_utf8_lossy(&run("fsdd").code(2).get_output().stderr).into_owned();
    assert!(told.contains("fetched as it was published"), "{told}");
    let told = String::from_utf8_lossy(&run("gas-drift").code(3).get_output().stderr).into_owned();
    assert!(
        told.contains("error[hebbit::data::not_fetched]") && told.contains("data fetch gas-drift"),
        "{told}"
    );
    refuses(2, "hebbit::unknown_name", &["data", "fetch", "gas-drif"]);
}
