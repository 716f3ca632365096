//! Lists what is not zero: sixteen magnitudes at a look, eight of them pushed together by one shuffle.

use super::lanes::load;
use core::arch::x86_64::*;

/// Of each choice of eight lanes: the bytes of those lanes in their order, and how many lanes those are.
const CHOSEN: [([u8; 16], u8); 256] = {
    let mut table = [([0_u8; 16], 0_u8); 256];
    let mut choice = 0;
    while choice < 256 {
        let mut lane = 0;
        while lane < 8 {
            if choice >> lane & 1 == 1 {
                let (bytes, count) = &mut table[choice];
                let at = 2 * *count as usize;
                (bytes[at], bytes[at + 1]) = (2 * lane, 2 * lane + 1);
                *count += 1;
            }
            lane += 1;
        }
        choice += 1;
    }
    table
};

/// See [`Kernels::list`](hebbit_core::net::Kernels::list).
#[target_feature(enable = "avx2")]
pub(super) fn list(magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
    let mut len = 0;
    // Eight lanes are stored where fewer count, so there must be room for all of them; line numbers have 16 bits.
    let whole = magnitudes.len().min(lines.len()).min(listed.len()).min(usize::from(u16::MAX)) / 16 * 16;
    let (chunks, _) = magnitudes[..whole].as_chunks::<16>();
    for (c, chunk) in (0_u16..).zip(chunks) {
        let all = load(chunk);
        let halves = [_mm256_castsi256_si128(all), _mm256_extracti128_si256::<1>(all)];
        let zero = halves.map(|half| _mm_cmpeq_epi16(half, _mm_setzero_si128()));
        let mask = !_mm_movemask_epi8(_mm_packs_epi16(zero[0], zero[1])).cast_unsigned();
        if mask & 0xffff == 0 {
            continue;
        }
        let first = _mm_set1_epi16(c.wrapping_mul(16).cast_signed());
        let numbers = _mm_add_epi16(_mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7), first);
        let next = _mm_add_epi16(numbers, _mm_set1_epi16(8));
        for (half, numbers, choice) in [(halves[0], numbers, mask & 255), (halves[1], next, mask >> 8 & 255)]
        {
            let (bytes, count) = &CHOSEN[choice as usize];
            // SAFETY: the array has 16 bytes. `len` is at most the lines before this half, which ends within both slices.
            unsafe {
                let order = _mm_loadu_si128(bytes.as_ptr().cast());
                let to = (lines.as_mut_ptr().add(len).cast(), listed.as_mut_ptr().add(len).cast());
                _mm_storeu_si128(to.0, _mm_shuffle_epi8(numbers, order));
                _mm_storeu_si128(to.1, _mm_shuffle_epi8(half, order));
            }
            len += usize::from(*count);
        }
    }
    for (i, &magnitude) in magnitudes.iter().enumerate().skip(whole) {
        if magnitude != 0
            && let (Some(line), Some(slot)) = (lines.get_mut(len), listed.get_mut(len))
        {
            (*line, *slot) = (u16::try_from(i).unwrap_or(u16::MAX), magnitude);
            len += 1;
        }
    }
    len
}
