//! Conformance: the oracle, random networks, comparisons of engines, the runner of `cargo conform`, and architecture
//! lints.

pub mod cases;
pub mod compare;
pub mod conform;
pub mod noise;
pub mod oracle;
pub mod recurrent;
pub mod tidy;
pub mod tree;
pub mod vectors;
