//! Weights in 16-bit lanes, whichever width they have in memory.

use core::arch::x86_64::*;

/// A weight that can be loaded into 16-bit lanes. The methods need AVX2, nothing else.
pub(super) trait Lanes: Copy + Into<i16> + 'static {
    /// Weight 0.
    const ZERO: Self;
    /// What a weight of this width can hold.
    const RANGE: (i16, i16);
    /// An update of it is divided by `2^SHIFT`.
    const SHIFT: u32;
    /// `PRE_MAX` if [`Self::step`] holds for `pre` factors within it only.
    const PRE_LIMIT: Option<i16>;

    /// Sign-extends 16 weights.
    ///
    /// # Safety
    /// AVX2.
    unsafe fn load(w: &[Self; 16]) -> __m256i;

    /// Stores 16 weights that are in range.
    ///
    /// # Safety
    /// AVX2.
    unsafe fn store(w: &mut [Self; 16], lanes: __m256i);

    /// Sign-extends 16 weights that lie apart.
    ///
    /// # Safety
    /// AVX2.
    unsafe fn gather(w: [[Self; 8]; 2]) -> __m256i;

    /// 16 weights of the range as an array.
    ///
    /// # Safety
    /// AVX2.
    unsafe fn spread(lanes: __m256i) -> [Self; 16];

    /// 16 dither words at their place under the binary point.
    ///
    /// # Safety
    /// AVX2.
    unsafe fn dither(dither: __m256i) -> __m256i;

    /// `floor((pre*post + dither) / 2^SHIFT)` added to `w`, saturated to 16 bits.
    ///
    /// # Safety
    /// AVX2.
    unsafe fn step(w: __m256i, pre: __m256i, post: __m256i, dither: __m256i) -> __m256i;

    /// `floor(sum / 2^SHIFT)` of 32-bit lanes.
    ///
    /// # Safety
    /// AVX2.
    unsafe fn floor(sum: __m256i) -> __m256i;
}

/// 16 words.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load<T: Word>(x: &[T; 16]) -> __m256i {
    // SAFETY: the reference covers 32 bytes of plain integers.
    unsafe { _mm256_loadu_si256(x.as_ptr().cast()) }
}

/// 16 words.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store<T: Word>(x: &mut [T; 16], lanes: __m256i) {
    // SAFETY: the reference covers 32 bytes of plain integers.
    unsafe { _mm256_storeu_si256(x.as_mut_ptr().cast(), lanes) }
}

/// A 16-bit integer.
pub(super) trait Word: Copy {}
impl Word for i16 {}
impl Word for u16 {}

/// The product `a*b + c` of 16-bit lanes as low and high halves; `c` is unsigned.
#[inline]
#[target_feature(enable = "avx2")]
fn mul_add(a: __m256i, b: __m256i, c: __m256i) -> (__m256i, __m256i) {
    let product = _mm256_mullo_epi16(a, b);
    let low = _mm256_add_epi16(product, c);
    // All ones where the addition did not carry, so `high + 1 + this` carries.
    let kept = _mm256_cmpeq_epi16(low, _mm256_adds_epu16(product, c));
    let high = _mm256_add_epi16(_mm256_mulhi_epi16(a, b), kept);
    (low, _mm256_add_epi16(high, _mm256_set1_epi16(1)))
}

impl Lanes for i8 {
    const ZERO: Self = 0;
    const RANGE: (i16, i16) = (-128, 127);
    const SHIFT: u32 = hebbit_core::num::SHIFT_I8;
    const PRE_LIMIT: Option<i16> = None;

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn load(w: &[Self; 16]) -> __m256i {
        // SAFETY: the reference covers 16 bytes.
        _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(w.as_ptr().cast()) })
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn store(w: &mut [Self; 16], lanes: __m256i) {
        let bytes = _mm_packs_epi16(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
        // SAFETY: the reference covers 16 bytes.
        unsafe { _mm_storeu_si128(w.as_mut_ptr().cast(), bytes) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn gather(w: [[Self; 8]; 2]) -> __m256i {
        let [[a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p]] = w;
        _mm256_cvtepi8_epi16(_mm_setr_epi8(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn spread(lanes: __m256i) -> [Self; 16] {
        let mut w = [0; 16];
        // SAFETY: AVX2 by this function's own contract.
        unsafe { Self::store(&mut w, lanes) };
        w
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn dither(dither: __m256i) -> __m256i {
        dither
    }

    /// The upper half of the product is the change: within +-16385, and the weight is a byte, so that nothing saturates.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn step(w: __m256i, pre: __m256i, post: __m256i, dither: __m256i) -> __m256i {
        _mm256_add_epi16(w, mul_add(pre, post, dither).1)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn floor(sum: __m256i) -> __m256i {
        _mm256_srai_epi32::<16>(sum)
    }
}

impl Lanes for i16 {
    const ZERO: Self = 0;
    const RANGE: (i16, i16) = (Self::MIN, Self::MAX);
    const SHIFT: u32 = hebbit_core::num::SHIFT_I16;
    const PRE_LIMIT: Option<i16> = Some(hebbit_core::num::PRE_MAX);

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn load(w: &[Self; 16]) -> __m256i {
        load(w)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn store(w: &mut [Self; 16], lanes: __m256i) {
        store(w, lanes);
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn gather(w: [[Self; 8]; 2]) -> __m256i {
        let [[a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p]] = w;
        _mm256_setr_epi16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn spread(lanes: __m256i) -> [Self; 16] {
        let mut w = [0; 16];
        store(&mut w, lanes);
        w
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn dither(dither: __m256i) -> __m256i {
        _mm256_srli_epi16::<8>(dither)
    }

    /// The middle of the product is the change: `255*32768/256 = 32640`, so that it fits while `|pre| <= 255`.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn step(w: __m256i, pre: __m256i, post: __m256i, dither: __m256i) -> __m256i {
        let (low, high) = mul_add(pre, post, dither);
        let change = _mm256_or_si256(_mm256_slli_epi16::<8>(high), _mm256_srli_epi16::<8>(low));
        _mm256_adds_epi16(w, change)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn floor(sum: __m256i) -> __m256i {
        _mm256_srai_epi32::<8>(sum)
    }
}

/// Weights `at..at + 16`; what lies beyond the slice reads as zero.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn window<W: Lanes>(w: &[W], at: usize) -> __m256i {
    let cut;
    let whole = match w.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(whole) => whole,
        None => {
            cut = rest(w, at);
            &cut
        }
    };
    // SAFETY: AVX2 is on here.
    unsafe { W::load(whole) }
}

#[inline(never)]
fn rest<W: Lanes>(w: &[W], at: usize) -> [W; 16] {
    let rest = w.get(at..).unwrap_or_default();
    let mut cut = [W::ZERO; 16];
    cut.iter_mut().zip(rest).for_each(|(cut, &w)| *cut = w);
    cut
}
