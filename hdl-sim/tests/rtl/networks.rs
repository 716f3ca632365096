//! Random networks, samples and teachers: the RTL computes what the core computes, word by word.

use crate::competing::{adaptive, small_stdp, stdp};
use crate::pair::{Compared, Deed, Turn, checkpoint, compare};
use crate::script::Script;
use crate::{simulation, simulation_of};
use hebbit_core::encode::{Answering, AnyEncoder, Params as EncoderParams};
use hebbit_core::learn::{AnyRule, BurstForm, BurstParams, Squash};
use hebbit_core::net::life::{LifePlan, Lived};
use hebbit_core::net::{
    Connection, Counters, LayerKind, LayerPlan, Learning, Plan, Start, Target, WeightFormat, WeightSource,
    Window,
};
use hebbit_core::neuron::{AnyNeuron, LifParams};
use hebbit_core::num::{Count, KeyedRng, Leak, Membrane, Ticks};
use hebbit_core::signal::Teacher;
use hebbit_rtl::{Build, Simulation, Table};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use rand_core::Rng;
use std::cell::Cell;
use std::path::Path;

/// A sequence of choices. Every choice is a separate word, and 0 is the simplest, so that shrinking stays simple.
pub(crate) struct Draws<'d>(std::slice::Iter<'d, u32>);

impl Draws<'_> {
    /// One of 0..n.
    pub(crate) fn of(&mut self, n: u32) -> u32 {
        self.0.next().map_or(0, |word| word % n)
    }
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.of((high - low + 1).cast_unsigned()).cast_signed()
    }
    pub(crate) fn small(&mut self, low: i16, high: i16) -> i16 {
        self.between(low.into(), high.into()) as i16
    }
    /// True once in `n`.
    pub(crate) fn rarely(&mut self, n: u32) -> bool {
        self.of(n) == n - 1
    }
    pub(crate) fn bit(&mut self) -> bool {
        self.rarely(2)
    }
}

fn window(d: &mut Draws<'_>, first: bool) -> Window {
    let teacher = [Teacher::Error, Teacher::Error, Teacher::Against, Teacher::None][d.of(4) as usize];
    let learning = [Learning::End, Learning::End, Learning::Tick, Learning::Never][d.of(4) as usize];
    let start = if first || d.bit() { Start::Reset } else { Start::Keep };
    Window {
        start,
        late: d.rarely(4),
        settle: d.rarely(4),
        each: d.rarely(4),
        blank: d.rarely(4),
        ..Window::new(1 + d.of(6) as u16, teacher, learning)
    }
}

fn neurons(d: &mut Draws<'_>) -> AnyNeuron {
    if d.rarely(4) {
        return AnyNeuron::Adaptive(adaptive(d));
    }
    let threshold = [4096, 4096, d.small(1, 32767)][d.of(3) as usize];
    let floor = [-8192, 0, d.small(-32768, 0)][d.of(3) as usize];
    let reset = d.between(floor.into(), i32::from(threshold) - 1) as i16;
    AnyNeuron::Lif(LifParams {
        threshold: Membrane::from_bits(threshold),
        reset: Membrane::from_bits([0.clamp(floor, threshold - 1), reset][d.of(2) as usize]),
        floor: Membrane::from_bits(floor),
        leak: Leak::from_bits([0, 4096, d.of(65536) as u16][d.of(3) as usize]),
        refractory: Ticks::from_bits([0, 0, 1, d.of(4) as u16][d.of(4) as usize]),
        hard_reset: d.bit(),
    })
}

fn projection(d: &mut Draws<'_>, pre: u16, post: u16) -> Connection {
    let zero = if d.rarely(4) { d.small(1, 63) } else { 0 };
    let (low, high) = if zero > 0 { (0, 2 * zero) } else { (-d.small(1, 127), d.small(1, 127)) };
    Connection {
        pre,
        post,
        fraction: [6, 8, d.of(16) as u16][d.of(3) as usize],
        low: if zero > 0 { low } else { [-127, low][d.of(2) as usize] },
        high: if zero > 0 { high } else { [127, high][d.of(2) as usize] },
        bias: d.bit(),
        plastic: !d.rarely(6),
        rate: [2, 4, d.between(-16, 15)][d.of(3) as usize],
        zero,
        ..Connection::default()
    }
}

/// A network of 2 to 4 layers.
fn plan(d: &mut Draws<'_>) -> Plan {
    let mut plan = Plan {
        seed: u64::from(d.of(u32::MAX)) << 16,
        format: WeightFormat::I8,
        rule: AnyRule::Burst(BurstParams {
            target: Count::from_bits(1 + d.of(8) as u16),
            ceiling: Count::from_bits([100, d.of(6) as u16][d.of(2) as usize]),
            spike_shift: Count::from_bits(d.of(9) as u16),
            form: BurstForm::Count,
            squash: Squash::Box,
            learned: false,
            gain: Count::ZERO,
            due: false,
        }),
        others: Default::default(),
        answering: if d.bit() { Answering::Membrane } else { Answering::Count },
        halve_every: d.of(4),
        layers: Default::default(),
        projections: Default::default(),
        feedback: Default::default(),
        windows: Default::default(),
        counters: Counters {
            samples: if d.rarely(30) { u32::MAX - d.of(3) } else { d.of(9) },
            steps: d.of(100),
            presented: d.of(100),
            mean: 0,
        },
        life: Default::default(),
        lived: Default::default(),
    };
    let output = 1 + d.of(3) as u16;
    let params = EncoderParams {
        minimum: Count::from_bits([0, d.of(256) as u16][d.of(2) as usize]),
        norm: Count::from_bits([0, d.of(2000) as u16][d.of(2) as usize]),
    };
    for l in 0..=output {
        let kind = if l == 0 {
            LayerKind::Input(AnyEncoder::Graded(params))
        } else {
            LayerKind::Neurons(neurons(d))
        };
        let neurons = 1 + d.of(if l == 0 { 40 } else { 20 }) as u16;
        let adapts = matches!(kind, LayerKind::Neurons(AnyNeuron::Adaptive(_)));
        let layer = LayerPlan { winner_take_all: adapts && d.bit(), ..LayerPlan::new(kind, neurons) };
        plan.layers.push(layer).expect("at most 4 layers");
    }
    for post in 1..=output {
        for pre in 0..post {
            if pre + 1 == post || d.rarely(3) {
                plan.projections.push(projection(d, pre, post)).expect("at most 6");
            }
        }
    }
    for layer in 1..output {
        let reached: Vec<u16> = plan.projections.iter().filter(|p| p.pre == layer).map(|p| p.post).collect();
        for from in reached {
            if d.rarely(6) {
                continue;
            }
            let weights = if d.bit() { WeightSource::Tied } else { WeightSource::Sign };
            let feedback = Connection {
                pre: from,
                post: layer,
                weights,
                fraction: d.of(5) as u16,
                ..Connection::default()
            };
            plan.feedback.push(feedback).expect("at most 3");
        }
    }
    for w in 0..=d.of(3) {
        plan.windows.push(window(d, w == 0)).expect("at most 3");
    }
    if d.rarely(4) {
        stdp(d, &mut plan);
    }
    plan
}

/// Changes a plan so that it fits an UP5K: one projection and one feedback per layer, supported alignments, no part that the build lacks.
fn small(d: &mut Draws<'_>, plan: &mut Plan) {
    for layer in plan.layers.iter_mut() {
        if let LayerKind::Neurons(AnyNeuron::Lif(params)) = &mut layer.kind {
            (params.refractory, params.hard_reset) = (Ticks::ZERO, false);
        } else if let LayerKind::Neurons(kind) = &mut layer.kind {
            (*kind, layer.winner_take_all) = (AnyNeuron::Lif(LifParams::INTEGRATOR), false);
        }
    }
    plan.projections.retain(|p| p.pre + 1 == p.post);
    for p in &mut plan.projections {
        p.fraction = if p.pre == 0 { [6, 8, 9, 1][d.of(4) as usize] } else { [9, 14][d.of(2) as usize] };
        (p.zero, p.low) = (0, p.low.min(-1));
    }
    plan.feedback.retain(|b| b.post + 1 == b.pre);
    for b in &mut plan.feedback {
        (b.weights, b.fraction) = (WeightSource::Sign, [2, 4, 5][d.of(3) as usize]);
    }
    // A program of many windows does not fit.
    plan.windows.truncate(if plan.layers.len() > 3 { 1 } else { 2 });
    for window in &mut plan.windows {
        window.teacher = if window.teacher == Teacher::Against { Teacher::Error } else { window.teacher };
    }
}

/// Changes a plan to 16-bit weights.
fn wide(d: &mut Draws<'_>, plan: &mut Plan) {
    plan.format = WeightFormat::I16;
    for p in &mut plan.projections {
        let by = [1, 64, d.small(1, 64)][d.of(3) as usize];
        (p.low, p.high, p.zero) = (p.low * by, p.high * by, p.zero * by);
        p.fraction = [10, 12, p.fraction][d.of(3) as usize];
    }
}

/// Weights within their bounds, padding 0.
fn weights(d: &mut Draws<'_>, plan: &Plan) -> Vec<u8> {
    let mut bytes = Vec::new();
    for projection in &plan.projections {
        let start = bytes.len();
        let columns = plan.layers[usize::from(projection.post)].len();
        for _ in 0..plan.rows(projection) {
            for c in 0..plan.width(projection) {
                let w = if c < columns { d.small(projection.low, projection.high) } else { 0 };
                bytes.extend(&w.to_le_bytes()[..plan.format.bytes()]);
            }
        }
        bytes.resize(start + plan.projection_bytes(projection), 0);
    }
    bytes
}

fn turns(d: &mut Draws<'_>, plan: &Plan) -> Vec<Turn> {
    (0..4)
        .map(|_| {
            let sparse = 1 + d.of(4);
            let sample =
                (0..plan.layers[0].len()).map(|_| if d.of(sparse) == 0 { d.of(256) as u8 } else { 0 });
            let sample = sample.collect();
            let class = d.of(u32::from(plan.layers[plan.output()].neurons) + 1) as u8;
            let targets =
                [Target::Class(class), Target::Class(class), Target::Right(class), Target::Wrong(class)];
            let class = targets[d.of(4) as usize];
            let deeds = [
                Deed::Watch(class),
                Deed::Watch(class),
                Deed::Watch(Target::Unknown),
                Deed::Learn(class),
                Deed::Classify,
            ];
            (deeds[d.of(5) as usize], sample)
        })
        .collect()
}

/// Draws of *life*, after all others.
const OF_LIFE: usize = 200;

/// Draws *life*, the initial record of answers, and samples for the ring.
fn life(d: &mut Draws<'_>, plan: &mut Plan) -> Vec<Turn> {
    if !d.bit() {
        return Vec::new();
    }
    let remember = d.of(5) as u16;
    let mut repeats = || if remember > 0 { d.of(4) as u16 } else { 0 };
    let [again, again_unlabelled] = [repeats(), repeats()];
    plan.life = LifePlan {
        remember,
        again,
        again_unlabelled,
        gain: [0, 0, 3, 255][d.of(4) as usize],
        fast: d.of(9) as u16,
        offset: d.small(-4, 4),
        most: [0, 4, 8, 15][d.of(4) as usize],
        wrong_only: d.of(4) == 0,
    };
    if !plan.life.is_on() {
        return Vec::new();
    }
    plan.lived = Lived {
        known: [0, 255, u32::MAX][d.of(3) as usize],
        repeats: [0, u32::MAX][d.of(2) as usize],
        error: d.of(65536) as u16,
        slow: [0, d.of(16) as u16, 64, 65535][d.of(4) as usize],
        level: [0, 8191, 65535][d.of(3) as usize],
        rise: [0, 520_000, u32::MAX][d.of(3) as usize],
        wrong: [0, 7, 65535][d.of(3) as usize],
        ..Lived::default()
    };
    let lines = plan.layers[0].len();
    let sample = |d: &mut Draws<'_>| (0..lines).map(|_| d.of(2) as u8 * 255).collect();
    (0..d.of(3)).map(|_| (Deed::Remember(d.of(4) as u8), sample(d))).collect()
}

/// A network and its turns.
fn case(build: &Build, draws: &[u32]) -> Option<(Plan, Vec<u8>, Vec<Turn>)> {
    let (draws, of_life) = draws.split_at(draws.len().saturating_sub(OF_LIFE));
    let d = &mut Draws(draws.iter());
    let mut plan = plan(d);
    match *build {
        Build::SIM | Build::SIM16 => {}
        Build::UP5K_STDP => small_stdp(d, &mut plan),
        _ => small(d, &mut plan),
    }
    if build.weight_bits == 16 {
        wide(d, &mut plan);
    }
    let mut turns = life(&mut Draws(of_life.iter()), &mut plan);
    plan.check().ok()?;
    if *build != Build::SIM {
        Table::new(&plan, build).ok()?;
    }
    turns.extend(self::turns(d, &plan));
    let bytes = checkpoint(&plan, &weights(d, &plan));
    Some((plan, bytes, turns))
}

/// A fixed network without *life*.
pub(crate) fn fixed_case() -> (Plan, Vec<u8>, Vec<Turn>) {
    (0..).find_map(|i| case(&Build::SIM, &draws(i))).expect("some draws make a network")
}

fn draws(key: u32) -> Vec<u32> {
    let mut rng = KeyedRng::new(key, 0, 99);
    (0..4000).map(|_| rng.next_u32()).chain([0; OF_LIFE]).collect()
}

/// The first of the fixed networks that differs, and the difference.
pub(crate) fn first_difference(simulation: &Simulation, cases: u32) -> Option<(u32, String)> {
    (0..cases).find_map(|i| {
        let (_, bytes, turns) = case(simulation.build(), &draws(i))?;
        compare(simulation, &bytes, &turns).err().map(|text| (i, text))
    })
}

#[test]
fn random_networks_are_the_cores() {
    simulation().iter().for_each(random_networks);
}

#[test]
fn random_networks_that_fit_an_up5k_are_the_cores() {
    simulation_of(&Build::UP5K).iter().for_each(random_networks);
}

#[test]
fn random_networks_with_16_bit_weights_are_the_cores() {
    simulation_of(&Build::SIM16).iter().for_each(random_networks);
}

#[test]
fn random_networks_that_fit_an_up5k_for_stdp_are_the_cores() {
    simulation_of(&Build::UP5K_STDP).iter().for_each(random_networks);
}

fn random_networks(simulation: &Simulation) {
    let cases = std::env::var("CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let mut runner = TestRunner::new(Config {
        cases,
        // A small build refuses many plans.
        max_global_rejects: 20 * cases.max(1000),
        failure_persistence: None,
        ..Config::default()
    });
    let total = Cell::new(Compared::default());
    let draws = prop::collection::vec(any::<u32>(), 4000 + OF_LIFE);
    let result = runner.run(&draws, |draws| {
        let case = case(simulation.build(), &draws);
        prop_assume!(case.is_some());
        let Some((plan, bytes, turns)) = case else { return Ok(()) };
        let compared = compare(simulation, &bytes, &turns)
            .map_err(|text| TestCaseError::fail(format!("{text}\n{plan:?}\n{turns:?}")))?;
        let mut sum = total.get();
        sum += compared;
        total.set(sum);
        Ok(())
    });
    let total = total.get();
    println!(
        "{cases} networks ({}): {} words, {} of them held by the hardware, {} events, {} samples changed weights",
        simulation.build().name,
        total.words,
        total.held,
        total.events,
        total.changed
    );
    if let Err(failure) = result {
        let text: String = failure.to_string().chars().take(6000).collect();
        let kept = match failure {
            TestError::Fail(_, draws) => case(simulation.build(), &draws),
            TestError::Abort(_) => None,
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("failing");
        let script = |checkpoint, turns| Script { build: *simulation.build(), checkpoint, turns };
        let kept = kept.map(|(_, checkpoint, turns)| script(checkpoint, turns).keep(&folder));
        panic!("{text}\n{}", kept.unwrap_or_default());
    }
    let cases = u64::from(cases);
    // With competition one neuron fires per tick.
    let least = if simulation.build().burst { 10 } else { 5 };
    assert!(total.events > least * cases && total.changed > cases / 2, "too little happens: {total:?}");
}
