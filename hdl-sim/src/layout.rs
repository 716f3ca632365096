//! Where things stand in the table of descriptors: 256 words of 32 bits that say what the network is. `docs/RTL.md` has the fields.

/// Words of the table.
pub const TABLE_WORDS: usize = 256;
/// Word 0: layers, projections, windows.
pub const HEAD_SHAPE: usize = 0;
/// Words 1 and 2: the seed, low word first.
pub const HEAD_SEED: usize = 1;
/// Word 3: parameters of the rule.
pub const HEAD_RULE: usize = 3;
/// Word 4: the learning rate falls every so many samples.
pub const HEAD_HALVE: usize = 4;
/// Word 5: where the parts of feedback are summed, and how many groups of state there are.
pub const HEAD_GROUPS: usize = 5;
/// Word 6: the input.
pub const HEAD_INPUT: usize = 6;
/// Words 8 to 10: windows.
pub const HEAD_WINDOWS: usize = 8;
/// Layers, from the input on, four words each.
pub const TABLE_LAYERS: usize = 16;
/// Projections, four words each.
pub const TABLE_PROJECTIONS: usize = 80;
/// Feedbacks, four words each, ordered by the layer that gets them.
pub const TABLE_FEEDBACK: usize = 144;
/// Words of a layer, a projection, a feedback.
pub const ITEM_WORDS: usize = 4;
/// Counters: samples, steps, presented, by how much the rate has fallen, samples until it falls again; of the last sample, to be
/// read: events of neurons, ticks.
pub const COUNTERS: usize = 240;

/// On the host's port: the first word of the state memories.
pub const HOST_STATE: usize = 0x4000;
/// Words from one state memory to the next.
pub const HOST_MEMORY: usize = 0x400;
/// On the host's port: the first word of the weights.
pub const HOST_WEIGHTS: usize = 0x2_0000;

/// Words of 32 bits that the weights of an UP5K have: four weights each.
pub const WEIGHT_WORDS: usize = 1 << 15;
/// Groups of four lines or neurons that the state memories have, and as many of columns.
pub const GROUPS: usize = 256;
