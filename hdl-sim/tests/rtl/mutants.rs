//! Realistic defects, each of which random networks must detect. `SLOW=1` tries all, with `MUTANT=text` those whose name
//! contains the text, `SLOW=quick` three of them; else none. `cargo conform mutants` calls it.

use crate::networks::first_difference;
use crate::simulation;
use hebbit_rtl::sources::ALL;
use hebbit_rtl::{Builder, Simulation};
use std::path::Path;
use std::time::Instant;

/// Name, file, a text that occurs there once, and its replacement.
const MUTANTS: [[&str; 4]; 31] = [
    [
        "the least weight is not held",
        "hebbit_num_pkg.sv",
        "if (x < 10'(low)) clamp = low;",
        "if (1'b0) clamp = low;",
    ],
    [
        "leak takes one more",
        "hebbit_num_pkg.sv",
        "leaked = v - $signed(lost);",
        "leaked = v - $signed(lost) - 16'sd1;",
    ],
    ["sums wrap", "hebbit_num_pkg.sv", "saturate = {x[31], {15{!x[31]}}};", "saturate = x[15:0];"],
    [
        "mix has seven rounds",
        "net/mixer.sv",
        "(start_i || row_start_i) round_q <= 4'd0;",
        "(start_i || row_start_i) round_q <= 4'd1;",
    ],
    [
        "lanes are swapped",
        "net/row_sweep.sv",
        ".weight_i(s2_weights_q[j*WeightBits+:WeightBits])",
        ".weight_i(s2_weights_q[(3-j)*WeightBits+:WeightBits])",
    ],
    [
        "short rows do not wait for their sums",
        "net/row_sweep.sv",
        "have_q && !conflict && !close;",
        "have_q && !conflict;",
    ],
    [
        "a bank is read while it is written",
        "net/row_sweep.sv",
        "have_q && !conflict && !close;",
        "have_q && !close;",
    ],
    ["dither is that of the group", "net/row_sweep.sv", "s2_dither_q + s2_steps_q[j*16+:16]", "s2_dither_q"],
    ["sums of the last tick stay", "net/row_sweep.sv", "all_words_q && !s2_first_q;", "all_words_q;"],
    [
        "a weight of zero is negative",
        "net/row_sweep.sv",
        "{{WeightBits{above[WeightBits]}}, 1'b1}",
        "{{WeightBits{above <= 0}}, 1'b1}",
    ],
    ["a sweep runs ahead of its lines", "net/row_scan.sv", " && !(limited_i && group_q == limit_i)", ""],
    [
        "the bias line is masked out",
        "net/row_scan.sv",
        "(at_last_q && bias_i) ? mask_i & ~(mask_i >> 1) : 4'h0",
        "4'h0",
    ],
    ["a refractory neuron integrates", "neuron/lif.sv", "(left_i != 16'd0 ? 32'sd0 :", "(1'b0 ? 32'sd0 :"],
    ["the membrane has no floor", "neuron/lif.sv", "(next_i < floor_i) ? floor_i : next_i", "next_i"],
    ["a no is a yes", "learn/burst_teach.sv", "named_i && !wrong_i", "named_i"],
    ["a no teaches every output", "learn/burst_teach.sv", "(named_i ^ wrong_i)", "(named_i && !wrong_i)"],
    [
        "the gate closes one event late",
        "learn/burst_post.sv",
        "{1'b0, sum_i} < ceiling_i",
        "{1'b0, sum_i} <= ceiling_i",
    ],
    [
        "a bias line is silent",
        "net/neuron_lane.sv",
        "s3_bias_q || (s3_exists_q && spike)",
        "s3_exists_q && spike",
    ],
    [
        "a feedback that sent nothing counts",
        "net/neuron_pass.sv",
        "assign counts = op_i == Fire || sent_i[source];",
        "assign counts = 1'b1;",
    ],
    [
        "sums outlive the weights",
        "net/sequencer.sv",
        "flags_q[word_i[0+:FlagBits]] <= word_i[4];",
        "flags_q[word_i[0+:FlagBits]] <= 1'b1;",
    ],
    ["counters stand still", "net/sequencer.sv", "change = 32'd1;", "change = 32'd0;"],
    ["the rate never falls", "net/sequencer.sv", "change = {31'd0, !word_i[6]};", "change = 32'd0;"],
    [
        "every window resets",
        "net/core.sv",
        "neuron_we = pass_valid && (op_q == Fire || (op_q == Clear && pass_reset_q))",
        "neuron_we = pass_valid && (op_q == Fire || op_q == Clear)",
    ],
    ["the input keeps old events", "net/intake.sv", ": wiping_q ? 8'd0 :", ":"],
    ["the last of equals wins", "neuron/compete.sv", "excess_i[14:0] > best_i", "excess_i[14:0] >= best_i"],
    [
        "a kept rise falls while nothing is learned",
        "net/adaptive_lane.sv",
        "(op_i == Decay && learning_i)",
        "(op_i == Decay)",
    ],
    [
        "a kept rise grows while nothing is learned",
        "net/adaptive_lane.sv",
        "(kept_i && !learning_i) ? 16'd0 : bump_i",
        "bump_i",
    ],
    ["who forgets and does not grow is not listed", "net/neuron_pass.sv", " || forgets != '0;", ";"],
    ["a silent line is learned", "net/row_scan.sv", "(forget_i && !lit[j]) ? 8'd0", "1'b0 ? 8'd0"],
    [
        "the bias line counts twice",
        "net/neuron_lane.sv",
        "counted = settles ? spike_o : fires;",
        "counted = fires;",
    ],
    [
        "lanes forget for their neighbours",
        "net/row_sweep.sv",
        ".forget_i(s2_forgets_q[j])",
        ".forget_i(s2_forgets_q != 4'd0)",
    ],
];

/// Number of defects for `SLOW=quick`.
const QUICK: usize = 3;

#[test]
fn the_text_of_each_mutant_occurs_once() {
    for [name, file, from, to] in MUTANTS {
        let (_, text) = ALL.iter().find(|(path, _)| *path == file).expect("a file of the hardware");
        assert_eq!(text.matches(from).count(), 1, "{name}: {from}");
        assert_ne!(from, to, "{name}");
    }
}

#[test]
fn every_mutant_is_seen() {
    let slow = std::env::var("SLOW").unwrap_or_default();
    if slow == "list" {
        for (i, [name, file, ..]) in MUTANTS.iter().enumerate() {
            println!("mutant {} {name}  hdl-sim/rtl/{file}", if i < QUICK { '*' } else { ' ' });
        }
        return;
    }
    let most = match slow.as_str() {
        "1" => MUTANTS.len(),
        "quick" => QUICK,
        _ => 0,
    };
    if most == 0 || simulation().is_none() {
        println!("skipped: set SLOW=1 to break the RTL in {} ways", MUTANTS.len());
        return;
    }
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rtl");
    let mut survivors = Vec::new();
    let only = std::env::var("MUTANT").unwrap_or_default();
    let wanted = MUTANTS.into_iter().filter(|[name, ..]| name.contains(&only)).take(most);
    for [name, file, from, to] in wanted {
        let start = Instant::now();
        let library =
            Builder::new(&cache).edited(file, from, to).library().unwrap_or_else(|e| panic!("{name}: {e}"));
        let simulation = Simulation::load(&library).unwrap_or_else(|e| panic!("{name}: {e}"));
        let fate = match first_difference(&simulation, 300) {
            Some((case, text)) => format!("killed by random network {case}: {text}"),
            None => {
                survivors.push(name);
                "SURVIVED: no random network sees it".to_owned()
            }
        };
        println!("mutant   {name:<48} {:>6.1} s  {fate}", start.elapsed().as_secs_f64());
    }
    assert!(survivors.is_empty(), "not detected: {survivors:?}");
}
