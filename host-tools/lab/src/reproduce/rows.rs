//! The rows of the table: which paper, which network, what is measured.

use hebbit::error::{Error, Result};
use hebbit::run::Feedback;

/// What a row measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Percent right of the test samples, in every column.
    Accuracy,
    /// The same, of integers only: no float network stands beside a rule without a teacher.
    Alone,
    /// The pairing curve of [`super::pairing`].
    Pairing,
    /// The angle at the first layer, by depth.
    Depth,
    /// What bursts carry without and with a teacher.
    Claim,
    /// What falls while it learns.
    Surrogate,
}

/// One row: a rule in one form, the network around it, and the paper it is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Name on the command line.
    pub name: &'static str,
    /// Learning rule.
    pub rule: &'static str,
    /// Form of the rule; empty for its default.
    pub form: &'static str,
    /// Feedback, if it is not the rule's default.
    pub feedback: Option<Feedback>,
    /// Neurons of the layers between input and output.
    pub hidden: &'static [u16],
    /// Whether the last of them is the output: a layer that is not as wide as there are classes.
    pub open: bool,
    /// Passes over the training samples.
    pub epochs: u32,
    /// The only classes that it sees, if not all.
    pub classes: &'static [u8],
    /// The paper and its figure.
    pub paper: &'static str,
    /// The setting of that figure.
    pub setting: &'static str,
    /// What it measures.
    pub measure: Measure,
    /// Percent that it should reach, if anybody said so.
    pub wanted: Option<f64>,
}

const BASE: Row = Row {
    name: "",
    rule: "",
    form: "",
    feedback: None,
    hidden: &[256],
    open: false,
    epochs: 8,
    classes: &[],
    paper: "",
    setting: "",
    measure: Measure::Accuracy,
    wanted: None,
};
const ACEITUNO: &str = "Aceituno et al. 2023: not known";

/// Every row, in the order of the table.
pub const ROWS: &[Row] = &[
    Row {
        name: "burst-count",
        rule: "burst",
        hidden: &[256, 128],
        paper: "Greedy et al. 2022: 98.16 %",
        setting: "rate units, 500-500-500, random Y, batches of 32, more than 50 epochs",
        ..BASE
    },
    Row {
        name: "burst-rate",
        rule: "burst",
        form: "rate",
        hidden: &[500, 500, 500],
        epochs: 20,
        paper: "Greedy et al. 2022: 98.16 %",
        setting: "the same widths, random Y, batches of 32, more than 50 epochs",
        ..BASE
    },
    Row {
        name: "microcircuit",
        rule: "microcircuit",
        paper: "Yang & Li 2022: not known",
        setting: "sign-concordant feedback, spiking",
        ..BASE
    },
    Row {
        name: "dh-control",
        rule: "dh-control",
        feedback: Some(Feedback::Sign),
        paper: ACEITUNO,
        setting: "deep feedback control, differential Hebbian updates",
        ..BASE
    },
    Row {
        name: "dh-control-random",
        rule: "dh-control",
        feedback: Some(Feedback::Random),
        paper: "Meulemans et al. 2021 (DFC): 97.75 %",
        setting: "256-256-256, learned feedback",
        ..BASE
    },
    Row {
        name: "dh-predictive",
        rule: "dh-predictive",
        paper: ACEITUNO,
        setting: "predictive coding, differential Hebbian updates",
        ..BASE
    },
    Row {
        name: "dh-equilibrium",
        rule: "dh-equilibrium",
        paper: ACEITUNO,
        setting: "equilibrium propagation, differential Hebbian updates",
        ..BASE
    },
    Row {
        name: "dfa",
        rule: "dfa",
        paper: "Nøkland 2016, by Meulemans et al. 2021: 97.31 %",
        setting: "256-256-256",
        ..BASE
    },
    Row { name: "drtp", rule: "drtp", paper: "Frenkel et al. 2021: not known", setting: "", ..BASE },
    Row {
        name: "stdp-100",
        rule: "stdp",
        hidden: &[100],
        open: true,
        epochs: 2,
        paper: "Diehl & Cook 2015: 82.9 %",
        setting: "100 neurons, Poisson spikes",
        measure: Measure::Alone,
        ..BASE
    },
    Row {
        name: "stdp-400",
        rule: "stdp",
        hidden: &[400],
        open: true,
        epochs: 2,
        paper: "Diehl & Cook 2015: 87 to 91.5 %",
        setting: "400 neurons, Poisson spikes",
        measure: Measure::Alone,
        ..BASE
    },
    Row {
        name: "reward",
        rule: "reward",
        hidden: &[],
        epochs: 1,
        classes: &[0, 1],
        paper: "Izhikevich 2007, Frémaux & Gerstner 2016: other tasks",
        setting: "delayed reward; here 0 against 1",
        measure: Measure::Alone,
        wanted: Some(95.0),
        ..BASE
    },
    Row {
        name: "triplet",
        rule: "triplet",
        hidden: &[],
        paper: "Pfister & Gerstner 2006, minimal all-to-all model",
        setting: "60 pairings, 10 to 50 Hz, +10 and -10 ms, ticks of 1 ms",
        measure: Measure::Pairing,
        ..BASE
    },
    Row {
        name: "depth",
        rule: "burst",
        form: "rate",
        feedback: Some(Feedback::Tied),
        hidden: &[128],
        epochs: 1,
        paper: "Greedy et al. 2022: the angle stays small with depth",
        setting: "2 to 5 layers of weights, 128 wide, tied Y",
        measure: Measure::Depth,
        ..BASE
    },
    Row {
        name: "burst-claim",
        rule: "burst",
        form: "rate",
        hidden: &[128],
        epochs: 1,
        paper: "Greedy et al. 2022: a learned Q silences the apical compartment without a teacher",
        setting: "Q learned without a teacher while forward weights stand still; tied Y against backprop, random Y against feedback alignment",
        measure: Measure::Claim,
        ..BASE
    },
    Row {
        name: "surrogate",
        rule: "dh-control",
        feedback: Some(Feedback::Sign),
        paper: "Aceituno et al. 2023: latency and top-down feedback fall while it learns",
        setting: "inference latency and sum of apical potentials, per epoch",
        measure: Measure::Surrogate,
        ..BASE
    },
];

/// The rows of these names, in the order of the table; all if there are none.
///
/// # Errors
/// A name that no row has.
pub fn rows(only: &[String]) -> Result<Vec<&'static Row>> {
    let known = || ROWS.iter().map(|row| row.name);
    if let Some(name) = only.iter().find(|name| !known().any(|known| known == **name)) {
        return Err(Error::unknown("row", name, known()));
    }
    let chosen = |row: &&Row| only.is_empty() || only.iter().any(|name| name == row.name);
    Ok(ROWS.iter().filter(chosen).collect())
}

impl Row {
    /// Lines and neurons of its network.
    pub fn layers(&self, width: usize, classes: usize) -> Vec<u16> {
        let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let output = (!self.open).then(|| narrow(classes));
        [narrow(width)].into_iter().chain(self.hidden.iter().copied()).chain(output).collect()
    }

    /// Passes over the training samples, in a quick run at most two.
    pub fn epochs(&self, quick: bool) -> u32 {
        if quick { self.epochs.min(2) } else { self.epochs }
    }
}
