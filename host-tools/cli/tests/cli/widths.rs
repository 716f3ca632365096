//! Defaults at other widths than that of the digits, and networks that say that they are silent.

use crate::{folder, hebbit, json, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Numbers in 0..range, drawn by a linear congruential generator.
struct Draw(u64);

impl Draw {
    fn below(&mut self, range: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % range
    }
}

/// A folder of `train.csv` and `test.csv`: each class has its lines at `high` and more, the others below 40, spread by 40.
fn table(dir: &Path, lines: usize, classes: usize, each: usize, high: u64) -> PathBuf {
    let mut draw = Draw(1);
    for (name, samples) in [("train.csv", each * classes), ("test.csv", 6 * classes)] {
        let mut rows = String::from("label");
        (0..lines).for_each(|line| rows.push_str(&format!(",x{line}")));
        for i in 0..samples {
            let class = i % classes;
            rows.push_str(&format!("\n{class}"));
            for line in 0..lines {
                let base = if line * classes / lines == class { high } else { 0 };
                rows.push_str(&format!(",{}", base + draw.below(40)));
            }
        }
        fs::write(dir.join(name), rows + "\n").expect("written");
    }
    dir.to_owned()
}

/// Lengths and widths of flowers as bytes, 3 species of which two touch.
fn flowers(dir: &Path) -> PathBuf {
    let means = [[60, 160, 25, 20], [140, 80, 145, 130], [185, 110, 200, 200]];
    let mut draw = Draw(2);
    for (name, each) in [("train.csv", 42), ("test.csv", 8)] {
        let mut rows = String::from("label,a,b,c,d");
        for i in 0..3 * each {
            // The sum of four draws: a bell of deviation 23.
            let mut bell = || (0..4).map(|_| draw.below(40) as i64 - 20).sum::<i64>();
            let values = means[i % 3].map(|mean: i64| (mean + bell()).clamp(0, 255).to_string());
            rows.push_str(&format!("\n{},{}", i % 3, values.join(",")));
        }
        fs::write(dir.join(name), rows + "\n").expect("written");
    }
    dir.to_owned()
}

/// Percent right of the test part, with the defaults of a rule, and no warnings.
fn learned(data: &Path, options: &[&str]) -> f64 {
    let run = json(&[&["learn", "--quiet", "--data", text(data)], options].concat());
    run["test_accuracy"].as_f64().expect("it was tested")
}

#[test]
fn few_lines_are_learned_by_default() {
    let dir = folder();
    let narrow = table(dir.path(), 12, 3, 18, 160);
    for (rule, least) in [("burst", 100.0), ("stdp", 95.0), ("triplet", 80.0), ("dfa", 95.0)] {
        let right = learned(&narrow, &["--rule", rule]);
        assert!(right >= least, "{rule}: {right} %, chance is 33 %");
    }
}

/// Every form of STDP with every encoder that it takes.
const STDP: [&[&str]; 11] = [
    &["stdp", "--form", "instar", "--encoder", "graded"],
    &["stdp", "--form", "instar", "--encoder", "rate"],
    &["stdp", "--form", "instar", "--encoder", "poisson"],
    &["stdp", "--form", "instar", "--encoder", "latency"],
    &["stdp", "--form", "pair", "--encoder", "graded"],
    &["stdp", "--form", "pair", "--encoder", "rate"],
    &["stdp", "--form", "pair", "--encoder", "poisson"],
    &["stdp", "--form", "pair", "--encoder", "latency"],
    &["triplet", "--encoder", "rate"],
    &["triplet", "--encoder", "poisson"],
    &["triplet", "--encoder", "latency"],
];

#[test]
fn every_form_of_stdp_learns_few_lines_by_default() {
    let dir = folder();
    let narrow = table(dir.path(), 12, 3, 18, 160);
    for weights in ["i16", "i8"] {
        for form in STDP {
            let right = learned(&narrow, &[&["--weights", weights, "--rule"], form].concat());
            assert!(right >= 80.0, "{form:?} {weights}: {right} %, chance is 33 %");
        }
    }
}

#[test]
fn every_form_of_stdp_learns_digits_by_default() {
    for form in STDP {
        let right = learned(Path::new("mini"), &[&["--samples", "4000", "--rule"], form].concat());
        assert!(right >= 70.0, "{form:?}: {right} %, chance is 10 %");
    }
}

#[test]
fn competing_neurons_fire_in_few_ticks() {
    for encoder in ["graded", "poisson", "latency"] {
        let options = ["--rule", "stdp", "--ticks", "4", "--encoder", encoder, "--samples", "4000"];
        let right = learned(Path::new("mini"), &options);
        assert!(right >= 65.0, "{encoder}: {right} %, chance is 10 %");
    }
}

#[test]
fn four_lines_are_learned_by_default() {
    let dir = folder();
    let flowers = flowers(dir.path());
    for (options, least) in [
        (&["--rule", "burst"][..], 90.0),
        (&["--rule", "burst", "--weights", "i8"], 90.0),
        (&["--rule", "stdp"], 65.0),
    ] {
        let right = learned(&flowers, options);
        assert!(right >= least, "{options:?}: {right} %, chance is 33 %");
    }
}

#[test]
fn many_lines_are_learned_by_default() {
    let dir = folder();
    let wide = table(dir.path(), 4_096, 2, 20, 160);
    for (rule, least) in
        [(&["burst"][..], 95.0), (&["stdp"], 95.0)].into_iter().chain(STDP.map(|form| (form, 80.0)))
    {
        let right = learned(&wide, &[&["--samples", "400", "--rule"], rule].concat());
        assert!(right >= least, "{rule:?}: {right} %, chance is 50 %");
    }
}

#[test]
fn a_network_that_never_answers_says_so_and_fails() {
    let dir = folder();
    let narrow = table(dir.path(), 12, 3, 18, 160);
    let network = dir.path().join("silent.hbt");
    let silent = ["--set", "threshold=7999", "--set", "norm=20", "--epochs", "1"];
    let args = [&["learn", "--rule", "stdp", "--data", text(&narrow), "--out", text(&network)], &silent[..]]
        .concat();
    let check = |args: &[&str]| {
        let output = hebbit().args(args).arg("--json").assert().code(7).get_output().clone();
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(said.contains("\"hebbit::no_answer\"") && said.contains("--set threshold="), "{said}");
        let result: Value = serde_json::from_slice(&output.stdout).expect("the result is there all the same");
        assert_eq!(result["test_accuracy"], 0.0);
        let warning = &result["warnings"][0];
        assert_eq!(warning["message"], "no neuron of the output fired in 18 samples");
        assert_eq!(warning["suggestion"], "a lower threshold: --set threshold=N, now 7999");
    };
    check(&args);
    assert!(network.exists(), "the network is kept");
    check(&["eval", text(&network)]);
}

#[test]
fn faint_samples_are_said() {
    let dir = folder();
    for name in ["train.csv", "test.csv"] {
        let rows: String = (0..40).map(|i| format!("{},{},{}\n", i % 2, i % 2, 1 - i % 2)).collect();
        fs::write(dir.path().join(name), format!("label,a,b\n{rows}")).expect("written");
    }
    let data = text(dir.path()).to_owned();
    let args =
        ["learn", "--rule", "stdp", "--data", &data, "--set", "norm=0", "--epochs", "1", "--scale", "none"];
    let said = hebbit().args(args).assert().code(7).get_output().stderr.clone();
    let said = String::from_utf8(said).expect("text");
    assert!(said.contains("--scale minmax; their greatest value is 1 of 255"), "{said}");
}
