//! The host's port: every word of the core can be read and written, and after a reset during an update the core can be loaded.

use crate::digits::{digits, plan, weights};
use crate::pair::{Deed, checkpoint, compare_on};
use crate::simulation;
use hebbit_core::net::{Engine, Target};
use hebbit_core::num::LANES;
use hebbit_rtl::layout::{COUNTERS, GROUPS, HOST_MEMORY, HOST_STATE, HOST_WEIGHTS, PROGRAM};
use hebbit_rtl::{Memory, Model, Rtl, RtlError};

/// More than a sample takes.
const CYCLES: u64 = 1_000_000;

const WIDE: [Memory; 5] = [Memory::Membrane, Memory::Refractory, Memory::Sum, Memory::Apical, Memory::Post];

fn memory(of: Memory) -> usize {
    HOST_STATE + HOST_MEMORY * of as usize
}

/// Events and magnitudes are stored in groups.
fn grouped(model: &Model, of: Memory, groups: usize, bits: u32) -> Vec<u32> {
    let lanes = model.peek(of, 0, LANES * groups);
    lanes.chunks(LANES).map(|four| four.iter().rev().fold(0, |word, lane| word << bits | lane)).collect()
}

#[test]
fn the_port_reads_and_writes_every_word() {
    let Some(simulation) = simulation() else { return };
    let plan = plan();
    let bytes = checkpoint(&plan, &weights(&plan));
    let table_words = 1 << simulation.build().table_addr;
    let mut rtl = Rtl::new(simulation);
    rtl.load(&bytes).expect("it fits");
    let (label, sample) = &digits()[0];
    rtl.learn(sample, Target::Class(*label)).expect("784 pixels");
    let model = rtl.model().expect("a network is loaded");
    let status = model.status();
    let counters = model.read(COUNTERS, 7, CYCLES).expect("counters");
    assert_eq!(counters[..3], [1, 1, 1]);
    assert_eq!(counters[5..], [status.spikes, status.ticks]);
    let stored = model.read(HOST_WEIGHTS, plan.weight_bytes() / 4, CYCLES).expect("weights");
    assert_eq!(stored, model.peek_weights(0, plan.weight_bytes() / 4));
    for of in WIDE {
        let lanes = LANES * GROUPS;
        let words = model.read(memory(of), lanes, CYCLES).expect("a state memory");
        assert_eq!(words, model.peek(of, 0, lanes), "{of:?}");
        assert!(words.iter().any(|word| *word != words[0]), "{of:?} is all {}", words[0]);
        let turned: Vec<u32> = words.iter().map(|word| word ^ 0xa5a5).collect();
        model.write(memory(of), &turned, CYCLES).expect("a state memory");
        assert_eq!(model.peek(of, 0, lanes), turned, "{of:?}");
        assert_eq!(model.read(memory(of), lanes, CYCLES).expect("a state memory"), turned, "{of:?}");
    }
    for (of, bits) in [(Memory::Event, 1), (Memory::Line, 8)] {
        let words = model.read(memory(of), GROUPS, CYCLES).expect("a memory of lines");
        assert_eq!(words, grouped(model, of, GROUPS, bits), "{of:?}");
        let turned: Vec<u32> = words.iter().map(|word| !word & (u32::MAX >> (32 - 4 * bits))).collect();
        model.write(memory(of), &turned, CYCLES).expect("a memory of lines");
        assert_eq!(grouped(model, of, GROUPS, bits), turned, "{of:?}");
    }
    let words = table_words - PROGRAM;
    let table = model.read(PROGRAM, words, CYCLES).expect("the table");
    let turned: Vec<u32> = table.iter().map(|word| !word).collect();
    model.write(PROGRAM, &turned, CYCLES).expect("the table");
    assert_eq!(model.read(PROGRAM, words, CYCLES).expect("the table"), turned);
    let turned: Vec<u32> = stored.iter().map(|word| !word).collect();
    model.write(HOST_WEIGHTS, &turned, CYCLES).expect("weights");
    assert_eq!(model.read(HOST_WEIGHTS, turned.len(), CYCLES).expect("weights"), turned);
}

#[test]
fn what_is_outside_of_the_map_is_an_error() {
    let Some(simulation) = simulation() else { return };
    let table = 1 << simulation.build().table_addr;
    let mut model = simulation.model().expect("it was built");
    let before = model.peek_weights(0, 16);
    for address in [table, HOST_STATE - 1, HOST_STATE + 7 * HOST_MEMORY, 2 * HOST_STATE, HOST_WEIGHTS - 1] {
        let refused = |result| matches!(result, Err(RtlError::Address { .. }));
        assert!(refused(model.read(address, 1, CYCLES).map(|_| ())), "{address:#x} is read");
        assert!(refused(model.write(address, &[1], CYCLES)), "{address:#x} is written");
    }
    assert_eq!(model.peek_weights(0, 16), before);
    model.read(HOST_WEIGHTS, 1, CYCLES).expect("the port is free again");
}

#[test]
fn a_request_waits_while_the_core_is_busy() {
    let Some(simulation) = simulation() else { return };
    let plan = plan();
    let mut rtl = Rtl::new(simulation);
    rtl.load(&checkpoint(&plan, &weights(&plan))).expect("it fits");
    let (label, sample) = &digits()[0];
    let model = rtl.model().expect("a network is loaded");
    model.begin(sample, false, Some(Target::Class(*label))).expect("it takes the sample");
    assert!(matches!(model.read(COUNTERS, 1, 100), Err(RtlError::Stuck { .. })), "it reads while it is busy");
    assert!(
        matches!(model.write(COUNTERS, &[7], 100), Err(RtlError::Stuck { .. })),
        "it writes while it is busy"
    );
    assert!(model.status().busy == 1, "the request stops it");
    let counters = model.read(COUNTERS, 3, CYCLES).expect("the sample ends");
    assert_eq!((counters, model.status().busy), (vec![1, 1, 1], 0));
}

#[test]
fn a_reset_in_an_update_leaves_a_core_that_can_be_loaded() {
    let Some(simulation) = simulation() else { return };
    let plan = plan();
    let bytes = checkpoint(&plan, &weights(&plan));
    let turns: Vec<_> =
        digits().into_iter().take(3).map(|(l, s)| (Deed::Watch(Target::Class(l)), s)).collect();
    let mut rtl = Rtl::new(simulation);
    rtl.load(&bytes).expect("it fits");
    let words = plan.weight_bytes() / 4;
    let model = rtl.model().expect("a network is loaded");
    assert_eq!(model.status().dirty, 0);
    let before = model.peek_weights(0, words);
    model.begin(&turns[0].1, false, Some(Target::Class(3))).expect("it takes the sample");
    while model.status().dirty == 0 {
        assert!(matches!(model.run(50), Err(RtlError::Stuck { .. })), "the sample ends without an update");
    }
    assert!(matches!(model.run(50), Err(RtlError::Stuck { .. })));
    let torn = model.peek_weights(0, words);
    model.reset();
    assert_eq!((model.status().dirty, model.status().busy), (1, 0), "the reset tells nobody");
    let after = model.peek_weights(0, words);
    assert!(after != before, "nothing was written before the reset");
    // One word may have been in the pipeline.
    assert!(after.iter().zip(&torn).filter(|(a, b)| a != b).count() <= 1, "the reset changes weights");
    compare_on(&mut rtl, &bytes, &turns, None).unwrap_or_else(|text| panic!("{text}"));
    assert_eq!(rtl.model().expect("a network is loaded").status().dirty, 0);
}
