//! A run: the recipe that says everything about it, the network made from it, and the loop that learns.

mod augment;
mod build;
mod classes;
mod defaults;
mod drift;
mod evaluate;
mod file;
mod health;
mod onward;
mod predict;
mod recipe;
mod record;
mod rewrite;
mod rules;
mod teacher;
mod train;
mod trial;
mod watch;

pub(crate) use build::plan;
pub use build::{build, build_for, put, store, with_schema};
pub use classes::ClassNames;
pub use defaults::Wishes;
pub use drift::{drift_curve, frozen, window};
pub(crate) use evaluate::each_part;
pub use evaluate::{ClassResult, Evaluation, assign_labels, evaluate, evaluate_on};
pub use file::RecipeFile;
pub use health::{Advice, Firing, near_chance, silent_layers, still_improving};
pub use onward::{Continued, Onward, OnwardOptions, Pace, is_labelled, onward, recipe_like};
pub use predict::{Prediction, Predictor};
pub use recipe::{
    Augment, Encoding, Feedback, Note, Origin, Progress, Readout, Recipe, WeightWidth, note_of, parse_layers,
};
pub use record::compose;
pub use rewrite::rewrite;
pub use rules::{Way, rule_forms, ways};
pub(crate) use rules::{setting_ranges, with_fraction};
pub use teacher::Teacher;
pub use train::{Control, Presenter, Trainer, order, percent};
pub use trial::{learn_whole, trial};
pub use watch::{Warning, Watch, What};
