//! What a first hour meets: errors as JSON, variables that do not fit, screens that names cannot steer.

use crate::{folder, hebbit, json, refuses, small_network, text};
use hebbit::float::{Activation, Rate};
use serde_json::Value;

/// The one line of JSON that a failing command writes to standard error.
#[track_caller]
fn error(code: i32, args: &[&str]) -> Value {
    let output = hebbit().args(args).assert().code(code).get_output().clone();
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(output.stdout.is_empty(), "no result");
    serde_json::from_str::<Value>(&text).expect("one JSON document")["error"].clone()
}

#[test]
fn errors_are_json_where_results_are() {
    let failed = error(2, &["learn", "--rule", "brust", "--json"]);
    assert_eq!(failed["code"], "hebbit::unknown_name");
    assert_eq!(failed["exit"], 2);
    assert_eq!(failed["message"], "there is no rule `brust`");
    assert!(failed["help"].as_str().is_some_and(|help| help.contains("did you mean `burst`?")), "{failed}");
    // What the parser itself refuses, too, wherever the option is.
    for args in [&["--json", "learn", "--ticks", "0"][..], &["lern", "--json"], &["eval", "--json"]] {
        let failed = error(2, args);
        assert_eq!((&failed["code"], &failed["exit"]), (&"hebbit::usage".into(), &2.into()), "{args:?}");
    }
    let failed = error(3, &["inspect", "none.hbt", "--json"]);
    assert_eq!(failed["code"], "hebbit::io::read");
    let output =
        hebbit().env("HEBBIT_JSON", "1").args(["inspect", "none.hbt"]).assert().code(3).get_output().clone();
    assert!(output.stderr.starts_with(b"{\"error\":"));
    let output = hebbit()
        .env("HEBBIT_JSON", "off")
        .args(["inspect", "none.hbt"])
        .assert()
        .code(3)
        .get_output()
        .clone();
    assert!(output.stderr.starts_with(b"error[hebbit::io::read]"));
}

/// A variable that suits one command must not break the others; an option that does not fit is an error.
#[test]
fn a_place_from_the_environment_is_used_where_it_can_be() {
    let dir = folder();
    let net = small_network(dir.path());
    let sample = vec!["0"; 784].join(",");
    let said = |place: &str, args: &[&str]| {
        let output = hebbit().env("HEBBIT_ON", place).args(args).assert().success().get_output().clone();
        String::from_utf8(output.stderr).expect("text")
    };
    let remark = |place: &str, command: &str| {
        format!("HEBBIT_ON={place} is no place for `hebbit {command}`: passed over")
    };
    assert!(said("sim", &["eval", text(&net)]).contains(&remark("sim", "eval")));
    assert!(said("sim", &["predict", text(&net), "--sample", &sample]).contains(&remark("sim", "predict")));
    assert!(said("rtl", &["predict", text(&net), "--sample", &sample]).contains(&remark("rtl", "predict")));
    assert!(said("core", &["verify", text(&net), "--samples", "2"]).contains(&remark("core", "verify")));
    assert!(said("rtl", &["stream", text(&net), "--samples", "2"]).contains(&remark("rtl", "stream")));
    assert!(!said("sim", &["upload", text(&net)]).contains("passed over"), "it is used");
    assert!(!said("sim", &["inspect", text(&net)]).contains("passed over"), "it has no place at all");
    assert!(!said("sim", &["eval", text(&net), "--on", "core"]).contains("passed over"), "the option counts");
    assert!(said("sim", &["eval", text(&net), "--quiet"]).is_empty());
    refuses(2, "hebbit::usage", &["eval", text(&net), "--on", "sim"]);
}

/// Nothing is drawn where standard error is no terminal, and it is quiet about what is no remark.
#[test]
fn no_progress_without_a_terminal() {
    let output = hebbit()
        .args(["learn", "--samples", "600", "--layers", "784-8-10"])
        .assert()
        .success()
        .get_output()
        .clone();
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(!text.contains(['\r', '\x1b', '━']), "{text:?}");
}

/// Names of files are data: they reach the screen with their control characters written out.
#[test]
fn control_characters_are_written_out() {
    let message = refuses(3, "hebbit::io::read", &["inspect", "a\x1b[31mb\x07.hbt"]);
    assert!(message.contains("a\\u{1b}[31mb\\u{7}.hbt"), "{message:?}");
    let dir = folder();
    let out = dir.path().join("x\x1b[2Jy.hbt");
    let args = ["learn", "--samples", "5", "--layers", "784-4-10", "--out", text(&out)];
    let output = hebbit().args(args).assert().success().get_output().clone();
    assert!(out.is_file());
    for bytes in [output.stdout, output.stderr] {
        let said = String::from_utf8(bytes).expect("text");
        assert!(!said.contains('\x1b'), "{said:?}");
    }
}

#[test]
fn inspect_speaks_of_the_network() {
    let dir = folder();
    let net = dir.path().join("net.hbt");
    for rule in hebbit::run::rule_forms().into_iter().map(|(rule, _)| rule) {
        let layers = if matches!(rule, "stdp" | "triplet") { "784-6" } else { "784-6-10" };
        let args = ["learn", "--rule", rule, "--layers", layers, "--samples", "2", "-q", "--out"];
        json(&[&args[..], &[text(&net)]].concat());
        let output = hebbit().args(["inspect", text(&net)]).assert().success().get_output().stdout.clone();
        let told = String::from_utf8(output).expect("text");
        for debug in ["::", "Some(", "None", "Params", " { ", "Count(", "false", "true"] {
            assert!(!told.contains(debug), "{debug}: {told}");
        }
        assert!(told.contains(&format!("rule  {rule}")), "{told}");
        assert!(told.contains("threshold") || told.contains("clip") || told.contains("layer 1"), "{told}");
    }
}

/// The flasher is looked for before minutes go into a build. A folder without programs stands for a machine without it.
#[test]
fn flash_needs_its_program_before_it_builds() {
    let dir = folder();
    let args = ["flash", "--device", "stm32f405"];
    let output = hebbit().env("PATH", dir.path()).args(args).assert().code(13).get_output().clone();
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains("probe-rs") && !said.contains("building"), "{said}");
}

#[test]
fn weights_of_other_kinds_of_files_name_the_cause() {
    let dir = folder();
    let (npz, out) = (dir.path().join("net.npz"), dir.path().join("net.hbt"));
    let bytes = Rate::random(&[12, 8, 3], Activation::Clip, 1).to_npz().expect("bytes");
    std::fs::write(&npz, &bytes).expect("written");
    let quantize = |path: &str| ["quantize", path, "--out", text(&out)].map(str::to_owned);
    let message = |path: &std::path::Path| {
        let args = quantize(text(path));
        refuses(3, "hebbit::weights", &args.each_ref().map(|arg| &arg[..]))
    };
    let said = message(&dir.path().join("net"));
    assert!(said.contains("there is no such file") && said.contains("numpy.savez adds `.npz`"), "{said}");
    let pt = dir.path().join("net.pt");
    std::fs::write(&pt, b"PK\x03\x04 archive/data.pkl").expect("written");
    let said = message(&pt);
    assert!(said.contains("a file of PyTorch") && said.contains("torch.load("), "{said}");
    std::fs::write(&npz, b"PK\x03\x04 net/data.pkl").expect("written");
    assert!(message(&npz).contains("a file of PyTorch"));
    std::fs::write(&npz, &bytes).expect("written");
    let done = json(&["quantize", text(&npz), "--quiet", "--out", text(&out)]);
    assert_eq!(done["layers"], "12-8-3", "layers are found");
}
