//! Stands in for AVX2 where there is none.

use core::convert::Infallible;
use hebbit_core::net::Kernels;

/// AVX2 kernels: this machine has none, so there is no value of this type.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(#[allow(dead_code)] Infallible);

impl Avx2 {
    /// Never on this architecture.
    pub fn detect() -> Option<Self> {
        None
    }
}

impl Kernels for Avx2 {}
