//! A device in QEMU: started for one session, and gone with it.

use super::boards::Board;
use super::toolchain;
use super::transport::{Transport, timed};
use crate::error::DeviceError;
use crate::install::install_hint;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long QEMU may take to connect.
const START: Duration = Duration::from_secs(20);

/// A running machine. It is stopped, and its files removed, when this is dropped.
pub struct Qemu {
    child: Child,
    link: TcpStream,
    _folder: TempDir,
}

impl Qemu {
    /// Builds the firmware of a board if need be, and starts it.
    ///
    /// # Errors
    /// If QEMU or a tool chain is missing, or something fails.
    pub fn start(board: &'static Board, say: &dyn Fn(&str)) -> Result<Self, DeviceError> {
        let firmware = toolchain::firmware(board, say)?;
        Self::run(board, &firmware)
    }

    /// Starts a firmware file on a board's machine.
    ///
    /// # Errors
    /// If QEMU is missing or fails.
    pub fn run(board: &'static Board, firmware: &Path) -> Result<Self, DeviceError> {
        let Some(machine) = board.qemu else {
            let (program, how) = (board.name.to_owned(), "QEMU does not have this board".to_owned());
            return Err(DeviceError::NoTool { program, how });
        };
        let failed = |log: PathBuf, message: String| DeviceError::Tool {
            what: format!("{} -M {}", machine.program, machine.name),
            message,
            log,
        };
        let folder = TempDir::with_prefix("hebbit-").map_err(|e| failed(PathBuf::new(), e.to_string()))?;
        let log = folder.path().join("qemu.log");
        let output = std::fs::File::create(&log).map_err(|e| failed(log.clone(), e.to_string()))?;
        // QEMU connects to a port that is open already, so nobody else can take it in between.
        let (listener, port) = listen().map_err(|e| failed(log.clone(), e.to_string()))?;
        let mut child = Command::new(machine.program)
            .args(["-M", machine.name])
            .args(machine.args)
            .args(if machine.counts { &["-icount", "shift=0"][..] } else { &[] })
            .args(["-display", "none", "-monitor", "none", "-semihosting"])
            .arg("-chardev")
            .arg(format!("socket,id=link,host={},port={port},server=off,nodelay=on", Ipv4Addr::LOCALHOST))
            .args(["-serial", "chardev:link"])
            .arg("-kernel")
            .arg(firmware)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            .spawn()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => DeviceError::NoTool {
                    program: machine.program.to_owned(),
                    how: install_hint(machine.package),
                },
                _ => failed(log.clone(), error.to_string()),
            })?;
        let link = match accept(&listener, &mut child) {
            Ok(link) => link,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                let last = said.lines().last().map_or_else(|| error.to_string(), str::to_owned);
                // The log outlives the folder only if it is kept.
                let kept = folder.keep().join("qemu.log");
                return Err(failed(kept, last));
            }
        };
        Ok(Self { child, link, _folder: folder })
    }
}

/// A port of this machine that only this machine can reach, and its number.
fn listen() -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// The connection of a machine that has just been started.
fn accept(listener: &TcpListener, child: &mut Child) -> io::Result<TcpStream> {
    let start = Instant::now();
    loop {
        match listener.accept() {
            Ok((link, _)) => {
                // Some systems pass the listener's mode on.
                link.set_nonblocking(false)?;
                link.set_nodelay(true)?;
                return Ok(link);
            }
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) if child.try_wait()?.is_some() => return Err(io::Error::other("it ended at once")),
            Err(error) if start.elapsed() > START => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // It may be gone already; there is nothing left to do about it then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Transport for Qemu {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.link.write_all(bytes)
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        self.link.set_read_timeout(Some(patience.max(Duration::from_millis(1))))?;
        timed(self.link.read(into))
    }
    fn delay(&self) -> Duration {
        Duration::from_millis(300)
    }
}
