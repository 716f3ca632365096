//! How the loop of a device ends.

use crate::port::Closed;

/// Why the loop ended. On hardware it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The link was closed.
    Link,
    /// The host asked for a reset.
    Reset,
}

impl From<Closed> for Ended {
    fn from(_: Closed) -> Self {
        Self::Link
    }
}
