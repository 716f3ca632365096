//! Numbers of text and float files, made pixels 0..=255.

/// Values that are bytes as long as every one of them is written as a whole number 0..=255, and floats from the first that is not.
///
/// Floats are scaled by 255 if none is above 1, and rounded to the nearest, halves away from zero. So a file of floats may be
/// 0..=1 or 0..=255, decided for all its values together.
#[derive(Debug)]
pub(super) enum Values {
    /// Taken as they are.
    Bytes(Vec<u8>),
    /// Scaled at the end. Single precision: 0..=255 in steps far below a half.
    Floats(Vec<f32>),
}

impl Values {
    /// Adds a whole number.
    pub(super) fn push_byte(&mut self, value: u8) {
        match self {
            Self::Bytes(bytes) => bytes.push(value),
            Self::Floats(floats) => floats.push(f32::from(value)),
        }
    }

    /// Adds a float; `false` if it is NaN or not in 0..=255.
    #[must_use]
    pub(super) fn push_float(&mut self, value: f64) -> bool {
        if !(0.0..=255.0).contains(&value) {
            return false;
        }
        if let Self::Bytes(bytes) = self {
            *self = Self::Floats(bytes.iter().map(|b| f32::from(*b)).collect());
        }
        if let Self::Floats(floats) = self {
            floats.push(value as f32);
        }
        true
    }

    /// The pixels.
    pub(super) fn into_pixels(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Floats(floats) => {
                let scale = if floats.iter().all(|x| *x <= 1.0) { 255.0 } else { 1.0 };
                // In range by `push_float`, and `as` saturates.
                floats.iter().map(|x| (x * scale).round() as u8).collect()
            }
        }
    }
}

/// A label 0..=254, if the number is one.
pub(super) fn label(value: f64) -> Option<u8> {
    let whole = (0.0..255.0).contains(&value) && value.fract() == 0.0;
    whole.then_some(value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], want: &[u8]) {
        let mut v = Values::Bytes(Vec::new());
        assert!(values.iter().all(|x| v.push_float(*x)));
        assert_eq!(v.into_pixels(), want, "{values:?}");
    }

    #[test]
    fn floats_are_scaled_together() {
        check(&[0.0, 0.5, 1.0], &[0, 128, 255]);
        check(&[0.0, 0.5, 1.0, 1.5], &[0, 1, 1, 2]);
        check(&[254.5, 255.0], &[255, 255]);
        let all: Vec<f64> = (0..=255).map(|x| f64::from(x) / 255.0).collect();
        check(&all, &(0..=255).collect::<Vec<u8>>());
    }

    #[test]
    fn bytes_become_floats_when_one_is() {
        let mut v = Values::Bytes(vec![0, 1]);
        assert!(v.push_float(0.5));
        v.push_byte(1);
        assert_eq!(v.into_pixels(), [0, 255, 128, 255]);
    }

    #[test]
    fn what_is_no_pixel_or_label_is_refused() {
        let mut v = Values::Bytes(Vec::new());
        assert!([f64::NAN, f64::INFINITY, -0.1, 255.1].iter().all(|x| !v.push_float(*x)));
        assert_eq!(
            [0.0, 254.0, 255.0, 0.5, -1.0, f64::NAN].map(label),
            [Some(0), Some(254), None, None, None, None]
        );
    }
}
