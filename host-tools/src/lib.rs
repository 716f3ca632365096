//! Host side of Hebbit: data sets, training, reports.
pub mod data;
pub mod error;
pub mod record;
pub mod report;
