//! A network that learns by `dh-equilibrium`: rate units that relax freely, then nudged towards the target, then away from it.

use super::{
    BY_MEMBRANE, Cell, GRADED, HostRule, Run, Setting, count, folded, initial, parameter, rate15, setting,
    word,
};
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::learn::{AnyRule, DhEquilibriumParams, LearningRule as _};
use hebbit_core::net::{Connection, Coupling, Learning, Start, WeightFormat, Window};
use hebbit_core::neuron::{Activation, GradedParams};
use hebbit_core::num::{FINE_FRACTION, GRADED_FRACTION};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::DhEquilibrium`].
pub(super) struct DhEquilibrium;

impl HostRule for DhEquilibrium {
    fn name(&self) -> &'static str {
        hebbit_core::learn::DhEquilibrium::NAME
    }

    /// Both directions of a weight are one number: that is what the rule is about.
    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::Tied]
    }

    fn encoders(&self, _: &str) -> &'static [Encoding] {
        GRADED
    }

    fn readouts(&self, _: &str) -> &'static [Readout] {
        BY_MEMBRANE
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (10, 8)
    }

    /// What is nudged at the output takes longer to reach the first layer the more there are.
    fn ticks(&self, form: &str, layers: &[u16]) -> u16 {
        let (each, _) = self.length(form);
        each * layers.len().saturating_sub(2).max(1) as u16
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let own = [
            // The nudge is 2^-K.
            parameter::<DhEquilibriumParams>("beta", 2),
            // Ticks of either nudged window.
            setting("nudged", 4 * run.depth(), 1, 32_767),
            // Membranes go 2^-K of the way per tick.
            parameter::<GradedParams>("step", 1),
            // Rates that the wanted output and the others are nudged to, in thousandths.
            setting("high", 1_000, 0, 1_000),
            setting("low", 0, 0, 1_000),
        ];
        [&run.weight_settings((12, 9))[..], &own, &initial(run, 22, 500)].concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        run.two_rates(3, 5)
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        AnyRule::DhEquilibrium(DhEquilibriumParams {
            beta: count(recipe, "beta"),
            high: rate15(recipe.setting("high")),
            low: rate15(recipe.setting("low")),
        })
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        Cell::graded(Activation::Clip, word(recipe, "step"), true, Coupling::Open)
    }

    /// Both nudged windows start from the end of the free one, so that what has not come to rest there cancels.
    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        let nudged = word(recipe, "nudged");
        let relax = |ticks, teacher, learning| Window {
            late: true,
            each: true,
            ..Window::new(ticks, teacher, learning)
        };
        let keep = |window| Window { start: Start::Keep, extra: true, ..window };
        vec![
            relax(recipe.ticks, Teacher::None, Learning::Never),
            keep(relax(nudged, Teacher::Error, Learning::End)),
            Window { start: Start::Restore, ..keep(relax(nudged, Teacher::Against, Learning::End)) },
        ]
    }

    fn projection(&self, recipe: &Recipe, base: Connection, _: bool, format: WeightFormat) -> Connection {
        let fractions = (GRADED_FRACTION as i32, FINE_FRACTION as i32);
        Connection { rate: folded(recipe, &base, format, fractions), ..base }
    }
}
