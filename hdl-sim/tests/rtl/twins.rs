//! Compares twins of rules, neurons and encoders, parked ones too, with the core's functions on random and extreme operands.

use crate::verbs::{as_they_are, check, i8_of, i16_of, out};
use hebbit_core::encode::{Encoder, Latency, Params as EncoderParams, Place, Poisson, Rate, RateState};
use hebbit_core::learn::{
    Burst, BurstForm, BurstParams, Depression, Dfa, DfaParams, Draws, Drtp, ErrorTrains, Form, LearningRule,
    Microcircuit, MicrocircuitParams, Reward, RewardParams, RewardSide, Side, Squash, Stdp, StdpParams,
    Triplet, TripletLine, TripletNeuron, TripletParams,
};
use hebbit_core::neuron::{Adaptive, AdaptiveParams, AdaptiveState, Neuron};
use hebbit_core::num::{
    Count, Current, Leak, Membrane, Rise, SHIFT_I8, StepKey, Trace, approach, keyed_weight, leak_unsigned,
    mix, update_sum, updated,
};
use hebbit_core::signal::{Activity, Grain, Role};

type MicrocircuitLine = <Microcircuit as LearningRule>::Pre;

fn trace(word: u32) -> Trace {
    Trace::from_bits(word as u16)
}

fn leaks(word: u32) -> Leak {
    Leak::from_bits(word as u16)
}

fn high(word: u32) -> u32 {
    word >> 16
}

/// Two words of 16 bits as one of 32.
fn pair(high: u16, low: u16) -> u32 {
    u32::from(high) << 16 | u32::from(low)
}

fn of_i16(x: i16) -> u16 {
    x.cast_unsigned()
}

fn byte(x: i16) -> u32 {
    u32::from(u8::try_from(x).expect("no factor of the RTL is negative"))
}

/// A line or neuron with an event of 0..=255.
fn event(word: u32) -> Activity {
    Activity { event: (word & 255) as i16, grain: Grain::Graded, ..Activity::default() }
}

/// A line or neuron with a spike or none.
fn spike(fired: bool) -> Activity {
    Activity { event: fired.into(), ..Activity::default() }
}

#[test]
fn leak_unsigned_is_the_cores() {
    check(12, "leak_unsigned", as_they_are, |[a, b, ..]| out(i32::from(leak_unsigned(a as u16, b as u16))));
}

#[test]
fn an_update_of_two_terms_is_the_cores() {
    // Post factors in a; pre factors and dither in b; forgetting, weight and bounds in c.
    let tame = |[a, b, c, d, e]: [u32; 5]| {
        let low = (c >> 24) | 0x80;
        let low = if low == 0x80 { 0x81 } else { low };
        let high = (c >> 16) & 0x7f;
        let w = i32::from(i8_of(c >> 8)).clamp(i8_of(low).into(), i8_of(high).into()).cast_unsigned() & 0xff;
        [a, b, low << 24 | high << 16 | w << 8 | (c & 32) | ((c & 31) % 17), d, e]
    };
    check(13, "update_sum", tame, |[a, b, c, ..]| {
        let pre = [(b & 255) as i16, (b >> 8 & 255) as i16];
        let w = i8_of(c >> 8);
        let sum = update_sum(pre, [i16_of(a), i16_of(high(a))], w, c & 32 != 0, c & 31);
        let w = updated(w, sum, high(b), SHIFT_I8, i8_of(c >> 24), i8_of(c >> 16));
        [sum.cast_unsigned(), i32::from(w).cast_unsigned()]
    });
}

#[test]
fn keyed_weight_is_the_cores() {
    check(14, "keyed_weight", as_they_are, |[a, ..]| out(keyed_weight(a as u16)));
}

#[test]
fn mix_is_the_cores() {
    check(15, "mix", as_they_are, |[a, b, c, d, _]| {
        let (x, y) = mix(a, b, c, d);
        [x, y]
    });
}

fn stdp(instar: bool, decay: u32, bump: u32, grow: i16, shrink: i16) -> StdpParams {
    StdpParams {
        form: if instar { Form::Instar } else { Form::Pair },
        pre_decay: leaks(decay),
        post_decay: leaks(decay),
        pre_bump: trace(bump),
        post_bump: trace(bump),
        grow,
        shrink,
    }
}

fn stdp_pre(decay: u32, bump: u32, a: u32, c: u32) -> [u32; 2] {
    let side = Side { trace: trace(a) };
    let (side, [grow, shrink]) = Stdp::pre(&stdp(false, decay, bump, 0, 0), side, &event(c));
    [side.trace.to_bits().into(), byte(grow.to_bits()) << 8 | byte(shrink.to_bits())]
}

#[test]
fn stdp_pre_is_the_cores() {
    check(16, "stdp_pre", as_they_are, |[a, b, c, ..]| stdp_pre(high(b), b, a, c));
}

#[test]
fn stdp_pre_of_a_build_that_fixes_its_decay_is_the_cores() {
    check(33, "stdp_pre, all decays", as_they_are, |[a, _, c, ..]| stdp_pre(65_535, 256, a, c));
    check(34, "stdp_pre, a sixteenth decays", as_they_are, |[a, _, c, ..]| stdp_pre(4096, 300, a, c));
    check(35, "stdp_pre, 5000 of 2^16 decay", as_they_are, |[a, b, c, ..]| stdp_pre(5000, b, a, c));
}

#[test]
fn stdp_post_is_the_cores() {
    check(17, "stdp_post", as_they_are, |[a, b, c, d, _]| {
        let p = stdp(d >> 16 & 1 == 1, high(b), b, i16_of(c), (high(c) & 0x7fff) as i16);
        assert!(Stdp::valid(&p));
        let (side, factors) = Stdp::post(&p, Side { trace: trace(a) }, &spike(d >> 17 & 1 == 1));
        let [grow, shrink] = factors.terms.map(of_i16);
        [pair(grow, shrink), pair(factors.forget.into(), side.trace.to_bits())]
    });
}

/// Threshold, floor, reset and whether the rise is kept, from the operands of an adaptive neuron.
fn adaptive(b: u32, c: u32, d: u32) -> AdaptiveParams {
    AdaptiveParams {
        threshold: Membrane::from_bits((b & 0x7fff) as i16),
        reset: Membrane::from_bits(i16_of(high(c))),
        floor: Membrane::from_bits(-((high(b) & 0x7fff) as i16)),
        leak: Leak::ZERO,
        bump: Rise::from_bits(high(d) as u16),
        decay: leaks(d),
        kept: b >> 15 & 1 == 1,
    }
}

#[test]
fn an_adaptive_neuron_is_the_cores() {
    let tame = |[a, b, c, d, e]: [u32; 5]| {
        let b = if b & 0x7fff == 0 { b | 1 } else { b };
        let p = adaptive(b, c, d);
        let reset = p.reset.to_bits().clamp(p.floor.to_bits(), p.threshold.to_bits() - 1);
        [a, b, pair(of_i16(reset), c as u16), d, e]
    };
    check(18, "adaptive", tame, |[a, b, c, d, e]| {
        let p = AdaptiveParams { leak: leaks(e & 0xffff), ..adaptive(b, c, d) };
        assert!(Adaptive::valid(&p));
        let state =
            AdaptiveState { membrane: Membrane::from_bits(i16_of(a)), rise: Rise::from_bits(high(a) as u16) };
        let state = Adaptive::integrate(&p, state, Current::from_bits(i16_of(c)));
        let excess = Adaptive::excess(&p, &state);
        let lost = b >> 31 == 1;
        let fires = !lost && excess >= 0;
        let (state, word) = match (lost, fires) {
            (true, _) => (Adaptive::lose(&p, state), 0),
            (_, true) => Adaptive::fire(&p, state),
            _ => (Adaptive::rest(&p, state), 0),
        };
        assert_eq!(word, i16::from(fires));
        let bits = u32::from(fires) << 2 | (excess.cast_unsigned() >> 16 & 3);
        let membrane = of_i16(state.membrane.to_bits());
        [pair(excess.cast_unsigned() as u16, membrane), bits << 16 | u32::from(state.rise.to_bits())]
    });
}

#[test]
fn a_reset_of_an_adaptive_neuron_is_the_cores() {
    check(19, "adaptive_reset", as_they_are, |[a, b, c, d, _]| {
        let state =
            AdaptiveState { membrane: Membrane::from_bits(i16_of(b)), rise: Rise::from_bits(high(a) as u16) };
        let state = Adaptive::reset(&adaptive(b, c, d), state);
        assert_eq!(state.membrane, Membrane::ZERO);
        out(i32::from(state.rise.to_bits()))
    });
}

#[test]
fn the_winner_is_the_greatest_of_equals_the_first() {
    // From -131070, the minimum, to 32766; often small, so that equal values occur.
    let excess = |word: u32| {
        (word % 163_837).min(if word & 3 == 0 { u32::MAX } else { 131_080 }).cast_signed() - 131_070
    };
    let tame = |[a, b, c, d, e]: [u32; 5]| {
        let [a, b, c, d] = [a, b, c, d].map(|word| excess(word).cast_unsigned());
        [a, b, c, d, e]
    };
    check(20, "compete", tame, |[a, b, c, d, _]| {
        let all = [a, b, c, d].map(u32::cast_signed);
        let greatest = all.into_iter().filter(|&x| x >= 0).max();
        let Some(best) = greatest else { return [0, 0] };
        let winner = all.iter().position(|&x| x == best).expect("it is one of them");
        [best.cast_unsigned(), 4 | winner as u32]
    });
}

fn encoding() -> EncoderParams {
    EncoderParams { minimum: Count::ZERO, norm: Count::ZERO }
}

fn at(key: StepKey) -> Place {
    Place { window: 0, tick: 0, ticks: 1, line: 0, key }
}

#[test]
fn rate_is_the_cores() {
    check(21, "rate", as_they_are, |[a, b, ..]| {
        let state = RateState { left: Count::from_bits((b & 255) as u16) };
        let (state, event) = Rate::encode(state, a as u8, &at(StepKey { k0: 0, k1: 0 }));
        [byte(event) << 8 | u32::from(state.left.to_bits()), 0]
    });
    assert_eq!(Rate::common(&encoding()), encoding());
}

#[test]
fn poisson_is_the_cores() {
    // One draw for 32 pixels.
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, b & 0x00ff_ffff, c, d, e & 0xffff];
    check(22, "poisson", tame, |[a, b, c, d, e]| {
        let at =
            Place { window: (b >> 16) as u8, tick: b as u16, line: e as u16, ..at(StepKey { k0: c, k1: d }) };
        let fires = |j: u32| Poisson::encode((), a.wrapping_add(8 * j) as u8, &at).1 != 0;
        [(0..32).fold(0, |mask, j| mask | u32::from(fires(j)) << j), 0]
    });
}

#[test]
fn latency_is_the_cores() {
    // One pixel in 32 ticks, around the one that is due.
    let tame = |[a, b, c, d, e]: [u32; 5]| {
        let ticks = (b & 0x7fff).max(1);
        let due = ((255 - (a & 255)) * ticks) >> 8;
        [a, ticks, due.saturating_sub(c & 31), d, e]
    };
    check(23, "latency", tame, |[a, b, c, ..]| {
        let fires = |j: u32| {
            let at = Place { tick: (c + j) as u16, ticks: b as u16, ..at(StepKey { k0: 0, k1: 0 }) };
            Latency::encode((), a as u8, &at).1 != 0
        };
        [(0..32).fold(0, |mask, j| mask | u32::from(fires(j)) << j), 0]
    });
}

fn reward(b: u32) -> RewardParams {
    let (decay, bump) = (leaks(high(b)), trace(b));
    RewardParams { line_decay: decay, line_bump: bump, decay, bump, ..RewardParams::default() }
}

#[test]
fn reward_is_the_cores() {
    check(24, "reward_pre", as_they_are, |[a, b, c, ..]| {
        let (side, [pre, none]) = Reward::pre(&reward(b), RewardSide { trace: trace(a) }, &event(c));
        assert_eq!(none.to_bits(), 0);
        [side.trace.to_bits().into(), byte(pre.to_bits())]
    });
    check(25, "reward_post", as_they_are, |[a, b, c, d, _]| {
        let activity = Activity { modulator: i16_of(d), ..event(c) };
        let (side, factors) = Reward::post(&reward(b), RewardSide { trace: trace(a) }, &activity);
        [i32::from(factors.terms[0]).cast_unsigned(), side.trace.to_bits().into()]
    });
    // The mean stays a 16-bit word, and so does the reward.
    check(32, "approach", as_they_are, |[a, b, ..]| out(approach(i16_of(a).into(), i16_of(b).into(), 5)));
}

fn triplet(b: u32, c: u32, plus: [i16; 2], minus: [u16; 2]) -> TripletParams {
    let ([d1, d2], [b1, b2]) = ([b, high(b)].map(leaks), [c, high(c)].map(trace));
    TripletParams {
        r1_decay: d1,
        r2_decay: d2,
        o1_decay: d1,
        o2_decay: d2,
        r1_bump: b1,
        r2_bump: b2,
        o1_bump: b1,
        o2_bump: b2,
        a2_plus: plus[0],
        a3_plus: plus[1],
        a2_minus: Count::from_bits(minus[0]),
        a3_minus: Depression { amplitude: minus[1] as u8, forgets: false },
    }
}

#[test]
fn triplet_is_the_cores() {
    check(26, "triplet_pre", as_they_are, |[a, b, c, d, e]| {
        let p = triplet(b, c, [0; 2], [d & 255, d >> 8 & 255].map(|x| x as u16));
        assert!(Triplet::valid(&p));
        let line = TripletLine { r1: trace(a), r2: trace(high(a)) };
        let (line, [grow, shrink]) = Triplet::pre(&p, line, &spike(e & 1 == 1));
        let factors = byte(shrink.to_bits()) << 8 | byte(grow.to_bits());
        [pair(line.r2.to_bits(), line.r1.to_bits()), factors]
    });
    check(27, "triplet_post", as_they_are, |[a, b, c, d, e]| {
        let p = triplet(b, c, [d & 0x7fff, high(d) & 0x7fff].map(|x| x as i16), [0; 2]);
        assert!(Triplet::valid(&p));
        let neuron = TripletNeuron { o1: trace(a), o2: trace(high(a)) };
        let (neuron, factors) = Triplet::post(&p, neuron, &spike(e & 1 == 1));
        let [grow, shrink] = factors.terms.map(of_i16);
        [pair(neuron.o2.to_bits(), neuron.o1.to_bits()), pair(shrink, grow)]
    });
}

fn circuit(b: u32, d: u32) -> MicrocircuitParams {
    MicrocircuitParams {
        line_decay: leaks(high(b)),
        line_bump: trace(b),
        error_decay: leaks(high(b)),
        error_bump: trace(b),
        rate: Count::from_bits((d & 511) as u16),
        threshold: Membrane::from_bits((b & 0x7fff) as i16),
        reach: Membrane::from_bits((high(b) & 0x7fff) as i16),
    }
}

#[test]
fn microcircuit_is_the_cores() {
    check(28, "microcircuit_pre", as_they_are, |[a, b, c, d, _]| {
        let seen = if d & 1 == 1 { event(c) } else { spike(c & 1 == 1) };
        let line = MicrocircuitLine { trace: trace(a) };
        let (line, [pre, _]) = Microcircuit::pre(&circuit(b, 0), line, &seen);
        [line.trace.to_bits().into(), byte(pre.to_bits())]
    });
    check(29, "microcircuit_post", as_they_are, |[a, b, c, d, _]| {
        let role = if d & 1 == 1 { Role::Output } else { Role::Hidden };
        let seen = Activity { role, membrane: i16_of(a), apical: i16_of(c), ..spike(d & 2 != 0) };
        let (_, factors) = Microcircuit::post(&circuit(b, 0), ErrorTrains::default(), &seen);
        assert_eq!(Microcircuit::send(&circuit(b, 0), &seen), factors.terms);
        out(factors.terms[0])
    });
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, b, c, d & !511 | (d & 511).min(256), e];
    check(30, "microcircuit_teach", tame, |[a, b, c, d, _]| {
        let trains = ErrorTrains { plus: trace(a), minus: trace(high(a)) };
        let seen = Activity { tick: (c & 0x7fff) as u16, sum: high(c) as u16, ..spike(d & 1024 != 0) };
        let (trains, apical) = Microcircuit::teach(&circuit(b, d), trains, &seen, d & 512 != 0);
        [pair(trains.minus.to_bits(), trains.plus.to_bits()), i32::from(apical).cast_unsigned()]
    });
}

#[test]
fn burst_draw_is_the_cores() {
    check(31, "burst_draw", as_they_are, |[a, _, c, d, _]| {
        let p = BurstParams {
            target: Count::from_bits(1),
            ceiling: Count::ZERO,
            spike_shift: Count::ZERO,
            form: if d & 8 == 0 { BurstForm::Unsigned } else { BurstForm::Signed },
            squash: Squash::Box,
            learned: false,
            gain: Count::from_bits((d & 7) as u16),
            due: false,
        };
        assert!(Burst::valid(&p) && Burst::draws(&p) != Draws::None);
        let role = if d & 16 == 0 { Role::Hidden } else { Role::Output };
        let words = [0, 1, 2, 3].map(|j: u32| {
            let draw = c.wrapping_add(16_384 * j) as u16;
            let seen = Activity { role, apical: i16_of(a), draw, ..spike(d & 32 != 0) };
            let ((), factors) = Burst::post(&p, (), &seen);
            assert_eq!(Burst::send(&p, &seen), factors.terms);
            of_i16(factors.terms[0])
        });
        [pair(words[3], words[2]), pair(words[1], words[0])]
    });
}

#[test]
fn the_twins_of_burst_serve_dfa_and_drtp() {
    let params = |b: u32, shift: u32| DfaParams {
        target: Count::from_bits((b & 0x7f) as u16),
        ceiling: Count::from_bits(b as u16),
        spike_shift: Count::from_bits(shift as u16),
    };
    let seen = |sum: u32, apical: u32, output: bool| {
        let role = if output { Role::Output } else { Role::Hidden };
        Activity { sum: sum as u16, apical: i16_of(apical), role, ..Activity::default() }
    };
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, b % 9, c, d, e];
    check(9, "burst_pre for dfa", tame, |[a, b, ..]| {
        let ((), [pre, _]) = Dfa::pre(&params(1, b), (), &seen(a, 0, false));
        assert_eq!(Drtp::pre(&params(1, b), (), &seen(a, 0, false)).1[0], pre);
        out(pre.to_bits())
    });
    check(10, "burst_post for dfa", as_they_are, |[a, b, c, d, _]| {
        let activity = seen(a, c, d & 1 == 1);
        let ((), factors) = Dfa::post(&params(b, 0), (), &activity);
        assert_eq!(Dfa::send(&params(b, 0), &activity), factors.terms);
        assert_eq!(Drtp::post(&params(b, 0), (), &activity).1, factors);
        out(factors.terms[0])
    });
    let tame = |[a, b, c, d, e]: [u32; 5]| [a, (b & 0x7f).max(1), c, d, e];
    check(11, "burst_teach for dfa", tame, |[a, b, _, d, _]| {
        let [named, wrong] = [d & 1 == 1, d & 2 == 2];
        let ((), apical) = Dfa::teach(&params(b, 0), (), &seen(a, 0, true), named && !wrong);
        assert_eq!(Drtp::teach(&params(b, 0), (), &seen(a, 0, true), named && !wrong).1, apical);
        out(if wrong && !named { 0 } else { apical })
    });
}
