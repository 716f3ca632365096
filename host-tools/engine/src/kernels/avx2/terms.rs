//! What both forms of an update share: the checked lists, groups of rows, the products of two terms.

use super::dither::{DitherRows, rows};
use super::lanes::{Lanes, load};
use core::arch::x86_64::*;
use hebbit_core::net::Update;

/// An update whose lists have been checked: lines and columns ascend and lie within the matrix.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) update: &'a Update<'a>,
    pub(super) lines: &'a [u16],
    pub(super) pre: [&'a [i16]; 2],
    pub(super) columns: &'a [u16],
}

/// Sixteen rows of a [`Job`]; at its end fewer, and the first of them again and again.
pub(super) struct Group {
    pub(super) lines: [u16; 16],
    /// How many rows differ.
    pub(super) len: usize,
    pub(super) dither: DitherRows,
    /// `pre` factors of both terms.
    pub(super) pre: [__m256i; 2],
}

impl<'a> Job<'a> {
    #[target_feature(enable = "avx2")]
    pub(super) fn new<W: Lanes>(len: usize, width: usize, update: &'a Update<'a>) -> Option<Self> {
        let Update { low, high, lines, pre: [pre0, pre1], post: [post0, post1], forget, active, .. } =
            *update;
        let (min, max) = W::RANGE;
        let ours = update.shift == W::SHIFT && low <= high && min <= low && high <= max;
        if !ours || u32::try_from(len).is_err() || !ascends(lines) || !ascends(active) {
            return None;
        }
        let rows = len.checked_div(width)?;
        let lines = &lines[..lines.len().min(pre0.len()).min(pre1.len())];
        let lines = &lines[..lines.partition_point(|&line| usize::from(line) < rows)];
        let limit = width.min(post0.len()).min(post1.len()).min(forget.len());
        let columns = &active[..active.partition_point(|&column| usize::from(column) < limit)];
        Some(Self { update, lines, pre: [&pre0[..lines.len()], &pre1[..lines.len()]], columns })
    }

    /// Whether one term is all there is, in the range of [`Lanes::step`].
    #[target_feature(enable = "avx2")]
    pub(super) fn is_narrow<W: Lanes>(&self) -> bool {
        let [pre0, pre1] = self.pre;
        let Update { post: [_, post1], forget, .. } = self.update;
        let each = || self.columns.iter().map(|&column| usize::from(column));
        let forgets = each().any(|c| forget[c] != 0);
        let two_terms = each().any(|c| post1[c] != 0) && pre1.iter().fold(0, |all, p| all | p) != 0;
        let limit = W::PRE_LIMIT.map(i16::unsigned_abs);
        let in_range = limit.is_none_or(|limit| pre0.iter().fold(0, |m, p| p.unsigned_abs().max(m)) <= limit);
        !forgets && !two_terms && in_range
    }

    /// How many blocks of sixteen columns have an active one.
    pub(super) fn chunks(&self) -> usize {
        self.columns.chunk_by(|a, b| a / 16 == b / 16).count()
    }

    /// How many [`Group`]s it has.
    pub(super) fn groups(&self) -> usize {
        self.lines.len().div_ceil(16)
    }

    /// Its rows by sixteen: group `g`.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn group(&self, g: usize) -> Group {
        let lines = &self.lines[g * 16..];
        let [pre0, pre1] = self.pre.map(|pre| &pre[g * 16..]);
        let len = lines.len().min(16);
        let lines = lines.first_chunk().copied().unwrap_or_else(|| padded(lines));
        let pre0 = pre0.first_chunk().copied().unwrap_or_else(|| padded(pre0));
        let pre1 = pre1.first_chunk().copied().unwrap_or_else(|| padded(pre1));
        Group { lines, len, dither: rows(self.update.key, &lines), pre: [load(&pre0), load(&pre1)] }
    }
}

fn ascends(list: &[u16]) -> bool {
    list.iter().zip(list.iter().skip(1)).fold(true, |all, (a, b)| all & (a < b))
}

/// Fewer than sixteen words and the first of them again and again.
#[cold]
fn padded<T: Copy>(list: &[T]) -> [T; 16] {
    core::array::from_fn(|i| list.get(i).copied().unwrap_or(list[0]))
}

/// `pre` and `post` of both terms side by side, as `vpmaddwd` wants them, in the order of unpacked lanes.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) low: __m256i,
    pub(super) high: __m256i,
}

impl Terms {
    /// Sixteen factors of each term.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn each([a, b]: [__m256i; 2]) -> Self {
        Self { low: _mm256_unpacklo_epi16(a, b), high: _mm256_unpackhi_epi16(a, b) }
    }

    /// The same factors in every lane.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn splat(both: i32) -> Self {
        Self { low: _mm256_set1_epi32(both), high: _mm256_set1_epi32(both) }
    }
}

/// Two terms and forgetting, in 32-bit lanes; the result is saturated to 16 bits. `forget` is all ones where a weight
/// forgets `w * 2^forget_shift`, and all zeros elsewhere.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn wide_step<W: Lanes>(
    w: __m256i,
    pre: Terms,
    post: Terms,
    dither: __m256i,
    forget: __m256i,
    forget_shift: __m128i,
) -> __m256i {
    let half = |w: __m256i, pre: __m256i, post: __m256i, dither: __m256i, forget: __m256i| {
        let w = _mm256_srai_epi32::<16>(w);
        let forgotten = _mm256_and_si256(_mm256_sll_epi32(w, forget_shift), forget);
        let sum = _mm256_sub_epi32(_mm256_madd_epi16(pre, post), forgotten);
        // SAFETY: AVX2 is on here.
        let change = unsafe { W::floor(_mm256_add_epi32(sum, dither)) };
        _mm256_add_epi32(w, change)
    };
    let zero = _mm256_setzero_si256();
    let low = half(
        _mm256_unpacklo_epi16(w, w),
        pre.low,
        post.low,
        _mm256_unpacklo_epi16(dither, zero),
        _mm256_unpacklo_epi16(forget, forget),
    );
    let high = half(
        _mm256_unpackhi_epi16(w, w),
        pre.high,
        post.high,
        _mm256_unpackhi_epi16(dither, zero),
        _mm256_unpackhi_epi16(forget, forget),
    );
    _mm256_packs_epi32(low, high)
}

/// The forgetting shift as a vector count; scalar shifts wrap at 32.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn forget_count(update: &Update<'_>) -> __m128i {
    _mm_cvtsi32_si128((update.forget_shift & 31) as i32)
}

/// Both factors in one word.
pub(super) const fn both(first: i16, second: i16) -> i32 {
    (first as u16 as i32) | ((second as i32) << 16)
}
