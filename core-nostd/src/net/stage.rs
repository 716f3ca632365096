//! What is the same for all layers in one tick, and for all lines or neurons of one of them.

use super::layer::Layer;
use crate::learn::{Draws, Shared};
use crate::num::{DitherRow, StepKey, length, stream};
use crate::signal::{Role, Teacher};

/// A tick, as rules see it. [`Stage::of`] completes it for a layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    pub(super) teacher: Teacher,
    pub(super) tick: u16,
    pub(super) modulator: i16,
    pub(super) steps: u32,
    /// Counts samples that are drawn for.
    pub(super) drawn: u32,
    pub(super) seed: u64,
    /// The only output neuron that is taught, if not all are.
    pub(super) only: Option<u16>,
}

impl Stage {
    /// The stage of layer `l`; without draws they are 0.
    pub(super) fn of(&self, layer: &Layer<'_>, l: usize, top: usize, draws: Draws) -> Shared {
        let Self { teacher, tick, modulator, .. } = *self;
        let role = if l == top { Role::Output } else { Role::Hidden };
        let key = |counter| StepKey::new(counter, stream::DRAW.wrapping_add(length(l)), self.seed);
        let draws = match draws {
            Draws::None => DitherRow { b: 0, a: 0 },
            Draws::Step => key(self.steps).row(0),
            Draws::Sample => key(self.drawn).row(u32::from(tick)),
        };
        let only = self.only.filter(|_| l == top);
        Shared { teacher, only, tick, modulator, grain: layer.grain, role, draws }
    }
}
