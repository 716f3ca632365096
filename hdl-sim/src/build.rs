//! Parameters that a core is built with.

use crate::RtlError;
use hebbit_core::net::WeightFormat;

/// The parameters of a core: its capacity and its optional parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// Its name.
    pub name: &'static str,
    /// Address bits of a word of four weights.
    pub weight_addr: u32,
    /// Bits of a weight: 8 or 16.
    pub weight_bits: u32,
    /// Address bits of the table.
    pub table_addr: u32,
    /// Address bits of a group of four lines, of the input and of all layers.
    pub line_width: u32,
    /// Address bits of a step's neurons.
    pub neuron_width: u32,
    /// Neurons that a pass visits at once: 1, 2 or 4.
    pub neuron_lanes: u32,
    /// Bits of an exact sum.
    pub acc_width: u32,
    /// Bits of a neuron's sum of events.
    pub sum_width: u32,
    /// Width of the per-neuron register that holds the refractory counter or the adaptation; 0 removes it.
    pub refractory_width: u32,
    /// Whether a spike can reset a membrane to a value, not only by subtraction.
    pub hard_reset: bool,
    /// Whether a teacher may be Against.
    pub against: bool,
    /// Whether weights can have a zero point other than 0.
    pub zero_point: bool,
    /// Most projections into a layer, and feedbacks onto one.
    pub sources: u32,
    /// Bits of the number of a projection from the input.
    pub flag_bits: u32,
    /// The supported alignments of sums; empty: all.
    pub aligns: Option<[i8; 4]>,
    /// Rule burst, form Count, with its feedback.
    pub burst: bool,
    /// Rule stdp, form Instar.
    pub stdp: bool,
    /// Lif neurons.
    pub lif: bool,
    /// Adaptive neurons, and competition.
    pub adaptive: bool,
    /// The shift of forgetting; `None`: any.
    pub forget_shift: Option<u16>,
    /// The decay of a neuron's trace per tick; `None`: any.
    pub trace_decay: Option<u16>,
    /// Rounds of the mixer in a cycle: 1 or 2.
    pub rounds: u32,
    /// Whether passes have an input register stage, for slow RAMs (one cycle of latency).
    pub buffered: bool,
}

impl Build {
    /// For simulation: everything.
    pub const SIM: Self = Self {
        name: "sim",
        weight_addr: 17,
        weight_bits: 8,
        table_addr: 11,
        line_width: 9,
        neuron_width: 9,
        neuron_lanes: 2,
        acc_width: 36,
        sum_width: 16,
        refractory_width: 16,
        hard_reset: true,
        against: true,
        zero_point: true,
        sources: 16,
        flag_bits: 4,
        aligns: None,
        burst: true,
        stdp: true,
        lif: true,
        adaptive: true,
        forget_shift: None,
        trace_decay: None,
        rounds: 1,
        buffered: false,
    };

    /// The same with 16-bit weights, for simulation: those of 784-128-10 take twice the memory of the small devices.
    pub const SIM16: Self =
        Self { name: "sim16", weight_addr: 16, weight_bits: 16, buffered: true, ..Self::SIM };

    /// For an iCE40UP5K.
    pub const UP5K: Self = Self {
        name: "up5k",
        weight_addr: 15,
        weight_bits: 8,
        table_addr: 8,
        line_width: 8,
        neuron_width: 8,
        neuron_lanes: 2,
        acc_width: 26,
        sum_width: 8,
        refractory_width: 0,
        hard_reset: false,
        against: false,
        zero_point: false,
        sources: 1,
        flag_bits: 1,
        aligns: Some([-5, 3, -2, -4]),
        burst: true,
        stdp: false,
        lif: true,
        adaptive: false,
        forget_shift: None,
        trace_decay: None,
        rounds: 1,
        buffered: false,
    };

    /// For an iCE40UP5K that learns by stdp: one neuron per cycle, which leaves block RAM for the adaptations.
    pub const UP5K_STDP: Self = Self {
        name: "up5k-stdp",
        neuron_lanes: 1,
        refractory_width: 16,
        aligns: Some([-8; 4]),
        burst: false,
        stdp: true,
        lif: false,
        adaptive: true,
        forget_shift: Some(10),
        trace_decay: Some(16_384),
        rounds: 2,
        ..Self::UP5K
    };

    /// For an ECP5-25k: every optional part, and as many weights as fit its block RAMs with the rest.
    pub const ECP5: Self =
        Self { name: "ecp5", weight_addr: 14, table_addr: 10, buffered: true, ..Self::SIM };

    /// The builds that are simulated; a library reports its index here.
    pub const ALL: [Self; 4] = [Self::SIM, Self::UP5K, Self::SIM16, Self::UP5K_STDP];

    /// The parameters of `core`, as `NAME=VALUE`.
    pub fn parameters(&self) -> Vec<String> {
        let aligns = self.align_word();
        vec![
            format!("WeightAddr={}", self.weight_addr),
            format!("WeightBits={}", self.weight_bits),
            format!("TableAddr={}", self.table_addr),
            format!("LineWidth={}", self.line_width),
            format!("NeuronWidth={}", self.neuron_width),
            format!("NeuronLanes={}", self.neuron_lanes),
            format!("AccWidth={}", self.acc_width),
            format!("SumWidth={}", self.sum_width),
            format!("RefractoryWidth={}", self.refractory_width),
            format!("HardReset=1'b{}", u32::from(self.hard_reset)),
            format!("Against=1'b{}", u32::from(self.against)),
            format!("ZeroPoint=1'b{}", u32::from(self.zero_point)),
            format!("Sources={}", self.sources),
            format!("FlagBits={}", self.flag_bits),
            format!("FullAlign=1'b{}", u32::from(self.aligns.is_none())),
            format!("Aligns=24'd{aligns}"),
            format!("Burst=1'b{}", u32::from(self.burst)),
            format!("Stdp=1'b{}", u32::from(self.stdp)),
            format!("Lif=1'b{}", u32::from(self.lif)),
            format!("Adaptive=1'b{}", u32::from(self.adaptive)),
            format!("ForgetShift={}", self.forget_shift.unwrap_or(31)),
            format!("TraceDecay={}", self.trace_decay.unwrap_or(0)),
            format!("Rounds={}", self.rounds),
            format!("Buffered=1'b{}", u32::from(self.buffered)),
        ]
    }

    /// Words of 32 bits that hold four weights.
    pub fn pieces(&self) -> usize {
        self.weight_bits as usize / 8
    }

    /// The build for simulation that has weights of this width.
    pub fn simulated(format: WeightFormat) -> Self {
        match format {
            WeightFormat::I8 => Self::SIM,
            WeightFormat::I16 => Self::SIM16,
        }
    }

    /// Its alignments, 6 bits each, the first one lowest.
    pub(crate) fn align_word(&self) -> u32 {
        let aligns = self.aligns.unwrap_or_default();
        aligns.iter().rev().fold(0, |word, &a| word << 6 | u32::from(a.cast_unsigned() & 63))
    }

    /// Groups of four neurons that the memories of state have.
    pub fn neuron_groups(&self) -> usize {
        ((self.neuron_lanes as usize) << self.neuron_width) / 4
    }

    /// How a program names an alignment.
    pub(crate) fn align(&self, shift: i32) -> Result<u32, RtlError> {
        let Some(aligns) = self.aligns else { return Ok(shift.cast_unsigned() & 63) };
        let place = aligns.iter().position(|&a| i32::from(a) == shift);
        place.and_then(|place| u32::try_from(place).ok()).ok_or(RtlError::Carried {
            what: "an alignment that the network needs",
            change: "change a fraction or a shift, or the parameter Aligns",
        })
    }
}
