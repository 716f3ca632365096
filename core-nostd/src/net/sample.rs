//! A sample, tick by tick: [`Network::begin`], [`Network::tick`], [`Network::finish`].
//!
//! The plan's windows give the ticks their number and their meaning; the caller gives each of them what reaches the input
//! lines. A picture is given in the first tick and held in all others.

use super::engine::Target;
use super::kernels::Kernels;
use super::layer::{Layer, encoder};
use super::network::{Course, Network};
use super::observe::{Moment, Observer};
use super::plan::Window;
use crate::encode::EncoderOps;
use crate::encode::{Answering, Gain, Place};
use crate::num::{StepKey, index, stream};
use crate::signal::{Answer, Input, Outcome, Phase, Tick};

impl<'a, K: Kernels, const N: usize> Network<'a, K, N> {
    /// Begins a sample: one to learn once, or without a target one to classify. All its lines are 0. A sample that was begun
    /// and not finished is dropped; it counts as not presented.
    pub fn begin(&mut self, target: Option<Target>) {
        self.held.fill(0);
        self.open(target);
    }

    /// Drops a sample that was begun and not finished, if there is one: what it has changed so far stays.
    pub fn abandon(&mut self) {
        self.course = Course::default();
    }

    /// Carries out the next tick of the sample that was begun. Whether another tick is left; without one, or if no sample was
    /// begun, it does nothing.
    ///
    /// Values of lines beyond the input's are ignored, missing ones are 0.
    pub fn tick(&mut self, input: Input<'_>, observer: &mut impl Observer<N>) -> bool {
        let held = core::mem::take(&mut self.held);
        let changes = input.hold(held) | core::mem::take(&mut self.course.written);
        self.advance(held, changes, 1, observer);
        self.held = held;
        self.goes_on()
    }

    /// Carries out the ticks that are left, holding the input, and answers. Without a sample that was begun there is no answer.
    pub fn finish(&mut self, observer: &mut impl Observer<N>) -> Outcome {
        let held = core::mem::take(&mut self.held);
        let written = core::mem::take(&mut self.course.written);
        let outcome = self.complete(held, written, observer);
        self.held = held;
        outcome
    }

    /// The values that are held, a byte per line, to be written by the caller: what the next tick takes if it holds its input, and
    /// the sample of [`Self::learn_held`] and [`Self::classify_held`].
    pub fn held_mut(&mut self) -> &mut [u8] {
        self.course.written = true;
        self.held
    }

    /// [`Self::learn`] of the values that are held.
    pub fn learn_held(&mut self, target: Target, observer: &mut impl Observer<N>) -> Outcome {
        let held = core::mem::take(&mut self.held);
        let outcome = self.learn(held, target, observer);
        self.held = held;
        outcome
    }

    /// [`Self::remember`] of the values that are held.
    pub fn remember_held(&mut self, class: u8) {
        self.ring.remember(self.held, class);
    }

    /// [`Self::classify`] of the values that are held.
    pub fn classify_held(&mut self, observer: &mut impl Observer<N>) -> Outcome {
        let held = core::mem::take(&mut self.held);
        let outcome = self.classify(held, observer);
        self.held = held;
        outcome
    }

    /// A whole sample, given in the first tick and held.
    pub(super) fn present(
        &mut self,
        sample: &[u8],
        target: Option<Target>,
        observer: &mut impl Observer<N>,
    ) -> Outcome {
        self.open(target);
        self.complete(sample, true, observer)
    }

    fn open(&mut self, target: Option<Target>) {
        let key = StepKey::new(self.plan.counters.presented, stream::ENCODER, self.plan.seed);
        self.course = Course { open: true, target, key, ..Course::default() };
    }

    fn complete(&mut self, values: &[u8], changes: bool, observer: &mut impl Observer<N>) -> Outcome {
        self.advance(values, changes, u32::MAX, observer);
        let Course { open, target, answer, outcome, .. } = core::mem::take(&mut self.course);
        if !open {
            return Outcome::default();
        }
        let counters = &mut self.plan.counters;
        counters.presented = counters.presented.wrapping_add(1);
        if target.is_some() {
            counters.samples = counters.samples.saturating_add(1);
        }
        let Answer { class, neuron } = answer.unwrap_or_else(|| self.answer());
        Outcome { class, neuron, ..outcome }
    }

    /// So many ticks, or all that are left. One loop for all callers: half of a network's code is in it.
    #[inline(never)]
    fn advance(&mut self, values: &[u8], changes: bool, most: u32, observer: &mut impl Observer<N>) {
        let mut changes = changes;
        for _ in 0..most {
            if !self.step(values, changes, observer) {
                break;
            }
            changes = false;
        }
    }

    /// The window of the next step, if one is left.
    fn next_window(&self) -> Option<Window> {
        let Course { open, target, window, .. } = self.course;
        let next = self.plan.windows.get(index(window.into())).filter(|_| open)?;
        (!next.extra || target.is_some()).then_some(*next)
    }

    /// Whether a sample was begun and not finished.
    pub const fn is_open(&self) -> bool {
        self.course.open
    }

    /// Whether a sample was begun and a tick of it is left.
    pub fn goes_on(&self) -> bool {
        self.next_window().is_some()
    }

    /// One tick. `false`, and nothing happens, if none is left.
    #[inline(always)]
    fn step(&mut self, values: &[u8], changes: bool, observer: &mut impl Observer<N>) -> bool {
        let Some(window) = self.next_window() else { return false };
        if changes {
            self.take_up(values);
        }
        if self.course.tick == 0 {
            self.enter(&window);
        }
        if self.delays {
            self.parts.layers.iter_mut().for_each(|layer| layer.remember_tick(&self.kernels));
        }
        let Course { target, window: number, tick, .. } = self.course;
        let at = |phase, layer| Moment { window: number, tick: Tick(tick), phase, layer };
        self.encode(values, &window);
        observer.phase(at(Phase::Encode, 0), &self.parts);
        let spikes = self.forward(&window, tick, |phase, l, parts| observer.phase(at(phase, l), parts));
        if !window.extra {
            let outcome = &mut self.course.outcome;
            outcome.ticks = outcome.ticks.saturating_add(1);
            outcome.spikes = outcome.spikes.saturating_add(spikes);
        }
        let learns = target.is_some() && window.learns_at(tick);
        let last = window.is_last(tick);
        if learns || window.each {
            let lesson = self.course.lesson;
            let rewarded = lesson.rewarded.filter(|_| learns && last);
            let modulator = rewarded.map_or(0, |(_, modulator)| modulator);
            let stage = self.stage(&lesson, tick, modulator);
            self.feedback(&lesson, stage);
            observer.phase(at(Phase::Feedback, 0), &self.parts);
            if learns {
                self.update(stage, last, rewarded.map(|(reward, _)| reward));
                observer.phase(at(Phase::Learn, 0), &self.parts);
            }
        }
        let decided = target.is_none() && self.plan.answering == Answering::First && self.decided();
        let course = &mut self.course;
        (course.window, course.tick) = if decided {
            (u8::MAX, 0)
        } else if last {
            (number.saturating_add(1), 0)
        } else {
            (number, tick.saturating_add(1))
        };
        true
    }

    /// `Encode`: what is held needs nothing but its list.
    fn encode(&mut self, values: &[u8], window: &Window) {
        let Some(input) = self.parts.layers.first_mut() else { return };
        if input.keeps_events() {
            input.relist(&self.kernels);
            return;
        }
        let Course { window: number, tick, key, gain, .. } = self.course;
        let place = Place { window: number, tick, ticks: window.ticks, line: 0, key };
        let values = values.get(..input.plan.len()).unwrap_or(values);
        input.encode(&self.kernels, &gain, if window.blank { &[] } else { values }, place);
    }

    /// The values that have a line.
    fn lines_of<'s>(&self, values: &'s [u8]) -> &'s [u8] {
        values.get(..self.plan.lines()).unwrap_or(values)
    }

    /// Other values than in the tick before.
    fn take_up(&mut self, values: &[u8]) {
        let common = self.plan.layers.first().and_then(encoder).map(|e| e.ops().common()).unwrap_or_default();
        self.course.gain = Gain::new(common, self.lines_of(values));
        self.input_changes();
    }

    /// The first tick of a window.
    fn enter(&mut self, window: &Window) {
        let Course { target, answer, blank, .. } = self.course;
        if window.extra && answer.is_none() {
            self.course.answer = Some(self.act(target));
            self.parts.layers.iter_mut().for_each(Layer::save);
        }
        if blank != window.blank {
            self.input_changes();
        }
        self.course.blank = window.blank;
        self.start(window, target.is_none());
        self.course.lesson = self.lesson(window, target, self.course.answer);
    }

    /// Nothing that was computed from the input's events holds any longer.
    fn input_changes(&mut self) {
        if let Some(input) = self.parts.layers.first_mut() {
            input.listed = false;
        }
        for projection in self.parts.projections.iter_mut().filter(|p| p.plan.pre == 0) {
            projection.fresh = false;
        }
    }
}
