//! The learning device on QEMU's MPS3 board AN547.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_app::{Board, Buffers, Doing, NoStore, Unit};
use hebbit_board::cmsdk::Uart;
use hebbit_board::{Block, Serial};
use hebbit_kernels::Device;
use hebbit_qemu_mps3_an547 as _;
use static_cell::ConstStaticCell;

/// 4 MB without the stack, the buffers and what the loop keeps.
const MEMORY: usize = (4096 - 128 - 1) * 1024 - size_of::<Buffers>();
/// 115,200 baud at 25 MHz. QEMU ignores it.
const DIVIDER: u32 = 217;

/// Most layers of a network, the input included.
const LAYERS: usize = 16;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Mps3;

impl Board for Mps3 {
    const NAME: &'static str = "qemu-mps3-an547";
    // The core's cycle counter reads 0 in QEMU.
    const UNIT: Unit = Unit::Nothing;
    // QEMU keeps bytes until they are read.
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
    hebbit_board::started(Mps3::NAME, MEMORY);
    let link = Serial::new(Uart::uart0(DIVIDER));
    hebbit_app::run::<LAYERS, _, _, _, _>(link, Mps3, Device::default(), NoStore, network.bytes(), buffers);
    hebbit_board::reset()
}
