//! `hebbit flash`.

use crate::args::FlashArgs;
use crate::commands::fit::known;
use crate::error::{Error, Result};
use crate::screen::Screen;
use crate::summary::SCHEMA;
use hebbit::device::boards::Board;
use hebbit::device::{DeviceError, toolchain, uf2};
use hebbit::files::write_whole;
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[derive(Serialize)]
struct Flashed {
    schema: u32,
    command: &'static str,
    board: &'static str,
    firmware: PathBuf,
    /// "built", "uf2", "flashed".
    done: &'static str,
    uf2: Option<PathBuf>,
}

pub(crate) fn run(args: &FlashArgs, screen: &Screen) -> Result<()> {
    let board = known(&args.device)?;
    if args.uf2.is_some() && !board.uf2 {
        return Err(Error::usage(
            format!("{} takes no UF2 files", board.name),
            "leave out --uf2: it is flashed by a debug probe",
        ));
    }
    if let (None, Some(machine)) = (board.chip, board.qemu)
        && !args.build
    {
        let help = format!("nothing is flashed there: write `--on {}`, or --build", machine.on);
        return Err(Error::usage(format!("{} is a machine of QEMU", board.name), help));
    }
    if !args.build && args.uf2.is_none() {
        flasher(board)?;
    }
    let firmware = screen.working(|say| toolchain::firmware(board, say))?;
    let mut flashed =
        Flashed { schema: SCHEMA, command: "flash", board: board.name, firmware, done: "built", uf2: None };
    match &args.uf2 {
        _ if args.build => {}
        Some(path) => {
            write_uf2(board, &flashed.firmware, path)?;
            (flashed.done, flashed.uf2) = ("uf2", Some(path.clone()));
        }
        None => {
            probe(board, &flashed.firmware, screen)?;
            flashed.done = "flashed";
        }
    }
    screen.result(&flashed, || flashed.text(board))
}

fn write_uf2(board: &Board, firmware: &Path, path: &Path) -> Result<()> {
    let elf = std::fs::read(firmware).map_err(|error| Error::read(firmware, error))?;
    let family = if board.target.starts_with("riscv") { uf2::RP2350_RISCV } else { uf2::RP2350 };
    let bytes = uf2::from_elf(&elf, family).map_err(Error::internal)?;
    write_whole(path, &bytes).map_err(|error| Error::output(path, error))
}

/// Looks for the program that flashes, before minutes go into a build.
fn flasher(board: &Board) -> Result<()> {
    match Command::new("probe-rs").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let uf2 = if board.uf2 { ", or write a UF2 file with --uf2" } else { "" };
            let how = format!("`cargo install probe-rs-tools --locked`{uf2}");
            Err(DeviceError::NoTool { program: "probe-rs".to_owned(), how }.into())
        }
        _ => Ok(()),
    }
}

/// Flashes through a debug probe. Its own bars and messages go to the terminal.
fn probe(board: &'static Board, firmware: &Path, screen: &Screen) -> Result<()> {
    let chip = board.chip.unwrap_or_default();
    screen.say(&format!("flashing {} through a debug probe", board.name));
    // The boot ROM of an ESP32 starts no ELF segments, but an image after a boot loader and a table of partitions.
    let format: &[&str] = if chip.starts_with("esp32") { &["--binary-format", "idf"] } else { &[] };
    let download = ["download", "--chip", chip, "--verify"];
    let status = Command::new("probe-rs").args(download).args(format).arg(firmware).status();
    let failed = |message: String| DeviceError::Probe { board: board.name.to_owned(), message };
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(failed(format!("probe-rs ended with {status}")).into()),
        Err(error) => return Err(failed(error.to_string()).into()),
    }
    // The board goes on from the new firmware; if it cannot be told to, its reset button does the same.
    let _ = Command::new("probe-rs").args(["reset", "--chip", chip]).status();
    Ok(())
}

impl Flashed {
    fn text(&self, board: &Board) -> String {
        let firmware = self.firmware.display();
        match (&self.uf2, self.done) {
            (Some(path), _) => format!(
                "{} written: hold BOOTSEL while you plug in {}, then copy it to the drive that appears",
                path.display(),
                board.name
            ),
            (None, "built") => format!("{firmware}"),
            _ => format!("{} runs {firmware}; `hebbit devices` lists its port", board.name),
        }
    }
}
