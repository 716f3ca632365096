//! Searching settings, and networks that know nothing.

use crate::{folder, hebbit, json, refuses, text};

#[test]
fn a_search_writes_a_recipe_that_learns_what_it_says() {
    let dir = folder();
    let file = |name: &str| dir.path().join(name);
    let (state, recipe, report) = (file("state.json"), file("recipe.json"), file("tune.html"));
    let args = [
        "tune",
        "--rule",
        "drtp",
        "--layers",
        "784-12-10",
        "--samples",
        "600",
        "--set",
        "target=5",
        "--trials",
        "6",
        "--threads",
        "1",
        "--state",
        text(&state),
        "--out",
        text(&recipe),
        "--report",
        text(&report),
    ];
    let tuned = json(&args);
    assert_eq!((&tuned["held_out"], &tuned["trials"][0]["trials"]), (&1_000.into(), &6.into()));
    let best = &tuned["best"];
    assert!(
        best["values"].get("target").is_none() && best["values"].get("init").is_some() || best["number"] == 0
    );
    // What it was judged by can be had again, from the file and from the command.
    let held = ["learn", "--validation", "1000", "--samples", "600"];
    let from_file = json(&[&held[..], &["--recipe", text(&recipe)]].concat());
    assert_eq!(from_file["validation_accuracy"], best["accuracy"]);
    let command = tuned["learn"].as_str().expect("a command");
    let words: Vec<&str> = command.split_whitespace().skip(1).chain(["--validation", "1000"]).collect();
    assert_eq!(json(&words)["digest"], from_file["digest"], "{command}");
    assert!(std::fs::read_to_string(&report).expect("a page").matches("<svg").count() > 3);
    // The same command does nothing anew, and says so.
    let again = json(&args);
    assert_eq!(again["best"], tuned["best"]);
    assert!(said(hebbit().args(args).assert().success()).contains("goes on behind"));
}

fn said(ran: assert_cmd::assert::Assert) -> String {
    String::from_utf8(ran.get_output().stderr.clone()).expect("text")
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let dir = folder();
    let (state, other) = (dir.path().join("state.json"), dir.path().join("other.json"));
    let refused = |code: &str, text_of_it: &str, out: &std::path::Path, more: &[&str]| {
        let exit = if code == "hebbit::state" { 3 } else { 2 };
        let told =
            refuses(exit, code, &[&["tune", "--state", text(&state), "--out", text(out)], more].concat());
        assert!(told.contains(text_of_it), "{told}");
    };
    refused("hebbit::usage", "would be the same file", &state, &[]);
    refused("hebbit::usage", "0.01 to 100000", &other, &["--minutes", "0"]);
    refused("hebbit::usage", "nothing is left to learn from", &other, &["--validation", "6000"]);
    refused("hebbit::unknown_name", "there is no rule `brust`", &other, &["--rule", "brust"]);
    std::fs::write(&state, "{}").expect("written");
    refused("hebbit::state", "holds no finished jobs", &other, &[]);
    let learn = |code, error, recipe: &str, more: &[&str]| {
        std::fs::write(&other, recipe).expect("written");
        refuses(code, error, &[&["learn", "--recipe", text(&other)], more].concat())
    };
    assert!(learn(3, "hebbit::recipe", "{\"rule\": 1}", &[]).contains("holds no recipe"));
    let stdp = "{\"hebbit_recipe\": 1, \"rule\": \"stdp\"}";
    let told = learn(2, "hebbit::usage", stdp, &["--rule", "burst"]);
    assert!(told.contains("the recipe is for rule stdp, not burst"), "{told}");
}

#[test]
fn a_network_that_knows_nothing_is_said() {
    let dir = folder();
    let net = dir.path().join("chance.hbt");
    let learn = ["learn", "--layers", "784-4-10", "--samples", "1", "--out", text(&net)];
    let learned = json(&learn);
    let warnings: Vec<&str> = learned["warnings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|w| w["message"].as_str())
        .collect();
    assert!(warnings.iter().any(|w| w.contains("no better than chance")), "{warnings:?}");
    assert!(said(hebbit().args(learn).arg("--strict").assert().code(8)).contains("error[hebbit::at_chance]"));
    hebbit().args(["eval", text(&net)]).assert().success();
    hebbit().args(["eval", text(&net), "--strict"]).assert().code(8);
    hebbit().args(["learn", "--layers", "784-16-10", "--samples", "3000", "--strict"]).assert().success();
}
