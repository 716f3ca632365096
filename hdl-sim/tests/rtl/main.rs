//! The RTL against the core: verbs, networks, digits.

mod digits;
mod mutants;
mod networks;
mod pair;
mod port;
mod verbs;

use hebbit_rtl::{Build, Builder, RtlError, Simulation};
use std::path::Path;

/// The simulation, built at most once per version of the sources. Nothing, with a word about it, where there is no Verilator; an
/// error where there must be one (`CI` is set).
fn simulation() -> Option<Simulation> {
    simulation_of(&Build::SIM)
}

/// The same with the parameters of a build.
fn simulation_of(build: &Build) -> Option<Simulation> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rtl");
    let built = Builder::new(target).with(build).library().and_then(|library| Simulation::load(&library));
    match built {
        Ok(simulation) => Some(simulation),
        Err(RtlError::Tool { tool, .. }) if std::env::var_os("CI").is_none() => {
            println!("skipped: {tool} not found");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
