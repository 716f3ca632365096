//! A network that learns by `dh-control`: rate units, one feed-forward tick, then a controller at the output drives every soma.

use super::{
    BY_MEMBRANE, Cell, GRADED, HostRule, Run, Setting, activation, count, fixed_feedback, folded, from_above,
    initial, learned, parameter, random, rate15, setting, word,
};
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::learn::{AnyRule, DhControlParams, LearningRule as _, Spikes};
use hebbit_core::net::{Connection, Coupling, Learning, Start, WeightFormat, Window};
use hebbit_core::neuron::GradedParams;
use hebbit_core::num::{FINE_FRACTION, GRADED_FRACTION, Leak};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::DhControl`].
pub(super) struct DhControl;

fn spiking(recipe: &Recipe) -> bool {
    recipe.form == "spikes"
}

impl HostRule for DhControl {
    fn name(&self) -> &'static str {
        hebbit_core::learn::DhControl::NAME
    }

    fn forms(&self) -> &'static [&'static str] {
        &["rates", "spikes"]
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::Sign, Feedback::Random, Feedback::Tied, Feedback::Learned]
    }

    fn encoders(&self, _: &str) -> &'static [Encoding] {
        GRADED
    }

    fn readouts(&self, _: &str) -> &'static [Readout] {
        BY_MEMBRANE
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (16, 8)
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let own = [
            // 0: clip, 1: logistic units.
            setting("logistic", 1, 0, 1),
            // 1: one update per sample; 0: the output's weights learn in every tick. The first projection's are the same bits.
            setting("telescoped", 1, 0, 1),
            // Proportional gain 2^K.
            parameter::<DhControlParams>("proportional", 0),
            // The integral gains e * 2^-K per tick.
            parameter::<DhControlParams>("integral", 3),
            // The integral loses 2^-K of itself per tick; 0: nothing.
            setting("controller-leak", 3, 0, 15),
            // Membranes go 2^-K of the way to their drive per tick.
            parameter::<GradedParams>("step", 1),
            // Rates that the wanted output and the others should have, in thousandths.
            // At 8 bits within what a logistic unit reaches, so that errors end, and with them the noise of rounding.
            setting("high", if run.wide() { 1_000 } else { 950 }, 0, 1_000),
            setting("low", if run.wide() { 0 } else { 50 }, 0, 1_000),
            // Decay of the traces of drawn spikes per tick, 2^-16 (form spikes).
            parameter::<DhControlParams>("decay", 8_192),
            // 1: equal ticks of both windows draw equal spikes; 0: every tick draws anew (form spikes).
            setting("repeated", 1, 0, 1),
        ];
        // Learning rate 2^-K of learned feedback.
        let rate = [setting("feedback-rate", 6, 0, 30)];
        let mut feedback = fixed_feedback(100);
        if run.form == "spikes" {
            // Greater changes, of whose square root the noise of spikes is.
            feedback[0].default = 1;
        }
        [&run.weight_settings((12, 8))[..], &own, &feedback, &rate, &initial(run, 50, 1_000)].concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        let mut rates = run.two_rates(2, 4);
        // Layers between hidden ones learn from a line that learns too.
        rates.iter_mut().skip(1).rev().skip(1).for_each(|rate| *rate += 1);
        rates
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        AnyRule::DhControl(DhControlParams {
            proportional: count(recipe, "proportional"),
            integral: count(recipe, "integral"),
            leak: count(recipe, "controller-leak"),
            high: rate15(recipe.setting("high")),
            low: rate15(recipe.setting("low")),
            spikes: match (spiking(recipe), recipe.setting("repeated")) {
                (false, _) => Spikes::None,
                (true, 0) => Spikes::Fresh,
                (true, _) => Spikes::Repeated,
            },
            decay: Leak::from_bits(word(recipe, "decay")),
        })
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        Cell::graded(activation(recipe), word(recipe, "step"), true, Coupling::Open)
    }

    /// Spikes need ticks before the controller acts, so that their traces stand.
    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        let free = if spiking(recipe) { recipe.ticks } else { 1 };
        let each_tick = spiking(recipe) || recipe.setting("telescoped") == 0;
        let learning = if each_tick { Learning::Tick } else { Learning::End };
        let free = Window { settle: true, ..Window::new(free, Teacher::None, learning) };
        let controlled = Window {
            start: Start::Keep,
            each: true,
            extra: true,
            ..Window::new(recipe.ticks, Teacher::Error, learning)
        };
        vec![free, controlled]
    }

    fn projection(&self, recipe: &Recipe, base: Connection, _: bool, format: WeightFormat) -> Connection {
        let fractions = (GRADED_FRACTION as i32, FINE_FRACTION as i32);
        let rate = folded(recipe, &base, format, fractions);
        let once = spiking(recipe) && recipe.setting("telescoped") == 1;
        Connection { rate, summed: base.pre == 0 || once, ..base }
    }

    fn feedback(&self, recipe: &Recipe, layer: u16) -> Vec<Connection> {
        let output = recipe.layers.len() as u16 - 1;
        match recipe.feedback {
            Feedback::Learned => vec![learned(recipe, layer, output)],
            Feedback::Sign | Feedback::Tied if layer + 1 < output => vec![random(layer, output)],
            _ => from_above(recipe, layer, output),
        }
    }
}
