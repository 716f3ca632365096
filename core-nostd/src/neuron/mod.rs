//! Neurons: one current in, one event out, state of their own only.
//!
//! A tick of a layer is: [`integrate`](Neuron::integrate) every neuron; decide who fires (each that
//! [`wants`](Neuron::excess) to, or the one winner of a winner-take-all layer); [`fire`](Neuron::fire),
//! [`lose`](Neuron::lose) or [`rest`](Neuron::rest).

mod adaptive;
mod graded;
mod lif;
mod ops;

pub use adaptive::{Adaptive, Params as AdaptiveParams, State as AdaptiveState};
pub use graded::{Activation, Graded, LOGISTIC, Params as GradedParams, State as GradedState};
pub use lif::{Lif, Params as LifParams, State as LifState};
pub use ops::{Bound, FireColumns, NeuronOps};

use crate::num::{Current, Words};
use crate::signal::Grain;

/// A kind of neuron. Element functions are pure: state in, state out. The first word of `State` is the membrane.
pub trait Neuron: 'static {
    /// Name in commands and files.
    const NAME: &'static str;
    /// What is the same for a layer.
    type Params: Words;
    /// State of one neuron.
    type State: Words;

    /// Whether parameters of which each is within its limits go together.
    fn valid(_: &Self::Params) -> bool {
        true
    }
    /// How finely its events are graded.
    fn grain(_: &Self::Params) -> Grain {
        Grain::Spike
    }
    /// The parameters while nothing is learned: what is kept from sample to sample stays as it is.
    #[inline(always)]
    fn frozen(params: &Self::Params) -> Self::Params {
        *params
    }
    /// The start of a window that resets.
    fn reset(params: &Self::Params, state: Self::State) -> Self::State;
    /// Leak, current, saturation.
    fn integrate(params: &Self::Params, state: Self::State, current: Current) -> Self::State;
    /// Excess over the threshold; at zero and above it may fire.
    fn excess(params: &Self::Params, state: &Self::State) -> i32;
    /// It fires: the state after it, and the event's magnitude.
    fn fire(params: &Self::Params, state: Self::State) -> (Self::State, i16);
    /// Inhibited by the winner of its winner-take-all layer.
    fn lose(params: &Self::Params, state: Self::State) -> Self::State;
    /// Below threshold: it does not fire.
    fn rest(params: &Self::Params, state: Self::State) -> Self::State;
}

registry! {
    $
    /// The kinds of neuron.
    AnyNeuron: Neuron, NeuronOps, BoundNeuron, neuron_ops {
        Lif(Lif) = 1,
        Adaptive(Adaptive) = 2,
        Graded(Graded) = 3,
    }
}
