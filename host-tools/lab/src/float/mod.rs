//! Float twins: what a network of integers stands for, to train, to compare with, and to take exact gradients of.
//!
//! | rule | twin |
//! |---|---|
//! | none: the control | [`Backprop`] |
//! | `burst` | [`Burst`], rates |
//! | `microcircuit` | [`Microcircuit`], spiking |
//! | `dh-control`, `dh-predictive`, `dh-equilibrium` | [`Control`], [`Predictive`], [`Equilibrium`] |
//! | `dfa`, `drtp` | [`Direct`] |
//! | `triplet`, `reward` | [`triplet::pairing_curve`], [`reward::Reward`]: experiments, not classifiers |
//!
//! All but the last are [`Twin`]s; [`twin()`] makes one by the name of its rule with tuned settings. [`Rate`] is the
//! network that `hebbit quantize` reads.

pub mod bp;
pub mod burst;
pub mod control;
pub mod direct;
pub mod equilibrium;
pub mod microcircuit;
pub mod net;
pub mod predictive;
pub mod reward;
pub mod triplet;
mod twin;

pub use bp::Backprop;
pub use burst::Burst;
pub use control::Control;
pub use direct::Direct;
pub use equilibrium::Equilibrium;
pub use hebbit::float::{Activation, Dense, Forward, Loss, Rate, WANTED, matrix};
pub use microcircuit::Microcircuit;
pub use predictive::Predictive;
pub use twin::{Course, Fall, TWINS, Twin, accuracy, train, twin};

#[cfg(test)]
mod tests;
