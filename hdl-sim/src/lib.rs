//! # hebbit-rtl
//!
//! The core's twin in SystemVerilog (`rtl/`), simulated: Verilator makes a shared library of it on demand, and
//! [`Rtl`] is an engine like the others. `docs/RTL.md` describes the hardware.
//!
//! ```no_run
//! # fn main() -> Result<(), hebbit_rtl::RtlError> {
//! use hebbit_core::net::Engine;
//! let library = hebbit_rtl::Builder::new("target/rtl").library()?;
//! let mut engine = hebbit_rtl::Rtl::new(hebbit_rtl::Simulation::load(&library)?);
//! engine.load(&std::fs::read("net.hbt").unwrap_or_default())?;
//! # Ok(())
//! # }
//! ```

mod build;
mod bus;
mod engine;
mod error;
pub mod image;
pub mod layout;
mod library;
pub mod load;
mod model;
pub mod package;
mod program;
pub mod registers;
mod schedule;
pub mod sources;
mod stored;
pub mod synth;
mod table;
mod traces;

pub use build::Build;
pub use bus::{BusIn, BusOut};
pub use engine::{Cost, Origins, Rtl};
pub use error::RtlError;
pub use library::Builder;
pub use model::{Bus, Buses, Memory, Model, Simulation, Spi, Status, Stop};
pub use table::Table;
