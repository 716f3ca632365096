//! Compiles a plan to the table that the RTL runs, and places its state in the memories.

use crate::layout::{GROUPS, HALVE, PROGRAM, SEED, TICKS};
use crate::{Build, RtlError};
use hebbit_core::encode::{Answering, AnyEncoder};
use hebbit_core::learn::{AnyRule, BurstForm, BurstParams, Form, StdpParams};
use hebbit_core::net::{
    Connection, Coupling, FROM_TARGET, LayerKind, Learning, Plan, Start, Topology, WeightFormat, WeightSource,
};
use hebbit_core::neuron::{AdaptiveParams, AnyNeuron, LifParams};
use hebbit_core::num::{LANES, Leak, Trace};
use hebbit_core::signal::Teacher;

/// Placement of a network in the memories of the RTL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Counters, constants and the program.
    pub words: Vec<u32>,
    /// For each layer the group of its first line; for layers of neurons also that of their state.
    pub lines: Vec<usize>,
    /// For each projection the group of its first column.
    pub columns: Vec<usize>,
    /// For each projection the word of its first four weights.
    pub weights: Vec<usize>,
    /// First group after the columns: words that are sent, and sums of feedback.
    pub(crate) scratch: usize,
    /// Groups of lines of all layers of neurons.
    pub(crate) state_end: usize,
}

fn refuse<T>(what: &'static str, change: &'static str) -> Result<T, RtlError> {
    Err(RtlError::Carried { what, change })
}

pub(crate) fn room(
    what: &'static str,
    parameter: &'static str,
    want: usize,
    got: usize,
) -> Result<(), RtlError> {
    if want <= got { Ok(()) } else { Err(RtlError::Room { what, want, got, parameter }) }
}

/// Supported neurons.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cells {
    Lif(LifParams),
    Adaptive(AdaptiveParams),
}

pub(crate) fn cells(kind: &LayerKind) -> Result<Cells, RtlError> {
    match kind {
        LayerKind::Neurons(AnyNeuron::Lif(params)) => Ok(Cells::Lif(*params)),
        LayerKind::Neurons(AnyNeuron::Adaptive(params)) => Ok(Cells::Adaptive(*params)),
        _ => refuse("this kind of neuron", "use lif or adaptive neurons"),
    }
}

/// Supported rules.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    Burst(BurstParams),
    Stdp(StdpParams),
}

pub(crate) fn rule(plan: &Plan) -> Result<Rule, RtlError> {
    match &plan.rule {
        AnyRule::Burst(params) if params.form == BurstForm::Count => Ok(Rule::Burst(*params)),
        AnyRule::Stdp(params) => {
            if params.form != Form::Instar {
                return refuse("the pair forms of stdp", "use the instar form");
            }
            // With these the trace of a line is its event, up to a remainder below 2^-8.
            if params.pre_decay != Leak::from_bits(u16::MAX) || params.pre_bump != Trace::from_bits(256) {
                return refuse("traces of lines that outlast a tick", "use pre-decay 65535 and pre-bump 256");
            }
            if plan.layers.len() != 2 || plan.projections.len() != 1 {
                return refuse("stdp of several layers or projections", "use one of each");
            }
            if !plan.projections.iter().all(|p| p.plastic) {
                return refuse("stdp without a plastic projection", "let it learn");
            }
            Ok(Rule::Stdp(*params))
        }
        _ => refuse("this rule", "use burst in its count form, or stdp in its instar form"),
    }
}

/// Refuses plans that no build supports.
fn carried(plan: &Plan) -> Result<(), RtlError> {
    rule(plan)?;
    if plan.answering == Answering::First {
        return refuse("an answer at the first spike", "answer by count or by membrane");
    }
    if !matches!(plan.layers.first().map(|l| &l.kind), Some(LayerKind::Input(AnyEncoder::Graded(_)))) {
        return refuse("this encoder", "use the graded encoder");
    }
    for layer in plan.layers.iter().skip(1) {
        if layer.winner_take_all && matches!(cells(&layer.kind)?, Cells::Lif(_)) {
            return refuse("competition of lif neurons", "use adaptive ones, or switch winner-take-all off");
        }
        if layer.coupling != Coupling::None {
            return refuse("coupling", "use layers without coupling");
        }
    }
    for window in &plan.windows {
        if window.extra || window.start == Start::Restore || window.teacher == Teacher::Reward {
            return refuse("windows behind the answer", "use windows that are not extra");
        }
    }
    if plan.projections.iter().any(|p| p.topology != Topology::Dense || p.delay) {
        return refuse(
            "connections that are delayed or not dense",
            "use dense ones between layers one above the other",
        );
    }
    if !plan.others.is_empty() {
        return refuse("several rules", "use one for all layers");
    }
    if plan.layers.iter().any(|l| l.adds) {
        return refuse("a graded input whose sums add up", "use a picture that is held");
    }
    let ticks = plan.windows.iter().any(|w| w.learning == Learning::Tick);
    if ticks && plan.projections.iter().any(|p| p.plastic && p.summed) {
        return refuse("summed projections", "learn in every tick, or at the window's end");
    }
    let carries = |b: &Connection| {
        b.pre != FROM_TARGET && b.word == 0 && matches!(b.weights, WeightSource::Sign | WeightSource::Tied)
    };
    if !plan.feedback.iter().all(carries) {
        return refuse("this feedback", "use sign or tied feedback of word 0");
    }
    Ok(())
}

/// The largest distance of a weight from the zero point.
fn reach(p: &Connection) -> u64 {
    let [low, high] = [p.low, p.high].map(|bound| u64::from((bound - p.zero).unsigned_abs()));
    low.max(high)
}

/// Refuses plans that exceed the parameters of a build.
fn fits(plan: &Plan, build: &Build) -> Result<(), RtlError> {
    match (plan.format, build.weight_bits) {
        (WeightFormat::I8, 8) | (WeightFormat::I16, 16) => {}
        (WeightFormat::I16, _) => {
            return refuse("16-bit weights", "use 8-bit weights, or set WeightBits to 16");
        }
        (WeightFormat::I8, _) => {
            return refuse("8-bit weights", "use 16-bit weights, or set WeightBits to 8");
        }
    }
    for layer in plan.layers.iter().skip(1) {
        match cells(&layer.kind)? {
            Cells::Lif(_) if !build.lif => return refuse("lif neurons", "use adaptive ones, or set Lif"),
            Cells::Adaptive(_) if !build.adaptive => {
                return refuse("adaptive neurons", "use lif neurons, or set Adaptive");
            }
            Cells::Lif(params) => {
                let refractory = usize::from(params.refractory.to_bits());
                room("refractory ticks", "RefractoryWidth", refractory, (1 << build.refractory_width) - 1)?;
                if params.hard_reset && !build.hard_reset {
                    return refuse("a hard reset", "use a soft one, or set HardReset");
                }
            }
            Cells::Adaptive(_) => {
                room("bits of a rise", "RefractoryWidth", 16, build.refractory_width as usize)?
            }
        }
    }
    match rule(plan)? {
        Rule::Burst(_) if !build.burst => return refuse("rule burst", "use stdp, or set Burst"),
        Rule::Stdp(_) if !build.stdp => return refuse("rule stdp", "use burst, or set Stdp"),
        Rule::Stdp(_)
            if plan.projections.iter().any(|p| build.forget_shift.is_some_and(|f| f != p.forget_shift)) =>
        {
            return refuse(
                "this rate of forgetting",
                "change the projection's, or the parameter ForgetShift",
            );
        }
        Rule::Stdp(params) if build.trace_decay.is_some_and(|decay| decay != params.post_decay.to_bits()) => {
            return refuse("this decay of traces", "change the rule's, or the parameter TraceDecay");
        }
        _ => {}
    }
    if plan.windows.iter().any(|w| w.teacher == Teacher::Against) && !build.against {
        return refuse("a teacher Against", "teach Error, or set Against");
    }
    for window in &plan.windows {
        room("ticks of a window", "SumWidth", window.ticks.into(), (1 << build.sum_width) - 1)?;
    }
    let mut bits = 0;
    for p in &plan.projections {
        if p.zero != 0 && !build.zero_point {
            return refuse("weights above a zero of their own", "use signed weights, or set ZeroPoint");
        }
        let full = if p.pre == 0 { 255 } else { 1 };
        bits = bits.max((plan.rows(p) as u64 * reach(p).max(1) * full).ilog2() + 2);
    }
    for b in &plan.feedback {
        let Some(upward) = plan.upward(b).and_then(|u| plan.projections.get(u)) else { continue };
        let above = plan.layers.get(usize::from(b.pre)).map_or(0, |l| l.len()) as u64;
        let each = if b.weights == WeightSource::Tied { reach(upward).max(1) } else { 1 };
        room("bits of a product", "the width of a lane", (each * 32768).ilog2() as usize + 2, 32)?;
        bits = bits.max((above * each * 32768).ilog2() + 2);
    }
    room("bits of a sum", "AccWidth", bits as usize, build.acc_width as usize)?;
    for l in 1..plan.layers.len() {
        let into = plan.projections.iter().filter(|p| usize::from(p.post) == l).count();
        let onto = plan.feedback.iter().filter(|b| usize::from(b.post) == l).count();
        room("sources of a layer", "Sources", into.max(onto), build.sources as usize)?;
    }
    let from_input = plan.projections.iter().filter(|p| p.pre == 0).count();
    room("projections from the input", "FlagBits", from_input, 1 << build.flag_bits)
}

/// Groups of four that `n` lanes take.
pub(crate) const fn groups(n: usize) -> usize {
    n.div_ceil(LANES)
}

/// Bases of parts that follow one another, and where the last one ends.
fn bases(sizes: impl Iterator<Item = usize>) -> (Vec<usize>, usize) {
    let mut end = 0;
    let bases = sizes
        .map(|size| {
            let base = end;
            end += size;
            base
        })
        .collect();
    (bases, end)
}

impl Table {
    /// Lays a plan out, without its program.
    ///
    /// # Errors
    /// If the RTL does not carry something in it, or the build has no room for it.
    pub(crate) fn laid_out(plan: &Plan, build: &Build) -> Result<Self, RtlError> {
        carried(plan)?;
        fits(plan, build)?;
        let len = |l: usize| plan.layers.get(l).map_or(0, |layer| layer.len());
        room("input lines", "the width of event_group_i", len(0) + 1, LANES * GROUPS)?;
        // Every layer's bias line follows its neurons; the input's lines follow those of the other layers.
        let sizes = (0..plan.layers.len()).map(|l| if l == 0 { 0 } else { groups(len(l) + 1) });
        let (mut lines, state_end) = bases(sizes);
        if let Some(input) = lines.first_mut() {
            *input = state_end;
        }
        room("groups of neurons", "NeuronWidth", state_end, build.neuron_groups().min(GROUPS))?;
        let all = state_end + groups(len(0) + 1);
        room("groups of lines", "LineWidth", all, 1 << build.line_width)?;
        let (columns, scratch) = bases(plan.projections.iter().map(|p| plan.width(p) / LANES));
        let sent = plan.feedback.iter().map(|b| groups(len(b.pre.into()))).max().unwrap_or(0);
        // Sums of feedback are packed, the neurons of a step in a word.
        let summed = (1..plan.layers.len()).map(|l| {
            let onto = plan.feedback.iter().filter(|b| usize::from(b.post) == l).count();
            onto * groups(len(l)) * LANES / build.neuron_lanes as usize
        });
        let behind = sent.max(summed.max().unwrap_or(0));
        room("groups of columns", "the depth of u_acc", scratch + behind, GROUPS)?;
        let (weights, weight_end) =
            bases(plan.projections.iter().map(|p| plan.projection_bytes(p) / (LANES * build.pieces())));
        room("words of weights", "WeightAddr", weight_end, 1 << build.weight_addr)?;
        let mut table = Self { words: vec![0; PROGRAM], lines, columns, weights, scratch, state_end };
        let (low, high) = plan.seed_words();
        (table.words[SEED], table.words[SEED + 1]) = (low, high);
        table.words[HALVE] = plan.halve_every;
        let ticks = plan.windows.iter().map(|w| u32::from(w.ticks)).sum::<u32>();
        table.words[TICKS] = ticks.min(u16::MAX.into());
        Ok(table)
    }
}
