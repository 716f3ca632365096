//! Designs: target devices, parameters of the core in each, and input files of the open tools.

use crate::{Build, sources};
use std::fmt::Write as _;
use std::path::Path;

/// Device family, which determines the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Lattice iCE40.
    Ice40,
    /// Lattice ECP5.
    Ecp5,
}

/// A device with the hardware in it.
#[derive(Clone, Copy, Debug)]
pub struct Design {
    /// As in `up5k-burst`.
    pub name: &'static str,
    /// Device family.
    pub family: Family,
    /// The top module.
    pub top: &'static str,
    /// Parameters of its core.
    pub build: Build,
    /// Pins: the name of a file below `synth/`, and its text.
    pub pins: (&'static str, &'static str),
    /// Arguments that describe the device to nextpnr.
    pub device: &'static [&'static str],
    /// Target clock for nextpnr, in MHz; the required one is in `tests/budgets.toml`.
    pub megahertz: &'static str,
    /// Seed of place and route: the best of a few.
    pub seed: u32,
}

/// Test bench parts for a simulated netlist: `gates.v`.
pub const GATES: &str = include_str!("../synth/gates.v");

macro_rules! pins {
    ($name:literal) => {
        ($name, include_str!(concat!("../synth/", $name)))
    };
}

/// All of them.
pub const DESIGNS: [Design; 3] = [
    Design {
        name: "up5k-burst",
        family: Family::Ice40,
        top: "top_up5k",
        build: Build::UP5K,
        pins: pins!("icebreaker.pcf"),
        device: &["--up5k", "--package", "sg48"],
        megahertz: "24",
        seed: 1,
    },
    Design {
        name: "up5k-stdp",
        family: Family::Ice40,
        top: "top_up5k_stdp",
        build: Build::UP5K_STDP,
        pins: pins!("icebreaker.pcf"),
        device: &["--up5k", "--package", "sg48"],
        megahertz: "24",
        seed: 2,
    },
    Design {
        name: "ecp5-25k",
        family: Family::Ecp5,
        top: "top_ecp5",
        build: Build::ECP5,
        pins: pins!("ulx3s.lpf"),
        device: &["--25k", "--package", "CABGA381", "--speed", "6"],
        megahertz: "75",
        seed: 4,
    },
];

impl Design {
    /// The script for yosys: from the sources to `design.json`.
    pub fn script(&self) -> String {
        let mut text = format!("# {}: yosys -s build.ys, in this folder\nread_verilog -sv", self.name);
        for (name, _) in sources::of_top(self.top) {
            write!(text, " \\\n  rtl/{name}").ok();
        }
        text.push('\n');
        let synth = match self.family {
            Family::Ice40 => "synth_ice40 -dsp -spram",
            Family::Ecp5 => "synth_ecp5",
        };
        writeln!(text, "{synth} -top {} -json design.json", self.top).ok();
        text.push_str("tee -q -o stat.json stat -json\n");
        text
    }

    /// The script for yosys that makes `netlist.v` from an iCE40's `design.json`: its cells with the models of yosys, and the pins of
    /// `top_spi`. It reads [`GATES`].
    pub fn gates(&self) -> String {
        format!(
            "# {}: yosys -s gates.ys, in this folder, after build.ys\n\
             read_json design.json\nrename {} chip\ndelete =* chip %d\n\
             cd chip\ndelete t:$scopeinfo\ncd ..\n\
             read_verilog -defer +/ice40/cells_sim.v\nread_verilog -overwrite gates.v\n\
             hierarchy -check -top top_spi\nproc\nflatten\nmemory_collect\nsplitnets\nsetundef -zero\nopt_expr\n\
             opt_clean -purge\nwrite_verilog -noattr netlist.v\n",
            self.name, self.top
        )
    }

    /// Arguments of nextpnr: from `design.json` to what is packed, with `report.json`.
    pub fn place(&self, seed: u32) -> Vec<String> {
        let [pins, out] = match self.family {
            Family::Ice40 => ["--pcf", "--asc"],
            Family::Ecp5 => ["--lpf", "--textcfg"],
        };
        let seed = seed.to_string();
        let mut args = self.device.to_vec();
        args.extend(["--json", "design.json", pins, self.pins.0, out, "design.asc"]);
        args.extend(["--report", "report.json", "--freq", self.megahertz, "--seed", &seed]);
        args.into_iter().map(str::to_owned).collect()
    }

    /// Arguments of icepack or ecppack.
    pub fn pack(&self) -> [&'static str; 2] {
        ["design.asc", "design.bin"]
    }

    /// A makefile that calls the tools in order. `YOSYS` and the other variables name tools of the Python packages.
    pub fn makefile(&self) -> String {
        let (place, pack, variable) = match self.family {
            Family::Ice40 => ("nextpnr-ice40", "icepack", "ICE40"),
            Family::Ecp5 => ("nextpnr-ecp5", "ecppack", "ECP5"),
        };
        let args = self.place(self.seed).join(" ");
        let [from, to] = self.pack();
        format!(
            "# {}\nYOSYS ?= yosys\nNEXTPNR_{variable} ?= {place}\nPACK ?= {pack}\n\n{to}: {from}\n\t$(PACK) $< $@\n\n\
             {from}: design.json {}\n\t$(NEXTPNR_{variable}) {args}\n\n\
             design.json: build.ys $(shell find rtl -name '*.sv')\n\t$(YOSYS) -q -s build.ys\n",
            self.name, self.pins.0
        )
    }

    /// Names of the files in addition to the sources.
    pub fn files(&self) -> [&'static str; 3] {
        ["Makefile", "build.ys", self.pins.0]
    }

    /// Writes sources, scripts and pins into a folder.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let put = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(path, text)
        };
        for (name, text) in sources::of_top(self.top) {
            put(&format!("rtl/{name}"), text)?;
        }
        put("Makefile", &self.makefile())?;
        put("build.ys", &self.script())?;
        put(self.pins.0, self.pins.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_top_has_the_parameters_of_its_build() {
        for design in &DESIGNS {
            let (_, text) = sources::of_top(design.top).last().expect("the top");
            for parameter in design.build.parameters() {
                let (name, value) = parameter.split_once('=').expect("NAME=VALUE");
                assert!(text.contains(&format!(".{name}({value})")), "{}: {parameter}", design.top);
            }
        }
    }

    #[test]
    fn scripts_name_files_that_are_written() {
        for design in &DESIGNS {
            let folder = std::env::temp_dir().join(format!("hebbit-{}-{}", design.name, std::process::id()));
            design.write(&folder).expect("written");
            let script = std::fs::read_to_string(folder.join("build.ys")).expect("the script");
            let read = script.split_whitespace().filter(|word| word.ends_with(".sv"));
            assert!(read.clone().count() > 20 && read.clone().all(|file| folder.join(file).is_file()));
            let place = design.place(design.seed);
            let pins = place.iter().position(|word| word.ends_with("pcf") || word.ends_with("lpf"));
            assert!(pins.is_some_and(|at| at + 1 < place.len() && folder.join(&place[at + 1]).is_file()
                || folder.join(&place[at]).is_file()));
            std::fs::remove_dir_all(&folder).expect("removed");
        }
    }
}
