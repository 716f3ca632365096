//! Options of `tune`.

use super::WishArgs;
use super::names::choice;
use clap::Args;
use hebbit::kernels::KernelChoice;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct TuneArgs {
    /// What is given here stays as it is; the rest is searched. --validation: samples held out [default: a sixth of those to learn]
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
    /// How long
    #[arg(long, value_name = "M", default_value = "5", value_parser = minutes)]
    pub(crate) minutes: Duration,
    /// Stop after N trials, those of earlier calls included [default: when the time is over]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) trials: Option<u32>,
    /// Do not try the rule's own defaults first
    #[arg(long)]
    pub(crate) without_defaults: bool,
    /// Trials at the same time [default: as many as the machine has processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Finished trials are kept here; the same command goes on from it
    #[arg(long, value_name = "FILE", default_value = "hebbit-tune.json")]
    pub(crate) state: PathBuf,
    /// Write the best recipe here, for `hebbit learn --recipe`
    #[arg(long, value_name = "FILE.json", default_value = "hebbit-recipe.json")]
    pub(crate) out: PathBuf,
    /// Write what mattered here, as pictures
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Inner loops: the reference, or this machine's vectors; the same bits
    #[arg(long, default_value_t = KernelChoice::Simd, env = "HEBBIT_KERNELS", value_parser = choice::<KernelChoice>())]
    pub(crate) kernels: KernelChoice,
}

fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: f64 = text.parse().map_err(|_| format!("`{text}` is no number"))?;
    let sensible = (0.01..=100_000.0).contains(&minutes);
    sensible.then(|| Duration::from_secs_f64(60.0 * minutes)).ok_or_else(|| "give 0.01 to 100000".into())
}
