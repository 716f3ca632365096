//! What can be said on the command line.

mod help;
mod life;
mod line;
mod names;
mod prepare;
mod tune;
mod wish;

use clap::builder::{StringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueHint};
use hebbit::device::Where;
use hebbit::float::Activation;
use hebbit::kernels::{AnyKernels, KernelChoice};
use hebbit::run::WeightWidth;
pub(crate) use life::LifeArgs;
pub(crate) use line::LineArgs;
use names::{Known, boards, choice, designs, devices, hosts, places, sets};
use std::path::PathBuf;
use std::time::Duration;
pub(crate) use tune::TuneArgs;
pub(crate) use wish::WishArgs;

/// Spiking networks that learn on the device, in integers: the same bits on a laptop, a microcontroller and an FPGA.
#[derive(Debug, Parser)]
#[command(name = "hebbit", version, max_term_width = 100, after_help = help::codes())]
pub(crate) struct Cli {
    /// Print one JSON document instead of text
    #[arg(long, global = true, env = "HEBBIT_JSON", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) json: bool,
    /// No progress bars and no remarks on standard error
    #[arg(short, long, global = true, env = "HEBBIT_QUIET", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
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
pub(crate) struct DemoArgs {
    /// Folder that gets `hebbit-demo.hbt` and `hebbit-demo.html`
    #[arg(long, default_value = ".")]
    pub(crate) out: PathBuf,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct LearnArgs {
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Go on with the run of a checkpoint: everything but the data's place is in it
    #[arg(long, value_name = "CKPT", env = "HEBBIT_RESUME")]
    pub(crate) resume: Option<PathBuf>,
    /// Begin a new run on a trained network: other data, epochs, samples, rate, decay, and a memory of samples
    #[arg(long, value_name = "CKPT", conflicts_with = "resume")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) life: LifeArgs,
    /// With --from: present samples in the order of the data set, not shuffled
    #[arg(long, requires = "from")]
    pub(crate) in_order: bool,
    /// Fail if the network answers the test no better than chance
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write the network here: after each epoch, when interrupted, and at the end
    #[arg(long, value_name = "CKPT", env = "HEBBIT_OUT")]
    pub(crate) out: Option<PathBuf>,
    /// Write the report here
    #[arg(long, value_name = "FILE.html", env = "HEBBIT_REPORT")]
    pub(crate) report: Option<PathBuf>,
}

/// Reads where a network runs.
fn place() -> impl TypedValueParser<Value = Where> {
    StringValueParser::new().try_map(|text| text.parse::<Where>())
}

#[derive(Debug, Args)]
pub(crate) struct EngineArgs {
    /// Inner loops: the reference, or this machine's vectors; the same bits
    #[arg(long, default_value_t = KernelChoice::Simd, env = "HEBBIT_KERNELS", value_parser = choice::<KernelChoice>())]
    pub(crate) kernels: KernelChoice,
    /// Where the network runs: here, or in the simulated RTL. `hebbit stream` knows devices
    #[arg(long, value_name = "core|rtl", default_value_t = Where::Core, env = "HEBBIT_ON", value_parser = Known(place(), hosts))]
    pub(crate) on: Where,
}

impl EngineArgs {
    /// The kernels, if the network is to run in this process.
    pub(crate) fn kernels(&self, stream: &str) -> crate::error::Result<AnyKernels> {
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
pub(crate) struct EvalArgs {
    /// The network
    pub(crate) checkpoint: PathBuf,
    /// Data set to test on: its test part, or a file of one part whole [default: what the network's run left out of learning]
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE", env = "HEBBIT_DATASET", value_hint = ValueHint::AnyPath)]
    pub(crate) data: Option<String>,
    /// Fail if the network answers no better than chance
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

#[derive(Debug, Args)]
#[group(id = "samples", required = true, multiple = false, args = ["data", "sample"])]
pub(crate) struct PredictArgs {
    /// The network
    pub(crate) checkpoint: PathBuf,
    /// Samples with or without labels: a data set, a file, or `-`: one sample per line of standard input
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE|-")]
    pub(crate) data: Option<String>,
    /// One sample: its values with commas, as they are measured
    #[arg(long, value_name = "N,N,N", allow_hyphen_values = true)]
    pub(crate) sample: Option<String>,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The network
    pub(crate) checkpoint: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct QuantizeArgs {
    /// Float weights and biases, one array each: `w0, b0, w1, …`, a state dict of PyTorch or snnTorch, or in the order of layers
    #[arg(value_name = "WEIGHTS.npz")]
    pub(crate) weights: PathBuf,
    /// Lines and neurons of each layer, the input first [default: as the arrays have it]
    #[arg(long, value_name = "784-128-10")]
    pub(crate) layers: Option<String>,
    /// Width that weights get
    #[arg(long = "weights", default_value_t = WeightWidth::I16, value_parser = choice::<WeightWidth>())]
    pub(crate) width: WeightWidth,
    /// Ticks per sample
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=32767))]
    pub(crate) ticks: u16,
    /// Data set to balance layers with (training part) and to compare accuracy with (test part)
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE", env = "HEBBIT_DATASET", value_hint = ValueHint::AnyPath)]
    pub(crate) data: Option<String>,
    /// Greatest raw weight [default: 127, 8191, or what can be proved]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i16).range(1..))]
    pub(crate) bound: Option<i16>,
    /// Activation that the network was trained with
    #[arg(long, default_value_t = Activation::Clip, value_parser = choice::<Activation>())]
    pub(crate) activation: Activation,
    /// Take square matrices as [out, in]
    #[arg(long)]
    pub(crate) transposed: bool,
    /// Greatest share of a projection's weights that may be clipped, 0 to 1
    #[arg(long, value_name = "SHARE")]
    pub(crate) clip: Option<f64>,
    /// Do not add half a spike to hidden neurons: rates are cut off, not rounded
    #[arg(long)]
    pub(crate) truncate: bool,
    /// Learning rate 2^-K of each projection, for going on
    #[arg(long, value_name = "K,K", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) rate: Option<Vec<i32>>,
    /// Seed of what is drawn when it goes on learning
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where the network goes
    #[arg(long, value_name = "CKPT")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The network
    pub(crate) checkpoint: PathBuf,
    /// Data set to test on: its test part, or a file of one part whole [default: what the network's run left out of learning]
    #[arg(long, value_name = "mini|mnist|gas-drift|DIR|FILE", env = "HEBBIT_DATASET", value_hint = ValueHint::AnyPath)]
    pub(crate) data: Option<String>,
    /// Where the report goes
    #[arg(long, value_name = "FILE.html")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Data set to learn
    #[arg(
        long,
        default_value = "mini",
        value_name = "mini|mnist|gas-drift|DIR|FILE",
        env = "HEBBIT_DATASET",
        value_hint = ValueHint::AnyPath
    )]
    pub(crate) data: String,
    /// Lines and neurons of each layer
    #[arg(long, value_name = "784-128-10")]
    pub(crate) layers: Option<String>,
    /// Width of weights
    #[arg(long, default_value_t = WeightWidth::I8, value_parser = choice::<WeightWidth>())]
    pub(crate) weights: WeightWidth,
    /// Ticks per sample
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=32767))]
    pub(crate) ticks: u16,
    /// Epochs to measure
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) epochs: u32,
}

#[derive(Debug, Args)]
pub(crate) struct ReproduceArgs {
    /// Data set to learn
    #[arg(
        long,
        default_value = "mnist",
        value_name = "mini|mnist|gas-drift|DIR|FILE",
        env = "HEBBIT_DATASET",
        value_hint = ValueHint::AnyPath
    )]
    pub(crate) data: String,
    /// A small part of the data and one seed: minutes, to see that everything runs
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only these rows; `drift` alone is learning on after deployment, which needs `hebbit data fetch gas-drift`
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// With --only drift: the folder of streams that `host-tools/lab/streams.py` has made
    #[arg(long, value_name = "DIR")]
    pub(crate) streams: Option<PathBuf>,
    /// With --only drift: devices that learn the gas sensors too, whose digests must be the core's
    #[arg(long, value_name = "DEVICE,DEVICE", value_delimiter = ',')]
    pub(crate) on: Vec<Where>,
    /// Seeds 1 to N of the i16 networks and of backprop; the other columns have seed 1 [default: 3, quick: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seeds: Option<u64>,
    /// Jobs at the same time [default: as many as the machine has processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Finished jobs are kept here; the same command goes on from it
    #[arg(long, value_name = "FILE", default_value = "hebbit-reproduce.json")]
    pub(crate) state: PathBuf,
    /// Write the table here, as markdown
    #[arg(long, value_name = "FILE.md")]
    pub(crate) out: Option<PathBuf>,
    /// Write the table and its curves here
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Inner loops: the reference, or this machine's vectors; the same bits
    #[arg(long, default_value_t = KernelChoice::Simd, env = "HEBBIT_KERNELS", value_parser = choice::<KernelChoice>())]
    pub(crate) kernels: KernelChoice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataArgs {
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
pub(crate) struct FitArgs {
    /// The network
    pub(crate) checkpoint: PathBuf,
    /// The board [default: all of them]
    #[arg(long, value_name = "BOARD", env = "HEBBIT_DEVICE", value_parser = Known(StringValueParser::new(), boards))]
    pub(crate) device: Option<String>,
    /// How often the network is persisted, for how long the flash lasts: a number and s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = every)]
    pub(crate) save_every: Duration,
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
pub(crate) struct FlashArgs {
    /// The board; `hebbit devices` lists them
    #[arg(long, value_name = "BOARD", env = "HEBBIT_DEVICE", value_parser = Known(StringValueParser::new(), boards))]
    pub(crate) device: String,
    /// Write a UF2 file here instead, to be copied to the board's drive
    #[arg(long, value_name = "FILE.uf2")]
    pub(crate) uf2: Option<PathBuf>,
    /// Build only, and say where the file is
    #[arg(long)]
    pub(crate) build: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FpgaArgs {
    /// The network
    pub(crate) checkpoint: PathBuf,
    /// The hardware
    #[arg(long, value_name = "DESIGN", default_value = "up5k-burst", value_parser = Known(StringValueParser::new(), designs))]
    pub(crate) design: String,
    /// The folder that gets sources, scripts, pins, the network's memories and the SPI commands that load them
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct UploadArgs {
    /// The network
    pub(crate) checkpoint: PathBuf,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(crate) on: Where,
    #[command(flatten)]
    pub(crate) line: LineArgs,
    /// Send it even if the device has it
    #[arg(long)]
    pub(crate) force: bool,
    /// Then write it to where it survives a loss of power
    #[arg(long)]
    pub(crate) persist: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// Where the network is written
    pub(crate) out: PathBuf,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(crate) on: Where,
    #[command(flatten)]
    pub(crate) line: LineArgs,
    /// Keep the recipe in the note of this network: the one that was uploaded
    #[arg(long, value_name = "CKPT")]
    pub(crate) like: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct StreamArgs {
    /// The network [default: the one that the device has, else a new one]
    pub(crate) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", default_value_t = Where::Sim, env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(crate) on: Where,
    #[command(flatten)]
    pub(crate) line: LineArgs,
    /// Let it learn the samples; else it classifies them. A trained network learns whatever comes, in the order of the data set
    #[arg(long)]
    pub(crate) learn: bool,
    #[command(flatten)]
    pub(crate) life: LifeArgs,
    /// With --learn: go on with a stream that was cut, behind its last sample
    #[arg(long = "continue", requires = "learn")]
    pub(crate) resume: bool,
    /// After learning, let it classify so many test samples too; all of them if no number is given
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "4294967295")]
    pub(crate) test: Option<usize>,
    /// Write the network here as it is in the end
    #[arg(long, value_name = "CKPT", env = "HEBBIT_OUT")]
    pub(crate) out: Option<PathBuf>,
    /// In the end let the device write its network to where it survives a loss of power
    #[arg(long)]
    pub(crate) persist: bool,
    /// One JSON document per event on standard output, instead of a live line
    #[arg(long)]
    pub(crate) json_lines: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", default_value_t = Where::Sim, env = "HEBBIT_ON", value_parser = Known(place(), devices))]
    pub(crate) on: Where,
    #[command(flatten)]
    pub(crate) line: LineArgs,
    /// Overwrite the network that the device has, to examine memory, learning and flash; it is sent back in the end
    #[arg(long)]
    pub(crate) erase: bool,
    /// Write the table here, to attach it to a bug report; a name that ends in .json: as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The network [default: a new one]
    pub(crate) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
    /// The device; `hebbit devices` lists them
    #[arg(long, value_name = "DEVICE", default_value_t = Where::Sim, env = "HEBBIT_ON", value_parser = Known(place(), places))]
    pub(crate) on: Where,
    #[command(flatten)]
    pub(crate) line: LineArgs,
    /// With `--on rtl`: if something differs, write what every signal does in that sample here
    #[arg(long, value_name = "FILE.fst")]
    pub(crate) wave: Option<PathBuf>,
    /// Compare digests after every N samples
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: u32,
}
