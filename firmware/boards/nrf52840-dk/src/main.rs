//! The learning device on an nRF52840 development kit.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_app::{Board, Buffers, FlashStore, Unit};
use hebbit_board::{Block, Cycles, Serial};
use hebbit_kernels::Device;
use hebbit_nrf52840_dk::{Chip, Watchdog};
use static_cell::ConstStaticCell;

/// 256 KB without the stack, the buffers and 2 KB for the log and what the loop keeps.
const MEMORY: usize = (256 - 10 - 2) * 1024 - size_of::<Buffers>();

/// Most layers of a network, the input included.
const LAYERS: usize = 6;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Kit {
    cycles: Cycles,
    watchdog: Watchdog,
}

impl Board for Kit {
    const NAME: &'static str = "nrf52840-dk";
    const UNIT: Unit = Unit::Cycles;
    // Six bytes of buffer: what arrives while it computes is lost.
    const CREDITS: u8 = 1;

    fn count(&mut self) -> u32 {
        self.cycles.now()
    }

    fn feed(&mut self) {
        self.watchdog.pet();
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
    let Chip { uart, watchdog, cycles, flash } = chip;
    let store = FlashStore::new(flash, Chip::SLOTS).ok();
    hebbit_board::started(Kit::NAME, MEMORY);
    let (link, board) = (Serial::new(uart), Kit { cycles, watchdog });
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), store, network.bytes(), buffers);
    hebbit_board::reset()
}
