//! Learning on: a new run on a trained network, here and on a device.

use crate::{folder, hebbit, json, refuses, small_network, text};
use serde_json::Value;

/// A stream of turning digits, which a frozen network answers badly.
const TURNING: &str = "mini?part=test&turn=60";

fn number(value: &Value, field: &str) -> f64 {
    value[field].as_f64().unwrap_or_else(|| panic!("{field}: {value}"))
}

#[test]
fn a_trained_network_learns_on_and_beats_its_frozen_self() {
    let dir = folder();
    let net = small_network(dir.path());
    let out = dir.path().join("on.hbt");
    let args =
        ["learn", "--from", text(&net), "--data", TURNING, "--in-order", "--out", text(&out), "--quiet"];
    let on = json(&args);
    assert_eq!((&on["samples"], &on["remember"], &on["again"]), (&1000.into(), &64.into(), &24.into()));
    assert!(number(&on, "prequential_accuracy") > number(&on, "frozen_accuracy") + 10.0, "{on}");
    assert!(on["test_accuracy"].is_null(), "one part is learned, and nothing is left to test");
    // The lineage: what it began with.
    let begun = json(&["inspect", text(&net)]);
    let inspected = json(&["inspect", text(&out)]);
    assert_eq!(inspected["note"]["recipe"]["onward"]["parents"], Value::from(vec![begun["digest"].clone()]));
    assert_eq!(inspected["life"]["known"], 1000);
    assert_eq!(inspected["life"]["repeats"], on["repeats"]);
    // A device that gets the same samples learns the same bits.
    let stream = json(&["stream", text(&net), "--learn", "--data", TURNING, "--on", "sim", "--quiet"]);
    for field in ["digest", "samples", "prequential_accuracy", "frozen_accuracy", "remember", "again"] {
        assert_eq!(stream[field], on[field], "{field}");
    }
    // And once more, from there.
    let args = ["learn", "--from", text(&out), "--data", TURNING, "--in-order", "--epochs", "2", "--quiet"];
    let more = json(&args);
    assert_eq!(more["samples"], 2000);
    assert_eq!(more["recipe"]["onward"]["parents"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_run_on_a_trained_network_that_is_cut_and_resumed_equals_one_that_is_not() {
    let dir = folder();
    let net = small_network(dir.path());
    let cut = dir.path().join("cut.hbt");
    let args = [
        "stream",
        text(&net),
        "--learn",
        "--data",
        TURNING,
        "--label-every",
        "3",
        "--remember",
        "20",
        "--quiet",
    ];
    let with = |more: &[&str]| json(&[&args[..], more].concat());
    // The first 300 of them, as a run that ends there leaves them: its ring is lost.
    let part = with(&["--samples", "300", "--out", text(&cut)]);
    assert_eq!(part["samples"], 300);
    let ended = refuses(4, "hebbit::nothing_to_do", &["stream", text(&cut), "--learn", "--continue"]);
    assert!(ended.contains("300 of 300"), "{ended}");
    let end = json(&["stream", text(&cut), "--learn", "--continue", "--samples", "699", "--quiet"]);
    let want = with(&["--samples", "999"]);
    assert_eq!(end["samples"], 699);
    assert_eq!(end["digest"], want["digest"], "the ring was filled again");
}

#[test]
fn few_labels_and_paces_are_what_they_say() {
    let dir = folder();
    let net = small_network(dir.path());
    let on = |more: &[&str]| {
        json(
            &[&["learn", "--from", text(&net), "--data", TURNING, "--samples", "300", "--quiet"], more]
                .concat(),
        )
    };
    let few = on(&["--label-every", "10", "--remember", "0"]);
    assert_eq!((&few["repeats"], &few["samples"]), (&0.into(), &300.into()));
    let always = on(&["--label-every", "10", "--remember", "8", "--again", "3", "--again-unlabelled", "2"]);
    // 30 labels; the first samples, until a label comes, find nothing to learn again.
    let repeats = always["repeats"].as_u64().expect("a number");
    assert!((3 * 30 + 2 * 261..=3 * 30 + 2 * 270).contains(&repeats), "{repeats}");
    let careful = on(&["--pace", "careful"]);
    let right = number(&careful, "prequential_accuracy") * 3.0;
    assert_eq!(careful["repeats"].as_u64(), Some(300 - right.round() as u64), "what was wrong, once more");
}

/// Samples of 16 values whose class is which half of them is bright; after `swapped` samples the labels are the other ones, and
/// value 0 does not change any more.
fn halves(samples: usize, swapped: usize) -> String {
    let line = |i: usize| {
        let class = usize::from(i * 7 % 5 < 2);
        let value = |k: usize| match (k, k / 8 == class) {
            (0, _) if i >= swapped => 77,
            (_, true) => 150 + (i * 31 + k * 17) % 100,
            (_, false) => (i * 13 + k * 29) % 60,
        };
        let label = if i < swapped { class } else { 1 - class };
        let values: Vec<String> = (0..16).map(|k| value(k).to_string()).collect();
        format!("{label},{}\n", values.join(","))
    };
    (0..samples).map(line).collect()
}

#[test]
fn a_stream_says_what_is_alarming() {
    let dir = folder();
    let [net, known, new] = ["net.hbt", "known.csv", "new.csv"].map(|name| dir.path().join(name));
    std::fs::write(&known, halves(600, usize::MAX)).expect("written");
    std::fs::write(&new, halves(800, 400)).expect("written");
    let args =
        ["learn", "--data", text(&known), "--layers", "16-32-2", "--epochs", "20", "--out", text(&net)];
    let learned = json(&[&args[..], &["--quiet"]].concat());
    assert!(number(&learned, "test_accuracy") > 95.0, "{learned}");
    let args = ["stream", text(&net), "--learn", "--data", text(&new), "--remember", "0", "--json-lines"];
    let output = hebbit().args(args).assert().success().get_output().stdout.clone();
    let output = String::from_utf8(output).expect("text");
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let result = lines.last().expect("a result");
    assert_eq!(result["event"], "result");
    let alarms: Vec<&Value> = lines.iter().filter(|line| line["event"] == "alarm").collect();
    assert_eq!(alarms.len(), result["alarms"].as_array().map_or(0, Vec::len));
    let of =
        |alarm: &str| alarms.iter().find(|line| line["alarm"] == alarm).map(|line| line["samples"].as_u64());
    assert!(alarms.iter().all(|line| line["samples"].as_u64() > Some(400)), "none before: {alarms:?}");
    assert_eq!(of("contradiction"), Some(Some(408)), "{alarms:?}");
    assert!(of("stuck_line").is_some(), "{alarms:?}");
    assert_eq!(result["windows"].as_array().map(Vec::len), Some(40), "of 20 samples each");
}

#[test]
fn what_cannot_go_on_is_refused_before_anything_is_written() {
    let dir = folder();
    let net = small_network(dir.path());
    let out = dir.path().join("out.hbt");
    let from = |more: &[&str]| -> Vec<String> {
        let args = [&["learn", "--from", text(&net), "--out", text(&out)], more].concat();
        args.into_iter().map(str::to_owned).collect()
    };
    let refused = |code, error, more: &[&str]| {
        let args = from(more);
        refuses(code, error, &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    refused(2, "hebbit::usage", &["--layers", "784-10"]);
    refused(2, "hebbit::usage", &["--remember", "0", "--again", "3"]);
    refused(2, "hebbit::usage", &["--rate", "9"]);
    refused(3, "hebbit::io::read", &["--data", "no-such-file.csv"]);
    let narrow = dir.path().join("narrow.csv");
    std::fs::write(&narrow, "label,a,b\n0,1,2\n1,3,4\n").expect("written");
    refused(2, "hebbit::shape", &["--data", text(&narrow)]);
    assert!(!out.exists(), "nothing was written");
    refuses(2, "hebbit::usage", &["learn", "--pace", "fast"]);
    let help = refuses(2, "hebbit::usage", &["learn", "--resume", text(&net), "--epochs", "9"]);
    assert!(help.contains("--from"), "{help}");
    refuses(2, "hebbit::usage", &["stream", "--learn", "--remember", "4", "--on", "sim"]);
    refuses(2, "hebbit::usage", &["stream", text(&net), "--pace", "fast", "--on", "sim"]);
    refuses(2, "hebbit::usage", &["stream", text(&net), "--learn", "--validation", "9", "--on", "sim"]);
    refuses(2, "hebbit::usage", &["reproduce", "--only", "drift,burst"]);
    refuses(2, "hebbit::usage", &["reproduce", "--only", "drift", "--seeds", "2"]);
    refused(4, "hebbit::nothing_to_do", &["--samples", "0"]);
    // What was learned is not called left out.
    let one =
        ["learn", "--from", text(&net), "--data", "mini?part=test", "--samples", "50", "--out", text(&out)];
    json(&[&one[..], &["--quiet"]].concat());
    refuses(2, "hebbit::usage", &["eval", text(&out)]);
}
