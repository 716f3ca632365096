//! The loop that learns: order of presentation, augmentation, progress, and nothing else.

use super::augment::shift1;
use super::drift::{drift_curve, window};
use super::recipe::{Augment, Note, Progress, Recipe, Teacher};
use crate::data::{Dataset, order};
use crate::engine::{CoreEngine, Keep};
use crate::record::{CurvePoint, DriftCurve, percent};
use hebbit_core::net::{Engine as _, Target};

/// Whether the loop goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// Stop behind this sample.
    Stop,
}

/// Samples between two looks at the clock, the progress bar and Ctrl-C.
const STRIDE: u64 = 256;
/// Points of the accuracy curve.
const POINTS: u64 = 200;

/// A run that learns, on any engine.
pub struct Trainer<'d, E = CoreEngine> {
    engine: E,
    recipe: Recipe,
    /// A network that answers the same samples and does not learn; which samples both got right, since this trainer was made.
    against: Option<CoreEngine>,
    right: Vec<bool>,
    frozen_right: Vec<bool>,
    presenter: Presenter<'d>,
    progress: Progress,
    epoch: Option<u64>,
}

/// The samples of a run in the order of presentation, shifted where the recipe says so. The same on every engine.
pub struct Presenter<'d> {
    recipe: Recipe,
    train: &'d Dataset,
    epoch: Option<u64>,
    order: Vec<u32>,
    picture: Vec<u8>,
}

impl<'d> Presenter<'d> {
    /// The samples that a recipe presents.
    pub fn new(recipe: Recipe, train: &'d Dataset) -> Self {
        Self { recipe, train, epoch: None, order: Vec::new(), picture: Vec::new() }
    }

    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Samples of the whole run.
    pub fn total(&self) -> u64 {
        self.recipe.total(self.train.len())
    }

    /// The sample that is presented behind so many others, and its class.
    pub fn sample(&mut self, done: u64) -> (&[u8], u8) {
        let size = self.train.len() as u64;
        let epoch = done / size;
        if self.epoch != Some(epoch) {
            let in_order = self.recipe.onward.as_ref().is_some_and(|onward| onward.in_order);
            self.order = match in_order {
                true => (0..self.train.len() as u32).collect(),
                false => order(self.train.len(), epoch as u32, self.recipe.order_seed()),
            };
            self.epoch = Some(epoch);
        }
        let i = self.order[(done % size) as usize] as usize;
        let (sample, label) = (self.train.sample(i), self.train.label(i));
        if self.recipe.augment != Augment::Shift1 || done * 4 >= self.total() * 3 {
            return (sample, label);
        }
        shift1(sample, self.train.picture_shape(), done as u32, self.recipe.order_seed(), &mut self.picture);
        (&self.picture, label)
    }

    /// The samples that a network remembers there, the oldest first: what fills the ring of one that was stored.
    pub fn remembered(&mut self, progress: &Progress) -> Vec<(Vec<u8>, u8)> {
        let Some(onward) = &self.recipe.onward else { return Vec::new() };
        let room = usize::from(onward.remember);
        let places = if self.recipe.teacher == Teacher::YesNo {
            progress.confirmed.clone()
        } else {
            let known = (0..progress.samples).rev().filter(|&i| self.recipe.is_labelled(i));
            let mut places: Vec<u64> = known.take(room).collect();
            places.reverse();
            places
        };
        let mut samples = Vec::with_capacity(places.len());
        for i in places {
            let (sample, label) = self.sample(i);
            samples.push((sample.to_vec(), label));
        }
        samples
    }
}

impl<'d, E: Keep> Trainer<'d, E> {
    /// A run on `train`, from where `progress` says it stands.
    pub fn new(engine: E, recipe: Recipe, train: &'d Dataset, progress: Progress) -> Self {
        let presenter = Presenter::new(recipe.clone(), train);
        let (right, frozen_right) = (Vec::new(), Vec::new());
        Self { engine, recipe, against: None, right, frozen_right, presenter, progress, epoch: None }
    }

    /// Lets another network, frozen, answer the same samples.
    pub fn set_against(&mut self, network: CoreEngine) {
        self.against = Some(network);
    }

    /// Fills the network's ring with the samples that it remembered when its run was stopped.
    ///
    /// # Errors
    /// What the engine says.
    pub fn recall(&mut self) -> Result<(), E::Error> {
        for (sample, label) in self.presenter.remembered(&self.progress) {
            self.engine.remember(&sample, label)?;
        }
        Ok(())
    }

    /// Samples of the whole run.
    pub fn total(&self) -> u64 {
        self.presenter.total()
    }

    /// Where it stands.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The engine, to look at or to give away.
    pub fn engine(&mut self) -> &mut E {
        &mut self.engine
    }

    /// Percent of the epoch's samples that were right when they were presented, before they were learned.
    pub fn train_accuracy(&self) -> f64 {
        percent(self.progress.right, self.progress.seen)
    }

    /// Accuracy over the samples learned here, each tested before it was learned, in windows; beside that of the frozen network, if
    /// there is one.
    pub fn drift(&self) -> DriftCurve {
        let frozen = self.against.as_ref().map(|_| &self.frozen_right[..]);
        drift_curve(&self.right, frozen, window(self.right.len()))
    }

    /// Notes what held-out samples say at this point.
    pub fn note_held_out(&mut self, accuracy: f64) {
        self.close_point();
        if let Some(point) = self.progress.curve.last_mut() {
            point.held_out = Some(accuracy);
        }
    }

    /// The network as it is, with its recipe and progress.
    ///
    /// # Errors
    /// If the engine cannot give its network back.
    pub fn checkpoint(&mut self) -> Result<Vec<u8>, E::Error> {
        let note = Note::new(Some(self.presenter.recipe.clone()), self.progress.clone());
        self.engine.kept(&note.to_bytes())
    }

    /// Learns until the end of the epoch or of the run, or until `look` says stop. Returns whether it was stopped.
    ///
    /// # Errors
    /// Samples that do not fit the network, or what the engine says.
    pub fn epoch(&mut self, look: &mut dyn FnMut(&Progress) -> Control) -> Result<Control, E::Error> {
        let size = self.presenter.train.len() as u64;
        let (total, stretch) = (self.total(), (self.total() / POINTS).max(STRIDE));
        loop {
            let done = self.progress.samples;
            if done >= total || (done.is_multiple_of(size) && self.epoch.is_some_and(|e| e != done / size)) {
                self.epoch = None;
                return Ok(Control::Continue);
            }
            self.begin(done / size, done.is_multiple_of(size));
            self.learn()?;
            let done = self.progress.samples;
            if done.is_multiple_of(stretch) || done == total {
                self.close_point();
            }
            let stop =
                (done.is_multiple_of(STRIDE) || done == total) && look(&self.progress) == Control::Stop;
            // The end of an epoch belongs to it: whoever stops there stops behind it.
            if stop && done < total && !done.is_multiple_of(size) {
                return Ok(Control::Stop);
            }
        }
    }

    /// A fresh epoch counts from zero.
    fn begin(&mut self, epoch: u64, fresh: bool) {
        if self.epoch != Some(epoch) && fresh {
            (self.progress.right, self.progress.seen) = (0, 0);
        }
        self.epoch = Some(epoch);
    }

    fn learn(&mut self) -> Result<(), E::Error> {
        let done = self.progress.samples;
        let (sample, label) = self.presenter.sample(done);
        let target = self.recipe.target(&mut self.engine, done, sample, label)?;
        let outcome = self.engine.learn(sample, target)?;
        if matches!(target, Target::Right(_)) {
            self.progress.confirm(done, &self.recipe);
        }
        if let Some(network) = &mut self.against {
            let class = network.classify(sample).ok().and_then(|outcome| outcome.class);
            self.frozen_right.push(class == Some(label));
        }
        self.right.push(outcome.class == Some(label));
        let right = u64::from(outcome.class == Some(label));
        self.progress.samples += 1;
        self.progress.seen += 1;
        self.progress.right += right;
        self.progress.point.0 += right;
        self.progress.point.1 += 1;
        Ok(())
    }

    fn close_point(&mut self) {
        let (right, seen) = std::mem::take(&mut self.progress.point);
        if seen > 0 {
            let (samples, online) = (self.progress.samples, percent(right, seen));
            self.progress.curve.push(CurvePoint { samples, online, held_out: None });
        }
    }
}
