//! FORMAT section 9, NUMBERS section 10: what inputs and classes mean.

use super::numbers::{Int, clamp};

/// How a reading becomes a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Subtracted from a reading.
    pub offset: Int,
    /// Multiplies the difference.
    pub multiplier: Int,
    /// Powers of two that the product is divided by.
    pub shift: u32,
    /// Binary point of a reading.
    pub fraction: Int,
}

/// `floor(a * 2^places)`.
fn moved(a: Int, places: Int) -> Int {
    let two = |n: Int| 2_i128.pow(u32::try_from(n).expect("a number of places"));
    if places >= 0 { a * two(places) } else { a.div_euclid(two(-places)) }
}

fn saturated(x: Int) -> Int {
    clamp(x, -(1 << 31), (1 << 31) - 1)
}

impl Scale {
    /// The level of a reading.
    pub fn level(&self, reading: Int) -> Int {
        let whole = 2_i128.pow(self.shift);
        let product = (reading - self.offset) * self.multiplier;
        // The nearest whole number, halves up: `floor(x + 1/2)`, both sides doubled.
        saturated((2 * product + whole).div_euclid(2 * whole))
    }

    /// The reading of a value that is a whole number of at most 65 bits.
    pub fn reading(&self, value: Int) -> Int {
        // What is moved out of 32 bits has saturated long before.
        saturated(moved(clamp(value, -(1 << 65), 1 << 65), self.fraction.min(40)))
    }
}

/// What inputs and classes mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Two lines per value.
    pub on_off: bool,
    /// Dimensions of a sample.
    pub shape: Vec<usize>,
    /// One, or one per value.
    pub scales: Vec<Scale>,
    /// One per class that has a name.
    pub names: Vec<String>,
}

impl Schema {
    /// Values of a sample.
    pub fn values(&self) -> usize {
        self.shape.iter().product()
    }

    /// Lines of a sample.
    pub fn lines(&self) -> usize {
        if self.on_off { 2 * self.values() } else { self.values() }
    }

    /// The lines of a sample, and how many values were clamped.
    pub fn present(&self, readings: &[Int]) -> (Vec<Int>, usize) {
        assert_eq!(readings.len(), self.values());
        let scale = |i: usize| if self.scales.len() == 1 { &self.scales[0] } else { &self.scales[i] };
        let levels: Vec<Int> = readings.iter().enumerate().map(|(i, &r)| scale(i).level(r)).collect();
        let mut lines: Vec<Int> = levels.iter().map(|&level| clamp(level, 0, 255)).collect();
        if self.on_off {
            lines.extend(levels.iter().map(|&level| clamp(-level, 0, 255)));
        }
        let least = if self.on_off { -255 } else { 0 };
        (lines, levels.iter().filter(|level| !(least..=255).contains(*level)).count())
    }

    /// The schema in `bytes`, if they are one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(usize::from(*bytes.get(at)?) + 256 * usize::from(*bytes.get(at + 1)?));
        let (kind, rank, count, names) = (word(0)?, word(2)?, word(12)?, word(14)?);
        let dims: Vec<usize> = (0..4).map(|i| word(4 + 2 * i)).collect::<Option<_>>()?;
        let good = kind <= 1 && (1..=4).contains(&rank) && names <= 255;
        if !good || dims.iter().enumerate().any(|(i, &dim)| (dim == 0) == (i < rank)) {
            return None;
        }
        let mut schema =
            Self { on_off: kind == 1, shape: dims[..rank].to_vec(), scales: Vec::new(), names: Vec::new() };
        // Four dimensions of 16 bits fit 64 bits, twice their product does not.
        if schema.values() > 65_534 || schema.lines() > 65_534 || count != 1 && count != schema.values() {
            return None;
        }
        for i in 0..count {
            let bytes: [u8; 8] = bytes.get(16 + 8 * i..24 + 8 * i)?.try_into().expect("eight bytes");
            schema.scales.push(scale(bytes)?);
        }
        let mut rest = &bytes[16 + 8 * count..];
        if rest.len() > 4096 {
            return None;
        }
        for _ in 0..names {
            let (&length, after) = rest.split_first()?;
            let name = after.get(..usize::from(length))?;
            let name = std::str::from_utf8(name).ok()?;
            let control = |c: char| matches!(u32::from(c), 0..=0x1f | 0x7f..=0x9f);
            if !(1..=48).contains(&length) || name.contains(control) {
                return None;
            }
            schema.names.push(name.to_owned());
            rest = &after[usize::from(length)..];
        }
        rest.is_empty().then_some(schema)
    }

    /// Its bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut words = vec![usize::from(self.on_off), self.shape.len()];
        words.extend((0..4).map(|i| self.shape.get(i).copied().unwrap_or(0)));
        words.extend([self.scales.len(), self.names.len()]);
        let mut out: Vec<u8> = words.iter().flat_map(|&w| [(w % 256) as u8, (w / 256) as u8]).collect();
        for scale in &self.scales {
            out.extend(&scale.offset.to_le_bytes()[..4]);
            out.extend(&scale.multiplier.to_le_bytes()[..2]);
            out.push(scale.shift.to_le_bytes()[0]);
            out.push(scale.fraction.to_le_bytes()[0]);
        }
        for name in &self.names {
            out.push(name.len() as u8);
            out.extend(name.bytes());
        }
        out
    }
}

fn scale(bytes: [u8; 8]) -> Option<Scale> {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, &b| 256 * sum + Int::from(b));
    let signed = |x: Int, bits: u32| if x >= 1 << (bits - 1) { x - (1 << bits) } else { x };
    let fraction = signed(number(&bytes[7..]), 8);
    let offset = signed(number(&bytes[..4]), 32);
    let good = bytes[6] <= 40 && (-64..=64).contains(&fraction);
    good.then_some(Scale { offset, multiplier: number(&bytes[4..6]), shift: bytes[6].into(), fraction })
}
