//! A USB serial port (CDC-ACM) over any driver of `embassy-usb`, as a [`Port`].
//!
//! [`Device::run`] is a future that serves the host; it has to be polled while the program computes, so it runs in an interrupt. A board
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
//! async fn usb(device: Device<Driver<'static, USB>>) {
//!     device.run().await;
//! }
//!
//! // in `main`:
//! let spawner = USB_EXECUTOR.start(interrupt::SWI_IRQ_1);
//! let port = Device::new(driver, NAME).and_then(|device| {
//!     spawner.spawn(usb(device).ok()?);
//!     Some(port())
//! });
//! let link = Serial::new(Pair::new(uart, port));
//! ```
//!
//! Bytes from the host that find no room stay in the host: USB has its own flow control, so that nothing is lost there.

use crate::{Patient, Port};
use embassy_futures::join::join3;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_usb::class::cdc_acm::{CdcAcmClass, Receiver, Sender, State};
use embassy_usb::driver::Driver;
use embassy_usb::{Builder, Config, UsbDevice, UsbVersion};
use static_cell::{ConstStaticCell, StaticCell};

/// A packet of a full-speed bulk endpoint (USB 2.0, 5.8.3).
const PACKET: usize = 64;
/// Bytes between the interrupt and the program, each way.
const RING: usize = 1024;

static FROM_HOST: Pipe<CriticalSectionRawMutex, RING> = Pipe::new();
static TO_HOST: Pipe<CriticalSectionRawMutex, RING> = Pipe::new();

/// Identifier of the vendor and of the product: pid.codes' pair for tests. A device that is sold needs its own.
const IDS: (u16, u16) = (0x1209, 0x0001);

/// The device as the host sees it, ready to be served.
pub struct Device<D: Driver<'static>> {
    device: UsbDevice<'static, D>,
    sender: Sender<'static, D>,
    receiver: Receiver<'static, D>,
}

// SAFETY: what its three parts share without a lock, the state of the class, is reached through them alone; they are private, and move
// together. A driver is registers and statics that its interrupt shares under critical sections, wherever it is polled.
unsafe impl<D: Driver<'static>> Send for Device<D> {}

impl<D: Driver<'static>> Device<D> {
    /// Makes its descriptors, once; `None` after that. In the thread, whose stack has more room than an interrupt should take.
    pub fn new(driver: D, board: &'static str) -> Option<Self> {
        static DESCRIPTORS: ConstStaticCell<[u8; 128]> = ConstStaticCell::new([0; 128]);
        static CONTROL: ConstStaticCell<[u8; PACKET]> = ConstStaticCell::new([0; PACKET]);
        static STATE: StaticCell<State<'static>> = StaticCell::new();
        let (descriptors, control) = (DESCRIPTORS.try_take()?, CONTROL.try_take()?);
        let mut config = Config::new(IDS.0, IDS.1);
        config.manufacturer = Some("Hebbit");
        config.product = Some(board);
        // Version 2.1 would require another descriptor, which a serial port does not need.
        config.bcd_usb = UsbVersion::Two;
        let mut builder = Builder::new(driver, config, descriptors, &mut [], &mut [], control);
        let state = STATE.try_init(State::new())?;
        let (sender, receiver) = CdcAcmClass::new(&mut builder, state, PACKET as u16).split();
        Some(Self { device: builder.build(), sender, receiver })
    }

    /// Serves the host; never ends.
    pub async fn run(self) {
        let Self { mut device, mut sender, mut receiver } = self;
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
                // Without a host bytes are dropped.
                let _ = sender.write_packet(packet.get(..count).unwrap_or_default()).await;
            }
        };
        join3(device.run(), receive, send).await;
    }
}

/// Buffers shared with [`Device::run`].
struct Rings;

/// The program's end of the port.
pub const fn port() -> Patient<impl Port> {
    Patient::new(Rings)
}

impl Port for Rings {
    fn take(&mut self, to: &mut [u8]) -> usize {
        FROM_HOST.try_read(to).unwrap_or(0)
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        TO_HOST.try_write(bytes).unwrap_or(0)
    }
}
