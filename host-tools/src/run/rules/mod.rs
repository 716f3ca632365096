//! What the host knows of each rule: its settings and defaults, and the network it wants around it. Chosen on the last
//! 10,000 training samples of MNIST, never on its test set; `docs/results/tuning.md` has the trials.

mod burst;
mod stdp;

use super::recipe::{Recipe, WeightWidth};
use crate::error::{Error, Result};
use hebbit_core::learn::AnyRule;
use hebbit_core::net::{ProjectionPlan, WeightFormat, Window};
use hebbit_core::neuron::AnyNeuron;
use hebbit_core::num::{Leak, Membrane, THRESHOLD};

pub(crate) use burst::with_fraction;

/// A number of a rule that `--set NAME=VALUE` changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    /// Name on the command line and in the note.
    pub(super) name: &'static str,
    /// Value where the user says nothing.
    pub(super) default: i64,
    /// Least and greatest value.
    pub(super) range: (i64, i64),
}

/// A setting with its default and range.
const fn setting(name: &'static str, default: i64, least: i64, greatest: i64) -> Setting {
    Setting { name, default, range: (least, greatest) }
}

/// The size of a run, which some defaults depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) weights: WeightWidth,
    pub(super) ticks: u16,
    pub(super) outputs: u16,
}

/// What the host must know of a rule.
pub(super) trait HostRule: Sync {
    /// Its name, the core's.
    fn name(&self) -> &'static str;
    /// Whether it needs a class per sample.
    fn supervised(&self) -> bool;
    /// Neurons of each layer behind the input.
    fn layers(&self, classes: usize) -> Vec<usize>;
    /// Ticks per sample and epochs.
    fn length(&self) -> (u16, u32);
    /// Its settings.
    fn settings(&self, size: Size) -> Vec<Setting>;
    /// `2^-rate` of each projection.
    fn rates(&self, weights: WeightWidth, projections: usize) -> Vec<i32>;
    /// Samples after which the rate halves, in a run of `total`.
    fn decay(&self, total: u64) -> u32;
    /// Refuses what does not go together.
    ///
    /// # Errors
    /// A usage problem.
    fn check(&self, recipe: &Recipe) -> Result<()>;
    /// The core's parameters.
    fn rule(&self, recipe: &Recipe) -> AnyRule;
    /// Its neurons, and whether they compete.
    fn neuron(&self, recipe: &Recipe) -> (AnyNeuron, bool);
    /// How a sample is presented.
    fn window(&self, recipe: &Recipe) -> Window;
    /// Completes a projection.
    fn projection(
        &self,
        recipe: &Recipe,
        base: ProjectionPlan,
        graded: bool,
        format: WeightFormat,
    ) -> ProjectionPlan;
    /// Mean and standard deviation of initial weights, in thousandths of a threshold.
    fn spread(&self, recipe: &Recipe, projection: usize, rows: usize, columns: usize) -> (i64, i64);
}

/// Every rule that the host can build a network for.
const RULES: &[&dyn HostRule] = &[&burst::Burst, &stdp::Stdp];

/// The rule of that name.
///
/// # Errors
/// [`Error::UnknownName`].
pub(super) fn rule(name: &str) -> Result<&'static dyn HostRule> {
    let found = RULES.iter().find(|rule| rule.name() == name);
    found.copied().ok_or_else(|| Error::unknown("rule", name, RULES.iter().map(|rule| rule.name())))
}

/// Thousandths of a threshold as a membrane, saturated.
fn membrane(thousandths: i64) -> Membrane {
    let raw = (thousandths * i64::from(THRESHOLD)).div_euclid(1_000);
    Membrane::from_bits(raw.clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16)
}

/// A setting whose range is that of 16 bits, or less.
fn word(recipe: &Recipe, name: &str) -> u16 {
    recipe.setting(name).clamp(0, 65_535) as u16
}

/// The membrane's leak.
fn leak(recipe: &Recipe) -> Leak {
    Leak::from_bits(word(recipe, "leak"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_core_can_be_built() {
        let names: Vec<_> = RULES.iter().map(|rule| rule.name()).collect();
        assert_eq!(names, AnyRule::NAMES, "add the rule to host-tools/src/run/rules");
    }

    #[test]
    fn defaults_are_within_their_ranges() {
        for rule in RULES {
            for weights in [WeightWidth::I8, WeightWidth::I16] {
                for (ticks, outputs) in [(1, 1), (8, 10), (32_767, 65_534)] {
                    for s in rule.settings(Size { weights, ticks, outputs }) {
                        assert!((s.range.0..=s.range.1).contains(&s.default), "{} {s:?}", rule.name());
                    }
                }
            }
        }
    }
}
