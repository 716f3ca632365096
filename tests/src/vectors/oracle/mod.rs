//! The oracle's answers to single cases.

mod rules;

use crate::oracle::encoders::{At, encode, pixel};
use crate::oracle::feedback::keyed;
use crate::oracle::life::{ask, class_of, wrong};
use crate::oracle::neurons::{excess, fire, integrate, lose, reset, rest};
use crate::oracle::numbers::{
    Int, Key, RECALL, Rng, Step, align, falling, fold_rate, leak, mix, mix_round, updated,
};
use crate::oracle::plan::{Answering, Code, Kind, Life, Lived};
use crate::oracle::readout::decide;
use crate::oracle::schema::Scale;
use crate::vectors::target;

pub(super) fn compute(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    numbers(file, x)
        .or_else(|| neurons(file, x))
        .or_else(|| rules::compute(file, x))
        .or_else(|| encoders(file, x))
        .or_else(|| life(file, x))
        .or_else(|| schema(file, x))
}

fn schema(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let scale = |offset, multiplier, shift: Int, fraction| {
        let shift = u32::try_from(shift).expect("a shift");
        Scale { offset, multiplier, shift, fraction }
    };
    Some(match file {
        "schema/level.vec" => vec![scale(x[1], x[2], x[3], 0).level(x[0])],
        "schema/reading.vec" => vec![scale(0, 1, 0, x[1]).reading(x[0])],
        _ => return None,
    })
}

fn life(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    Some(match file {
        "life/answered.vec" => {
            let life = Life { fast: x[0], offset: x[1], most: x[2], ..Life::default() };
            let lived = Lived {
                known: x[3],
                repeats: 0,
                error: x[4],
                slow: x[5],
                level: x[6],
                rise: x[7],
                wrong: x[8],
                drifts: x[9],
                contradictions: x[10],
            };
            let [known, _, rest @ ..] = lived.answered(&life, x[11] == 1).words();
            [vec![known], rest.to_vec()].concat()
        }
        "life/recall.vec" => {
            let life = Life { gain: x[3], ..Life::default() };
            let mut rng = Rng::new(x[0], RECALL, seed(x[1]));
            if life.gain > 0 && !life.repeats(rng.word(), x[4]) {
                return Some(vec![0]);
            }
            let ages = if x[2] == 0 { 0 } else { x[5] };
            std::iter::once(1).chain((0..ages).map(|_| rng.below(x[2]))).collect()
        }
        "life/ask.vec" => {
            let answer = (x[0] >= 0).then_some(x[0]);
            vec![ask(answer, x[1], x[2], x[3], seed(x[4]))]
        }
        "life/verdict.vec" => {
            let target = target(x[0], x[1]);
            let answer = u8::try_from(x[2]).ok();
            let class = class_of(target).map_or(-1, Int::from);
            vec![wrong(target, answer).map_or(-1, Int::from), class]
        }
        _ => return None,
    })
}

fn seed(x: Int) -> u64 {
    u64::try_from(x).expect("a seed")
}

fn column(x: Int) -> usize {
    usize::try_from(x).expect("a column")
}

fn numbers(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let pair = |(a, b)| vec![a, b];
    let step = |x: &[Int], dither, shift| Step {
        pre: [x[1], x[2]],
        post: [x[3], x[4]],
        forget: (x[5] == 1).then_some(x[6]),
        dither,
        shift,
        low: x[x.len() - 2],
        high: x[x.len() - 1],
    };
    Some(match file {
        "num/mix_round.vec" => pair(mix_round(x[0], x[1], x[2])),
        "num/mix.vec" => pair(mix(x[0], x[1], x[2], x[3])),
        "num/key.vec" => {
            let key = Key::new(x[0], x[1], seed(x[2]));
            vec![key.k0, key.k1]
        }
        "num/dither_row.vec" => vec![Key { k0: x[0], k1: x[1] }.dither(x[2], 0, column(x[3]))],
        "num/dither_post.vec" => vec![Key { k0: x[0], k1: x[1] }.dither(0, 1 + x[2], column(x[3]))],
        "num/leak.vec" | "num/leak_unsigned.vec" => vec![leak(x[0], x[1])],
        "num/align.vec" => vec![align(x[0], x[1])],
        "num/fold_rate.vec" => vec![fold_rate(x[0], x[1], x[2])],
        "num/falling.vec" => vec![falling(x[0], x[1], x[2])],
        "net/feedback/keyed.vec" => vec![keyed(seed(x[0]), column(x[1]), column(x[2]), column(x[3]))],
        "net/update/i8.vec" => vec![updated(x[0], &step(x, x[7], 16))],
        "net/update/i16.vec" => vec![updated(x[0], &step(x, x[7], 8))],
        "net/update/keyed.vec" => {
            let dither = Key::new(x[1], x[2], seed(x[3])).dither(x[4], 0, column(x[5]));
            vec![updated(x[6], &step(&x[6..], dither, if x[0] == 8 { 16 } else { 8 }))]
        }
        _ => return None,
    })
}

/// One tick of a neuron that does not compete.
fn tick(kind: &Kind, state: &[Int], current: Int) -> Vec<Int> {
    let state = integrate(kind, state, current);
    let (mut state, event) =
        if excess(kind, &state) >= 0 { fire(kind, &state) } else { (rest(kind, &state), 0) };
    state.push(event);
    state
}

fn neurons(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let lif = |x: &[Int]| Kind::Lif {
        threshold: x[0],
        reset: x[1],
        floor: x[2],
        leak: x[3],
        refractory: x[4],
        hard_reset: x[5] == 1,
    };
    let adaptive = |x: &[Int]| Kind::Adaptive {
        threshold: x[0],
        reset: x[1],
        floor: x[2],
        leak: x[3],
        bump: x[4],
        decay: x[5],
        kept: x[6] == 1,
    };
    let graded = |step, logistic, fine| Kind::Graded { step, logistic, fine };
    Some(match file {
        "neuron/lif.vec" => tick(&lif(x), &x[6..8], x[8]),
        "neuron/lif_lose.vec" => lose(&lif(&[32767, x[0], -32768, 0, 3, 0]), &x[1..3]),
        "neuron/adaptive.vec" => tick(&adaptive(x), &x[7..9], x[9]),
        "neuron/adaptive_reset.vec" => reset(&adaptive(&[1, 0, 0, 0, 0, x[0], x[1]]), &x[2..4]),
        "neuron/graded.vec" => tick(&graded(x[0], x[1] == 1, false), &x[2..3], x[3]),
        "neuron/graded_fine.vec" => tick(&graded(x[0], x[1] == 1, true), &x[2..3], x[3]),
        "neuron/logistic.vec" => vec![fire(&graded(0, true, false), x).1],
        _ => return None,
    })
}

fn encoders(file: &str, x: &[Int]) -> Option<Vec<Int>> {
    let at = |tick, ticks, line, k0, k1| At { window: 0, tick, ticks, line, key: Key { k0, k1 } };
    Some(match file {
        "encode/gain.vec" => {
            let sample: Vec<u8> = x[2..].iter().map(|&x| x as u8).collect();
            sample.iter().map(|&s| pixel(x[0], x[1], &sample, s)).collect()
        }
        "encode/gain_many.vec" => vec![pixel(x[0], x[1], &vec![x[3] as u8; x[2] as usize], x[3] as u8)],
        "encode/rate.vec" => {
            let (left, event) = encode(Code::Rate, x[0], x[1], at(0, 1, 0, 0, 0));
            vec![left, event]
        }
        "encode/poisson.vec" => vec![encode(Code::Poisson, 0, x[4], at(x[3], 99, x[2], x[0], x[1])).1],
        "encode/latency.vec" => vec![encode(Code::Latency, 0, x[0], at(x[1], x[2], 0, 0, 0)).1],
        "encode/decide_membrane.vec" => {
            let labels: Vec<u8> = x[6..].iter().filter(|&&l| l >= 0).map(|&l| l as u8).collect();
            let (class, neuron) = decide(Answering::Membrane, &x[..3], &x[3..6], &labels);
            vec![class.map_or(-1, Int::from), neuron as Int]
        }
        "encode/decide.vec" => {
            let labels: Vec<u8> = x[6..].iter().filter(|&&l| l >= 0).map(|&l| l as u8).collect();
            let (class, neuron) = decide(Answering::Count, &x[..3], &x[3..6], &labels);
            vec![class.map_or(-1, Int::from), neuron as Int]
        }
        _ => return None,
    })
}
