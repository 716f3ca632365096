//! Registers behind each of their buses: the same random accesses, with random back-pressure on both sides, get the same answers, those
//! of a model that says what the registers should do. The core is played here.

use crate::buses;
use hebbit_core::num::{KeyedRng, stream};
use hebbit_rtl::registers::{EVENTS, IDENTITY, MEMORIES, REGISTERS};
use hebbit_rtl::{Build, Bus, BusIn, BusOut};
use std::collections::VecDeque;

/// What top_bus.sv is built with.
const ROOM: usize = 16;
const SIZE: u32 = 0x1357_9bdf;
const CARRIES: u32 = 0x0246_8ace;
const ALIGNS: u32 = 0x0055_aa33;

const BEGIN: u32 = 1;
const GO: u32 = 2;
const RESET: u32 = 4;
const SPARSE: u32 = 1 << 10;
const DONE: u32 = 1;
const ERROR: u32 = 2;
const OVERFLOW: u32 = 4;
const DIRTY: u32 = 4;

/// Longer than anything that has to be waited for.
const PATIENCE: usize = 20_000;

fn address(name: &str) -> u32 {
    REGISTERS.iter().find(|register| register.name == name).expect("a register of that name").address
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Inner,
    Spi,
    Wishbone,
    Axil,
}

const FACES: [Face; 4] = [Face::Inner, Face::Spi, Face::Wishbone, Face::Axil];

/// A sample as the core gets it: flags and events, a lane each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Presented {
    wipe: bool,
    learn: bool,
    target: bool,
    class: u32,
    events: Vec<(u32, u32)>,
}

/// The core, played: memories of a few words that answer when they like, samples that take a while.
#[derive(Default)]
struct Player {
    table: [u32; 32],
    weights: [u32; 32],
    answer: Option<(u32, Option<u32>)>,
    /// The request that it has seen and not taken: address, and whether it writes.
    asked: Option<(u32, bool)>,
    /// Cycles until events are taken; then until the sample ends.
    opens: Option<u32>,
    ends: Option<u32>,
    /// Samples take very long.
    slow: bool,
    filling: bool,
    dirty: bool,
    cycles: u32,
    sample: Presented,
    presented: Vec<Presented>,
}

impl Player {
    fn busy(&self) -> bool {
        self.opens.is_some() || self.filling || self.ends.is_some()
    }

    fn word(&mut self, address: u32) -> Option<&mut u32> {
        match address {
            0..32 => self.table.get_mut(address as usize),
            0x2_0000.. => self.weights.get_mut(address as usize - 0x2_0000),
            _ => None,
        }
    }

    /// What it shows in a cycle.
    fn show(&mut self, rng: &mut KeyedRng, pins: &mut BusIn) {
        pins.busy_i = self.busy().into();
        pins.dirty_i = self.dirty.into();
        pins.event_ready_i = (self.filling && rng.below(2) == 0).into();
        let idle = !self.busy() && self.answer.is_none();
        (pins.host_rvalid_i, pins.host_error_i, pins.host_rdata_i) = (0, 0, rng.below(u32::MAX));
        pins.host_ready_i = (idle && self.asked.is_some() && rng.below(3) != 0).into();
        if let (1, Some((address, true))) = (pins.host_ready_i, self.asked) {
            pins.host_error_i = self.word(address).is_none().into();
        }
        match &mut self.answer {
            Some((0, word)) => {
                (pins.host_rvalid_i, pins.host_error_i) = (1, word.is_none().into());
                pins.host_rdata_i = word.unwrap_or(0);
                self.answer = None;
            }
            Some((left, _)) => *left -= 1,
            None => {}
        }
    }

    /// What it does with what came.
    fn clock(&mut self, rng: &mut KeyedRng, pins: &BusIn, out: &BusOut) {
        self.cycles += u32::from(self.ends.is_some());
        let asks = out.host_valid_o == 1 && pins.host_ready_i == 0;
        let asked = asks.then_some((out.host_addr_o, out.host_we_o == 1));
        assert!(
            self.asked.is_none() || self.asked == asked || pins.host_ready_i == 1,
            "a request is not held"
        );
        self.asked = asked;
        if out.host_valid_o == 1 && pins.host_ready_i == 1 {
            let found = self.word(out.host_addr_o);
            if out.host_we_o == 1 {
                if let Some(word) = found {
                    *word = out.host_wdata_o;
                }
            } else {
                self.answer = Some((rng.below(3), found.copied()));
            }
        }
        if out.event_valid_o == 1 && pins.event_ready_i == 1 {
            for lane in (0..4).filter(|lane| out.event_lanes_o >> lane & 1 == 1) {
                let magnitude = out.event_magnitudes_o >> (8 * lane) & 0xff;
                self.sample.events.push((4 * out.event_group_o + lane, magnitude));
            }
        }
        match &mut self.ends {
            Some(0) => self.ends = None,
            Some(left) => *left -= 1,
            None => {}
        }
        match &mut self.opens {
            Some(0) => (self.opens, self.filling) = (None, true),
            Some(left) => *left -= 1,
            None => {}
        }
        if out.go_o == 1 {
            assert!(self.filling && pins.event_ready_i == 1, "go comes when the core takes none");
            (self.filling, self.ends) = (false, Some(if self.slow { 1_000_000 } else { rng.below(60) }));
            self.cycles = 0;
            let Self { sample, presented, .. } = self;
            (sample.learn, sample.target, sample.class) = (out.learn_o == 1, out.target_o == 1, out.class_o);
            presented.push(std::mem::take(sample));
        }
        if out.begin_o == 1 {
            assert!(!self.busy(), "a sample begins in another one");
            self.opens = Some(rng.below(6));
            self.sample = Presented { wipe: out.wipe_o == 1, ..Presented::default() };
        }
        if out.dirty_clear_o == 1 {
            self.dirty = false;
        }
        if out.core_rst_no == 0 {
            (self.opens, self.ends, self.filling) = (None, None, false);
        }
    }
}

/// What the registers should do.
#[derive(Default)]
struct Map {
    sample: u32,
    pending: u32,
    enable: u32,
    open: bool,
    wipe: bool,
    events: VecDeque<u32>,
    presented: Vec<Presented>,
}

/// An access and when it comes.
#[derive(Clone, Copy, Debug)]
struct Access {
    write: bool,
    address: u32,
    data: u32,
    /// All that was begun has ended before it.
    settled: bool,
}

struct Bench {
    bus: Bus,
    pins: BusIn,
    rng: KeyedRng,
    core: Player,
    face: Face,
    /// A request on the inner bus is under way.
    open: bool,
}

impl Bench {
    fn new(bus: Bus, face: Face, seed: u64) -> Self {
        let rng = KeyedRng::new(face as u32, stream::DRAW, seed);
        let mut pins = BusIn { cs_ni: 1, bus_i: face as u32, ..BusIn::default() };
        let mut core = Player::default();
        core.table.iter_mut().chain(&mut core.weights).zip(1..).for_each(|(word, i)| *word = i * 0x0101_0307);
        pins.rst_ni = 0;
        let mut bench = Self { bus, pins, rng, core, face, open: false };
        bench.cycles(3);
        bench.pins.rst_ni = 1;
        bench.cycles(3);
        bench
    }

    fn cycle(&mut self) -> BusOut {
        self.core.show(&mut self.rng, &mut self.pins);
        let out = self.bus.cycle(&self.pins);
        self.core.clock(&mut self.rng, &self.pins, &out);
        assert!(self.open || out.rsp_valid_o == 0, "an answer that nobody asked for");
        out
    }

    fn cycles(&mut self, n: u32) {
        for _ in 0..n {
            self.cycle();
        }
    }

    /// Cycles until something shows.
    fn until(&mut self, mut see: impl FnMut(&mut Self, &BusOut) -> bool) -> BusOut {
        for _ in 0..PATIENCE {
            let out = self.cycle();
            if see(self, &out) {
                return out;
            }
        }
        panic!("{:?}: nothing happens", self.face);
    }

    fn pause(&mut self) {
        let cycles = self.rng.below(4);
        self.cycles(cycles);
    }

    /// The word that was read, or 0; nothing if it was an error.
    fn access(&mut self, access: Access) -> Option<u32> {
        self.pause();
        let Access { write, address, data, settled } = access;
        if settled {
            self.cycles(400);
        }
        match self.face {
            Face::Inner => self.inner(write, address, data),
            Face::Spi => self.spi(write, address, data),
            Face::Wishbone => self.wishbone(write, address, data, 15),
            Face::Axil => self.axil(write, address, data, 15),
        }
    }

    fn inner(&mut self, write: bool, address: u32, data: u32) -> Option<u32> {
        let sound = address.is_multiple_of(4) && address < 0x20_0000;
        self.pins.req_valid_i = 1;
        self.pins.req_we_i = write.into();
        self.pins.req_addr_i = if sound { address / 4 } else { 0x2_0000 };
        self.pins.req_wdata_i = data;
        self.open = true;
        let mut out = self.until(|_, out| out.req_ready_o == 1);
        self.pins.req_valid_i = 0;
        if out.rsp_valid_o == 0 {
            assert!(!write, "a write is answered when it is taken");
            out = self.until(|_, out| out.rsp_valid_o == 1);
        }
        self.open = false;
        assert_eq!(out.rsp_wait_o, 0);
        (out.rsp_error_o == 0).then_some(if write { 0 } else { out.rsp_rdata_o })
    }

    fn half(&mut self) {
        let cycles = 2 + self.rng.below(2);
        self.cycles(cycles);
    }

    /// A transaction, most significant bit first, mode 0.
    fn transfer(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.pins.cs_ni = 0;
        self.cycles(3);
        let mut answer = Vec::new();
        for &byte in bytes {
            let mut got = 0;
            for bit in (0..8).rev() {
                (self.pins.sclk_i, self.pins.mosi_i) = (0, (byte >> bit & 1).into());
                self.half();
                // The master looks just before the edge.
                self.pins.sclk_i = 1;
                got = got << 1 | self.cycle().miso_o as u8;
                self.half();
            }
            answer.push(got);
        }
        self.pins.sclk_i = 0;
        self.half();
        self.pins.cs_ni = 1;
        self.cycles(4);
        answer
    }

    /// Word after word from an address on, tried again while they have to wait.
    fn spi(&mut self, write: bool, address: u32, data: u32) -> Option<u32> {
        for _ in 0..PATIENCE {
            let mut bytes = vec![if write { 2 } else { 3 }];
            bytes.extend(&address.to_be_bytes()[1..]);
            bytes.extend(if write { data } else { 0 }.to_le_bytes());
            bytes.extend([0, 0]);
            let got = self.transfer(&bytes);
            let status = if write { got[9] } else { got[5] };
            assert_eq!(status & 0xf0, 0x50, "no status byte in {got:02x?}");
            let word = got[6..10].iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
            match status & 3 {
                0 => return Some(if write { 0 } else { word }),
                1 => {
                    assert!(write || word == 0, "an error shows {word:08x}");
                    return None;
                }
                _ => assert!(write || word == 0, "a word that is not there shows {word:08x}"),
            }
        }
        panic!("SPI: always busy");
    }

    fn wishbone(&mut self, write: bool, address: u32, data: u32, sel: u32) -> Option<u32> {
        (self.pins.cyc_i, self.pins.stb_i, self.pins.we_i, self.pins.sel_i) = (1, 1, write.into(), sel);
        (self.pins.adr_i, self.pins.dat_i) = (address, data);
        let out = self.until(|_, out| out.ack_o == 1 || out.err_o == 1);
        assert!(out.ack_o != out.err_o);
        (self.pins.cyc_i, self.pins.stb_i) = (0, 0);
        if self.rng.below(2) == 0 {
            let after = self.cycle();
            assert!(after.ack_o == 0 && after.err_o == 0, "two answers");
        }
        (out.ack_o == 1).then_some(if write { 0 } else { out.dat_o })
    }

    fn axil(&mut self, write: bool, address: u32, data: u32, strobe: u32) -> Option<u32> {
        if write {
            (self.pins.awaddr_i, self.pins.wdata_i, self.pins.wstrb_i) = (address, data, strobe);
            let (first, wait) = (self.rng.below(2) == 0, self.rng.below(4));
            (self.pins.awvalid_i, self.pins.wvalid_i) = (first.into(), (!first).into());
            for _ in 0..wait {
                let out = self.cycle();
                assert!(out.awready_o == 0 && out.wready_o == 0, "it takes half a write");
            }
            (self.pins.awvalid_i, self.pins.wvalid_i) = (1, 1);
            let out = self.until(|_, out| out.awready_o == 1);
            assert_eq!(out.wready_o, 1);
            (self.pins.awvalid_i, self.pins.wvalid_i) = (0, 0);
            let out = self.until(|bench, out| {
                let taken = bench.pins.bready_i == 1 && out.bvalid_o == 1;
                bench.pins.bready_i = if taken { 0 } else { bench.rng.below(2) };
                taken
            });
            assert!(out.bresp_o == 0 || out.bresp_o == 2);
            (out.bresp_o == 0).then_some(0)
        } else {
            (self.pins.arvalid_i, self.pins.araddr_i) = (1, address);
            self.until(|_, out| out.arready_o == 1);
            self.pins.arvalid_i = 0;
            let out = self.until(|bench, out| {
                let taken = bench.pins.rready_i == 1 && out.rvalid_o == 1;
                bench.pins.rready_i = if taken { 0 } else { bench.rng.below(2) };
                taken
            });
            assert!(out.rresp_o == 0 || out.rresp_o == 2);
            (out.rresp_o == 0).then_some(out.rdata_o)
        }
    }
}

impl Map {
    /// What an access should be answered with.
    fn access(&mut self, core: &mut Player, access: Access) -> Option<u32> {
        let answer = self.answered(core, access);
        self.pending |= if answer.is_none() { ERROR } else { 0 };
        answer
    }

    fn answered(&mut self, core: &mut Player, Access { write, address, data, .. }: Access) -> Option<u32> {
        if !address.is_multiple_of(4) || address >= 2 * MEMORIES {
            return None;
        }
        if address >= MEMORIES {
            let word = core.word((address - MEMORIES) / 4).filter(|_| !self.open)?;
            return Some(if write { 0 } else { *word });
        }
        if (EVENTS.address..2 * EVENTS.address).contains(&address) {
            if write && !self.open && self.events.len() == ROOM {
                self.pending |= OVERFLOW;
                return None;
            }
            self.events.extend(write.then_some(data));
            return Some(0);
        }
        let name = REGISTERS.iter().find(|register| register.address == address)?.name;
        match (name, write) {
            ("Id", false) => Some(IDENTITY),
            ("Size", false) => Some(SIZE),
            ("Carries", false) => Some(CARRIES),
            ("Aligns", false) => Some(ALIGNS),
            ("Cycles", false) => Some(core.cycles),
            ("Control", false) => Some(0),
            ("Control", true) => self.control(data),
            ("Sample", true) => {
                self.sample = data & 0x7ff;
                Some(0)
            }
            ("Sample", false) => Some(self.sample),
            ("Status", true) => Some(0),
            ("Status", false) => {
                let waiting = if self.open { 0 } else { self.events.len() as u32 };
                let open = u32::from(self.open);
                Some(open | open << 1 | u32::from(core.dirty) << 2 | waiting << 16)
            }
            ("IrqPending", true) => {
                self.pending &= !data;
                Some(0)
            }
            ("IrqPending", false) => Some(self.pending),
            ("IrqEnable", true) => {
                self.enable = data & 7;
                Some(0)
            }
            ("IrqEnable", false) => Some(self.enable),
            _ => None,
        }
    }

    fn control(&mut self, data: u32) -> Option<u32> {
        if data & RESET != 0 {
            // A sample that was begun is done with, in a way.
            self.events.clear();
            self.open = false;
            return Some(0);
        }
        if data & BEGIN != 0 && self.open || data & (BEGIN | GO) == GO && !self.open {
            return None;
        }
        if data & BEGIN != 0 {
            (self.open, self.wipe) = (true, self.sample & SPARSE != 0);
        }
        if data & GO != 0 {
            self.open = false;
            self.pending |= DONE;
            let sparse = self.sample & SPARSE != 0;
            let mut presented = Presented {
                wipe: self.wipe,
                learn: self.sample >> 8 & 1 == 1,
                target: self.sample >> 9 & 1 == 1,
                class: self.sample & 0xff,
                events: Vec::new(),
            };
            for (group, word) in (0..).zip(self.events.drain(..)) {
                if sparse {
                    presented.events.push((word & 0x3ff, word >> (16 + 8 * (word & 1)) & 0xff));
                } else {
                    let lanes = (0..4).map(|lane| (4 * (group % 256) + lane, word >> (8 * lane) & 0xff));
                    presented.events.extend(lanes);
                }
            }
            self.presented.push(presented);
        }
        Some(0)
    }
}

/// What a host may do, right or wrong.
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
                // How events are read changes when none waits.
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

/// Runs accesses over a bus and compares each answer with the model's. All answers, and all samples.
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
            // It is answered, so it is written.
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
    bench.cycles(400);
    assert_eq!(bench.core.presented, map.presented, "{face:?}, seed {seed}");
    (answers, map.presented)
}

#[test]
fn every_bus_gives_the_answers_of_the_model() {
    let Some(buses) = buses(&Build::UP5K) else { return };
    let seeds = std::env::var("CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
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
    // Words 28 to 31 are there, 32 and 33 are not.
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

/// A command that is none does nothing and says so; a transaction may end anywhere.
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

/// A sample that is cut off by a reset: nothing is left of it, and the next one is whole.
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
