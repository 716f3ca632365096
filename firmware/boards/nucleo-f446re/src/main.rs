//! The learning device on a Nucleo-F446RE.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use embassy_stm32::bind_interrupts;
use embassy_stm32::gpio::{Level, Output, Speed};
use embassy_stm32::interrupt::Interrupt;
use embassy_stm32::peripherals::USART2;
use embassy_stm32::rcc::Hse;
use embassy_stm32::usart::{BufferedInterruptHandler, BufferedUart};
use hebbit_app::{Board, Buffers, Doing, FlashStore, Unit};
use hebbit_board::stm32f4::{self, Flash, Uart, Watchdog};
use hebbit_board::{Block, Cycles, Light, Serial, stack};
use hebbit_kernels::Device;
use static_cell::ConstStaticCell;

/// Clock from the ST-LINK on the board (UM1724, HSE clock sources: MCO from ST-LINK, the factory setting).
const CLOCK: Hse = stm32f4::clock(8);

/// 128 KB without the stack, the link's buffers, and 3.5 KB for the rings, the log and what the loop keeps.
const MEMORY: usize = (128 - 8) * 1024 - 3584 - size_of::<Buffers>();

/// Bytes that may arrive while the core computes: two frames of 1,036.
const RING: usize = 2176;

/// Most layers of a network, the input included.
const LAYERS: usize = 4;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());
static ARRIVED: ConstStaticCell<[u8; RING]> = ConstStaticCell::new([0; RING]);
static LEAVING: ConstStaticCell<[u8; 128]> = ConstStaticCell::new([0; 128]);

bind_interrupts!(struct Interrupts {
    USART2 => BufferedInterruptHandler<USART2>;
});

struct Nucleo {
    /// LD2 (UM1724, LEDs).
    light: Light<Output<'static>>,
    cycles: Cycles,
    watchdog: Watchdog,
}

impl Board for Nucleo {
    const NAME: &'static str = "nucleo-f446re";
    const UNIT: Unit = Unit::Cycles;
    const CREDITS: u8 = 2;
    const MOST_BAUD: u32 = stm32f4::MOST_BAUD;

    fn count(&mut self) -> u32 {
        self.cycles.now()
    }

    fn hertz(&self) -> u32 {
        stm32f4::HERTZ
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

/// Starts the chip: USART 2 on PA2 (sends) and PA3 (receives), which the ST-LINK turns into a USB serial port (UM1724, USART
/// communication).
fn chip() -> Option<(Uart, Nucleo)> {
    let mut core = cortex_m::Peripherals::take()?;
    let (chip, _) = stm32f4::start(CLOCK);
    let (arrived, leaving) = (ARRIVED.try_take()?, LEAVING.try_take()?);
    let config = stm32f4::uart_config();
    let uart =
        BufferedUart::new(chip.USART2, chip.PA3, chip.PA2, leaving, arrived, Interrupts, config).ok()?;
    let light = Light::when_high(Output::new(chip.PA5, Level::Low, Speed::Low));
    let cycles = Cycles::start(&mut core.DCB, &mut core.DWT);
    let watchdog = Watchdog::start();
    Some((Uart::new(uart, Interrupt::USART2), Nucleo { light, cycles, watchdog }))
}

#[entry]
fn main() -> ! {
    stack::paint();
    let (Some(network), Some(buffers), Some((uart, board))) =
        (NETWORK.try_take(), BUFFERS.try_take(), chip())
    else {
        hebbit_board::reset()
    };
    let store = FlashStore::new(Flash::new(), Flash::SLOTS).ok();
    hebbit_board::started(Nucleo::NAME, MEMORY);
    let link = Serial::new(uart);
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), store, network.bytes(), buffers);
    hebbit_board::reset()
}
