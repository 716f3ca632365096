//! One table of all learning rules: what the paper says, what backprop, a float twin and the integers reach, and what the rule's
//! update has to do with the gradient.
//!
//! A row of [`ROWS`] times a [`Column`] times a seed is a [`Job`]; [`run()`] does those that the [`State`] does not hold yet,
//! some at once; [`Document`] is what it all says, as text, markdown or JSON.

mod angle;
mod claim;
pub mod drift;
mod float;
mod jobs;
mod measures;
pub mod pairing;
mod probe;
mod rows;
mod run;
mod scope;
mod state;
mod surrogate;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod work;

pub use angle::{BATCH, SAMPLES, angles, degrees, reference};
pub use claim::silence;
pub use jobs::{Column, Curve, Job, Number, Outcome, Watch, jobs};
pub use rows::{Measure, ROWS, Row, rows};
pub use run::{Control, Standing, run};
pub use scope::Scope;
pub use state::State;
pub use surrogate::{Surrogate, measure};
pub use table::{Cell, Document, Line};
