//! NUMBERS 7.3 and 7.4: pixels and their events.

use super::numbers::{Int, Key, floor_shift, isqrt, mix};
use super::plan::Code;

/// The pixel of byte `x` in `sample`.
pub fn pixel(minimum: Int, norm: Int, sample: &[u8], x: u8) -> Int {
    let x = Int::from(x);
    if x < minimum {
        0
    } else if norm == 0 {
        x
    } else {
        floor_shift(x * gain(minimum, norm, sample), 8).min(255)
    }
}

/// What every pixel of a sample is multiplied by, in units of 1/256.
pub fn gain(minimum: Int, norm: Int, sample: &[u8]) -> Int {
    let squares: Int = sample.iter().map(|&x| Int::from(x)).filter(|&x| x >= minimum).map(|x| x * x).sum();
    let length = isqrt(squares.min((1 << 32) - 1)).max(1);
    (norm * 256 / length).min(65535)
}

/// Where and when a line is asked.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// Window of the sample.
    pub window: Int,
    /// Tick of the window.
    pub tick: Int,
    /// Ticks of the window.
    pub ticks: Int,
    /// The line.
    pub line: Int,
    /// The encoder's key.
    pub key: Key,
}

/// The event of a line with pixel `p`, and what is `left` of it.
pub fn encode(code: Code, left: Int, p: Int, at: At) -> (Int, Int) {
    match code {
        Code::Graded => (left, p),
        Code::Rate => {
            let s = left + p;
            if s >= 256 { (s - 256, 1) } else { (s, 0) }
        }
        Code::Poisson => {
            let (x, _) = mix(at.line, at.window * 65536 + at.tick, at.key.k0, at.key.k1);
            (left, Int::from(p > 0 && floor_shift(x, 24) < p))
        }
        Code::Latency => (left, Int::from(p > 0 && floor_shift((255 - p) * at.ticks, 8) == at.tick)),
    }
}
