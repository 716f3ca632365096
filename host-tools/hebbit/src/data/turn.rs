//! Pictures turned about their centre, and streams of samples that turn: a drift that every machine makes from the same bytes.
//!
//! ```text
//! (x, y)   = offset of a pixel from the centre, x to the right, y down
//! source   = (x cos a - y sin a, x sin a + y cos a)      a > 0: the picture turns counterclockwise
//! value    = bilinear mean of the four pixels around the source; outside the picture is 0
//! ```
//!
//! Integers only. Sine and cosine are in Q30, within 2 units of the exact value; the position is floored to 1/65536 pixel; the
//! value is rounded to the nearest grey level, halves up.

use super::Dataset;
use super::order::order;
use crate::error::{Error, Result};

/// Steps of an angle in one degree.
pub const STEPS_PER_DEGREE: i32 = 64;
/// Steps in a right angle.
const RIGHT_ANGLE: i32 = 90 * STEPS_PER_DEGREE;
/// 1.0 as a sine.
const ONE: i64 = 1 << 30;
/// Bits after the point of a position in pixels: half pixels in Q30.
const PIXEL: u32 = 31;
/// Bits of a position that weigh the four pixels.
const WEIGHT: u32 = 16;

/// A picture of `shape` (rows, columns), turned counterclockwise by `angle` in 1/64 degrees about its centre.
///
/// An angle of 0 gives the same picture. Right angles are exact where rows and columns are both even or both odd; otherwise the
/// centre lies between pixels of the turned picture, and they are means.
///
/// # Panics
/// If `pixels` are not rows times columns.
///
/// ```
/// let turned = hebbit::data::turned(&[1, 2, 3, 4], (2, 2), 90 * 64);
/// assert_eq!(turned, [2, 4, 1, 3]);
/// ```
pub fn turned(pixels: &[u8], shape: (usize, usize), angle: i32) -> Vec<u8> {
    let (rows, columns) = shape;
    assert_eq!(pixels.len(), rows * columns, "pixels of a picture of {rows} x {columns}");
    let (sin, cos) = sin_cos(angle);
    let pixel = |row: i64, column: i64| -> i64 {
        let inside = |i: i64, n: usize| usize::try_from(i).ok().filter(|&i| i < n);
        let place = inside(row, rows).zip(inside(column, columns));
        place.map_or(0, |(row, column)| i64::from(pixels[row * columns + column]))
    };
    let (down, right) = (rows as i64 - 1, columns as i64 - 1);
    let mut out = Vec::with_capacity(pixels.len());
    for row in 0..rows as i64 {
        for column in 0..columns as i64 {
            // Offsets from the centre in half pixels are whole numbers.
            let (x, y) = (2 * column - right, 2 * row - down);
            let (left, part_x) = place(x * cos - y * sin + right * ONE);
            let (top, part_y) = place(x * sin + y * cos + down * ONE);
            let whole = 1 << WEIGHT;
            let line = |row| pixel(row, left) * (whole - part_x) + pixel(row, left + 1) * part_x;
            let sum = line(top) * (whole - part_y) + line(top + 1) * part_y;
            out.push(((sum + (1 << (2 * WEIGHT - 1))) >> (2 * WEIGHT)) as u8);
        }
    }
    out
}

/// The pixel at or before a position, and the distance from it in 1/65536 pixel.
fn place(position: i64) -> (i64, i64) {
    (position >> PIXEL, (position >> (PIXEL - WEIGHT)) & ((1 << WEIGHT) - 1))
}

/// Sine and cosine of `angle` in 1/64 degrees, Q30. Multiples of 90 degrees are exact.
fn sin_cos(angle: i32) -> (i64, i64) {
    let angle = angle.rem_euclid(4 * RIGHT_ANGLE);
    let (quadrant, rest) = (angle / RIGHT_ANGLE, angle % RIGHT_ANGLE);
    // The series are short below 45 degrees.
    let (sin, cos) = match RIGHT_ANGLE - rest {
        other if other < rest => (series(other, 0), series(other, 1)),
        _ => (series(rest, 1), series(rest, 0)),
    };
    match quadrant {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// The Taylor series of sine (`first` 1) or cosine (`first` 0) of 0 to 45 degrees, Q30. Terms are in Q60 and are truncated; the
/// sum is rounded.
fn series(angle: i32, first: i128) -> i64 {
    /// Pi in Q60, floored.
    const PI: i128 = 0x3243_F6A8_885A_308D;
    let x = PI * i128::from(angle) / i128::from(2 * RIGHT_ANGLE);
    let mut term = if first == 1 { x } else { 1 << 60 };
    let (mut sum, mut n) = (term, first);
    while term != 0 {
        term = -((((term * x) >> 60) * x) >> 60) / ((n + 1) * (n + 2));
        (sum, n) = (sum + term, n + 2);
    }
    ((sum + (1 << 29)) >> 30) as i64
}

/// A stream of `count` samples of a set of pictures, whose angle grows linearly from 0 to `most_degrees` (floored to 1/64 degree).
///
/// Samples are drawn in the order in which `hebbit learn` with this seed presents its epochs: each sample once, in a keyed
/// order, then again in another one.
///
/// # Errors
/// Samples that are not known to be pictures, or `count` 0.
pub fn turning(set: &Dataset, count: usize, most_degrees: u16, seed: u64) -> Result<Dataset> {
    let Some(shape) = set.shape.filter(|&(rows, columns)| rows > 1 && columns > 1) else {
        let message =
            format!("only pictures can be turned, and samples of {} are not known to be some", set.name);
        return Err(Error::usage(message, "give pictures as IDX, or as NPY with rows and columns"));
    };
    let (mut pixels, mut labels) = (Vec::with_capacity(count * set.width()), Vec::with_capacity(count));
    let (most, last) = (i64::from(most_degrees) * i64::from(STEPS_PER_DEGREE), count.max(2) as i64 - 1);
    let mut drawn = Vec::new();
    for i in 0..count {
        if i % set.len() == 0 {
            drawn = order(set.len(), (i / set.len()) as u32, seed);
        }
        let sample = drawn[i % set.len()] as usize;
        pixels.extend(turned(set.sample(sample), shape, (i as i64 * most / last) as i32));
        labels.push(set.label(sample));
    }
    let name = format!("{}, turning from 0 to {most_degrees} degrees", set.name);
    Ok(Dataset::new(name, Some(shape), set.width(), pixels, labels)?.with_classes(set.classes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::load;
    use proptest::prelude::*;

    /// The same rotation in floats.
    fn reference(pixels: &[u8], (rows, columns): (usize, usize), angle: i32) -> Vec<f64> {
        let (sin, cos) = (f64::from(angle) / 64.0).to_radians().sin_cos();
        let pixel = |row: f64, column: f64| {
            let inside = row >= 0.0 && column >= 0.0 && row < rows as f64 && column < columns as f64;
            if inside { f64::from(pixels[row as usize * columns + column as usize]) } else { 0.0 }
        };
        let (down, right) = ((rows as f64 - 1.0) / 2.0, (columns as f64 - 1.0) / 2.0);
        let value = |i: usize| {
            let (x, y) = ((i % columns) as f64 - right, (i / columns) as f64 - down);
            let (column, row) = (x * cos - y * sin + right, x * sin + y * cos + down);
            let (left, top) = (column.floor(), row.floor());
            let line =
                |row| pixel(row, left) * (left + 1.0 - column) + pixel(row, left + 1.0) * (column - left);
            line(top) * (top + 1.0 - row) + line(top + 1.0) * (row - top)
        };
        (0..pixels.len()).map(value).collect()
    }

    #[test]
    fn sines_are_within_two_units() {
        for angle in -RIGHT_ANGLE..5 * RIGHT_ANGLE {
            let (sin, cos) = sin_cos(angle);
            let (want_sin, want_cos) = (f64::from(angle) / 64.0).to_radians().sin_cos();
            for (got, want) in [(sin, want_sin), (cos, want_cos)] {
                assert!((got as f64 - want * ONE as f64).abs() < 2.0, "{angle}/64 degrees: {got}");
            }
        }
        assert_eq!((sin_cos(0), sin_cos(RIGHT_ANGLE)), ((0, ONE), (ONE, 0)));
        assert_eq!(sin_cos(30 * 64).0, ONE / 2);
    }

    #[test]
    fn no_angle_is_the_picture_and_right_angles_are_exact() {
        let picture: Vec<u8> = (1..=15).collect();
        for whole_turns in [-4, 0, 4, 8] {
            assert_eq!(turned(&picture, (3, 5), whole_turns * RIGHT_ANGLE), picture);
        }
        let nine: Vec<u8> = (1..=9).collect();
        assert_eq!(turned(&nine, (3, 3), RIGHT_ANGLE), [3, 6, 9, 2, 5, 8, 1, 4, 7]);
        assert_eq!(turned(&nine, (3, 3), 2 * RIGHT_ANGLE), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(turned(&nine, (3, 3), -RIGHT_ANGLE), [7, 4, 1, 8, 5, 2, 9, 6, 3]);
    }

    /// A 3 x 3 picture with 200 in the middle of its right column, turned by 30 degrees: cos = 0.8660254, sin = 0.5.
    ///
    /// | pixel | (x, y) | source from the centre | of the bright pixel (1, 0) | value |
    /// |---|---|---|---|---|
    /// | top, middle | (0, -1) | (0.5, -0.8660254) | 0.5 x 0.1339746 = 0.0669873 | 13 |
    /// | top, right | (1, -1) | (1.3660254, -0.3660254) | 0.6339746 x 0.6339746 = 0.4019238 | 80 |
    /// | centre, right | (1, 0) | (0.8660254, 0.5) | 0.8660254 x 0.5 = 0.4330127 | 87 |
    /// | the others | | further than one pixel away in x or y | 0 | 0 |
    #[test]
    fn a_worked_example() {
        let bright = [0, 0, 0, 0, 0, 200, 0, 0, 0];
        assert_eq!(turned(&bright, (3, 3), 30 * STEPS_PER_DEGREE), [0, 13, 80, 0, 0, 87, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn it_is_the_rotation_in_floats(
            (shape, pixels) in (1_usize..9, 1_usize..9).prop_flat_map(|shape| {
                (Just(shape), proptest::collection::vec(any::<u8>(), shape.0 * shape.1))
            }),
            angle in -46_080_i32..46_080,
        ) {
            for (got, want) in turned(&pixels, shape, angle).iter().zip(reference(&pixels, shape, angle)) {
                prop_assert!((f64::from(*got) - want).abs() < 1.0, "got {got}, want {want}");
            }
        }
    }

    #[test]
    fn a_stream_turns_each_sample_once_per_pass() {
        let set = load("mini").unwrap().test.head(50);
        let stream = turning(&set, 121, 60, 7).unwrap();
        assert_eq!((stream.len(), stream.classes(), stream.shape), (121, set.classes(), set.shape));
        for (pass, from) in [(0, 0), (1, 50), (2, 100)] {
            let drawn = order(50, pass, 7);
            for (i, &sample) in (from..121).zip(&drawn) {
                let sample = sample as usize;
                let want = turned(set.sample(sample), (28, 28), 60 * 64 * i as i32 / 120);
                assert_eq!((stream.sample(i), stream.label(i)), (&want[..], set.label(sample)), "sample {i}");
            }
        }
        assert_eq!(stream.sample(0), set.sample(order(50, 0, 7)[0] as usize), "it begins upright");
        let longer = turning(&set, 122, 60, 8).unwrap();
        assert_ne!(stream.digest(), longer.digest());
    }

    #[test]
    fn what_is_no_picture_is_not_turned() {
        let flat = Dataset::new("flat", None, 4, vec![0; 8], vec![0, 1]).unwrap();
        assert!(turning(&flat, 2, 60, 1).unwrap_err().to_string().contains("only pictures can be turned"));
        assert!(turning(&load("mini").unwrap().test, 0, 60, 1).is_err());
    }
}
