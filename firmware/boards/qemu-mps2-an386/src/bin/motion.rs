//! A motion is learned in the field: `hebbit-motion` on this board, with a simulated sensor, button and flash, because QEMU has none.
//!
//! `HEBBIT_NETWORK=/path/to/network.hbt cargo run --release --no-default-features --features motion --bin hebbit-qemu-mps2-an386-motion`
#![no_std]
#![no_main]

#[path = "../day.rs"]
mod day;

use core::fmt::Write;
use cortex_m_rt::entry;
use hebbit_board::Block;
use hebbit_board::console::{Console, exit};
use hebbit_kernels::Device;
use hebbit_motion::played::{DAY, NEXT_DAY};
use hebbit_mps as _;
use static_cell::ConstStaticCell;

/// The network trained on a computer, in flash. It learns in place, so it is copied into RAM.
static FLASHED: &[u8] = include_bytes!(env!("HEBBIT_NETWORK"));
static PLACE: ConstStaticCell<Block<{ day::PLACE }>> = ConstStaticCell::new(Block::new());
static STATE: ConstStaticCell<Block<{ day::STATE }>> = ConstStaticCell::new(Block::new());
static SLOTS: ConstStaticCell<Block<{ day::SLOTS }>> = ConstStaticCell::new(Block::new());

#[entry]
fn main() -> ! {
    let (Some(place), Some(state), Some(slots)) = (PLACE.try_take(), STATE.try_take(), SLOTS.try_take())
    else {
        exit(false)
    };
    let (place, state, slots) = (place.bytes(), state.bytes(), slots.bytes());
    slots.fill(0xFF);
    // Two power cycles: the second one has what the first one learned.
    let well = [&DAY[..], &NEXT_DAY[..]].map(|plan| {
        day::day(Device::default(), FLASHED, plan, [&mut *place, &mut *state, &mut *slots], &mut Console)
    });
    if well.contains(&None) {
        let _ = writeln!(Console, "it is no network for motions, or does not fit");
    }
    exit(!well.contains(&None))
}
