//! A network that learns by `reward`: competing neurons act on a noisy sample, then it is dark, then the reward comes.

use super::{
    Cell, HostRule, Run, Setting, folded, integrating, integrators, one_layer, scattered, setting, word,
};
use crate::error::Result;
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::learn::{AnyRule, LearningRule as _, RewardParams};
use hebbit_core::net::{Learning, ProjectionPlan, Start, WeightFormat, Window};
use hebbit_core::num::{Leak, Trace};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::Reward`].
pub(super) struct Reward;

impl HostRule for Reward {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Reward::NAME
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::None]
    }

    /// Without noise it would always try the same.
    fn encoders(&self, _: &str) -> &'static [Encoding] {
        &[Encoding::Poisson, Encoding::Rate, Encoding::Latency, Encoding::Graded]
    }

    fn readouts(&self, _: &str) -> &'static [Readout] {
        &[Readout::Count]
    }

    fn layers(&self, classes: usize, _: &str) -> Vec<usize> {
        vec![classes]
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (8, 1)
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let own = [
            // Dark ticks between the sample and the reward.
            setting("delay", 8, 1, 32_767),
            // Decay of the slow traces per tick, 2^-16, and their bumps, 2^-8.
            setting("line-decay", 4_096, 0, 65_535),
            setting("line-bump", 8_192, 0, 65_535),
            setting("trace-decay", 4_096, 0, 65_535),
            setting("trace-bump", 256, 0, 65_535),
        ];
        let start = [
            // Mean initial weight, in thousandths of a threshold; the deviation is a third of it.
            setting("init", run.raised(30), 0, 10_000),
            // Pixels below this are silent.
            setting("minimum", 0, 0, 255),
        ];
        [&run.weight_settings((12, 9))[..], &own, &integrating(), &start].concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        vec![8; run.layers.len() - 1]
    }

    fn check(&self, recipe: &Recipe) -> Result<()> {
        one_layer(
            recipe,
            "reward learns one layer: who acts must hear of it",
            "give lines and one neuron per class: --layers 784-2",
        )
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        AnyRule::Reward(RewardParams {
            line_decay: Leak::from_bits(word(recipe, "line-decay")),
            line_bump: Trace::from_bits(word(recipe, "line-bump")),
            decay: Leak::from_bits(word(recipe, "trace-decay")),
            bump: Trace::from_bits(word(recipe, "trace-bump")),
        })
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        Cell { winner_take_all: true, ..Cell::alone(integrators(recipe)) }
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

    fn projection(
        &self,
        recipe: &Recipe,
        base: ProjectionPlan,
        _: bool,
        format: WeightFormat,
    ) -> ProjectionPlan {
        let rate = folded(recipe, &base, format, (8, 8));
        ProjectionPlan { rate, bias: false, ..base }
    }

    fn spread(&self, recipe: &Recipe, _: usize, _: usize, _: usize) -> (i64, i64) {
        scattered(recipe)
    }
}
