//! Synthesis, place and route of the hardware with open tools, compared with its budget.

use super::budgets::Budget;
use super::eda::{ECPPACK, ICEPACK, NEXTPNR_ECP5, NEXTPNR_ICE40, YOSYS};
use super::step::{Outcome, Step};
use super::tools::{SYNTHESIS, VERILATOR};
use crate::tree;
use hebbit_rtl::sources;
use hebbit_rtl::synth::{DESIGNS, Design, Family, GATES};
use serde_json::Value;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// All designs in parallel: each takes one processor for minutes.
pub(super) fn step(seed: Option<u32>) -> Step {
    let all = move || {
        std::thread::scope(|scope| {
            let checks = DESIGNS.iter().map(|design| scope.spawn(move || check(design, seed)));
            let ended = checks.collect::<Vec<_>>().into_iter().map(|check| check.join());
            let all =
                ended.map(|result| Outcome::of(result.unwrap_or_else(|_| Err("it panicked".to_owned()))));
            all.reduce(Outcome::plus).unwrap_or_else(|| Outcome::skipped("there are no designs"))
        })
    };
    Step::own("synthesis", all).with(&SYNTHESIS)
}

/// Resources of a design, by their names in `tests/budgets.toml`, with units.
type Taken = Vec<(&'static str, u64, &'static str)>;

/// The netlist of the UP5K for burst, simulated cell by cell by its pins, must learn what the core learns.
pub(super) fn gates(broken: Option<usize>) -> Vec<Step> {
    let design = &DESIGNS[0];
    let folder = folder(design);
    let netlist = folder.join("netlist.v").to_string_lossy().into_owned();
    vec![
        Step::own("gates: netlist", move || Outcome::of(netlist_of(design, broken))).with(&SYNTHESIS),
        Step::cargo("gates: equal to the core", "test --release --workspace --test rtl a_netlist")
            .env("NETLIST", &netlist)
            .with(&VERILATOR),
    ]
}

fn netlist_of(design: &Design, broken: Option<usize>) -> Result<(), String> {
    let folder = synthesise(design)?;
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).map_err(|error| format!("{name}: {error}"))
    };
    if let Some(number) = broken {
        let path = folder.join("design.json");
        std::fs::remove_file(folder.join(OF)).map_err(|error| error.to_string())?;
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        write("design.json", &defect(&text, number)?)?;
    }
    write("gates.v", GATES)?;
    write("gates.ys", &design.gates())?;
    YOSYS.call(&folder, &["-q", "-s", "gates.ys"]).map(drop)
}

/// A netlist with one inverted look-up table.
fn defect(json: &str, number: usize) -> Result<String, String> {
    const TABLE: &str = "\"LUT_INIT\": \"";
    let (at, _) = json.match_indices(TABLE).nth(number).ok_or(format!("it has no table {number}"))?;
    let from = at + TABLE.len();
    let to = json[from..].find('"').map_or(from, |length| from + length);
    let inverse = |bit| if bit == '0' { '1' } else { '0' };
    let table: String = json[from..to].chars().map(inverse).collect();
    Ok([&json[..from], &table, &json[to..]].concat())
}

fn folder(design: &Design) -> PathBuf {
    tree::root().join("target/synth").join(design.name)
}

/// Synthesises `design.json` and returns its folder. An existing file is reused if sources and tool are the same.
fn synthesise(design: &Design) -> Result<PathBuf, String> {
    let folder = folder(design);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let (of, key) = (folder.join(OF), key(design)?);
    if std::fs::read_to_string(&of).is_ok_and(|text| text == key) {
        return Ok(folder);
    }
    design.write(&folder).map_err(failed)?;
    let said = YOSYS.call(&folder, &["-q", "-s", "build.ys"])?;
    // This warning is the only sign of a multiplier that the tool has split wrongly.
    if said.contains("onflict") {
        return Err(said);
    }
    std::fs::write(of, key).map_err(failed)?;
    Ok(folder)
}

/// The file with the key of a `design.json`.
const OF: &str = "design.of";

/// Hash of the sources, the script and the tool's version.
fn key(design: &Design) -> Result<String, String> {
    let mut hasher = std::hash::DefaultHasher::new();
    for (name, text) in sources::of_top(design.top) {
        (name, text).hash(&mut hasher);
    }
    design.script().hash(&mut hasher);
    YOSYS.call(Path::new("."), &["-V"])?.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn check(design: &Design, seed: Option<u32>) -> Result<(), String> {
    let folder = synthesise(design)?;
    let (place, pack) = match design.family {
        Family::Ice40 => (NEXTPNR_ICE40, ICEPACK),
        Family::Ecp5 => (NEXTPNR_ECP5, ECPPACK),
    };
    // The clock is read from the report and compared with the budget, so that the tool need not fail for a slow one.
    let args = design.place(seed.unwrap_or(design.seed));
    let args = args.iter().map(String::as_str).chain(["-q", "--timing-allow-fail"]);
    place.call(&folder, &args.collect::<Vec<_>>())?;
    pack.call(&folder, &design.pack())?;
    if design.family == Family::Ecp5 {
        pll_is_tuned(
            &std::fs::read_to_string(folder.join("design.asc")).map_err(|error| error.to_string())?,
        )?;
    }
    let taken = taken(design, &read(&folder.join("report.json"))?, &read(&folder.join("stat.json"))?)?;
    let mut over = Vec::new();
    for (what, amount, unit) in taken {
        match Budget::read(&format!("synth.{}.{what}", design.name))?.hold(what, amount, unit) {
            Ok(text) => println!("         {} {text}", design.name),
            Err(text) => over.push(format!("{} {text}", design.name)),
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

/// Checks that the charge pump and the loop filter of an ECP5's PLL are set in the bitstream: place and route writes zeros for unknown
/// attributes.
fn pll_is_tuned(config: &str) -> Result<(), String> {
    let zero = |name: &&&str| {
        let word = config
            .lines()
            .find_map(|line| line.strip_prefix("word: ")?.strip_prefix(**name)?.strip_prefix(' '));
        !word.is_some_and(|bits| bits.contains('1'))
    };
    let words = ["ICP_CURRENT", "LPF_RESISTOR", "MFG_ENABLE_FILTEROPAMP", "MFG_GMCREF_SEL"];
    match words.iter().find(zero) {
        Some(name) => Err(format!("{name} of the PLL is zero in the bitstream")),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<Value, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    serde_json::from_str(&text).map_err(|error| failed(&error))
}

/// Resources from nextpnr's report and yosys' statistics.
fn taken(design: &Design, report: &Value, stat: &Value) -> Result<Taken, String> {
    let used = |cell: &str| report["utilization"][cell]["used"].as_u64();
    let cells = |kind: &str| stat["design"]["num_cells_by_type"][kind].as_u64().unwrap_or(0);
    let clocks = report["fmax"].as_object().map(|clocks| clocks.values()).into_iter().flatten();
    let megahertz = clocks.filter_map(|clock| clock["achieved"].as_f64()).fold(f64::INFINITY, f64::min);
    if !megahertz.is_finite() {
        return Err(format!("{}: nextpnr's report has no clock", design.name));
    }
    let wanted = match design.family {
        Family::Ice40 => vec![
            ("cells", used("ICESTORM_LC"), "logic cells"),
            ("rams", used("ICESTORM_RAM"), "block RAMs"),
            ("multipliers", used("ICESTORM_DSP"), "multipliers"),
            ("sprams", used("ICESTORM_SPRAM"), "large RAMs"),
        ],
        Family::Ecp5 => vec![
            ("luts", Some(cells("LUT4")), "LUT4"),
            ("comb", used("TRELLIS_COMB"), "slots of logic"),
            ("rams", used("DP16KD"), "block RAMs"),
            ("multipliers", used("MULT18X18D"), "multipliers"),
        ],
    };
    let found = |(what, amount, unit): (&'static str, Option<u64>, _)| {
        Ok((what, amount.ok_or(format!("{}: the report does not say how many {unit}", design.name))?, unit))
    };
    let mut taken: Taken = wanted.into_iter().map(found).collect::<Result<_, String>>()?;
    taken.push(("kilohertz", (megahertz * 1000.0) as u64, "kHz"));
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_read() {
        let report = serde_json::json!({
            "utilization": {
                "ICESTORM_LC": {"available": 5280, "used": 4321},
                "ICESTORM_RAM": {"available": 30, "used": 28},
                "ICESTORM_DSP": {"available": 8, "used": 5},
                "ICESTORM_SPRAM": {"available": 4, "used": 4},
            },
            "fmax": {"a": {"achieved": 31.25, "constraint": 24.0}, "b": {"achieved": 27.5, "constraint": 12.0}},
        });
        let of = |report: &Value| taken(&DESIGNS[0], report, &Value::Null);
        let found = of(&report).expect("the report is whole");
        assert_eq!(found[0], ("cells", 4321, "logic cells"));
        assert_eq!(found.last(), Some(&("kilohertz", 27500, "kHz")));
        let mut broken = report.clone();
        broken["utilization"]["ICESTORM_RAM"] = Value::Null;
        assert!(of(&broken).is_err());
        broken = report;
        broken["fmax"] = Value::Null;
        assert!(of(&broken).is_err());
    }

    #[test]
    fn a_pll_without_its_attributes_is_seen() {
        let tuned = "word: LPF_RESISTOR 0001000\nword: ICP_CURRENT 01100\nword: MFG_GMCREF_SEL 10\nword: MFG_ENABLE_FILTEROPAMP 1\n";
        assert_eq!(pll_is_tuned(tuned), Ok(()));
        for (from, to) in [("01100", "00000"), ("word: LPF_RESISTOR 0001000\n", "")] {
            assert!(pll_is_tuned(&tuned.replace(from, to)).is_err());
        }
    }

    #[test]
    fn a_defect_is_one_table() {
        let json = r#""LUT_INIT": "0110", "LUT_INIT": "0001""#;
        assert_eq!(defect(json, 1).as_deref(), Ok(r#""LUT_INIT": "0110", "LUT_INIT": "1110""#));
        assert!(defect(json, 2).is_err());
    }

    #[test]
    fn every_design_has_a_budget() {
        for design in &DESIGNS {
            for what in ["rams", "multipliers", "kilohertz"] {
                Budget::read(&format!("synth.{}.{what}", design.name)).expect("a budget");
            }
        }
    }
}
