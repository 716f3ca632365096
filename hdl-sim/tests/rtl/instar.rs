//! The RTL learns digits without a teacher and ends with the network of `hebbit learn --data mini --rule stdp --weights i8 --samples 500`.

use crate::digits::{digits, word_by_word};
use crate::pair::checkpoint;
use crate::simulation_of;
use hebbit_core::encode::{Answering, AnyEncoder, Params as EncoderParams};
use hebbit_core::learn::{AnyRule, Form, StdpParams};
use hebbit_core::net::{
    Connection, Counters, Engine, LayerKind, LayerPlan, Learning, Plan, Scope, Target, WeightFormat, Window,
};
use hebbit_core::neuron::{AdaptiveParams, AnyNeuron, LifParams};
use hebbit_core::num::{Count, KeyedRng, Leak, Membrane, Rise, Trace, stream};
use hebbit_core::signal::Teacher;
use hebbit_rtl::{Build, Rtl, RtlError, Table};

/// The digest of `hebbit learn --data mini --rule stdp --weights i8 --samples 500`.
const DIGEST: &str = "adbb17c074b2961c";
const SAMPLES: usize = 500;
const SEED: u64 = 1;

const NEURONS: AdaptiveParams = AdaptiveParams {
    threshold: Membrane::from_bits(12_288),
    reset: Membrane::ZERO,
    floor: Membrane::from_bits(-8_192),
    leak: Leak::ZERO,
    bump: Rise::from_bits(40),
    decay: Leak::from_bits(10),
    kept: true,
};

const RULE: StdpParams = StdpParams {
    form: Form::Instar,
    pre_decay: Leak::from_bits(65_535),
    post_decay: Leak::from_bits(16_384),
    pre_bump: Trace::from_bits(256),
    post_bump: Trace::from_bits(256),
    grow: 510,
    shrink: 32,
};

pub(crate) fn plan() -> Plan {
    let norm = EncoderParams { minimum: Count::ZERO, norm: Count::from_bits(1_400) };
    let layer =
        |kind, neurons, winner_take_all| LayerPlan { winner_take_all, ..LayerPlan::new(kind, neurons) };
    let projection = Connection {
        pre: 0,
        post: 1,
        fraction: 12,
        high: 127,
        plastic: true,
        forget_shift: 10,
        ..Connection::default()
    };
    Plan {
        seed: SEED,
        format: WeightFormat::I8,
        rule: AnyRule::Stdp(RULE),
        others: Default::default(),
        answering: Answering::Count,
        halve_every: 0,
        layers: [
            layer(LayerKind::Input(AnyEncoder::Graded(norm)), 784, false),
            layer(LayerKind::Neurons(AnyNeuron::Adaptive(NEURONS)), 100, true),
        ]
        .into_iter()
        .collect(),
        projections: [projection].into_iter().collect(),
        feedback: Default::default(),
        windows: [Window::new(16, Teacher::None, Learning::Tick)].into_iter().collect(),
        counters: Counters::default(),
        life: Default::default(),
        lived: Default::default(),
    }
}

/// Initial weights of the host: 0.009 thresholds, plus or minus a third of it.
pub(crate) fn weights(plan: &Plan) -> Vec<u8> {
    let mut rng = KeyedRng::new(0, stream::WEIGHTS, SEED);
    let mean = (9_i64 << 12).div_euclid(1_000);
    let weight = |normal: i32| mean + ((i64::from(normal) * 3) << 12).div_euclid(1_000 << 16);
    let count = plan.projection_bytes(&plan.projections[0]);
    (0..count).map(|_| weight(rng.normal()).clamp(0, 127) as u8).collect()
}

#[test]
fn digits_are_learned_without_a_teacher_with_the_hosts_digest() {
    let Some(simulation) = simulation_of(&Build::UP5K_STDP) else { return };
    let plan = plan();
    let mut rtl = Rtl::new(simulation);
    rtl.load(&checkpoint(&plan, &weights(&plan))).expect("it fits");
    let digits = digits();
    let loaded = rtl.cost();
    let mut spikes = 0;
    for (label, sample) in &digits[..SAMPLES] {
        spikes += rtl.learn(sample, Target::Class(*label)).expect("784 pixels").spikes;
    }
    let cost = rtl.cost();
    let digest = rtl.digest(Scope::Stored).expect("a network is loaded");
    assert_eq!(digest.to_string(), DIGEST, "the host's network is another one");
    let cycles = (cost.cycles - loaded.cycles) / SAMPLES as u64;
    let words = (cost.words - loaded.words) / SAMPLES as u64;
    println!("learning: {cycles} cycles a digit, {words} words of weights read, {spikes} spikes");
    for (_, sample) in &digits[SAMPLES..SAMPLES + 100] {
        rtl.classify(sample).expect("784 pixels");
    }
    println!("answering: {} cycles a digit", (rtl.cost().cycles - cost.cycles) / 100);
    assert!(cycles <= 17_000, "a change has made it slower");
}

#[test]
fn digits_are_learned_without_a_teacher_word_by_word() {
    let Some(compared) = word_by_word(&plan(), &weights(&plan())) else { return };
    assert!(compared.words > 100_000 && compared.changed > 10, "{compared:?}");
}

/// Of 784 lines with a bias, the hardware holds the event; the host computes sum and trace. Of 100 neurons it holds membrane, adaptation,
/// trace and a factor, and with the bias line event and sum; apical potential, line trace and second factor are constants.
#[test]
fn words_that_the_hardware_does_not_hold_are_counted() {
    let Some(simulation) = simulation_of(&Build::UP5K_STDP) else { return };
    let mut rtl = Rtl::new(simulation);
    rtl.load(&checkpoint(&plan(), &weights(&plan()))).expect("it fits");
    let origins = rtl.origins().expect("a network is loaded");
    let (lines, neurons, with_bias) = (785, 100, 101);
    assert_eq!(origins.memory, lines + 4 * neurons + 2 * with_bias);
    assert_eq!(origins.computed, 2 * lines);
    assert_eq!(origins.constant, 2 * neurons + with_bias);
}

/// The error of a build for a changed plan.
fn refused(build: &Build, change: impl Fn(&mut Plan)) -> String {
    let mut plan = plan();
    change(&mut plan);
    plan.check().expect("the core runs it");
    Table::new(&plan, build).map_or_else(|e: RtlError| e.to_string(), |_| "carried".to_owned())
}

#[test]
fn what_is_not_carried_is_refused_by_name() {
    let rule = |change: fn(&mut StdpParams)| {
        move |plan: &mut Plan| {
            let mut params = RULE;
            change(&mut params);
            plan.rule = AnyRule::Stdp(params);
        }
    };
    for build in [&Build::SIM, &Build::UP5K_STDP] {
        assert_eq!(refused(build, |_| {}), "carried");
        assert!(refused(build, rule(|p| p.form = Form::Pair)).contains("pair form"));
        assert!(refused(build, rule(|p| p.pre_decay = Leak::from_bits(4))).contains("traces of lines"));
        assert!(refused(build, rule(|p| p.pre_bump = Trace::from_bits(255))).contains("traces of lines"));
        assert!(refused(build, |p| p.projections[0].plastic = false).contains("plastic"));
        let lif = LayerKind::Neurons(AnyNeuron::Lif(LifParams::INTEGRATOR));
        assert!(refused(build, |p| p.layers[1].kind = lif).contains("lif neurons"));
    }
    assert!(refused(&Build::UP5K, |_| {}).contains("adaptive neurons"));
    assert!(refused(&Build::UP5K_STDP, |p| p.projections[0].forget_shift = 9).contains("ForgetShift"));
    let slow = rule(|p| p.post_decay = Leak::from_bits(4));
    assert!(refused(&Build::UP5K_STDP, slow).contains("TraceDecay"));
}
