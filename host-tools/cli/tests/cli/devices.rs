//! Devices, as far as a machine without boards and emulators has them.

use super::{folder, hebbit, json, refuses, small_network, text};
use serde_json::Value;

#[test]
fn what_can_be_reached_is_listed() {
    let devices = json(&["devices"]);
    let names: Vec<&str> =
        devices["reachable"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    for name in ["sim", "qemu-m4", "qemu-m33", "qemu-m55", "qemu-riscv", "qemu-stm32"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let boards = devices["boards"].as_array().unwrap();
    assert!(boards.iter().any(|row| row["name"] == "pico2"), "{boards:?}");
    let said = hebbit().arg("devices").assert().success().get_output().stdout.clone();
    assert!(String::from_utf8(said).unwrap().contains("`hebbit flash --device` takes"));
}

/// Streaming to a device is learning: in the same order, to the same bits, several samples per frame.
#[test]
fn a_stream_learns_what_learn_learns() {
    let dir = folder();
    for options in
        [&["--weights", "i8"][..], &["--rule", "stdp", "--layers", "784-20"], &["--augment", "shift1"]]
    {
        let (run, device) = (dir.path().join("run.hbt"), dir.path().join("device.hbt"));
        let run_args = [&["learn", "--samples", "300", "--quiet", "--out", text(&run)], options].concat();
        let learned = json(&run_args);
        let stream =
            ["stream", "--learn", "--on", "sim", "--samples", "300", "--quiet", "--out", text(&device)];
        let streamed = json(&[&stream[..], options].concat());
        assert_eq!(streamed["digest"], learned["digest"], "{options:?}");
        assert_eq!(streamed["samples"], 300);
        assert_eq!(streamed["resets"], 0, "{streamed}");
        let kept = json(&["inspect", text(&device)]);
        assert_eq!(kept["digest"], learned["digest"]);
        assert_eq!(kept["note"]["progress"]["samples"], 300);
    }
}

/// What was learned on a device goes on learning here, and the other way round.
#[test]
fn a_run_moves_between_device_and_host() {
    let dir = folder();
    let (a, b) = (dir.path().join("a.hbt"), dir.path().join("b.hbt"));
    // The rate halves after a part of the run, unless somebody says when.
    let run = ["learn", "--layers", "784-16-10", "--decay", "150", "--quiet", "--samples"];
    let whole = json(&[&run[..], &["400"]].concat());
    json(&[&run[..], &["300", "--out", text(&a)]].concat());
    let args =
        ["stream", text(&a), "--learn", "--continue", "--samples", "100", "--quiet", "--out", text(&b)];
    let streamed = json(&args);
    assert_eq!(streamed["samples"], 100);
    assert_eq!(streamed["digest"], whole["digest"]);
}

#[test]
fn a_device_classifies_what_the_core_classifies() {
    let dir = folder();
    let net = small_network(dir.path());
    let tested = json(&["eval", text(&net), "--quiet"]);
    let streamed = json(&["stream", text(&net), "--quiet"]);
    assert_eq!(streamed["accuracy"], tested["test_accuracy"]);
    let answers: u64 = streamed["confusion"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(answers, streamed["samples"].as_u64().unwrap());
}

#[test]
fn events_are_lines_of_json() {
    let args = ["stream", "--learn", "--samples", "200", "--layers", "784-16-10", "--json-lines"];
    let output = hebbit().args(args).assert().success().get_output().stdout.clone();
    let lines: Vec<Value> =
        String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["event"], "result");
    assert_eq!(lines.last().unwrap()["samples"], 200);
}

#[test]
fn core_and_device_are_verified() {
    let dir = folder();
    let net = small_network(dir.path());
    let fresh = json(&["verify", "--samples", "20", "--weights", "i8", "--quiet"]);
    assert_eq!(
        (&fresh["equal"], &fresh["samples"], &fresh["digests"]),
        (&true.into(), &20.into(), &21.into())
    );
    let coarse = json(&["verify", text(&net), "--samples", "50", "--every", "20", "--quiet"]);
    assert_eq!((&coarse["equal"], &coarse["digests"]), (&true.into(), &4.into()));
}

#[test]
fn what_does_not_fit_is_refused_with_the_way_out() {
    let dir = folder();
    let net = dir.path().join("great.hbt");
    json(&["learn", "--layers", "784-400-10", "--samples", "1", "--quiet", "--out", text(&net)]);
    let output =
        hebbit().args(["fit", text(&net), "--device", "stm32f405"]).assert().code(10).get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("error[hebbit::device::does_not_fit]"), "{said}");
    assert!(said.contains("instead of 400 neurons would fit"), "{said}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("weights") && table.contains("does not fit"), "{table}");
    // The advice is true: a network of that size fits.
    let neurons = said.split(" with ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().to_owned();
    let layers = format!("784-{neurons}-10");
    json(&["learn", "--layers", &layers, "--samples", "1", "--quiet", "--out", text(&net)]);
    let fits = json(&["fit", text(&net), "--device", "stm32f405"]);
    assert_eq!(fits["boards"][0]["fits"], true, "{layers}");
}

#[test]
fn fit_says_how_long_the_flash_lasts() {
    let dir = folder();
    let net = small_network(dir.path());
    let years = |more: &[&str]| {
        let fits = json(&[&["fit", text(&net), "--device", "nrf52840-dk"], more].concat());
        fits["boards"][0]["years"].as_f64().expect("it persists")
    };
    // 10,000 erases of each of two slots: 20,000 hours.
    assert!((years(&[]) - 2.28).abs() < 0.01);
    assert!((years(&["--save-every", "1d"]) / years(&["--save-every", "30m"]) - 48.0).abs() < 1e-6);
    let fits = json(&["fit", text(&net), "--device", "qemu-mps2-an386"]);
    assert!(fits["boards"][0]["years"].is_null());
    for wrong in ["", "h", "1", "0s", "1w", "1.5h", "-1h", "99999d"] {
        refuses(2, "hebbit::usage", &["fit", text(&net), "--save-every", wrong]);
    }
}

#[test]
fn devices_that_cannot_be_used_say_why() {
    let dir = folder();
    let net = small_network(dir.path());
    let net = text(&net);
    let out = dir.path().join("out.hbt");
    refuses(13, "hebbit::device::no_port", &["upload", net, "--on", "serial:/dev/no-such-port"]);
    refuses(2, "hebbit::usage", &["upload", net, "--on", "core"]);
    refuses(2, "hebbit::usage", &["upload", net, "--on", "nowhere"]);
    refuses(2, "hebbit::usage", &["learn", "--on", "sim"]);
    refuses(15, "hebbit::device::refused", &["pull", text(&out), "--on", "sim"]);
    refuses(2, "hebbit::usage", &["stream", "--on", "sim"]);
    refuses(2, "hebbit::unknown_name", &["fit", net, "--device", "pico3"]);
    refuses(2, "hebbit::usage", &["flash", "--device", "qemu-mps2-an386"]);
    refuses(2, "hebbit::usage", &["flash", "--device", "stm32f405", "--uf2", "x.uf2"]);
    refuses(2, "hebbit::usage", &["stream", net, "--seed", "2"]);
}
