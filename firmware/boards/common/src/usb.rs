//! A USB serial port (CDC-ACM) over any driver of `embassy-usb`, as a [`Port`].
//!
//! [`run`] is a future that serves the host; it has to be polled while the program computes, so it runs in an interrupt. A board
//! with `embassy-executor` (Arm) needs this much:
//!
//! ```ignore
//! static USB_EXECUTOR: InterruptExecutor = InterruptExecutor::new();
//!
//! #[interrupt]
//! unsafe fn SWI_IRQ_1() { // any interrupt that nothing else uses, at the priority of the USB interrupt
//!     // SAFETY: this is the interrupt that the executor was started with.
//!     unsafe { USB_EXECUTOR.on_interrupt() }
//! }
//!
//! #[embassy_executor::task]
//! async fn usb(driver: Driver<'static, USB>) {
//!     hebbit_board::usb::run(driver, NAME).await;
//! }
//!
//! // in `main`:
//! let spawner = USB_EXECUTOR.start(interrupt::SWI_IRQ_1);
//! if let Ok(task) = usb(driver) { spawner.spawn(task) }
//! let link = Serial::new(Pair::new(uart, Usb::new()));
//! ```
//!
//! Bytes from the host that find no room stay in the host: USB has its own flow control, so that nothing is lost there.

use crate::Port;
use embassy_futures::join::join3;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_usb::class::cdc_acm::{CdcAcmClass, State};
use embassy_usb::driver::Driver;
use embassy_usb::{Builder, Config};
use static_cell::{ConstStaticCell, StaticCell};

/// A packet of a full-speed bulk endpoint (USB 2.0, 5.8.3).
const PACKET: usize = 64;
/// Bytes between the interrupt and the program, each way.
const RING: usize = 1024;

static FROM_HOST: Pipe<CriticalSectionRawMutex, RING> = Pipe::new();
static TO_HOST: Pipe<CriticalSectionRawMutex, RING> = Pipe::new();

/// Identifier of the vendor and of the product: pid.codes' pair for tests. A device that is sold needs its own.
const IDS: (u16, u16) = (0x1209, 0x0001);

/// Serves the host for ever. Only the first call does anything.
pub async fn run<D: Driver<'static>>(driver: D, board: &'static str) {
    static DESCRIPTORS: ConstStaticCell<[u8; 128]> = ConstStaticCell::new([0; 128]);
    static CONTROL: ConstStaticCell<[u8; PACKET]> = ConstStaticCell::new([0; PACKET]);
    static STATE: StaticCell<State<'static>> = StaticCell::new();
    let (Some(descriptors), Some(control)) = (DESCRIPTORS.try_take(), CONTROL.try_take()) else { return };
    let Some(state) = STATE.try_init(State::new()) else { return };
    let mut config = Config::new(IDS.0, IDS.1);
    config.manufacturer = Some("Hebbit");
    config.product = Some(board);
    let mut builder = Builder::new(driver, config, descriptors, &mut [], &mut [], control);
    let (mut sender, mut receiver) = CdcAcmClass::new(&mut builder, state, PACKET as u16).split();
    let mut device = builder.build();
    let receive = async {
        let mut packet = [0; PACKET];
        loop {
            receiver.wait_connection().await;
            while let Ok(count) = receiver.read_packet(&mut packet).await {
                FROM_HOST.write_all(packet.get(..count).unwrap_or_default()).await;
            }
        }
    };
    let send = async {
        // A packet that is not full ends a transfer, so there is never a need for an empty one (USB 2.0, 5.8.3).
        let mut packet = [0; PACKET - 1];
        loop {
            let count = TO_HOST.read(&mut packet).await;
            // Without a host it is thrown away.
            let _ = sender.write_packet(packet.get(..count).unwrap_or_default()).await;
        }
    };
    join3(device.run(), receive, send).await;
}

/// The port that [`run`] serves.
#[derive(Default)]
pub struct Usb {
    /// Attempts to send without room; at [`PATIENCE`] nobody reads.
    waits: u32,
}

/// Attempts to send after which the host does not read: about a second, while it reads a full ring within some milliseconds. A port
/// that was closed while an answer was on its way must not hold up the device.
const PATIENCE: u32 = 1_000_000;

impl Usb {
    /// The program's end of it.
    pub const fn new() -> Self {
        Self { waits: 0 }
    }
}

impl Port for Usb {
    fn take(&mut self) -> Option<u8> {
        let mut byte = [0];
        (self.take_all(&mut byte) == 1).then_some(byte[0])
    }

    fn give(&mut self, byte: u8) -> bool {
        self.give_all(&[byte]) == 1
    }

    fn take_all(&mut self, to: &mut [u8]) -> usize {
        let count = FROM_HOST.try_read(to).unwrap_or(0);
        if count > 0 {
            self.waits = 0;
        }
        count
    }

    fn give_all(&mut self, bytes: &[u8]) -> usize {
        match TO_HOST.try_write(bytes) {
            Ok(count) => {
                self.waits = 0;
                count
            }
            Err(_) if self.waits < PATIENCE => {
                self.waits += 1;
                0
            }
            // The answer is lost; the host asks again when it is back.
            Err(_) => bytes.len(),
        }
    }
}
