//! One-pixel shifts, keyed by the sample counter: the same on every machine and after every resume.

use hebbit_core::num::{KeyedRng, stream};

/// Shifts a picture of `shape` (rows, columns) by -1, 0 or 1 pixel each way, zeros moving in. Writes into `out`.
pub(super) fn shift1(pixels: &[u8], shape: (usize, usize), counter: u32, seed: u64, out: &mut Vec<u8>) {
    let mut rng = KeyedRng::new(counter, stream::AUGMENT, seed);
    let (down, right) = (rng.below(3) as isize - 1, rng.below(3) as isize - 1);
    let (rows, columns) = shape;
    out.clear();
    for r in 0..rows {
        for c in 0..columns {
            let from_row = r.checked_add_signed(-down).filter(|&r| r < rows);
            let from_column = c.checked_add_signed(-right).filter(|&c| c < columns);
            out.push(from_row.zip(from_column).map_or(0, |(r, c)| pixels[r * columns + c]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_nine_shifts_occur_and_keep_what_stays_inside() {
        let picture = [0, 0, 0, 0, 9, 0, 0, 0, 0];
        let mut seen = std::collections::BTreeSet::new();
        for counter in 0..200 {
            let mut out = Vec::new();
            shift1(&picture, (3, 3), counter, 1, &mut out);
            assert_eq!(out.iter().filter(|&&x| x == 9).count(), 1);
            seen.insert(out);
        }
        assert_eq!(seen.len(), 9);
    }
}
