//! The pairing curve of triplet STDP, in integers through the real engine and in floats. After Pfister & Gerstner 2006, the
//! minimal all-to-all model of visual cortex (table 3).
//!
//! A line and a neuron spike in 60 pairs, 10 ms apart, at 10 to 50 Hz, in ticks of 1 ms. Both are integrate-and-fire neurons that
//! forget everything from tick to tick; an input line of each makes it fire in the ticks of the protocol. Traces, factors and the
//! weight are the engine's.

use hebbit::error::{Error, Result};
use hebbit_core::encode::{Answering, AnyEncoder, Params as EncoderParams};
use hebbit_core::learn::{AnyRule, Depression, TripletParams};
use hebbit_core::net::{
    Connection, Counters, LayerKind, LayerPlan, Learning, Memory, Network, Plan, Scalar, Target,
    WeightFormat, Window,
};
use hebbit_core::neuron::{AnyNeuron, LifParams};
use hebbit_core::num::{Count, Leak, Membrane, THRESHOLD, Trace};
use hebbit_core::signal::{Input, Teacher};
use zerocopy::IntoBytes;

/// Pairs per second.
pub const FREQUENCIES: [u32; 5] = [10, 20, 30, 40, 50];
/// Milliseconds from the line's spike to the neuron's.
pub const LAGS: [i32; 2] = [10, -10];
const PAIRS: u32 = 60;

/// Time constants in milliseconds: of the line's trace, of the neuron's fast one and of its slow one.
const TAUS: [f64; 3] = [16.8, 33.7, 114.0];
/// Potentiation by a triplet, depression by a pair.
const A3_PLUS: f64 = 6.5e-3;
const A2_MINUS: f64 = 7.1e-3;

/// Bumps of the three traces, bits of [`Trace`]: as high as they stay below the top at 50 Hz.
const BUMPS: [u16; 3] = [32_768, 16_384, 8_192];
/// `pre` of depression; potentiation follows from the ratio of the paper's amplitudes.
const A2_MINUS_RAW: u16 = 64;
/// `post` of potentiation by a triplet: `r1 o2 a3 = A3+/A2- times o1 a2`, units of traces put in.
const A3_PLUS_RAW: i16 = 29_999;
/// Exponent of the learning rate: 60 triplets at 50 Hz stay within the weight's range.
const RATE: i32 = -5;
const START: i16 = 16_384;

/// One point of the curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Pairs per second.
    pub hz: u32,
    /// Milliseconds from the line's spike to the neuron's.
    pub lag: i32,
    /// Change of the weight in integers, in the paper's units.
    pub integers: f64,
    /// The same in floats.
    pub float: f64,
}

/// The curve: both lags at every frequency.
///
/// # Errors
/// None that this plan has.
pub fn curve() -> Result<Vec<Point>> {
    let point = |(lag, hz): (i32, u32)| {
        let spikes = Protocol::new(hz, lag);
        Ok(Point { hz, lag, integers: integers(&spikes)?, float: float(&spikes) })
    };
    LAGS.into_iter().flat_map(|lag| FREQUENCIES.map(|hz| (lag, hz))).map(point).collect()
}

/// The greatest difference between integers and floats, relative to the greatest change of the curve of the same lag, in percent.
pub fn difference(curve: &[Point]) -> f64 {
    let of = |lag: i32| {
        let points = || curve.iter().filter(move |p| p.lag == lag);
        let greatest = points().map(|p| p.float.abs()).fold(0.0, f64::max);
        points().map(|p| (p.integers - p.float).abs()).fold(0.0, f64::max) * 100.0 / greatest.max(1e-12)
    };
    LAGS.into_iter().map(of).fold(0.0, f64::max)
}

/// When both sides spike.
struct Protocol {
    line: Vec<bool>,
    neuron: Vec<bool>,
}

impl Protocol {
    fn new(hz: u32, lag: i32) -> Self {
        let period = 1_000.0 / f64::from(hz);
        let mut spikes = Self { line: Vec::new(), neuron: Vec::new() };
        for pair in 0..PAIRS {
            let at = 20 + (f64::from(pair) * period).round() as usize;
            for (side, due) in
                [(&mut spikes.line, at), (&mut spikes.neuron, at.saturating_add_signed(lag as isize))]
            {
                side.resize(side.len().max(due + 1), false);
                side[due] = true;
            }
        }
        let ticks = spikes.line.len().max(spikes.neuron.len());
        spikes.line.resize(ticks, false);
        spikes.neuron.resize(ticks, false);
        spikes
    }

    fn ticks(&self) -> u16 {
        self.line.len() as u16
    }
}

/// The rule in floats: traces decay, the update sees them, spikes are added.
fn float(spikes: &Protocol) -> f64 {
    let decays = TAUS.map(|tau| (-1.0 / tau).exp());
    let ([mut r1, mut o1, mut o2], mut w) = ([0.0; 3], 0.0);
    for (&line, &neuron) in spikes.line.iter().zip(&spikes.neuron) {
        (r1, o1, o2) = (r1 * decays[0], o1 * decays[1], o2 * decays[2]);
        w += f64::from(u8::from(neuron)) * A3_PLUS * r1 * o2 - f64::from(u8::from(line)) * A2_MINUS * o1;
        r1 += f64::from(u8::from(line));
        (o1, o2) = (o1 + f64::from(u8::from(neuron)), o2 + f64::from(u8::from(neuron)));
    }
    w
}

fn rule() -> TripletParams {
    let decay = |tau: f64| Leak::from_bits((65_536.0 * (1.0 - (-1.0 / tau).exp())).round() as u16);
    let [r1, o1, o2] = BUMPS.map(Trace::from_bits);
    TripletParams {
        r1_decay: decay(TAUS[0]),
        r2_decay: Leak::ZERO,
        o1_decay: decay(TAUS[1]),
        o2_decay: decay(TAUS[2]),
        r1_bump: r1,
        r2_bump: Trace::ZERO,
        o1_bump: o1,
        o2_bump: o2,
        a2_plus: 0,
        a3_plus: A3_PLUS_RAW,
        a2_minus: Count::from_bits(A2_MINUS_RAW),
        a3_minus: Depression::default(),
    }
}

/// Raw change per unit of the paper's: that of a triplet with full traces, by its amplitude.
fn raw_per_unit(format: WeightFormat) -> f64 {
    let units = |bump: u16| f64::from(bump) / 256.0;
    let post = f64::from(A3_PLUS_RAW) * units(BUMPS[2]) / 256.0;
    units(BUMPS[0]) * post * f64::from(RATE).exp2() / f64::from(format.shift()).exp2() / A3_PLUS
}

fn plan(ticks: u16) -> Plan {
    let encoder = AnyEncoder::Graded(EncoderParams { minimum: Count::ZERO, norm: Count::ZERO });
    // One input makes them fire, the weight that learns alone does not: it is at most 1.
    let neuron = LayerKind::Neurons(AnyNeuron::Lif(LifParams {
        threshold: Membrane::from_bits(3 * (THRESHOLD / 2)),
        leak: Leak::from_bits(u16::MAX),
        ..LifParams::INTEGRATOR
    }));
    let layers = [(LayerKind::Input(encoder), 2), (neuron, 1), (neuron, 1)];
    let still = Connection { pre: 0, post: 1, fraction: 13, high: i16::MAX, ..Connection::default() };
    let plastic = Connection { pre: 1, post: 2, fraction: 15, plastic: true, rate: RATE, ..still };
    Plan {
        seed: 1,
        format: WeightFormat::I16,
        rule: AnyRule::Triplet(rule()),
        others: Default::default(),
        answering: Answering::Count,
        halve_every: 0,
        layers: layers.into_iter().map(|(kind, neurons)| LayerPlan::new(kind, neurons)).collect(),
        projections: [still, Connection { post: 2, ..still }, plastic].into_iter().collect(),
        feedback: Default::default(),
        windows: [Window::new(ticks, Teacher::None, Learning::Tick)].into_iter().collect(),
        counters: Counters::default(),
        life: Default::default(),
        lived: Default::default(),
    }
}

/// The rule in integers, in the paper's units.
fn integers(spikes: &Protocol) -> Result<f64> {
    let plan = plan(spikes.ticks());
    let format = plan.format;
    let mut weights = vec![0_u64; plan.weight_bytes().div_ceil(8)];
    let mut rest = weights.as_mut_bytes();
    // The input line of each neuron, and the weight that learns.
    for (projection, (row, weight)) in plan.projections.iter().zip([(0, i16::MAX), (1, i16::MAX), (0, START)])
    {
        let (own, behind) = std::mem::take(&mut rest).split_at_mut(plan.projection_bytes(projection));
        hebbit::run::put(own, format, row * plan.width(projection), weight);
        rest = behind;
    }
    let mut arena = vec![0_u64; Network::<Scalar>::arena_bytes(&plan).div_ceil(8)];
    let (weights, arena) = (weights.as_mut_bytes(), arena.as_mut_bytes());
    let memory = Memory { weights, labels: &[], schema: &[], arena };
    let internal = |message: String| Error::Internal { message };
    let mut network = Network::new(plan, memory, Scalar).map_err(|e| internal(e.to_string()))?;
    network.begin(Some(Target::Unknown));
    for (&line, &neuron) in spikes.line.iter().zip(&spikes.neuron) {
        let values = [line, neuron].map(|spikes| if spikes { u8::MAX } else { 0 });
        network.tick(Input::Values(&values), &mut ());
    }
    network.finish(&mut ());
    let learned = network.parts().projections[2].weights.as_ref().get(0).unwrap_or(0);
    Ok((f64::from(learned) - f64::from(START)) / raw_per_unit(format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_papers_within_a_tenth() {
        let curve = curve().unwrap();
        assert!(difference(&curve) < 10.0, "{curve:?}");
        let at = |hz, lag| curve.iter().find(|p| p.hz == hz && p.lag == lag).unwrap().float;
        // Depression at low frequencies turns to potentiation at high ones (their figure 4).
        assert!(at(10, -10) < 0.0 && at(50, -10) > at(10, -10) && at(50, 10) > 0.3, "{curve:?}");
    }
}
