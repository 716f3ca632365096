//! The update of a matrix: the choice between its two forms.
//!
//! [`sparse`] walks active columns, sixteen rows at a time; [`dense`] walks rows, sixteen columns at a time, and
//! leaves the columns in between as they are. Both compute a step in one of two ways: 16-bit lanes for one term, or
//! 32-bit lanes for two terms and forgetting.

use super::lanes::Lanes;
use super::terms::Job;
use super::{dense, sparse};
use hebbit_core::net::{Update, WeightsMut};

/// A sparse step costs so many times as much per weight as a dense one (measured: `examples/kernels.rs`).
const SPARSE_COST: usize = 3;

/// See [`Kernels::update`](hebbit_core::net::Kernels::update). False if it is not for us; then nothing has changed.
#[target_feature(enable = "avx2")]
pub(super) fn update(weights: WeightsMut<'_>, width: usize, update: &Update<'_>) -> bool {
    match weights {
        WeightsMut::I8(w) => update_any(w, width, update),
        WeightsMut::I16(w) => update_any(w, width, update),
    }
}

#[target_feature(enable = "avx2")]
fn update_any<W: Lanes>(w: &mut [W], width: usize, update: &Update<'_>) -> bool {
    let Some(job) = Job::new::<W>(w.len(), width, update) else { return false };
    let narrow = job.is_narrow::<W>();
    if width >= 16 && job.columns.len() > SPARSE_COST * job.chunks() {
        match narrow {
            true => dense::update::<W, true>(w, width, &job),
            false => dense::update::<W, false>(w, width, &job),
        }
    } else {
        match narrow {
            true => sparse::update::<W, true>(w, width, &job),
            false => sparse::update::<W, false>(w, width, &job),
        }
    }
    true
}
