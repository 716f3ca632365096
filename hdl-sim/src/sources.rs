//! The SystemVerilog sources, included at compile time.

macro_rules! sources {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!(concat!("../rtl/", $path)))),*] };
}

/// Every file below `rtl/`, packages first: its name and its text.
pub const ALL: &[(&str, &str)] = sources![
    "gen/hebbit_pkg.sv",
    "gen/hebbit_regs_pkg.sv",
    "hebbit_num_pkg.sv",
    "neuron/adaptive.sv",
    "neuron/adaptive_fire.sv",
    "neuron/adaptive_reset.sv",
    "neuron/compete.sv",
    "neuron/lif.sv",
    "learn/burst_post.sv",
    "learn/burst_pre.sv",
    "learn/burst_teach.sv",
    "learn/stdp_post.sv",
    "learn/trace.sv",
    "net/adaptive_lane.sv",
    "net/contest.sv",
    "net/core.sv",
    "net/host_port.sv",
    "net/intake.sv",
    "net/lane.sv",
    "net/mixer.sv",
    "net/neuron_lane.sv",
    "net/neuron_pass.sv",
    "net/ram_1p.sv",
    "net/ram_2p.sv",
    "net/row_scan.sv",
    "net/row_sweep.sv",
    "net/sequencer.sv",
    "net/settings.sv",
    "bus/axil.sv",
    "bus/fifo.sv",
    "bus/peripheral.sv",
    "bus/regs.sv",
    "bus/spi.sv",
    "bus/wishbone.sv",
    "parked/encode/latency.sv",
    "parked/encode/poisson.sv",
    "parked/encode/rate.sv",
    "parked/learn/burst_draw.sv",
    "parked/learn/microcircuit_post.sv",
    "parked/learn/microcircuit_pre.sv",
    "parked/learn/microcircuit_teach.sv",
    "parked/learn/reward_post.sv",
    "parked/learn/reward_pre.sv",
    "parked/learn/stdp_pre.sv",
    "parked/learn/triplet_post.sv",
    "parked/learn/triplet_pre.sv",
    "top_bus.sv",
    "top_ecp5.sv",
    "top_sim.sv",
    "top_spi.sv",
    "top_twins.sv",
    "top_up5k.sv",
    "top_up5k_stdp.sv",
    "top_verbs.sv",
    "wake.sv",
];

/// The folder of modules that no core instantiates: `rtl/parked/README.md` says why.
const PARKED: &str = "parked/";
/// The top that simulates combinational modules one at a time, parked ones included.
const TWINS: &str = "top_twins";

/// The files that a top needs, its own file last: everything but other tops that it does not instantiate, and parked modules only for
/// the top that simulates them and a top that has it inside.
pub fn of_top(top: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = format!("{top}.sv");
    let text = ALL.iter().find(|(name, _)| *name == own).map_or("", |(_, text)| *text);
    let parked = top == TWINS || text.contains(TWINS);
    let inside = move |name: &str| {
        (parked || !name.starts_with(PARKED))
            && name
                .strip_suffix(".sv")
                .filter(|name| name.starts_with("top_"))
                .is_none_or(|name| text.contains(name))
    };
    let (others, last): (Vec<_>, Vec<_>) =
        ALL.iter().copied().filter(|(name, _)| inside(name)).partition(|(name, _)| *name != own);
    others.into_iter().chain(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Names of all files below a folder.
    fn names(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => names(&entry.path(), &format!("{name}/"), found),
                false => found.push(name),
            }
        }
    }

    #[test]
    fn no_file_is_left_out() {
        let mut found = Vec::new();
        names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rtl"), "", &mut found);
        found.retain(|name| name.ends_with(".sv"));
        found.sort_unstable();
        let mut listed: Vec<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
        listed.sort_unstable();
        assert_eq!(listed, found);
    }

    #[test]
    fn a_top_comes_last_and_alone() {
        let of_sim: Vec<_> = of_top("top_sim").map(|(name, _)| name).collect();
        assert_eq!(of_sim.last(), Some(&"top_sim.sv"));
        assert_eq!(of_sim.iter().filter(|name| name.starts_with("top_")).count(), 1);
        assert!(of_sim[0].starts_with("gen/"));
    }

    /// Whether a text instantiates a module.
    fn instantiates(text: &str, module: &str) -> bool {
        let mut code = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim_start());
        code.any(|line| {
            line.strip_prefix(module).is_some_and(|rest| rest.starts_with(" u_") || rest.starts_with(" #("))
        })
    }

    /// A combinational module is either part of a core, or parked; the folder says which.
    #[test]
    fn a_module_is_parked_exactly_if_no_core_has_it() {
        let carried = |text: &&(&str, &str)| {
            let (name, _) = **text;
            !name.starts_with(PARKED) && name != "top_twins.sv" && name != "top_verbs.sv"
        };
        let (mut inside, mut parked) = (0, 0);
        for (name, _) in ALL {
            let in_core = ["encode/", "learn/", "neuron/"].iter().any(|folder| name.starts_with(folder));
            if !in_core && !name.starts_with(PARKED) {
                continue;
            }
            let module = name.rsplit('/').next().and_then(|file| file.strip_suffix(".sv")).expect("a module");
            let used = ALL.iter().filter(carried).any(|(_, text)| instantiates(text, module));
            assert_eq!(used, in_core, "{name}");
            (inside, parked) = (inside + usize::from(in_core), parked + usize::from(!in_core));
        }
        assert!(inside > 5 && parked > 5, "{inside} carried, {parked} parked");
    }

    #[test]
    fn a_design_is_built_without_parked_modules() {
        let parked = |top: &str| of_top(top).filter(|(name, _)| name.starts_with(PARKED)).count();
        assert!(parked(TWINS) > 0);
        assert_eq!(parked("top_verbs"), parked(TWINS), "it has top_twins inside");
        for design in &crate::synth::DESIGNS {
            assert_eq!(parked(design.top), 0, "{}", design.name);
        }
        assert_eq!(parked("top_sim"), 0);
    }
}
