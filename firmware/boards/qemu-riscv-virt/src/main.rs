//! The learning device on QEMU's RISC-V machine `virt`.
#![no_std]
#![no_main]
#![allow(missing_docs, reason = "the entry macro makes the function public")]

use hebbit_app::{Board, Buffers, Doing, NoStore, Unit};
use hebbit_board::riscv_virt::{self, Uart};
use hebbit_board::{Block, Serial};
use hebbit_kernels::Device;
use riscv_rt::entry;
use static_cell::ConstStaticCell;

/// Most of what the memory map gives.
const MEMORY: usize = 14 * 1024 * 1024 - size_of::<Buffers>();

/// Most layers of a network, the input included.
const LAYERS: usize = 16;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Virt;

impl Board for Virt {
    const NAME: &'static str = "qemu-riscv-virt";
    // `minstret`, exact under `-icount`.
    const UNIT: Unit = Unit::Instructions;
    // QEMU holds back bytes until they are read.
    const CREDITS: u8 = 4;

    fn count(&mut self) -> u32 {
        riscv_virt::instructions()
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
    hebbit_board::started(Virt::NAME, MEMORY);
    let link = Serial::new(Uart::uart0());
    hebbit_app::run::<LAYERS, _, _, _, _>(link, Virt, Device::default(), NoStore, network.bytes(), buffers);
    hebbit_board::reset()
}
