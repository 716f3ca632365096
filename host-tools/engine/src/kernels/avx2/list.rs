//! Lists what is not zero, sixteen magnitudes at a look.

use super::lanes::load;
use core::arch::x86_64::*;

/// See [`Kernels::list`](hebbit_core::net::Kernels::list).
#[target_feature(enable = "avx2")]
pub(super) fn list(magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
    let room = lines.len().min(listed.len());
    let (lines, listed) = (&mut lines[..room], &mut listed[..room]);
    let mut len = 0;
    let mut put = |i: usize, magnitude: i16| {
        if len < room {
            (lines[len], listed[len]) = (u16::try_from(i).unwrap_or(u16::MAX), magnitude);
            len += 1;
        }
    };
    let (chunks, rest) = magnitudes.as_chunks::<16>();
    for (c, chunk) in chunks.iter().enumerate() {
        let zero = _mm256_cmpeq_epi16(load(chunk), _mm256_setzero_si256());
        // Two bits per lane; one of them is enough.
        let mut mask = !_mm256_movemask_epi8(zero).cast_unsigned() & 0x5555_5555;
        while mask != 0 {
            let lane = mask.trailing_zeros() as usize / 2;
            put(16 * c + lane, chunk[lane & 15]);
            mask &= mask - 1;
        }
    }
    let start = 16 * chunks.len();
    for (i, &magnitude) in rest.iter().enumerate().filter(|(_, magnitude)| **magnitude != 0) {
        put(start + i, magnitude);
    }
    len
}
