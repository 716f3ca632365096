//! The RTL learns digits and ends with the network of `hebbit learn --data mini --weights i8 --samples 500`.

use crate::pair::{Compared, Core, Deed, checkpoint, compare};
use crate::{simulation, simulation_of};
use hebbit_core::encode::{Answering, AnyEncoder, Params as EncoderParams};
use hebbit_core::learn::{AnyRule, BurstForm, BurstParams, Squash};
use hebbit_core::net::{
    Connection, Counters, Engine, LayerKind, LayerPlan, Learning, Moment, Parts, Plan, Scope, Target,
    WeightFormat, WeightSource, Window,
};
use hebbit_core::neuron::{AnyNeuron, LifParams};
use hebbit_core::num::{Count, KeyedRng, stream};
use hebbit_core::signal::{Phase, Teacher};
use hebbit_rtl::{Build, Rtl, Table};
use std::io::Read;
use std::path::Path;

/// The digest of `hebbit learn --data mini --weights i8 --samples 500`.
const DIGEST: &str = "d7147e0d580ac258";
const SAMPLES: usize = 500;
const SEED: u64 = 1;

fn read(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host-tools/hebbit/data/mini").join(name);
    let file = std::fs::File::open(path).expect("the mini set is part of the repository");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("it is a gzip file");
    bytes
}

/// The first samples of the first epoch, in the order of presentation.
pub(crate) fn digits() -> Vec<(u8, Vec<u8>)> {
    let (images, labels) = (read("train-images-idx3-ubyte.gz"), read("train-labels-idx1-ubyte.gz"));
    let (images, labels) = (&images[16..], &labels[8..]);
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let mut rng = KeyedRng::new(0, stream::ORDER, SEED);
    for i in (1..order.len()).rev() {
        order.swap(i, rng.below(i as u32 + 1) as usize);
    }
    order.into_iter().map(|i| (labels[i], images[784 * i..784 * (i + 1)].to_vec())).collect()
}

pub(crate) fn plan() -> Plan {
    let layer = LayerPlan::new;
    let lif = LayerKind::Neurons(AnyNeuron::Lif(LifParams::INTEGRATOR));
    let projection = |pre, rate| Connection {
        pre,
        post: pre + 1,
        fraction: 9,
        low: -127,
        high: 127,
        bias: true,
        plastic: true,
        rate,
        ..Connection::default()
    };
    let feedback =
        Connection { pre: 2, post: 1, weights: WeightSource::Sign, fraction: 2, ..Connection::default() };
    Plan {
        seed: SEED,
        format: WeightFormat::I8,
        rule: AnyRule::Burst(BurstParams {
            target: Count::from_bits(6),
            ceiling: Count::from_bits(8),
            spike_shift: Count::from_bits(5),
            form: BurstForm::Count,
            squash: Squash::Box,
            learned: false,
            gain: Count::ZERO,
            due: false,
        }),
        others: Default::default(),
        answering: Answering::Count,
        // A quarter of the run.
        halve_every: 125,
        layers: [
            layer(LayerKind::Input(AnyEncoder::Graded(EncoderParams::default())), 784),
            layer(lif, 128),
            layer(lif, 10),
        ]
        .into_iter()
        .collect(),
        projections: [projection(0, 0), projection(1, 1)].into_iter().collect(),
        feedback: [feedback].into_iter().collect(),
        windows: [Window::new(8, Teacher::Error, Learning::End)].into_iter().collect(),
        counters: Counters::default(),
        life: Default::default(),
        lived: Default::default(),
    }
}

/// Initial weights of the host: normal, with a deviation of 0.05 thresholds, then of Glorot and Bengio's.
pub(crate) fn weights(plan: &Plan) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (p, (projection, deviation)) in plan.projections.iter().zip([50, 120]).enumerate() {
        let start = bytes.len();
        let mut rng = KeyedRng::new(0, stream::WEIGHTS + p as u32, SEED);
        let columns = plan.layers[usize::from(projection.post)].len();
        for _ in 0..plan.rows(projection) - 1 {
            for c in 0..plan.width(projection) {
                let normal = if c < columns { i64::from(rng.normal()) } else { 0 };
                let raw = ((normal * deviation) << projection.fraction).div_euclid(1_000 << 16);
                bytes.push(raw.clamp(-127, 127) as u8);
            }
        }
        bytes.resize(start + plan.projection_bytes(projection), 0);
    }
    bytes
}

/// Products of an event and a column, forward and in updates, as the core sees them: a graded event counts once per window; an update
/// has all columns of every line with a count.
#[derive(Default)]
struct Products {
    forward: u64,
    updates: u64,
}

impl Products {
    fn see(&mut self, at: Moment, parts: &Parts<'_>) {
        for projection in &parts.projections {
            let pre = &parts.layers[usize::from(projection.plan.pre)];
            let events = pre.events.iter().filter(|&&event| event != 0).count() as u64;
            // Encode sets the input's events, Fire those of a layer.
            let fresh = match at.phase {
                Phase::Encode => projection.plan.pre == 0 && at.tick.0 == 0,
                Phase::Fire => projection.plan.pre == at.layer,
                _ => false,
            };
            self.forward += if fresh { events * projection.columns as u64 } else { 0 };
            if at.phase == Phase::Learn {
                // The sums of a graded input are its events.
                let counted = pre.sums.iter().filter(|&&sum| sum != 0).count() as u64;
                let lines = if pre.sums.is_empty() { events } else { counted };
                self.updates += lines * projection.columns as u64;
            }
        }
    }
}

#[test]
fn digits_are_learned_with_the_hosts_digest() {
    // The build for an UP5K, so that the cycles are those of the device.
    let Some(simulation) = simulation_of(&Build::UP5K) else { return };
    let plan = plan();
    let bytes = checkpoint(&plan, &weights(&plan));
    let mut core = Core::new(&bytes);
    let mut core = core.network();
    let mut rtl = Rtl::new(simulation);
    rtl.load(&bytes).expect("it fits");
    let digits = digits();
    let (learned, answered) = (&digits[..SAMPLES], &digits[SAMPLES..SAMPLES + 100]);

    let table = Table::new(&plan, &Build::UP5K).expect("it fits");
    println!("table: {} words", table.words.len());
    let start = std::time::Instant::now();
    let mut right = 0;
    let loaded = rtl.cost();
    for (label, sample) in learned {
        let outcome = rtl.learn(sample, Target::Class(*label)).expect("784 pixels");
        right += u32::from(outcome.class == Some(*label));
    }
    let (cost, seconds) = (rtl.cost(), start.elapsed().as_secs_f64());
    let digest = rtl.digest(Scope::Stored).expect("a network is loaded");
    assert_eq!(digest.to_string(), DIGEST, "the host's network is another one");
    let mut products = Products::default();
    for (label, sample) in learned {
        core.learn(sample, Target::Class(*label), &mut |at, parts: &Parts<'_>| products.see(at, parts));
    }
    assert_eq!(core.digest(Scope::Stored), digest);
    let cycles = cost.cycles - loaded.cycles;
    let learning = cycles as f64 / (products.forward + products.updates) as f64;
    println!(
        "learning: {SAMPLES} digits, {right} right before they are learned; {} cycles a digit, {learning:.4} a product, \
         {} words of weights read; {:.2} Mcycle/s",
        cycles / SAMPLES as u64,
        (cost.words - loaded.words) / SAMPLES as u64,
        cost.cycles as f64 / seconds / 1e6
    );

    let mut products = Products::default();
    for (_, sample) in answered {
        rtl.classify(sample).expect("784 pixels");
        core.classify(sample, &mut |at, parts: &Parts<'_>| products.see(at, parts));
    }
    let cycles = rtl.cost().cycles - cost.cycles;
    let answering = cycles as f64 / products.forward as f64;
    println!("answering: {} cycles a digit, {answering:.4} a product", cycles / answered.len() as u64);
    assert!(learning <= 0.26 && answering <= 0.29, "a change has made it slower");
}

/// Twenty digits are learned, every other one compared word by word; then the first one is answered.
pub(crate) fn word_by_word(plan: &Plan, weights: &[u8]) -> Option<Compared> {
    let simulation = simulation()?;
    let deeds = [Deed::Watch, Deed::Learn].into_iter().cycle();
    let mut turns: Vec<(Deed, Vec<u8>)> =
        digits().into_iter().zip(deeds).take(20).map(|((l, s), deed)| (deed(Target::Class(l)), s)).collect();
    turns.push((Deed::Classify, turns[0].1.clone()));
    Some(compare(&simulation, &checkpoint(plan, weights), &turns).unwrap_or_else(|text| panic!("{text}")))
}

#[test]
fn digits_are_learned_word_by_word() {
    let Some(compared) = word_by_word(&plan(), &weights(&plan())) else { return };
    assert!(compared.words > 100_000 && compared.changed == 20, "{compared:?}");
}
