//! Proofs about the RTL: each property is proved by an SMT solver for all operands and states, and refuted again once the RTL has one
//! defect.
//!
//! A property is a module of assertions, `hdl-sim/formal/*.sv`, or a block `ifdef FORMAL` in a module of the RTL. Yosys turns it into
//! formulas, `yosys-smtbmc` asks yices.

use super::eda::{SMTBMC, YOSYS};
use super::mutations::replaced;
use super::step::{Outcome, Tally};
use crate::tree;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What is proved.
#[derive(Debug, Clone, Copy)]
struct Property {
    /// Description.
    name: &'static str,
    /// The module with the assertions; its file has the same name.
    top: &'static str,
    /// Depth of the proof for a module with a clock, and whether it is by induction.
    steps: Steps,
    /// Parameters of the module, if it is proved for a small one.
    parameters: &'static [(&'static str, u32)],
    /// A defect that refutes it: description, file below `hdl-sim/rtl/`, a text that occurs there once, its replacement.
    defect: [&'static str; 4],
}

/// Kinds of proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Steps {
    /// Combinational: no clock.
    None,
    /// For this many cycles after the reset, and for all later ones by induction over as many.
    Induction(u32),
    /// For this many cycles after the reset.
    Bounded(u32),
}

/// Timeout of the solver, in seconds.
const LIMIT: &str = "--timeout=120";

const PROPERTIES: &[Property] = &[
    Property {
        name: "sums saturate and never wrap",
        top: "formal_saturate",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "32768 is taken for a word",
            "hebbit_num_pkg.sv",
            "x[31:15] == 17'd0 ||",
            "x[31:16] == 16'd0 ||",
        ],
    },
    Property {
        name: "an update is the ideal one, within its bounds",
        top: "formal_update",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "the least weight is not held",
            "hebbit_num_pkg.sv",
            "if (x < 10'(low)) clamp = low;",
            "if (1'b0) clamp = low;",
        ],
    },
    Property {
        name: "a leak keeps the sign and shrinks",
        top: "formal_leak",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "it rounds up",
            "hebbit_num_pkg.sv",
            "leak = leaked(v, product[31:16]);",
            "leak = leaked(v, product[31:16] + 16'(product[15:0] != 16'd0));",
        ],
    },
    Property {
        name: "align and fold_rate are their definitions",
        top: "formal_shift",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "the rate has no end on the left",
            "hebbit_num_pkg.sv",
            "if (rate > 8'sd15) fold_up = 5'd31;",
            "if (rate > 8'sd16) fold_up = 5'd31;",
        ],
    },
    Property {
        name: "a spike is a threshold reached; a refractory neuron is silent",
        top: "formal_lif",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "a refractory neuron integrates",
            "neuron/lif.sv",
            "(left_i != 16'd0 ? 32'sd0 :",
            "(1'b0 ? 32'sd0 :",
        ],
    },
    Property {
        name: "an adaptive neuron resets, its rise never wraps",
        top: "formal_adaptive",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "the membrane has no floor",
            "neuron/adaptive.sv",
            "(next < floor_i) ? floor_i : next",
            "next",
        ],
    },
    Property {
        name: "the winner is the greatest, of equals the first",
        top: "formal_compete",
        steps: Steps::Induction(3),
        parameters: &[],
        defect: [
            "the last of equals wins",
            "neuron/compete.sv",
            "excess_i[14:0] > best_i",
            "excess_i[14:0] >= best_i",
        ],
    },
    Property {
        name: "a PLL that does not lock is reset and shows",
        top: "formal_wake",
        steps: Steps::Bounded(135),
        parameters: &[],
        defect: [
            "it is given no time",
            "wake.sv",
            "watch_q[Bits-1:Bits-4] == 4'b1111",
            "watch_q[Bits-1:Bits-4] == 4'b0000",
        ],
    },
    Property {
        name: "a round of mix is reversible, keyed weights are odd",
        top: "formal_dither",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "keyed weights are even",
            "hebbit_num_pkg.sv",
            "{!draw[7], draw[6:0], 1'b1}",
            "{!draw[7], draw[6:0], 1'b0}",
        ],
    },
    Property {
        name: "a fixed decay is that of the ports; signs of stdp",
        top: "formal_stdp",
        steps: Steps::None,
        parameters: &[],
        defect: [
            "twice as much decays",
            "learn/trace.sv",
            "(trace_i >> (16 - Log))",
            "(trace_i >> (15 - Log))",
        ],
    },
    Property {
        name: "a FIFO loses nothing and keeps the order, 15 cycles",
        top: "fifo",
        steps: Steps::Bounded(15),
        parameters: &[("AddrWidth", 2), ("Width", 4)],
        defect: [
            "it takes one more than it has room for",
            "bus/fifo.sv",
            "assign put_ready_o = !level_o[AddrWidth];",
            "assign put_ready_o = 1'b1;",
        ],
    },
    Property {
        name: "registers answer each request once, 12 cycles",
        top: "regs",
        steps: Steps::Bounded(12),
        parameters: &[("FifoAddr", 3)],
        defect: [
            "the core begins what is open",
            "bus/regs.sv",
            "refused = req_we_i && ((starts && open_q) ||",
            "refused = req_we_i && ((starts && go_q) ||",
        ],
    },
    Property {
        name: "Wishbone: one answer to each access",
        top: "wishbone",
        steps: Steps::Induction(6),
        parameters: &[],
        defect: [
            "it asks again when it has its answer",
            "bus/wishbone.sv",
            "asked && !ack_o && !err_o;",
            "asked;",
        ],
    },
    Property {
        name: "AXI4-Lite: one answer to each access, held until taken",
        top: "axil",
        steps: Steps::Induction(6),
        parameters: &[],
        defect: [
            "an answer does not wait",
            "bus/axil.sv",
            "if (ends) state_q <= Idle;",
            "if (state_q == Answered) state_q <= Idle;",
        ],
    },
];

/// Whether the property holds. An error is a failure of a tool.
fn proves(property: &Property, folder: &Path, files: &[String]) -> Result<bool, String> {
    let top = property.top;
    let set = |(name, value): &(&str, u32)| format!("chparam -set {name} {value} {top}; ");
    let script = format!(
        "read_verilog -formal -sv {}; {}prep -flatten -top {top}; async2sync; dffunmap; write_smt2 -wires {top}.smt2",
        files.join(" "),
        property.parameters.iter().map(set).collect::<String>()
    );
    let (ok, text) = YOSYS.output(folder, &["-q", "-p", &script])?;
    let formulas = format!("{top}.smt2");
    if !ok || !folder.join(&formulas).is_file() {
        return Err(text);
    }
    let (steps, ways): (u32, &[&[&str]]) = match property.steps {
        Steps::None => (1, &[&[]]),
        Steps::Induction(steps) => (steps, &[&[], &["-i"]]),
        Steps::Bounded(steps) => (steps, &[&[]]),
    };
    let steps = steps.to_string();
    let common = ["--noprogress", "-s", "yices", "-S", LIMIT, "-t", &steps];
    for way in ways {
        let arguments = [way, common.as_slice(), &[formulas.as_str()]].concat();
        let (_, text) = SMTBMC.output(folder, &arguments)?;
        match (text.contains("Status: PASSED"), text.contains("Status: FAILED")) {
            (true, false) => {}
            (false, true) => return Ok(false),
            _ => return Err(text),
        }
    }
    Ok(true)
}

/// Result of a property.
struct Verdict {
    property: &'static Property,
    /// Whether it holds.
    proved: Result<bool, String>,
    seconds: f64,
    /// Whether the defect refutes it.
    refuted: Result<bool, String>,
}

impl Verdict {
    fn good(&self) -> bool {
        matches!((&self.proved, &self.refuted), (Ok(true), Ok(true)))
    }

    fn words(&self) -> String {
        let proved = match &self.proved {
            Ok(true) => "proved".to_owned(),
            Ok(false) => "NOT PROVED".to_owned(),
            Err(text) => format!("FAILED: {}", text.trim()),
        };
        let defect = self.property.defect[0];
        let refuted = match &self.refuted {
            Ok(true) => format!("refuted where {defect}"),
            Ok(false) => format!("PROVED where {defect}"),
            Err(text) => format!("FAILED where {defect}: {}", text.trim()),
        };
        format!("{proved}; {refuted}")
    }

    fn json(&self) -> Value {
        let word = |result: &Result<bool, String>, yes: &str, no: &str| match result {
            Ok(true) => yes.to_owned(),
            Ok(false) => no.to_owned(),
            Err(text) => text.clone(),
        };
        json!({
            "property": self.property.name,
            "module": self.property.top,
            "verdict": word(&self.proved, "proved", "not proved"),
            "seconds": (self.seconds * 10.0).round() / 10.0,
            "defect": self.property.defect[0],
            "defect_seen": word(&self.refuted, "yes", "no"),
        })
    }
}

/// The sources: those of the RTL but its tops, packages first; then the modules of assertions.
fn sources() -> Result<Vec<(String, String)>, String> {
    let root = tree::root();
    let rtl = hebbit_rtl::sources::ALL.iter().filter(|(file, _)| !file.starts_with("top_"));
    let rtl = rtl.map(|(file, text)| Ok((format!("rtl/{file}"), (*text).to_owned())));
    let formal = tree::files(&root).into_iter().filter_map(|file| {
        let name = file.strip_prefix("hdl-sim/").filter(|name| name.starts_with("formal/"))?;
        let read = || std::fs::read_to_string(root.join(&file)).map_err(|error| format!("{file}: {error}"));
        name.ends_with(".sv").then(|| Ok((name.to_owned(), read()?)))
    });
    rtl.chain(formal).collect()
}

/// Modules with assertions that no property lists.
fn forgotten(sources: &[(String, String)]) -> Vec<&str> {
    let stem = |file: &str| file.rsplit('/').next().unwrap_or(file).trim_end_matches(".sv").to_owned();
    let asserts =
        |(file, text): &&(String, String)| file.starts_with("formal/") || text.contains("`ifdef FORMAL");
    let unnamed = |file: &str| PROPERTIES.iter().all(|property| property.top != stem(file));
    sources.iter().filter(asserts).map(|(file, _)| file.as_str()).filter(|file| unnamed(file)).collect()
}

/// The sources with one defect.
fn broken(property: &Property, sources: &[(String, String)]) -> Result<Vec<(String, String)>, String> {
    let [_, file, from, to] = property.defect;
    let file = format!("rtl/{file}");
    let mut sources = sources.to_vec();
    let Some((_, text)) = sources.iter_mut().find(|(name, _)| *name == file) else {
        return Err(format!("there is no {file}"));
    };
    *text = replaced(text, from, to).ok_or_else(|| format!("{file} has this text not once: {from}"))?;
    Ok(sources)
}

fn judge(property: &'static Property, sources: &[(String, String)]) -> Verdict {
    let files: Vec<String> = sources.iter().map(|(file, _)| file.clone()).collect();
    let ask = |sources: &[(String, String)]| {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        for (file, text) in sources {
            tree::write(&folder.path().join(file), text.as_bytes()).map_err(|error| error.to_string())?;
        }
        proves(property, folder.path(), &files)
    };
    let start = Instant::now();
    let proved = ask(sources);
    let seconds = start.elapsed().as_secs_f64();
    let refuted = broken(property, sources).and_then(|sources| ask(&sources)).map(|proved| !proved);
    Verdict { property, proved, seconds, refuted }
}

/// Proves all properties, as many in parallel as there are processors. `show` gets each result as soon as it is available.
fn judge_all(show: &(dyn Fn(&Verdict) + Sync)) -> Result<Vec<Verdict>, String> {
    let sources = sources()?;
    let forgotten = forgotten(&sources);
    if !forgotten.is_empty() {
        return Err(format!("assertions without a property: {}", forgotten.join(", ")));
    }
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(Vec::new());
    let work = || {
        while let Some(property) = PROPERTIES.get(next.fetch_add(1, Ordering::Relaxed)) {
            let verdict = judge(property, &sources);
            show(&verdict);
            verdicts.lock().unwrap_or_else(PoisonError::into_inner).push(verdict);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap_or_else(PoisonError::into_inner);
    verdicts
        .sort_by_key(|verdict| PROPERTIES.iter().position(|property| property.top == verdict.property.top));
    Ok(verdicts)
}

/// Proves everything, a line for each.
pub(super) fn run() -> Outcome {
    let show = |verdict: &Verdict| {
        println!("proof    {:<52} {:>6.1} s  {}", verdict.property.name, verdict.seconds, verdict.words());
    };
    match judge_all(&show) {
        Err(error) => Outcome::of(Err(error)),
        Ok(verdicts) => verdicts.iter().fold(Outcome::default(), |mut outcome, verdict| {
            let good = verdict.good();
            outcome.tally = outcome.tally.plus(if good { Tally::PASSED } else { Tally::FAILED });
            if !good {
                let _ = writeln!(outcome.text, "{}: {}", verdict.property.name, verdict.words());
            }
            outcome
        }),
    }
}

/// The same as one JSON value. Whether all is well.
pub(super) fn report() -> (Value, bool) {
    match judge_all(&|_| {}) {
        Err(error) => (json!({ "error": error }), false),
        Ok(verdicts) => {
            let good = verdicts.iter().all(Verdict::good);
            (
                json!({ "properties": verdicts.iter().map(Verdict::json).collect::<Vec<_>>(), "ok": good }),
                good,
            )
        }
    }
}
