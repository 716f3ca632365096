//! A network that learns by `burst`: integrators, an error at the end of each sample, one sweep down.

use super::{HostRule, Setting, Size, leak, membrane, setting, word};
use crate::error::Result;
use crate::run::recipe::{Recipe, WeightWidth};
use hebbit_core::learn::{AnyRule, BurstParams, LearningRule as _};
use hebbit_core::net::{Learning, ProjectionPlan, Start, Teacher, WeightFormat, Window};
use hebbit_core::neuron::{AnyNeuron, LifParams};
use hebbit_core::num::{Apical, BOUND_I16, Count, GRADED_FRACTION};

/// The host's side of [`hebbit_core::learn::Burst`].
pub(super) struct Burst;

/// As far left as a count of all ticks still fits 256.
fn spike_shift(ticks: u16) -> u16 {
    (256 / ticks.clamp(1, 256)).ilog2() as u16
}

/// The learning rate of a projection that learns by `burst` depends on where its binary point is.
pub(crate) fn with_fraction(
    recipe: &Recipe,
    projection: ProjectionPlan,
    graded: bool,
    format: WeightFormat,
) -> ProjectionPlan {
    // 2^-k of deviation times input, both with their fraction bits.
    let input = if graded { GRADED_FRACTION as i32 } else { i32::from(spike_shift(recipe.ticks)) };
    let wanted = recipe.rate[usize::from(projection.pre)];
    let scale = i32::from(projection.fraction) + format.shift() as i32;
    ProjectionPlan { rate: scale - Apical::FRACTION as i32 - input - wanted, ..projection }
}

impl HostRule for Burst {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Burst::NAME
    }

    fn supervised(&self) -> bool {
        hebbit_core::learn::Burst::SUPERVISED
    }

    fn layers(&self, classes: usize) -> Vec<usize> {
        vec![128, classes]
    }

    fn length(&self) -> (u16, u32) {
        (8, 8)
    }

    fn settings(&self, size: Size) -> Vec<Setting> {
        let wide = size.weights == WeightWidth::I16;
        let ticks = i64::from(size.ticks);
        let (bound, most) = if wide { (i64::from(BOUND_I16), 32_767) } else { (127, 127) };
        vec![
            // Fraction bits of a weight. At 8 bits a fine step is worth more than a wide range.
            setting("fraction", if wide { 12 } else { 9 }, 0, 15),
            // Greatest magnitude of a weight, raw.
            setting("bound", bound, 1, most),
            // Spikes that the wanted output should reach: three quarters of the ticks, four if there are four.
            setting("target", (ticks * 3 / 4).max(ticks.min(4)).clamp(1, 127), 1, 127),
            // Membrane leak per tick, 2^-16.
            setting("leak", 0, 0, 65_535),
            // Least membrane, in thousandths of a threshold.
            setting("floor", -2_000, -8_000, 0),
            // Magnitude 2^-shift of sign feedback.
            setting("feedback-shift", 2, 0, 15),
            // Standard deviation of random feedback, in thousandths.
            setting("feedback-std", 250, 0, 10_000),
            // Standard deviation of the first projection's initial weights, in thousandths of a threshold.
            setting("init", 50, 0, 10_000),
            // Pixels below this are silent.
            setting("minimum", 0, 0, 255),
        ]
    }

    /// Twice the ticks make twice the error, so half the rate.
    fn rates(&self, weights: WeightWidth, ticks: u16, projections: usize) -> Vec<i32> {
        let at_8_ticks = if weights == WeightWidth::I16 { 10 } else { 9 };
        let hidden = at_8_ticks + ticks.max(1).ilog2() as i32 - 3;
        let mut rates = vec![hidden; projections];
        rates[projections - 1] = hidden + 2;
        rates
    }

    /// A run halves its rate three times.
    fn decay(&self, total: u64) -> u32 {
        u32::try_from(total.div_ceil(4)).unwrap_or(u32::MAX)
    }

    fn check(&self, _: &Recipe) -> Result<()> {
        Ok(())
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        AnyRule::Burst(BurstParams {
            target: Count::from_bits(word(recipe, "target")),
            ceiling: Count::from_bits(recipe.ticks),
            spike_shift: Count::from_bits(spike_shift(recipe.ticks)),
        })
    }

    fn neuron(&self, recipe: &Recipe) -> (AnyNeuron, bool) {
        let floor = membrane(recipe.setting("floor"));
        (AnyNeuron::Lif(LifParams { leak: leak(recipe), floor, ..LifParams::INTEGRATOR }), false)
    }

    fn window(&self, recipe: &Recipe) -> Window {
        let (teacher, learning) = (Teacher::Error, Learning::End);
        Window { ticks: recipe.ticks, teacher, start: Start::Reset, learning }
    }

    fn projection(
        &self,
        recipe: &Recipe,
        base: ProjectionPlan,
        graded: bool,
        format: WeightFormat,
    ) -> ProjectionPlan {
        with_fraction(recipe, base, graded, format)
    }

    /// Small weights from the input; Glorot and Bengio's above it.
    fn spread(&self, recipe: &Recipe, projection: usize, rows: usize, columns: usize) -> (i64, i64) {
        let glorot = (2_000_000 / (rows + columns) as u64).isqrt() as i64;
        (0, if projection == 0 { recipe.setting("init") } else { glorot })
    }
}
