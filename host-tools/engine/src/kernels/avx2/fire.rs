//! Fire a layer of integrate-and-fire neurons, sixteen at a time. Every verb has a 16-bit lane that does the same.

use super::lanes::{Word, load, store};
use core::arch::x86_64::*;
use hebbit_core::net::{GradedColumns, LifColumns, scalar};
use hebbit_core::neuron::{GradedParams, LifParams};

/// See [`Kernels::fire_graded`](hebbit_core::net::Kernels::fire_graded): the plain loop, which the compiler makes vectors of.
#[target_feature(enable = "avx2")]
pub(super) fn fire_graded(params: &GradedParams, columns: GradedColumns<'_>) {
    scalar::fire_graded(params, columns);
}

/// Sixteen neurons.
#[derive(Clone, Copy)]
struct Neurons {
    membrane: __m256i,
    refractory: __m256i,
    events: __m256i,
    sums: __m256i,
}

/// The parameters, the same in every lane.
struct Params {
    threshold: __m256i,
    floor: __m256i,
    leak: __m256i,
    refractory: __m256i,
    reset: __m256i,
    hard_reset: __m256i,
}

/// See [`Kernels::fire_lif`](hebbit_core::net::Kernels::fire_lif).
///
/// A rest of less than sixteen neurons is computed together with some before it, from what they all were at the start,
/// and overwrites those with what they have become anyway.
#[target_feature(enable = "avx2")]
pub(super) fn fire_lif(params: &LifParams, columns: LifColumns<'_>) {
    let lanes = Params::new(params);
    let LifColumns { current, membrane, refractory, events, sums } = columns;
    let n = [current.len(), membrane.len(), refractory.len(), events.len(), sums.len()];
    let n = n.into_iter().min().unwrap_or(0);
    let current = &current[..n];
    let (membrane, refractory) = (&mut membrane[..n], &mut refractory[..n]);
    let (events, sums) = (&mut events[..n], &mut sums[..n]);
    if n < 8 {
        scalar::fire_lif(params, LifColumns { current, membrane, refractory, events, sums });
        return;
    }
    let last = lanes.tick(ends(current), ends(membrane), ends(refractory), ends(sums));
    let whole = current.as_chunks().0.iter();
    let whole = whole.zip(membrane.as_chunks_mut().0).zip(refractory.as_chunks_mut().0);
    let whole = whole.zip(events.as_chunks_mut().0).zip(sums.as_chunks_mut().0);
    for ((((i, v), r), e), s) in whole {
        let next = lanes.tick(load(i), load(v), load(r), load(s));
        store(v, next.membrane);
        store(r, next.refractory);
        store(e, next.events);
        store(s, next.sums);
    }
    set_ends(membrane, last.membrane);
    set_ends(refractory, last.refractory);
    set_ends(events, last.events);
    set_ends(sums, last.sums);
}

/// The last sixteen words; of fewer the first eight and the last eight.
#[inline]
#[target_feature(enable = "avx2")]
fn ends<T: Word>(words: &[T]) -> __m256i {
    let first = words.len().saturating_sub(16);
    let [low, high] = [&words[first..][..8], &words[words.len() - 8..]];
    // SAFETY: both slices have 16 bytes.
    unsafe { _mm256_loadu2_m128i(high.as_ptr().cast(), low.as_ptr().cast()) }
}

/// Stores what [`ends`] has loaded.
#[inline]
#[target_feature(enable = "avx2")]
fn set_ends<T: Word>(words: &mut [T], lanes: __m256i) {
    let n = words.len();
    let low = words[n.saturating_sub(16)..][..8].as_mut_ptr().cast();
    // SAFETY: 16 bytes were sliced.
    unsafe { _mm_storeu_si128(low, _mm256_castsi256_si128(lanes)) };
    let high = words[n - 8..].as_mut_ptr().cast();
    // SAFETY: 16 bytes were sliced.
    unsafe { _mm_storeu_si128(high, _mm256_extracti128_si256::<1>(lanes)) };
}

impl Params {
    #[target_feature(enable = "avx2")]
    fn new(p: &LifParams) -> Self {
        Self {
            threshold: _mm256_set1_epi16(p.threshold.to_bits()),
            floor: _mm256_set1_epi16(p.floor.to_bits()),
            leak: _mm256_set1_epi16(p.leak.to_bits() as i16),
            refractory: _mm256_set1_epi16(p.refractory.to_bits() as i16),
            reset: _mm256_set1_epi16(p.reset.to_bits()),
            hard_reset: _mm256_set1_epi16(-i16::from(p.hard_reset)),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn tick(&self, current: __m256i, v: __m256i, refractory: __m256i, sums: __m256i) -> Neurons {
        let one = _mm256_set1_epi16(1);
        let hears = _mm256_cmpeq_epi16(refractory, _mm256_setzero_si256());
        // The upper half of signed times unsigned: as if both were unsigned, less the leak where `v` is negative.
        let negative = _mm256_srai_epi16::<15>(v);
        let lost = _mm256_sub_epi16(_mm256_mulhi_epu16(v, self.leak), _mm256_and_si256(negative, self.leak));
        let leaked = _mm256_sub_epi16(v, lost);
        let v = _mm256_adds_epi16(leaked, _mm256_and_si256(current, hears));
        let v = _mm256_max_epi16(v, self.floor);
        let fires = _mm256_andnot_si256(_mm256_cmpgt_epi16(self.threshold, v), hears);
        let fired = _mm256_blendv_epi8(_mm256_subs_epi16(v, self.threshold), self.reset, self.hard_reset);
        let events = _mm256_and_si256(fires, one);
        Neurons {
            membrane: _mm256_blendv_epi8(v, fired, fires),
            refractory: _mm256_blendv_epi8(_mm256_subs_epu16(refractory, one), self.refractory, fires),
            events,
            sums: _mm256_adds_epu16(sums, events),
        }
    }
}
