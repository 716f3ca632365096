//! NUMBERS sections 1.3 and 3: what a network is made of and what it remembers.

use super::numbers::Int;
use super::plan::{Feedback, Matrix, Plan, Stored};
use super::rules::Post;
use super::schema::Schema;
use hebbit_core::net::Moment;

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
    /// The two words that each neuron sends down; none on the input.
    pub send: Vec<[Int; 2]>,
    /// Currents of the forward projections; none on the input.
    pub basal: Vec<Int>,
    /// The rule's words, `[line][word]`.
    pub line_trace: Vec<Vec<Int>>,
    /// The rule's words, `[neuron][word]`; none on the input.
    pub trace: Vec<Vec<Int>>,
    /// Its lines as delayed connections see them.
    pub before: Lines,
}

/// Lines in the tick before.
#[derive(Clone, Debug)]
pub struct Lines {
    /// Magnitudes, the bias line last.
    pub event: Vec<Int>,
    /// Sums of them since the window's start.
    pub sum: Vec<Int>,
    /// The rule's words, `[line][word]`.
    pub trace: Vec<Vec<Int>>,
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
    /// What inputs and classes mean.
    pub schema: Option<Schema>,
    /// Remembered samples and their classes, the newest first.
    pub ring: Vec<(Vec<u8>, usize)>,
    /// One matrix per projection.
    pub weights: Vec<Matrix>,
    /// One matrix per feedback.
    pub own: Vec<Matrix>,
    /// One per layer.
    pub layers: Vec<LayerState>,
    /// What they were at the end of the last window that counts.
    pub saved: Vec<LayerState>,
    /// Two columns per projection.
    pub post: Vec<[Vec<Int>; 2]>,
    /// One column per feedback, empty if it does not learn.
    pub back_post: Vec<Vec<Int>>,
    /// Of each projection, the sums of its neurons' factors since the window's start.
    pub summed: Vec<Vec<Post>>,
    /// How often a weight has changed: for statistics.
    pub changes: u64,
    /// How often a weight of a feedback has changed.
    pub own_changes: u64,
    /// How often feedback onto a neuron was not 0.
    pub felt: u64,
}

/// Sees the network after each phase.
pub type See<'a> = dyn FnMut(Moment, &Network) + 'a;

impl Network {
    /// A network as it was stored: kept state taken over, everything else 0.
    pub fn new(stored: Stored) -> Self {
        let Stored { plan, labels, kept, weights, own, note, schema } = stored;
        let layers = plan.layers.iter().enumerate().map(|(l, layer)| {
            let n = layer.neurons;
            let above = if l == 0 { 0 } else { n };
            let column = |c: usize, i: usize| if l == 0 { 0 } else { kept[l - 1][c][i] };
            let columns = layer.columns().len();
            let [[of_line, _], [of_delayed, _], [_, of_neuron]] =
                [plan.line_rule(l, false), plan.line_rule(l, true), plan.rule_of(l)]
                    .map(|rule| rule.acts().remembers());
            LayerState {
                state: (0..n).map(|i| (0..columns).map(|c| column(c, i)).collect()).collect(),
                event: vec![0; n + 1],
                sum: vec![0; n + 1],
                apical: vec![0; above],
                send: vec![[0, 0]; above],
                basal: vec![0; above],
                line_trace: vec![vec![0; of_line]; n + 1],
                trace: vec![vec![0; of_neuron]; above],
                before: Lines {
                    event: vec![0; n + 1],
                    sum: vec![0; n + 1],
                    trace: vec![vec![0; of_delayed]; n + 1],
                },
            }
        });
        let layers = layers.collect();
        let post = plan.projections.iter().map(|p| [vec![0; plan.columns(p)], vec![0; plan.columns(p)]]);
        let post = post.collect();
        let column = |b: &Feedback| vec![0; if b.plastic { plan.layers[b.layer].neurons } else { 0 }];
        let back_post = plan.feedbacks.iter().map(column).collect();
        let summed = plan.projections.iter().map(|p| vec![Post::default(); plan.columns(p)]).collect();
        Self {
            plan,
            labels,
            note,
            schema,
            ring: Vec::new(),
            weights,
            own,
            layers,
            saved: Vec::new(),
            post,
            back_post,
            summed,
            changes: 0,
            own_changes: 0,
            felt: 0,
        }
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
            schema: self.schema.clone(),
        }
    }
}
