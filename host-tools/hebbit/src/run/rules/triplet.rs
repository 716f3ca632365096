//! A network that learns by `triplet` STDP without a teacher: one layer of competing neurons with adaptive thresholds.

use super::stdp::{
    Traces, check_competition, competing, competitor, competitors, forgetting, onto_competitors, traces,
};
use super::{Cell, HostRule, Run, Setting, count, parameter, scattered, setting, word};
use crate::error::Result;
use crate::run::recipe::{Encoding, Feedback, Readout, Recipe};
use hebbit_core::learn::{AnyRule, Depression, LearningRule as _, TripletParams};
use hebbit_core::net::{Connection, Learning, WeightFormat, Window};
use hebbit_core::num::{Leak, Trace};
use hebbit_core::signal::Teacher;

/// The host's side of [`hebbit_core::learn::Triplet`].
pub(super) struct Triplet;

impl HostRule for Triplet {
    fn name(&self) -> &'static str {
        hebbit_core::learn::Triplet::NAME
    }

    fn supervised(&self) -> bool {
        hebbit_core::learn::Triplet::SUPERVISED
    }

    fn feedbacks(&self, _: &str) -> &'static [Feedback] {
        &[Feedback::None]
    }

    /// Traces of spikes: a graded line has none.
    fn encoders(&self, _: &str) -> &'static [Encoding] {
        &[Encoding::Rate, Encoding::Poisson, Encoding::Latency]
    }

    fn readouts(&self, _: &str) -> &'static [Readout] {
        &[Readout::Count, Readout::First]
    }

    fn layers(&self, classes: usize, _: &str) -> Vec<usize> {
        vec![competitors(classes)]
    }

    fn length(&self, _: &str) -> (u16, u32) {
        (16, 2)
    }

    fn settings(&self, run: &Run<'_>) -> Vec<Setting> {
        let Traces { line, grow, shrink, .. } = traces(run);
        let unit = if run.wide() { 1 } else { 32 };
        let mut all = competing(run);
        all.extend([
            // Decays of the four traces per tick, 2^-16, and their bumps, 2^-8.
            parameter::<TripletParams>("r1-decay", line.0),
            parameter::<TripletParams>("r2-decay", 2_048),
            parameter::<TripletParams>("o1-decay", 16_384),
            parameter::<TripletParams>("o2-decay", 2_048),
            parameter::<TripletParams>("r1-bump", line.1),
            parameter::<TripletParams>("r2-bump", 256),
            // Half of it times a2-minus is what a pair takes.
            parameter::<TripletParams>("o1-bump", 256 * shrink / unit),
            parameter::<TripletParams>("o2-bump", 32_768),
            // Potentiation by a pair, and by a triplet per 256 of o2 (raw post).
            parameter::<TripletParams>("a2-plus", grow),
            parameter::<TripletParams>("a3-plus", grow / 2),
            // Depression by a pair, and by a triplet per 1.0 of r2 (raw pre).
            parameter::<TripletParams>("a2-minus", unit),
            setting("a3-minus", 0, 0, 255),
            // Whether a neuron that fires forgets.
            setting("forget", 1, 0, 1),
        ]);
        all
    }

    fn rates(&self, run: &Run<'_>) -> Vec<i32> {
        forgetting(run)
    }

    fn decay(&self, _: u64) -> u32 {
        0
    }

    fn check(&self, recipe: &Recipe) -> Result<()> {
        check_competition(recipe)
    }

    fn rule(&self, recipe: &Recipe) -> AnyRule {
        let decay = |name| Leak::from_bits(word(recipe, name));
        let bump = |name| Trace::from_bits(word(recipe, name));
        let grow = |name| recipe.setting(name).clamp(0, 32_767) as i16;
        AnyRule::Triplet(TripletParams {
            r1_decay: decay("r1-decay"),
            r2_decay: decay("r2-decay"),
            o1_decay: decay("o1-decay"),
            o2_decay: decay("o2-decay"),
            r1_bump: bump("r1-bump"),
            r2_bump: bump("r2-bump"),
            o1_bump: bump("o1-bump"),
            o2_bump: bump("o2-bump"),
            a2_plus: grow("a2-plus"),
            a3_plus: grow("a3-plus"),
            a2_minus: count(recipe, "a2-minus"),
            a3_minus: Depression {
                amplitude: recipe.setting("a3-minus").clamp(0, 255) as u8,
                forgets: recipe.setting("forget") == 1,
            },
        })
    }

    fn cell(&self, recipe: &Recipe, _: bool) -> Cell {
        competitor(recipe)
    }

    fn windows(&self, recipe: &Recipe) -> Vec<Window> {
        vec![Window::new(recipe.ticks, Teacher::None, Learning::Tick)]
    }

    fn projection(&self, recipe: &Recipe, base: Connection, _: bool, format: WeightFormat) -> Connection {
        onto_competitors(recipe, base, format)
    }

    fn spread(&self, recipe: &Recipe, _: usize, _: usize, _: usize) -> (i64, i64) {
        scattered(recipe)
    }
}
