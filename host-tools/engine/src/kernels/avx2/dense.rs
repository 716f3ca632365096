//! Update many columns: row by row, sixteen columns at a time.

use super::dither::{DitherRows, at};
use super::lanes::{Lanes, load, store};
use super::terms::{Group, Job, Terms, both, forget_count, wide_step};
use core::arch::x86_64::*;

/// Chunks are prepared for so many at once: 512 columns.
const BATCH: usize = 32;

/// What sixteen neighbouring columns bring to a step. A column that is not active has no factor and no bounds, so
/// that whatever weight it holds stays.
#[derive(Clone, Copy)]
struct Chunk {
    start: usize,
    columns: __m256i,
    post: __m256i,
    terms: Terms,
    forget: __m256i,
    low: __m256i,
    high: __m256i,
}

/// `NARROW`: one term, no forgetting. Rows have at least sixteen columns.
#[target_feature(enable = "avx2")]
pub(super) fn update<W: Lanes, const NARROW: bool>(w: &mut [W], width: usize, job: &Job<'_>) {
    let mut chunks = job.columns.chunk_by(|a, b| a / 16 == b / 16);
    let none = [_mm256_setzero_si256(); 2];
    let empty = Chunk {
        start: 0,
        columns: none[0],
        post: none[0],
        terms: Terms::each(none),
        forget: none[0],
        low: none[0],
        high: none[0],
    };
    let mut batch = [empty; BATCH];
    loop {
        let mut len = 0;
        for (slot, columns) in batch.iter_mut().zip(&mut chunks) {
            *slot = Chunk::new(columns, width, job);
            len += 1;
        }
        if len == 0 {
            return;
        }
        for g in 0..job.groups() {
            one_group::<W, NARROW>(w, width, &job.group(g), &batch[..len], job);
        }
    }
}

impl Chunk {
    /// The chunk of some columns with the same sixteenth.
    #[target_feature(enable = "avx2")]
    fn new(columns: &[u16], width: usize, job: &Job<'_>) -> Self {
        let start = (usize::from(columns[0]) / 16 * 16).min(width - 16);
        let update = job.update;
        let [mut post0, mut post1, mut forget] = [[0_i16; 16]; 3];
        let (mut low, mut high) = ([i16::MIN; 16], [i16::MAX; 16]);
        for &column in columns {
            let c = usize::from(column);
            let lane = c - start;
            (post0[lane], post1[lane]) = (update.post[0][c], update.post[1][c]);
            forget[lane] = -i16::from(update.forget[c] != 0);
            (low[lane], high[lane]) = (update.low, update.high);
        }
        Self {
            start,
            columns: load(&core::array::from_fn(|lane| (start + lane) as u16)),
            post: load(&post0),
            terms: Terms::each([load(&post0), load(&post1)]),
            forget: load(&forget),
            low: load(&low),
            high: load(&high),
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn one_group<W: Lanes, const NARROW: bool>(
    w: &mut [W],
    width: usize,
    group: &Group,
    chunks: &[Chunk],
    job: &Job<'_>,
) {
    let forget_shift = forget_count(job.update);
    let [mut b, mut a, mut pre0, mut pre1] = [[0_i16; 16]; 4];
    store(&mut b, group.dither.b);
    store(&mut a, group.dither.a);
    store(&mut pre0, group.pre[0]);
    store(&mut pre1, group.pre[1]);
    for (i, &line) in group.lines.iter().enumerate().take(group.len) {
        let row = &mut w[usize::from(line) * width..][..width];
        let dither = DitherRows { b: _mm256_set1_epi16(b[i]), a: _mm256_set1_epi16(a[i]) };
        let pre = _mm256_set1_epi16(pre0[i]);
        let terms = Terms::splat(both(pre0[i], pre1[i]));
        for chunk in chunks {
            let Some(row) = row.get_mut(chunk.start..).and_then(|row| row.first_chunk_mut()) else {
                continue;
            };
            // SAFETY: AVX2 is on here.
            let (old, dither) = unsafe { (W::load(row), W::dither(at(dither, chunk.columns))) };
            let new = if NARROW {
                // SAFETY: AVX2 is on here.
                unsafe { W::step(old, pre, chunk.post, dither) }
            } else {
                wide_step::<W>(old, terms, chunk.terms, dither, chunk.forget, forget_shift)
            };
            let new = _mm256_min_epi16(_mm256_max_epi16(new, chunk.low), chunk.high);
            // SAFETY: AVX2 is on here.
            unsafe { W::store(row, new) };
        }
    }
}
