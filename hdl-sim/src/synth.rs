//! Designs: what the hardware is put into, with which parameters, and the inputs of the open tools that do it.

use crate::sources;
use std::fmt::Write as _;
use std::path::Path;

/// Whose tools.
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
    /// Whose tools make it.
    pub family: Family,
    /// The module on top.
    pub top: &'static str,
    /// Its parameters, where they are not the usual ones.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Pins: the name of a file below `synth/`, and its text.
    pub pins: (&'static str, &'static str),
    /// What nextpnr wants to know of the device.
    pub device: &'static [&'static str],
    /// Megahertz that it must reach.
    pub megahertz: &'static str,
}

macro_rules! pins {
    ($name:literal) => {
        ($name, include_str!(concat!("../synth/", $name)))
    };
}

/// All of them.
pub const DESIGNS: [Design; 1] = [Design {
    name: "up5k-burst",
    family: Family::Ice40,
    top: "top_up5k",
    parameters: &[],
    pins: pins!("icebreaker.pcf"),
    device: &["--up5k", "--package", "sg48"],
    megahertz: "24",
}];

impl Design {
    /// The script for yosys: from the sources to `design.json`.
    pub fn script(&self) -> String {
        let mut text = format!("# {}: yosys -s build.ys, in this folder\nread_verilog -sv", self.name);
        for (name, _) in sources::of_top(self.top) {
            write!(text, " \\\n  rtl/{name}").ok();
        }
        text.push('\n');
        for (name, value) in self.parameters {
            writeln!(text, "chparam -set {name} {value} {}", self.top).ok();
        }
        let synth = match self.family {
            Family::Ice40 => "synth_ice40 -dsp -spram",
            Family::Ecp5 => "synth_ecp5",
        };
        writeln!(text, "{synth} -top {} -json design.json", self.top).ok();
        text.push_str("tee -q -o stat.json stat -json\n");
        text
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
        ["design.asc", "design.bit"]
    }

    /// Writes sources, script and pins into a folder.
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
        put("build.ys", &self.script())?;
        put(self.pins.0, self.pins.1)
    }
}
