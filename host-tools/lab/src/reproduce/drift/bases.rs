//! Networks as they are when they are deployed, each made once.

use super::streams::{Base, Harm, Stream};
use crate::float::{Activation, Loss, Rate};
use hebbit::data::Split;
use hebbit::engine::{CoreEngine, CoreError};
use hebbit::error::{Error, Result};
use hebbit::kernels::AnyKernels;
use hebbit::quantize;
use hebbit::run::{
    Control, Note, OnwardOptions, Pace, Progress, Trainer, WeightWidth, Wishes, build, note_of,
};
use hebbit_core::checkpoint::Checkpoint;
use std::path::Path;
use std::rc::Rc;

/// A network, how it goes on learning, and what happens to its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Width of weights.
    pub weights: WeightWidth,
    /// Hidden neurons.
    pub hidden: u16,
    /// How it goes on learning.
    pub options: OnwardOptions,
    /// Draws of the places of labels; figures are their mean.
    pub draws: u64,
    /// What happens to the stream.
    pub harm: Harm,
}

impl Case {
    /// The network that most rows are of: i8, 128 hidden neurons.
    pub fn usual() -> Self {
        Self {
            weights: WeightWidth::I8,
            hidden: 128,
            options: OnwardOptions::default(),
            draws: 1,
            harm: Harm::None,
        }
    }

    /// In words, for the line of progress.
    pub fn name(&self, stream: &Stream) -> String {
        let Self { weights, hidden, options, .. } = self;
        let pace = options.pace.unwrap_or(Pace::Brisk);
        format!("{}, {weights}, {hidden} hidden, {pace}", stream.name)
    }
}

/// Networks that were trained in float.
pub(super) const QUANTIZED: [Base; 2] = [Base::Quantized { relu: false }, Base::Quantized { relu: true }];

/// A deployed network, and the note that says how it was made.
#[derive(Debug)]
pub struct Deployed {
    /// The network.
    pub bytes: Vec<u8>,
    /// Its note.
    pub note: Note,
}

/// The networks made so far.
pub(super) struct Bases {
    kernels: AnyKernels,
    made: Vec<(String, Rc<Deployed>)>,
}

impl Bases {
    pub(super) fn new(kernels: AnyKernels) -> Self {
        Self { kernels, made: Vec::new() }
    }

    /// The network that meets a stream.
    pub(super) fn of(&mut self, stream: &Stream, case: &Case) -> Result<Rc<Deployed>> {
        let key = format!("{} {:?} {} {}", stream.train.name, stream.base, case.weights, case.hidden);
        if let Some((_, made)) = self.made.iter().find(|(name, _)| *name == key) {
            return Ok(Rc::clone(made));
        }
        let made = Rc::new(match stream.base {
            Base::Trained { epochs, constant } => self.trained(stream, case, epochs, constant)?,
            Base::Quantized { relu } => quantized(stream, case, relu)?,
        });
        self.made.push((key, Rc::clone(&made)));
        Ok(made)
    }

    fn trained(&self, stream: &Stream, case: &Case, epochs: u32, constant: bool) -> Result<Deployed> {
        let classes = stream.train.classes().max(stream.met.classes());
        let layers = [stream.train.width(), case.hidden.into(), classes].map(|n| n as u16).to_vec();
        let wishes = Wishes {
            layers: Some(layers),
            weights: Some(case.weights),
            epochs: Some(epochs),
            rate: constant.then(|| vec![9, 11]),
            decay: constant.then_some(0),
            ..Wishes::default()
        };
        let recipe = wishes.recipe_for(&stream.train)?;
        let engine = CoreEngine::new(&build(&recipe)?, self.kernels)?;
        let mut trainer = Trainer::new(engine, recipe.clone(), &stream.train, Progress::default());
        while trainer.progress().samples < trainer.total() {
            trainer.epoch(&mut |_| Control::Continue)?;
        }
        let note = Note::new(Some(recipe), trainer.progress().clone());
        Ok(Deployed { bytes: trainer.checkpoint()?, note })
    }
}

/// Passes of the float network over the training samples, and its learning rate at the start and at the end.
const EPOCHS: u32 = 8;
const RATES: (f64, f64) = (0.03, 0.003);

/// A network that was trained in float and quantized, as `hebbit quantize` does it.
fn quantized(stream: &Stream, case: &Case, relu: bool) -> Result<Deployed> {
    let classes = stream.train.classes().max(stream.met.classes());
    let layers = [stream.train.width(), case.hidden.into(), classes].map(|n| n as u16);
    let (activation, loss) = match relu {
        true => (Activation::Relu, Loss::CrossEntropy),
        false => (Activation::Clip, Loss::Matching),
    };
    let mut net = Rate::random(&layers, activation, 1);
    let at = |epoch: u32| RATES.0 * (RATES.1 / RATES.0).powf(f64::from(epoch) / f64::from(EPOCHS));
    for epoch in 0..EPOCHS {
        net.epoch(&stream.train, loss, (at(epoch), at(epoch + 1)), 1, epoch);
    }
    let internal = |error: &dyn std::fmt::Display| Error::Internal { message: error.to_string() };
    let npz = net.to_npz().map_err(|error| internal(&error))?;
    let (name, width) = ("float.npz", case.weights);
    let options = quantize::Options { width, activation, ..quantize::Options::new(name, &layers) };
    let split = Split::new(stream.train.clone(), stream.met.head(1_000))?;
    let (bytes, _) = quantize::quantize_bytes(&options, &npz, Some(&split))?;
    let note = note_of(Path::new(name), Checkpoint::parse(&bytes).map_err(CoreError::from)?.note)?;
    Ok(Deployed { bytes, note })
}
