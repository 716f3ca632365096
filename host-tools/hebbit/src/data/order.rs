//! The order in which samples are presented, and drawn for testing.

use hebbit_core::num::{KeyedRng, stream};

/// The order in which an epoch presents so many samples: a Fisher-Yates shuffle keyed by seed and epoch.
pub fn order(samples: usize, epoch: u32, seed: u64) -> Vec<u32> {
    let mut order: Vec<u32> = (0..samples as u32).collect();
    let mut rng = KeyedRng::new(epoch, stream::ORDER, seed);
    for i in (1..order.len()).rev() {
        order.swap(i, rng.below(i as u32 + 1) as usize);
    }
    order
}
