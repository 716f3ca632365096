//! NUMBERS section 7: a sample, tick by tick.

use super::encoders::{At, encode, pixel};
use super::neurons::{excess, fire, integrate, lose, reset, rest, while_learning};
use super::numbers::{ENCODER, Int, Key};
use super::plan::{Kind, Learning, Matrix, Plan, Rule, Stored, Window};
use super::readout::decide;
use hebbit_core::net::Moment;
use hebbit_core::signal::{Outcome, Phase, Tick};

/// What a layer remembers between phases.
#[derive(Clone, Debug)]
pub struct LayerState {
    /// `[neuron][column]`; of the input: `[line][column]`.
    pub state: Vec<Vec<Int>>,
    /// This tick's magnitudes, the bias line last.
    pub event: Vec<Int>,
    /// Sums of magnitudes, the bias line last.
    pub sum: Vec<Int>,
    /// Apical potentials; none on the input.
    pub apical: Vec<Int>,
    /// Words sent down; none on the input.
    pub send: Vec<Int>,
    /// The rule's trace per line, if it has one.
    pub line_trace: Vec<Int>,
    /// The rule's trace per neuron, if it has one; none on the input.
    pub trace: Vec<Int>,
}

/// A network that computes slowly.
#[derive(Clone, Debug)]
pub struct Network {
    /// What it is, with its counters.
    pub plan: Plan,
    /// Classes of output neurons.
    pub labels: Vec<u8>,
    /// Whatever the host wrote.
    pub note: Vec<u8>,
    /// One matrix per projection.
    pub weights: Vec<Matrix>,
    /// One matrix per feedback.
    pub own: Vec<Matrix>,
    /// One per layer.
    pub layers: Vec<LayerState>,
    /// Two columns per projection.
    pub post: Vec<[Vec<Int>; 2]>,
    /// How often a weight has changed: for statistics.
    pub changes: u64,
}

/// Sees the network after each phase.
pub type See<'a> = dyn FnMut(Moment, &Network) + 'a;

impl Network {
    /// A network as it was stored: kept state taken over, everything else 0.
    pub fn new(stored: Stored) -> Self {
        let Stored { plan, labels, kept, weights, own, note } = stored;
        let traces = matches!(plan.rule, Rule::Stdp(_));
        let layers = plan.layers.iter().enumerate().map(|(l, layer)| {
            let n = layer.neurons;
            let above = if l == 0 { 0 } else { n };
            let column = |c: usize, i: usize| if l == 0 { 0 } else { kept[l - 1][c][i] };
            let columns = layer.columns().len();
            LayerState {
                state: (0..n).map(|i| (0..columns).map(|c| column(c, i)).collect()).collect(),
                event: vec![0; n + 1],
                sum: vec![0; n + 1],
                apical: vec![0; above],
                send: vec![0; above],
                line_trace: vec![0; if traces { n + 1 } else { 0 }],
                trace: vec![0; if traces { above } else { 0 }],
            }
        });
        let layers = layers.collect();
        let post = plan.projections.iter().map(|p| [vec![0; plan.columns(p)], vec![0; plan.columns(p)]]);
        let post = post.collect();
        Self { plan, labels, note, weights, own, layers, post, changes: 0 }
    }

    /// The kept words, `[layer - 1][column][neuron]`.
    pub fn kept(&self) -> Vec<Vec<Vec<Int>>> {
        let layers = self.layers.iter().zip(&self.plan.layers).skip(1);
        let columns = |(state, plan): (&LayerState, &super::plan::Layer)| {
            (0..plan.columns().len()).map(|c| state.state.iter().map(|s| s[c]).collect()).collect()
        };
        layers.map(columns).collect()
    }

    /// What a checkpoint stores.
    pub fn stored(&self) -> Stored {
        Stored {
            plan: self.plan.clone(),
            labels: self.labels.clone(),
            kept: self.kept(),
            weights: self.weights.clone(),
            own: self.own.clone(),
            note: self.note.clone(),
        }
    }

    /// NUMBERS 7.1. `learn` is `None` to classify, else the target: a class or nothing.
    pub fn present(&mut self, sample: &[u8], learn: Option<Option<usize>>, see: &mut See<'_>) -> Outcome {
        let key = Key::new(self.plan.presented, ENCODER, self.plan.seed);
        let mut outcome = Outcome::default();
        let frozen = learn.is_none();
        'sample: for (number, window) in self.plan.windows.clone().into_iter().enumerate() {
            self.start(&window, frozen);
            for tick in 0..window.ticks {
                let moment = |phase| Moment { window: number as u8, tick: Tick(tick as u16), phase };
                self.encode(sample, At { window: number as Int, tick, ticks: window.ticks, line: 0, key });
                see(moment(Phase::Encode), self);
                for l in 1..self.layers.len() {
                    // Currents are no state: nothing to be seen has changed yet.
                    see(moment(Phase::Integrate), self);
                    let spikes = self.fire(l, frozen);
                    outcome.spikes = outcome.spikes.saturating_add(spikes);
                    see(moment(Phase::Fire), self);
                }
                outcome.ticks = outcome.ticks.saturating_add(1);
                if let Some(target) = learn {
                    let now = match window.learning {
                        Learning::Never => false,
                        Learning::Tick => true,
                        Learning::End => tick == window.ticks - 1,
                    };
                    if now {
                        self.feedback(if window.teacher { target } else { None });
                        see(moment(Phase::Feedback), self);
                        self.learn_step();
                        see(moment(Phase::Learn), self);
                    }
                } else if self.plan.first && self.output_fired() {
                    break 'sample;
                }
            }
        }
        self.plan.presented = (self.plan.presented + 1) % (1 << 32);
        let (class, neuron) = self.answer();
        if learn.is_some() {
            self.plan.samples = (self.plan.samples + 1) % (1 << 32);
        }
        Outcome { class, neuron: neuron as u16, ..outcome }
    }

    /// NUMBERS 7.2.
    fn start(&mut self, window: &Window, frozen: bool) {
        for (layer, plan) in self.layers.iter_mut().zip(&self.plan.layers) {
            layer.event.fill(0);
            layer.sum.fill(0);
            if !window.keep {
                for state in &mut layer.state {
                    *state = reset(&while_learning(&plan.kind, frozen), state);
                }
                layer.line_trace.fill(0);
                layer.trace.fill(0);
                layer.apical.fill(0);
                layer.send.fill(0);
            }
        }
        for column in self.post.iter_mut().flatten() {
            column.fill(0);
        }
    }

    fn encode(&mut self, sample: &[u8], at: At) {
        let sample = &sample[..sample.len().min(self.plan.layers[0].neurons)];
        let Kind::Input { code, minimum, norm } = self.plan.layers[0].kind else { unreachable!("the input") };
        if self.plan.layers[0].graded() && at.tick > 0 {
            return;
        }
        for i in 0..self.plan.layers[0].neurons {
            let p = pixel(minimum, norm, sample, sample.get(i).copied().unwrap_or(0));
            let left = self.layers[0].state[i].first().copied().unwrap_or(0);
            let (left, event) = encode(code, left, p, At { line: i as Int, ..at });
            if let Some(state) = self.layers[0].state[i].first_mut() {
                *state = left;
            }
            self.layers[0].event[i] = event;
        }
        self.count(0);
    }

    /// The bias line's event, and this tick's events into the sums.
    fn count(&mut self, l: usize) {
        let layer = &mut self.layers[l];
        *layer.event.last_mut().expect("the bias line") = self.plan.layers[l].full_scale();
        for (sum, event) in layer.sum.iter_mut().zip(&layer.event) {
            *sum = (*sum + event).min(65535);
        }
    }

    /// NUMBERS 7.6. How many neurons have an event.
    fn fire(&mut self, l: usize, frozen: bool) -> u32 {
        let mut plan = self.plan.layers[l].clone();
        plan.kind = while_learning(&plan.kind, frozen);
        let integrated: Vec<Vec<Int>> = (0..plan.neurons)
            .map(|i| integrate(&plan.kind, &self.layers[l].state[i], self.current(l, i)))
            .collect();
        let above: Vec<Int> = integrated.iter().map(|state| excess(&plan.kind, state)).collect();
        let mut winner = None;
        for i in 0..plan.neurons {
            if above[i] >= 0 && winner.is_none_or(|w: usize| above[i] > above[w]) {
                winner = Some(i);
            }
        }
        for (i, state) in integrated.iter().enumerate() {
            let (state, event) = match (plan.winner_take_all, winner) {
                (true, Some(w)) if w == i => fire(&plan.kind, state),
                (true, Some(_)) => (lose(&plan.kind, state), 0),
                (false, _) if above[i] >= 0 => fire(&plan.kind, state),
                _ => (rest(&plan.kind, state), 0),
            };
            self.layers[l].state[i] = state;
            self.layers[l].event[i] = event;
        }
        self.count(l);
        self.layers[l].event[..plan.neurons].iter().map(|&e| u32::from(e != 0)).sum()
    }

    fn output_fired(&self) -> bool {
        let output = self.layers.last().expect("an output");
        let stands = |i: usize| self.labels.get(i) != Some(&255);
        (0..output.state.len()).any(|i| output.event[i] != 0 && stands(i))
    }

    fn answer(&self) -> (Option<u8>, usize) {
        let output = self.layers.last().expect("an output");
        let membranes: Vec<Int> = output.state.iter().map(|s| s[0]).collect();
        decide(&output.sum[..membranes.len()], &membranes, &self.labels)
    }
}
