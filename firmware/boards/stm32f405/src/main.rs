//! The learning device on an STM32F405, also in QEMU's machine `netduinoplus2`.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use embassy_stm32::bind_interrupts;
use embassy_stm32::interrupt::Interrupt;
use embassy_stm32::peripherals::USART1;
use embassy_stm32::rcc::Hse;
use embassy_stm32::usart::{BufferedInterruptHandler, BufferedUart};
use hebbit_app::{Board, Buffers, Doing, FlashStore, Unit};
use hebbit_board::netduinoplus2::{self, Counter};
use hebbit_board::stm32f4::{self, Flash, Uart, Watchdog};
use hebbit_board::{Block, Cycles, Pair, Port, Serial, stack};
use hebbit_kernels::Device;
use static_cell::ConstStaticCell;

/// The crystal of the board in MHz: 8, unless `HEBBIT_CRYSTAL_MHZ` says otherwise when it is built.
const CRYSTAL: Hse = stm32f4::crystal(match option_env!("HEBBIT_CRYSTAL_MHZ") {
    Some(text) => match u32::from_str_radix(text, 10) {
        Ok(megahertz) => megahertz,
        Err(_) => panic!("HEBBIT_CRYSTAL_MHZ is not a number"),
    },
    None => 8,
});

/// 128 KB without the stack, the link's buffers, and 1.5 KB for the log and what the loop keeps.
const MEMORY: usize = (128 - 10) * 1024 - 1536 - size_of::<Buffers>();

/// Bytes that may arrive while the core computes: three frames of 1,036.
const RING: usize = 4096;

/// Most layers of a network, the input included.
const LAYERS: usize = 4;

static NETWORK: ConstStaticCell<Block<MEMORY>> = ConstStaticCell::new(Block::new());
static BUFFERS: ConstStaticCell<Buffers> = ConstStaticCell::new(Buffers::new());
static ARRIVED: ConstStaticCell<[u8; RING]> = ConstStaticCell::new([0; RING]);
static LEAVING: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);

bind_interrupts!(struct Interrupts {
    USART1 => BufferedInterruptHandler<USART1>;
});

/// The chip, or what QEMU has of it.
enum Stm32 {
    Chip { cycles: Cycles, watchdog: Watchdog },
    Emulator { counter: Counter },
}

impl Board for Stm32 {
    const NAME: &'static str = "stm32f405";
    // Executed instructions in QEMU under `-icount shift=0`.
    const UNIT: Unit = Unit::Cycles;
    const CREDITS: u8 = 3;
    const MOST_BAUD: u32 = stm32f4::MOST_BAUD;

    fn count(&mut self) -> u32 {
        match self {
            Self::Chip { cycles, .. } => cycles.now(),
            Self::Emulator { counter } => counter.now(),
        }
    }

    fn hertz(&self) -> u32 {
        match self {
            Self::Chip { .. } => stm32f4::HERTZ,
            Self::Emulator { .. } => 0,
        }
    }

    fn stack_used(&self) -> Option<u32> {
        Some(stack::used())
    }

    fn tell(&mut self, doing: Doing) {
        hebbit_board::log(&doing);
    }

    fn feed(&mut self) {
        if let Self::Chip { watchdog, .. } = self {
            watchdog.feed();
        }
    }

    fn reset(&mut self) {
        hebbit_board::reset()
    }
}

/// Clears the memory that only the core reaches, where the rings are (`memory.x`).
fn clear_ccm() {
    unsafe extern "C" {
        static mut _ccm_start: u32;
        static _ccm_end: u32;
    }
    let mut at = &raw mut _ccm_start;
    while at.addr() < (&raw const _ccm_end).addr() {
        // SAFETY: the words between the two symbols are the section's, which the chip has and nothing has used yet; zeros are what
        // its variables begin as, as they come from `.bss`.
        unsafe {
            at.write_volatile(0);
            at = at.add(1);
        }
    }
}

/// Starts the chip. `None` if it was started already.
fn chip() -> Option<(impl Port, Stm32)> {
    clear_ccm();
    let mut core = cortex_m::Peripherals::take()?;
    let (chip, external) = stm32f4::start(CRYSTAL);
    let (arrived, leaving) = (ARRIVED.try_take()?, LEAVING.try_take()?);
    let config = stm32f4::uart_config();
    let uart =
        BufferedUart::new(chip.USART1, chip.PA10, chip.PA9, leaving, arrived, Interrupts, config).ok()?;
    let uart = Uart::new(uart, Interrupt::USART1);
    #[cfg(feature = "usb")]
    let port = {
        // Without a crystal the chip keeps off the bus: hosts want 0.25 % (USB 2.0, 7.1.11).
        let start = || stm32f4::usb::start(Stm32::NAME, chip.USB_OTG_FS, chip.PA11, chip.PA12);
        Pair::new(uart, external.then(start).flatten())
    };
    #[cfg(not(feature = "usb"))]
    let (port, _) = (uart, external);
    let cycles = Cycles::start(&mut core.DCB, &mut core.DWT);
    Some((port, Stm32::Chip { cycles, watchdog: Watchdog::start() }))
}

#[entry]
fn main() -> ! {
    stack::paint();
    let (Some(network), Some(buffers)) = (NETWORK.try_take(), BUFFERS.try_take()) else {
        hebbit_board::reset()
    };
    let emulated = netduinoplus2::runs_here();
    let (port, board) = if emulated {
        let board = Stm32::Emulator { counter: Counter::start() };
        (Pair::new(Some(netduinoplus2::Uart::start()), None), board)
    } else {
        let Some((port, board)) = chip() else { hebbit_board::reset() };
        (Pair::new(None, Some(port)), board)
    };
    // The emulator has no flash controller.
    let store = FlashStore::new(Flash::new(), Flash::SLOTS).ok().filter(|_| !emulated);
    hebbit_board::started(Stm32::NAME, MEMORY);
    let link = Serial::new(port);
    hebbit_app::run::<LAYERS, _, _, _, _>(link, board, Device::default(), store, network.bytes(), buffers);
    hebbit_board::reset()
}
