//! `hebbit upload` and `hebbit pull`.

use crate::args::{LineArgs, PullArgs, UploadArgs};
use crate::commands::learn::parse;
use crate::screen::Screen;
use crate::summary::{SCHEMA, fact, lines};
use hebbit::device::{Device, DeviceError, Where};
use hebbit::engine::CoreEngine;
use hebbit::error::{Error, Result};
use hebbit::files::{read_whole, writable, write_whole};
use hebbit::kernels::AnyKernels;
use hebbit_core::checkpoint::{Checkpoint, stored_crc};
use hebbit_core::net::{Engine as _, Scope};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// What was moved, and how fast.
#[derive(Serialize)]
struct Moved {
    schema: u32,
    command: &'static str,
    on: String,
    board: String,
    /// Bytes of the network; 0 if it was there already.
    bytes: u64,
    /// It was there already.
    skipped: bool,
    seconds: f64,
    bytes_per_second: f64,
    /// Frames that had to be sent again.
    sent_again: u64,
    digest: String,
    samples: u32,
    persisted: bool,
    file: PathBuf,
}

/// Only places behind a link.
pub(crate) fn open(on: &Where, line: &LineArgs, screen: &Screen) -> Result<Device> {
    let on = line.of(on)?;
    Ok(screen.working(|say| on.open(say))?)
}

pub(crate) fn run(args: &UploadArgs, screen: &Screen) -> Result<()> {
    let bytes = read_whole(&args.checkpoint)?;
    parse(&args.checkpoint, &bytes)?;
    let mut device = open(&args.on, &args.line, screen)?;
    let mut core = CoreEngine::new(&bytes, AnyKernels::best())?;
    let start = Instant::now();
    let (sent, skipped) = send(&mut device, &mut core, args.force, screen)?;
    if args.persist {
        device.persist()?;
    }
    let seconds = start.elapsed().as_secs_f64();
    let digest = core.digest(Scope::Stored)?.to_string();
    let moved = Moved {
        schema: SCHEMA,
        command: "upload",
        on: args.on.to_string(),
        board: device.client().hello().board.clone(),
        bytes: sent,
        skipped,
        seconds,
        bytes_per_second: sent as f64 / seconds,
        sent_again: device.client().traffic().again,
        digest,
        samples: core.plan().counters.samples,
        persisted: args.persist,
        file: args.checkpoint.clone(),
    };
    screen.result(&moved, || moved.text())
}

/// Sends a network unless the device has it: how many bytes, and whether it had it.
pub(crate) fn send(
    device: &mut Device,
    core: &mut CoreEngine,
    force: bool,
    screen: &Screen,
) -> Result<(u64, bool)> {
    let image = core.checkpoint(&[])?;
    let crc = stored_crc(&image);
    let there = device.status()?.is_some_and(|status| Some(status.crc) == crc);
    // Its ring may hold samples of another stream; a network that was just loaded remembers nothing.
    let remembers = core.plan().life.remember > 0;
    if there && !force && !remembers {
        device.adopt(core);
        return Ok((0, true));
    }
    let bar = screen.bytes("uploading", image.len() as u64);
    let sent = device.upload(core, &mut |have| bar.set_position(have));
    bar.finish_and_clear();
    sent?;
    Ok((image.len() as u64, false))
}

pub(crate) fn pull(args: &PullArgs, screen: &Screen) -> Result<()> {
    writable(&args.out)?;
    let note = match &args.like {
        Some(path) => {
            let bytes = read_whole(path)?;
            parse(path, &bytes)?.note.to_vec()
        }
        None => Vec::new(),
    };
    let mut device = open(&args.on, &args.line, screen)?;
    let start = Instant::now();
    let (image, mut core) = fetch(&mut device, screen)?;
    let seconds = start.elapsed().as_secs_f64();
    let bytes = core.checkpoint(&note)?;
    write_whole(&args.out, &bytes).map_err(|error| Error::output(&args.out, error))?;
    let moved = Moved {
        schema: SCHEMA,
        command: "pull",
        on: args.on.to_string(),
        board: device.client().hello().board.clone(),
        bytes: image.len() as u64,
        skipped: false,
        seconds,
        bytes_per_second: image.len() as f64 / seconds,
        sent_again: device.client().traffic().again,
        digest: core.digest(Scope::Stored)?.to_string(),
        samples: core.plan().counters.samples,
        persisted: false,
        file: args.out.clone(),
    };
    screen.result(&moved, || moved.text())
}

/// Brings the network back, and checks it against the device's own digest: its bytes, and the core that has it.
pub(crate) fn fetch(device: &mut Device, screen: &Screen) -> Result<(Vec<u8>, CoreEngine)> {
    let length = device.status()?.map_or(0, |status| u64::from(status.length));
    let bar = screen.bytes("pulling", length);
    let image = device.pull(&mut |have| bar.set_position(have));
    bar.finish_and_clear();
    let image = image?;
    let on = device.client().name().to_owned();
    let damaged = |message: String| DeviceError::Answer { on: on.clone(), message };
    Checkpoint::parse(&image).map_err(|error| damaged(format!("what it sent is no network: {error}")))?;
    let want = device.digest(Scope::Stored)?;
    let mut core = CoreEngine::new(&image, AnyKernels::best())?;
    let got = core.digest(Scope::Stored)?;
    if want != got {
        return Err(damaged(format!("what it sent has digest {got}, it says {want}")).into());
    }
    Ok((image, core))
}

impl Moved {
    fn text(&self) -> String {
        let rate = format!(
            "{} bytes in {:.1} s, {:.1} kB/s",
            self.bytes,
            self.seconds,
            self.bytes_per_second / 1000.0
        );
        let moved =
            if self.skipped { "nothing: the device has this network already".to_owned() } else { rate };
        let mut facts = vec![
            fact("device", format!("{} ({})", self.on, self.board)),
            fact(if self.command == "pull" { "pulled" } else { "sent" }, moved),
        ];
        if self.sent_again > 0 {
            facts.push(fact("sent again", format!("{} frames", self.sent_again)));
        }
        facts.push(fact("learned", format!("{} samples", self.samples)));
        if self.persisted {
            facts.push(fact("persisted", "yes: it survives a loss of power".to_owned()));
        }
        facts.push(fact("digest", self.digest.clone()));
        lines(&facts)
    }
}
