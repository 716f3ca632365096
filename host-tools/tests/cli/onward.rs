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
    let [whole, cut] = ["whole.hbt", "cut.hbt"].map(|name| dir.path().join(name));
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
    with(&["--out", text(&whole)]);
    // The first 300 of them, as a run that ends there leaves them: its ring is lost.
    let part = with(&["--samples", "300", "--out", text(&cut)]);
    assert_eq!(part["samples"], 300);
    let ended = refuses(4, "hebbit::nothing_to_do", &["stream", text(&cut), "--learn", "--continue"]);
    assert!(ended.contains("300 of 300"), "{ended}");
    let mut bytes = std::fs::read(&cut).expect("it was written");
    let from = bytes.windows(13).position(|window| window == b"\"samples\":300").expect("its recipe");
    // The note says 300 samples; the stream that was cut would have all 1000.
    bytes[from..from + 13].copy_from_slice(b"\"samples\":999");
    let crc = crc_of(&bytes);
    bytes[16..20].copy_from_slice(&crc);
    std::fs::write(&cut, &bytes).expect("written");
    let end = json(&["stream", text(&cut), "--learn", "--continue", "--quiet"]);
    let want = with(&["--samples", "999"]);
    assert_eq!(end["samples"], 699);
    assert_eq!(end["digest"], want["digest"], "the ring was filled again");
    // `learn --resume` is the same run on the core.
    let resumed = json(&["learn", "--resume", text(&cut), "--out", text(&whole), "--quiet"]);
    assert_eq!(resumed["digest"], want["digest"]);
}

/// CRC-32C of everything but the four bytes of the CRC.
fn crc_of(bytes: &[u8]) -> [u8; 4] {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
    };
    let crc = bytes[..16].iter().chain(&bytes[20..]).fold(u32::MAX, step);
    (!crc).to_le_bytes()
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

#[test]
fn a_stream_says_what_is_alarming_and_how_it_stands() {
    let dir = folder();
    let net = small_network(dir.path());
    let args = ["stream", text(&net), "--learn", "--data", TURNING, "--remember", "0", "--json-lines"];
    let output = hebbit().args(args).assert().success().get_output().stdout.clone();
    let output = String::from_utf8(output).expect("text");
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let result = lines.last().expect("a result");
    assert_eq!(result["event"], "result");
    let alarms: Vec<&Value> = lines.iter().filter(|line| line["event"] == "alarm").collect();
    assert_eq!(alarms.len(), result["alarms"].as_array().map_or(0, Vec::len));
    assert!(result["windows"].as_array().is_some_and(|windows| windows.len() == 50), "{result}");
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
    std::fs::write(&narrow, "0,1,2\n1,3,4\n").expect("written");
    refused(2, "hebbit::shape", &["--data", text(&narrow)]);
    assert!(!out.exists(), "nothing was written");
    refuses(2, "hebbit::usage", &["learn", "--pace", "fast"]);
    let help = refuses(2, "hebbit::usage", &["learn", "--resume", text(&net), "--epochs", "9"]);
    assert!(help.contains("--from"), "{help}");
    refuses(2, "hebbit::usage", &["stream", "--learn", "--remember", "4", "--on", "sim"]);
    refuses(2, "hebbit::usage", &["stream", text(&net), "--pace", "fast", "--on", "sim"]);
    refuses(2, "hebbit::usage", &["reproduce", "--only", "drift,burst"]);
}
