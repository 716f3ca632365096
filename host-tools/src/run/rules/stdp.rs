//! A network that learns by `stdp` without a teacher: one layer of competing neurons with adaptive thresholds.

use super::{HostRule, Setting, Size, leak, membrane, setting, word};
use crate::error::{Error, Result};
use crate::run::recipe::{Recipe, WeightWidth};
use hebbit_core::learn::{AnyRule, Form, LearningRule as _, StdpParams};
use hebbit_core::net::{Learning, ProjectionPlan, Start, Teacher, WeightFormat, Window};
use hebbit_core::neuron::{AdaptiveParams, AnyNeuron};
use hebbit_core::num::{BOUND_I16, Leak, Rise, Trace};

/// The host's side of [`hebbit_core::learn::Stdp`].
pub(super) struct Stdp;

impl HostRule for Stdp {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Stdp::NAME
    }

    fn supervised(&self) -> bool {
        hebbit_core::learn::Stdp::SUPERVISED
    }

    fn layers(&self, _: usize) -> Vec<usize> {
        vec![100]
    }

    fn length(&self) -> (u16, u32) {
        (16, 2)
    }

    fn settings(&self, size: Size) -> Vec<Setting> {
        let wide = size.weights == WeightWidth::I16;
        let (bound, most) = if wide { (i64::from(BOUND_I16), 32_767) } else { (127, 127) };
        let root = i64::from(size.outputs.isqrt().max(1));
        vec![
            // 0: pair STDP, 1: instar.
            setting("instar", 1, 0, 1),
            // Fraction bits of a weight.
            setting("fraction", if wide { 15 } else { 12 }, 0, 15),
            // Greatest weight, raw; the least is 0.
            setting("bound", bound, 1, most),
            // Threshold at rest, in thousandths.
            setting("threshold", 3_000, 1, 7_999),
            // Membrane leak per tick, 2^-16.
            setting("leak", 0, 0, 65_535),
            // Rise of the threshold per spike, in thousandths. The more neurons compete, the rarer each wins.
            setting("bump", root, 0, 15_999),
            // Decay of the rise per sample, 2^-16.
            setting("rise-decay", (100 / root).max(1), 0, 65_535),
            // Mean initial weight, in thousandths of a threshold; the deviation is a third of it.
            setting("init", 9, 0, 10_000),
            // Euclidean norm that every input is scaled to; 0: pixels as they are.
            setting("norm", 1_400, 0, 65_535),
            // Pixels below this are silent.
            setting("minimum", 0, 0, 255),
            // Decay of a line's trace per tick, 2^-16; 65535: the trace is the event.
            setting("pre-decay", 65_535, 0, 65_535),
            // Bump of a line's trace per unit of event, 2^-8.
            setting("pre-bump", 256, 0, 65_535),
            // The same of a neuron's own trace (pair form).
            setting("post-decay", 16_384, 0, 65_535),
            setting("post-bump", 256, 0, 65_535),
            // Raw `post` of the growing term. Instar weights go to x * grow / 2^F, 1/32 of a threshold at full scale.
            setting("grow", if wide { 16 } else { 510 }, -32_768, 32_767),
            // Raw `post` of the shrinking term per unit of trace (pair form).
            setting("shrink", if wide { 1 } else { 32 }, 0, 32_767),
        ]
    }

    fn rates(&self, _: WeightWidth, _: u16, projections: usize) -> Vec<i32> {
        vec![6; projections]
    }

    fn decay(&self, _: u64) -> u32 {
        0
    }

    fn check(&self, recipe: &Recipe) -> Result<()> {
        if recipe.layers.len() > 2 {
            let help = "give lines and one layer of neurons: --layers 784-100";
            return Err(Error::usage("stdp learns one layer: a second one would never fire", help));
        }
        let shift = if recipe.weights == WeightWidth::I16 { 8 } else { 16 };
        if let Some(rate) = recipe.rate.iter().find(|rate| !(0..=shift).contains(*rate)) {
            return Err(Error::usage(
                format!("rate {rate} is out of range for stdp"),
                format!("give 0 to {shift}"),
            ));
        }
        if recipe.decay > 0 && recipe.setting("instar") == 1 {
            let help = "leave it out; only the pair form (--set instar=0) takes it";
            return Err(Error::usage("--decay would slow growing but not forgetting", help));
        }
        Ok(())
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        let signed = |name| recipe.setting(name).clamp(-32_768, 32_767) as i16;
        AnyRule::Stdp(StdpParams {
            form: if recipe.setting("instar") == 1 { Form::Instar } else { Form::Pair },
            pre_decay: Leak::from_bits(word(recipe, "pre-decay")),
            post_decay: Leak::from_bits(word(recipe, "post-decay")),
            pre_bump: Trace::from_bits(word(recipe, "pre-bump")),
            post_bump: Trace::from_bits(word(recipe, "post-bump")),
            grow: signed("grow"),
            shrink: signed("shrink"),
        })
    }

    fn neuron(&self, recipe: &Recipe) -> (AnyNeuron, bool) {
        let params = AdaptiveParams {
            threshold: membrane(recipe.setting("threshold")),
            reset: membrane(0),
            floor: membrane(-2_000),
            leak: leak(recipe),
            bump: Rise::from_bits((recipe.setting("bump") * 4096 / 1000).clamp(0, 65_535) as u16),
            decay: Leak::from_bits(word(recipe, "rise-decay")),
            kept: true,
        };
        (AnyNeuron::Adaptive(params), true)
    }

    fn window(&self, recipe: &Recipe) -> Window {
        let (teacher, learning) = (Teacher::None, Learning::Tick);
        Window { ticks: recipe.ticks, teacher, start: Start::Reset, learning }
    }

    /// Instar: the rate is the share of a weight that is forgotten. Pair: it scales both terms from their raw sizes at
    /// the default rate.
    fn projection(
        &self,
        recipe: &Recipe,
        base: ProjectionPlan,
        _: bool,
        format: WeightFormat,
    ) -> ProjectionPlan {
        let wanted = recipe.rate[usize::from(base.pre)];
        let plan = ProjectionPlan { low: 0, bias: false, ..base };
        if recipe.setting("instar") == 1 {
            let forget_shift = (format.shift() as i32 - wanted).clamp(0, 16) as u16;
            return ProjectionPlan { forget_shift, ..plan };
        }
        ProjectionPlan { rate: 6 - wanted, ..plan }
    }

    fn spread(&self, recipe: &Recipe, _: usize, _: usize, _: usize) -> (i64, i64) {
        let init = recipe.setting("init");
        (init, init / 3)
    }
}
