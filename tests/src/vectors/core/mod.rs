//! The core's answers to single cases.

mod life;
mod rules;

use crate::oracle::numbers::Int;
use hebbit_core::encode::{
    Answering, Encoder, Gain, Latency, Params as Common, Place, Poisson, Rate, RateState, decide,
};
use hebbit_core::net::{Kernels, Scalar, Update, WeightsMut};
use hebbit_core::neuron::{
    Activation, Adaptive, AdaptiveParams, AdaptiveState, Graded, GradedParams, GradedState, Lif, LifParams,
    LifState, Neuron,
};
use hebbit_core::num::{
    Count, Current, Leak, Membrane, Rise, StepKey, Ticks, align, falling, fold_rate, keyed_weight, leak,
    leak_unsigned, mix, mix_round, stream, update_sum, updated,
};
use hebbit_core::schema::Scale;

pub(super) fn compute(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    numbers(file, x)
        .or_else(|| neurons(file, x))
        .or_else(|| rules::compute(file, x))
        .or_else(|| encoders(file, x))
        .or_else(|| life::compute(file, x))
        .or_else(|| schema(file, x))
}

fn schema(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    Some(match file {
        "schema/level.vec" => {
            let scale = Scale { offset: to(x[1]), multiplier: to(x[2]), shift: to(x[3]), fraction: 0 };
            vec![scale.level(to(x[0])).into()]
        }
        "schema/reading.vec" => {
            vec![Scale { fraction: to(x[1]), ..Scale::IDENTITY }.reading_of_int(to(x[0])).into()]
        }
        _ => return None,
    })
}

/// A number of the file in the width of the core's word.
fn to<T: TryFrom<Int>>(x: Int) -> T {
    T::try_from(x).unwrap_or_else(|_| panic!("{x} does not fit"))
}

fn numbers(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let pair = |(a, b): (u32, u32)| vec![a.into(), b.into()];
    let key = |x: &[Int]| StepKey { k0: to(x[0]), k1: to(x[1]) };
    let update = |drop: u32, shift| {
        let sum = update_sum([to(x[1]), to(x[2])], [to(x[3]), to(x[4])], to(x[0]), x[5] == 1, to(x[6]));
        updated(to(x[0]), sum, to::<u32>(x[7]) >> drop, shift, to(x[8]), to(x[9]))
    };
    Some(match file {
        "num/mix_round.vec" => pair(mix_round(to(x[0]), to(x[1]), to(x[2]))),
        "num/mix.vec" => pair(mix(to(x[0]), to(x[1]), to(x[2]), to(x[3]))),
        "num/key.vec" => {
            let key = StepKey::new(to(x[0]), to(x[1]), to(x[2]));
            pair((key.k0, key.k1))
        }
        "num/dither_row.vec" => vec![key(x).row(to(x[2])).at(to(x[3])).into()],
        "num/dither_post.vec" => vec![key(x).post(to(x[2])).at(to(x[3])).into()],
        "num/leak.vec" => vec![leak(to(x[0]), to(x[1])).into()],
        "num/leak_unsigned.vec" => vec![leak_unsigned(to(x[0]), to(x[1])).into()],
        "num/align.vec" => vec![align(to(x[0]), to(x[1])).into()],
        "num/fold_rate.vec" => vec![fold_rate(to(x[0]), to(x[1]), to(x[2])).into()],
        "num/falling.vec" => vec![falling(to(x[0]), to(x[1]), to(x[2])).into()],
        "net/feedback/keyed.vec" => {
            let key = StepKey::new(0, stream::KEYED + to::<u32>(x[1]), to(x[0]));
            vec![keyed_weight(key.row(to(x[2])).at(to(x[3]))).into()]
        }
        "net/update/i8.vec" => vec![update(0, 16).into()],
        "net/update/i16.vec" => vec![update(8, 8).into()],
        "net/update/keyed.vec" => vec![keyed(x)],
        _ => return None,
    })
}

/// The update kernel on a matrix in which one weight changes.
fn keyed(x: &[Int]) -> Int {
    let (row, column): (usize, usize) = (to(x[4]), to(x[5]));
    let width = (column + 1).next_multiple_of(4);
    let at = row * width + column;
    let fill = |x: Int| vec![to::<i16>(x); width];
    let (post0, post1) = (fill(x[9]), fill(x[10]));
    let forget = vec![to::<u16>(x[11]); width];
    let (pre0, pre1) = ([to(x[7])], [to(x[8])]);
    let update = Update {
        key: StepKey::new(to(x[1]), to(x[2]), to(x[3])),
        lines: &[to(x[4])],
        pre: [&pre0, &pre1],
        post: [&post0, &post1],
        forget: &forget,
        active: &[to(x[5])],
        forget_shift: to(x[12]),
        shift: if x[0] == 8 { 16 } else { 8 },
        low: to(x[13]),
        high: to(x[14]),
    };
    if x[0] == 8 {
        let mut weights = vec![0_i8; at + 4];
        weights[at] = to(x[6]);
        Scalar.update(WeightsMut::I8(&mut weights), width, &update);
        weights[at].into()
    } else {
        let mut weights = vec![0_i16; at + 4];
        weights[at] = to(x[6]);
        Scalar.update(WeightsMut::I16(&mut weights), width, &update);
        weights[at].into()
    }
}

/// One tick of a neuron that does not compete.
fn tick<N: Neuron>(params: &N::Params, state: N::State, current: Int) -> (N::State, Int) {
    let state = N::integrate(params, state, Current::from_bits(to(current)));
    let fires = N::excess(params, &state) >= 0;
    let (state, event) = if fires { N::fire(params, state) } else { (N::rest(params, state), 0) };
    (state, event.into())
}

fn membrane(x: Int) -> Membrane {
    Membrane::from_bits(to(x))
}

fn lif(x: &[Int]) -> LifParams {
    LifParams {
        threshold: membrane(x[0]),
        reset: membrane(x[1]),
        floor: membrane(x[2]),
        leak: Leak::from_bits(to(x[3])),
        refractory: Ticks::from_bits(to(x[4])),
        hard_reset: x[5] == 1,
    }
}

fn adaptive(x: &[Int]) -> AdaptiveParams {
    AdaptiveParams {
        threshold: membrane(x[0]),
        reset: membrane(x[1]),
        floor: membrane(x[2]),
        leak: Leak::from_bits(to(x[3])),
        bump: Rise::from_bits(to(x[4])),
        decay: Leak::from_bits(to(x[5])),
        kept: x[6] == 1,
    }
}

fn neurons(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let of_lif = |x: &[Int]| LifState { membrane: membrane(x[0]), refractory: Ticks::from_bits(to(x[1])) };
    let of_adaptive = |x: &[Int]| AdaptiveState { membrane: membrane(x[0]), rise: Rise::from_bits(to(x[1])) };
    let graded = |step: Int, activation: Int, fine: bool| GradedParams {
        step: Count::from_bits(to(step)),
        activation: if activation == 1 { Activation::Logistic } else { Activation::Clip },
        fine,
    };
    Some(match file {
        "neuron/lif.vec" => {
            let (s, event) = tick::<Lif>(&lif(x), of_lif(&x[6..]), x[8]);
            vec![s.membrane.to_bits().into(), s.refractory.to_bits().into(), event]
        }
        "neuron/lif_lose.vec" => {
            let s = Lif::lose(&lif(&[32767, x[0], -32768, 0, 3, 0]), of_lif(&x[1..]));
            vec![s.membrane.to_bits().into(), s.refractory.to_bits().into()]
        }
        "neuron/adaptive.vec" => {
            let (s, event) = tick::<Adaptive>(&adaptive(x), of_adaptive(&x[7..]), x[9]);
            vec![s.membrane.to_bits().into(), s.rise.to_bits().into(), event]
        }
        "neuron/adaptive_reset.vec" => {
            let s = Adaptive::reset(&adaptive(&[1, 0, 0, 0, 0, x[0], x[1]]), of_adaptive(&x[2..]));
            vec![s.membrane.to_bits().into(), s.rise.to_bits().into()]
        }
        "neuron/graded.vec" | "neuron/graded_fine.vec" => {
            let params = graded(x[0], x[1], file == "neuron/graded_fine.vec");
            let (s, event) = tick::<Graded>(&params, GradedState { membrane: membrane(x[2]) }, x[3]);
            vec![s.membrane.to_bits().into(), event]
        }
        "neuron/logistic.vec" => {
            vec![Graded::fire(&graded(0, 1, false), GradedState { membrane: membrane(x[0]) }).1.into()]
        }
        _ => return None,
    })
}

fn encoders(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let common = |minimum: Int, norm: Int| Common {
        minimum: Count::from_bits(to(minimum)),
        norm: Count::from_bits(to(norm)),
    };
    let place = |tick: Int, ticks: Int, line: Int, key| Place {
        window: 0,
        tick: to(tick),
        ticks: to(ticks),
        line: to(line),
        key,
    };
    let nothing = StepKey { k0: 0, k1: 0 };
    Some(match file {
        "encode/gain.vec" => {
            let sample: Vec<u8> = x[2..].iter().map(|&x| to(x)).collect();
            let gain = Gain::new(common(x[0], x[1]), &sample);
            sample.iter().map(|&x| gain.pixel(x).into()).collect()
        }
        "encode/gain_many.vec" => {
            let sample = vec![to(x[3]); to(x[2])];
            vec![Gain::new(common(x[0], x[1]), &sample).pixel(to(x[3])).into()]
        }
        "encode/rate.vec" => {
            let state = RateState { left: Count::from_bits(to(x[0])) };
            let (state, event) = Rate::encode(state, to(x[1]), &place(0, 1, 0, nothing));
            vec![state.left.to_bits().into(), event.into()]
        }
        "encode/poisson.vec" => {
            let key = StepKey { k0: to(x[0]), k1: to(x[1]) };
            vec![Poisson::encode((), to(x[4]), &place(x[3], 99, x[2], key)).1.into()]
        }
        "encode/latency.vec" => {
            vec![Latency::encode((), to(x[0]), &place(x[1], x[2], 0, nothing)).1.into()]
        }
        "encode/decide.vec" | "encode/decide_membrane.vec" => {
            let membrane = file == "encode/decide_membrane.vec";
            let answering = if membrane { Answering::Membrane } else { Answering::Count };
            let counts: Vec<u16> = x[..3].iter().map(|&x| to(x)).collect();
            let membranes: Vec<u16> = x[3..6].iter().map(|&x| to::<i16>(x).cast_unsigned()).collect();
            let labels: Vec<u8> = x[6..].iter().filter(|&&l| l >= 0).map(|&l| to(l)).collect();
            let answer = decide(answering, &counts, &membranes, &labels);
            vec![answer.class.map_or(-1, Int::from), answer.neuron.into()]
        }
        _ => return None,
    })
}
