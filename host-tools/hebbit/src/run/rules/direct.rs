//! Networks that learn by `dfa` or `drtp`: integrators, an error at the end of each sample; hidden layers hear of the error, or
//! of the target, directly, by keyed weights.

use super::burst::{spike_shift, spiking, spiking_rates, with_fraction};
use super::{Cell, HostRule, Run, Setting, Way, count, from_above, integrators, setting};
use crate::run::recipe::{Encoding, Feedback, Recipe};
use hebbit_core::learn::{AnyRule, Dfa, DfaParams, Drtp, LearningRule as _};
use hebbit_core::net::{Connection, FROM_TARGET, Learning, WeightFormat, Window};
use hebbit_core::num::Count;
use hebbit_core::signal::Teacher;

/// The host's side of [`Dfa`], or of [`Drtp`].
pub(super) struct Direct {
    /// Whether hidden layers hear of the target rather than of the error.
    pub(super) target: bool,
}

impl HostRule for Direct {
    fn name(&self) -> &'static str {
        if self.target { Drtp::NAME } else { Dfa::NAME }
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::Keyed]
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (8, 8)
    }

    /// Regular spikes silence a second layer; what goes down from the target has no error that ends, so drtp wants more than one spike there too.
    fn deepest(&self, way: &Way) -> usize {
        match way.encoder {
            Encoding::Rate => 1,
            Encoding::Latency if self.target => 1,
            _ => usize::MAX,
        }
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        // The error does not come down through the upper weights: they may start half as large. Feedback weights are odd numbers
        // up to 255, times 2^-shift.
        [spiking(run, 500), vec![setting("feedback-shift", 9, 0, 15)]].concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        let mut rates = spiking_rates(run);
        if self.target {
            let hidden = rates.len() - 1;
            rates[..hidden].iter_mut().for_each(|rate| *rate += 2);
        }
        rates
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        let params = DfaParams {
            target: count(recipe, "target"),
            ceiling: Count::from_bits(recipe.ticks),
            spike_shift: Count::from_bits(spike_shift(recipe.ticks)),
        };
        if self.target { AnyRule::Drtp(params) } else { AnyRule::Dfa(params) }
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        Cell::alone(integrators(recipe))
    }

    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        vec![Window::new(recipe.ticks, Teacher::Error, Learning::End)]
    }

    fn projection(
        &self,
        recipe: &Recipe,
        base: Connection,
        graded: bool,
        format: WeightFormat,
    ) -> Connection {
        with_fraction(recipe, base, graded, format)
    }

    fn feedback(&self, recipe: &Recipe, layer: u16) -> Vec<Connection> {
        let output = recipe.layers.len() as u16 - 1;
        from_above(recipe, layer, if self.target { FROM_TARGET } else { output })
    }
}
