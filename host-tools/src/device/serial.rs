//! A device on a serial port.

use super::error::DeviceError;
use super::transport::{Transport, timed};
use serialport::{ErrorKind, SerialPort};
use std::io::{self, Read as _, Write as _};
use std::time::Duration;

/// What every board's port is set to, 8N1.
pub const BAUD: u32 = 115_200;

/// A serial port.
pub struct Serial {
    port: Box<dyn SerialPort>,
}

impl Serial {
    /// Opens a port.
    ///
    /// # Errors
    /// If there is none of that name, or somebody else has it.
    pub fn open(name: &str) -> Result<Self, DeviceError> {
        let port = serialport::new(name, BAUD).open().map_err(|error| match error.kind {
            ErrorKind::NoDevice | ErrorKind::Io(io::ErrorKind::NotFound) => {
                DeviceError::NoPort { port: name.to_owned(), known: names() }
            }
            ErrorKind::Io(io::ErrorKind::PermissionDenied) => {
                DeviceError::PortDenied { port: name.to_owned() }
            }
            _ => DeviceError::PortBusy { port: name.to_owned(), message: error.to_string() },
        })?;
        Ok(Self { port })
    }
}

/// A port that the system knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// What `--on serial:` takes.
    pub name: String,
    /// What is behind it, as far as the system knows.
    pub what: String,
}

/// The ports of this machine.
pub fn ports() -> Vec<Port> {
    // A system that cannot list its ports has none that we could name.
    let ports = serialport::available_ports().unwrap_or_default();
    let what = |kind| match kind {
        serialport::SerialPortType::UsbPort(usb) => {
            let names = [usb.manufacturer, usb.product].into_iter().flatten().collect::<Vec<_>>();
            format!("USB {:04x}:{:04x} {}", usb.vid, usb.pid, names.join(" ")).trim_end().to_owned()
        }
        serialport::SerialPortType::BluetoothPort => "Bluetooth".to_owned(),
        serialport::SerialPortType::PciPort => "built in".to_owned(),
        serialport::SerialPortType::Unknown => "serial port".to_owned(),
    };
    ports.into_iter().map(|port| Port { name: port.port_name, what: what(port.port_type) }).collect()
}

fn names() -> Vec<String> {
    ports().into_iter().map(|port| port.name).collect()
}

impl Transport for Serial {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.port.write_all(bytes)?;
        self.port.flush()
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        self.port.set_timeout(patience)?;
        timed(self.port.read(into))
    }
    fn delay(&self) -> Duration {
        Duration::from_millis(500)
    }
}
