//! Names the class of a sensor's readings with a network trained on the host, whose schema defines inputs and classes.
//!
//! `HEBBIT_NETWORK=/path/to/network.hbt cargo run --release --features sensor --bin hebbit-qemu-mps2-an386-sensor` takes any small
//! network of eight values that has a schema. Runs in QEMU.
#![no_std]
#![no_main]

#[path = "../readings.rs"]
mod readings;

use core::fmt::Write;
use cortex_m_rt::entry;
use hebbit_board::Block;
use hebbit_board::console::{Console, exit};
use hebbit_core::checkpoint;
use hebbit_kernels::Device;
use hebbit_mps as _;
use readings::READINGS;
use static_cell::ConstStaticCell;

/// The checkpoint, in flash.
static NETWORK: &[u8] = include_bytes!(env!("HEBBIT_NETWORK"));
/// The network computes in place, so it is copied into RAM, next to its state.
static PLACE: ConstStaticCell<Block<{ NETWORK.len() }>> = ConstStaticCell::new(Block::new());
static STATE: ConstStaticCell<Block<8192>> = ConstStaticCell::new(Block::new());
/// Room for layers, and for the lines of a sample.
const LAYERS: usize = 4;
const LINES: usize = 64;

#[entry]
fn main() -> ! {
    let (Some(place), Some(state)) = (PLACE.try_take(), STATE.try_take()) else { exit(false) };
    let answered = answer(place.bytes(), state.bytes());
    if answered.is_none() {
        let _ = writeln!(Console, "the network has no schema, or is not one of eight values");
    }
    exit(answered.is_some())
}

/// Prints for each sample the name of its class, and the number of values beyond the range of the training data.
fn answer(place: &mut [u8], state: &mut [u8]) -> Option<()> {
    place.copy_from_slice(NETWORK);
    let mut slot = None;
    let network = checkpoint::open_in::<_, LAYERS>(&mut slot, place, state, Device::default()).ok()?;
    let schema = network.schema()?;
    let mut lines = [0; LINES];
    let lines = lines.get_mut(..schema.lines())?;
    for readings in READINGS {
        let clamped = schema.present(&readings.map(i32::from), lines).ok()?;
        let class = network.classify(lines, &mut ()).class.map(usize::from);
        let name = class.and_then(|class| schema.class_name(class)).unwrap_or("?");
        writeln!(Console, "{name} {clamped}").ok()?;
    }
    Some(())
}
