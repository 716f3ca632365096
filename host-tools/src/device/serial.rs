//! A device on a serial port.

use super::error::DeviceError;
use super::transport::{Transport, timed};
use serialport::{ErrorKind, SerialPort};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
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
        let port = serialport::new(name, BAUD).open();
        Ok(Self { port: port.map_err(|error| refused(name, &error, names()))? })
    }
}

/// Why a port did not open, where there are the ports `known`.
fn refused(name: &str, error: &serialport::Error, known: Vec<String>) -> DeviceError {
    let port = name.to_owned();
    // A port that another program has open is "no device", too.
    let listed = known.iter().any(|known| known.eq_ignore_ascii_case(name)) || Path::new(name).exists();
    match error.kind {
        ErrorKind::NoDevice if !listed => DeviceError::NoPort { port, known },
        ErrorKind::Io(io::ErrorKind::NotFound) => DeviceError::NoPort { port, known },
        ErrorKind::Io(io::ErrorKind::PermissionDenied) => DeviceError::PortDenied { port },
        _ => DeviceError::PortBusy { port, message: error.to_string() },
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
    let ports = ports.into_iter().filter(|port| calls(&port.port_name));
    ports.map(|port| Port { name: port.port_name, what: what(port.port_type) }).collect()
}

/// Whether a port is for programs that call. macOS has each port twice: `/dev/tty.NAME` waits to be called.
fn calls(name: &str) -> bool {
    !name.starts_with("/dev/tty.")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_named_once() {
        for (name, named) in [
            ("/dev/ttyACM0", true),
            ("/dev/cu.usbmodem101", true),
            ("/dev/tty.usbmodem101", false),
            ("COM7", true),
        ] {
            assert_eq!(calls(name), named, "{name}");
        }
    }

    #[test]
    fn a_port_that_is_there_is_not_called_missing() {
        let refused = |kind| {
            let error = serialport::Error::new(kind, "Access is denied.");
            refused("com7", &error, vec!["COM7".to_owned()])
        };
        assert!(matches!(refused(ErrorKind::NoDevice), DeviceError::PortBusy { .. }));
        assert!(matches!(refused(ErrorKind::Io(io::ErrorKind::NotFound)), DeviceError::NoPort { .. }));
        let denied = refused(ErrorKind::Io(io::ErrorKind::PermissionDenied));
        assert!(matches!(denied, DeviceError::PortDenied { .. }));
        let error = serialport::Error::new(ErrorKind::NoDevice, "");
        assert!(matches!(super::refused("COM8", &error, Vec::new()), DeviceError::NoPort { .. }));
    }
}
