//! The network: its plan, its state in columns, the kernels under its loops, and the schedule of a sample.

mod arena;
mod delayed;
mod digest;
mod engine;
mod feedback;
mod kernels;
mod layer;
pub mod life;
mod list;
mod network;
mod observe;
mod plan;
mod projection;
mod sample;
mod stage;
mod taps;
mod update;

pub use arena::Arena;
pub use digest::{Digest, Hasher};
pub use engine::{Engine, Scope, Target};
pub use feedback::Feedback;
pub use kernels::{
    Events, GradedColumns, Kernels, LifColumns, Rows, Scalar, Update, Weights, WeightsMut, scalar,
};
pub use layer::Layer;
pub(crate) use layer::kept_words;
pub use network::{Memory, Network};
pub use observe::{Moment, Observer, Parts, Place};
pub use plan::{
    Connection, Counters, Coupling, FROM_TARGET, LayerKind, LayerPlan, Learning, MAX_LAYERS, MAX_OTHERS,
    MAX_WINDOWS, Plan, Shape, ShapeError, Start, Tap, Taps, Topology, WeightFormat, WeightSource, Window,
};
pub use projection::Projection;
