//! `hebbit tune`: searches the settings of a rule on samples that are held out from learning.
//!
//! [`Space`] says what may be drawn; trial `i` of a seed is always the same draw, but for those near the best so far. [`search`]
//! gives every trial few samples first and the best quarter four times as many (asynchronous successive halving: Li et al. 2020);
//! [`Found`] is what came of it, [`Record`] the file that keeps it.

mod found;
mod record;
mod search;
mod space;

pub use found::{Found, Mattered};
pub use record::{Record, Trial};
pub use search::{Budget, Standing, Task, search};
pub use space::{Draw, Space};
