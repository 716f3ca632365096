//! The built `hebbit`, used as a user uses it.

mod bad_input;
mod cases;
mod devices;
mod docs;
mod manners;
mod onward;
#[cfg(target_os = "linux")]
mod ports;
mod predict;
mod rtl;
mod runs;
#[cfg(target_os = "linux")]
mod serial;
mod tune;
mod widths;
mod yes_no;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder of its own for each test.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// `hebbit` without anything from the environment.
fn hebbit() -> Command {
    let mut command = Command::cargo_bin("hebbit").expect("the binary is built");
    for name in ["DATASET", "SEED", "JSON", "QUIET", "OUT", "REPORT", "RESUME", "KERNELS", "ON", "DEVICE"] {
        command.env_remove(format!("HEBBIT_{name}"));
    }
    command
}

/// Runs it, expects success, reads its one JSON document.
fn json(args: &[&str]) -> Value {
    let output = hebbit().args(args).arg("--json").assert().success().get_output().clone();
    assert!(output.stderr.is_empty() || !args.contains(&"--quiet"), "quiet means quiet");
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// Runs it, expects `code`, and one error block without a panic.
fn refuses(code: i32, error: &str, args: &[&str]) -> String {
    let output = hebbit().args(args).assert().code(code).get_output().clone();
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(!text.contains("panicked"), "{args:?} panics: {text}");
    assert_eq!(text.matches("error[").count(), 1, "{args:?}: {text}");
    assert!(text.contains(&format!("error[{error}]: ")), "{args:?}: want {error}: {text}");
    let (block, help) = text[text.find("error[").unwrap_or(0)..].split_once('\n').unwrap_or_default();
    assert!(
        !block.is_empty() && help.starts_with("  help: ") && help.lines().count() == 1,
        "{args:?}: {text}"
    );
    assert!(output.stdout.is_empty(), "{args:?} prints a result all the same");
    text
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A small network that has learned a little.
fn small_network(dir: &Path) -> PathBuf {
    let path = dir.join("net.hbt");
    json(&["learn", "--layers", "784-16-10", "--samples", "300", "--out", text(&path), "--quiet"]);
    path
}

/// The same, such that the RTL carries it.
fn small_rtl_network(dir: &Path) -> PathBuf {
    let path = dir.join("net.hbt");
    let args = ["learn", "--layers", "784-16-10", "--weights", "i8", "--samples", "50", "--quiet", "--out"];
    json(&[&args[..], &[text(&path)]].concat());
    path
}

#[test]
fn it_explains_itself() {
    let help = hebbit().arg("--help").assert().success().get_output().stdout.clone();
    let help = String::from_utf8(help).expect("text");
    for command in [
        "demo",
        "learn",
        "eval",
        "predict",
        "quantize",
        "inspect",
        "report",
        "bench",
        "data",
        "completions",
        "man",
    ] {
        assert!(help.contains(command), "--help does not name {command}");
        hebbit().args([command, "--help"]).assert().success();
    }
    hebbit().arg("--version").assert().success();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = hebbit().args(["completions", shell]).assert().success().get_output().stdout.clone();
        assert!(String::from_utf8(script).expect("text").contains("learn"), "{shell}");
    }
    let man = hebbit().arg("man").assert().success().get_output().stdout.clone();
    assert!(String::from_utf8(man).expect("text").contains("hebbit\\-learn"));
}

#[test]
fn data_sets_are_listed() {
    let sets = json(&["data", "list"]);
    let mini = &sets["sets"][0];
    assert_eq!(
        (mini["name"].as_str(), mini["train"].as_u64(), mini["present"].as_bool()),
        (Some("mini"), Some(6_000), Some(true))
    );
}

#[test]
fn inspect_tells_what_learn_told() {
    let dir = folder();
    let path = dir.path().join("net.hbt");
    let learned = json(&[
        "learn",
        "--layers",
        "784-16-10",
        "--samples",
        "300",
        "--weights",
        "i8",
        "--out",
        text(&path),
    ]);
    let seen = json(&["inspect", text(&path)]);
    for field in ["digest", "rule", "weights", "parameters", "weight_bytes", "state_bytes", "samples", "seed"]
    {
        assert_eq!(seen[field], learned[field], "{field}");
    }
    assert_eq!(seen["layers"].as_array().map(Vec::len), Some(3));
    assert_eq!(seen["note"]["recipe"], learned["recipe"]);
    let words = hebbit().args(["inspect", text(&path)]).assert().success().get_output().stdout.clone();
    assert!(String::from_utf8(words).expect("text").contains(learned["digest"].as_str().expect("a digest")));
}

#[test]
fn bench_compares_kernels_that_agree() {
    let bench = json(&["bench", "--epochs", "1", "--layers", "784-8-10"]);
    let kernels = bench["kernels"].as_array().expect("a list");
    assert_eq!(kernels.len(), 2);
    assert_eq!(kernels[0]["digest"], kernels[1]["digest"]);
    assert!(kernels.iter().all(|k| k["learn_samples_per_second"].as_f64() > Some(0.0)));
}
