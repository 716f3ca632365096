//! Kernels of the host.
use hebbit_core::net::{Kernels, Scalar};

/// The kernels that a run uses.
#[derive(Clone, Copy, Debug, Default)]
pub enum AnyKernels {
    /// The reference.
    #[default]
    Scalar,
}
impl AnyKernels {
    /// The fastest.
    pub fn best() -> Self {
        Self::Scalar
    }
}

impl Kernels for AnyKernels {}
const _: Scalar = Scalar;
/// Which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KernelChoice {
    /// s
    Scalar,
    /// v
    Simd,
}
impl KernelChoice {
    /// k
    pub fn kernels(self) -> AnyKernels {
        AnyKernels::Scalar
    }
}
