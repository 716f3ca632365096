//! The learning device on a Raspberry Pi Pico 2, on its Arm or its RISC-V cores.
#![no_std]
#![no_main]
#![allow(missing_docs, reason = "the entry macro of RISC-V makes the function public")]

use hebbit_app::{Board, Buffers, Doing, FlashStore, Unit};
use hebbit_board::{Block, Serial, stack};
use hebbit_kernels::Device;
use hebbit_pico2::{Chip, Flash, Led, MOST_BAUD, NAME, Watchdog, cycles, entry};
use static_cell::ConstStaticCell;

/// 512 KB without the stack, the buffers and what the ports, the log and the loop keep.
const MEMORY: usize = (512 - 32 - 9) * 1024 - size_of::<Buffers>();

/// Most layers of a network, the input included.
const LAYERS: usize = 8;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Pico2 {
    light: Led,
    watchdog: Watchdog,
    hertz: u32,
}

impl Board for Pico2 {
    const NAME: &'static str = NAME;
    const UNIT: Unit = Unit::Cycles;
    // The UART's ring holds as many frames; what finds no room at the USB port stays in the host.
    const CREDITS: u8 = 3;
    const MOST_BAUD: u32 = MOST_BAUD;

    fn count(&mut self) -> u32 {
        cycles()
    }

    fn hertz(&self) -> u32 {
        self.hertz
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
    let (Some(network), Some(buffers), Some(chip)) = (NETWORK.try_take(), BUFFERS.try_take(), Chip::start())
    else {
        hebbit_board::reset()
    };
    let Chip { ports, light, watchdog, hertz, flash } = chip;
    hebbit_board::started(NAME, MEMORY);
    let (link, board) = (Serial::new(ports), Pico2 { light, watchdog, hertz });
    let store = FlashStore::new(flash, Flash::SLOTS).ok();
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), store, network.bytes(), buffers);
    hebbit_board::reset()
}
