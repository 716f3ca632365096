//! What is the same for all neurons or lines of a layer in one tick, and what a rule sees of each of them.

use super::layer::Layer;
use crate::learn::Draws;
use crate::num::{DitherRow, StepKey, from_column, length, stream};
use crate::signal::{Activity, Grain, Role, Teacher};

/// A tick, as rules see it. [`Stage::of`] completes it for a layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    pub(super) teacher: Teacher,
    pub(super) tick: u16,
    pub(super) modulator: i16,
    pub(super) steps: u32,
    pub(super) samples: u32,
    pub(super) seed: u64,
    /// The only output neuron that is taught, if not all are.
    pub(super) only: Option<u16>,
    grain: Grain,
    role: Role,
    draws: DitherRow,
}

impl Stage {
    /// The teacher, and the only output neuron that is taught, if not all are.
    pub(super) const fn new(
        (teacher, only): (Teacher, Option<u16>),
        tick: u16,
        modulator: i16,
        [steps, samples]: [u32; 2],
        seed: u64,
    ) -> Self {
        let draws = DitherRow { b: 0, a: 0 };
        let (grain, role) = (Grain::Spike, Role::Hidden);
        Self { teacher, tick, modulator, steps, samples, seed, only, grain, role, draws }
    }

    /// The stage of layer `l`; without draws they are 0.
    pub(super) fn of(self, layer: &Layer<'_>, l: usize, top: usize, draws: Draws) -> Self {
        let role = if l == top { Role::Output } else { Role::Hidden };
        let key = |counter| StepKey::new(counter, stream::DRAW.wrapping_add(length(l)), self.seed);
        let draws = match draws {
            Draws::None => self.draws,
            Draws::Step => key(self.steps).row(0),
            Draws::Sample => key(self.samples).row(u32::from(self.tick)),
        };
        let only = self.only.filter(|_| l == top);
        Self { only, grain: layer.plan.grain(), role, draws, ..self }
    }

    /// What a rule sees of each neuron, apical potentials left at 0.
    #[inline(always)]
    pub(super) fn neurons<'s>(
        &self,
        events: &'s [i16],
        sums: &'s [u16],
        membranes: &'s [u16],
        currents: &'s [i16],
    ) -> impl Iterator<Item = Activity> + use<'s> {
        let columns = events.iter().zip(sums).zip(membranes.iter().zip(currents));
        let stage = *self;
        let mut draws = self.draws;
        columns.zip(0_u16..).map(move |(((&event, &sum), (&membrane, &current)), i)| {
            let draw = draws.b;
            draws = draws.next();
            let teacher = if stage.only.is_none_or(|only| only == i) { stage.teacher } else { Teacher::None };
            Activity { membrane: from_column(membrane), current, draw, teacher, ..stage.line(event, sum) }
        })
    }

    /// What a rule sees of a line; its draw is left at 0.
    #[inline(always)]
    pub(super) fn line(&self, event: i16, sum: u16) -> Activity {
        let Self { teacher, tick, modulator, grain, role, .. } = *self;
        Activity { event, sum, grain, role, teacher, tick, modulator, ..Activity::default() }
    }

    /// The draw of line or neuron `i`.
    #[inline(always)]
    pub(super) fn draw(&self, i: u16) -> u16 {
        self.draws.at(i)
    }
}
