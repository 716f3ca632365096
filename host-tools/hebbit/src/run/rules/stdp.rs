//! A network that learns by `stdp` without a teacher: one layer of competing neurons with adaptive thresholds.

use super::{Cell, HostRule, Run, Setting, leak, membrane, one_layer, parameter, scattered, setting, word};
use crate::error::{Error, Result};
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::encode::Params as EncoderParams;
use hebbit_core::learn::{AnyRule, Form, LearningRule as _, StdpParams};
use hebbit_core::net::{Connection, Learning, WeightFormat, Window};
use hebbit_core::neuron::{AdaptiveParams, AnyNeuron, LifParams};
use hebbit_core::num::{Leak, Rise, Trace};
use hebbit_core::signal::Teacher;

/// Settings of competing neurons with adaptive thresholds, and of what they look at.
pub(super) fn competing(run: &Run<'_>) -> Vec<Setting> {
    let outputs = run.layers.last().copied().unwrap_or(1);
    let root = i64::from(outputs.isqrt().max(1));
    // What comes in every tick drives a neuron for fewer than 16 ticks the less. One volley per sample drives it less, however many
    // they are, and the greater is the share of the rise in a threshold.
    let ticks = 3_000 * i64::from(run.ticks.min(16)) / 16;
    let ((norm, greater), threshold, bump, minimum) = match run.encoder {
        Encoding::Graded => (run.competition(50), ticks, root, 0),
        // As frequent as the spikes of the digits' strokes.
        Encoding::Rate | Encoding::Poisson => (run.competition(100), ticks, root, 0),
        // A dark line that spikes late would count as much as a bright one.
        Encoding::Latency => (run.volley(), 500, 2 * root, 32),
    };
    let own = [
        // Threshold at rest, in thousandths.
        setting("threshold", threshold, 1, 7_999),
        // Membrane leak per tick, 2^-16.
        parameter::<LifParams>("leak", 0),
        // Rise of the threshold per spike, in thousandths. The more neurons compete, the rarer each wins.
        setting("bump", bump, 0, 15_999),
        // Decay of the rise per sample, 2^-16.
        setting("rise-decay", (100 / root).max(1), 0, 65_535),
        // Mean initial weight, in thousandths of a threshold; the deviation is a third of it.
        setting("init", 9 << greater, 0, 10_000),
        // Euclidean norm that every input is scaled to; 0: pixels as they are.
        parameter::<EncoderParams>("norm", norm),
        // Pixels below this are silent.
        parameter::<EncoderParams>("minimum", minimum),
    ];
    [&run.weights_with((15, 12), greater)[..], &own].concat()
}

/// What a line's spikes leave, and what a neuron makes of it.
pub(super) struct Traces {
    /// Decay of a line's trace per tick, 2^-16, and its bump per unit of event, 2^-8.
    pub(super) line: (i64, i64),
    /// Bump of a neuron's fast trace, 2^-8.
    pub(super) neuron: i64,
    /// Raw `post` of growth, and of depression per unit of the neuron's trace.
    pub(super) grow: i64,
    pub(super) shrink: i64,
}

/// Traces that take the lines to the same weights: a line at full scale to 1/32 of a threshold. A graded line is its own trace; what
/// a line that spikes has is its rate of the last ticks, or whether it has spiked.
pub(super) fn traces(run: &Run<'_>) -> Traces {
    let (line, neuron, grow, shrink) = match run.encoder {
        Encoding::Graded => ((65_535, 256), 256, 16, 1),
        Encoding::Rate | Encoding::Poisson => ((8_192, 8_192), 16_384, 24, 1),
        Encoding::Latency => ((0, 32_768), 16_384, run.per_volley(64), run.per_volley(4)),
    };
    // 2^5 as much for weights of 2^-3 the fraction whose update is divided by 2^8 more; at full scale just within their bound.
    let (grow, shrink) = if run.wide() { (grow, shrink) } else { (32 * grow - 2, 32 * shrink) };
    Traces { line, neuron, grow, shrink }
}

/// How much of a weight is forgotten by a spike. A sample of one volley brings one spike where others bring two.
pub(super) fn forgetting(run: &Run<'_>) -> Vec<i32> {
    vec![if run.encoder == Encoding::Latency { 5 } else { 6 }; run.layers.len() - 1]
}

/// How many: ten for each class, at least as many as for the digits.
pub(super) fn competitors(classes: usize) -> usize {
    (10 * classes).max(100)
}

/// One of them.
pub(super) fn competitor(recipe: &Recipe) -> Cell {
    let params = AdaptiveParams {
        threshold: membrane(recipe.setting("threshold")),
        reset: membrane(0),
        floor: membrane(-2_000),
        leak: leak(recipe),
        bump: Rise::from_bits((recipe.setting("bump") * 4096 / 1000).clamp(0, 65_535) as u16),
        decay: Leak::from_bits(word(recipe, "rise-decay")),
        kept: true,
    };
    Cell { winner_take_all: true, ..Cell::alone(AnyNeuron::Adaptive(params)) }
}

/// Whether a neuron that fires forgets.
fn forgets(recipe: &Recipe) -> bool {
    recipe.form == "instar" || recipe.setting("forget") == 1
}

/// Refuses more than one layer, and rates that forgetting cannot have.
///
/// # Errors
/// A usage problem.
pub(super) fn check_competition(recipe: &Recipe) -> Result<()> {
    let why = format!("{} learns one layer: a second one would never fire", recipe.rule);
    one_layer(recipe, &why, "give lines and one layer of neurons: [layers=784-100]")?;
    if !forgets(recipe) {
        return Ok(());
    }
    let shift = recipe.weights.format().shift() as i32;
    if let Some(rate) = recipe.rate.iter().find(|rate| !(0..=shift).contains(*rate)) {
        let message = format!("rate {rate} is out of range where neurons forget");
        return Err(Error::usage(message, format!("give 0 to {shift}")));
    }
    if recipe.decay > 0 {
        let help = "leave it out; only pairs and triplets with [forget=0] take it";
        return Err(Error::usage("[decay] would slow growing but not forgetting", help));
    }
    Ok(())
}

/// The projection onto them. Where neurons forget, the rate is the share of a weight that is forgotten. Else it scales both terms
/// from their raw sizes at a rate of 6.
pub(super) fn onto_competitors(recipe: &Recipe, base: Connection, format: WeightFormat) -> Connection {
    let wanted = recipe.rate[usize::from(base.pre)];
    let plan = Connection { low: 0, bias: false, ..base };
    if forgets(recipe) {
        let forget_shift = (format.shift() as i32 - wanted).clamp(0, 16) as u16;
        return Connection { forget_shift, ..plan };
    }
    Connection { rate: 6 - wanted, ..plan }
}

/// The host's side of [`hebbit_core::learn::Stdp`].
pub(super) struct Stdp;

impl HostRule for Stdp {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Stdp::NAME
    }

    fn supervised(&self) -> bool {
        hebbit_core::learn::Stdp::SUPERVISED
    }

    fn forms(&self) -> &'static [&'static str] {
        &["instar", "pair"]
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::None]
    }

    fn readouts(&self, _: &str) -> &'static [Readout] {
        &[Readout::Count, Readout::First]
    }

    fn layers(&self, classes: usize, _: &str) -> Vec<usize> {
        vec![competitors(classes)]
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (16, 2)
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let Traces { line, neuron, grow, shrink } = traces(run);
        let mut all = competing(run);
        all.extend([
            // Decay of a line's trace per tick, 2^-16; 65535: the trace is the event.
            parameter::<StdpParams>("pre-decay", line.0),
            // Bump of a line's trace per unit of event, 2^-8.
            parameter::<StdpParams>("pre-bump", line.1),
            // The same of a neuron's own trace (pair form).
            parameter::<StdpParams>("post-decay", 16_384),
            parameter::<StdpParams>("post-bump", neuron),
            // Raw `post` of the growing term. Weights go to x * grow / 2^F.
            parameter::<StdpParams>("grow", grow),
            // Raw `post` of the shrinking term per unit of trace (pair form).
            parameter::<StdpParams>("shrink", shrink),
        ]);
        if run.form == "pair" {
            // Whether a neuron that fires forgets.
            all.push(setting("forget", 1, 0, 1));
        }
        all
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        forgetting(run)
    }

    fn decay(&self, _: u64) -> u32 {
        0
    }

    fn check(&self, recipe: &Recipe) -> Result<()> {
        check_competition(recipe)
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        let signed = |name| recipe.setting(name).clamp(-32_768, 32_767) as i16;
        AnyRule::Stdp(StdpParams {
            form: match (recipe.form.as_str(), recipe.setting("forget")) {
                ("instar", _) => Form::Instar,
                (_, 1) => Form::ForgettingPair,
                _ => Form::Pair,
            },
            pre_decay: Leak::from_bits(word(recipe, "pre-decay")),
            post_decay: Leak::from_bits(word(recipe, "post-decay")),
            pre_bump: Trace::from_bits(word(recipe, "pre-bump")),
            post_bump: Trace::from_bits(word(recipe, "post-bump")),
            grow: signed("grow"),
            shrink: signed("shrink"),
        })
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        competitor(recipe)
    }

    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        vec![Window::new(recipe.ticks, Teacher::None, Learning::Tick)]
    }

    fn projection(&self, recipe: &Recipe, base: Connection, _: bool, format: WeightFormat) -> Connection {
        onto_competitors(recipe, base, format)
    }

    fn spread(&self, recipe: &Recipe, _: usize, _: usize, _: usize) -> (i64, i64) {
        scattered(recipe)
    }
}
