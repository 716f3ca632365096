//! Readings of measured values: what `docs/NUMBERS.md`, section 10, makes of numbers of every type.

use hebbit_core::schema::Scale;

/// `floor(value * 2^fraction)`, saturated to i32; none of NaN and infinities. The fraction is -64..=64.
pub fn reading(value: f64, fraction: i8) -> Option<i32> {
    let power = f64::from_bits((1023 + i64::from(fraction)).cast_unsigned() << 52);
    let moved = value * power;
    match moved {
        _ if !value.is_finite() => None,
        // A product by a power of two is exact, but a negative one may be too small for a float.
        0.0 if value < 0.0 => Some(-1),
        // A cast from float to integer saturates.
        _ => Some(moved.floor() as i32),
    }
}

/// [`Scale::reading_of_int`] of a number that may be beyond i64.
pub fn reading_of_unsigned(value: u64, scale: Scale) -> i32 {
    match i64::try_from(value) {
        Ok(value) => scale.reading_of_int(value),
        Err(_) if scale.fraction >= 0 => i32::MAX,
        // floor(value / 2^k) = floor(floor(value / 2) / 2^(k - 1))
        Err(_) => Scale { fraction: scale.fraction + 1, ..scale }.reading_of_int((value / 2).cast_signed()),
    }
}
