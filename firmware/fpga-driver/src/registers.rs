//! Registers of the hardware. Generated from hdl-sim/src/registers.rs by hebbit-rtl: do not edit. See `docs/REGISTERS.md`.

/// Value of [`ID`].
pub const IDENTITY: u32 = 0x4842_0101;

/// Address: Who answers.
pub const ID: u32 = 0x00;
/// Bits of [`ID`]: grows with what is added.
pub const ID_MINOR: u32 = 0xff;
/// Bits of [`ID`]: incremented by incompatible changes.
pub const ID_MAJOR: u32 = 0xff00;
/// Bits of [`ID`]: 4842h.
pub const ID_MAGIC: u32 = 0xffff0000;

/// Address: Widths of this build, by the names of the core's parameters.
pub const SIZE: u32 = 0x04;
/// Bits of [`SIZE`]: 2^n words of four weights.
pub const SIZE_WEIGHT_ADDR: u32 = 0x1f;
/// Bits of [`SIZE`]: 2^n words of counters and program.
pub const SIZE_TABLE_ADDR: u32 = 0x1e0;
/// Bits of [`SIZE`]: 2^n groups of four lines.
pub const SIZE_LINE_WIDTH: u32 = 0x1e00;
/// Bits of [`SIZE`]: 2^n steps of neurons.
pub const SIZE_NEURON_WIDTH: u32 = 0x1e000;
/// Bits of [`SIZE`]: bits of a sum of products.
pub const SIZE_ACC_WIDTH: u32 = 0x7e0000;
/// Bits of [`SIZE`]: bits of a neuron's sum of events.
pub const SIZE_SUM_WIDTH: u32 = 0xf800000;
/// Bits of [`SIZE`]: 2^n events wait.
pub const SIZE_FIFO_ADDR: u32 = 0xf0000000;

/// Address: Optional parts of this build.
pub const CARRIES: u32 = 0x08;
/// Bits of [`CARRIES`]: rule burst, form Count.
pub const CARRIES_BURST: u32 = 0x1;
/// Bits of [`CARRIES`]: rule stdp, form Instar.
pub const CARRIES_STDP: u32 = 0x2;
/// Bits of [`CARRIES`]: lif neurons.
pub const CARRIES_LIF: u32 = 0x10;
/// Bits of [`CARRIES`]: adaptive neurons, and competition.
pub const CARRIES_ADAPTIVE: u32 = 0x20;
/// Bits of [`CARRIES`]: the graded encoder: a magnitude per line.
pub const CARRIES_GRADED: u32 = 0x100;
/// Bits of [`CARRIES`]: a spike may reset the membrane to a value.
pub const CARRIES_HARD_RESET: u32 = 0x1000;
/// Bits of [`CARRIES`]: weights may have a zero point.
pub const CARRIES_ZERO_POINT: u32 = 0x2000;
/// Bits of [`CARRIES`]: windows may have the teacher Against.
pub const CARRIES_AGAINST: u32 = 0x8000;
/// Bits of [`CARRIES`]: any alignment of sums; else those in `Aligns`.
pub const CARRIES_FULL_ALIGN: u32 = 0x4000;
/// Bits of [`CARRIES`]: width of the refractory counter, or of the adaptation.
pub const CARRIES_REFRACTORY_WIDTH: u32 = 0x1f0000;
/// Bits of [`CARRIES`]: most projections into a layer, and feedbacks onto one.
pub const CARRIES_SOURCES: u32 = 0x3e00000;
/// Bits of [`CARRIES`]: 2^n projections from the input.
pub const CARRIES_FLAG_BITS: u32 = 0x1c000000;
/// Bits of [`CARRIES`]: neurons per step.
pub const CARRIES_NEURON_LANES: u32 = 0xe0000000;

/// Address: The supported alignments, without `FullAlign`.
pub const ALIGNS: u32 = 0x0c;
/// Bits of [`ALIGNS`]: four of 6 bits, signed.
pub const ALIGNS_LIST: u32 = 0xffffff;

/// Address: Starts samples.
pub const CONTROL: u32 = 0x10;
/// Bits of [`CONTROL`]: accepts events from now on; an error if the last sample was begun and not run.
pub const CONTROL_BEGIN: u32 = 0x1;
/// Bits of [`CONTROL`]: runs the sample when all pending events are consumed; an error without `Begin`.
pub const CONTROL_GO: u32 = 0x2;
/// Bits of [`CONTROL`]: resets the core and drops events; memories and `Dirty` are unchanged.
pub const CONTROL_RESET: u32 = 0x4;

/// Address: Status.
pub const STATUS: u32 = 0x14;
/// Bits of [`STATUS`]: a sample is running, from `Begin` to its end.
pub const STATUS_BUSY: u32 = 0x1;
/// Bits of [`STATUS`]: begun, and `Go` has not taken effect yet.
pub const STATUS_OPEN: u32 = 0x2;
/// Bits of [`STATUS`]: an update of weights was interrupted by a reset: load them again.
pub const STATUS_DIRTY: u32 = 0x4;
/// Bits of [`STATUS`]: events that wait.
pub const STATUS_LEVEL: u32 = 0x3ff0000;

/// Address: How the sample is presented.
pub const SAMPLE: u32 = 0x18;
/// Bits of [`SAMPLE`]: the class that is taught.
pub const SAMPLE_CLASS: u32 = 0xff;
/// Bits of [`SAMPLE`]: weights change.
pub const SAMPLE_LEARN: u32 = 0x100;
/// Bits of [`SAMPLE`]: there is a class.
pub const SAMPLE_TAUGHT: u32 = 0x200;
/// Bits of [`SAMPLE`]: how events are read, from `Begin` on: see `Event`.
pub const SAMPLE_SPARSE: u32 = 0x400;
/// Bits of [`SAMPLE`]: with `Taught`: the class is wrong, and only its output neuron is taught; since minor 1.
pub const SAMPLE_WRONG: u32 = 0x800;

/// Address: Interrupt causes since they were cleared.
pub const IRQ_PENDING: u32 = 0x1c;
/// Bits of [`IRQ_PENDING`]: a sample has run.
pub const IRQ_PENDING_DONE: u32 = 0x1;
/// Bits of [`IRQ_PENDING`]: an access was answered with an error.
pub const IRQ_PENDING_ERROR: u32 = 0x2;
/// Bits of [`IRQ_PENDING`]: an event was refused because the FIFO was full.
pub const IRQ_PENDING_OVERFLOW: u32 = 0x4;

/// Address: Causes that assert the interrupt line.
pub const IRQ_ENABLE: u32 = 0x20;
/// Bits of [`IRQ_ENABLE`]: as in `IrqPending`.
pub const IRQ_ENABLE_MASK: u32 = 0x7;

/// Address: Cycles of the last sample since all events were consumed, modulo 2^24.
pub const CYCLES: u32 = 0x24;
/// Bits of [`CYCLES`]: cycles.
pub const CYCLES_COUNT: u32 = 0xffffff;

/// Address: Each word from 400h to 7fch pushes an event, or four.
pub const EVENT: u32 = 0x400;
/// Bits of [`EVENT`]: sparse: the line.
pub const EVENT_LINE: u32 = 0x3ff;
/// Bits of [`EVENT`]: sparse: its magnitude.
pub const EVENT_MAGNITUDE: u32 = 0xff0000;
/// Bits of [`EVENT`]: sparse: the magnitude again.
pub const EVENT_AGAIN: u32 = 0xff000000;

/// Address: counters and constants, 16 words, then the program.
pub const TABLE: u32 = 0x100000;

/// Address: counters, as below.
pub const COUNTERS: u32 = 0x100000;

/// Address: memories of neurons, lines and columns, one every 1000h.
pub const STATE: u32 = 0x110000;

/// Address: weights, four a word, in the checkpoint's order.
pub const WEIGHTS: u32 = 0x180000;
/// Address of a counter: samples learned.
pub const SAMPLES: u32 = 0x100000;
/// Address of a counter: learning steps.
pub const STEPS: u32 = 0x100004;
/// Address of a counter: samples presented.
pub const PRESENTED: u32 = 0x100008;
/// Address of a counter: by how many powers of two the learning rate has fallen.
pub const FALL: u32 = 0x10000c;
/// Address of a counter: samples until it falls again.
pub const LEFT: u32 = 0x100010;
/// Address of a counter: events of neurons in the last sample.
pub const SPIKES: u32 = 0x100014;
/// Address of a counter: ticks of the last sample.
pub const TICKS: u32 = 0x100018;
