//! The network of rates in floats that is quantized, and its training by backpropagation.

mod npz;
mod rate;
mod train;

pub use hebbit_engine::{dense::Dense, matrix};
pub use rate::{Activation, Forward, Rate};
pub use train::{Loss, WANTED};
