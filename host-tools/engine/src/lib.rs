//! What computes in the host program, apart from the rest of it so that this is built for speed and that for a short build: the
//! core as an engine with its vector kernels, and the matrices of the float twins. `hebbit` has all of it under its own names.
pub mod dense;
pub mod engine;
pub mod kernels;
pub mod matrix;
