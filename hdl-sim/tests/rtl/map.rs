//! A model of the registers: the expected response to an access.

use crate::player::{Player, Presented};
use hebbit_rtl::registers::{EVENTS, IDENTITY, MEMORIES, REGISTERS};
use std::collections::VecDeque;

/// Parameters of top_bus.sv.
pub(crate) const ROOM: usize = 16;
pub(crate) const SIZE: u32 = 0x1357_9bdf;
pub(crate) const CARRIES: u32 = 0x0246_8ace;
pub(crate) const ALIGNS: u32 = 0x0055_aa33;

pub(crate) const BEGIN: u32 = 1;
pub(crate) const GO: u32 = 2;
pub(crate) const RESET: u32 = 4;
pub(crate) const SPARSE: u32 = 1 << 10;
pub(crate) const DONE: u32 = 1;
pub(crate) const ERROR: u32 = 2;
pub(crate) const OVERFLOW: u32 = 4;
pub(crate) const DIRTY: u32 = 4;

pub(crate) fn address(name: &str) -> u32 {
    REGISTERS.iter().find(|register| register.name == name).expect("a register of that name").address
}

/// An access and its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    pub(crate) write: bool,
    pub(crate) address: u32,
    pub(crate) data: u32,
    /// It starts after all earlier accesses and samples have ended.
    pub(crate) settled: bool,
}

/// The model.
#[derive(Default)]
pub(crate) struct Map {
    pub(crate) sample: u32,
    pub(crate) pending: u32,
    pub(crate) enable: u32,
    pub(crate) open: bool,
    pub(crate) wipe: bool,
    pub(crate) events: VecDeque<u32>,
    pub(crate) presented: Vec<Presented>,
}

impl Map {
    /// The expected response to an access.
    pub(crate) fn access(&mut self, core: &mut Player, access: Access) -> Option<u32> {
        let answer = self.answered(core, access);
        self.pending |= if answer.is_none() { ERROR } else { 0 };
        answer
    }

    pub(crate) fn answered(
        &mut self,
        core: &mut Player,
        Access { write, address, data, .. }: Access,
    ) -> Option<u32> {
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
                self.sample = data & 0xfff;
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

    pub(crate) fn control(&mut self, data: u32) -> Option<u32> {
        if data & RESET != 0 {
            // This also ends a sample that was begun.
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
            let sparse = self.wipe;
            let mut presented = Presented {
                wipe: self.wipe,
                learn: self.sample >> 8 & 1 == 1,
                target: self.sample >> 9 & 1 == 1,
                class: self.sample & 0xff,
                wrong: self.sample >> 11 & 1 == 1,
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
