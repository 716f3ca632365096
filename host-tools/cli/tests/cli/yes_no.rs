//! A teacher who only says yes or no, here and on a device.

use crate::{folder, hebbit, json, refuses, small_network, text};
use hebbit::data;
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{OnwardOptions, Teacher, Wishes, note_of, onward};
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::net::{Engine as _, Target};
use serde_json::Value;
use std::path::Path;

const TURNING: &str = "mini?part=test&turn=60";
const SAMPLES: u64 = 200;

/// What somebody who knows the labels answers to the questions of `stream --learn --label-every 2`, a line each.
fn verdicts(net: &Path) -> Vec<&'static str> {
    let bytes = std::fs::read(net).expect("the network");
    let stored = Checkpoint::parse(&bytes).expect("a checkpoint");
    let note = note_of(net, stored.note).expect("its note");
    let known = data::Known { schema: None, lines: Some(784) };
    let (set, _) = data::read(TURNING, &known).expect("digits").learn_and_test();
    let wishes = Wishes { teacher: Some(Teacher::YesNo), ..Wishes::default() };
    let options = OnwardOptions { in_order: true, label_every: Some(2), ..OnwardOptions::default() };
    let on = onward(&bytes, &note, wishes, &options, &set).expect("it goes on");
    let mut engine = CoreEngine::new(&on.bytes, AnyKernels::best()).expect("a checkpoint");
    let mut lines = Vec::new();
    for i in 0..SAMPLES {
        let (sample, label) = (set.sample(i as usize), set.label(i as usize));
        let target = on.recipe.target(&mut engine, i, sample, label).expect("784 values");
        match target {
            Target::Right(class) => lines.push(if class % 2 == 0 { "y" } else { "1" }),
            Target::Wrong(class) => lines.push(if class % 2 == 0 { "No" } else { "0" }),
            _ => assert_eq!(target, Target::Unknown),
        }
        engine.learn(sample, target).expect("784 values");
    }
    lines
}

fn streamed(net: &Path, lines: &[&str], more: &[&str]) -> Value {
    let args =
        ["stream", text(net), "--learn", "--data", TURNING, "--teacher", "yes-no", "--label-every", "2"];
    let input = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let output =
        hebbit().args(args).args(more).args(["--json", "--quiet"]).write_stdin(input).assert().success();
    serde_json::from_slice(&output.get_output().stdout).expect("one JSON document")
}

#[test]
fn a_stream_whose_answers_are_judged_learns_what_learn_does() {
    let dir = folder();
    let net = small_network(dir.path());
    let [cut, out] = ["cut.hbt", "out.hbt"].map(|name| dir.path().join(name));
    let lines = verdicts(&net);
    assert_eq!(lines.len() as u64, SAMPLES / 2, "every second sample is asked about");
    assert!(lines.iter().filter(|line| matches!(**line, "y" | "1")).count() > 10, "{lines:?}");
    let learn = ["learn", "--from", text(&net), "--data", TURNING, "--in-order", "--teacher", "yes-no"];
    let more = ["--label-every", "2", "--samples", "200", "--out", text(&out), "--quiet"];
    let want = json(&[&learn[..], &more].concat());
    assert_eq!((&want["recipe"]["teacher"], &want["recipe"]["guess"]), (&"yes-no".into(), &20.into()));
    let all = streamed(&net, &lines, &["--samples", "200"]);
    assert_eq!((&all["digest"], &all["teacher"]), (&want["digest"], &"yes-no".into()));
    assert_eq!((&all["labelled"], &all["samples"]), (&100.into(), &200.into()));
    assert_eq!(all["prequential_accuracy"], want["prequential_accuracy"]);
    // The lines end: so does the stream, in good order; the rest comes later, with the memory that it had.
    let part = streamed(&net, &lines[..60], &["--samples", "200", "--out", text(&cut)]);
    assert_eq!(part["labelled"], 60);
    let input = lines[60..].iter().map(|line| format!("{line}\n")).collect::<String>();
    let args = ["stream", text(&cut), "--learn", "--continue", "--json", "--quiet"];
    let rest = hebbit().args(args).write_stdin(input).assert().success().get_output().stdout.clone();
    let rest: Value = serde_json::from_slice(&rest).expect("one JSON document");
    assert_eq!(rest["digest"], want["digest"], "the ring was filled again");
    // A resumed run is tested again, and says who taught.
    let again = json(&["learn", "--resume", text(&out), "--quiet"]);
    assert_eq!((&again["digest"], &again["recipe"]["teacher"]), (&want["digest"], &"yes-no".into()));
    let verified = json(&["verify", text(&out), "--samples", "40", "--quiet"]);
    assert_eq!(verified["equal"], true);
}

#[test]
fn no_verdict_teaches_nothing() {
    let dir = folder();
    let net = small_network(dir.path());
    let out = dir.path().join("out.hbt");
    let args = ["--samples", "20", "--remember", "0", "--out", text(&out)];
    let mut lines = [""; 9];
    hebbit()
        .args([
            "stream",
            text(&net),
            "--learn",
            "--data",
            TURNING,
            "--teacher",
            "yes-no",
            "--label-every",
            "2",
        ])
        .args(args)
        .write_stdin(lines.map(|line| format!("{line}\n")).concat())
        .assert()
        .code(4);
    assert!(!out.exists(), "nothing was learned");
    lines[4] = "n";
    let some = streamed(&net, &lines, &args);
    assert_eq!(some["labelled"], 1);
}

#[test]
fn what_nobody_can_answer_is_refused() {
    let dir = folder();
    let net = small_network(dir.path());
    let yes_no = ["--teacher", "yes-no"];
    let usage = |args: &[&str]| refuses(2, "hebbit::usage", args);
    assert!(usage(&["learn", "--rule", "stdp", "--teacher", "yes-no"]).contains("has no teacher"));
    assert!(usage(&["learn", "--guess", "5"]).contains("--teacher yes-no"));
    let reward = ["learn", "--rule", "reward", "--guess", "5"];
    assert!(usage(&[&reward[..], &yes_no].concat()).contains("leave out --guess"));
    let resumed = ["learn", "--resume", text(&net)];
    assert!(usage(&[&resumed[..], &yes_no].concat()).contains("from the checkpoint"));
    let stream = ["stream", text(&net), "--learn", "--data", TURNING, "--teacher", "yes-no"];
    let said = |input: &str| {
        let output = hebbit().args(stream).write_stdin(input).assert().code(2).get_output().stderr.clone();
        String::from_utf8(output).expect("text")
    };
    assert!(said("").contains("standard input is empty"));
    assert!(said("y\nn\nperhaps\n").contains("line 3 of standard input"));
}
