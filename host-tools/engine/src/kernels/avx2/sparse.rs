//! Update few columns: of sixteen rows, one column at a time.

use super::lanes::Lanes;
use super::terms::{Job, Terms, both, forget_count, wide_step};
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
        let mut rows = Rows::new(w, width, &group.lines);
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

/// Sixteen rows of a matrix, or fewer and the first again and again: all lanes of a row hold the same.
struct Rows<'a, W> {
    weights: &'a mut [W],
    width: usize,
    /// Where each row starts.
    starts: [u32; 16],
}

impl<'a, W: Lanes> Rows<'a, W> {
    /// # Panics
    /// If a line is beyond the matrix, or the matrix beyond 32 bits.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(weights: &'a mut [W], width: usize, lines: &[u16; 16]) -> Self {
        assert!(u32::try_from(weights.len()).is_ok() && width <= weights.len());
        let mut starts = [0; 16];
        for (start, &line) in starts.iter_mut().zip(lines) {
            *start = u32::from(line).wrapping_mul(width as u32);
        }
        let last = lines.iter().fold(0, |last, &line| line.max(last));
        assert!((usize::from(last) + 1) * width <= weights.len());
        Self { weights, width, starts }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn read(&self, column: usize) -> __m256i {
        assert!(column < self.width);
        // SAFETY: every row lies within the weights, and the column within a row.
        let w = |r: usize| unsafe { *self.weights.get_unchecked(self.starts[r] as usize + column) };
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
        // By way of memory: lanes are extracted through the one port that inserts them, too.
        let lanes = core::hint::black_box(&lanes);
        for (&start, &w) in self.starts.iter().zip(lanes) {
            // SAFETY: every row lies within the weights, and the column within a row.
            unsafe { *self.weights.get_unchecked_mut(start as usize + column) = w };
        }
    }
}
