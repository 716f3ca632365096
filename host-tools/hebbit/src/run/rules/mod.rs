//! What the host knows of each rule: its settings and defaults, and the network it wants around it. Chosen on the last
//! 10,000 training samples of MNIST, never on its test set; `docs/results/tuning.md` has the trials.

mod burst;
mod dh_control;
mod dh_equilibrium;
mod dh_predictive;
mod direct;
mod microcircuit;
mod reward;
mod setting;
mod stdp;
mod triplet;
mod width;

use super::recipe::{Encoding, Feedback, Pace, Readout, Recipe, WeightWidth};
use crate::error::{Error, Result};
use hebbit_core::encode::Params as EncoderParams;
use hebbit_core::learn::AnyRule;
use hebbit_core::net::life::LifePlan;
use hebbit_core::net::{Connection, Coupling, WeightFormat, WeightSource, Window};
use hebbit_core::neuron::{Activation, AnyNeuron, GradedParams, LifParams};
use hebbit_core::num::{Count, Leak, Membrane, THRESHOLD};

pub(crate) use burst::with_fraction;
pub(super) use setting::Setting;

use setting::{parameter, setting};

/// What some defaults depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) weights: WeightWidth,
    pub(super) ticks: u16,
    pub(super) layers: &'a [u16],
    pub(super) form: &'a str,
    pub(super) feedback: Feedback,
    pub(super) encoder: Encoding,
}

impl<'a> Run<'a> {
    /// Of a recipe.
    fn of(recipe: &'a Recipe) -> Self {
        let Recipe { weights, ticks, encoder, feedback, .. } = *recipe;
        Self { weights, ticks, layers: &recipe.layers, form: &recipe.form, encoder, feedback }
    }
}

impl Run<'_> {
    /// Whether weights have 16 bits.
    fn wide(&self) -> bool {
        self.weights == WeightWidth::I16
    }

    /// `fraction` and `bound` of weights, at these binary points for 16 and 8 bits; the first projection of a narrow input has fewer
    /// bits behind it.
    fn weight_settings(&self, fractions: (i64, i64)) -> [Setting; 3] {
        self.weights_with(fractions, self.fewer_bits())
    }

    /// The same with so many bits fewer.
    fn weights_with(&self, (wide, narrow): (i64, i64), fewer: i64) -> [Setting; 3] {
        let (fraction, bound, most) = match self.weights {
            WeightWidth::I16 => (wide, self.bound(wide - fewer), 32_767),
            WeightWidth::I8 => (narrow, 127, 127),
        };
        [
            setting("fraction", fraction - fewer, 0, 15),
            setting("fraction-above", fraction, 0, 15),
            setting("bound", bound, 1, most),
        ]
    }

    /// Layers between input and output, at least 1.
    fn depth(&self) -> i64 {
        self.layers.len().saturating_sub(2).max(1) as i64
    }

    /// One rate for every hidden projection, the first one quicker where the input is narrow, another for the output's.
    fn two_rates(&self, hidden: i32, output: i32) -> Vec<i32> {
        let projections = self.layers.len() - 1;
        let mut rates = vec![hidden; projections];
        rates[projections - 1] = output;
        rates[0] -= self.quicker();
        rates
    }
}

/// A layer of neurons.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) neuron: AnyNeuron,
    pub(super) winner_take_all: bool,
    pub(super) coupling: Coupling,
}

impl Cell {
    /// Neurons that do not compete, and whose apical potential stays apical.
    fn alone(neuron: AnyNeuron) -> Self {
        Self { neuron, winner_take_all: false, coupling: Coupling::None }
    }

    /// Rate units.
    fn graded(activation: Activation, step: u16, fine: bool, coupling: Coupling) -> Self {
        let neuron = AnyNeuron::Graded(GradedParams { step: Count::from_bits(step), activation, fine });
        Self { coupling, ..Self::alone(neuron) }
    }
}

/// How a network goes on learning.
#[derive(Debug, Clone)]
pub(super) struct Paced {
    /// `2^-rate` of each projection.
    pub(super) rate: Vec<i32>,
    pub(super) life: LifePlan,
}

/// For rules with a teacher: the powers of two by which a pace is slower than learning from the start, and its memory.
///
/// What is learned again makes up for a slower rate, which in turn keeps wrong labels from doing harm; only `fast` does without that. Wide weights start at half
/// the rate of narrow ones; for life both have the same.
fn life(pace: Pace, remember: Option<u16>, wide: bool) -> (i32, LifePlan) {
    let alone = LifePlan { fast: 6, ..LifePlan::default() };
    match pace {
        Pace::Careful => {
            let life = LifePlan { remember: remember.unwrap_or(0), wrong_only: true, ..alone };
            return (6 - i32::from(wide), life);
        }
        Pace::Steady => {
            let life = LifePlan { remember: remember.unwrap_or(0), offset: -1, most: 3, ..alone };
            return (0, life);
        }
        Pace::Brisk | Pace::Fast => {}
    }
    let remember = remember.unwrap_or(64);
    let slower = if remember > 0 && pace == Pace::Brisk { 2 } else { 0 } - i32::from(wide);
    let ring = LifePlan { remember, again: 24, again_unlabelled: 8, gain: 8, ..alone };
    match (remember, pace) {
        (0, _) => (slower, alone),
        (_, Pace::Fast) => (slower, LifePlan { again: 64, again_unlabelled: 64, gain: 0, ..ring }),
        _ => (slower, ring),
    }
}

/// What the host must know of a rule.
pub(super) trait HostRule: Sync {
    /// Its name, the core's.
    fn name(&self) -> &'static str;
    /// Whether it needs a class per sample.
    fn supervised(&self) -> bool {
        true
    }
    /// Whether it only hears yes or no, whoever teaches, and tries other answers by itself.
    fn explores(&self) -> bool {
        false
    }
    /// Names of its forms, the default first.
    fn forms(&self) -> &'static [&'static str] {
        &["plain"]
    }
    /// Feedback that it can learn by, the default first.
    fn feedbacks(&self, form: &str) -> &'static [Feedback];
    /// Encoders that it can learn from, the default first.
    fn encoders(&self, _form: &str) -> &'static [Encoding] {
        &[Encoding::Graded, Encoding::Rate, Encoding::Poisson, Encoding::Latency]
    }
    /// Readouts that make sense, the default first.
    fn readouts(&self, _form: &str) -> &'static [Readout] {
        &[Readout::Count, Readout::First, Readout::Membrane]
    }
    /// Neurons of each layer behind the input.
    fn layers(&self, classes: usize, _form: &str) -> Vec<usize> {
        vec![256, classes]
    }
    /// Ticks per sample and epochs.
    fn length(&self, form: &str) -> (u16, u32);
    /// Ticks per sample of a network of these layers.
    fn ticks(&self, form: &str, _layers: &[u16]) -> u16 {
        self.length(form).0
    }
    /// Its settings.
    fn settings(&self, run: &Run<'_>) -> Vec<Setting>;
    /// `2^-rate` of each projection.
    fn rates(&self, run: &Run<'_>) -> Vec<i32>;
    /// Samples after which the rate halves, in a run of `total`: three times.
    fn decay(&self, total: u64) -> u32 {
        u32::try_from(total.div_ceil(4)).unwrap_or(u32::MAX)
    }
    /// Learning rate and memory of a network that goes on learning at this pace, or with so many samples remembered. Chosen on parts
    /// of four streams: `docs/results/learning-on.md`.
    fn paced(&self, recipe: &Recipe, pace: Pace, remember: Option<u16>) -> Paced {
        let run = Run::of(recipe);
        let rates = self.rates(&run);
        if !self.supervised() {
            // While it learns it is never told what was wrong.
            return Paced { rate: rates, life: LifePlan::default() };
        }
        let (slower, life) = life(pace, remember, run.wide());
        Paced { rate: rates.iter().map(|rate| rate + slower).collect(), life }
    }
    /// Hidden layers through which it learns, at most: what does not is refused.
    fn deepest(&self, _way: &Way) -> usize {
        usize::MAX
    }
    /// Refuses what does not go together.
    ///
    /// # Errors
    /// A usage problem.
    fn check(&self, _recipe: &Recipe) -> Result<()> {
        Ok(())
    }
    /// The core's parameters.
    fn rule(&self, recipe: &Recipe) -> AnyRule;
    /// Its neurons.
    fn cell(&self, recipe: &Recipe, output: bool) -> Cell;
    /// How a sample is presented.
    fn windows(&self, recipe: &Recipe) -> Vec<Window>;
    /// Completes a projection.
    fn projection(&self, recipe: &Recipe, base: Connection, graded: bool, format: WeightFormat)
    -> Connection;
    /// Feedback onto hidden layer `layer`.
    fn feedback(&self, recipe: &Recipe, layer: u16) -> Vec<Connection> {
        from_above(recipe, layer, layer + 1)
    }
    /// Standard deviation of a feedback's initial weights, in thousandths.
    fn feedback_deviation(&self, recipe: &Recipe, _feedback: &Connection) -> i64 {
        recipe.setting("feedback-std")
    }
    /// Mean and standard deviation of initial weights, in thousandths of a threshold: small ones from the input, Glorot and
    /// Bengio's above it.
    fn spread(&self, recipe: &Recipe, projection: usize, rows: usize, columns: usize) -> (i64, i64) {
        let above = glorot(rows, columns) * recipe.settings.get("init-above").unwrap_or(&1_000) / 1_000;
        (0, if projection == 0 { recipe.setting("init") } else { above })
    }
}

/// Glorot and Bengio's standard deviation, in thousandths.
fn glorot(rows: usize, columns: usize) -> i64 {
    (2_000_000 / (rows + columns) as u64).isqrt() as i64
}

/// What networks of rate units can learn from: a line that is constant for the sample.
const GRADED: &[Encoding] = &[Encoding::Graded];
/// How they answer.
const BY_MEMBRANE: &[Readout] = &[Readout::Membrane];

/// Every rule that the host can build a network for.
const RULES: &[&dyn HostRule] = &[
    &burst::Burst,
    &stdp::Stdp,
    &microcircuit::Microcircuit,
    &dh_control::DhControl,
    &dh_predictive::DhPredictive,
    &dh_equilibrium::DhEquilibrium,
    &triplet::Triplet,
    &reward::Reward,
    &direct::Direct { target: false },
    &direct::Direct { target: true },
];

/// Every rule, and its forms, the default first.
pub fn rule_forms() -> Vec<(&'static str, &'static [&'static str])> {
    RULES.iter().map(|rule| (rule.name(), rule.forms())).collect()
}

/// A way to learn: a rule, one of its forms, and a feedback and an encoder that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Name of the rule.
    pub rule: &'static str,
    /// Its form.
    pub form: &'static str,
    /// Feedback weights.
    pub feedback: Feedback,
    /// Encoder.
    pub encoder: Encoding,
}

/// Every way to learn that a user can ask for, those of a rule together, its defaults first.
pub fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for rule in RULES {
        for &form in rule.forms() {
            for &feedback in rule.feedbacks(form) {
                let way = |&encoder| Way { rule: rule.name(), form, feedback, encoder };
                ways.extend(rule.encoders(form).iter().map(way));
            }
        }
    }
    ways
}

/// The settings of a recipe's rule, with their ranges.
///
/// # Errors
/// An unknown rule.
pub(crate) fn setting_ranges(recipe: &Recipe) -> Result<Vec<(&'static str, (i64, i64))>> {
    let settings = rule(&recipe.rule)?.settings(&Run::of(recipe));
    Ok(settings.into_iter().map(|setting| (setting.name, setting.range)).collect())
}

/// The rule of that name.
///
/// # Errors
/// [`Error::UnknownName`].
pub(super) fn rule(name: &str) -> Result<&'static dyn HostRule> {
    if name == "bp" {
        let help =
            "it is the backprop column of [:reproduce]; the nearest local rule is burst with [feedback=tied]";
        return Err(Error::usage("bp is backpropagation in float: no device learns by it", help));
    }
    let found = RULES.iter().find(|rule| rule.name() == name);
    found.copied().ok_or_else(|| Error::unknown("rule", name, RULES.iter().map(|rule| rule.name())))
}

/// Fraction bits of random feedback.
const OWN_FRACTION: u16 = 7;
/// Greatest magnitude of fixed random feedback.
const OWN_BOUND: i16 = 127;

/// Feedback from one layer or from the target, with the recipe's kind of weights.
fn from_above(recipe: &Recipe, layer: u16, from: u16) -> Vec<Connection> {
    let sign = word(recipe, "feedback-shift");
    let plan = Connection { pre: from, post: layer, ..Connection::default() };
    let weights = match recipe.feedback {
        Feedback::None => return Vec::new(),
        Feedback::Sign => WeightSource::Sign,
        Feedback::Tied => WeightSource::Tied,
        Feedback::Random | Feedback::Learned => return vec![random(layer, from)],
        Feedback::Keyed => WeightSource::Keyed,
    };
    vec![Connection { weights, fraction: sign, ..plan }]
}

/// Fixed random feedback from one layer.
fn random(layer: u16, from: u16) -> Connection {
    let (low, high) = (-OWN_BOUND, OWN_BOUND);
    Connection { pre: from, post: layer, fraction: OWN_FRACTION, low, high, ..Connection::default() }
}

/// Feedback that learns by `--set feedback-rate`, from factors of 23 fraction bits together.
fn learned(recipe: &Recipe, layer: u16, from: u16) -> Connection {
    let format = recipe.weights.format();
    let (fraction, bound) =
        if format == WeightFormat::I16 { (12, 16_383) } else { (OWN_FRACTION, OWN_BOUND) };
    let rate = format.shift() as i32 + i32::from(fraction) - 23 - recipe.setting("feedback-rate") as i32;
    Connection {
        pre: from,
        post: layer,
        fraction,
        low: -bound,
        high: bound,
        plastic: true,
        rate: rate.clamp(-16, 15),
        ..Connection::default()
    }
}

/// The exponent with which factors of so many fraction bits change a weight by `2^-rate` times their product, the rate that the
/// recipe has for this projection.
fn folded(recipe: &Recipe, base: &Connection, format: WeightFormat, fractions: (i32, i32)) -> i32 {
    let wanted = recipe.rate[usize::from(base.pre)];
    i32::from(base.fraction) + format.shift() as i32 - fractions.0 - fractions.1 - wanted
}

/// Initial weights of one layer that competes: all of them positive, the deviation a third of the mean.
fn scattered(recipe: &Recipe) -> (i64, i64) {
    let init = recipe.setting("init");
    (init, init / 3)
}

/// Refuses more than one layer of neurons.
///
/// # Errors
/// A usage problem that says `why`, and what `layers` would do.
fn one_layer(recipe: &Recipe, why: &str, layers: &str) -> Result<()> {
    if recipe.layers.len() > 2 { Err(Error::usage(why, layers)) } else { Ok(()) }
}

/// Settings of [`integrators`].
fn integrating() -> [Setting; 2] {
    [
        // Membrane leak per tick, 2^-16.
        parameter::<LifParams>("leak", 0),
        // Least membrane, in thousandths of a threshold.
        setting("floor", -2_000, -8_000, 0),
    ]
}

/// Settings of feedback that does not learn, random feedback with this default deviation.
fn fixed_feedback(deviation: i64) -> [Setting; 2] {
    [
        // Magnitude 2^-shift of sign feedback.
        setting("feedback-shift", 2, 0, 15),
        // Standard deviation of random feedback, in thousandths.
        setting("feedback-std", deviation, 0, 10_000),
    ]
}

/// Settings of initial weights with these defaults, as [`HostRule::spread`] takes them, and of the input.
fn initial(run: &Run<'_>, first: i64, above: i64) -> [Setting; 3] {
    [
        // Standard deviation of the first projection's initial weights, in thousandths of a threshold.
        setting("init", run.spread_out(first), 0, 10_000),
        // That of the others, in thousandths of Glorot and Bengio's.
        setting("init-above", above, 0, 10_000),
        // Pixels below this are silent.
        parameter::<EncoderParams>("minimum", 0),
    ]
}

/// Integrate-and-fire neurons as the recipe wants them.
fn integrators(recipe: &Recipe) -> AnyNeuron {
    let floor = membrane(recipe.setting("floor"));
    AnyNeuron::Lif(LifParams { leak: leak(recipe), floor, ..LifParams::INTEGRATOR })
}

/// Thousandths of a threshold as a membrane, saturated.
fn membrane(thousandths: i64) -> Membrane {
    let raw = (thousandths * i64::from(THRESHOLD)).div_euclid(1_000);
    Membrane::from_bits(raw.clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16)
}

/// Thousandths of full scale as a rate of 15 bits.
fn rate15(thousandths: i64) -> i16 {
    (thousandths * 32_768 / 1_000).clamp(0, 32_767) as i16
}

/// A setting whose range is that of 16 bits, or less.
fn word(recipe: &Recipe, name: &str) -> u16 {
    recipe.setting(name).clamp(0, 65_535) as u16
}

/// The same as a count.
fn count(recipe: &Recipe, name: &str) -> Count {
    Count::from_bits(word(recipe, name))
}

/// The membrane's leak.
fn leak(recipe: &Recipe) -> Leak {
    Leak::from_bits(word(recipe, "leak"))
}

/// A setting that chooses the activation: 0 clip, 1 logistic.
fn activation(recipe: &Recipe) -> Activation {
    if recipe.setting("logistic") == 1 { Activation::Logistic } else { Activation::Clip }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_core_can_be_built() {
        let names: Vec<_> = RULES.iter().map(|rule| rule.name()).collect();
        assert_eq!(names, AnyRule::NAMES, "add the rule to host-tools/hebbit/src/run/rules");
    }

    #[test]
    fn defaults_are_within_their_ranges() {
        for rule in RULES {
            for (weights, ticks) in
                [WeightWidth::I8, WeightWidth::I16].map(|w| [1, 8, 32_767].map(|t| (w, t))).as_flattened()
            {
                for form in rule.forms() {
                    for layers in [&[1, 1][..], &[784, 256, 10], &[9, 9, 9, 65_534]] {
                        let (weights, ticks) = (*weights, *ticks);
                        for &encoder in rule.encoders(form) {
                            for s in rule.settings(&Run {
                                weights,
                                ticks,
                                layers,
                                form,
                                encoder,
                                feedback: Feedback::Sign,
                            }) {
                                let fits = (s.range.0..=s.range.1).contains(&s.default);
                                assert!(fits, "{} {encoder} {s:?}", rule.name());
                            }
                        }
                    }
                }
            }
        }
    }
}
