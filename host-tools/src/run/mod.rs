//! A run: the recipe that says everything about it, the network made from it, and the loop that learns.

mod augment;
mod build;
mod defaults;
mod drift;
mod evaluate;
mod recipe;
mod record;
mod rules;
mod train;

pub use build::build;
pub(crate) use build::{plan, put, store};
pub use defaults::Wishes;
pub use drift::{drift_curve, frozen};
pub(crate) use evaluate::each_part;
pub use evaluate::{Evaluation, assign_labels, evaluate, evaluate_on};
pub use recipe::{
    Augment, Encoding, Feedback, Note, Origin, Progress, Readout, Recipe, WeightWidth, note_of, parse_layers,
};
pub use record::compose;
pub(crate) use rules::with_fraction;
pub use train::{Control, Presenter, Trainer};
pub(crate) use train::{order, percent};
