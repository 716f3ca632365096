//! Assembler for programs of the sequencer: instructions with labels, assembled to words.

use crate::layout::{PROGRAM, act, op, register};

/// Target of a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(usize);

#[derive(Clone, Copy, Debug)]
enum Item {
    Word(u32),
    Set(u32, u32),
    Jump { word: u32, to: Label },
    Here(Label),
}

/// Registers that only programs change and whose writes have no side effect.
const STEADY: [u32; 22] = [
    register::NEURONS,
    register::THRESHOLD,
    register::RESET,
    register::FLOOR,
    register::LEAK,
    register::REFRACTORY,
    register::PLACE,
    register::LINES,
    register::WEIGHTS,
    register::BOUNDS,
    register::BOUNDS_HIGH,
    register::RATE,
    register::RULE,
    register::CEILING,
    register::BLANK,
    register::ALIGNS,
    register::ALIGNS + 1,
    register::ALIGNS + 2,
    register::ALIGNS + 3,
    register::FADE,
    register::BUMP,
    register::GROW,
];

/// Packs fields: value, position of the lowest bit, bits.
pub(crate) fn fields(list: &[(i64, u32, u32)]) -> u32 {
    list.iter().fold(0, |word, &(value, at, bits)| {
        debug_assert!(value >= -(1 << bits) && value < 1 << bits, "{value} in {bits} bits");
        word | ((value & ((1 << bits) - 1)) as u32) << at
    })
}

/// Conditions of a wait.
pub(crate) mod until {
    pub(crate) const PASS: u32 = 1;
    pub(crate) const SWEEP: u32 = 2;
    pub(crate) const MIX: u32 = 4;
    pub(crate) const INPUT: u32 = 8;
}

/// A program under construction.
#[derive(Debug, Default)]
pub(crate) struct Program {
    items: Vec<Item>,
    labels: usize,
}

fn word(op: u32, field: u32, value: u32) -> u32 {
    debug_assert!(op < 8 && field < 32 && value < 1 << 24, "{op} {field} {value:#x}");
    op << 29 | field << 24 | value
}

impl Program {
    pub(crate) fn set(&mut self, register: u32, value: u32) {
        self.items.push(Item::Set(register, value));
    }

    pub(crate) fn load(&mut self, register: u32, from: usize) {
        self.items.push(Item::Word(word(op::LOAD, register, from as u32)));
    }

    pub(crate) fn add(&mut self, from: usize, to: usize, change: u32) {
        self.items.push(Item::Word(word(op::ADD, 0, from as u32 | (to as u32) << 4 | change << 8)));
    }

    pub(crate) fn label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    pub(crate) fn here(&mut self, label: Label) {
        self.items.push(Item::Here(label));
    }

    /// Jumps if the condition has the given value.
    pub(crate) fn jump(&mut self, condition: u32, holds: bool, to: Label) {
        self.flagged(condition, holds, 0, to);
    }

    pub(crate) fn flagged(&mut self, condition: u32, holds: bool, flag: u32, to: Label) {
        let field = condition | u32::from(!holds) << 4;
        self.items.push(Item::Jump { word: word(op::JUMP, field, flag << 12), to });
    }

    pub(crate) fn pass(&mut self, order: u32) {
        self.items.push(Item::Word(word(op::PASS, 0, order)));
    }

    pub(crate) fn sweep(&mut self, order: u32) {
        self.items.push(Item::Word(word(op::SWEEP, 0, order)));
    }

    pub(crate) fn wait(&mut self, engines: u32) {
        self.items.push(Item::Word(word(op::WAIT, 0, engines)));
    }

    /// Waits, then shows the end of a phase.
    pub(crate) fn show(&mut self, engines: u32, phase: u32, layer: usize) {
        self.wait(engines | 1 << 4 | phase << 5 | (layer as u32) << 8);
    }

    pub(crate) fn act(&mut self, what: u32) {
        self.items.push(Item::Word(word(op::DO, what, 0)));
    }

    pub(crate) fn flag(&mut self, flag: u32, value: bool) {
        self.items.push(Item::Word(word(op::DO, act::FLAG, flag | u32::from(value) << 4)));
    }

    /// The words. A register that has one value everywhere is set once, at the start.
    pub(crate) fn words(self) -> Vec<u32> {
        let steady = |register: u32| {
            let mut values = self.items.iter().filter_map(|item| match item {
                Item::Set(r, value) if *r == register => Some(*value),
                _ => None,
            });
            let first = values.next()?;
            (STEADY.contains(&register) && values.all(|value| value == first)).then_some(first)
        };
        let mut words: Vec<u32> =
            (0..32).filter_map(|r| steady(r).map(|value| word(op::SET, r, value))).collect();
        let mut places = vec![0; self.labels];
        let mut jumps = Vec::new();
        for item in &self.items {
            match *item {
                Item::Word(word) => words.push(word),
                Item::Set(r, _) if steady(r).is_some() => {}
                Item::Set(r, value) => words.push(word(op::SET, r, value)),
                Item::Jump { word, to } => {
                    jumps.push((words.len(), to));
                    words.push(word);
                }
                Item::Here(Label(label)) => places[label] = words.len() + PROGRAM,
            }
        }
        for (at, Label(label)) in jumps {
            words[at] |= places[label] as u32;
        }
        words
    }
}
