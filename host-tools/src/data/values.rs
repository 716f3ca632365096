//! Numbers of files, made pixels 0..=255.

use super::dataset::Samples;
use super::problem::{Cause, DataError};
use super::raw::{Numbers, RawLabels, RawSet};
use super::{Dataset, Inputs};

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

/// Numbers as pixels: whole ones as they are, floats scaled if none is above 1.
pub(super) fn pixels(numbers: Numbers, width: usize) -> Result<Vec<u8>, Cause> {
    let wrong = |i: usize, value: &dyn std::fmt::Display| Cause::Value {
        at: format!("sample {}, value {}", i / width, i % width),
        value: value.to_string(),
    };
    let mut values = Values::Bytes(Vec::new());
    match numbers {
        Numbers::Bytes(bytes) => return Ok(bytes),
        Numbers::Ints(all) => {
            for (i, x) in all.iter().enumerate() {
                values.push_byte(u8::try_from(*x).map_err(|_| wrong(i, x))?);
            }
        }
        Numbers::Floats(all) => {
            for (i, x) in all.iter().enumerate() {
                if !values.push_float(*x) {
                    return Err(wrong(i, x));
                }
            }
        }
    }
    Ok(values.into_pixels())
}

/// Labels as classes: numbers are the classes themselves, words are numbered.
pub(super) fn classes(labels: &RawLabels) -> Result<Vec<u8>, Cause> {
    let numbers: Option<Vec<i64>> = labels.names.iter().map(|name| name.parse().ok()).collect();
    let numbers = numbers.unwrap_or_else(|| (0..labels.names.len() as i64).collect());
    let class = |(i, &label): (usize, &u32)| {
        let number = numbers.get(label as usize).copied().unwrap_or(-1);
        let wrong = || Cause::Label { at: format!("sample {i}"), value: number.to_string() };
        u8::try_from(number).ok().filter(|class| *class < 255).ok_or_else(wrong)
    };
    labels.index.iter().enumerate().map(class).collect()
}

/// Samples as they are learned.
pub(super) fn dataset(set: RawSet) -> Result<Dataset, DataError> {
    let (name, samples, labels) = parts(set)?;
    samples.with_labels(&name, labels.unwrap_or_default(), "the set")
}

/// Samples as they are answered.
pub(super) fn inputs(set: RawSet) -> crate::error::Result<Inputs> {
    let (name, samples, labels) = parts(set)?;
    Inputs::new(&name, samples, labels.map(|labels| (labels, "the set".to_owned())))
}

type Parts = (String, Samples, Option<Vec<u8>>);

fn parts(set: RawSet) -> Result<Parts, DataError> {
    let width = set.width();
    let shape = if let [rows, columns] = set.shape[..] { Some((rows, columns)) } else { None };
    let RawSet { name, numbers, labels, .. } = set;
    let made =
        pixels(numbers, width).and_then(|pixels| Ok((pixels, labels.as_ref().map(classes).transpose()?)));
    match made {
        Ok((pixels, labels)) => Ok((name, Samples { shape, width, pixels }, labels)),
        Err(cause) => Err(cause.in_file(name)),
    }
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
    }

    #[test]
    fn numbers_are_pixels_and_labels_classes() {
        assert_eq!(pixels(Numbers::Ints(vec![0, 255]), 1), Ok(vec![0, 255]));
        let far = Cause::Value { at: "sample 1, value 0".into(), value: "256".into() };
        assert_eq!(pixels(Numbers::Ints(vec![0, 0, 256]), 2), Err(far));
        assert_eq!(pixels(Numbers::Floats(vec![0.0, 0.5, 1.0]), 3), Ok(vec![0, 128, 255]));
        assert_eq!(classes(&RawLabels::of_text(&["3", "1"])), Ok(vec![3, 1]));
        assert_eq!(classes(&RawLabels::of_text(&["rock", "paper"])), Ok(vec![1, 0]));
        for label in [255, -1] {
            let far = Cause::Label { at: "sample 1".into(), value: label.to_string() };
            assert_eq!(classes(&RawLabels::of_numbers(&[1, label])), Err(far));
        }
    }
}
