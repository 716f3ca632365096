//! Compares the RTL with the core: verbs, networks, digits.

mod bench;
mod bus;
mod competing;
mod digits;
mod driver;
mod instar;
mod map;
mod mutants;
mod networks;
mod pair;
mod player;
mod port;
mod script;
mod tops;
mod twins;
mod verbs;

use hebbit_rtl::{Build, Builder, Buses, RtlError, Simulation};
use std::path::Path;

/// The result of a build, which is cached per version of the sources. `None`, with a message, without Verilator; with `CI` set that is an
/// error.
fn built<T>(built: Result<T, RtlError>) -> Option<T> {
    match built {
        Ok(built) => Some(built),
        Err(RtlError::Tool { tool, .. }) if std::env::var_os("CI").is_none() => {
            println!("skipped: {tool} not found");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn builder() -> Builder {
    Builder::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("rtl"))
}

/// The simulation that writes waveforms.
fn traced_simulation_of(build: &Build) -> Result<Simulation, RtlError> {
    builder().with(build).traced().library().and_then(|library| Simulation::load(&library))
}

/// The simulated core.
fn simulation() -> Option<Simulation> {
    simulation_of(&Build::SIM)
}

/// The same with the parameters of a build.
fn simulation_of(build: &Build) -> Option<Simulation> {
    built(builder().with(build).library().and_then(|library| Simulation::load(&library)))
}

/// Registers and buses.
fn buses(build: &Build) -> Option<Buses> {
    built(builder().with(build).buses().library().and_then(|library| Buses::load(&library)))
}

/// A netlist instead of the peripheral on SPI.
fn netlist(text: &str) -> Option<Buses> {
    built(builder().netlist(text).library().and_then(|library| Buses::load(&library)))
}
