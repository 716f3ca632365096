//! A device in QEMU: started for one session, and gone with it.

use super::boards::Board;
use super::error::DeviceError;
use super::toolchain;
use super::transport::{Transport, timed};
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long QEMU may take to open its socket.
const START: Duration = Duration::from_secs(20);

/// A running machine. It is stopped, and its files removed, when this is dropped.
pub struct Qemu {
    child: Child,
    link: UnixStream,
    _folder: TempDir,
}

impl Qemu {
    /// Builds the firmware of a board if need be, and starts it.
    ///
    /// # Errors
    /// If QEMU or a tool chain is missing, or something fails.
    pub fn start(board: &'static Board, say: &dyn Fn(&str)) -> Result<Self, DeviceError> {
        let firmware = toolchain::firmware(board.name, say)?;
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
            what: format!("{} -M {}", machine.program, machine.args[1]),
            message,
            log,
        };
        let folder = TempDir::with_prefix("hebbit-").map_err(|e| failed(PathBuf::new(), e.to_string()))?;
        let (socket, log) = (folder.path().join("link"), folder.path().join("qemu.log"));
        let output = std::fs::File::create(&log).map_err(|e| failed(log.clone(), e.to_string()))?;
        let mut child = Command::new(machine.program)
            .args(machine.args)
            .args(["-display", "none", "-monitor", "none", "-semihosting"])
            .arg("-chardev")
            .arg(format!("socket,id=link,path={},server=on,wait=off", socket.display()))
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
                    how: format!("`apt-get install {}`, or your system's package of QEMU", machine.package),
                },
                _ => failed(log.clone(), error.to_string()),
            })?;
        let start = Instant::now();
        let link = loop {
            match UnixStream::connect(&socket) {
                Ok(link) => break link,
                Err(_) if start.elapsed() < START && matches!(child.try_wait(), Ok(None)) => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    let said = std::fs::read_to_string(&log).unwrap_or_default();
                    let last = said.lines().last().map_or_else(|| error.to_string(), str::to_owned);
                    // The log outlives the folder only if it is kept.
                    let kept = folder.keep().join("qemu.log");
                    return Err(failed(kept, last));
                }
            }
        };
        Ok(Self { child, link, _folder: folder })
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
