//! USB on the OTG FS port: PA11 (D-) and PA12 (D+).

use crate::Port;
use crate::usb::{Device, port};
use embassy_executor::InterruptExecutor;
use embassy_stm32::interrupt;
use embassy_stm32::interrupt::{Interrupt, InterruptExt, Priority};
use embassy_stm32::peripherals::{PA11, PA12, USB_OTG_FS};
use embassy_stm32::usb::{Config, Driver, InterruptHandler};
use embassy_stm32::{Peri, bind_interrupts};
use static_cell::ConstStaticCell;

bind_interrupts!(struct Interrupts {
    OTG_FS => InterruptHandler<USB_OTG_FS>;
});

static EXECUTOR: InterruptExecutor = InterruptExecutor::new();

/// An interrupt of a peripheral that no board uses: it runs what serves the host.
#[interrupt]
unsafe fn SDIO() {
    // SAFETY: this is the interrupt that the executor was started with.
    unsafe { EXECUTOR.on_interrupt() }
}

#[embassy_executor::task]
async fn serve(device: Device<Driver<'static, USB_OTG_FS>>) {
    device.run().await;
}

/// Starts the port, once; `None` after that. The core's clock must come from an external one.
pub fn start(
    board: &'static str,
    usb: Peri<'static, USB_OTG_FS>,
    minus: Peri<'static, PA11>,
    plus: Peri<'static, PA12>,
) -> Option<impl Port> {
    /// A packet of the control endpoint and one of the port.
    static PACKETS: ConstStaticCell<[u8; 128]> = ConstStaticCell::new([0; 128]);
    // Below the USART, which holds two bytes and no more.
    for interrupt in [Interrupt::OTG_FS, Interrupt::SDIO] {
        interrupt.set_priority(Priority::P6);
    }
    let mut config = Config::default();
    // PA9, which could sense the voltage of the bus, is the serial port's on the F405.
    config.vbus_detection = false;
    let driver = Driver::new_fs(usb, Interrupts, plus, minus, PACKETS.try_take()?, config);
    let device = Device::new(driver, board)?;
    EXECUTOR.start(Interrupt::SDIO).spawn(serve(device).ok()?);
    Some(port())
}
