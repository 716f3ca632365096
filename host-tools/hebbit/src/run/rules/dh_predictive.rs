//! A network that learns by `dh-predictive`: value nodes start from their predictions, then relax all at once while the output is
//! clamped.

use super::{
    BY_MEMBRANE, Cell, GRADED, HostRule, Run, Setting, fixed_feedback, folded, initial, membrane, parameter,
    setting, word,
};
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::learn::{AnyRule, DhPredictiveParams, LearningRule as _};
use hebbit_core::net::{Connection, Coupling, Learning, Start, WeightFormat, Window};
use hebbit_core::neuron::{Activation, GradedParams};
use hebbit_core::num::{GRADED_FRACTION, Membrane};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::DhPredictive`].
pub(super) struct DhPredictive;

impl HostRule for DhPredictive {
    fn name(&self) -> &'static str {
        hebbit_core::learn::DhPredictive::NAME
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::Tied, Feedback::Sign, Feedback::Random]
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
            // 1: one update per sample; 0: upper weights learn in every tick. The first projection's are the same bits.
            setting("telescoped", 1, 0, 1),
            // Value nodes go 2^-K of the way per tick.
            parameter::<GradedParams>("step", 3),
            // Values that the wanted output and the others are clamped to, in thousandths.
            setting("high", 1_000, -7_999, 7_999),
            setting("low", 0, -7_999, 7_999),
            // Whether an output beyond its target is left alone.
            setting("hinge", 1, 0, 1),
        ];
        [&run.weight_settings((12, 9))[..], &own, &fixed_feedback(250), &initial(run, 22, 500)].concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        run.two_rates(5, 7)
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        AnyRule::DhPredictive(DhPredictiveParams {
            high: membrane(recipe.setting("high")),
            low: membrane(recipe.setting("low")),
            hinge: recipe.setting("hinge") == 1,
        })
    }

    fn cell(&self, recipe: &Recipe, output: bool) -> Cell {
        let coupling = if output { Coupling::None } else { Coupling::Gated };
        Cell::graded(Activation::Clip, word(recipe, "step"), true, coupling)
    }

    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        let learning = if recipe.setting("telescoped") == 0 { Learning::Tick } else { Learning::End };
        let predicted = Window { settle: true, ..Window::new(1, Teacher::None, learning) };
        let clamped = Window {
            start: Start::Keep,
            late: true,
            each: true,
            extra: true,
            ..Window::new(recipe.ticks, Teacher::Error, learning)
        };
        vec![predicted, clamped]
    }

    fn projection(&self, recipe: &Recipe, base: Connection, _: bool, format: WeightFormat) -> Connection {
        let fractions = (GRADED_FRACTION as i32, Membrane::FRACTION as i32);
        let rate = folded(recipe, &base, format, fractions);
        Connection { rate, summed: base.pre == 0, ..base }
    }
}
