//! The schedule of a sample, on one screen: windows, ticks, phases.

use super::arena::Arena;
use super::digest::{Digest, Hasher};
use super::engine::{Scope, Target};
use super::kernels::{Kernels, scalar};
use super::layer::{CommonOf, Layer, encoder};
use super::observe::{Moment, Observer, Parts};
use super::plan::{Learning, Plan, ShapeError, Start, Window};
use super::projection::{Feedback, Projection};
use super::update::{FeedbackSweep, LearnStep};
use crate::encode::{Answering, Gain, Place, UNLABELLED, decide};
use crate::num::{StepKey, Words, index, stream};
use crate::signal::{Answer, Outcome, Phase, Tick};
use heapless::Vec;

/// The memory of a network: all of it is the caller's.
#[derive(Debug)]
pub struct Memory<'a> {
    /// [`Plan::weight_bytes`], from a multiple of 8: projections in order, then feedbacks' own weights.
    pub weights: &'a mut [u8],
    /// A class per output neuron, or empty.
    pub labels: &'a [u8],
    /// [`Network::arena_bytes`], from a multiple of 8.
    pub arena: &'a mut [u8],
}

/// A network that classifies and learns. Built once with everything checked; after that nothing can fail.
#[derive(Debug)]
pub struct Network<'a, K> {
    plan: Plan,
    parts: Parts<'a>,
    labels: &'a [u8],
    kernels: K,
}

impl<'a, K: Kernels> Network<'a, K> {
    /// Bytes of state that a plan needs.
    pub fn arena_bytes(plan: &Plan) -> usize {
        let layers = plan.layers.iter().map(|l| Layer::bytes(plan, l));
        let projections = plan.projections.iter().map(|p| Projection::bytes(plan, p));
        let feedback = plan.feedback.iter().map(|b| Feedback::bytes(plan, b));
        layers.chain(projections).chain(feedback).fold(0, usize::saturating_add)
    }

    /// Checks the plan, takes the memory.
    ///
    /// # Errors
    /// [`ShapeError`], with the numbers.
    pub fn new(plan: Plan, memory: Memory<'a>, kernels: K) -> Result<Self, ShapeError> {
        plan.check()?;
        let Memory { weights, labels, arena } = memory;
        let outputs = plan.layers.last().map_or(0, |l| l.len());
        let labelled = if labels.is_empty() { 0 } else { outputs };
        fits("labels", labelled, labels.len())?;
        fits("weights", plan.weight_bytes(), weights.len())?;
        let need = Self::arena_bytes(&plan);
        if arena.len() < need {
            return Err(ShapeError::Memory { what: "arena", want: need, got: arena.len() });
        }
        let parts = Parts::new(&plan, weights, Arena::new(arena)).ok_or(ShapeError::Alignment)?;
        let network = Self { plan, parts, labels, kernels };
        if network.within_bounds() { Ok(network) } else { Err(ShapeError::Weights) }
    }

    /// What the network is, with its counters as they are now.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its state and weights.
    pub fn parts(&self) -> &Parts<'a> {
        &self.parts
    }

    /// State that is kept from sample to sample and belongs into a checkpoint: the neuron columns of every layer.
    pub fn kept_mut(&mut self) -> impl Iterator<Item = &mut u16> {
        self.parts.layers.iter_mut().skip(1).flat_map(|l| l.state.iter_mut())
    }

    /// The same, to be read.
    pub fn kept(&self) -> impl Iterator<Item = u16> {
        self.parts.layers.iter().skip(1).flat_map(|l| l.state.iter().copied())
    }

    /// A class per output neuron, or empty.
    pub fn labels(&self) -> &'a [u8] {
        self.labels
    }

    /// Whether every weight is within its projection's bounds and padding is zero: what the proof of sums rests on.
    pub fn within_bounds(&self) -> bool {
        self.parts.projections.iter().all(Projection::within_bounds)
            && self.parts.feedback.iter().all(Feedback::within_bounds)
    }

    /// Answers one sample; changes nothing that the next sample depends on but the count of presented samples. Pixels beyond the input's lines are ignored, missing ones are 0.
    pub fn classify(&mut self, sample: &[u8], observer: &mut impl Observer) -> Outcome {
        self.present(sample, None, observer)
    }

    /// Answers one sample, then learns from it.
    pub fn learn(&mut self, sample: &[u8], target: Target, observer: &mut impl Observer) -> Outcome {
        let outcome = self.present(sample, Some(target), observer);
        self.plan.counters.samples = self.plan.counters.samples.wrapping_add(1);
        outcome
    }

    /// Sets how many samples were presented: the key of what the encoder draws for the next one.
    pub fn seek(&mut self, presented: u32) {
        self.plan.counters.presented = presented;
    }

    /// Digest of the state as it is.
    pub fn digest(&self, scope: Scope) -> Digest {
        match scope {
            Scope::State => self.parts.state_digest(),
            Scope::Weights => self.parts.weight_digest(),
            Scope::Stored => {
                let mut hasher = Hasher::default();
                self.kept().for_each(|word| hasher.word(u32::from(word)));
                hasher.digest(self.parts.weight_digest());
                self.plan.counters.store(&mut |word| hasher.word(word));
                hasher.finish()
            }
        }
    }

    fn present(&mut self, sample: &[u8], target: Option<Target>, observer: &mut impl Observer) -> Outcome {
        let common =
            self.plan.layers.first().and_then(encoder).map(|e| e.visit(CommonOf)).unwrap_or_default();
        let lines = self.plan.layers.first().map_or(0, |l| l.len());
        let sample = sample.get(..lines).unwrap_or(sample);
        let gain = Gain::new(common, sample);
        let key = StepKey::new(self.plan.counters.presented, stream::ENCODER, self.plan.seed);
        let mut outcome = Outcome::default();
        let windows = self.plan.windows.clone();
        'sample: for (number, window) in (0_u8..).zip(&windows) {
            self.start(window, target.is_none());
            for tick in 0..window.ticks {
                let moment = |phase| Moment { window: number, tick: Tick(tick), phase };
                if let Some(input) = self.parts.layers.first_mut() {
                    let place = Place { window: number, tick, ticks: window.ticks, line: 0, key };
                    input.encode(&self.kernels, &gain, sample, place);
                }
                observer.phase(moment(Phase::Encode), &self.parts);
                self.forward(tick, &mut outcome, |phase, parts| observer.phase(moment(phase), parts));
                outcome.ticks = outcome.ticks.saturating_add(1);
                match target {
                    Some(target) if window.learns_at(tick) => {
                        self.feedback(window, target);
                        observer.phase(moment(Phase::Feedback), &self.parts);
                        self.update();
                        observer.phase(moment(Phase::Learn), &self.parts);
                    }
                    None if self.plan.answering == Answering::First && self.decided() => break 'sample,
                    _ => {}
                }
            }
        }
        self.plan.counters.presented = self.plan.counters.presented.wrapping_add(1);
        let Answer { class, neuron } = self.answer();
        Outcome { class, neuron, ..outcome }
    }

    fn start(&mut self, window: &Window, frozen: bool) {
        let reset = window.start == Start::Reset;
        for layer in &mut self.parts.layers {
            layer.frozen = frozen;
            layer.start(reset);
        }
        for projection in &mut self.parts.projections {
            projection.rest();
            projection.fresh = false;
        }
    }

    /// `Integrate` and `Fire`, bottom-up on this tick's events.
    fn forward(&mut self, tick: u16, outcome: &mut Outcome, mut see: impl FnMut(Phase, &Parts<'a>)) {
        for l in 1..self.parts.layers.len() {
            let into = |p: &&mut Projection<'a>| index(p.plan.post) == l;
            let (below, rest) = self.parts.layers.split_at_mut_checked(l).unwrap_or_default();
            let Some(layer) = rest.first_mut() else { return };
            let mut changed = tick == 0;
            for projection in self.parts.projections.iter_mut().filter(into) {
                let Some(pre) = below.get(index(projection.plan.pre)) else { continue };
                let same_events = tick > 0 && pre.is_constant();
                changed |= !(same_events && projection.fresh);
                projection.integrate(&self.kernels, pre.list.events(projection.plan.bias), same_events);
            }
            if changed {
                layer.total.fill(0);
                for projection in self.parts.projections.iter_mut().filter(into) {
                    projection.add_to(layer.total);
                }
                scalar::saturate_all(layer.current, layer.total);
            }
            see(Phase::Integrate, &self.parts);
            let Some(layer) = self.parts.layers.get_mut(l) else { return };
            layer.fire(&self.kernels);
            outcome.spikes = outcome.spikes.saturating_add(layer.spikes());
            see(Phase::Fire, &self.parts);
        }
    }

    fn feedback(&mut self, window: &Window, target: Target) {
        let Self { plan, parts, kernels, .. } = self;
        plan.rule.visit(FeedbackSweep { parts, kernels, teacher: window.teacher, target });
    }

    fn update(&mut self) {
        let Self { plan, parts, kernels, .. } = self;
        plan.rule.visit(LearnStep { plan, parts, kernels });
        plan.counters.steps = plan.counters.steps.wrapping_add(1);
    }

    fn decided(&self) -> bool {
        let fired = |output: &Layer<'_>| {
            let stands = |i| self.labels.get(i) != Some(&UNLABELLED);
            output.neuron_events().iter().enumerate().any(|(i, &event)| event != 0 && stands(i))
        };
        self.parts.layers.last().is_some_and(fired)
    }

    fn answer(&self) -> Answer {
        let none = Answer { class: None, neuron: 0 };
        self.parts
            .layers
            .last()
            .map_or(none, |output| decide(output.counts(), output.membranes(), self.labels))
    }
}

impl Window {
    /// Whether this tick ends in a learning step.
    pub fn learns_at(&self, tick: u16) -> bool {
        match self.learning {
            Learning::Never => false,
            Learning::Tick => true,
            Learning::End => tick.saturating_add(1) == self.ticks,
        }
    }
}

impl<'a> Parts<'a> {
    fn new(plan: &Plan, weights: &'a mut [u8], mut arena: Arena<'a>) -> Option<Self> {
        let mut parts = Self { layers: Vec::new(), projections: Vec::new(), feedback: Vec::new() };
        let mut weights = weights;
        for layer in &plan.layers {
            parts.layers.push(Layer::new(plan, layer, &mut arena)?).ok()?;
        }
        for projection in &plan.projections {
            let (own, rest) = weights.split_at_mut_checked(plan.projection_bytes(projection))?;
            weights = rest;
            parts.projections.push(Projection::new(plan, projection, own, &mut arena)?).ok()?;
        }
        for feedback in &plan.feedback {
            let (own, rest) = weights.split_at_mut_checked(plan.feedback_bytes(feedback))?;
            weights = rest;
            parts.feedback.push(Feedback::new(plan, feedback, own, &mut arena)?).ok()?;
        }
        Some(parts)
    }
}

fn fits(what: &'static str, want: usize, got: usize) -> Result<(), ShapeError> {
    if want == got { Ok(()) } else { Err(ShapeError::Memory { what, want, got }) }
}
