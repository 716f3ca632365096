//! `hebbit upload` and `hebbit pull`.

use crate::args::{PullArgs, UploadArgs};
use crate::error::{Error, Result};
use crate::opened::parse;
use crate::screen::Screen;
use crate::summary::{SCHEMA, fact, lines};
use crate::transfer::{fetch, open, send};
use hebbit::engine::CoreEngine;
use hebbit::files::{read_whole, writable, write_whole};
use hebbit::kernels::AnyKernels;
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
