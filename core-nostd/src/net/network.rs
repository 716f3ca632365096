//! The schedule of a sample: windows, ticks, phases.

use super::arena::Arena;
use super::digest::{Digest, Hasher};
use super::engine::{Scope, Target};
use super::feedback::{self, Feedback};
use super::kernels::{Kernels, scalar};
use super::layer::Layer;
use super::life::{self, Lives, Ring, Standing};
use super::observe::{Observer, Parts};
use super::plan::{Learning, MAX_LAYERS, Plan, ShapeError, Start, Window};
use super::projection::Projection;
use super::stage::Stage;
use super::update;
use crate::encode::{Gain, UNLABELLED, decide};
use crate::learn::RuleOps;
use crate::num::{
    REWARD, StepKey, Words, approach, index, line, saturate, saturate_unsigned, scale_unsigned, signed,
    stream, wide,
};
use crate::schema::Schema;
use crate::signal::{Answer, Outcome, Phase, Teacher};
use core::convert::Infallible;
use heapless::Vec;

/// Where the sample stands that is being presented.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Course {
    /// Whether one is.
    pub(super) open: bool,
    /// What is taught; `None`: the sample is classified.
    pub(super) target: Option<Target>,
    /// The window and the tick of the next step. The number of windows: no step is left.
    pub(super) window: u8,
    pub(super) tick: u16,
    /// Whether the caller has written what is held since the last tick.
    pub(super) written: bool,
    /// Whether the last window held the input at zero.
    pub(super) blank: bool,
    /// The answer, once a window follows that is left out when classifying.
    pub(super) answer: Option<Answer>,
    pub(super) outcome: Outcome,
    pub(super) key: StepKey,
    pub(super) gain: Gain,
    pub(super) lesson: Lesson,
}

/// The memory of a network, all of it owned by the caller.
#[derive(Debug)]
pub struct Memory<'a> {
    /// [`Plan::weight_bytes`], from a multiple of 8: projections in order, then feedbacks' own weights.
    pub weights: &'a mut [u8],
    /// A class per output neuron, or empty.
    pub labels: &'a [u8],
    /// What inputs and classes mean, or empty.
    pub schema: &'a [u8],
    /// [`Network::arena_bytes`] or more, from a multiple of 8.
    pub arena: &'a mut [u8],
}

/// A network that classifies and learns. Built once with everything checked; after that nothing can fail.
///
/// `N` is the capacity in layers: a device that needs at most 4 saves about 6 KB.
#[derive(Debug)]
pub struct Network<'a, K, const N: usize = MAX_LAYERS> {
    pub(super) plan: Plan,
    pub(super) parts: Parts<'a, N>,
    labels: &'a [u8],
    schema: &'a [u8],
    pub(super) ring: Ring<'a>,
    /// Values of the lines, as the encoder takes them in a tick that holds its input.
    pub(super) held: &'a mut [u8],
    /// What is left of the arena.
    spare: &'a mut [u8],
    pub(super) course: Course,
    /// Whether weights stay as they are.
    holds: bool,
    /// Whether a connection has a delay.
    pub(super) delays: bool,
    pub(super) kernels: K,
}

impl<'a, K: Kernels> Network<'a, K> {
    /// Bytes of state that a plan needs.
    pub fn arena_bytes(plan: &Plan) -> usize {
        let layers = plan.layers.iter().enumerate().map(|(l, layer)| Layer::bytes(plan, l, layer));
        let projections = plan.projections.iter().map(|p| Projection::bytes(plan, p));
        let feedback = plan.feedback.iter().map(|b| Feedback::bytes(plan, b));
        let ring = Ring::bytes(&plan.life, plan.lines());
        let held = Arena::bytes::<u8>(plan.lines());
        layers.chain(projections).chain(feedback).fold(ring.saturating_add(held), usize::saturating_add)
    }

    /// Checks the plan and takes the memory. Has capacity for every plan.
    ///
    /// # Errors
    /// [`ShapeError`], with the numbers.
    pub fn new(plan: Plan, memory: Memory<'a>, kernels: K) -> Result<Self, ShapeError> {
        Self::sized(plan, memory, kernels)
    }
}

impl<'a, K: Kernels, const N: usize> Network<'a, K, N> {
    /// Checks the plan and takes the memory. Has capacity for `N` layers, `N` projections and `N` feedbacks.
    ///
    /// # Errors
    /// [`ShapeError`], with the numbers.
    pub fn sized(plan: Plan, memory: Memory<'a>, kernels: K) -> Result<Self, ShapeError> {
        let mut network = Self::bare(plan, kernels);
        network.init(memory)?;
        Ok(network)
    }

    /// A network without memory.
    pub(crate) fn bare(plan: Plan, kernels: K) -> Self {
        let parts = Parts { layers: Vec::new(), projections: Vec::new(), feedback: Vec::new() };
        let (ring, course) = (Ring::default(), Course::default());
        Self {
            plan,
            parts,
            labels: &[],
            schema: &[],
            ring,
            held: &mut [],
            spare: &mut [],
            course,
            holds: false,
            delays: false,
            kernels,
        }
    }

    /// The plan, which the checkpoint reader fills in before [`Self::init`].
    pub(crate) fn plan_mut(&mut self) -> &mut Plan {
        &mut self.plan
    }

    /// Checks the plan and takes the memory, in place: the network is too large to be moved over a small stack.
    pub(crate) fn init(&mut self, memory: Memory<'a>) -> Result<(), ShapeError> {
        let network = self;
        let plan = &network.plan;
        plan.check()?;
        let counts = [plan.layers.len(), plan.projections.len(), plan.feedback.len()];
        if let Some(&got) = counts.iter().find(|&&count| count > N) {
            return Err(ShapeError::Memory { what: "layers", want: got, got: N });
        }
        let Memory { weights, labels, schema, arena } = memory;
        let outputs = plan.layers.last().map_or(0, |l| l.len());
        let labelled = if labels.is_empty() { 0 } else { outputs };
        fits("labels", labelled, labels.len())?;
        fits("weights", plan.weight_bytes(), weights.len())?;
        if !schema.is_empty() {
            plan.check_schema(schema, !labels.is_empty())?;
        }
        let need = Network::<K>::arena_bytes(plan);
        if arena.len() < need {
            return Err(ShapeError::Memory { what: "arena", want: need, got: arena.len() });
        }
        let (arena, spare) = arena.split_at_mut_checked(need).unwrap_or_default();
        network.spare = spare;
        let mut arena = Arena::new(arena);
        network.parts.fill(plan, weights, &mut arena).ok_or(ShapeError::Alignment)?;
        network.ring = Ring::new(&plan.life, plan.lines(), &mut arena).ok_or(ShapeError::Alignment)?;
        network.held = arena.take(plan.lines()).ok_or(ShapeError::Alignment)?;
        network.delays = plan.projections.iter().any(|p| p.delay);
        network.labels = labels;
        network.schema = schema;
        if network.within_bounds() { Ok(()) } else { Err(ShapeError::Weights) }
    }

    /// Hands out what the network does not need of its arena; once.
    pub fn take_spare(&mut self) -> &'a mut [u8] {
        core::mem::take(&mut self.spare)
    }

    /// The plan, with the current counters.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its state and weights.
    pub fn parts(&self) -> &Parts<'a, N> {
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

    /// What inputs and classes mean, if that is said.
    pub fn schema(&self) -> Option<Schema<'a>> {
        Schema::parse(self.schema).ok()
    }

    /// The bytes of [`Network::schema`], or none.
    pub fn schema_bytes(&self) -> &'a [u8] {
        self.schema
    }

    /// Whether every weight is within its projection's bounds and padding is zero: what the proof of sums rests on.
    pub fn within_bounds(&self) -> bool {
        self.parts.projections.iter().all(Projection::within_bounds)
            && self.parts.feedback.iter().all(Feedback::within_bounds)
    }

    /// Answers one sample; changes nothing that the next sample depends on but the count of presented samples. Pixels beyond the input's lines are ignored, missing ones are 0.
    pub fn classify(&mut self, sample: &[u8], observer: &mut impl Observer<N>) -> Outcome {
        self.present(sample, None, observer)
    }

    /// Answers one sample, then learns from it, and from remembered ones if the plan's life says so.
    pub fn learn(&mut self, sample: &[u8], target: Target, observer: &mut impl Observer<N>) -> Outcome {
        let mut ring = core::mem::take(&mut self.ring);
        let result = life::learn(&mut Observed { network: self, observer }, &mut ring, sample, target);
        self.ring = ring;
        match result {
            Ok(outcome) => outcome,
            Err(never) => match never {},
        }
    }

    /// Remembers a labelled sample without learning it: what fills the ring of a network that was just loaded.
    pub fn remember(&mut self, sample: &[u8], class: u8) {
        self.ring.remember(sample, class);
    }

    /// The samples that it remembers.
    pub fn ring(&self) -> &Ring<'a> {
        &self.ring
    }

    /// From here on weights stay as they are while all else of learning goes on, or change again: for whoever wants to see what a
    /// rule would do.
    pub fn hold_weights(&mut self, hold: bool) {
        self.holds = hold;
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
                if self.plan.life.is_on() {
                    self.plan.lived.store(&mut |word| hasher.word(word));
                }
                hasher.finish()
            }
        }
    }

    pub(super) fn start(&mut self, window: &Window, frozen: bool) {
        let reset = window.start == Start::Reset;
        for layer in &mut self.parts.layers {
            layer.frozen = frozen;
            layer.settle = window.settle;
            layer.start(reset);
            if window.start == Start::Restore {
                layer.restore(&self.kernels);
            }
        }
        for projection in &mut self.parts.projections {
            projection.start();
            projection.fresh &= !reset;
        }
        for feedback in &mut self.parts.feedback {
            feedback.post.fill(0);
        }
    }

    /// `Integrate` and `Fire`: bottom-up on this tick's events, or all layers on the last tick's. Returns events of neurons.
    pub(super) fn forward(
        &mut self,
        window: &Window,
        tick: u16,
        mut see: impl FnMut(Phase, u16, &Parts<'a, N>),
    ) -> u32 {
        let mut spikes: u32 = 0;
        let layers = 1..self.parts.layers.len();
        if window.late {
            self.parts.layers.iter_mut().for_each(|layer| layer.relist(&self.kernels));
            for l in layers.clone() {
                self.integrate(l, tick);
                see(Phase::Integrate, line(l), &self.parts);
            }
        }
        for l in layers {
            if !window.late {
                self.integrate(l, tick);
                see(Phase::Integrate, line(l), &self.parts);
            }
            let Some(layer) = self.parts.layers.get_mut(l) else { break };
            layer.fire(&self.kernels);
            spikes = spikes.saturating_add(layer.spikes());
            see(Phase::Fire, line(l), &self.parts);
        }
        spikes
    }

    fn integrate(&mut self, l: usize, tick: u16) {
        let into = |p: &&mut Projection<'a>| index(p.plan.post) == l;
        let mut changed = tick == 0;
        for projection in self.parts.projections.iter_mut().filter(into) {
            let Some(pre) = self.parts.layers.get(index(projection.plan.pre)) else { continue };
            let delay = projection.plan.delay;
            let same_events = pre.is_constant() && !delay;
            changed |= !(same_events && projection.fresh);
            let list = if delay { &pre.delayed.list } else { &pre.list };
            projection.integrate(&self.kernels, list, same_events);
        }
        let Some(layer) = self.parts.layers.get_mut(l) else { return };
        if changed {
            layer.total.fill(0);
            for projection in self.parts.projections.iter_mut().filter(into) {
                projection.add_to(layer.total);
            }
            scalar::saturate_all(layer.current, layer.total);
        }
    }

    pub(super) fn feedback(&mut self, lesson: &Lesson, stage: Stage) {
        let Self { plan, parts, kernels, .. } = self;
        let Lesson { target, acted, .. } = *lesson;
        feedback::sweep(plan, parts, kernels, &stage, target, acted);
    }

    pub(super) fn update(&mut self, stage: Stage, last: bool, reward: Option<i32>) {
        let Self { plan, parts, kernels, holds, delays, .. } = self;
        update::factors(plan, parts, &stage, last, *delays);
        if !*holds {
            update::weights(plan, parts, kernels);
        }
        plan.counters.steps = plan.counters.steps.wrapping_add(1);
        if let Some(reward) = reward {
            plan.counters.mean = saturate(approach(wide(plan.counters.mean), reward, REWARD_SHIFT));
        }
    }

    pub(super) fn stage(&self, lesson: &Lesson, tick: u16, modulator: i16) -> Stage {
        let (steps, drawn) = (self.plan.counters.steps, self.plan.counters.drawn());
        let (teacher, only, seed) = (lesson.teacher, lesson.only(), self.plan.seed);
        Stage { teacher, tick, modulator, steps, drawn, seed, only }
    }

    pub(super) fn decided(&self) -> bool {
        let fired = |output: &Layer<'_>| {
            let stands = |i| self.labels.get(i) != Some(&UNLABELLED);
            output.neuron_events().iter().enumerate().any(|(i, &event)| event != 0 && stands(i))
        };
        self.parts.layers.last().is_some_and(fired)
    }

    /// The answer, or, if the class is there to judge it, another one that is tried.
    pub(super) fn act(&self, target: Option<Target>) -> Answer {
        let answer = self.answer();
        if !matches!(target, Some(Target::Class(_))) {
            return answer;
        }
        let key = StepKey::new(self.plan.counters.presented, stream::EXPLORE, self.plan.seed);
        let draw = key.row(0);
        let tried = self.plan.rule_of(self.plan.output()).ops().explores().filter(|&chance| draw.b < chance);
        let outputs = self.plan.layers.last().map_or(0, |output| output.neurons);
        tried.map_or(answer, |_| {
            let neuron = saturate_unsigned(signed(scale_unsigned(draw.a, outputs, 16)));
            let label = self.labels.get(index(neuron)).copied();
            let class = label.or_else(|| u8::try_from(neuron).ok()).filter(|&class| class != UNLABELLED);
            Answer { class, neuron }
        })
    }

    pub(super) fn lesson(&self, window: &Window, target: Option<Target>, answer: Option<Answer>) -> Lesson {
        let target = target.unwrap_or(Target::Unknown);
        let (right, acted) = match target {
            Target::Unknown => {
                return Lesson { teacher: Teacher::None, target, acted: None, rewarded: None };
            }
            Target::Class(class) => {
                (answer.is_some_and(|answer| answer.class == Some(class)), answer.map(|answer| answer.neuron))
            }
            Target::Right(class) => (true, Some(class.into())),
            Target::Wrong(class) => (false, Some(class.into())),
        };
        let teacher = window.teacher;
        if teacher != Teacher::Reward {
            return Lesson { teacher, target, acted: None, rewarded: None };
        }
        let reward = wide(if right { REWARD } else { REWARD.saturating_neg() });
        let acts = self.plan.rule_of(self.plan.output()).ops().explores().is_some();
        let expected = if acts { 0 } else { wide(self.plan.counters.mean) };
        let rewarded = Some((reward, saturate(reward.saturating_sub(expected))));
        Lesson { teacher, target, acted: acted.filter(|_| acts), rewarded }
    }

    pub(super) fn answer(&self) -> Answer {
        let none = Answer { class: None, neuron: 0 };
        self.parts.layers.last().map_or(none, |output| {
            decide(self.plan.answering, output.counts(), output.membranes(), self.labels)
        })
    }
}

/// A network whose learning is observed.
struct Observed<'x, 'a, K, O, const N: usize> {
    network: &'x mut Network<'a, K, N>,
    observer: &'x mut O,
}

impl<K: Kernels, O: Observer<N>, const N: usize> Lives for Observed<'_, '_, K, O, N> {
    type Error = Infallible;

    fn standing(&mut self) -> Standing<'_> {
        let Plan { life, lived, counters, seed, .. } = &mut self.network.plan;
        Standing { life, lived, presented: counters.presented, seed: *seed }
    }

    fn answer(&mut self, sample: &[u8]) -> Result<Outcome, Infallible> {
        Ok(self.network.classify(sample, self.observer))
    }

    fn once(&mut self, sample: &[u8], target: Target) -> Result<Outcome, Infallible> {
        Ok(self.network.present(sample, Some(target), self.observer))
    }
}

/// The mean of the reward goes `2^-REWARD_SHIFT` of the way to each new one.
const REWARD_SHIFT: u32 = 5;

/// What is taught in one window of one sample.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lesson {
    /// The window's teacher, or none if the sample has no target.
    teacher: Teacher,
    target: Target,
    /// The output neuron that acted, if the rule teaches it.
    acted: Option<u16>,
    /// The reward at the window's end and what rules make of it, if it is rewarded.
    pub(super) rewarded: Option<(i32, i16)>,
}

impl Lesson {
    /// The only output neuron that is taught, if not all are. A reward reaches all.
    fn only(&self) -> Option<u16> {
        match (self.target, self.teacher) {
            (Target::Wrong(class), Teacher::Error | Teacher::Against) => Some(class.into()),
            _ => None,
        }
    }
}

impl Window {
    /// Whether this tick ends in a learning step.
    pub fn learns_at(&self, tick: u16) -> bool {
        match self.learning {
            Learning::Never => false,
            Learning::Tick => true,
            Learning::End => self.is_last(tick),
        }
    }

    /// Whether this is its last tick.
    pub fn is_last(&self, tick: u16) -> bool {
        tick.saturating_add(1) == self.ticks
    }
}

impl<'a, const N: usize> Parts<'a, N> {
    /// Makes every part of a plan. `None` if memory is too small or not aligned.
    fn fill(&mut self, plan: &Plan, weights: &'a mut [u8], arena: &mut Arena<'a>) -> Option<()> {
        let parts = self;
        let mut weights = weights;
        for (l, layer) in plan.layers.iter().enumerate() {
            parts.layers.push(Layer::new(plan, l, layer, arena)?).ok()?;
        }
        for projection in &plan.projections {
            let (own, rest) = weights.split_at_mut_checked(plan.projection_bytes(projection))?;
            weights = rest;
            parts.projections.push(Projection::new(plan, projection, own, arena)?).ok()?;
        }
        for (number, feedback) in plan.feedback.iter().enumerate() {
            let (own, rest) = weights.split_at_mut_checked(plan.feedback_bytes(feedback))?;
            weights = rest;
            parts.feedback.push(Feedback::new(plan, number, own, arena)?).ok()?;
        }
        Some(())
    }
}

fn fits(what: &'static str, want: usize, got: usize) -> Result<(), ShapeError> {
    if want == got { Ok(()) } else { Err(ShapeError::Memory { what, want, got }) }
}
