//! The verbs on raw integers. All of them are total: no panic, no overflow check, the same in debug and release.

/// `x` within `low..=high`.
#[inline(always)]
pub const fn clamp(x: i32, low: i32, high: i32) -> i32 {
    if x < low {
        low
    } else if x > high {
        high
    } else {
        x
    }
}

/// `x` within -32768..=32767.
#[inline(always)]
pub const fn saturate(x: i32) -> i16 {
    clamp(x, i16::MIN as i32, i16::MAX as i32) as i16
}

/// `x` within 0..=65535.
#[inline(always)]
pub const fn saturate_unsigned(x: i32) -> u16 {
    clamp(x, 0, u16::MAX as i32) as u16
}

/// `x` within the range of i32.
#[inline(always)]
pub const fn saturate_wide(x: i64) -> i32 {
    if x < i32::MIN as i64 {
        i32::MIN
    } else if x > i32::MAX as i64 {
        i32::MAX
    } else {
        x as i32
    }
}

/// `floor(x / 2^shift)`, shift 0..=31.
#[inline(always)]
pub const fn floor_shift(x: i32, shift: u32) -> i32 {
    x >> (shift & 31)
}

/// Moves a binary point: `x * 2^shift` exactly for `shift >= 0`, `floor(x / 2^-shift)` below. The caller has proved
/// that the product fits (shapes are checked in the constructor).
#[inline(always)]
pub const fn align(x: i32, shift: i32) -> i32 {
    if shift >= 0 { x.wrapping_shl(shift as u32) } else { x >> (shift.wrapping_neg() & 31) }
}

/// `sum + a*b` in an exact sum that has been proved to fit.
#[inline(always)]
pub const fn mul_add(sum: i32, a: i16, b: i16) -> i32 {
    sum.wrapping_add((a as i32).wrapping_mul(b as i32))
}

/// `sum + a*b`, wide.
#[inline(always)]
pub const fn mul_add_wide(sum: i64, a: i16, b: i16) -> i64 {
    sum + (a as i64) * (b as i64)
}

/// `sum + x` in an exact sum that has been proved to fit.
#[inline(always)]
pub const fn add(sum: i32, x: i32) -> i32 {
    sum.wrapping_add(x)
}

/// `a - b` of 16-bit words, exact.
#[inline(always)]
pub const fn difference(a: i16, b: i16) -> i32 {
    a as i32 - b as i32
}

/// `a - b - rise`, exact: how far a membrane is above an adaptive threshold.
#[inline(always)]
pub const fn excess(a: i16, b: i16, rise: u16) -> i32 {
    a as i32 - b as i32 - rise as i32
}

/// `v - floor(v * leak / 2^16)`: one tick of leak.
#[inline(always)]
pub const fn leak(v: i16, leak: u16) -> i16 {
    (v as i32 - ((v as i32 * leak as i32) >> 16)) as i16
}

/// `v - floor(v * leak / 2^16)` of an unsigned word.
#[inline(always)]
pub const fn leak_unsigned(v: u16, leak: u16) -> u16 {
    (v as u32 - ((v as u32 * leak as u32) >> 16)) as u16
}

/// `floor(a * b / 2^shift)`.
#[inline(always)]
pub const fn scale_unsigned(a: u16, b: u16, shift: u32) -> u32 {
    (a as u32 * b as u32) >> (shift & 31)
}

/// `floor(a * b / 2^shift)` of signed words, exact.
#[inline(always)]
pub const fn product(a: i16, b: i16, shift: u32) -> i32 {
    (a as i32 * b as i32) >> (shift & 31)
}

/// `floor(a * b / 2^8)` of a signed and an unsigned word, exact.
#[inline(always)]
pub const fn modulate(a: i16, b: u16) -> i32 {
    ((a as i64 * b as i64) >> 8) as i32
}

/// An unsigned 32-bit word as a signed one; a greater one saturates.
#[inline(always)]
pub const fn signed(x: u32) -> i32 {
    if x > i32::MAX as u32 { i32::MAX } else { x as i32 }
}

/// A signed 32-bit number from its high and low halves.
#[inline(always)]
pub const fn joined_signed(high: i16, low: u16) -> i32 {
    ((high as i32) << 16) | low as i32
}

/// The high and low halves of a signed 32-bit number.
#[inline(always)]
pub const fn halves_signed(x: i32) -> (i16, u16) {
    ((x >> 16) as i16, x as u16)
}

/// A signed word as `high * 2^8 + low`, low 0..=255: two words that a kernel of narrow magnitudes can carry.
#[inline(always)]
pub const fn bytes_of(x: i16) -> (i16, i16) {
    (x >> 8, x & 255)
}

/// `floor((high * 2^8 + low) / 2^shift)`, exact, then saturated.
#[inline(always)]
pub const fn joined_bytes(high: i32, low: i32, shift: u32) -> i32 {
    saturate_wide((((high as i64) << 8) + low as i64) >> (if shift > 63 { 63 } else { shift }))
}

/// `mean + floor((x - mean) / 2^shift)`: a running mean.
#[inline(always)]
pub const fn approach(mean: i32, x: i32, shift: u32) -> i32 {
    mean.wrapping_add(x.wrapping_sub(mean) >> (shift & 31))
}

/// A keyed feedback weight from 16 random bits: an odd number from -255 to 255.
#[inline(always)]
pub const fn keyed_weight(draw: u16) -> i16 {
    2 * ((draw >> 8) as i16) - 255
}

/// Signed 16-bit word as 32 bits.
#[inline(always)]
pub const fn wide(x: i16) -> i32 {
    x as i32
}

/// Unsigned 16-bit word as 32 bits.
#[inline(always)]
pub const fn wide_unsigned(x: u16) -> i32 {
    x as i32
}

/// The bits of a signed word in a column.
#[inline(always)]
pub const fn to_column(x: i16) -> u16 {
    x as u16
}

/// A column's word as a signed one.
#[inline(always)]
pub const fn from_column(x: u16) -> i16 {
    x as i16
}

/// An index as a line number. Constructors make sure that it fits; a greater one saturates.
#[inline(always)]
pub const fn line(index: usize) -> u16 {
    if index > u16::MAX as usize { u16::MAX } else { index as u16 }
}

/// A line number as an index.
#[inline(always)]
pub const fn index(line: u16) -> usize {
    line as usize
}

/// A 32-bit word as an index (targets have at least 32-bit addresses).
#[inline(always)]
pub const fn index_wide(word: u32) -> usize {
    word as usize
}

/// A length as a 32-bit word; a greater one saturates.
#[inline(always)]
pub const fn length(len: usize) -> u32 {
    if len > u32::MAX as usize { u32::MAX } else { len as u32 }
}

/// Window and tick of a sample as one word.
#[inline(always)]
pub const fn joined_tick(window: u8, tick: u16) -> u32 {
    ((window as u32) << 16) | tick as u32
}

/// A 64-bit number as its low and high words.
#[inline(always)]
pub const fn halves(x: u64) -> (u32, u32) {
    (x as u32, (x >> 32) as u32)
}

/// A 64-bit number from its low and high words.
#[inline(always)]
pub const fn joined(low: u32, high: u32) -> u64 {
    (low as u64) | ((high as u64) << 32)
}

/// The update of one weight, wide: `floor((sum + dither) / 2^shift)` added to `w` and clamped. NUMBERS section 6.
#[inline(always)]
pub const fn updated(w: i16, sum: i32, dither: u32, shift: u32, low: i16, high: i16) -> i16 {
    let change = sum.wrapping_add(dither as i32) >> (shift & 31);
    clamp(change.wrapping_add(w as i32), low as i32, high as i32) as i16
}

/// The sum over terms of one update: `pre0*post0 + pre1*post1 - forget*w*2^forget_shift`.
#[inline(always)]
pub const fn update_sum(pre: [i16; 2], post: [i16; 2], w: i16, forget: bool, forget_shift: u32) -> i32 {
    let [p0, p1] = pre;
    let [q0, q1] = post;
    let products = (p0 as i32 * q0 as i32).wrapping_add(p1 as i32 * q1 as i32);
    let forgotten = if forget { (w as i32).wrapping_shl(forget_shift) } else { 0 };
    products.wrapping_sub(forgotten)
}

/// Folds a learning rate `2^rate` into a `post` factor: exact to the left, dithered floor to the right, then
/// saturated. `dither` is 16 bits below the binary point. NUMBERS section 6.
#[inline(always)]
pub const fn fold_rate(factor: i16, rate: i32, dither: u16) -> i16 {
    if rate >= 0 {
        let up = if rate > 15 { 15 } else { rate };
        saturate((factor as i32) << up)
    } else {
        let down = if rate < -16 { 16 } else { -rate } as u32;
        saturate((factor as i32 + ((dither as i32) >> (16 - down))) >> down)
    }
}

/// An exponent that falls by one every `every` samples, by 64 at most; 0: never.
#[inline(always)]
pub const fn falling(rate: i32, samples: u32, every: u32) -> i32 {
    match samples.checked_div(every) {
        Some(halvings) if halvings < 64 => rate - halvings as i32,
        Some(_) => rate - 64,
        None => rate,
    }
}

/// A running share, 2^-16, after an answer that counts (`up`) or does not: `share + ((target - share) >> shift)`, floored. The
/// target is 65535 or 0.
#[inline(always)]
pub const fn approach_share(share: u16, up: bool, shift: u16) -> u16 {
    let target = if up { 65_535 } else { 0 };
    (share as i32 + ((target - share as i32) >> (shift & 31))) as u16
}

/// `max(0, rise + [up] - level - level / 4 - 1/16)` in 2^-16, capped at `2^31`: the cumulative sum of answers above their level.
#[inline(always)]
pub const fn accumulate_share(rise: u32, up: bool, level: u16) -> u32 {
    let rise = if up { rise.saturating_add(65_536) } else { rise };
    let rise = rise.saturating_sub(level as u32 + (level >> 2) as u32 + 4_096);
    if rise > 1 << 31 { 1 << 31 } else { rise }
}

/// Whether a draw falls below `min(1, gain * share)`, the share in 2^-16.
#[inline(always)]
pub const fn chance(draw: u32, share: u16, gain: u16) -> bool {
    (draw >> 16) < share as u32 * gain as u32
}

/// Zero bits above the highest one, 16 for 0.
#[inline(always)]
pub const fn leading_zeros(x: u16) -> i16 {
    x.leading_zeros() as i16
}

/// `floor(log2(x))`, 0 for 0.
#[inline(always)]
pub const fn floor_log2(x: u32) -> u16 {
    (31 - (x | 1).leading_zeros()) as u16
}

/// `floor(((reading - offset) * multiplier + round) / 2^shift)`, `round = floor(2^shift / 2)` and exact until it saturates; shift
/// 0..=40, a greater one counts as 40. NUMBERS section 10.
#[inline(always)]
pub const fn scaled(reading: i32, offset: i32, multiplier: u16, shift: u8) -> i32 {
    let shift = if shift > 40 { 40 } else { shift };
    let product = (reading as i64 - offset as i64) * multiplier as i64;
    saturate_wide((product + ((1_i64 << shift) >> 1)) >> shift)
}

/// `floor(value * 2^fraction)`, saturated.
#[inline(always)]
pub const fn fixed_point(value: i64, fraction: i8) -> i32 {
    if fraction < 0 {
        let down = fraction.unsigned_abs();
        saturate_wide(value >> if down > 63 { 63 } else { down })
    } else {
        // Beyond 32 bits, or moved by more than 32 of them, it saturates in any case.
        saturate_wide((saturate_wide(value) as i64) << if fraction > 32 { 32 } else { fraction })
    }
}

/// `x` within 0..=255, and whether that changed it.
#[inline(always)]
pub const fn byte(x: i32) -> (u8, bool) {
    (clamp(x, 0, 255) as u8, x < 0 || x > 255)
}

/// The amount of a negative number, 0 of others; the least saturates.
#[inline(always)]
pub const fn below_zero(x: i32) -> i32 {
    if x < 0 { 0_i32.saturating_sub(x) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn leak_by_a_power_of_two_is_a_shift() {
        for v in i16::MIN..=i16::MAX {
            for k in 1..16 {
                assert_eq!(leak(v, 1 << (16 - k)), v - (v >> k), "v {v} k {k}");
            }
        }
    }

    #[test]
    fn a_rate_to_the_right_never_leaves_the_nearest_two() {
        for factor in [-32768, -32767, -129, -1, 0, 1, 128, 32767] {
            for rate in -16..=0 {
                for dither in [0, 1, 32767, 32768, 65535] {
                    let floor = i32::from(factor) >> -rate;
                    let got = i32::from(fold_rate(factor, rate, dither));
                    assert!(got == floor || got == floor + 1, "{factor} 2^{rate} {dither}: {got}");
                    assert!(factor != 0 || got == 0, "zero stays zero");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn an_update_is_the_ideal_formula_clamped(
            w in -8191_i16..=8191, p in prop::array::uniform2(-255_i16..=255), q: [i16; 2], d: u16, forget: bool,
        ) {
            for (shift, dither, bound) in [(16, d, 127), (8, d >> 8, 8191)] {
                let w = w.clamp(-bound, bound);
                let sum: i128 = (0..2).map(|t| i128::from(p[t]) * i128::from(q[t])).sum::<i128>()
                    - if forget { i128::from(w) << 3 } else { 0 };
                let ideal = (i128::from(w) + (sum + i128::from(dither)).div_euclid(1 << shift))
                    .clamp(-i128::from(bound), i128::from(bound));
                let got = updated(w, update_sum(p, q, w, forget, 3), u32::from(dither), shift, -bound, bound);
                prop_assert_eq!(i128::from(got), ideal);
            }
        }
    }
}
