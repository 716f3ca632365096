//! Words of the table: counters, and the program that describes the network. `docs/RTL.md` has the fields.

/// Counters and constants, which a program copies and counts: sixteen words.
pub const COUNTERS: usize = 0;
/// Samples learned.
pub const SAMPLES: usize = 0;
/// Learning steps.
pub const STEPS: usize = 1;
/// Samples presented.
pub const PRESENTED: usize = 2;
/// By how many powers of two the learning rate has fallen.
pub const FALL: usize = 3;
/// Samples until it falls again.
pub const LEFT: usize = 4;
/// Events of neurons in the last sample.
pub const SPIKES: usize = 5;
/// Ticks of a sample.
pub const TICKS: usize = 6;
/// Zero.
pub const ZERO: usize = 7;
/// The seed, low word first.
pub const SEED: usize = 8;
/// The learning rate falls every so many samples.
pub const HALVE: usize = 10;
/// The first instruction.
pub const PROGRAM: usize = 16;

/// Operation codes, bits 31 to 29 of an instruction.
pub mod op {
    /// Sets a register (28 to 24) to 24 bits.
    pub const SET: u32 = 0;
    /// Sets a register to a word of the table.
    pub const LOAD: u32 = 1;
    /// Copies a counter (3 to 0) to another one (7 to 4) and changes it (10 to 8).
    pub const ADD: u32 = 2;
    /// Jumps if a condition (26 to 24) holds, or does not (28).
    pub const JUMP: u32 = 3;
    /// Starts a pass.
    pub const PASS: u32 = 4;
    /// Starts a sweep.
    pub const SWEEP: u32 = 5;
    /// Waits for engines, then may show the end of a phase.
    pub const WAIT: u32 = 6;
    /// An action without a value, by bits 28 to 24.
    pub const DO: u32 = 7;
}

/// Registers.
pub mod register {
    /// Neurons, and the group of the first one.
    pub const NEURONS: u32 = 0;
    /// Threshold of a neuron.
    pub const THRESHOLD: u32 = 1;
    /// Membrane after a spike, and whether the reset is hard.
    pub const RESET: u32 = 2;
    /// The floor of the membrane.
    pub const FLOOR: u32 = 3;
    /// The leak.
    pub const LEAK: u32 = 4;
    /// Refractory ticks after a spike.
    pub const REFRACTORY: u32 = 5;
    /// Sums that a pass adds: base, stride, count minus one.
    pub const SOURCE: u32 = 6;
    /// Groups of columns and of sums, and the last word of a row.
    pub const PLACE: u32 = 7;
    /// Group of the first line.
    pub const LINES: u32 = 8;
    /// The first word of a matrix.
    pub const WEIGHTS: u32 = 9;
    /// Low, high, zero.
    pub const BOUNDS: u32 = 10;
    /// The learning rate of a projection, and its shift of forgetting.
    pub const RATE: u32 = 11;
    /// By how much it has fallen.
    pub const FALL: u32 = 12;
    /// Target and shift of the rule.
    pub const RULE: u32 = 13;
    /// Ceiling of the rule.
    pub const CEILING: u32 = 14;
    /// Whether the input is held at zero.
    pub const BLANK: u32 = 16;
    /// First key word.
    pub const KEY_LOW: u32 = 17;
    /// Second key word.
    pub const KEY_HIGH: u32 = 18;
    /// First word that is mixed.
    pub const X: u32 = 19;
    /// Second word that is mixed.
    pub const Y: u32 = 20;
    /// Ticks of a window minus one.
    pub const TICKS: u32 = 21;
    /// Upper bytes of low, high and zero, for 16-bit weights.
    pub const BOUNDS_HIGH: u32 = 26;
    /// Alignments of the sources, four a register.
    pub const ALIGNS: u32 = 22;
    /// The decay of an adaptation or of a trace.
    pub const FADE: u32 = 15;
    /// The increment of an adaptation or of a trace at a spike.
    pub const BUMP: u32 = 30;
    /// The growing factor of stdp.
    pub const GROW: u32 = 31;
}

/// Changes of a counter.
pub mod add {
    /// It is copied.
    pub const COPY: u32 = 0;
    /// One more.
    pub const ONE: u32 = 1;
    /// One less.
    pub const LESS: u32 = 2;
    /// One more, up to 64.
    pub const FALL: u32 = 3;
    /// The events of the last pass.
    pub const SPIKES: u32 = 4;
}

/// Conditions.
pub mod condition {
    /// Always.
    pub const ALWAYS: u32 = 0;
    /// The sample is learned.
    pub const LEARNING: u32 = 1;
    /// A group has a word.
    pub const LISTED: u32 = 2;
    /// The window's last tick.
    pub const LAST: u32 = 3;
    /// A flag (15 to 12).
    pub const FLAG: u32 = 4;
    /// The last counter became zero.
    pub const ZERO: u32 = 5;
    /// The competition has a winner.
    pub const FOUND: u32 = 6;
}

/// Actions without a value.
pub mod act {
    /// The sample is over.
    pub const END: u32 = 0;
    /// Opens the input.
    pub const OPEN: u32 = 1;
    /// Mixes.
    pub const MIX: u32 = 2;
    /// Takes the mixed words as the key.
    pub const KEY: u32 = 3;
    /// Sets a flag (3 to 0) to bit 4.
    pub const FLAG: u32 = 4;
    /// The next tick.
    pub const TICK: u32 = 5;
}

/// The first word of the state memories on the host's port.
pub const HOST_STATE: usize = 0x4000;
/// Distance of state memories, in words.
pub const HOST_MEMORY: usize = 0x400;
/// The first word of the weights on the host's port.
pub const HOST_WEIGHTS: usize = 0x2_0000;

/// Depth of the memories of columns, in groups of four.
pub const GROUPS: usize = 256;
