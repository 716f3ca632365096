//! Floats as readings.

/// `floor(value * 2^fraction)`, saturated to an i32; none for NaN and infinity. Exact: a power of two only moves the point.
pub fn reading(value: f64, fraction: i8) -> Option<i32> {
    // `as` saturates.
    value.is_finite().then(|| (value * 2_f64.powi(fraction.into())).floor() as i32)
}
