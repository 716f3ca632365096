//! What can be said on the command line.

mod help;
mod life;
mod line;
mod names;
mod prepare;
mod tune;
mod wish;

use crate::device::Where;
use crate::float::Activation;
use crate::kernels::{AnyKernels, KernelChoice};
use crate::run::WeightWidth;
use clap::builder::{StringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueHint};
pub(super) use life::LifeArgs;
pub(super) use line::LineArgs;
use names::{Known, boards, designs, devices, hosts, places, sets};
use std::path::PathBuf;
use std::time::Duration;
pub(super) use tune::TuneArgs;
pub(super) use wish::WishArgs;

/// Spiking networks that learn on the device, in integers: the same bits on a laptop, a microcontroller and an FPGA.
#[derive(Debug, Parser)]
#[command(name = "hebbit", version, max_term_width = 100, after_help = help::codes())]
pub(super) struct Cli {
    /// Print one JSON document instead of text
    #[arg(long, global = true, env = "HEBBIT_JSON", value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) json: bool,
    /// No progress bars and no remarks on standard error
    #[arg(short, long, global = true, env = "HEBBIT_QUIET", value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) quiet: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Learn handwritten digits now: progress, accuracy, digest, and a report to look at
    #[command(after_help = help::DEMO)]
    Demo(DemoArgs),
    /// Learn a data set in the device's integers
    #[command(after_help = help::learn())]
    Learn(Box<LearnArgs>),
    /// Test a checkpoint
    #[command(after_help = help::EVAL)]
    Eval(EvalArgs),
    /// Answer samples without labels: files, standard input, one sample
    #[command(after_help = help::PREDICT)]
    Predict(PredictArgs),
    /// Show what a checkpoint holds
    #[command(after_help = help::INSPECT)]
    Inspect(InspectArgs),
    /// Turn a float network into the device's integers, and say what it costs
    #[command(after_help = help::QUANTIZE)]
    Quantize(QuantizeArgs),
    /// Write the report of a checkpoint as one HTML file
    #[command(after_help = help::REPORT)]
    Report(ReportArgs),
    /// Measure how fast this machine learns and classifies
    #[command(after_help = help::BENCH)]
    Bench(BenchArgs),
    /// Search the settings of a rule on samples that are held out, for some minutes
    #[command(after_help = help::TUNE)]
    Tune(Box<TuneArgs>),
    /// Learn by every rule, and put the papers' figures, backprop, float twins and integers into one table
    #[command(after_help = help::REPRODUCE)]
    Reproduce(ReproduceArgs),
    /// Show what can be reached: simulated devices, QEMU's, serial ports, debug probes
    #[command(after_help = help::DEVICES)]
    Devices,
    /// Examine a device: link, clock, memory, kernels, learning, flash; and write what a bug report needs
    #[command(after_help = help::DOCTOR)]
    Doctor(DoctorArgs),
    /// Show what a network needs of a board's memories, before anything is sent
    #[command(after_help = help::FIT)]
    Fit(FitArgs),
    /// Build the firmware of a board and flash it
    #[command(after_help = help::FLASH)]
    Flash(FlashArgs),
    /// Write the hardware for a network, ready to be synthesised, and what loads it
    #[command(after_help = help::FPGA)]
    Fpga(FpgaArgs),
    /// Send a network to a device, unless it is there already
    #[command(after_help = help::UPLOAD)]
    Upload(UploadArgs),
    /// Send samples to a device: it classifies or learns them, accuracy live
    #[command(after_help = help::stream())]
    Stream(Box<StreamArgs>),
    /// Let a device and the host's core learn the same samples, and compare their digests
    #[command(after_help = help::verify())]
    Verify(Box<VerifyArgs>),
    /// Bring the network of a device back, as it has learned
    #[command(after_help = help::PULL)]
    Pull(PullArgs),
    /// List and fetch data sets
    #[command(subcommand, after_help = help::DATA)]
    Data(DataArgs),
    /// Print a completion script for a shell
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of hebbit or of a command
    #[command(after_help = help::MAN)]
    Man {
        /// Which command [default: the page of hebbit itself]
        command: Option<String>,
        /// Write every page into this folder instead
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        all: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Folder that gets `hebbit-demo.hbt` and `hebbit-demo.html`
    #[arg(long, default_value = ".")]
    pub(super) out: PathBuf,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
}

#[derive(Debug, Args)]
pub(super) struct LearnArgs {
    #[command(flatten)]
    pub(super) wishes: WishArgs,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
    /// Go on with the run of a checkpoint: everything but the data's place is in it
    #[arg(long, value_name = "CKPT", env = "HEBBIT_RESUME")]
    pub(super) resume: Option<PathBuf>,
    /// Begin a new run on a trained network: other data, epochs, samples, rate, decay, and a memory of samples
    #[arg(long, value_name = "CKPT", conflicts_with = "resume")]
    pub(super) from: Option<PathBuf>,
    #[command(flatten)]
    pub(super) life: LifeArgs,
    /// With --from: present samples in the order of the data set, not shuffled
    #[arg(long, requires = "from")]
    pub(super) in_order: bool,
    /// Fail if the network answers the test no better than chance
    #[arg(long)]
    pub(super) strict: bool,
    /// Write the network here: after each epoch, when interrupted, and at the end
    #[arg(long, value_name = "CKPT", env = "HEBBIT_OUT")]
    pub(super) out: Option<PathBuf>,
    /// Write the report here
    #[arg(long, value_name = "FILE.html", env = "HEBBIT_REPORT")]
    pub(super) report: Option<PathBuf>,
}

/// Reads where a network runs.
fn place() -> impl TypedValueParser<Value = Where> {
    StringValueParser::new().try_map(|text| text.parse::<Where>())
}

#[derive(Debug, Args)]
pub(super) struct EngineArgs {
    /// Inner loops: the reference, or this machine's vectors; the same bits
    #[arg(long, value_enum, default_value_t = KernelChoice::Simd, env = "HEBBIT_KERNELS")]
    pub(super) kernels: KernelChoice,
    /// Where the network runs: here, or in the simulated RTL. `hebbit stream` knows devices
    #[arg(long, value_name = "core|rtl", default_value_t = Where::Core, env = "HEBBIT_ON", value_parser = Known(place(), hosts))]
    pub(super) on: Where,
}

impl EngineArgs {
    /// The kernels, if the network is to run in this process.
    pub(super) fn kernels(&self, stream: &str) -> crate::error::Result<AnyKernels> {
        match &self.on {
            Where::Core | Where::Rtl => Ok(self.kernels.kernels()),
            elsewhere => {
                let help = format!("write `hebbit stream {stream}--on {elsewhere}`");
                Err(crate::error::Error::usage(format!("{elsewhere} is no place for this command"), help))
            }
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// The network
    pub(super) checkpoint: PathBuf,
    /// Data set to test on: its test part, or a file of one part whole [default: what the network's run left out of learning]
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE", env = "HEBBIT_DATASET", value_hint = ValueHint::AnyPath)]
    pub(super) data: Option<String>,
    /// Fail if the network answers no better than chance
    #[arg(long)]
    pub(super) strict: bool,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
}

#[derive(Debug, Args)]
#[group(id = "samples", required = true, multiple = false, args = ["data", "sample"])]
pub(super) struct PredictArgs {
    /// The network
    pub(super) checkpoint: PathBuf,
    /// Samples with or without labels: a data set, a file, or `-`: one sample per line of standard input
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE|-")]
    pub(super) data: Option<String>,
    /// One sample: its values with commas, as they are measured
    #[arg(long, value_name = "N,N,N", allow_hyphen_values = true)]
    pub(super) sample: Option<String>,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// The network
    pub(super) checkpoint: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct QuantizeArgs {
    /// Float weights and biases, one array each: `w0, b0, w1, …`, a state dict of PyTorch or snnTorch, or in the order of layers
    #[arg(value_name = "WEIGHTS.npz")]
    pub(super) weights: PathBuf,
    /// Lines and neurons of each layer, the input first [default: as the arrays have it]
    #[arg(long, value_name = "784-128-10")]
    pub(super) layers: Option<String>,
    /// Width that weights get
    #[arg(long = "weights", value_enum, default_value_t = WeightWidth::I16)]
    pub(super) width: WeightWidth,
    /// Ticks per sample
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=32767))]
    pub(super) ticks: u16,
    /// Data set to balance layers with (training part) and to compare accuracy with (test part)
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE", env = "HEBBIT_DATASET", value_hint = ValueHint::AnyPath)]
    pub(super) data: Option<String>,
    /// Greatest raw weight [default: 127, 8191, or what can be proved]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i16).range(1..))]
    pub(super) bound: Option<i16>,
    /// Activation that the network was trained with
    #[arg(long, value_enum, default_value_t = Activation::Clip)]
    pub(super) activation: Activation,
    /// Take square matrices as [out, in]
    #[arg(long)]
    pub(super) transposed: bool,
    /// Greatest share of a projection's weights that may be clipped, 0 to 1
    #[arg(long, value_name = "SHARE")]
    pub(super) clip: Option<f64>,
    /// Do not add half a spike to hidden neurons: rates are cut off, not rounded
    #[arg(long)]
    pub(super) truncate: bool,
    /// Learning rate 2^-K of each projection, for going on
    #[arg(long, value_name = "K,K", value_delimiter = ',', allow_hyphen_values = true)]
    pub(super) rate: Option<Vec<i32>>,
    /// Seed of what is drawn when it goes on learning
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Where the network goes
    #[arg(long, value_name = "CKPT")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The network
    pub(super) checkpoint: PathBuf,
    /// Data set to test on: its test part, or a file of one part whole [default: what the network's run left out of learning]
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE", env = "HEBBIT_DATASET", value_hint = ValueHint::AnyPath)]
    pub(super) data: Option<String>,
    /// Where the report goes
    #[arg(long, value_name = "FILE.html")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    /// Data set to learn
    #[arg(
        long,
        default_value = "mini",
        value_name = "mini|mnist|gas-drift|DIR|FILE",
        env = "HEBBIT_DATASET",
        value_hint = ValueHint::AnyPath
    )]
    pub(super) data: String,
    /// Lines and neurons of each layer
    #[arg(long, value_name = "784-128-10")]
    pub(super) layers: Option<String>,
    /// Width of weights
    #[arg(long, value_enum, default_value_t = WeightWidth::I8)]
    pub(super) weights: WeightWidth,
    /// Ticks per sample
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=32767))]
    pub(super) ticks: u16,
    /// Epochs to measure
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) epochs: u32,
}

#[derive(Debug, Args)]
pub(super) struct ReproduceArgs {
    /// Data set to learn
    #[arg(
        long,
        default_value = "mnist",
        value_name = "mini|mnist|gas-drift|DIR|FILE",
        env = "HEBBIT_DATASET",
        value_hint = ValueHint::AnyPath
    )]
    pub(super) data: String,
    /// A small part of the data and one seed: minutes, to see that everything runs
    #[arg(long)]
    pub(super) quick: bool,
    /// Only these rows; `drift` alone is learning on after deployment, which needs `hebbit data fetch gas-drift`
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    pub(super) only: Vec<String>,
    /// With --only drift: the folder of streams that `host-tools/lab/streams.py` has made
    #[arg(long, value_name = "DIR")]
    pub(super) streams: Option<PathBuf>,
    /// With --only drift: devices that learn the gas sensors too, whose digests must be the core's
    #[arg(long, value_name = "DEVICE,DEVICE", value_delimiter = ',')]
    pub(super) on: Vec<Where>,
    /// Seeds 1 to N of the i16 networks and of backprop; the other columns have seed 1 [default: 3, quick: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) seeds: Option<u64>,
    /// Jobs at the same time [default: as many as the machine has processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
    /// Finished jobs are kept here; the same command goes on from it
    #[arg(long, value_name = "FILE", default_value = "hebbit-reproduce.json")]
    pub(super) state: PathBuf,
    /// Write the table here, as markdown
    #[arg(long, value_name = "FILE.md")]
    pub(super) out: Option<PathBuf>,
    /// Write the table and its curves here
    #[arg(long, value_name = "FILE.html")]
    pub(super) report: Option<PathBuf>,
    /// Inner loops: the reference, or this machine's vectors; the same bits
    #[arg(long, value_enum, default_value_t = KernelChoice::Simd, env = "HEBBIT_KERNELS")]
    pub(super) kernels: KernelChoice,
}

#[derive(Debug, Subcommand)]
pub(super) enum DataArgs {
    /// Show which data sets there are, and where
    List,
    /// Download a data set into the user's cache and check its sums
    Fetch {
        /// Which
        #[arg(value_parser = Known(StringValueParser::new(), sets))]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct FitArgs {
    /// The network
    pub(super) checkpoint: PathBuf,
    /// The board [default: all of them]
    #[arg(long, value_name = "BOARD", env = "HEBBIT_DEVICE", value_parser = Known(StringValueParser::new(), boards))]
    pub(super) device: Option<String>,
    /// How often the network is persisted, for how long the flash lasts: a number and s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = every)]
    pub(super) save_every: Duration,
}

/// A time: a number of seconds, minutes, hours or days.
fn every(text: &str) -> Result<Duration, String> {
    let told = || format!("`{text}` is no time: give a number and s, m, h or d, as in 10m");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(told)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(told()),
    };
    let number: u32 = number.parse().map_err(|_| told())?;
    let seconds = u64::from(number) * unit;
    let sensible = (1..=100 * 366 * 86_400).contains(&seconds);
    sensible.then(|| Duration::from_secs(seconds)).ok_or_else(|| "give 1s to 36600d".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct FlashArgs {
    /// The board; `hebbit devices` lists them
    #[arg(long, value_name = "BOARD", env = "HEBBIT_DEVICE", value_parser = Known(StringValueParser::new(), boards))]
    pub(super) device: String,
    /// Write a UF2 file here instead, to be copied to the board's drive
    #[arg(long, value_name = "FILE.uf2")]
    pub(super) uf2: Option<PathBuf>,
    /// Build only, and say where the file is
    #[arg(long)]
    pub(super) build: bool,
}

#[derive(Debug, Args)]
pub(super) struct FpgaArgs {
    /// The network
    pub(super) checkpoint: PathBuf,
    /// The hardware
    #[arg(long, value_name = "DESIGN", default_value = "up5k-burst", value_parser = Known(StringValueParser::new(), designs))]
    pub(super) design: String,
    /// The folder that gets sources, scripts, pins, the network's memories and the SPI commands that load them
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct UploadArgs {
    /// The network
    pub(super) checkpoint: PathBuf,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(super) on: Where,
    #[command(flatten)]
    pub(super) line: LineArgs,
    /// Send it even if the device has it
    #[arg(long)]
    pub(super) force: bool,
    /// Then write it to where it survives a loss of power
    #[arg(long)]
    pub(super) persist: bool,
}

#[derive(Debug, Args)]
pub(super) struct PullArgs {
    /// Where the network is written
    pub(super) out: PathBuf,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(super) on: Where,
    #[command(flatten)]
    pub(super) line: LineArgs,
    /// Keep the recipe in the note of this network: the one that was uploaded
    #[arg(long, value_name = "CKPT")]
    pub(super) like: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct StreamArgs {
    /// The network [default: the one that the device has, else a new one]
    pub(super) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(super) wishes: WishArgs,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", default_value_t = Where::Sim, env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(super) on: Where,
    #[command(flatten)]
    pub(super) line: LineArgs,
    /// Let it learn the samples; else it classifies them. A trained network learns whatever comes, in the order of the data set
    #[arg(long)]
    pub(super) learn: bool,
    #[command(flatten)]
    pub(super) life: LifeArgs,
    /// With --learn: go on with a stream that was cut, behind its last sample
    #[arg(long = "continue", requires = "learn")]
    pub(super) resume: bool,
    /// After learning, let it classify so many test samples too; all of them if no number is given
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "4294967295")]
    pub(super) test: Option<usize>,
    /// Write the network here as it is in the end
    #[arg(long, value_name = "CKPT", env = "HEBBIT_OUT")]
    pub(super) out: Option<PathBuf>,
    /// In the end let the device write its network to where it survives a loss of power
    #[arg(long)]
    pub(super) persist: bool,
    /// One JSON document per event on standard output, instead of a live line
    #[arg(long)]
    pub(super) json_lines: bool,
}

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", default_value_t = Where::Sim, env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(super) on: Where,
    #[command(flatten)]
    pub(super) line: LineArgs,
    /// Overwrite the network that the device has, to examine memory, learning and flash; it is sent back in the end
    #[arg(long)]
    pub(super) erase: bool,
    /// Write the table here, to attach it to a bug report; a name that ends in .json: as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The network [default: a new one]
    pub(super) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(super) wishes: WishArgs,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", default_value_t = Where::Sim, env = "HEBBIT_ON", value_parser = Known(place(), places))]
    pub(super) on: Where,
    #[command(flatten)]
    pub(super) line: LineArgs,
    /// With `--on rtl`: if something differs, write what every signal does in that sample here
    #[arg(long, value_name = "FILE.fst")]
    pub(super) wave: Option<PathBuf>,
    /// Compare digests after every N samples
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) every: u32,
}
