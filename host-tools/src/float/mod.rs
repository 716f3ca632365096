//! Float twins: what a network of integers stands for, to train, to compare with, and to take exact gradients of.

mod dense;
mod npz;
mod rate;
mod train;

pub use dense::Dense;
pub use rate::{Activation, Forward, Rate};
pub use train::{Loss, WANTED};
