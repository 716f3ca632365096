//! A network that learns by `microcircuit`: integrators, two error trains, a Hebbian update in every tick.

use super::{
    Cell, HostRule, Run, Setting, count, fixed_feedback, folded, initial, integrating, integrators, membrane,
    parameter, setting, word,
};
use crate::run::recipe::{Feedback, Recipe};
use hebbit_core::learn::{AnyRule, LearningRule as _, MicrocircuitParams};
use hebbit_core::net::{Connection, Learning, WeightFormat, Window};
use hebbit_core::num::{Apical, GRADED_FRACTION, Leak, Membrane, THRESHOLD, Trace};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::Microcircuit`].
pub(super) struct Microcircuit;

impl HostRule for Microcircuit {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Microcircuit::NAME
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::Sign, Feedback::Tied, Feedback::Random]
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (8, 8)
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let own = [
            // Whether every physical weight is positive, beside one blanket inhibitory cell of fixed weight `bound`.
            setting("dale", 0, 0, 1),
            // Target train of the wanted neuron: spikes per tick, 2^-8.
            setting("target-rate", 192, 0, 256),
            // Half the width of the gate around the threshold, in thousandths of it.
            setting("reach", 1_000, 0, 7_999),
            // Decay of an error trace per tick, 2^-16, and its bump, 2^-8.
            parameter::<MicrocircuitParams>("error-decay", 16_384),
            parameter::<MicrocircuitParams>("error-bump", 256),
            // The same of a spiking line's trace.
            parameter::<MicrocircuitParams>("line-decay", 16_384),
            parameter::<MicrocircuitParams>("line-bump", 16_384),
        ];
        [
            &run.weight_settings((12, 9))[..],
            &own,
            &integrating(),
            &fixed_feedback(250),
            &initial(run, 30, 1_000),
        ]
        .concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        run.two_rates(11, 10)
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        AnyRule::Microcircuit(MicrocircuitParams {
            line_decay: Leak::from_bits(word(recipe, "line-decay")),
            line_bump: Trace::from_bits(word(recipe, "line-bump")),
            error_decay: Leak::from_bits(word(recipe, "error-decay")),
            error_bump: Trace::from_bits(word(recipe, "error-bump")),
            rate: count(recipe, "target-rate"),
            threshold: Membrane::from_bits(THRESHOLD),
            reach: membrane(recipe.setting("reach")),
        })
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        Cell::alone(integrators(recipe))
    }

    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        vec![Window::new(recipe.ticks, Teacher::Error, Learning::Tick)]
    }

    fn projection(
        &self,
        recipe: &Recipe,
        base: Connection,
        graded: bool,
        format: WeightFormat,
    ) -> Connection {
        let fractions = (GRADED_FRACTION as i32, Apical::FRACTION as i32);
        let rate = folded(recipe, &base, format, fractions);
        let plan = Connection { rate, summed: graded, ..base };
        if recipe.setting("dale") == 0 {
            return plan;
        }
        // Half of the range is on either side of the blanket cell's weight.
        let zero = base.high / 2;
        Connection { low: 0, high: 2 * zero, zero, ..plan }
    }
}
