//! Conformance: the oracle, random networks, engines side by side, the runner behind `cargo conform`, and the nevers of
//! the house as tests.

pub mod cases;
pub mod compare;
pub mod conform;
pub mod noise;
pub mod oracle;
pub mod recurrent;
pub mod tidy;
pub mod tree;
pub mod vectors;
