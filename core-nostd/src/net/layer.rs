//! A layer: its state in columns, one slice per word, and the phases that concern it alone.

use super::arena::Arena;
use super::delayed::{Delayed, Lengths};
use super::kernels::{GradedColumns, Kernels, LifColumns};
use super::list::List;
use super::plan::{Coupling, FROM_TARGET, LayerKind, LayerPlan, Plan};
use crate::encode::EncoderOps;
use crate::encode::{AnyEncoder, EncodeColumns, Gain, Place};
use crate::learn::RuleOps;
use crate::neuron::NeuronOps;
use crate::neuron::{AnyNeuron, FireColumns};
use crate::num::{THRESHOLD, add, index, saturate, to_column, wide};
use crate::signal::Grain;

/// One layer of a running network. Index `len()` of `events`, `sums` and the lists is the bias line.
#[derive(Debug)]
pub struct Layer<'a> {
    /// What it is.
    pub plan: LayerPlan,
    /// Neuron state (input: encoder state), one column of `len()` words per field; the membrane is first.
    pub state: &'a mut [u16],
    /// Current of this tick from the forward projections.
    pub current: &'a mut [i16],
    /// Input of the somata: the current, plus the apical potential if the layer is coupled.
    drive: &'a mut [i16],
    /// Magnitude of this tick's event on each line, the bias line last.
    pub events: &'a mut [i16],
    /// Sum of magnitudes since the window's start, the bias line last; none on a graded input that does not add up, whose sums are its
    /// events.
    pub sums: &'a mut [u16],
    /// Apical potential.
    pub apical: &'a mut [i16],
    /// The two feedback words, each zero-padded to whole lanes; empty if no feedback carries them.
    pub send: [&'a mut [i16]; 2],
    /// Sums of projections or feedback, before saturation.
    pub(super) total: &'a mut [i32],
    /// State of the rule per line, bias line included.
    pub(super) line_state: &'a mut [u16],
    /// State of the rule per neuron.
    pub(super) neuron_state: &'a mut [u16],
    /// `post` factors of both terms before the learning rate is applied, and the forget flags.
    pub(super) terms: [&'a mut [i16]; 2],
    pub(super) forget: &'a mut [u16],
    /// Lines with an event, and its magnitude, or with a `pre` factor, and the factors; the bias line last.
    pub(super) list: List<'a>,
    /// Its lines as delayed connections see them.
    pub(super) delayed: Delayed<'a>,
    /// Factors of its neurons for plastic feedback: as senders and as receivers.
    pub(super) back: [&'a mut [i16]; 2],
    /// State, events and apical potentials at the end of the last window that is not extra, if a window restores them.
    saved_state: &'a mut [u16],
    saved_events: &'a mut [i16],
    saved_apical: &'a mut [i16],
    /// How finely its events are graded, the greatest of them, and whether they stay the same until its values change.
    pub(super) grain: Grain,
    full: i16,
    constant: bool,
    /// Whether the lists of a graded input are of this sample.
    pub(super) listed: bool,
    /// Whether persistent neuron state is held constant: true while classifying.
    pub(super) frozen: bool,
    /// Whether rate units take the value of their current without a time constant.
    pub(super) settle: bool,
    /// Whether no neuron has a factor in this learning step: see [`LearningRule::rests`].
    pub(super) rests: bool,
}

/// Names of the words of state per neuron (input: per line).
fn state_names(kind: &LayerKind) -> &'static [&'static str] {
    match kind {
        LayerKind::Input(encoder) => encoder.ops().state_names(),
        LayerKind::Neurons(neuron) => neuron.ops().state_names(),
    }
}

/// Lengths of a layer's slices: (state, neurons, lines, padded neurons, line state, neuron state).
fn sizes(plan: &Plan, l: usize, layer: &LayerPlan) -> [usize; 6] {
    let (n, lines) = (layer.len(), layer.len().saturating_add(1));
    let [pre, _] = plan.line_rule(l, false).ops().state_words();
    let [_, post] = plan.rule_of(l).ops().state_words();
    let state = state_names(&layer.kind).len();
    let (neurons, width, post) = match &layer.kind {
        LayerKind::Input(_) => (0, 0, 0),
        LayerKind::Neurons(_) => (n, layer.width(), post),
    };
    [state.saturating_mul(n), neurons, lines, width, pre.saturating_mul(lines), post.saturating_mul(neurons)]
}

/// Whether the events of a layer stay the same until its values change, and are its sums: a graded input that does not add up.
fn is_constant(layer: &LayerPlan) -> bool {
    matches!(layer.kind, LayerKind::Input(_)) && layer.graded() && !layer.adds
}

/// Whether a feedback carries words of layer `l`.
fn sends(plan: &Plan, l: usize) -> bool {
    plan.feedback.iter().any(|b| b.pre != FROM_TARGET && index(b.pre) == l)
}

/// Lengths of slices that not all layers have: (drive, high bytes of events, factors of plastic feedback, sums, words to send).
fn extras(plan: &Plan, l: usize, layer: &LayerPlan) -> [usize; 5] {
    let lines = layer.len().saturating_add(1);
    let of = |has: bool, len: usize| if has { len } else { 0 };
    [
        of(layer.coupling != Coupling::None, layer.len()),
        of(layer.grain() == Grain::Fine, lines),
        of(plan.feedback.iter().any(|b| b.plastic), layer.len()),
        of(!is_constant(layer), lines),
        of(sends(plan, l), layer.width()),
    ]
}

/// Lengths of its lines in the tick before, if a delayed connection comes from layer `l`.
fn delayed(plan: &Plan, l: usize, layer: &LayerPlan) -> Lengths {
    if !plan.projections.iter().any(|p| p.delay && index(p.pre) == l) {
        return Lengths::default();
    }
    let [_, high, _, sums, _] = extras(plan, l, layer);
    let lines = layer.len().saturating_add(1);
    let [pre, _] = plan.line_rule(l, true).ops().state_words();
    let line_state = pre.saturating_mul(lines);
    Lengths { lines, sums, high, line_state }
}

/// Lengths of what a layer of neurons saves, if a window restores it.
fn saved(plan: &Plan, layer: &LayerPlan, lengths: [usize; 3]) -> [usize; 3] {
    let neurons = matches!(layer.kind, LayerKind::Neurons(_));
    if neurons && plan.restores() { lengths } else { [0; 3] }
}

/// 16-bit words of neuron state of all layers: what a checkpoint keeps.
pub(crate) fn kept_words(plan: &Plan) -> usize {
    plan.layers
        .iter()
        .enumerate()
        .skip(1)
        .map(|(l, layer)| sizes(plan, l, layer))
        .fold(0, |sum, [state, ..]| sum.saturating_add(state))
}

impl<'a> Layer<'a> {
    /// Bytes that [`Self::new`] takes from the arena.
    pub(super) fn bytes(plan: &Plan, l: usize, layer: &LayerPlan) -> usize {
        let [state, neurons, lines, width, line_state, neuron_state] = sizes(plan, l, layer);
        let [drive, high, back, sums, send] = extras(plan, l, layer);
        let [saved_state, saved_lines, saved] = saved(plan, layer, [state, lines, neurons]);
        let columns = [width, width, width, send, send];
        let lists = [lines, sums];
        let others = [state, neurons, drive, neurons, line_state, neuron_state, back, back];
        let saves = [saved_state, saved_lines, saved];
        let words =
            columns.iter().chain(&lists).chain(&others).chain(&saves).map(|&n| Arena::bytes::<u16>(n));
        let lists = List::bytes(lines, high).saturating_add(Delayed::bytes(delayed(plan, l, layer)));
        words.chain([lists]).fold(Arena::bytes::<i32>(neurons), usize::saturating_add)
    }

    pub(super) fn new(plan: &Plan, l: usize, layer: &LayerPlan, arena: &mut Arena<'a>) -> Option<Self> {
        let [state, neurons, lines, width, line_state, neuron_state] = sizes(plan, l, layer);
        let [drive, high, back, sums, send] = extras(plan, l, layer);
        let [saved_state, saved_lines, saved] = saved(plan, layer, [state, lines, neurons]);
        Some(Self {
            plan: *layer,
            state: arena.take(state)?,
            current: arena.take(neurons)?,
            drive: arena.take(drive)?,
            events: arena.take(lines)?,
            sums: arena.take(sums)?,
            apical: arena.take(neurons)?,
            send: [arena.take(send)?, arena.take(send)?],
            total: arena.take(neurons)?,
            line_state: arena.take(line_state)?,
            neuron_state: arena.take(neuron_state)?,
            terms: [arena.take(width)?, arena.take(width)?],
            forget: arena.take(width)?,
            list: List::new(lines, high, arena)?,
            delayed: Delayed::new(delayed(plan, l, layer), arena)?,
            back: [arena.take(back)?, arena.take(back)?],
            saved_state: arena.take(saved_state)?,
            saved_events: arena.take(saved_lines)?,
            saved_apical: arena.take(saved)?,
            grain: layer.grain(),
            full: layer.full_scale(),
            constant: is_constant(layer),
            listed: false,
            frozen: false,
            settle: false,
            rests: false,
        })
    }

    /// Whether its events stay the same for the whole window: a graded input.
    pub(super) fn is_constant(&self) -> bool {
        self.constant
    }

    /// Membranes, the first column of state; none on the input.
    pub fn membranes(&self) -> &[u16] {
        match self.plan.kind {
            LayerKind::Input(_) => &[],
            LayerKind::Neurons(_) => self.state.get(..self.plan.len()).unwrap_or_default(),
        }
    }

    /// Event sums of the neurons or lines, the bias line left out; none on a graded input.
    pub fn counts(&self) -> &[u16] {
        self.sums.get(..self.plan.len()).unwrap_or_default()
    }

    /// Lines with a `pre` factor in the learning step of this tick, the bias line last, and both terms' factors; none if no
    /// weight above the layer could change in it.
    pub fn pre_factors(&self) -> (&[u16], [&[i16]; 2]) {
        self.list.factors()
    }

    /// Sums start from zero; with `reset` everything else does, too.
    pub(super) fn start(&mut self, reset: bool) {
        self.sums.fill(0);
        self.listed = false;
        self.delayed.start(reset);
        if !reset {
            return;
        }
        // An input encodes all its lines before they are read, but for the delayed ones.
        if !matches!(self.plan.kind, LayerKind::Input(_)) || self.delayed.is_used() {
            self.events.fill(0);
            self.list.clear();
        }
        self.apical.fill(0);
        self.line_state.fill(0);
        self.neuron_state.fill(0);
        for column in self.send.iter_mut().chain(&mut self.terms) {
            column.fill(0);
        }
        self.forget.fill(0);
        match self.plan.kind {
            // These rest at zero.
            LayerKind::Input(_) | LayerKind::Neurons(AnyNeuron::Lif(_) | AnyNeuron::Graded(_)) => {
                self.state.fill(0);
            }
            LayerKind::Neurons(neuron) => neuron.ops().reset(self.frozen, self.state, self.plan.len()),
        }
    }

    /// The start of a tick: delayed connections carry what the last one has left.
    pub(super) fn remember_tick(&mut self, kernels: &impl Kernels) {
        if self.delayed.is_used() {
            self.delayed.remember(kernels, self.events);
        }
    }

    /// Saves what a window may restore, if one does.
    pub(super) fn save(&mut self) {
        if !self.saved_events.is_empty() {
            copy(self.saved_state, self.state);
            copy(self.saved_events, self.events);
            copy(self.saved_apical, self.apical);
        }
    }

    /// Restores what [`Self::save`] saved.
    pub(super) fn restore(&mut self, kernels: &impl Kernels) {
        if !self.saved_events.is_empty() {
            copy(self.state, self.saved_state);
            copy(self.events, self.saved_events);
            copy(self.apical, self.saved_apical);
            self.list(kernels);
        }
    }

    /// Whether its events are still those of the values as they are.
    pub(super) fn keeps_events(&self) -> bool {
        self.listed && self.constant
    }

    /// `Encode`: events of this tick on the input lines.
    pub(super) fn encode(&mut self, kernels: &impl Kernels, gain: &Gain, sample: &[u8], place: Place) {
        if let LayerKind::Input(encoder) = self.plan.kind {
            let n = self.plan.len();
            let Self { state, events, sums, .. } = self;
            encoder.ops().encode(EncodeColumns { state, events, sums }, n, gain, sample, place);
            self.list_events(kernels);
            self.listed = true;
        }
    }

    /// `Fire`: membranes, spikes, sums and the list of events.
    pub(super) fn fire(&mut self, kernels: &impl Kernels) {
        let n = self.plan.len();
        self.couple();
        let Self { state, events, sums, current, drive, .. } = self;
        let current = if self.plan.coupling == Coupling::None { &**current } else { &**drive };
        let (events, _) = events.split_at_mut_checked(n).unwrap_or_default();
        let (sums, _) = sums.split_at_mut_checked(n).unwrap_or_default();
        match self.plan.kind {
            LayerKind::Input(_) => return,
            LayerKind::Neurons(AnyNeuron::Lif(params)) if !self.plan.winner_take_all => {
                if let Some((membrane, refractory)) = state.split_at_mut_checked(n) {
                    kernels.fire_lif(&params, LifColumns { current, membrane, refractory, events, sums });
                }
            }
            LayerKind::Neurons(AnyNeuron::Graded(params)) => {
                let params = if self.settle { params.settled() } else { params };
                kernels.fire_graded(&params, GradedColumns { drive: current, membrane: state, events, sums });
            }
            LayerKind::Neurons(neuron) => {
                let (frozen, compete) = (self.frozen, self.plan.winner_take_all);
                neuron.ops().fire(frozen, compete, FireColumns { current, state, events, sums }, n);
            }
        }
        self.list_events(kernels);
    }

    /// Adds the apical potentials to what the somata integrate.
    fn couple(&mut self) {
        let gated = match self.plan.coupling {
            Coupling::None => return,
            Coupling::Open => false,
            Coupling::Gated => true,
        };
        let columns = self.current.iter().zip(self.apical.iter()).zip(self.state.iter());
        for (drive, ((&current, &apical), &membrane)) in self.drive.iter_mut().zip(columns) {
            let slope = !gated || (0..=THRESHOLD.unsigned_abs()).contains(&membrane);
            *drive = if slope { saturate(add(wide(current), wide(apical))) } else { current };
        }
    }

    /// Lists the lines that have an event, and lets the bias line have its own.
    fn list_events(&mut self, kernels: &impl Kernels) {
        self.list(kernels);
        let full = self.full;
        if let Some(event) = self.events.last_mut() {
            *event = full;
        }
        if let Some(sum) = self.sums.last_mut() {
            *sum = sum.saturating_add(full.unsigned_abs());
        }
    }

    /// Lists the lines that have an event, the bias line last.
    fn list(&mut self, kernels: &impl Kernels) {
        let own = self.events.get(..self.plan.len()).unwrap_or_default();
        self.list.fill(kernels, own, self.full);
    }

    /// Lists the events again, if factors stand where they were.
    pub(super) fn relist(&mut self, kernels: &impl Kernels) {
        if self.list.factors {
            self.list(kernels);
        }
    }

    /// Magnitudes of the neurons' events, the bias line left out.
    pub(super) fn neuron_events(&self) -> &[i16] {
        self.events.get(..self.plan.len()).unwrap_or_default()
    }

    /// Events of the neurons in this tick, the bias line left out.
    pub(super) fn spikes(&self) -> u32 {
        u32::try_from(self.list.len.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Every state word, by column.
    pub(super) fn walk(&self, f: &mut dyn FnMut(&'static str, usize, u16)) {
        let names = state_names(&self.plan.kind);
        for (column, name) in self.state.chunks_exact(self.plan.len().max(1)).zip(names) {
            column.iter().enumerate().for_each(|(i, &w)| f(name, i, w));
        }
        let signed = [("event", &*self.events), ("apical", &*self.apical)];
        let raw = [("sum", &*self.sums), ("line trace", &*self.line_state), ("trace", &*self.neuron_state)];
        let same = if self.is_constant() { &*self.events } else { &[] };
        for (name, column) in signed {
            column.iter().enumerate().for_each(|(i, &w)| f(name, i, to_column(w)));
        }
        same.iter().enumerate().for_each(|(i, &w)| f("sum", i, to_column(w)));
        for (name, column) in raw {
            column.iter().enumerate().for_each(|(i, &w)| f(name, i, w));
        }
        self.delayed.walk(self.is_constant(), f);
    }
}

/// Copies a column onto one of the same length; a loop, because a slice would check the lengths and might panic.
fn copy<T: Copy>(to: &mut [T], from: &[T]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
}

/// The encoder of a plan's input layer.
pub(super) fn encoder(plan: &LayerPlan) -> Option<&AnyEncoder> {
    match &plan.kind {
        LayerKind::Input(encoder) => Some(encoder),
        LayerKind::Neurons(_) => None,
    }
}
