//! Which kernels a command runs with.

pub use hebbit_engine::kernels::{AnyKernels, Avx2};

/// What `--kernels` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KernelChoice {
    /// The reference: plain loops
    Scalar,
    /// Vector instructions where this machine has them, else the plain loops
    Simd,
}

impl KernelChoice {
    /// The kernels chosen.
    pub fn kernels(self) -> AnyKernels {
        match self {
            Self::Scalar => AnyKernels::Scalar,
            Self::Simd => AnyKernels::best(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_has_its_kernels() {
        assert_eq!(KernelChoice::Scalar.kernels().name(), "scalar");
        assert_eq!(KernelChoice::Simd.kernels().name(), AnyKernels::best().name());
    }
}
