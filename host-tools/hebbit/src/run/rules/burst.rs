//! A network that learns by `burst`. `count`: integrators, an error at the end of each sample, one sweep down. `logistic`: the
//! paper's rate units; `rate`: the same with clipped ones. `unsigned`, `signed`: bursts in every tick.

use super::{
    Cell, HostRule, Run, Setting, Way, count, fixed_feedback, folded, from_above, glorot, initial,
    integrating, integrators, learned, parameter, setting,
};
use crate::error::{Error, Result};
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::encode::Params as EncoderParams;
use hebbit_core::learn::{AnyRule, BurstForm, BurstParams, LearningRule as _, Squash};
use hebbit_core::net::{Connection, Coupling, Learning, WeightFormat, Window};
use hebbit_core::neuron::Activation;
use hebbit_core::num::{Apical, Count, FINE_FRACTION, GRADED_FRACTION};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::Burst`].
pub(super) struct Burst;

/// As far left as a count of all ticks still fits 256.
pub(super) fn spike_shift(ticks: u16) -> u16 {
    (256 / ticks.clamp(1, 256)).ilog2() as u16
}

/// The learning rate of a projection that learns by counted spikes depends on where its binary point is.
pub(crate) fn with_fraction(
    recipe: &Recipe,
    projection: Connection,
    graded: bool,
    format: WeightFormat,
) -> Connection {
    // 2^-k of deviation times input, both with their fraction bits.
    let input = if graded { GRADED_FRACTION as i32 } else { i32::from(spike_shift(recipe.ticks)) };
    let rate = folded(recipe, &projection, format, (input, Apical::FRACTION as i32));
    Connection { rate, ..projection }
}

/// Spikes that the wanted output should reach: three quarters of the ticks, four if there are four.
pub(super) fn target(ticks: u16) -> Setting {
    let ticks = i64::from(ticks);
    parameter::<BurstParams>("target", (ticks * 3 / 4).max(ticks.min(4)).clamp(1, 127))
}

/// Settings of every network of integrators that counts spikes; `init_above` is the default of that setting.
pub(super) fn spiking(run: &Run<'_>, init_above: i64) -> Vec<Setting> {
    let own = [target(run.ticks)];
    [&run.weight_settings((12, 9))[..], &own, &integrating(), &initial(run, 50, init_above)].concat()
}

/// Twice the ticks make twice the error, so half the rate.
pub(super) fn spiking_rates(run: &Run<'_>) -> Vec<i32> {
    let at_8_ticks = if run.wide() { 10 } else { 9 };
    let hidden = at_8_ticks + run.ticks.max(1).ilog2() as i32 - 3;
    run.two_rates(hidden, hidden + 2)
}

fn rates(form: &str) -> bool {
    matches!(form, "rate" | "logistic")
}

fn is_rate(recipe: &Recipe) -> bool {
    rates(&recipe.form)
}

fn every_tick(recipe: &Recipe) -> bool {
    matches!(recipe.form.as_str(), "unsigned" | "signed")
}

impl HostRule for Burst {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Burst::NAME
    }

    fn forms(&self) -> &'static [&'static str] {
        &["count", "rate", "logistic", "unsigned", "signed"]
    }

    fn feedbacks(&self, form: &str) -> &'static [Feedback] {
        use Feedback::{Learned, Random, Sign, Tied};
        if rates(form) { &[Tied, Sign, Random, Learned] } else { &[Sign, Tied, Random] }
    }

    fn encoders(&self, form: &str) -> &'static [Encoding] {
        let all = &[Encoding::Graded, Encoding::Rate, Encoding::Poisson, Encoding::Latency];
        if rates(form) { &all[..1] } else { all }
    }

    fn readouts(&self, form: &str) -> &'static [Readout] {
        if form == "rate" {
            &[Readout::Membrane]
        } else {
            &[Readout::Count, Readout::First, Readout::Membrane]
        }
    }

    fn layers(&self, classes: usize, form: &str) -> Vec<usize> {
        if rates(form) { vec![500, 500, 500, classes] } else { vec![128, classes] }
    }

    fn length(&self, form: &str) -> (u16, u32) {
        match form {
            "rate" | "logistic" => (1, 20),
            "count" => (8, 8),
            _ => (16, 8),
        }
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let own = match run.form {
            "rate" | "logistic" => {
                // Logistic units need great weights; their errors are small.
                let logistic = run.form == "logistic";
                let (fractions, gain, init) =
                    if logistic { ((11, 7), 2, 3_600) } else { ((12, 9), 0, 1_000) };
                let rates = [
                    // Whether hidden rates have 15 bits.
                    setting("fine", 0, 0, 1),
                    // Errors are 2^gain times as large.
                    parameter::<BurstParams>("gain", gain),
                    // Whether the baseline feedback Q is learned.
                    setting("learned-baseline", 0, 0, 1),
                    // Its learning rate 2^-K, and that of a learned Y.
                    setting("feedback-rate", 10, 0, 30),
                    // Standard deviation of initial weights, in thousandths of Glorot and Bengio's.
                    setting("init", init, 0, 10_000),
                    // Pixels below this are silent.
                    parameter::<EncoderParams>("minimum", 0),
                ];
                [&run.weight_settings(fractions)[..], &rates].concat()
            }
            "count" => spiking(run, 1_000),
            _ => {
                // One spike per line in all brings less.
                let init = if run.encoder == Encoding::Latency { 200 } else { 50 };
                // A spike of error changes the probability of a burst by 2^(gain - 8).
                let own = [target(run.ticks), parameter::<BurstParams>("gain", 7)];
                let weights = run.weight_settings((12, 9));
                [&weights[..], &own, &integrating(), &initial(run, init, 1_000)].concat()
            }
        };
        let mut feedback = fixed_feedback(250);
        if matches!(run.form, "unsigned" | "signed") {
            // A burst is half a spike of error, whatever the error is.
            feedback[0].default = i64::from(run.form == "signed" && run.encoder == Encoding::Graded);
        }
        [&own[..], &feedback].concat()
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        match run.form {
            // What comes through random weights grows with the width.
            "rate" if run.feedback == Feedback::Random && run.layers.len() > 3 => run.two_rates(6, 4),
            "rate" => run.two_rates(4, 4),
            "logistic" => run.two_rates(1, 1),
            "count" => spiking_rates(run),
            _ => match run.encoder {
                Encoding::Graded if run.form == "signed" => run.two_rates(11, 13),
                Encoding::Graded => run.two_rates(10, 12),
                Encoding::Latency => run.two_rates(10, 13),
                Encoding::Poisson | Encoding::Rate => run.two_rates(12, 13),
            },
        }
    }

    /// Spikes that are regular or few do not carry an error far, nor do bursts that are drawn; while Y and Q are learned their difference
    /// is noise to a second layer.
    fn deepest(&self, way: &Way) -> usize {
        match (way.form, way.encoder) {
            ("unsigned" | "signed", _) | ("count", Encoding::Rate) => 1,
            ("count", Encoding::Latency) => 2,
            _ if way.feedback == Feedback::Learned => 1,
            _ => usize::MAX,
        }
    }

    fn check(&self, recipe: &Recipe) -> Result<()> {
        if is_rate(recipe) && recipe.ticks != 1 {
            return Err(Error::usage(
                "rate units answer in one tick",
                "leave out [ticks], or use [form=count]",
            ));
        }
        Ok(())
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        let rate = is_rate(recipe);
        AnyRule::Burst(BurstParams {
            target: if rate { Count::from_bits(1) } else { count(recipe, "target") },
            ceiling: Count::from_bits(recipe.ticks),
            spike_shift: Count::from_bits(spike_shift(recipe.ticks)),
            form: match recipe.form.as_str() {
                "rate" | "logistic" => BurstForm::Rate,
                "unsigned" => BurstForm::Unsigned,
                "signed" => BurstForm::Signed,
                _ => BurstForm::Count,
            },
            squash: if recipe.form == "logistic" { Squash::Logistic } else { Squash::Box },
            learned: learned_baseline(recipe),
            gain: count(recipe, "gain"),
            due: every_tick(recipe),
        })
    }

    fn cell(&self, recipe: &Recipe, output: bool) -> Cell {
        if is_rate(recipe) {
            let logistic = recipe.form == "logistic";
            let activation = if logistic { Activation::Logistic } else { Activation::Clip };
            return Cell::graded(activation, 0, output || recipe.setting("fine") == 1, Coupling::None);
        }
        Cell::alone(integrators(recipe))
    }

    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        let learning = if every_tick(recipe) { Learning::Tick } else { Learning::End };
        vec![Window::new(recipe.ticks, Teacher::Error, learning)]
    }

    fn projection(
        &self,
        recipe: &Recipe,
        base: Connection,
        graded: bool,
        format: WeightFormat,
    ) -> Connection {
        if is_rate(recipe) {
            let post = FINE_FRACTION as i32 + recipe.setting("gain") as i32;
            return Connection {
                rate: folded(recipe, &base, format, (GRADED_FRACTION as i32, post)),
                ..base
            };
        }
        let summed = every_tick(recipe) && graded;
        Connection { summed, ..with_fraction(recipe, base, graded, format) }
    }

    fn feedback(&self, recipe: &Recipe, layer: u16) -> Vec<Connection> {
        let mut all = from_above(recipe, layer, layer + 1);
        if is_rate(recipe) && learned_baseline(recipe) {
            let learned = learned(recipe, layer, layer + 1);
            if recipe.feedback == Feedback::Learned {
                all = vec![learned];
            }
            all.push(Connection { word: 1, ..learned });
        }
        all
    }

    fn feedback_deviation(&self, recipe: &Recipe, feedback: &Connection) -> i64 {
        recipe.setting("feedback-std") / if feedback.word == 1 { 2 } else { 1 }
    }

    fn spread(&self, recipe: &Recipe, projection: usize, rows: usize, columns: usize) -> (i64, i64) {
        let init = recipe.setting("init");
        let above = if is_rate(recipe) { init } else { recipe.setting("init-above") };
        (0, if projection == 0 && !is_rate(recipe) { init } else { glorot(rows, columns) * above / 1_000 })
    }
}

fn learned_baseline(recipe: &Recipe) -> bool {
    recipe.setting("learned-baseline") == 1 || recipe.feedback == Feedback::Learned
}
