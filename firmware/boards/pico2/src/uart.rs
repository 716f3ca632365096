//! UART 0 on GP0 (sends) and GP1 (receives), 8 bits, no parity, one stop bit. An interrupt puts what arrives into a ring.

use core::cell::RefCell;
use critical_section::Mutex;
use hal::fugit::{HertzU32, RateExtU32};
use hal::gpio::bank0::{Gpio0, Gpio1};
use hal::gpio::{FunctionNull, FunctionUart, Pin, PullDown, PullNone, PullUp};
use hal::pac::{Interrupt, RESETS, UART0};
use hal::uart::{DataBits, Enabled, FifoWatermark, StopBits, UartConfig, UartPeripheral};
use heapless::spsc::{Consumer, Producer, Queue};
use hebbit_board::{Port, fill};
use rp235x_hal as hal;
use static_cell::ConstStaticCell;

/// Bits per second after a reset.
const BAUD: u32 = 115_200;
/// Most bits per second. The FIFO interrupts half full: 16 more bytes take 80 us at this speed, and nothing holds up an interrupt as
/// long as that but erasing and programming the flash, when the host waits for an answer.
pub const MOST_BAUD: u32 = 2_000_000;
/// Bytes of the ring, one more than it holds: three frames of 1,036 bytes.
const RING: usize = 4096;

static RECEIVED: ConstStaticCell<Queue<u8, RING>> = ConstStaticCell::new(Queue::new());
static RECEIVER: Mutex<RefCell<Option<Producer<'static, u8>>>> = Mutex::new(RefCell::new(None));

type Sends = Pin<Gpio0, FunctionUart, PullNone>;
/// With a pull-up, so that the line idles when nothing is connected. The pull-down of reset cannot do that on this chip: a pad that
/// has been high is held at about 2.2 V by its own leakage (RP2350 data sheet, appendix E, RP2350-E9).
type Receives = Pin<Gpio1, FunctionUart, PullUp>;
type Peripheral = UartPeripheral<Enabled, UART0, (Sends, Receives)>;

/// The port.
pub struct Uart {
    uart: Option<Peripheral>,
    received: Consumer<'static, u8>,
    clock: HertzU32,
}

const fn config(baud: HertzU32) -> UartConfig {
    UartConfig::new(baud, DataBits::Eight, None, StopBits::One)
}

impl Uart {
    /// The port at 115,200 baud, from a clock of `clock`.
    pub(crate) fn start(
        uart: UART0,
        sends: Pin<Gpio0, FunctionNull, PullDown>,
        receives: Pin<Gpio1, FunctionNull, PullDown>,
        clock: HertzU32,
        resets: &mut RESETS,
    ) -> Option<Self> {
        let (producer, received) = RECEIVED.try_take()?.split();
        critical_section::with(|cs| RECEIVER.borrow(cs).replace(Some(producer)));
        // The pull comes first, so that the receiver never sees a line that falls.
        let pins = (sends.into_pull_type().into_function(), receives.into_pull_type().into_function());
        let mut uart = UartPeripheral::new(uart, pins, resets).enable(config(BAUD.Hz()), clock).ok()?;
        uart.set_rx_watermark(FifoWatermark::Bytes16);
        uart.enable_rx_interrupt();
        // SAFETY: no critical section is open, and the handler needs only what is set up above.
        unsafe { hal::arch::interrupt_unmask(Interrupt::UART0_IRQ) };
        Some(Self { uart: Some(uart), received, clock })
    }
}

impl Port for Uart {
    fn take(&mut self, to: &mut [u8]) -> usize {
        fill(to, || self.received.dequeue())
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        let left = |uart: &Peripheral| uart.write_raw(bytes).map_or(bytes.len(), <[u8]>::len);
        bytes.len() - self.uart.as_ref().map_or(0, left)
    }

    fn sent(&mut self) -> bool {
        self.uart.as_ref().is_none_or(|uart| !uart.uart_is_busy())
    }

    fn set_baud(&mut self, baud: u32) -> bool {
        if !(BAUD / 12..=MOST_BAUD).contains(&baud) {
            return false;
        }
        // The divider has 6 fractional bits (RP2350 data sheet, 12.1.3.2): at 150 MHz it is exact at 2,000,000 and wrong by less than
        // 0.2 % below. Speeds that are allowed here never make it fail.
        self.uart =
            self.uart.take().and_then(|uart| uart.disable().enable(config(baud.Hz()), self.clock).ok());
        self.uart.is_some()
    }
}

/// Empties the FIFO into the ring. A byte with an error counts as an end of frame: at a wrong speed there are only broken frames. A
/// byte for which the ring has no room is lost.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "the name of the interrupt")]
fn UART0_IRQ() {
    // SAFETY: reading the data register takes a byte from the FIFO, which no other code does.
    let uart = unsafe { &*UART0::ptr() };
    critical_section::with(|cs| {
        let Ok(mut receiver) = RECEIVER.borrow(cs).try_borrow_mut() else { return };
        while uart.uartfr().read().rxfe().bit_is_clear() {
            let word = uart.uartdr().read();
            let broken = word.fe().bit_is_set() || word.be().bit_is_set();
            let byte = if broken { 0 } else { word.data().bits() };
            let _ = receiver.as_mut().map(|receiver| receiver.enqueue(byte));
        }
    });
}
