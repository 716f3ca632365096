//! Learned weights survive power loss, on flashes in memory.

mod layout;
mod network;
mod power;

use hebbit_app::sim::SimFlash;
use hebbit_app::store::{FlashStore, Store, StoreError};
use hebbit_core::num::KeyedRng;
use rand_core::Rng;
use std::ops::Range;

/// Distinct bytes.
fn content(seed: usize, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    KeyedRng::new(seed as u32, 1, 7).fill_bytes(&mut bytes);
    bytes
}

/// Saves, and checks that each byte is requested once and in order. Returns the number of feedings.
fn save(store: &mut impl Store, data: &[u8]) -> Result<usize, StoreError> {
    let (mut next, mut fed) = (0, 0);
    let mut read = |offset: usize, bytes: &mut [u8]| {
        assert_eq!(offset, next, "bytes are asked for in order");
        bytes.copy_from_slice(&data[offset..offset + bytes.len()]);
        next += bytes.len();
    };
    store.save(data.len(), &mut read, &mut || fed += 1)?;
    assert_eq!(next, data.len(), "every byte is asked for");
    Ok(fed)
}

/// The checkpoint that is kept.
fn load(store: &mut impl Store) -> Option<Vec<u8>> {
    let mut bytes = vec![0xaa; store.capacity() as usize + 3];
    let len = store.load(&mut bytes)?;
    bytes.truncate(len);
    Some(bytes)
}

type Slots = [Range<u32>; 2];

/// A device that has just started.
fn store<const R: usize, const W: usize, const E: usize>(
    flash: &mut SimFlash<R, W, E>,
    slots: Slots,
) -> FlashStore<&mut SimFlash<R, W, E>> {
    FlashStore::new(flash, slots).expect("slots that fit the flash")
}

/// Slots of some sectors each, with a foreign sector before, between and after them.
fn apart(sectors: u32, sector: u32) -> Slots {
    let second = (sectors + 2) * sector;
    [sector..(sectors + 1) * sector, second..second + sectors * sector]
}
