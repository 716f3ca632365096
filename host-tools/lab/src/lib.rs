//! The laboratory of Hebbit: float references of its learning rules ([`float`]) and tables that compare ([`reproduce`]). Nothing that
//! trains, converts or streams a network needs it.
pub mod float;
pub mod reproduce;
