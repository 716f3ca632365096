//! A kind of neuron applied to columns: what a layer asks of it for all its neurons at once.

use super::{BoundNeuron, Neuron, neuron_ops};
use crate::num::{Current, Words};
use crate::signal::Grain;

/// The columns of a layer that fires, one slice per quantity.
#[derive(Debug)]
pub struct FireColumns<'s> {
    /// What the somata integrate; missing ones are 0.
    pub current: &'s [i16],
    /// State, a column of as many words as there are neurons per field.
    pub state: &'s mut [u16],
    /// Where events go.
    pub events: &'s mut [i16],
    /// What events are added to.
    pub sums: &'s mut [u16],
}

/// A [`Neuron`] with its parameters, applied to columns.
pub trait NeuronOps {
    /// Names of the words of state.
    fn state_names(&self) -> &'static [&'static str];
    /// Whether the parameters are within their limits and go together.
    fn valid(&self) -> bool;
    /// See [`Neuron::grain`].
    fn grain(&self) -> Grain;
    /// [`Neuron::reset`] of `len` neurons, whose parameters may be those of [`Neuron::frozen`].
    fn reset(&self, frozen: bool, state: &mut [u16], len: usize);
    /// A tick of `len` neurons, of which, if they `compete`, the one of the greatest excess fires.
    fn fire(&self, frozen: bool, compete: bool, columns: FireColumns<'_>, len: usize);
}

impl NeuronOps for BoundNeuron<'_> {
    fn state_names(&self) -> &'static [&'static str] {
        neuron_ops!(self, bound => bound.state_names())
    }

    fn valid(&self) -> bool {
        neuron_ops!(self, bound => bound.valid())
    }

    fn grain(&self) -> Grain {
        neuron_ops!(self, bound => bound.grain())
    }

    fn reset(&self, frozen: bool, state: &mut [u16], len: usize) {
        neuron_ops!(self, bound => bound.reset(frozen, state, len))
    }

    fn fire(&self, frozen: bool, compete: bool, columns: FireColumns<'_>, len: usize) {
        neuron_ops!(self, bound => bound.fire(frozen, compete, columns, len))
    }
}

/// A kind of neuron with its parameters.
#[derive(Debug)]
pub struct Bound<'p, N: Neuron>(pub(super) &'p N::Params);

impl<N: Neuron> Bound<'_, N> {
    fn params(&self, frozen: bool) -> N::Params {
        if frozen { N::frozen(self.0) } else { *self.0 }
    }
}

impl<N: Neuron> NeuronOps for Bound<'_, N> {
    fn state_names(&self) -> &'static [&'static str] {
        N::State::NAMES
    }

    fn valid(&self) -> bool {
        self.0.in_range() && N::valid(self.0)
    }

    fn grain(&self) -> Grain {
        N::grain(self.0)
    }

    fn reset(&self, frozen: bool, state: &mut [u16], len: usize) {
        let params = &self.params(frozen);
        N::State::each(state, len, |s| N::reset(params, s));
    }

    fn fire(&self, frozen: bool, compete: bool, columns: FireColumns<'_>, len: usize) {
        let params = &self.params(frozen);
        let FireColumns { current, state, events, sums } = columns;
        let mut current = current.iter();
        let mut best: Option<(i32, u16)> = None;
        let mut i: u16 = 0;
        N::State::each(state, len, |s| {
            let s = N::integrate(params, s, Current::from_bits(current.next().copied().unwrap_or(0)));
            let excess = N::excess(params, &s);
            if excess >= 0 && best.is_none_or(|(greatest, _)| excess > greatest) {
                best = Some((excess, i));
            }
            i = i.saturating_add(1);
            s
        });
        let winner = best.map(|(_, winner)| winner);
        let mut outs = events.iter_mut().zip(sums.iter_mut());
        i = 0;
        N::State::each(state, len, |s| {
            let (s, magnitude) = match winner {
                Some(winner) if compete && winner != i => (N::lose(params, s), 0),
                Some(_) if compete => N::fire(params, s),
                None if compete => (N::rest(params, s), 0),
                _ if N::excess(params, &s) >= 0 => N::fire(params, s),
                _ => (N::rest(params, s), 0),
            };
            if let Some((event, sum)) = outs.next() {
                *event = magnitude;
                *sum = sum.saturating_add(magnitude.unsigned_abs());
            }
            i = i.saturating_add(1);
            s
        });
    }
}
