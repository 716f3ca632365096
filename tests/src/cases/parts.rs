//! The independent draws of a network.

use super::life::any_life;
use super::rules::any_rule;
use super::schema::{Meaning, any_meaning};
use crate::oracle::numbers::Int;
use crate::oracle::plan::{
    Along, Answering, Code, Coupling, Kind, Learning, Life, Lived, Start, Teacher, Window,
};
use crate::oracle::rules::Rule;
use proptest::collection::vec;
use proptest::prelude::*;

use super::numbers::{any_leak, small};

/// Draws for a network.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) head: Head,
    pub(super) rule: Rule,
    /// Another rule, for the layers whose bit is set.
    pub(super) other: Option<(Rule, u8)>,
    /// Whether the other parts are adapted to the rule.
    pub(super) usual: bool,
    pub(super) windows: Vec<Window>,
    pub(super) input: (usize, Kind),
    /// Neurons, kind, winner takes all, coupling.
    pub(super) layers: Vec<(usize, Kind, bool, Coupling)>,
    /// The projection into each layer from the previous one.
    pub(super) main: Vec<Drawn>,
    /// More projections: pre and post, to be fitted, and the rest.
    pub(super) skips: Vec<(usize, usize, Drawn)>,
    pub(super) feedbacks: Vec<Back>,
    pub(super) labels: Option<Vec<u8>>,
    pub(super) weights: Vec<Draw>,
    pub(super) note: Vec<u8>,
    pub(super) life: (Life, Lived),
    pub(super) schema: Option<Meaning>,
}

#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) seed: u64,
    pub(super) wide: bool,
    pub(super) answering: Answering,
    pub(super) halve_every: Int,
    pub(super) counters: [Int; 3],
    pub(super) mean: Int,
    /// Whether it may have what came with version 5 of the format.
    pub(super) new: bool,
    /// Whether layers have places, and whether a graded input adds up.
    pub(super) places: bool,
    pub(super) adds: bool,
}

/// The parts of a projection that do not depend on its layers.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Bounds, low and high, in thirds of the maximum.
    pub(super) bounds: (Int, Int),
    /// The maximum weight is `2^-reach` thresholds.
    pub(super) reach: Int,
    pub(super) bias: bool,
    pub(super) plastic: bool,
    pub(super) rate: Int,
    pub(super) forget_shift: Int,
    /// Whether the zero point is the middle of the bounds.
    pub(super) centred: bool,
    pub(super) summed: bool,
    /// Whether line `i` meets neuron `i` alone, and whether it carries what was in the tick before: from any layer.
    pub(super) one_to_one: bool,
    pub(super) delay: bool,
}

/// The parts of a feedback that do not depend on the layers.
#[derive(Clone, Debug)]
pub(super) struct Back {
    pub(super) layer: usize,
    pub(super) from: From,
    pub(super) weights: Along,
    pub(super) shift: Int,
    pub(super) word: usize,
    /// The bound is the format's maximum weight, halved this many times.
    pub(super) halvings: Int,
    pub(super) plastic: bool,
    pub(super) rate: Int,
}

/// Source of a feedback, before the number of layers is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum From {
    /// This many layers after the next one, at most the output.
    Above(usize),
    Target,
}

/// A number relative to bounds that are not known yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Draw {
    /// Thousandths of the bound of that sign.
    Part(Int),
    /// Distance below the upper bound.
    High(Int),
    /// Distance above the lower bound.
    Low(Int),
}

pub(super) fn any_parts() -> impl Strategy<Value = Parts> {
    let body = (
        (any_input(), vec((1..=20_usize, any_neuron(), prop::bool::weighted(0.25), any_coupling()), 1..=3)),
        (vec(any_drawn(), 3), vec((0..4_usize, 0..4_usize, any_drawn()), 0..=4)),
        vec(any_back(), 0..=4),
        prop::option::of(vec(prop_oneof![4 => 0..4_u8, 1 => Just(255)], 20)),
        vec(any_draw(), 1..=97),
        (vec(any::<u8>(), 0..=9), any_life(), prop::option::weighted(0.3, any_meaning())),
    );
    // Boxed: a strategy of that many kinds is large, and is moved about on the stack of a test's thread.
    let rule = any_rule().boxed();
    let other = prop::option::weighted(0.2, (rule.clone(), any::<u8>()));
    let parts = (any_head(), (rule, other, any::<bool>()), vec(any_window(), 1..=3), body);
    parts.boxed().prop_map(
        |(
            head,
            (rule, other, usual),
            windows,
            ((input, layers), (main, skips), feedbacks, labels, weights, (note, life, schema)),
        )| Parts {
            head,
            rule,
            other,
            usual,
            windows,
            input,
            layers,
            main,
            skips,
            feedbacks,
            labels,
            weights,
            note,
            life,
            schema,
        },
    )
}

fn any_head() -> impl Strategy<Value = Head> {
    let every = prop_oneof![4 => Just(0), 3 => 1..=5_i128, 1 => 1..=Int::from(u32::MAX)];
    let counter = || small(0..=9, 0..=Int::from(u32::MAX));
    let answering =
        prop_oneof![2 => Just(Answering::Count), 2 => Just(Answering::First), 1 => Just(Answering::Membrane)];
    let mean = small(-200..=200, -32768..=32767);
    let samples = prop_oneof![20 => counter(), 1 => (1_i128 << 32) - 4..=(1 << 32) - 1];
    let flags = [0.1, 0.3, 0.6].map(prop::bool::weighted);
    (any::<u64>(), any::<bool>(), answering, every, (samples, counter(), counter()), mean, flags).prop_map(
        |(seed, wide, answering, halve_every, (samples, steps, presented), mean, [places, adds, new])| Head {
            seed,
            wide,
            answering,
            halve_every,
            counters: [samples, steps, presented],
            mean,
            new,
            places: new && places,
            adds: new && adds,
        },
    )
}

fn any_window() -> impl Strategy<Value = Window> {
    let learning =
        prop_oneof![1 => Just(Learning::Never), 2 => Just(Learning::Tick), 3 => Just(Learning::End)];
    // Past 257 ticks the sum of a graded bias line saturates.
    let ticks = prop_oneof![80 => 2..=10_i128, 8 => Just(1), 8 => 11..=40_i128, 1 => 258..=300_i128];
    let teacher = prop_oneof![
        2 => Just(Teacher::None),
        6 => Just(Teacher::Error),
        1 => Just(Teacher::Against),
        1 => Just(Teacher::Reward),
    ];
    let flags = [0.3, 0.2, 0.4, 0.1, 0.25].map(prop::bool::weighted);
    let start = prop_oneof![2 => Just(Start::Reset), 2 => Just(Start::Keep), 1 => Just(Start::Restore)];
    (ticks, teacher, start, learning, flags).prop_map(
        |(ticks, teacher, start, learning, [late, settle, each, blank, extra])| Window {
            ticks,
            teacher,
            start,
            learning,
            late,
            settle,
            each,
            blank,
            extra,
        },
    )
}

fn any_coupling() -> impl Strategy<Value = Coupling> {
    prop_oneof![3 => Just(Coupling::None), 1 => Just(Coupling::Open), 1 => Just(Coupling::Gated)]
}

fn any_input() -> impl Strategy<Value = (usize, Kind)> {
    let code = prop_oneof![Just(Code::Graded), Just(Code::Rate), Just(Code::Poisson), Just(Code::Latency)];
    let norm = prop_oneof![3 => Just(0), 3 => 100..=2000_i128, 1 => 0..=65535_i128];
    (1..=20_usize, code, small(0..=60, 0..=255), norm)
        .prop_map(|(n, code, minimum, norm)| (n, Kind::Input { code, minimum, norm }))
}

fn any_neuron() -> impl Strategy<Value = Kind> {
    let threshold = || prop_oneof![5 => 1000..=6000_i128, 3 => Just(4096), 1 => Just(1), 1 => 1..=32767_i128];
    let floor = || prop_oneof![3 => -9000..=0_i128, 1 => Just(0), 1 => Just(-32768)];
    // Thousandths of the way from the floor to just below the threshold.
    let reset = || prop_oneof![2 => 0..=1000_i128, 1 => Just(0), 1 => Just(1000)];
    let place = |threshold: Int, floor: Int, part: Int| floor + (threshold - 1 - floor) * part / 1000;
    let lif = (threshold(), reset(), floor(), any_leak(), small(0..=2, 0..=65535), any::<bool>()).prop_map(
        move |(threshold, part, floor, leak, refractory, hard_reset)| {
            let reset = place(threshold, floor, part);
            Kind::Lif { threshold, reset, floor, leak, refractory, hard_reset }
        },
    );
    let adaptive =
        (threshold(), reset(), floor(), any_leak(), small(0..=3000, 0..=65535), any_leak(), any::<bool>())
            .prop_map(move |(threshold, part, floor, leak, bump, decay, kept)| {
                let reset = place(threshold, floor, part);
                Kind::Adaptive { threshold, reset, floor, leak, bump, decay, kept }
            });
    let graded = (small(0..=4, 0..=15), any::<bool>(), any::<bool>())
        .prop_map(|(step, logistic, fine)| Kind::Graded { step, logistic, fine });
    prop_oneof![4 => lif, 4 => adaptive, 3 => graded]
}

fn any_drawn() -> impl Strategy<Value = Drawn> {
    let third = || prop_oneof![5 => Just(3), 2 => Just(2), 1 => Just(1), 1 => Just(0)];
    let high = prop_oneof![5 => Just(3), 2 => Just(2), 1 => Just(1)];
    (
        (third(), high),
        -2..=2_i128,
        any::<bool>(),
        prop::bool::weighted(0.9),
        small(-3..=5, -16..=15),
        0..=16_i128,
        [0.2, 0.25, 0.15, 0.2].map(prop::bool::weighted),
    )
        .prop_map(|(bounds, reach, bias, plastic, rate, forget_shift, flags)| {
            let [centred, summed, one_to_one, delay] = flags;
            Drawn { bounds, reach, bias, plastic, rate, forget_shift, centred, summed, one_to_one, delay }
        })
}

fn any_back() -> impl Strategy<Value = Back> {
    let from = prop_oneof![4 => (0..=2_usize).prop_map(From::Above), 1 => Just(From::Target)];
    let along = prop_oneof![Just(Along::Sign), Just(Along::Tied), Just(Along::Own), Just(Along::Keyed)];
    let shift = small(0..=8, 0..=15);
    let word = prop_oneof![3 => Just(0_usize), 1 => Just(1_usize)];
    (0..3_usize, from, along, shift, word, 0..=8_i128, any::<bool>(), small(-3..=5, -16..=15)).prop_map(
        |(layer, from, weights, shift, word, halvings, plastic, rate)| Back {
            layer,
            from,
            weights,
            shift,
            word,
            halvings,
            plastic,
            rate,
        },
    )
}

fn any_draw() -> impl Strategy<Value = Draw> {
    prop_oneof![
        5 => (0..=1000_i128).prop_map(Draw::Part),
        4 => (-500..=500_i128).prop_map(Draw::Part),
        1 => (0..=3_i128).prop_map(Draw::High),
        1 => (0..=3_i128).prop_map(Draw::Low),
        1 => Just(Draw::Part(0)),
    ]
}
