//! A run: the recipe that says everything about it, the network made from it, and the loop that learns.

mod augment;
mod build;
mod defaults;
mod evaluate;
mod recipe;
mod record;
mod train;

pub use build::build;
pub use defaults::Wishes;
pub use evaluate::{Evaluation, assign_labels, evaluate};
pub use recipe::{
    Augment, Encoding, Feedback, Note, Progress, Readout, Recipe, WeightWidth, note_of, parse_layers,
};
pub use record::compose;
pub use train::{Control, Trainer};
