//! NUMBERS sections 2, 5 and 6 in integers so wide that nothing happens by accident. Everything that the text says
//! fits a width is asserted to fit it.

/// Every number of the oracle.
pub type Int = i128;

const TWO32: Int = 1 << 32;

/// `floor(x / 2^k)`.
pub fn floor_shift(x: Int, k: Int) -> Int {
    x.div_euclid(1 << k)
}

/// `a` below `a`, `b` above `b`.
pub fn clamp(x: Int, a: Int, b: Int) -> Int {
    if x < a {
        a
    } else if x > b {
        b
    } else {
        x
    }
}

/// To 16 bits, signed.
pub fn saturate(x: Int) -> Int {
    clamp(exact(x), -32768, 32767)
}

/// To 16 bits, unsigned.
pub fn saturate_unsigned(x: Int) -> Int {
    clamp(exact(x), 0, 65535)
}

/// The text says that this fits 32 bits.
#[track_caller]
pub fn exact(x: Int) -> Int {
    assert!((-(TWO32 / 2)..TWO32 / 2).contains(&x), "NUMBERS claims that {x} fits i32");
    x
}

/// To 32 bits, signed. The text says that the operand fits 64 bits.
pub fn saturate_wide(x: Int) -> Int {
    clamp(exact64(x), -TWO32 / 2, TWO32 / 2 - 1)
}

/// The text says that this fits 64 bits.
#[track_caller]
pub fn exact64(x: Int) -> Int {
    assert!(i64::try_from(x).is_ok(), "NUMBERS claims that {x} fits i64");
    x
}

/// `x * 2^s`, floored.
pub fn align(x: Int, s: Int) -> Int {
    exact(if s >= 0 { x * (1 << s) } else { floor_shift(x, -s) })
}

/// What is left after a tick of leak.
pub fn leak(v: Int, l: Int) -> Int {
    v - floor_shift(v * l, 16)
}

/// The greatest `r` with `r*r <= x`.
pub fn isqrt(x: Int) -> Int {
    let mut r = 0;
    while (r + 1) * (r + 1) <= x {
        r += 1;
    }
    r
}

fn low32(x: Int) -> Int {
    x.rem_euclid(TWO32)
}

fn rol32(x: Int, k: Int) -> Int {
    low32(x << k) + floor_shift(x, 32 - k)
}

/// One round.
pub fn mix_round(x: Int, y: Int, k: Int) -> (Int, Int) {
    let x = low32(rol32(x, 32 - 8) + y) ^ k;
    (x, rol32(y, 3) ^ x)
}

/// Eight rounds.
pub fn mix(x: Int, y: Int, k0: Int, k1: Int) -> (Int, Int) {
    let mut pair = (x, y);
    for i in 0..8 {
        let k = if i % 2 == 0 { k0 } else { k1 };
        pair = mix_round(pair.0, pair.1, k ^ i);
    }
    pair
}

/// Two words that key a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// For even rounds.
    pub k0: Int,
    /// For odd rounds.
    pub k1: Int,
}

/// The stream of the encoder's draws.
pub const ENCODER: Int = 0x1000_0000;
/// The first stream of keyed feedback weights.
pub const KEYED: Int = 0x6000_0000;
/// The first stream of the dither of plastic feedback.
pub const LEARN_FEEDBACK: Int = 0x7000_0000;
/// The first stream of the rules' draws.
pub const DRAW: Int = 0x8000_0000;

impl Key {
    /// `StepKey(counter, stream, seed)`.
    pub fn new(counter: Int, stream: Int, seed: u64) -> Self {
        let seed = Int::from(seed);
        let (k0, k1) = mix(counter, stream, low32(seed), seed / TWO32);
        Self { k0, k1 }
    }
    /// `B` and `A` of `lane(x, y)`.
    pub fn lane(self, x: Int, y: Int) -> (Int, Int) {
        let (x, y) = mix(x, y, self.k0, self.k1);
        (x % 65536, y % 65536)
    }
    /// `D(column)` of `lane(x, y)`.
    pub fn dither(self, x: Int, y: Int, column: usize) -> Int {
        let (b, a) = self.lane(x, y);
        (b + Int::try_from(column).expect("an index") * a) % 65536
    }
}

/// The stream of what is tried instead of the answer.
pub const EXPLORE: Int = 0xc000_0000;

/// The stream of which remembered samples are learned again.
pub const RECALL: Int = 0x9000_0000;
/// NUMBERS 5.2.
pub const ASK: Int = 0xb000_0000;

/// NUMBERS 5.4: words under one key, in order.
#[derive(Clone, Copy, Debug)]
pub struct Rng {
    key: Key,
    /// Words that were given.
    given: Int,
}

impl Rng {
    /// `KeyedRng(counter, stream, seed)`.
    pub fn new(counter: Int, stream: Int, seed: u64) -> Self {
        Self { key: Key::new(counter, stream, seed), given: 0 }
    }
    /// The next word.
    pub fn word(&mut self) -> Int {
        let (x, y) = mix(low32(self.given / 2), 0, self.key.k0, self.key.k1);
        self.given += 1;
        if self.given % 2 == 1 { x } else { y }
    }
    /// One of `0..n`; 0 for `n` = 0.
    pub fn below(&mut self, n: Int) -> Int {
        floor_shift(self.word() * n, 32)
    }
}

/// The rate after so many samples.
pub fn falling(rate: Int, samples: Int, every: Int) -> Int {
    if every == 0 { rate } else { rate - (samples / every).min(64) }
}

/// A term times `2^rate`, dithered when it shrinks.
pub fn fold_rate(f: Int, rate: Int, d: Int) -> Int {
    if rate >= 0 {
        saturate(f * (1 << rate.min(15)))
    } else {
        let k = (-rate).min(16);
        saturate(floor_shift(f + floor_shift(d, 16 - k), k))
    }
}

/// One weight's step.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Factors of the line.
    pub pre: [Int; 2],
    /// Factors of the neuron, the rate in them.
    pub post: [Int; 2],
    /// `forget_shift`, if the neuron forgets.
    pub forget: Option<Int>,
    /// `D(c)`, all 16 bits.
    pub dither: Int,
    /// 16 or 8.
    pub shift: Int,
    /// Least weight.
    pub low: Int,
    /// Greatest weight.
    pub high: Int,
}

/// NUMBERS 6.2.
pub fn updated(w: Int, s: &Step) -> Int {
    let forgotten = s.forget.map_or(0, |k| w * (1 << k));
    let sum = exact(s.pre[0] * s.post[0] + s.pre[1] * s.post[1] - forgotten);
    let dither = floor_shift(s.dither, 16 - s.shift);
    clamp(w + floor_shift(exact(sum + dither), s.shift), s.low, s.high)
}
