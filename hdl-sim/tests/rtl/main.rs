//! The RTL against the core: verbs, networks, digits.

mod digits;
mod mutants;
mod networks;
mod pair;
mod port;
mod script;
mod twins;
mod verbs;

use hebbit_rtl::{Builder, RtlError, Simulation};
use std::path::Path;

fn builder() -> Builder {
    Builder::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("rtl"))
}

/// The simulation that writes waveforms.
fn traced_simulation() -> Result<Simulation, RtlError> {
    builder().traced().library().and_then(|library| Simulation::load(&library))
}

/// The simulation, built at most once per version of the sources. Nothing, with a word about it, where there is no Verilator; an
/// error where there must be one (`CI` is set).
fn simulation() -> Option<Simulation> {
    match builder().library().and_then(|library| Simulation::load(&library)) {
        Ok(simulation) => Some(simulation),
        Err(RtlError::Tool { tool, .. }) if std::env::var_os("CI").is_none() => {
            println!("skipped: {tool} not found");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
