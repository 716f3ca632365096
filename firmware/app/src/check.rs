//! Self-tests of a device, for `hebbit doctor`.

use crate::Board;
use hebbit_core::link::{Refusal, Reply};
use hebbit_core::net::Kernels;
use hebbit_core::num::mix;

/// Words of memory tested between two feedings of the watchdog.
const PAGE: usize = 1024;

/// Writes a word that depends on its place everywhere, reads all of them, then the same with every bit inverted. Cells that are stuck,
/// and addresses that reach the same cell, show up.
pub(crate) fn memory<B: Board>(memory: &mut [u8], seed: u32, board: &mut B) -> Reply<'static> {
    let value = u32::try_from(memory.len()).unwrap_or(u32::MAX);
    let mut wrong = None;
    for invert in [0, u32::MAX] {
        let word = |i: u32| (mix(i, 0, seed, 0).0 ^ invert).to_le_bytes();
        for (page, i) in memory.chunks_mut(4 * PAGE).zip((0_u32..).step_by(PAGE)) {
            for (cells, i) in page.chunks_mut(4).zip(i..) {
                cells.iter_mut().zip(word(i)).for_each(|(cell, byte)| *cell = byte);
            }
            board.feed();
        }
        board.play_fault(memory);
        // The compiler must read the cells instead of assuming the values just written.
        let cells = core::hint::black_box(&mut *memory);
        for (page, i) in cells.chunks(4 * PAGE).zip((0_u32..).step_by(PAGE)) {
            for (cells, i) in page.chunks(4).zip(i..) {
                if let Some(at) = cells.iter().zip(word(i)).position(|(cell, byte)| *cell != byte) {
                    wrong = wrong.or(Some(i.saturating_mul(4).saturating_add(at as u32)));
                }
            }
            board.feed();
        }
    }
    memory.fill(0);
    Reply::Checked { name: "", value, wrong }
}

/// Bytes of memory that trials need.
#[cfg(feature = "check")]
pub(crate) const ROOM: u32 = hebbit_check::ROOM as u32;
#[cfg(not(feature = "check"))]
pub(crate) const ROOM: u32 = 0;
/// Most trials per request, so that the answer arrives in time.
#[cfg(feature = "check")]
const MOST_TRIALS: u16 = 1000;
/// Trials of a kernel between two feedings of the watchdog.
#[cfg(feature = "check")]
const BATCH: u32 = 10;

/// Trials of one kernel against the plain loops, in free memory, which is zeroed afterwards. Refused as `full` if it is too small.
#[cfg(feature = "check")]
#[inline(never)]
pub(crate) fn kernel<B: Board>(
    kernels: &impl Kernels,
    (index, seed, trials): (u8, u32, u16),
    board: &mut B,
    memory: &mut [u8],
    full: Refusal,
) -> Reply<'static> {
    let Some(name) = hebbit_check::name(index) else {
        return Reply::Refused(Refusal::Range { end: hebbit_check::COUNT.into() });
    };
    if memory.len() < hebbit_check::ROOM {
        return Reply::Refused(full);
    }
    let value = u32::from(trials.min(MOST_TRIALS));
    let mut wrong = None;
    for from in (0..value).step_by(BATCH as usize) {
        let range = from..value.min(from.saturating_add(BATCH));
        wrong = wrong.or_else(|| hebbit_check::kernel(kernels, index, seed, range, memory));
        board.feed();
    }
    memory.fill(0);
    Reply::Checked { name, value, wrong }
}

/// Firmware built without the trials refuses the request.
#[cfg(not(feature = "check"))]
pub(crate) fn kernel<B: Board>(
    _: &impl Kernels,
    _: (u8, u32, u16),
    _: &mut B,
    _: &mut [u8],
    _: Refusal,
) -> Reply<'static> {
    Reply::Refused(Refusal::Unknown)
}
