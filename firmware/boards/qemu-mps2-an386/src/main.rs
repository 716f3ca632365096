//! The learning device on an FPGA image of Arm's MPS2 and MPS3 boards in QEMU: which one, its package says.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_app::{Board, Buffers, Doing, NoStore, Unit};
use hebbit_board::cmsdk::Uart;
use hebbit_board::{Block, Serial};
use hebbit_kernels::Device;
use hebbit_mps as _;
use static_cell::ConstStaticCell;

/// 4 MB without the stack, the buffers and what the loop keeps.
const MEMORY: usize = (4096 - 128 - 1) * 1024 - size_of::<Buffers>();
/// Most layers of a network, the input included.
const LAYERS: usize = 16;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Mps;

impl Board for Mps {
    const NAME: &'static str = env!("CARGO_PKG_NAME").split_at("hebbit-".len()).1;
    // Timers tick once per 40 or 50 instructions, and the core's cycle counter stands still in QEMU.
    const UNIT: Unit = Unit::Nothing;
    // QEMU holds back bytes until they are read.
    const CREDITS: u8 = 4;

    fn count(&mut self) -> u32 {
        0
    }

    fn tell(&mut self, doing: Doing) {
        hebbit_board::log(&doing);
    }

    fn feed(&mut self) {}

    fn reset(&mut self) {
        hebbit_board::reset()
    }
}

#[entry]
fn main() -> ! {
    let (Some(network), Some(buffers)) = (NETWORK.try_take(), BUFFERS.try_take()) else {
        hebbit_board::reset()
    };
    hebbit_board::started(Mps::NAME, MEMORY);
    let link = Serial::new(Uart::uart0());
    hebbit_app::run::<LAYERS, _, _, _, _>(link, Mps, Device::default(), NoStore, network.bytes(), buffers);
    hebbit_board::reset()
}
