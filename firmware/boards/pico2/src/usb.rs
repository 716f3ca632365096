//! A USB serial port (CDC-ACM), served by its interrupt. Bytes without room stay in the host.

use core::cell::RefCell;
use critical_section::Mutex;
use hal::clocks::UsbClock;
use hal::pac::{Interrupt, RESETS, USB, USB_DPRAM};
use hal::usb::UsbBus;
use heapless::Deque;
use hebbit_board::{Patient, Port, fill};
use rp235x_hal as hal;
use static_cell::{ConstStaticCell, StaticCell};
use usb_device::bus::UsbBusAllocator;
use usb_device::device::{StringDescriptors, UsbDevice, UsbDeviceBuilder, UsbDeviceState, UsbVidPid};
use usbd_serial::{SerialPort, USB_CLASS_CDC};

/// Identifier of the vendor and of the product: pid.codes' pair for tests. A device that is sold needs its own.
const IDS: UsbVidPid = UsbVidPid(0x1209, 0x0001);
/// A packet of a full-speed bulk endpoint (USB 2.0, 5.8.3).
const PACKET: usize = 64;
/// Bytes that are kept for the program.
const RING: usize = 1024;

struct Device {
    device: UsbDevice<'static, UsbBus>,
    port: SerialPort<'static, UsbBus>,
    received: &'static mut Deque<u8, RING>,
}

static RECEIVED: ConstStaticCell<Deque<u8, RING>> = ConstStaticCell::new(Deque::new());
static DEVICE: Mutex<RefCell<Option<Device>>> = Mutex::new(RefCell::new(None));

/// Does something with the device; `None` before it is started.
fn with<T>(f: impl FnOnce(&mut Device) -> T) -> Option<T> {
    critical_section::with(|cs| DEVICE.borrow(cs).try_borrow_mut().ok()?.as_mut().map(f))
}

impl Device {
    /// Serves the host. False if there is no room for a packet: the interrupt would come back for ever.
    fn serve(&mut self) -> bool {
        self.device.poll(&mut [&mut self.port]);
        let mut packet = [0; PACKET];
        while RING - self.received.len() >= PACKET {
            let Ok(count) = self.port.read(&mut packet) else { return true };
            for &byte in packet.iter().take(count) {
                let _ = self.received.push_back(byte);
            }
        }
        false
    }
}

/// The program's end of the port.
pub struct Usb(());

impl Usb {
    /// Connects to the host, if there is one.
    pub(crate) fn start(
        usb: USB,
        memory: USB_DPRAM,
        clock: UsbClock,
        resets: &mut RESETS,
    ) -> Option<Patient<Self>> {
        static BUS: StaticCell<UsbBusAllocator<UsbBus>> = StaticCell::new();
        // The Pico 2 feeds VBUS to no pin of the controller.
        let bus = UsbBusAllocator::new(UsbBus::new(usb, memory, clock, true, resets));
        let bus = BUS.try_init(bus)?;
        let port = SerialPort::new(bus);
        let strings = StringDescriptors::default().manufacturer("Hebbit").product(crate::NAME);
        let device = UsbDeviceBuilder::new(bus, IDS)
            .strings(&[strings])
            .ok()?
            .max_packet_size_0(PACKET as u8)
            .ok()?
            .device_class(USB_CLASS_CDC)
            .build();
        let device = Device { device, port, received: RECEIVED.try_take()? };
        critical_section::with(|cs| DEVICE.borrow(cs).replace(Some(device)));
        // SAFETY: no critical section is open, and the handler needs only what is set up above.
        unsafe { hal::arch::interrupt_unmask(Interrupt::USBCTRL_IRQ) };
        Some(Patient::new(Self(())))
    }
}

impl Port for Usb {
    fn take(&mut self, to: &mut [u8]) -> usize {
        let count = with(|usb| fill(to, || usb.received.pop_front())).unwrap_or(0);
        if count > 0 {
            // SAFETY: no critical section is open. The handler masks it again if there is still no room.
            unsafe { hal::arch::interrupt_unmask(Interrupt::USBCTRL_IRQ) };
        }
        count
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        let sent = with(|usb| match usb.device.state() {
            UsbDeviceState::Configured => usb.port.write(bytes).unwrap_or(0),
            // There is no host: the answer is lost.
            _ => bytes.len(),
        });
        sent.unwrap_or(bytes.len())
    }
}

#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "the name of the interrupt")]
fn USBCTRL_IRQ() {
    if with(Device::serve) != Some(true) {
        hal::arch::interrupt_mask(Interrupt::USBCTRL_IRQ);
    }
}
