//! Defects that somebody could write: random networks must see each of them. `SLOW=1` tries all, with `MUTANT=text` those whose name
//! has the text, `SLOW=quick` three of them; else none. `cargo conform mutants` calls it.

use crate::networks::first_difference;
use crate::simulation;
use hebbit_rtl::{Builder, Simulation};
use std::path::Path;
use std::time::Instant;

/// What is wrong, the file, the text that stands there once, and what stands there instead.
const MUTANTS: [[&str; 4]; 19] = [
    [
        "the least weight is not held",
        "hebbit_num_pkg.sv",
        "if (next < 32'(low)) updated = low;",
        "if (1'b0) updated = low;",
    ],
    [
        "leak rounds up",
        "hebbit_num_pkg.sv",
        "lost = product >>> 16;",
        "lost = (product + 33'sd65535) >>> 16;",
    ],
    ["mix has seven rounds", "net/mixer.sv", "round_q <= 4'd0;", "round_q <= 4'd1;"],
    [
        "lanes are swapped",
        "net/row_sweep.sv",
        ".weight_i(s2_weights_q[j*8+:8])",
        ".weight_i(s2_weights_q[(3-j)*8+:8])",
    ],
    [
        "sums are not forwarded",
        "net/row_sweep.sv",
        "forward_q      <= all_words &&",
        "forward_q      <= 1'b0 &&",
    ],
    [
        "dither is that of the group",
        "net/row_sweep.sv",
        "s2_dither_q + hebbit_num_pkg::lane_step(2'(j), s2_step_q)",
        "s2_dither_q",
    ],
    [
        "a bank is read while it is written",
        "net/row_sweep.sv",
        "issue          = have_q && !conflict",
        "issue          = have_q",
    ],
    [
        "sums of the last tick stay",
        "net/row_sweep.sv",
        "(s3_first_q ? 32'd0 :",
        "(s3_first_q && !all_words ? 32'd0 :",
    ],
    ["a weight of zero is negative", "net/lane.sv", "above[8] ? -9'sd1", "(above <= 9'sd0) ? -9'sd1"],
    ["a deaf neuron hears", "neuron/lif.sv", "(deaf ? 32'sd0 :", "(1'b0 ? 32'sd0 :"],
    ["the membrane has no floor", "neuron/lif.sv", "(next < floor_i) ? floor_i : next", "next"],
    ["the gate closes one event late", "learn/burst_post.sv", "sum_i < ceiling_i", "sum_i <= ceiling_i"],
    [
        "a bias line is silent",
        "net/neuron_pass.sv",
        "is_bias[j] || (exists[j] && spike)",
        "exists[j] && spike",
    ],
    [
        "sums outlive the weights",
        "net/sequencer.sv",
        "fresh_q[projection_q] <= 1'b0;",
        "fresh_q[projection_q] <= word0[0];",
    ],
    ["steps are not counted", "net/sequencer.sv", "steps_o <= steps_o + 32'd1;", "steps_o <= steps_o;"],
    ["the rate never falls", "net/sequencer.sv", "fall_o <= fall_o + 7'd1;", "fall_o <= fall_o;"],
    ["every window resets", "net/sequencer.sv", "reset_all_o  = window[18]", "reset_all_o  = 1'b1"],
    ["the input keeps old events", "net/core.sv", ": wiping ? 8'd0 :", ":"],
    ["the bias line goes dark", "net/row_scan.sv", "(blank_i && exists)", "blank_i"],
];

/// How many are tried in a hurry.
const QUICK: usize = 3;

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
    assert!(survivors.is_empty(), "nobody sees: {survivors:?}");
}
