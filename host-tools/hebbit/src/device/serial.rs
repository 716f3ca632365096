//! A device on a serial port.

use super::hello::{NAME, said};
use super::transport::{Transport, timed};
use crate::error::DeviceError;
use hebbit_core::link::MAX_FRAME;
use serialport::{ClearBuffer, ErrorKind, SerialPort};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// What every board's port starts with, 8N1.
pub const BAUD: u32 = hebbit_core::link::BASE_BAUD;
/// How long a port that vanished is waited for: a board that is plugged in again, or starts anew, is there within seconds.
const COMES_BACK: Duration = Duration::from_secs(30);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(100);
/// How long a port may take no bytes, beside the time that the frames before need.
const STUCK: Duration = Duration::from_secs(5);

/// A serial port.
pub struct Serial {
    name: String,
    baud: u32,
    /// None after it vanished.
    port: Option<Box<dyn SerialPort>>,
    /// How long a send may take.
    limit: Duration,
}

impl Serial {
    /// Opens a port.
    ///
    /// # Errors
    /// If there is none of that name, it is no serial port, or another program has it.
    pub fn open(name: &str, baud: u32) -> Result<Self, DeviceError> {
        let port = port(name, baud).map_err(|error| refused(name, &error, is_terminal(name), names()))?;
        // A window of frames may be ahead in the system's buffer.
        let limit = STUCK + frames(4, baud);
        Ok(Self { name: name.to_owned(), baud, port: Some(port), limit })
    }

    /// The port vanished: it is closed, so that its name is free for the next one.
    fn gone(&mut self, error: &io::Error) -> io::Error {
        if let Some(port) = self.port.take() {
            // What nobody takes would hold up the closing. A port that has vanished has nothing to throw away.
            let _ = port.clear(ClearBuffer::All);
        }
        io::Error::new(io::ErrorKind::NotConnected, format!("the port is gone: {error}"))
    }
}

/// Whether a name is that of a terminal, which on Unix a serial port is; none where it cannot be opened, or the system has no such notion.
fn is_terminal(name: &str) -> Option<bool> {
    #[cfg(unix)]
    {
        use nix::fcntl::OFlag;
        use std::io::IsTerminal as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = (OFlag::O_NOCTTY | OFlag::O_NONBLOCK).bits();
        let file = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(name).ok()?;
        Some(file.is_terminal())
    }
    #[cfg(not(unix))]
    {
        let _ = name;
        None
    }
}

/// Why a port did not open, where there are the ports `known`; `terminal` is [`is_terminal`] of its name.
fn refused(name: &str, error: &serialport::Error, terminal: Option<bool>, known: Vec<String>) -> DeviceError {
    let port = name.to_owned();
    // A port that another program has open is "no device", too.
    let listed = known.iter().any(|known| known.eq_ignore_ascii_case(name)) || Path::new(name).exists();
    match error.kind {
        ErrorKind::NoDevice if !listed => DeviceError::NoPort { port, known },
        ErrorKind::Io(io::ErrorKind::NotFound) => DeviceError::NoPort { port, known },
        ErrorKind::Io(io::ErrorKind::PermissionDenied) => DeviceError::PortDenied { port },
        // A port that is in use is a terminal all the same.
        _ if terminal == Some(false) => DeviceError::NotSerial { port, message: error.to_string() },
        _ => DeviceError::PortBusy { port, message: error.to_string() },
    }
}

/// How long so many of the longest frames take, ten bits a byte.
fn frames(count: u32, baud: u32) -> Duration {
    Duration::from_secs_f64(f64::from(count) * MAX_FRAME as f64 * 10.0 / f64::from(baud.max(1)))
}

/// Opens a port whose writes take what there is room for, and return.
#[cfg(unix)]
fn port(name: &str, baud: u32) -> serialport::Result<Box<dyn SerialPort>> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    use std::os::fd::AsRawFd as _;
    let port = serialport::new(name, baud).open_native()?;
    fcntl(port.as_raw_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map_err(io::Error::from)?;
    Ok(Box::new(port))
}

/// Opens a port; its writes end with its time-out.
#[cfg(not(unix))]
fn port(name: &str, baud: u32) -> serialport::Result<Box<dyn SerialPort>> {
    serialport::new(name, baud).open()
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
            format!("USB {:04x}:{:04x} {}", usb.vid, usb.pid, said(&names.join(" "), NAME))
                .trim_end()
                .to_owned()
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
        let until = Instant::now() + self.limit;
        let mut rest = bytes;
        while !rest.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            let Some(port) = self.port.as_mut() else {
                return Err(self.gone(&io::ErrorKind::NotFound.into()));
            };
            let wrote = match left.is_zero() {
                true => Err(io::Error::other("it takes no bytes")),
                false => {
                    port.set_timeout(left).map_err(io::Error::from).and_then(|()| timed(port.write(rest)))
                }
            };
            match wrote {
                Ok(0) => std::thread::sleep(Duration::from_millis(1)),
                Ok(wrote) => rest = &rest[wrote..],
                Err(error) => return Err(self.gone(&error)),
            }
        }
        Ok(())
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        let Some(port) = self.port.as_mut() else { return Err(self.gone(&io::ErrorKind::NotFound.into())) };
        let read = port.set_timeout(patience).map_err(io::Error::from).and_then(|()| timed(port.read(into)));
        read.map_err(|error| self.gone(&error))
    }
    fn delay(&self) -> Duration {
        // A frame there and one back, and some time to think.
        Duration::from_millis(500).max(frames(2, self.baud) + Duration::from_millis(300))
    }
    fn baud(&self) -> Option<u32> {
        Some(self.baud)
    }
    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        let Some(port) = self.port.as_mut() else { return Err(self.gone(&io::ErrorKind::NotFound.into())) };
        // What was sent leaves at the speed that it was sent with.
        port.flush()?;
        port.set_baud_rate(baud)?;
        (self.baud, self.limit) = (baud, STUCK + frames(4, baud));
        Ok(())
    }
    fn comes_back_within(&self) -> Option<Duration> {
        Some(COMES_BACK)
    }
    fn reopen(&mut self, patience: Duration) -> io::Result<()> {
        let until = Instant::now() + patience;
        self.port = None;
        loop {
            match port(&self.name, self.baud) {
                Ok(port) => {
                    self.port = Some(port);
                    return Ok(());
                }
                // Whatever the reason: a port that is just being made may not be opened by everybody yet.
                Err(error) if Instant::now() >= until => return Err(error.into()),
                Err(_) => std::thread::sleep(LOOK.min(patience)),
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use serialport::TTYPort;
    use std::os::fd::AsRawFd as _;

    /// Both ends of a line: the one that is played, and the name of the other one. A program that inherits one would keep it open.
    fn line() -> (TTYPort, TTYPort, String) {
        use nix::fcntl::{FcntlArg, FdFlag, fcntl};
        let (device, host) = TTYPort::pair().expect("a pseudo-terminal");
        for end in [&device, &host] {
            fcntl(end.as_raw_fd(), FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).expect("a file descriptor");
        }
        let name = host.name().expect("a name");
        (device, host, name)
    }

    #[test]
    fn a_port_that_takes_no_bytes_ends_in_time() {
        let (_device, _host, name) = line();
        let mut port = Serial::open(&name, BAUD).expect("it opens");
        port.limit = Duration::from_millis(300);
        let start = Instant::now();
        let stuck = (0..100).find_map(|_| port.send(&[1; 1036]).err()).expect("its buffer has an end");
        assert_eq!(stuck.to_string(), "the port is gone: it takes no bytes");
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }

    #[test]
    fn a_read_ends_in_time_and_a_port_that_vanished_is_gone() {
        let (device, host, name) = line();
        let mut port = Serial::open(&name, BAUD).expect("it opens");
        assert_eq!(port.receive(&mut [0; 10], Duration::from_millis(20)).expect("nothing comes"), 0);
        drop((device, host));
        let gone = port.receive(&mut [0; 10], Duration::from_secs(5)).expect_err("it is gone");
        assert!(gone.to_string().starts_with("the port is gone: "), "{gone}");
        assert!(port.send(&[0]).is_err(), "it stays gone");
        assert!(port.reopen(Duration::from_millis(150)).is_err(), "nothing has come back");
    }

    #[test]
    fn a_port_comes_back_under_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder.path().join("tty");
        let text = name.to_str().expect("UTF-8").to_owned();
        let (device, host, at) = line();
        std::os::unix::fs::symlink(at, &name).expect("a link");
        let mut port = Serial::open(&text, BAUD).expect("it opens");
        drop((device, host));
        std::fs::remove_file(&name).expect("it is there");
        port.receive(&mut [0; 10], Duration::from_secs(5)).expect_err("it is gone");
        let again = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            let (device, host, at) = line();
            std::os::unix::fs::symlink(at, &name).expect("a link");
            (device, host)
        });
        port.reopen(Duration::from_secs(20)).expect("it comes back");
        let (mut device, _host) = again.join().expect("it is there");
        port.send(b"here").expect("it takes bytes");
        let mut got = [0; 4];
        device.read_exact(&mut got).expect("they come");
        assert_eq!(&got, b"here");
    }

    #[test]
    fn a_slow_line_has_more_time() {
        assert_eq!(frames(1, 10_360), Duration::from_secs(1));
    }
}

#[cfg(test)]
mod names_of_ports {
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
            refused("com7", &error, None, vec!["COM7".to_owned()])
        };
        assert!(matches!(refused(ErrorKind::NoDevice), DeviceError::PortBusy { .. }));
        assert!(matches!(refused(ErrorKind::Io(io::ErrorKind::NotFound)), DeviceError::NoPort { .. }));
        let denied = refused(ErrorKind::Io(io::ErrorKind::PermissionDenied));
        assert!(matches!(denied, DeviceError::PortDenied { .. }));
        assert_eq!(denied.advice().0, "hebbit::device::port_denied");
        let error = serialport::Error::new(ErrorKind::NoDevice, "");
        assert!(matches!(super::refused("COM8", &error, None, Vec::new()), DeviceError::NoPort { .. }));
    }

    /// What the system says of a port that is none (ENOTTY, EINVAL, EIO) is of no kind of its own.
    #[test]
    fn a_file_that_is_no_terminal_is_no_port_and_a_terminal_is_in_use() {
        let refused = |kind, terminal| {
            refused("/dev/null", &serialport::Error::new(kind, "Not a typewriter"), terminal, Vec::new())
        };
        let none = refused(ErrorKind::Unknown, Some(false));
        assert_eq!(none.to_string(), "/dev/null is not a serial port: Not a typewriter");
        assert_eq!(none.advice().0, "hebbit::device::not_serial");
        for terminal in [Some(true), None] {
            let busy = refused(ErrorKind::Unknown, terminal);
            assert!(matches!(busy, DeviceError::PortBusy { .. }), "{busy}");
        }
        // One that may not be opened is not called anything else, whatever it is.
        let denied = refused(ErrorKind::Io(io::ErrorKind::PermissionDenied), Some(false));
        assert!(matches!(denied, DeviceError::PortDenied { .. }), "{denied}");
    }
}
