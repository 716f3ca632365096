//! Which kernels a command runs with.

use crate::named::names;
pub use hebbit_engine::kernels::{AnyKernels, Avx2};

names! {
    /// Which kernels a run has.
    KernelChoice {
        /// The reference: plain loops
        Scalar = "scalar",
        /// Vector instructions where this machine has them, else the plain loops
        Simd = "simd",
    }
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
