//! Host side of Hebbit: data sets, training, reports, fast kernels.
pub mod data;
pub mod kernels;
pub mod record;
pub mod report;
