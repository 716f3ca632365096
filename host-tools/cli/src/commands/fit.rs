//! `hebbit fit`.

use crate::args::FitArgs;
use crate::error::{Error, Result};
use crate::opened::parse;
use crate::screen::Screen;
use crate::summary::SCHEMA;
use hebbit::device::DeviceError;
use hebbit::device::boards::{BOARDS, Board};
use hebbit::device::fit::{Fit, fit};
use hebbit::files::read_whole;
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Serialize)]
struct Fits {
    schema: u32,
    command: &'static str,
    /// Seconds between two times that the network is persisted.
    save_every: f64,
    boards: Vec<Fit>,
}

pub(crate) fn run(args: &FitArgs, screen: &Screen) -> Result<()> {
    let bytes = read_whole(&args.checkpoint)?;
    parse(&args.checkpoint, &bytes)?;
    let boards: Vec<&'static Board> = match &args.device {
        Some(name) => vec![known(name)?],
        None => BOARDS.iter().collect(),
    };
    let every = args.save_every.as_secs_f64();
    let boards = boards
        .into_iter()
        .map(|board| fit(&bytes, board, every))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let fits = Fits { schema: SCHEMA, command: "fit", save_every: every, boards };
    screen.result(&fits, || fits.text())?;
    // Of one board, whether it fits is the answer; of all, the table is.
    match (&args.device, fits.boards.first()) {
        (Some(_), Some(Fit { board, fits: false, regions, layers, most_layers, .. })) if regions[0].fits => {
            let (on, need, have) = ((*board).to_owned(), *layers, *most_layers);
            Err(DeviceError::Layers { on, need, have }.into())
        }
        (Some(_), Some(Fit { board, fits: false, advice, regions, .. })) => {
            let ram = &regions[0];
            Err(DeviceError::DoesNotFit {
                on: (*board).to_owned(),
                region: ram.name,
                need: ram.used,
                have: ram.available,
                advice: advice.clone().unwrap_or_default(),
            }
            .into())
        }
        _ => Ok(()),
    }
}

/// The board of a name.
pub(crate) fn known(name: &str) -> Result<&'static Board> {
    let names = BOARDS.iter().map(|board| board.name);
    hebbit::device::boards::board(name).ok_or_else(|| Error::unknown("board", name, names))
}

impl Fits {
    fn text(&self) -> String {
        let mut text = String::new();
        for fit in &self.boards {
            let verdict = if fit.fits { "fits" } else { "does not fit" };
            let _ = writeln!(text, "{}: {verdict}", fit.board);
            for region in &fit.regions {
                let _ = writeln!(
                    text,
                    "  {:<34} {:>9} of {:>9} bytes  {:>5.1} %",
                    region.name, region.used, region.available, region.percent
                );
                for share in region.shares.iter().filter(|share| region.shares.len() > 1 && share.bytes > 0) {
                    let _ = writeln!(text, "    {:<32} {:>9}", share.what, share.bytes);
                }
            }
            let _ = writeln!(text, "  {:<34} {:>9} of {:>9}", "layers", fit.layers, fit.most_layers);
            if fit.fits {
                let _ =
                    writeln!(text, "  {:<34} {:>9}", "room for remembered samples", fit.remembers_at_most);
            }
            if let Some(advice) = &fit.advice {
                let _ = writeln!(text, "  {advice}");
            }
            if let Some((years, board)) = fit.years.zip(hebbit::device::boards::board(fit.board)) {
                let _ = writeln!(
                    text,
                    "  {:<34} {:>9} years: {} erases of each {} KB, two slots in turn",
                    format!("flash lasts, saved every {}", interval(self.save_every)),
                    format!("{years:.1}"),
                    board.endurance,
                    board.erase >> 10,
                );
            }
            if !fit.persists {
                let _ = writeln!(
                    text,
                    "  learned weights are kept in RAM only: bring them back with `hebbit pull`"
                );
            }
        }
        text
    }
}

/// A time as `--save-every` takes it.
fn interval(seconds: f64) -> String {
    let units = [(86_400.0, "d"), (3600.0, "h"), (60.0, "m")];
    let unit = units.iter().find(|(unit, _)| seconds % unit == 0.0);
    unit.map_or_else(|| format!("{seconds}s"), |(unit, name)| format!("{}{name}", seconds / unit))
}
