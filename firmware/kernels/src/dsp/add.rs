//! Sums of rows.

use super::aligned;

unsafe extern "C" {
    fn hebbit_add_spikes_i8(
        lines: *const u16,
        end: *const u16,
        weights: *const i8,
        width: usize,
        sum: *mut i32,
        columns: usize,
    );
    fn hebbit_add_graded_i8(groups: *const Group, end: *const Group, sum: *mut i32, columns: usize);
    fn hebbit_add_graded_i16(groups: *const Group, end: *const Group, sum: *mut i32, columns: usize);
}

/// Most rows whose sum fits 16-bit lanes: the minimum is `256 * -128`.
const SPIKES: usize = 256;
/// Groups of rows per pass: 576 bytes of stack.
const GROUPS: usize = 24;

/// Four rows and their magnitudes.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Group {
    rows: [u32; 4],
    magnitudes: [[i16; 2]; 2],
}

/// Whether a matrix of whole rows of words can be added to `sum`. Its number of rows.
fn rows<T>(sum: &[i32], weights: &[T], width: usize) -> Option<usize> {
    let fits = width > 0 && width.is_multiple_of(4) && sum.len() >= width && aligned(weights);
    fits.then(|| weights.len() / width)
}

/// Returns false, and changes nothing, for unsupported operands.
pub(super) fn spikes_i8(sum: &mut [i32], weights: &[i8], width: usize, lines: &[u16]) -> bool {
    let Some(rows) = rows(sum, weights, width) else { return false };
    if !lines.iter().all(|&line| usize::from(line) < rows) {
        return false;
    }
    for lines in lines.chunks(SPIKES) {
        let lines = lines.as_ptr_range();
        // SAFETY: every line is a whole row within the aligned matrix, the sums are at least a row, and the list is not empty.
        unsafe {
            hebbit_add_spikes_i8(lines.start, lines.end, weights.as_ptr(), width, sum.as_mut_ptr(), width);
        }
    }
    true
}

/// A weight that the dual multiplies read.
pub(super) trait Lane {
    const ADD: unsafe extern "C" fn(*const Group, *const Group, *mut i32, usize);
}
impl Lane for i8 {
    const ADD: unsafe extern "C" fn(*const Group, *const Group, *mut i32, usize) = hebbit_add_graded_i8;
}
impl Lane for i16 {
    const ADD: unsafe extern "C" fn(*const Group, *const Group, *mut i32, usize) = hebbit_add_graded_i16;
}

/// Returns false, and changes nothing, for unsupported operands.
pub(super) fn graded<T: Lane>(
    sum: &mut [i32],
    weights: &[T],
    width: usize,
    mut events: impl Iterator<Item = (u16, i16)> + Clone,
) -> bool {
    let Some(rows) = rows(sum, weights, width) else { return false };
    let start = weights.as_ptr();
    let nothing = Group { rows: [start.addr() as u32; 4], magnitudes: [[0; 2]; 2] };
    if rows == 0 {
        return true;
    }
    let mut groups = [nothing; GROUPS];
    loop {
        let mut len = 0;
        for group in &mut groups {
            *group = nothing;
            let slots = group.rows.iter_mut().zip(group.magnitudes.as_flattened_mut());
            let mut filled = false;
            for ((row, slot), (line, magnitude)) in slots.zip(&mut events) {
                // A line beyond the matrix adds 0 times the first row.
                if usize::from(line) < rows {
                    *row = start.wrapping_add(usize::from(line) * width).addr() as u32;
                    *slot = magnitude;
                }
                filled = true;
            }
            if !filled {
                break;
            }
            len += 1;
        }
        if len == 0 {
            return true;
        }
        let groups = groups.get(..len).unwrap_or_default().as_ptr_range();
        // SAFETY: every row is a whole one of the aligned matrix, the sums are at least a row, and there is a group.
        unsafe { (T::ADD)(groups.start, groups.end, sum.as_mut_ptr(), width) };
        if len < GROUPS {
            return true;
        }
    }
}
