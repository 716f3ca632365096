//! An application of `hebbit-motion` from power-up to power-down, with simulated I2C bus, delay, pin and flash, which a board replaces by
//! its own. The host runs it, too, and must print the same.

use core::fmt::Write;
use hebbit_app::FlashStore;
use hebbit_core::checkpoint;
use hebbit_core::net::{Kernels, Scope};
use hebbit_motion::played::{Flash, NEW, NoDelay, Played, Stretch, example};
use hebbit_motion::{Done, Motions, Sensor, features, restore};

/// Bytes for the network, for its state, and of the flash: two slots of four sectors.
pub(crate) const PLACE: usize = 8192;
pub(crate) const STATE: usize = 16_384;
pub(crate) const SLOTS: usize = 2 * SLOT as usize;
const SLOT: u32 = 16_384;
const LAYERS: usize = 4;
/// Rehearsed examples of each motion.
const REHEARSED: u32 = 16;

/// Runs a day: the saved network, or else `flashed`, names and learns the motions of a schedule. `None` if it is no network for motions, or does not fit.
pub(crate) fn day<K: Kernels>(
    kernels: K,
    flashed: &[u8],
    plan: &'static [Stretch],
    [place, state, slots]: [&mut [u8]; 3],
    out: &mut impl Write,
) -> Option<()> {
    let mut store = FlashStore::new(Flash(slots), [0..SLOT, SLOT..2 * SLOT]).ok();
    let length = restore(&mut store, flashed, place)?;
    let mut slot = None;
    let network =
        checkpoint::open_in::<_, LAYERS>(&mut slot, place.get_mut(..length)?, state, kernels).ok()?;
    let played = Played::new(plan);
    let mut sensor = Sensor::start(&played, NoDelay).ok()?;
    let mut motions = Motions::new(network, &played, NEW, store)?;
    writeln!(out, "{}", motions.network().digest(Scope::Stored)).ok()?;
    for number in 0..REHEARSED {
        for motion in 0..NEW {
            motions.remember(&example(motion, number), motion);
        }
    }
    for _ in 0..played.windows() {
        let step = motions.step(&features(&sensor.window().ok()?));
        writeln!(out, "{}: {}", step.name.unwrap_or("?"), step.done).ok()?;
        if step.done == Done::Saved {
            writeln!(out, "{}", motions.network().digest(Scope::Stored)).ok()?;
        }
    }
    Some(())
}
