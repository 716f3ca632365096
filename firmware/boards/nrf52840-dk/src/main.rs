//! The learning device on an nRF52840 development kit.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_app::{Board, Buffers, Doing, FlashStore, Unit};
use hebbit_board::{Block, Cycles, Serial, stack};
use hebbit_kernels::Device;
use hebbit_nrf52840_dk::{CREDITS, Chip, HERTZ, Led, MOST_BAUD, SLOTS, Watchdog, start};
use static_cell::ConstStaticCell;

/// 256 KB without the stack, the link's buffers, and 14 KB for the rings, USB, the log and what the loop keeps.
const MEMORY: usize = (256 - 12 - 14) * 1024 - size_of::<Buffers>();

/// Most layers of a network, the input included.
const LAYERS: usize = 6;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Kit {
    light: Led,
    cycles: Cycles,
    watchdog: Watchdog,
}

impl Board for Kit {
    const NAME: &'static str = "nrf52840-dk";
    const UNIT: Unit = Unit::Cycles;
    const CREDITS: u8 = CREDITS;
    const MOST_BAUD: u32 = MOST_BAUD;

    fn count(&mut self) -> u32 {
        self.cycles.now()
    }

    fn hertz(&self) -> u32 {
        HERTZ
    }

    fn stack_used(&self) -> Option<u32> {
        Some(stack::used())
    }

    fn tell(&mut self, doing: Doing) {
        self.light.tell(doing);
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
    stack::paint();
    let (Some(network), Some(buffers), Some(chip)) =
        (NETWORK.try_take(), BUFFERS.try_take(), start(Kit::NAME))
    else {
        hebbit_board::reset()
    };
    let Chip { port, light, watchdog, cycles, flash } = chip;
    let store = FlashStore::new(flash, SLOTS).ok();
    hebbit_board::started(Kit::NAME, MEMORY);
    let (link, board) = (Serial::new(port), Kit { light, cycles, watchdog });
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), store, network.bytes(), buffers);
    hebbit_board::reset()
}
