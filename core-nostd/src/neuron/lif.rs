//! Leaky integrate-and-fire neuron with a floor, a refractory time, and a reset by subtraction or to a value.
//!
//! ```text
//! v' = sat16( v - floor(v * leak / 2^16) + I )          not while refractory: then v only leaks
//! v' = max(v', floor)
//! fires if v' >= threshold:  v' = v' - threshold   or   v' = reset
//! ```

use super::Neuron;
use crate::num::{Current, Leak, Membrane, THRESHOLD, Ticks, add, clamp, difference, leak, saturate, wide};

words! {
    /// What is the same for a layer of [`Lif`] neurons.
    pub struct Params {
        /// It fires at and above this, 1..=32767.
        pub threshold: Membrane in 1..=32767,
        /// Where the membrane goes on a hard reset, and where the losers of a winner-take-all go.
        pub reset: Membrane,
        /// The membrane never falls below this; at most 0.
        pub floor: Membrane in -32768..=0,
        /// The fraction that leaks away per tick; 0: none.
        pub leak: Leak,
        /// Refractory time after a spike, in ticks: the current is ignored.
        pub refractory: Ticks,
        /// Whether a spike sets the membrane to `reset` instead of subtracting the threshold.
        pub hard_reset: bool,
    }
}

impl Params {
    /// Threshold 1.0, reset by subtraction, no leak, floor at -2.0, not refractory: an integrator of its input, which
    /// learns best on constant currents.
    pub const INTEGRATOR: Self = Self {
        threshold: Membrane::from_bits(THRESHOLD),
        reset: Membrane::ZERO,
        floor: Membrane::from_bits(-2 * THRESHOLD),
        leak: Leak::ZERO,
        refractory: Ticks::ZERO,
        hard_reset: false,
    };
}

words! {
    /// State of one [`Lif`] neuron.
    pub struct State {
        /// Membrane potential.
        pub membrane: Membrane,
        /// Remaining refractory ticks.
        pub refractory: Ticks,
    }
}

/// Leaky integrate-and-fire.
#[derive(Clone, Copy, Debug)]
pub struct Lif;

/// Leak, current, saturation, floor: shared with the adaptive neuron.
#[inline(always)]
pub(super) fn step(v: Membrane, lambda: Leak, floor: Membrane, current: Current) -> Membrane {
    let leaked = leak(v.to_bits(), lambda.to_bits());
    let next = saturate(add(wide(leaked), wide(current.to_bits())));
    Membrane::from_bits(saturate(clamp(wide(next), wide(floor.to_bits()), wide(i16::MAX))))
}

/// The membrane after a spike.
#[inline(always)]
pub(super) fn after_spike(v: Membrane, threshold: Membrane, reset: Membrane, hard: bool) -> Membrane {
    if hard { reset } else { Membrane::from_bits(saturate(difference(v.to_bits(), threshold.to_bits()))) }
}

impl Neuron for Lif {
    const NAME: &'static str = "lif";
    type Params = Params;
    type State = State;

    fn valid(p: &Params) -> bool {
        p.reset >= p.floor && p.reset < p.threshold
    }

    #[inline(always)]
    fn reset(_: &Params, _: State) -> State {
        State::default()
    }

    #[inline(always)]
    fn integrate(p: &Params, s: State, current: Current) -> State {
        let refractory = s.refractory > Ticks::ZERO;
        let current = if refractory { Current::ZERO } else { current };
        State { membrane: step(s.membrane, p.leak, p.floor, current), refractory: s.refractory }
    }

    #[inline(always)]
    fn excess(p: &Params, s: &State) -> i32 {
        if s.refractory > Ticks::ZERO { -1 } else { difference(s.membrane.to_bits(), p.threshold.to_bits()) }
    }

    #[inline(always)]
    fn fire(p: &Params, s: State) -> (State, i16) {
        let membrane = after_spike(s.membrane, p.threshold, p.reset, p.hard_reset);
        (State { membrane, refractory: p.refractory }, 1)
    }

    #[inline(always)]
    fn lose(p: &Params, s: State) -> State {
        State { membrane: p.reset, ..Self::rest(p, s) }
    }

    #[inline(always)]
    fn rest(_: &Params, s: State) -> State {
        State { refractory: Ticks::from_bits(s.refractory.to_bits().saturating_sub(1)), ..s }
    }
}
