//! Static memory for a network.

/// A block of `N` zero bytes, aligned to 8 as a network requires.
#[repr(C, align(8))]
pub struct Block<const N: usize>([u8; N]);

impl<const N: usize> Block<N> {
    /// All zero, so that it takes no flash.
    pub const fn new() -> Self {
        Self([0; N])
    }

    /// Its bytes.
    pub fn bytes(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl<const N: usize> Default for Block<N> {
    fn default() -> Self {
        Self::new()
    }
}
