//! Conformance: the runner behind `cargo conform`, and the nevers of the house as tests.

pub mod conform;
pub mod tidy;
pub mod tree;
