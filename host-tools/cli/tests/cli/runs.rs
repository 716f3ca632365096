//! Runs: repeated, resumed, interrupted, tested, drawn.

use crate::{folder, hebbit, json, small_network, text};
use serde_json::Value;
use std::fs;
#[cfg(unix)]
use std::path::Path;

#[test]
fn a_run_says_everything_about_itself() {
    let run = json(&["learn", "--data", "mini", "--samples", "300", "--quiet"]);
    for field in ["schema", "ticks", "epochs", "seed", "parameters", "weight_bytes", "state_bytes", "samples"]
    {
        assert!(run[field].is_u64(), "{field}: {run}");
    }
    for field in [
        "train_accuracy",
        "test_accuracy",
        "samples_per_second",
        "mean_ticks_to_decision",
        "spikes_per_sample",
    ] {
        assert!(run[field].is_f64(), "{field}: {run}");
    }
    assert_eq!(
        (&run["rule"], &run["layers"], &run["weights"]),
        (&"burst".into(), &"784-128-10".into(), &"i16".into())
    );
    assert_eq!(run["digest"].as_str().map(str::len), Some(16));
    assert!(run["test_accuracy"].as_f64() > Some(30.0), "300 digits teach it something: {run}");
}

#[test]
fn the_same_seed_has_the_same_bits_on_all_kernels() {
    let run = |extra: &[&str]| -> Value {
        let args = [&["learn", "--layers", "784-24-12-10", "--samples", "400", "--augment", "shift1"], extra]
            .concat();
        json(&args)["digest"].clone()
    };
    let first = run(&[]);
    assert_eq!(run(&[]), first);
    assert_eq!(run(&["--kernels", "scalar"]), first);
    assert_eq!(run(&["--kernels", "simd"]), first);
    assert_ne!(run(&["--seed", "2"]), first);
    assert_ne!(run(&["--feedback", "random"]), first);
}

/// Starts a run, interrupts it when its first epoch is written, and gives what it wrote on standard error.
#[cfg(unix)]
fn interrupted(args: &[&str], out: &Path) -> String {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("hebbit"))
        .args(args)
        .args(["--out", text(out)])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    while !out.exists() {
        assert!(child.try_wait().is_ok_and(|status| status.is_none()), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()), "it still ran");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[cfg(unix)]
#[test]
fn a_run_that_is_cut_and_resumed_equals_one_that_is_not() {
    let dir = folder();
    let (whole, cut) = (dir.path().join("whole.hbt"), dir.path().join("cut.hbt"));
    let args = [
        "learn",
        "--epochs",
        "5",
        "--encoder",
        "poisson",
        "--kernels",
        "scalar",
        "--augment",
        "shift1",
        "--quiet",
    ];
    let message = interrupted(&args, &cut);
    assert!(
        message.starts_with("error[hebbit::interrupted]: interrupted; the network so far is in "),
        "{message}"
    );
    assert!(message.contains("\n  help: go on with `hebbit learn --resume "), "{message}");
    let samples = json(&["inspect", text(&cut)])["samples"].as_u64().expect("a number");
    assert!((6_000..30_000).contains(&samples), "it was cut in the middle: {samples}");
    let resumed = json(&["learn", "--resume", text(&cut), "--quiet"]);
    let uncut = json(&[&args[..], &["--out", text(&whole)]].concat());
    for field in ["digest", "samples", "train_accuracy", "test_accuracy"] {
        assert_eq!(resumed[field], uncut[field], "{field}, cut at {samples}");
    }
    let read = |path| std::fs::read(path).expect("a checkpoint");
    assert!(read(&cut) == read(&whole), "the files are the same to the byte, cut at {samples}");
}

#[test]
fn resuming_goes_on_where_the_run_stands() {
    let dir = folder();
    let path = dir.path().join("net.hbt");
    let done = json(&["learn", "--layers", "784-16-10", "--samples", "700", "--out", text(&path)]);
    let again = json(&["learn", "--resume", text(&path)]);
    assert_eq!(again["digest"], done["digest"], "a finished run has nothing left to learn");
    assert_eq!(again["samples_per_second"], Value::Null);
}

#[test]
fn eval_repeats_the_test() {
    let dir = folder();
    let path = dir.path().join("net.hbt");
    for extra in
        [&["--encoder", "poisson"][..], &["--readout", "first"], &["--rule", "stdp", "--layers", "784-12"]]
    {
        let args = [&["learn", "--samples", "400", "--out", text(&path)], extra].concat();
        let learned = json(&args);
        let tested = json(&["eval", text(&path)]);
        for field in ["test_accuracy", "digest", "mean_ticks_to_decision", "spikes_per_sample"] {
            assert_eq!(tested[field], learned[field], "{field} with {extra:?}");
        }
    }
}

#[test]
fn the_first_spike_decides_early() {
    let run = json(&["learn", "--samples", "2000", "--readout", "first"]);
    let ticks = run["mean_ticks_to_decision"].as_f64().expect("a number");
    assert!(ticks > 1.0 && ticks < 8.0, "{ticks}");
}

#[test]
fn a_report_holds_the_digest() {
    let dir = folder();
    let (path, report) = (small_network(dir.path()), dir.path().join("report.html"));
    json(&["report", text(&path), "--out", text(&report)]);
    let html = std::fs::read_to_string(&report).expect("a report");
    let digest = json(&["inspect", text(&path)])["digest"].as_str().expect("a digest").to_owned();
    assert!(html.contains(&digest) && html.contains("<svg"));
}

#[test]
fn held_out_samples_keep_the_test_set_out() {
    let run = json(&["learn", "--samples", "300", "--validation", "1000"]);
    assert_eq!(run["test_accuracy"], Value::Null);
    assert!(run["validation_accuracy"].is_f64());
}

#[test]
fn text_is_for_people() {
    let output = hebbit().args(["learn", "--samples", "200", "--layers", "784-8-10"]).assert().success();
    let out = String::from_utf8(output.get_output().stdout.clone()).expect("text");
    assert!(out.contains("digest") && out.contains("test") && !out.contains('{'), "{out}");
}

/// Each rule by its name, with no further option, on a few digits.
#[test]
fn every_rule_learns_by_its_name() {
    for rule in hebbit_core::learn::AnyRule::NAMES {
        let layers = match *rule {
            "stdp" | "triplet" => "784-10",
            _ => "784-20-10",
        };
        let summary = json(&["learn", "--rule", rule, "--layers", layers, "--samples", "300"]);
        assert_eq!(summary["rule"], *rule);
        let accuracy = summary["test_accuracy"].as_f64().expect("a number");
        assert!((0.0..=100.0).contains(&accuracy), "{rule}: {accuracy}");
    }
}

/// The lines of `text` with a name, two spaces and a value; without the speed, which is that of the machine.
fn facts(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| line.contains("  ") && !line.starts_with("speed  ")).collect()
}

#[test]
fn the_demo_prints_what_the_readme_shows() {
    let dir = folder();
    let output = hebbit().args(["demo", "--out", text(dir.path())]).assert().success().get_output().clone();
    let [printed, said] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
    let readme = include_str!("../../../../README.md");
    let block = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    assert_eq!(facts(&printed), facts(block), "README.md shows another result than\n{printed}");
    let last = said.lines().last().expect("a last line");
    assert!(last.contains("every bit is the core's") && readme.contains(last), "README.md lacks: {last}");
    let report = fs::read_to_string(dir.path().join("hebbit-demo.html")).expect("a report");
    let headings: Vec<&str> = report.match_indices("<h2>").map(|(at, _)| &report[at + 4..at + 9]).collect();
    assert_eq!(headings[0], "Drift", "the first figure");
}

#[test]
fn the_demo_has_its_drift_in_json() {
    let dir = folder();
    let demo = json(&["demo", "--out", text(dir.path()), "--seed", "2", "--quiet"]);
    let drift = &demo["drift"];
    let number = |value: &Value| value.as_f64().expect("a number");
    assert_eq!((drift["samples"].as_u64(), drift["degrees"].as_u64()), (Some(6_000), Some(60)));
    assert!(drift["digest"].is_string() && drift["digest"] != demo["digest"], "it has learned: {drift}");
    for part in [drift, &drift["last_eighth"]] {
        let [learning, frozen] = ["prequential_accuracy", "frozen_accuracy"].map(|name| number(&part[name]));
        assert!(learning > frozen + 15.0, "{part}");
    }
    assert!(number(&drift["last_eighth"]["frozen_accuracy"]) < 50.0, "turned by 60 degrees: {drift}");
}
