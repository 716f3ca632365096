//! Learning on after deployment, measured: what a network that goes on learning answers right, beside its frozen self.
//!
//! Every sample of a stream is answered before it is learned. [`Stream`] says what is streamed, [`learn_on`] lets a network meet it,
//! [`Learned`] is what came of it, as text, markdown or JSON.

mod bases;
mod run;
mod streams;
mod table;

pub use bases::Case;
pub use run::{DriftRow, Trial, learn_on};
pub use streams::{Harm, Stream};
pub use table::{Learned, OnDevice};

use bases::Bases;
use hebbit::data::{self, Dataset};
use hebbit::device::Where;
use hebbit::error::{Error, Result};
use hebbit::kernels::AnyKernels;
use hebbit::run::{OnwardOptions, Pace, WeightWidth};
use std::path::PathBuf;

/// Neurons of the hidden layer: the default, and a network for a small device.
const HIDDEN: [u16; 2] = [128, 32];
/// One of so many samples has a label.
const LABELS: [u32; 3] = [1, 10, 100];
/// Draws of the places of labels, where some samples have none.
const DRAWS: u64 = 3;

/// What is to be run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of `host-tools/lab/streams.py`.
    pub streams: Option<PathBuf>,
    /// The gas sensors with all labels only.
    pub quick: bool,
    /// Inner loops.
    pub kernels: AnyKernels,
    /// Devices that learn the gas sensors too.
    pub on: Vec<Where>,
}

/// Runs everything that the data at hand allow: the gas sensors; with MNIST the turning digits and more of the same; with the
/// folder of `host-tools/lab/streams.py` the heart beats and the speakers. `look` hears what is under way.
///
/// # Errors
/// No gas-drift data, what is wrong with a file, a device that fails or learns something else than the core.
pub fn drift(options: &Options, look: &mut dyn FnMut(&str)) -> Result<Learned> {
    let kernels = options.kernels;
    let bases = Bases::new(kernels);
    let mut lab = Lab { bases, kernels, rows: Vec::new(), engines: Vec::new(), left_out: Vec::new(), look };
    // What is wrong with a file is said before the work.
    let prepared = options.streams.as_deref().map(streams::prepared).transpose()?;
    let gas = streams::gas()?;
    lab.gas(&gas, options.quick)?;
    for on in &options.on {
        lab.device(&gas, on)?;
    }
    if !options.quick {
        lab.harm(&gas)?;
        if data::list().iter().any(|set| set.name == "mnist" && set.present) {
            let [turning, same] = streams::digits()?;
            lab.stream(&turning)?;
            lab.same(&same)?;
        } else {
            lab.left_out.push("turning digits, more of the same: `hebbit data fetch mnist`".to_owned());
        }
        match prepared {
            Some(streams) => streams.iter().try_for_each(|stream| lab.stream(stream))?,
            None => lab.left_out.push("heart beats, speakers: --streams DIR".to_owned()),
        }
    }
    Ok(Learned { rows: lab.rows, engines: lab.engines, left_out: lab.left_out })
}

/// What is measured, and what has been.
struct Lab<'x> {
    bases: Bases,
    kernels: AnyKernels,
    rows: Vec<DriftRow>,
    engines: Vec<OnDevice>,
    left_out: Vec<String>,
    look: &'x mut dyn FnMut(&str),
}

/// Options of a pace, and of one that remembers nothing.
fn at(pace: Pace, remembers: bool) -> OnwardOptions {
    let remember = if remembers { None } else { Some(0) };
    OnwardOptions { pace: Some(pace), remember, in_order: true, ..OnwardOptions::default() }
}

/// The paces that every stream is run at.
fn paces() -> [OnwardOptions; 5] {
    [
        at(Pace::Careful, true),
        at(Pace::Steady, true),
        at(Pace::Brisk, false),
        at(Pace::Brisk, true),
        at(Pace::Fast, true),
    ]
}

impl Lab<'_> {
    fn trial(&mut self, stream: &Stream, case: &Case) -> Result<()> {
        (self.look)(&case.name(stream));
        let base = self.bases.of(stream, case)?;
        let row = learn_on(stream, case, &base, self.kernels)?;
        self.rows.push(row);
        Ok(())
    }

    /// Every width, size and share of labels.
    fn gas(&mut self, stream: &Stream, quick: bool) -> Result<()> {
        for weights in [WeightWidth::I8, WeightWidth::I16] {
            for hidden in HIDDEN {
                for every in LABELS {
                    for options in paces() {
                        let alone = matches!(options.pace, Some(Pace::Steady | Pace::Careful));
                        if (quick && (every > 1 || alone)) || (every > 1 && alone) {
                            continue;
                        }
                        let options = OnwardOptions { label_every: Some(every), ..options };
                        let draws = if every == 1 { 1 } else { DRAWS };
                        self.trial(stream, &Case { weights, hidden, options, draws, harm: Harm::None })?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The gas sensors at the default pace, on a device: its digest must be the core's.
    fn device(&mut self, stream: &Stream, on: &Where) -> Result<()> {
        let options = at(Pace::Brisk, true);
        let case = Case { options: OnwardOptions { label_every: Some(1), ..options }, ..Case::usual() };
        (self.look)(&format!("{} on {on}", case.name(stream)));
        let base = self.bases.of(stream, &case)?;
        let core = learn_on(stream, &case, &base, self.kernels)?;
        let digest = run::on_device(stream, &case, &base, on)?;
        if digest != core.digest {
            let message = format!("{on} has digest {digest} after the gas sensors, the core {}", core.digest);
            return Err(Error::BitMismatch { message });
        }
        self.engines.push(OnDevice { on: on.to_string(), samples: stream.met.len(), digest });
        Ok(())
    }

    /// What the world does to a stream.
    fn harm(&mut self, stream: &Stream) -> Result<()> {
        for harm in [Harm::WrongLabels { percent: 20 }, Harm::StuckLines { lines: 40 }] {
            for options in paces() {
                self.trial(stream, &Case { options, harm, ..Case::usual() })?;
            }
        }
        let one = streams::one_class(stream)?;
        for options in paces() {
            self.trial(&one, &Case { options, ..Case::usual() })?;
        }
        Ok(())
    }

    /// A stream at every pace, with all labels and with one in ten.
    fn stream(&mut self, stream: &Stream) -> Result<()> {
        for every in [1, 10] {
            for options in paces() {
                let options = OnwardOptions { label_every: Some(every), ..options };
                self.trial(stream, &Case { options, ..Case::usual() })?;
            }
        }
        Ok(())
    }

    /// More samples of what was learned: trained in integers, and quantized from float.
    fn same(&mut self, stream: &Stream) -> Result<()> {
        for weights in [WeightWidth::I8, WeightWidth::I16] {
            for options in paces() {
                self.trial(stream, &Case { weights, options, ..Case::usual() })?;
            }
        }
        for quantized in bases::QUANTIZED {
            let stream = Stream { base: quantized, ..stream.clone() };
            for weights in [WeightWidth::I8, WeightWidth::I16] {
                for options in paces() {
                    self.trial(&stream, &Case { weights, options, ..Case::usual() })?;
                }
            }
        }
        Ok(())
    }
}

/// A set with as many samples as it has, in a part of that name.
fn named(name: &str, set: &Dataset) -> Dataset {
    let mut set = set.clone();
    set.name = name.to_owned();
    set
}
