//! What networks meet after they were deployed.

use super::named;
use hebbit::data::{self, Dataset, gas_drift};
use hebbit::error::Result;
use std::path::Path;

/// What a network learned before it was deployed, and what it meets then, in order.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Its name in tables.
    pub name: String,
    /// How the network that meets it was made.
    pub base: Base,
    /// Learned before.
    pub train: Dataset,
    /// Met then.
    pub met: Dataset,
    /// Names of the parts of what is met, each with the number of samples up to its end.
    pub parts: Vec<(String, usize)>,
    /// What the network is tested with before and afterwards, where that is the question.
    pub test: Option<Dataset>,
}

/// How a network was made before it met a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Trained in integers: epochs, and whether at a rate that does not fall.
    Trained {
        /// Passes over the training samples.
        epochs: u32,
        /// Whether the rate stays.
        constant: bool,
    },
    /// Trained in float with clipped units or ReLU, then quantized.
    Quantized {
        /// Whether the float network had ReLU units.
        relu: bool,
    },
}

impl Base {
    /// In words, for a table.
    pub fn words(self) -> String {
        match self {
            Self::Trained { epochs, .. } => format!("learned in integers, {epochs} epochs"),
            Self::Quantized { relu: false } => "float, clipped units, quantized".to_owned(),
            Self::Quantized { relu: true } => "float, ReLU, quantized".to_owned(),
        }
    }
}

/// What is done to the samples of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Harm {
    /// Nothing.
    #[default]
    None,
    /// So many percent of the labels are those of another class, evenly.
    WrongLabels {
        /// How many.
        percent: u32,
    },
    /// So many lines carry 255 from the middle of the stream on.
    StuckLines {
        /// How many, spread evenly.
        lines: usize,
    },
}

impl Harm {
    /// In words, for a table.
    pub fn words(self) -> String {
        match self {
            Self::None => String::new(),
            Self::WrongLabels { percent } => format!("{percent} % of the labels wrong"),
            Self::StuckLines { lines } => format!("{lines} lines stuck from the middle on"),
        }
    }
}

/// Gas sensors over 36 months: batch 1, then the later ones in order.
pub(super) fn gas() -> Result<Stream> {
    let mut batches = gas_drift::batches()?.into_iter();
    let train = batches.next().map(|(_, set)| set).unwrap_or_default();
    let (mut parts, mut sets, mut end) = (Vec::new(), Vec::new(), 0);
    for (batch, set) in batches {
        end += set.len();
        parts.push((batch.to_string(), end));
        sets.push(set);
    }
    let met = Dataset::join("gas-drift/test", sets)?.unwrap_or_default();
    let base = Base::Trained { epochs: 40, constant: true };
    Ok(Stream { name: "gas sensors".to_owned(), base, train, met, parts, test: None })
}

/// Samples of one class alone, after batch 2 was met: what becomes of the other classes.
pub(super) fn one_class(gas: &Stream) -> Result<Stream> {
    const TIMES: usize = 20_000;
    let (_, end) = gas.parts[0].clone();
    let second = gas.met.head(end);
    let class = 0;
    let of_class: Vec<usize> = (0..second.len()).filter(|&i| second.label(i) == class).collect();
    let alone: Vec<usize> = of_class.iter().copied().cycle().take(TIMES).collect();
    let both = (0..second.len()).chain(alone);
    let met = second.select(both);
    let others = second.select((0..second.len()).filter(|&i| second.label(i) != class));
    let parts = vec![("batch 2".to_owned(), second.len()), (format!("class {class} alone"), met.len())];
    let (name, test) = ("one class alone".to_owned(), Some(others));
    Ok(Stream { name, parts, met, test, ..gas.clone() })
}

/// Digits that turn while they come, and digits like those that were learned.
pub(super) fn digits() -> Result<[Stream; 2]> {
    const LEARNED: usize = 40_000;
    const TURNING: usize = 12_000;
    let split = data::load("mnist")?;
    let train = split.train.head(LEARNED);
    let (_, rest) = split.train.split_tail(split.train.len() - LEARNED);
    let met = data::turning(&rest.head(TURNING), TURNING, 60, 1)?;
    let base = Base::Trained { epochs: 8, constant: false };
    let eighths = (1..=8).map(|i| (format!("{i}/8"), met.len() * i / 8)).collect();
    let turning = Stream {
        name: "turning digits".to_owned(),
        base,
        train: train.clone(),
        parts: eighths,
        met,
        test: None,
    };
    let parts = vec![("all".to_owned(), rest.len())];
    let name = "more of the same".to_owned();
    Ok([turning, Stream { name, base, train, met: rest, parts, test: Some(split.test) }])
}

/// The streams that `host-tools/lab/streams.py` has made in a folder.
pub(super) fn prepared(folder: &Path) -> Result<Vec<Stream>> {
    let base = |epochs| Base::Trained { epochs, constant: false };
    let mut streams = vec![one(folder, "beats", "stream", "heart beats", base(5))?];
    for speaker in ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"] {
        let file = format!("speakers_{speaker}");
        streams.push(one(folder, &file, "mixed", &format!("speaker {speaker}, left out"), base(8))?);
    }
    Ok(streams)
}

fn one(folder: &Path, file: &str, part: &str, name: &str, base: Base) -> Result<Stream> {
    let path = folder.join(format!("{file}.npz"));
    let read = |part: &str| -> Result<Dataset> {
        let spec = format!("{}?part={part}", path.display());
        Ok(data::read(&spec, &data::Known::default())?.whole_or_test().set)
    };
    let (train, met) = (named(name, &read("train")?), read(part)?);
    let parts = (1..=8).map(|i| (format!("{i}/8"), met.len() * i / 8)).collect();
    Ok(Stream { name: name.to_owned(), base, train, met, parts, test: None })
}
