//! Update few columns: of sixteen rows, one column at a time.

use super::lanes::Lanes;
use super::update::{Job, Terms, both, forget_count, wide_step};
use core::arch::x86_64::*;

/// `NARROW`: one term, no forgetting.
#[target_feature(enable = "avx2")]
pub(super) fn update<W: Lanes, const NARROW: bool>(w: &mut [W], width: usize, job: &Job<'_>) {
    let update = job.update;
    let (low, high) = (_mm256_set1_epi16(update.low), _mm256_set1_epi16(update.high));
    let [post0, post1] = update.post;
    let forget_shift = forget_count(update);
    for g in 0..job.groups() {
        let group = job.group(g);
        let terms = Terms::each(group.pre);
        let mut rows = Rows::new(w, width, group.lines);
        for &column in job.columns {
            let c = usize::from(column);
            // SAFETY: AVX2 is on here.
            let dither = unsafe { W::dither(group.dither.at(column)) };
            let w = rows.read(c);
            let w = if NARROW {
                // SAFETY: AVX2 is on here.
                unsafe { W::step(w, group.pre[0], _mm256_set1_epi16(post0[c]), dither) }
            } else {
                let post = Terms::splat(both(post0[c], post1[c]));
                let forget = _mm256_set1_epi16(-i16::from(update.forget[c] != 0));
                wide_step::<W>(w, terms, post, dither, forget, forget_shift)
            };
            rows.write(c, _mm256_min_epi16(_mm256_max_epi16(w, low), high));
        }
    }
}

/// Up to sixteen rows of a matrix.
struct Rows<'a, W> {
    weights: &'a mut [W],
    width: usize,
    /// Where each row starts; beyond `len` the first again.
    starts: [usize; 16],
    len: usize,
}

impl<'a, W: Lanes> Rows<'a, W> {
    /// # Panics
    /// If a line is beyond the matrix, or if there are none or more than sixteen.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(weights: &'a mut [W], width: usize, lines: &[u16]) -> Self {
        let mut starts = [usize::from(lines[0]) * width; 16];
        for (start, &line) in starts.iter_mut().zip(lines) {
            *start = usize::from(line) * width;
        }
        let last = starts.iter().fold(0, |last, &start| last.max(start));
        assert!(last + width <= weights.len() && lines.len() <= 16);
        Self { weights, width, starts, len: lines.len() }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn read(&self, column: usize) -> __m256i {
        assert!(column < self.width);
        // SAFETY: every row lies within the weights, and the column within a row.
        let w = |r: usize| unsafe { *self.weights.get_unchecked(self.starts[r] + column) };
        let w = [
            [w(0), w(1), w(2), w(3), w(4), w(5), w(6), w(7)],
            [w(8), w(9), w(10), w(11), w(12), w(13), w(14), w(15)],
        ];
        // SAFETY: AVX2 is on here.
        unsafe { W::gather(w) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn write(&mut self, column: usize, lanes: __m256i) {
        assert!(column < self.width);
        // SAFETY: AVX2 is on here.
        let lanes = unsafe { W::spread(lanes) };
        if self.len == 16 {
            for r in 0..16 {
                // SAFETY: every row lies within the weights, and the column within a row.
                unsafe { *self.weights.get_unchecked_mut(self.starts[r] + column) = lanes[r] };
            }
        } else {
            for (&start, w) in self.starts.iter().zip(lanes).take(self.len) {
                // SAFETY: as above.
                unsafe { *self.weights.get_unchecked_mut(start + column) = w };
            }
        }
    }
}
