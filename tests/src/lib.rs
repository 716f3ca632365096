//! Conformance: the oracle, random networks, and engines side by side.

pub mod cases;
pub mod compare;
pub mod oracle;
pub mod vectors;
