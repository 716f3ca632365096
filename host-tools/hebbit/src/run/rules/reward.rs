//! A network that learns by `reward`: it acts on a sample, then it is dark, then it hears whether that was right.

use super::burst::target;
use super::{
    Cell, HostRule, Run, Setting, Way, fixed_feedback, folded, initial, integrating, integrators, parameter,
    setting, word,
};
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::learn::{AnyRule, LearningRule as _, RewardParams};
use hebbit_core::net::{Connection, Learning, Start, WeightFormat, Window};
use hebbit_core::num::{Leak, Trace};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::Reward`].
pub(super) struct Reward;

/// The trace of a neuron when the reward comes, if it fired so many times, evenly.
fn held(recipe: &Recipe, spikes: u16) -> Trace {
    let [decay, bump] = ["trace-decay", "trace-bump"].map(|name| word(recipe, name));
    let tick = |trace: Trace, event| trace.tick(Leak::from_bits(decay), Trace::from_bits(bump), event);
    let (ticks, spikes) = (u32::from(recipe.ticks), u32::from(spikes));
    let fires = |t: u32| ((t + 1) * spikes / ticks) as i16 - (t * spikes / ticks) as i16;
    let acted = (0..ticks).fold(Trace::ZERO, |trace, t| tick(trace, fires(t)));
    (1..word(recipe, "delay")).fold(acted, |trace, _| tick(trace, 0))
}

impl HostRule for Reward {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Reward::NAME
    }

    fn explores(&self) -> bool {
        true
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::Sign, Feedback::Tied]
    }

    /// Behind a third layer the error is lost in what other hidden neurons bring.
    fn deepest(&self, _: &Way) -> usize {
        2
    }

    fn readouts(&self, _: &str) -> &'static [Readout] {
        &[Readout::Count]
    }

    fn layers(&self, classes: usize, _: &str) -> Vec<usize> {
        vec![128, classes]
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (8, 8)
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let own = [
            target(run.ticks),
            // The chance that another output neuron than the answer acts while learning, in thousandths.
            setting("explore", 10, 0, 999),
            // Dark ticks between the sample and the reward.
            setting("delay", 8, 1, 32_767),
            // Decay of the slow traces per tick, 2^-16, and their bumps, 2^-8: of a line at full scale, of a neuron.
            parameter::<RewardParams>("line-decay", 1_024),
            parameter::<RewardParams>("line-bump", 65_535 / i64::from(run.ticks)),
            setting("trace-decay", 1_024, 0, 65_535),
            setting("trace-bump", 512, 1, 65_535),
        ];
        // One spike of a line in all: less comes in.
        let init = if run.encoder == Encoding::Latency { 200 } else { 50 };
        let weights = run.weight_settings((12, 9));
        [&weights[..], &own, &integrating(), &fixed_feedback(250), &initial(run, init, 500)].concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        match run.layers.len() {
            2 => run.two_rates(11, 11),
            _ if run.encoder == Encoding::Latency => run.two_rates(8, 8),
            _ => run.two_rates(10, 8),
        }
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        AnyRule::Reward(RewardParams {
            line_decay: Leak::from_bits(word(recipe, "line-decay")),
            line_bump: Trace::from_bits(word(recipe, "line-bump")),
            decay: Leak::from_bits(word(recipe, "trace-decay")),
            explore: (i64::from(word(recipe, "explore")) * 65_536 / 1_000) as u16,
            bump: Trace::from_bits(word(recipe, "trace-bump")),
            target: held(recipe, word(recipe, "target")),
        })
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        Cell::alone(integrators(recipe))
    }

    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        let acting = Window::new(recipe.ticks, Teacher::None, Learning::Tick);
        let delay = Window {
            start: Start::Keep,
            blank: true,
            extra: true,
            ..Window::new(word(recipe, "delay"), Teacher::Reward, Learning::Tick)
        };
        vec![acting, delay]
    }

    fn projection(&self, recipe: &Recipe, base: Connection, _: bool, format: WeightFormat) -> Connection {
        let rate = folded(recipe, &base, format, (8, 8));
        Connection { rate, bias: false, ..base }
    }
}
