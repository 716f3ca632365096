//! A simulated core for tests of the registers.

use hebbit_core::num::KeyedRng;
use hebbit_rtl::{BusIn, BusOut};

/// A sample at the core's ports: flags and events, a lane each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Presented {
    pub(crate) wipe: bool,
    pub(crate) learn: bool,
    pub(crate) target: bool,
    pub(crate) class: u32,
    pub(crate) wrong: bool,
    pub(crate) events: Vec<(u32, u32)>,
}

/// The simulated core: memories of a few words with random latency, samples of random duration.
#[derive(Default)]
pub(crate) struct Player {
    pub(crate) table: [u32; 32],
    pub(crate) weights: [u32; 32],
    /// The pending request: address, and whether it writes.
    pub(crate) asked: Option<(u32, bool)>,
    /// Cycles until events are accepted; then until the sample ends.
    pub(crate) opens: Option<u32>,
    pub(crate) ends: Option<u32>,
    /// Samples take very long.
    pub(crate) slow: bool,
    pub(crate) filling: bool,
    pub(crate) dirty: bool,
    pub(crate) cycles: u32,
    pub(crate) sample: Presented,
    pub(crate) presented: Vec<Presented>,
}

impl Player {
    pub(crate) fn busy(&self) -> bool {
        self.opens.is_some() || self.filling || self.ends.is_some()
    }

    pub(crate) fn word(&mut self, address: u32) -> Option<&mut u32> {
        match address {
            0..32 => self.table.get_mut(address as usize),
            0x2_0000.. => self.weights.get_mut(address as usize - 0x2_0000),
            _ => None,
        }
    }

    /// Outputs of a cycle.
    pub(crate) fn show(&mut self, rng: &mut KeyedRng, pins: &mut BusIn) {
        pins.busy_i = self.busy().into();
        pins.dirty_i = self.dirty.into();
        pins.event_ready_i = (self.filling && rng.below(2) == 0).into();
        (pins.host_ready_i, pins.host_error_i, pins.host_rdata_i) = (0, rng.below(2), rng.below(u32::MAX));
        if let Some((address, _)) = self.asked.filter(|_| rng.below(3) == 0)
            && !self.busy()
        {
            let word = self.word(address).copied();
            (pins.host_ready_i, pins.host_error_i) = (1, word.is_none().into());
            pins.host_rdata_i = word.unwrap_or(0);
        }
    }

    /// Processes the inputs of a cycle.
    pub(crate) fn clock(&mut self, rng: &mut KeyedRng, pins: &BusIn, out: &BusOut) {
        self.cycles += u32::from(self.ends.is_some());
        let asks = out.host_valid_o == 1 && pins.host_ready_i == 0;
        let asked = asks.then_some((out.host_addr_o, out.host_we_o == 1));
        assert!(
            self.asked.is_none() || self.asked == asked || pins.host_ready_i == 1,
            "a request is not held"
        );
        self.asked = asked;
        if out.host_valid_o == 1
            && out.host_we_o == 1
            && pins.host_ready_i == 1
            && let Some(word) = self.word(out.host_addr_o)
        {
            *word = out.host_wdata_o;
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
            sample.wrong = out.wrong_o == 1;
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
