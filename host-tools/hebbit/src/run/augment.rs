//! One-pixel shifts, keyed by the sample counter: the same on every machine and after every resume.

use hebbit_core::num::{KeyedRng, stream};

/// Shifts a picture of `shape` (rows, columns) by -1, 0 or 1 pixel each way, zeros moving in. Writes into `out`.
pub(super) fn shift1(pixels: &[u8], shape: (usize, usize), counter: u32, seed: u64, out: &mut Vec<u8>) {
    let mut rng = KeyedRng::new(counter, stream::AUGMENT, seed);
    let (down, right) = (rng.below(3) as isize - 1, rng.below(3) as isize - 1);
    let (rows, columns) = shape;
    out.clear();
    out.resize(rows * columns, 0);
    let kept = columns - usize::from(right != 0).min(columns);
    let (from, to) = (usize::from(right < 0), usize::from(right > 0));
    for (r, row) in out.chunks_exact_mut(columns.max(1)).enumerate() {
        if let Some(above) = r.checked_add_signed(-down).filter(|&above| above < rows) {
            row[to..][..kept].copy_from_slice(&pixels[above * columns + from..][..kept]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_go_down_and_right_and_zeros_follow() {
        let picture: Vec<u8> = (1..=12).collect();
        for counter in 0..100 {
            let mut rng = KeyedRng::new(counter, stream::AUGMENT, 1);
            let (down, right) = (rng.below(3) as usize, rng.below(3) as usize);
            let mut out = Vec::new();
            shift1(&picture, (3, 4), counter, 1, &mut out);
            // In a frame of zeros, so that an index is never negative.
            let framed = |r: usize, c: usize| {
                let inside = (1..=3).contains(&r) && (1..=4).contains(&c);
                if inside { picture[(r - 1) * 4 + c - 1] } else { 0 }
            };
            let want = (0..12).map(|i| framed(i / 4 + 2 - down, i % 4 + 2 - right));
            assert!(out.iter().copied().eq(want), "{down} {right} {out:?}");
        }
    }

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
