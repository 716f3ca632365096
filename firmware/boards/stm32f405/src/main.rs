//! The learning device on an STM32F405, also in QEMU's machine `netduinoplus2`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use hebbit_app::{Board, Buffers, FlashStore, Unit};
use hebbit_board::stm32f405::{Counter, Flash, Uart, Watchdog, clocks};
use hebbit_board::{Block, Serial};
use hebbit_kernels::Device;
use hebbit_stm32f405 as _;
use static_cell::ConstStaticCell;

/// 128 KB without the stack, the buffers and 2 KB for the log and what the loop keeps.
const MEMORY: usize = (128 - 8 - 2) * 1024 - size_of::<Buffers>();
const BAUD: u32 = 115_200;

/// Most layers of a network, the input included.
const LAYERS: usize = 4;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());

struct Stm32 {
    counter: Counter,
    watchdog: Watchdog,
}

impl Board for Stm32 {
    const NAME: &'static str = "stm32f405";
    // Executed instructions in QEMU under `-icount shift=0`.
    const UNIT: Unit = Unit::Cycles;
    // One byte of buffer: what arrives while it computes is lost.
    const CREDITS: u8 = 1;

    fn count(&mut self) -> u32 {
        self.counter.now()
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
    let (Some(network), Some(buffers)) = (NETWORK.try_take(), BUFFERS.try_take()) else {
        hebbit_board::reset()
    };
    let clocks = clocks();
    let board = Stm32 { counter: Counter::start(clocks), watchdog: Watchdog::start() };
    let store = FlashStore::new(Flash::new(), Flash::SLOTS).ok();
    hebbit_board::started(Stm32::NAME, MEMORY);
    let link = Serial::new(Uart::usart1(clocks, BAUD));
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), store, network.bytes(), buffers);
    hebbit_board::reset()
}
