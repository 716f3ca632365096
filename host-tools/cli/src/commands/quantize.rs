//! `hebbit quantize`.

use crate::args::QuantizeArgs;
use crate::error::{Error, Result};
use crate::screen::Screen;
use hebbit::files::{writable, write_whole};
use hebbit::quantize::{Options, quantize};
use hebbit::run::parse_layers;

pub(crate) fn run(args: &QuantizeArgs, screen: &Screen) -> Result<()> {
    writable(&args.out)?;
    let layers = args.layers.as_deref().map(parse_layers).transpose()?.unwrap_or_default();
    let defaults = Options::new(&args.weights, &layers);
    let options = Options {
        width: args.width,
        ticks: args.ticks,
        data: args.data.clone(),
        bound: args.bound,
        activation: args.activation,
        transposed: args.transposed,
        clip: args.clip.unwrap_or(defaults.clip),
        truncate: args.truncate,
        rate: args.rate.clone(),
        seed: args.seed,
        ..defaults
    };
    let (checkpoint, report) = quantize(&options)?;
    write_whole(&args.out, &checkpoint).map_err(|error| Error::output(&args.out, error))?;
    screen.result(&report, || report.to_string())?;
    screen.say(&format!("network written to {}", args.out.display()));
    Ok(())
}
