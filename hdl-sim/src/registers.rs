//! The registers of the hardware: one list, from which come `rtl/gen/hebbit_regs_pkg.sv`, `docs/REGISTERS.md` and the constants of
//! the driver (`firmware/fpga-driver/src/registers.rs`). A test regenerates each of the three and fails if a file was stale.

use crate::Build;
use crate::layout::{COUNTERS, HOST_STATE, HOST_WEIGHTS};
use std::fmt::Write;

/// Access to a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read-only: a write is answered with an error.
    Read,
    /// Read and write.
    ReadWrite,
    /// Read; writing 1 to a bit clears it.
    Clear,
    /// A write starts an action; the register's text defines what a read returns.
    Act,
}

impl Access {
    fn short(self) -> &'static str {
        match self {
            Self::Read => "r",
            Self::ReadWrite => "rw",
            Self::Clear => "r, w1c",
            Self::Act => "r, act",
        }
    }
}

/// A field of a register.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name, as in `Busy`.
    pub name: &'static str,
    /// Position of its lowest bit.
    pub low: u32,
    /// Number of bits.
    pub bits: u32,
    /// Its meaning.
    pub text: &'static str,
}

/// A word that the bus reads or writes.
#[derive(Clone, Copy, Debug)]
pub struct Register {
    /// Name, as in `IrqEnable`.
    pub name: &'static str,
    /// Address in bytes.
    pub address: u32,
    /// Access.
    pub access: Access,
    /// Value after a reset, unless it depends on the build.
    pub reset: Option<u32>,
    /// Its meaning.
    pub text: &'static str,
    /// Its fields; other bits are 0.
    pub fields: &'static [Field],
}

/// Memory that the bus reaches word by word.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Name, as in `Weights`.
    pub name: &'static str,
    /// Address of its first byte.
    pub address: u32,
    /// Its contents.
    pub text: &'static str,
}

const fn field(name: &'static str, low: u32, bits: u32, text: &'static str) -> Field {
    Field { name, low, bits, text }
}

const fn flag(name: &'static str, low: u32, text: &'static str) -> Field {
    field(name, low, 1, text)
}

const fn register(
    name: &'static str,
    address: u32,
    access: Access,
    reset: Option<u32>,
    text: &'static str,
    fields: &'static [Field],
) -> Register {
    Register { name, address, access, reset, text, fields }
}

/// Value of the first of [`REGISTERS`]: `HB` and the version of this interface, major and minor.
pub const IDENTITY: u32 = 0x4842_0101;

/// Address of the first memory. Registers are below it.
pub const MEMORIES: u32 = 0x10_0000;

/// The registers, by address, without gaps.
pub const REGISTERS: &[Register] = &[
    register(
        "Id",
        0x00,
        Access::Read,
        Some(IDENTITY),
        "Who answers.",
        &[
            field("Minor", 0, 8, "grows with what is added"),
            field("Major", 8, 8, "incremented by incompatible changes"),
            field("Magic", 16, 16, "4842h"),
        ],
    ),
    register(
        "Size",
        0x04,
        Access::Read,
        None,
        "Widths of this build, by the names of the core's parameters. A network that needs wider ones does not fit.",
        &[
            field("WeightAddr", 0, 5, "2^n words of four weights"),
            field("TableAddr", 5, 4, "2^n words of counters and program"),
            field("LineWidth", 9, 4, "2^n groups of four lines"),
            field("NeuronWidth", 13, 4, "2^n steps of neurons"),
            field("AccWidth", 17, 6, "bits of a sum of products"),
            field("SumWidth", 23, 5, "bits of a neuron's sum of events"),
            field("FifoAddr", 28, 4, "2^n events wait"),
        ],
    ),
    register(
        "Carries",
        0x08,
        Access::Read,
        None,
        "Optional parts of this build.",
        &[
            flag("Burst", 0, "rule burst, form Count"),
            flag("Stdp", 1, "rule stdp, form Instar"),
            flag("Lif", 4, "lif neurons"),
            flag("Adaptive", 5, "adaptive neurons, and competition"),
            flag("Graded", 8, "the graded encoder: a magnitude per line"),
            flag("HardReset", 12, "a spike may reset the membrane to a value"),
            flag("ZeroPoint", 13, "weights may have a zero point"),
            flag("Against", 15, "windows may have the teacher Against"),
            flag("FullAlign", 14, "any alignment of sums; else those in `Aligns`"),
            field("RefractoryWidth", 16, 5, "width of the refractory counter, or of the adaptation"),
            field("Sources", 21, 5, "most projections into a layer, and feedbacks onto one"),
            field("FlagBits", 26, 3, "2^n projections from the input"),
            field("NeuronLanes", 29, 3, "neurons per step"),
        ],
    ),
    register(
        "Aligns",
        0x0c,
        Access::Read,
        None,
        "The supported alignments, without `FullAlign`.",
        &[field("List", 0, 24, "four of 6 bits, signed")],
    ),
    register(
        "Control",
        0x10,
        Access::Act,
        Some(0),
        "Starts samples. A read returns the requests that are still pending.",
        &[
            flag("Begin", 0, "accepts events from now on; an error if the last sample was begun and not run"),
            flag("Go", 1, "runs the sample when all pending events are consumed; an error without `Begin`"),
            flag("Reset", 2, "resets the core and drops events; memories and `Dirty` are unchanged"),
        ],
    ),
    register(
        "Status",
        0x14,
        Access::Clear,
        Some(0),
        "Status. Writing 1 to `Dirty` clears it; the other bits are read-only.",
        &[
            flag("Busy", 0, "a sample is running, from `Begin` to its end"),
            flag("Open", 1, "begun, and `Go` has not taken effect yet"),
            flag("Dirty", 2, "an update of weights was interrupted by a reset: load them again"),
            field("Level", 16, 10, "events that wait"),
        ],
    ),
    register(
        "Sample",
        0x18,
        Access::ReadWrite,
        Some(0),
        "How the sample is presented. A write waits while a sample runs.",
        &[
            field("Class", 0, 8, "the class that is taught"),
            flag("Learn", 8, "weights change"),
            flag("Taught", 9, "there is a class"),
            flag("Sparse", 10, "how events are read, from `Begin` on: see `Event`"),
            flag(
                "Wrong",
                11,
                "with `Taught`: the class is wrong, and only its output neuron is taught; since minor 1",
            ),
        ],
    ),
    register(
        "IrqPending",
        0x1c,
        Access::Clear,
        Some(0),
        "Interrupt causes since they were cleared.",
        &[
            flag("Done", 0, "a sample has run"),
            flag("Error", 1, "an access was answered with an error"),
            flag("Overflow", 2, "an event was refused because the FIFO was full"),
        ],
    ),
    register(
        "IrqEnable",
        0x20,
        Access::ReadWrite,
        Some(0),
        "Causes that assert the interrupt line.",
        &[field("Mask", 0, 3, "as in `IrqPending`")],
    ),
    register(
        "Cycles",
        0x24,
        Access::Read,
        Some(0),
        "Cycles of the last sample since all events were consumed, modulo 2^24.",
        &[field("Count", 0, 24, "cycles")],
    ),
];

/// The words after the registers that push events; all are equivalent.
pub static EVENTS: Register = register(
    "Event",
    0x400,
    Access::Act,
    Some(0),
    "Each word from 400h to 7fch pushes an event, or four. It waits while events are taken and there is no room; it is an error if there is \
     no room and nobody takes any. Reads 0. Not sparse: four magnitudes, those of lines 0 to 3 first, the bias line's place behind the \
     last one included. Sparse: one line and its magnitude; the others are 0.",
    &[
        field("Line", 0, 10, "sparse: the line"),
        field("Magnitude", 16, 8, "sparse: its magnitude"),
        field("Again", 24, 8, "sparse: the magnitude again"),
    ],
);

/// Memories, by address.
pub const WINDOWS: &[Window] = &[
    Window { name: "Table", address: MEMORIES, text: "counters and constants, 16 words, then the program" },
    Window { name: "Counters", address: MEMORIES + 4 * word(COUNTERS), text: "counters, as below" },
    Window {
        name: "State",
        address: MEMORIES + 4 * word(HOST_STATE),
        text: "memories of neurons, lines and columns, one every 1000h",
    },
    Window {
        name: "Weights",
        address: MEMORIES + 4 * word(HOST_WEIGHTS),
        text: "weights, four a word, in the checkpoint's order",
    },
];

/// Values of `Size`, `Carries` and `Aligns` for a build with a FIFO of this size.
pub fn described(build: &Build, fifo_addr: u32) -> [u32; 3] {
    let put = |register: &str, fields: &[(&str, u32)]| {
        let found = REGISTERS.iter().find(|r| r.name == register).map_or(&[] as &[Field], |r| r.fields);
        let place = |name: &str| found.iter().find(|field| field.name == name).map_or(0, |field| field.low);
        fields.iter().fold(0, |word, &(name, value)| word | value << place(name))
    };
    let size = put(
        "Size",
        &[
            ("WeightAddr", build.weight_addr),
            ("TableAddr", build.table_addr),
            ("LineWidth", build.line_width),
            ("NeuronWidth", build.neuron_width),
            ("AccWidth", build.acc_width),
            ("SumWidth", build.sum_width),
            ("FifoAddr", fifo_addr),
        ],
    );
    let carries = put(
        "Carries",
        &[
            ("Burst", build.burst.into()),
            ("Stdp", build.stdp.into()),
            ("Lif", build.lif.into()),
            ("Adaptive", build.adaptive.into()),
            ("Graded", 1),
            ("HardReset", build.hard_reset.into()),
            ("ZeroPoint", build.zero_point.into()),
            ("Against", build.against.into()),
            ("FullAlign", build.aligns.is_none().into()),
            ("RefractoryWidth", build.refractory_width),
            ("Sources", build.sources),
            ("FlagBits", build.flag_bits),
            ("NeuronLanes", build.neuron_lanes),
        ],
    );
    [size, carries, build.align_word()]
}

/// Names of the counters, in order, and their meanings.
pub const COUNTS: &[(&str, &str)] = &[
    ("Samples", "samples learned"),
    ("Steps", "learning steps"),
    ("Presented", "samples presented"),
    ("Fall", "by how many powers of two the learning rate has fallen"),
    ("Left", "samples until it falls again"),
    ("Spikes", "events of neurons in the last sample"),
    ("Ticks", "ticks of the last sample"),
];

#[allow(clippy::cast_possible_truncation)]
const fn word(address: usize) -> u32 {
    address as u32
}

fn all() -> impl Iterator<Item = &'static Register> {
    REGISTERS.iter().chain([&EVENTS])
}

/// `IrqPending` as `IRQ_PENDING`.
fn shout(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if i > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

fn mask(field: &Field) -> u32 {
    (u32::MAX >> (32 - field.bits)) << field.low
}

/// Writing to a string does not fail.
macro_rules! line {
    ($out:expr, $($text:tt)*) => {{
        let written = writeln!($out, $($text)*);
        debug_assert!(written.is_ok());
    }};
}

/// The SystemVerilog package: numbers of registers, positions of fields.
pub fn package() -> String {
    let mut out = String::from(
        "// Generated from hdl-sim/src/registers.rs by hebbit-rtl: do not edit.\npackage hebbit_regs_pkg;\n",
    );
    out.push_str("  /* verilator lint_off UNUSEDPARAM */\n");
    line!(out, "  localparam logic [31:0] Identity = 32'h{IDENTITY:08x};");
    line!(
        out,
        "  // Bits of word addresses: memories, and the words that push events. Below are registers, by their numbers."
    );
    line!(out, "  localparam int MemoryBit = {};", MEMORIES.trailing_zeros() - 2);
    line!(out, "  localparam int EventBit = {};", EVENTS.address.trailing_zeros() - 2);
    for register in REGISTERS {
        line!(out, "  localparam logic [3:0] {} = 4'd{};", register.name, register.address / 4);
    }
    for register in all() {
        for field in register.fields {
            line!(out, "  localparam int {}{} = {};", register.name, field.name, field.low);
        }
    }
    out.push_str("  /* verilator lint_on UNUSEDPARAM */\nendpackage\n");
    out
}

/// The constants of the driver.
pub fn constants() -> String {
    let mut out = String::from(
        "//! Registers of the hardware. Generated from hdl-sim/src/registers.rs by hebbit-rtl: do not edit. See `docs/REGISTERS.md`.\n\n",
    );
    line!(
        out,
        "/// Value of [`ID`].\npub const IDENTITY: u32 = 0x{:04x}_{:04x};",
        IDENTITY >> 16,
        IDENTITY & 0xffff
    );
    for register in all() {
        let name = shout(register.name);
        line!(out, "\n/// Address: {}", first_sentence(register.text));
        line!(out, "pub const {name}: u32 = 0x{:02x};", register.address);
        for field in register.fields {
            let field_name = shout(field.name);
            line!(out, "/// Bits of [`{name}`]: {}.", field.text.replace(['[', ']'], ""));
            line!(out, "pub const {name}_{field_name}: u32 = 0x{:x};", mask(field));
        }
    }
    for window in WINDOWS {
        line!(out, "\n/// Address: {}.", window.text);
        line!(out, "pub const {}: u32 = 0x{:x};", shout(window.name), window.address);
    }
    for (i, (name, text)) in (0..).zip(COUNTS) {
        line!(out, "/// Address of a counter: {text}.");
        line!(out, "pub const {}: u32 = 0x{:x};", shout(name), MEMORIES + 4 * (word(COUNTERS) + i));
    }
    out
}

fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

/// `docs/REGISTERS.md`.
pub fn document() -> String {
    let mut out = String::from(
        "# Registers\n\n<!-- Generated from hdl-sim/src/registers.rs by hebbit-rtl: do not edit. -->\n\n",
    );
    out.push_str(
        "The hardware as its host sees it: words of 32 bits, little-endian, at addresses in bytes that are multiples of 4. How a bus\n\
         brings them there is in `RTL.md`, \"Interfaces\".\n\n\
         * An access outside of the map, or a write to what is only read, is answered with an error and changes nothing.\n\
         * *Waits*: Wishbone and AXI4-Lite are held until it can be done; SPI answers `busy`, and nothing has been done.\n\
         * Access: r read, w written, w1c a bit that is written as 1 becomes 0, act a write does something.\n\n",
    );
    line!(out, "| address | name | access | after a reset | what |\n|---|---|---|---|---|");
    for register in all() {
        let reset = register.reset.map_or("by the build".to_owned(), |word| format!("{word:08x}h"));
        let Register { name, address, access, text, .. } = register;
        line!(out, "| {address:03x}h | `{name}` | {} | {reset} | {text} |", access.short());
    }
    for register in all() {
        line!(
            out,
            "\n## {}, {:03x}h\n\n| bits | field | what |\n|---|---|---|",
            register.name,
            register.address
        );
        for field in register.fields {
            let Field { name, low, bits, text } = field;
            let bits = if *bits == 1 { low.to_string() } else { format!("{}:{low}", low + bits - 1) };
            line!(out, "| {bits} | `{name}` | {text} |");
        }
    }
    line!(
        out,
        "\n## Memories\n\nReached while no sample is under way: they wait while one runs, and are an error between `Begin` and `Go`.\n"
    );
    line!(out, "| address | what |\n|---|---|");
    for window in WINDOWS {
        line!(out, "| {:06x}h | {} |", window.address, window.text);
    }
    line!(out, "\n| counter | what |\n|---|---|");
    for (i, (_, text)) in (0..).zip(COUNTS) {
        line!(out, "| {:06x}h | {text} |", MEMORIES + 4 * (word(COUNTERS) + i));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{REGISTERS, constants, document, package};
    use std::path::Path;

    fn fresh(path: &str, text: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            std::fs::write(&path, text).expect("the file can be written");
            panic!("{} was stale: it has been written anew, commit it", path.display());
        }
    }

    #[test]
    fn the_package_is_fresh() {
        fresh("hdl-sim/rtl/gen/hebbit_regs_pkg.sv", &package());
    }

    #[test]
    fn the_document_is_fresh() {
        fresh("docs/REGISTERS.md", &document());
    }

    #[test]
    fn the_drivers_constants_are_fresh() {
        fresh("firmware/fpga-driver/src/registers.rs", &constants());
    }

    #[test]
    fn registers_are_words_without_gaps_and_fields_do_not_overlap() {
        for (i, register) in REGISTERS.iter().chain([&super::EVENTS]).enumerate() {
            let end = i == REGISTERS.len();
            assert!(
                register.address as usize == 4 * i || end,
                "{} is at {:#x}",
                register.name,
                register.address
            );
            let mut seen = 0_u32;
            for field in register.fields {
                assert_eq!(seen & super::mask(field), 0, "{} {}", register.name, field.name);
                seen |= super::mask(field);
            }
        }
    }
}
