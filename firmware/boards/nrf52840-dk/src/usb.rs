//! The kit's second USB socket, "nRF USB", on the chip's USBD.

use embassy_executor::InterruptExecutor;
use embassy_nrf::interrupt;
use embassy_nrf::interrupt::{Interrupt, InterruptExt, Priority};
use embassy_nrf::peripherals::USBD;
use embassy_nrf::usb::vbus_detect::{self, HardwareVbusDetect};
use embassy_nrf::usb::{self, Driver};
use embassy_nrf::{Peri, bind_interrupts};
use hebbit_board::Port;
use hebbit_board::usb::{Device, port};

bind_interrupts!(struct Interrupts {
    USBD => usb::InterruptHandler<USBD>;
    CLOCK_POWER => vbus_detect::InterruptHandler;
});

static EXECUTOR: InterruptExecutor = InterruptExecutor::new();

/// An interrupt that only software raises: it runs what serves the host.
#[interrupt]
unsafe fn EGU1_SWI1() {
    // SAFETY: this is the interrupt that the executor was started with.
    unsafe { EXECUTOR.on_interrupt() }
}

#[embassy_executor::task]
async fn serve(device: Device<Driver<'static, HardwareVbusDetect>>) {
    device.run().await;
}

/// Starts the port, once; `None` after that. The crystal must run.
pub(super) fn start(board: &'static str, usb: Peri<'static, USBD>) -> Option<impl Port> {
    // Below the UARTE.
    for interrupt in [Interrupt::USBD, Interrupt::CLOCK_POWER, Interrupt::EGU1_SWI1] {
        interrupt.set_priority(Priority::P6);
    }
    let driver = Driver::new(usb, Interrupts, HardwareVbusDetect::new(Interrupts));
    let device = Device::new(driver, board)?;
    EXECUTOR.start(Interrupt::EGU1_SWI1).spawn(serve(device).ok()?);
    Some(port())
}
