//! Learning in the simulated RTL.

use crate::{folder, hebbit, json, refuses, small_rtl_network, text};
use hebbit::rtl;
use hebbit_core::net::Target;

/// Whether there is a Verilator; where `CI` is set there must be one.
fn simulated() -> bool {
    let found = hebbit_rtl::Builder::new(std::env::temp_dir()).built().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none(), "verilator is missing");
        println!("skipped: verilator not found");
    }
    found
}

#[test]
fn the_rtl_learns_and_answers_what_the_core_does() {
    if simulated() {
        ["i8", "i16"].into_iter().for_each(learned_and_answered);
    }
}

fn learned_and_answered(weights: &str) {
    let dir = folder();
    let [there, here] = ["rtl.hbt", "core.hbt"].map(|name| dir.path().join(name));
    let run = ["learn", "--layers", "784-16-10", "--weights", weights, "--samples", "60", "--out"];
    let on_rtl = json(&[&run[..], &[text(&there), "--on", "rtl", "--quiet"]].concat());
    let on_core = json(&[&run[..], &[text(&here), "--quiet"]].concat());
    assert_eq!(on_rtl["digest"], on_core["digest"]);
    assert_eq!((&on_rtl["on"], &on_core["on"]), (&"rtl".into(), &"core".into()));
    assert!(on_rtl["cycles_per_sample"].as_f64().is_some_and(|cycles| cycles > 500.0), "{on_rtl}");
    assert_eq!(std::fs::read(&there).expect("written"), std::fs::read(&here).expect("written"));

    let [answers, want] = ["rtl", "core"].map(|on| json(&["eval", text(&there), "--on", on, "--quiet"]));
    assert_eq!(answers["test_accuracy"], want["test_accuracy"]);

    let verified = json(&["verify", text(&there), "--on", "rtl", "--samples", "5", "--quiet"]);
    assert_eq!((&verified["equal"], &verified["samples"]), (&true.into(), &5.into()));
}

#[test]
fn what_the_rtl_does_not_carry_is_refused_by_name() {
    if !simulated() {
        return;
    }
    let run = ["learn", "--samples", "5", "--on", "rtl", "--rule"];
    let said = refuses(10, "hebbit::rtl", &[&run[..], &["dh-control"]].concat());
    assert!(said.contains("does not carry"), "{said}");
    refuses(2, "hebbit::usage", &["verify", "--on", "sim", "--wave", "x.fst"]);
    let dir = folder();
    let net = small_rtl_network(dir.path());
    refuses(2, "hebbit::usage", &["upload", text(&net), "--on", "rtl"]);
}

#[test]
fn without_the_tools_it_says_which() {
    let said = hebbit()
        .args(["learn", "--samples", "5", "--weights", "i8", "--on", "rtl"])
        .env("VERILATOR", "no-such-verilator")
        .assert()
        .code(13)
        .get_output()
        .clone();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("no-such-verilator not found") && said.contains("help: "), "{said}");
}

#[test]
fn a_waveform_has_the_last_sample() {
    if !simulated() {
        return;
    }
    let dir = folder();
    let net = small_rtl_network(dir.path());
    let bytes = std::fs::read(net).expect("written");
    let waves = [1, 3].map(|samples| {
        let path = dir.path().join(format!("{samples}.fst"));
        let part: Vec<_> = (0..samples).map(|i| (vec![40 * i; 784], Target::Class(i))).collect();
        rtl::waveform(&path, &bytes, &part).expect("a waveform");
        std::fs::metadata(path).expect("it is there").len()
    });
    assert!(waves.iter().all(|&length| length > 1000), "{waves:?}");
}
