//! The learning device on a Raspberry Pi Pico 2.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_app::{Board, Buffers, NoStore, Unit};
use hebbit_board::{Block, Cycles, Serial};
use hebbit_kernels::Device;
use hebbit_pico2::{Chip, Watchdog};
use static_cell::ConstStaticCell;

/// 512 KB without the stack, the buffers and 4 KB for the log and what the loop keeps.
const MEMORY: usize = (512 - 32 - 4) * 1024 - size_of::<Buffers>();

/// Most layers of a network, the input included.
const LAYERS: usize = 8;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Pico2 {
    cycles: Cycles,
    watchdog: Watchdog,
}

impl Board for Pico2 {
    const NAME: &'static str = "pico2";
    const UNIT: Unit = Unit::Cycles;
    // 32 bytes of buffer: what arrives while it computes is lost.
    const CREDITS: u8 = 1;

    fn count(&mut self) -> u32 {
        self.cycles.now()
    }

    fn feed(&mut self) {
        self.watchdog.feed();
    }

    fn reset(&mut self) {
        hebbit_board::reset()
    }
}

#[entry]
fn main() -> ! {
    let (Some(network), Some(buffers), Some(chip)) = (NETWORK.try_take(), BUFFERS.try_take(), Chip::start())
    else {
        hebbit_board::reset()
    };
    let Chip { uart, watchdog, cycles } = chip;
    hebbit_board::started(Pico2::NAME, MEMORY);
    let (link, board) = (Serial::new(uart), Pico2 { cycles, watchdog });
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), NoStore, network.bytes(), buffers);
    hebbit_board::reset()
}
