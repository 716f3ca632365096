//! The draws that a network is made of, each by itself.

use crate::oracle::numbers::Int;
use crate::oracle::plan::{Along, Code, Kind, Learning, Rule, Stdp, Window};
use proptest::collection::vec;
use proptest::prelude::*;

/// Draws for a network.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) head: Head,
    pub(super) rule: Rule,
    pub(super) windows: Vec<Window>,
    pub(super) input: (usize, Kind),
    /// Neurons, kind, winner takes all.
    pub(super) layers: Vec<(usize, Kind, bool)>,
    /// The projection into each layer from the one below.
    pub(super) main: Vec<Drawn>,
    /// More projections: pre and post, to be fitted, and the rest.
    pub(super) skips: Vec<(usize, usize, Drawn)>,
    pub(super) feedbacks: Vec<(usize, Along, Int)>,
    pub(super) labels: Option<Vec<u8>>,
    pub(super) weights: Vec<Draw>,
    pub(super) note: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) seed: u64,
    pub(super) wide: bool,
    pub(super) first: bool,
    pub(super) halve_every: Int,
    pub(super) counters: [Int; 3],
}

/// A projection, as far as it does not depend on its layers.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Thirds of the greatest bounds, low and high.
    pub(super) bounds: (Int, Int),
    /// `2^-reach` thresholds is the greatest weight.
    pub(super) reach: Int,
    pub(super) bias: bool,
    pub(super) plastic: bool,
    pub(super) rate: Int,
    pub(super) forget_shift: Int,
}

/// A number within bounds that are not known yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Draw {
    /// So many thousandths of the bound of that sign.
    Part(Int),
    /// So much below the upper bound.
    High(Int),
    /// So much above the lower bound.
    Low(Int),
}

pub(super) fn any_parts() -> impl Strategy<Value = Parts> {
    let body = (
        (any_input(), vec((1..=20_usize, any_neuron(), prop::bool::weighted(0.25)), 1..=3)),
        (vec(any_drawn(), 3), vec((0..4_usize, 0..4_usize, any_drawn()), 0..=2)),
        vec((0..3_usize, any_along(), small(0..=4, 0..=15)), 0..=4),
        prop::option::of(vec(prop_oneof![4 => 0..4_u8, 1 => Just(255)], 20)),
        vec(any_draw(), 1..=97),
        vec(any::<u8>(), 0..=9),
    );
    let parts = (any_head(), any_rule(), vec(any_window(), 1..=3), body);
    parts.prop_map(
        |(head, rule, windows, ((input, layers), (main, skips), feedbacks, labels, weights, note))| Parts {
            head,
            rule,
            windows,
            input,
            layers,
            main,
            skips,
            feedbacks,
            labels,
            weights,
            note,
        },
    )
}

/// Mostly `usual`, now and then anything in `all`, its ends among it.
fn small(
    usual: std::ops::RangeInclusive<Int>,
    all: std::ops::RangeInclusive<Int>,
) -> impl Strategy<Value = Int> + Clone {
    let (first, last) = (*all.start(), *all.end());
    prop_oneof![12 => usual, 1 => all, 1 => Just(first), 1 => Just(last)]
}

fn any_head() -> impl Strategy<Value = Head> {
    let every = prop_oneof![4 => Just(0), 3 => 1..=5_i128, 1 => 1..=Int::from(u32::MAX)];
    let counter = || small(0..=9, 0..=Int::from(u32::MAX));
    (any::<u64>(), any::<bool>(), any::<bool>(), every, [counter(), counter(), counter()]).prop_map(
        |(seed, wide, first, halve_every, counters)| Head { seed, wide, first, halve_every, counters },
    )
}

fn any_leak() -> impl Strategy<Value = Int> {
    prop_oneof![2 => Just(0), 5 => (2..=16_u32).prop_map(|k| 1 << (16 - k)), 3 => 0..=20000_i128, 1 => 0..=65535_i128]
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let ceiling = prop_oneof![6 => 3..=40_i128, 5 => Just(65535), 1 => 0..=2_i128, 2 => 255..=4000_i128];
    let burst = (small(1..=9, 1..=127), ceiling, 0..=8_i128)
        .prop_map(|(target, ceiling, spike_shift)| Rule::Burst { target, ceiling, spike_shift });
    let bump = || small(1000..=30000, 0..=65535);
    let stdp = (
        any::<bool>(),
        [any_leak(), any_leak()],
        [bump(), bump()],
        small(100..=8000, -32768..=32767),
        small(0..=300, 0..=32767),
    )
        .prop_map(|(instar, [pre_decay, post_decay], [pre_bump, post_bump], grow, shrink)| {
            Rule::Stdp(Stdp { instar, pre_decay, post_decay, pre_bump, post_bump, grow, shrink })
        });
    prop_oneof![burst, stdp]
}

fn any_window() -> impl Strategy<Value = Window> {
    let learning =
        prop_oneof![1 => Just(Learning::Never), 2 => Just(Learning::Tick), 3 => Just(Learning::End)];
    // Past 257 ticks the sum of a graded bias line saturates.
    let ticks = prop_oneof![80 => 2..=10_i128, 8 => Just(1), 8 => 11..=40_i128, 1 => 258..=300_i128];
    (ticks, prop::bool::weighted(0.75), any::<bool>(), learning)
        .prop_map(|(ticks, teacher, keep, learning)| Window { ticks, teacher, keep, learning })
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
    let graded =
        (small(0..=4, 0..=15), any::<bool>()).prop_map(|(step, logistic)| Kind::Graded { step, logistic });
    prop_oneof![2 => lif, 2 => adaptive, 1 => graded]
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
    )
        .prop_map(|(bounds, reach, bias, plastic, rate, forget_shift)| Drawn {
            bounds,
            reach,
            bias,
            plastic,
            rate,
            forget_shift,
        })
}

fn any_along() -> impl Strategy<Value = Along> {
    prop_oneof![Just(Along::Sign), Just(Along::Tied), Just(Along::Own)]
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
