//! Registers on each of their buses: the same random accesses, with random back-pressure on both sides, get the responses of a model of
//! the registers. The core is simulated by the test.

use crate::bench::{Bench, FACES, Face};
use crate::buses;
use crate::map::{Access, BEGIN, DIRTY, GO, Map, RESET, SPARSE, address};
use crate::player::Presented;
use hebbit_core::num::{KeyedRng, stream};
use hebbit_rtl::registers::{EVENTS, MEMORIES};
use hebbit_rtl::{Build, Bus};

/// Random accesses of a host, valid and invalid.
fn accesses(seed: u64, count: usize) -> Vec<Access> {
    let mut rng = KeyedRng::new(77, stream::DRAW, seed);
    let mut list = Vec::new();
    let mut sparse = false;
    let mut put = |write, address, data, settled| list.push(Access { write, address, data, settled });
    for _ in 0..count {
        let (write, data) = (rng.below(2) == 0, rng.below(u32::MAX));
        match rng.below(16) {
            0 => put(write, rng.below(0x40), data, true),
            1 => put(write, rng.below(0x100_0000), data, false),
            2 => put(write, MEMORIES + 4 * rng.below(40), data, false),
            3 => put(write, MEMORIES + 0x8_0000 + 4 * rng.below(34), data, false),
            4 => put(write, address("Sample"), data & !SPARSE | if sparse { SPARSE } else { 0 }, false),
            5 => put(true, address("IrqEnable"), data, false),
            6 => put(true, address("IrqPending"), data, true),
            7 => put(false, address("IrqPending"), 0, true),
            8 => put(false, address("Status"), 0, true),
            9 => put(true, address("Control"), data & 3, false),
            10 if rng.below(8) == 0 => put(true, address("Control"), RESET | data & 3, true),
            11 if rng.below(4) == 0 => {
                // The format of events may change only while none is pending.
                put(true, address("Control"), RESET, true);
                sparse = !sparse;
                put(true, address("Sample"), if sparse { SPARSE } else { 0 }, false);
            }
            12 => put(false, address("Cycles"), 0, true),
            _ => {
                for _ in 0..rng.below(9) {
                    put(true, EVENTS.address + 4 * rng.below(256), rng.below(u32::MAX), false);
                }
                if rng.below(3) == 0 {
                    put(true, address("Control"), [BEGIN, GO, BEGIN | GO][rng.below(3) as usize], false);
                }
            }
        }
    }
    list
}

/// Runs accesses on a bus and compares each response with the model's. Returns all responses and samples.
fn run(bus: Bus, face: Face, seed: u64, count: usize) -> (Vec<Option<u32>>, Vec<Presented>) {
    let mut bench = Bench::new(bus, face, seed);
    let mut map = Map::default();
    let mut answers = Vec::new();
    let mut dirt = KeyedRng::new(78, stream::DRAW, seed);
    for (i, access) in accesses(seed, count).into_iter().enumerate() {
        if dirt.below(16) == 0 {
            bench.core.dirty = true;
        }
        let got = bench.access(access);
        let Access { write, address, data, .. } = access;
        let want = map.access(&mut bench.core, access);
        assert_eq!(got, want, "{face:?}, seed {seed}, access {i}: {access:08x?}");
        if write && got.is_some() && address >= MEMORIES {
            // The response means that the word is written.
            let word = *bench.core.word((address - MEMORIES) / 4).expect("a word of the map");
            assert_eq!(word, data, "{face:?}, seed {seed}, access {i}");
        }
        if write && got.is_some() && address == self::address("Status") && data & DIRTY != 0 {
            assert!(!bench.core.dirty, "dirty stays");
        }
        answers.push(got.filter(|_| address != self::address("Cycles")));
        if access.settled {
            assert_eq!(
                bench.cycle().irq_o == 1,
                map.pending & map.enable != 0,
                "{face:?}, seed {seed}, access {i}"
            );
        }
    }
    bench.cycles(4000);
    assert_eq!(bench.core.presented, map.presented, "{face:?}, seed {seed}");
    (answers, map.presented)
}

#[test]
fn every_bus_gives_the_answers_of_the_model() {
    let Some(buses) = buses(&Build::UP5K) else { return };
    let seeds = std::env::var("BUS_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let (mut accesses, mut errors, mut samples, mut events) = (0, 0, 0, 0);
    for seed in 0..seeds {
        let results: Vec<_> =
            FACES.iter().map(|&face| run(buses.bus().expect("built"), face, seed, 300)).collect();
        assert!(results.iter().all(|result| *result == results[0]), "seed {seed}");
        let (answers, presented) = &results[0];
        accesses += answers.len();
        errors += answers.iter().filter(|answer| answer.is_none()).count();
        samples += presented.len();
        events += presented.iter().map(|sample| sample.events.len()).sum::<usize>();
    }
    println!(
        "{accesses} accesses over each of four buses, {errors} errors, {samples} samples, {events} events"
    );
    assert!(errors > 10 * seeds as usize && samples > 10 * seeds as usize && events > 100 * seeds as usize);
}

#[test]
fn bytes_are_not_written_alone() {
    let Some(buses) = buses(&Build::UP5K) else { return };
    for sel in 0..15 {
        let mut bench = Bench::new(buses.bus().expect("built"), Face::Wishbone, 5);
        assert_eq!(bench.wishbone(true, address("Sample"), 0x7f, sel), None);
        assert_eq!(
            bench.wishbone(false, address("Sample"), 0, sel),
            Some(0),
            "a read has no bytes to choose"
        );
        let mut bench = Bench::new(buses.bus().expect("built"), Face::Axil, 5);
        assert_eq!(bench.axil(true, address("Sample"), 0x7f, sel), None);
        assert_eq!(bench.axil(false, address("Sample"), 0, sel), Some(0));
    }
}

/// A burst gives what single accesses give, and ends where it fails.
#[test]
fn a_burst_of_spi_is_word_after_word() {
    let Some(buses) = buses(&Build::UP5K) else { return };
    let mut bench = Bench::new(buses.bus().expect("built"), Face::Spi, 9);
    let weights = MEMORIES + 0x8_0000;
    let mut bytes = vec![2, (weights >> 16) as u8, 0, 4 * 28];
    let words: Vec<u32> = (0..6).map(|i| 0x1234_5678 * (i + 1)).collect();
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    bytes.extend([0, 0]);
    // Words 28 to 31 exist, 32 and 33 do not.
    let got = bench.transfer(&bytes);
    assert_eq!(got.last().map(|status| status & 0xf3), Some(0x51), "{got:02x?}");
    assert_eq!(bench.core.weights[28..], words[..4]);
    let mut bytes = vec![3, (weights >> 16) as u8, 0, 4 * 28];
    bytes.extend([0; 36]);
    let got = bench.transfer(&bytes);
    for (i, frame) in got[4..].chunks(6).enumerate() {
        let (status, word) = (frame[1] & 0xf3, u32::from_le_bytes([frame[2], frame[3], frame[4], frame[5]]));
        assert_eq!(
            (status, word),
            if i < 4 { (0x50, words[i]) } else { (0x51, 0) },
            "word {i} of {got:02x?}"
        );
    }
}

/// An invalid command has no effect and returns an error; a transaction may end anywhere.
#[test]
fn spi_survives_what_is_no_command() {
    let Some(buses) = buses(&Build::UP5K) else { return };
    let mut bench = Bench::new(buses.bus().expect("built"), Face::Spi, 10);
    let sample = address("Sample") as u8;
    for command in (0..=255_u8).filter(|command| !matches!(command, 2 | 3)) {
        let got = bench.transfer(&[command, 0, 0, sample, 0xff, 0xff, 0xff, 0xff, 0, 0]);
        let status = if command & 1 == 1 { got[5] } else { got[9] };
        assert_eq!(status & 0xf3, 0x51, "command {command:02x}: {got:02x?}");
    }
    let whole = [2, 0, 0, sample, 0x55, 1, 0, 0, 0, 0];
    for length in 0..8 {
        bench.transfer(&whole[..length]);
        assert_eq!(bench.spi(false, sample.into(), 0), Some(0), "{length} bytes were enough");
    }
    bench.transfer(&whole);
    assert_eq!(bench.spi(false, sample.into(), 0), Some(0x155));
}

/// A reset during a sample discards it, and does not affect the next one.
#[test]
fn a_reset_in_a_sample_leaves_a_free_core() {
    let Some(buses) = buses(&Build::UP5K) else { return };
    for face in FACES {
        let mut bench = Bench::new(buses.bus().expect("built"), face, 11);
        bench.core.slow = true;
        let write = |bench: &mut Bench, name: &str, data| {
            let address = if name == "Event" { EVENTS.address } else { address(name) };
            bench.access(Access { write: true, address, data, settled: false })
        };
        assert_eq!(write(&mut bench, "Control", BEGIN), Some(0));
        assert_eq!(write(&mut bench, "Event", 0x0403_0201), Some(0));
        assert_eq!(write(&mut bench, "Control", GO), Some(0));
        assert_eq!(write(&mut bench, "Event", 0x0807_0605), Some(0), "{face:?}: the next sample's");
        assert_eq!(write(&mut bench, "Control", RESET), Some(0));
        let read = Access { write: false, address: address("Status"), data: 0, settled: true };
        assert_eq!(bench.access(read), Some(0), "{face:?}");
        let pending = Access { address: address("IrqPending"), ..read };
        assert_eq!(bench.access(pending), Some(0), "{face:?}: nothing was done");
        bench.core.slow = false;
        assert_eq!(write(&mut bench, "Control", BEGIN), Some(0));
        assert_eq!(write(&mut bench, "Event", 0x0c0b_0a09), Some(0));
        assert_eq!(write(&mut bench, "Control", GO), Some(0));
        bench.cycles(400);
        let events: Vec<_> = bench.core.presented.iter().map(|sample| sample.events.clone()).collect();
        assert_eq!(events.len(), 2, "{face:?}");
        assert_eq!(events[1], [(0, 9), (1, 10), (2, 11), (3, 12)], "{face:?}");
    }
}
