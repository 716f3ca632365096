//! Kernels of the host.
use hebbit_core::net::{Kernels, Scalar};

/// The kernels that a run uses.
#[derive(Clone, Copy, Debug, Default)]
pub enum AnyKernels {
    /// The reference.
    #[default]
    Scalar,
}

impl Kernels for AnyKernels {}
const _: Scalar = Scalar;
