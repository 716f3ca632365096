//! Integrate-and-fire neuron whose threshold rises with each spike and decays: adaptation, or homeostasis that keeps
//! every neuron of a winner-take-all layer at work (Diehl & Cook 2015 call the rise theta).
//!
//! ```text
//! v' = max( sat16( v - floor(v * leak / 2^16) + I ), floor )
//! fires if v' >= threshold + rise:  v' = reset,  rise' = min(rise + bump, 65535)
//! rise' = rise - floor(rise * decay / 2^16)       at each reset if kept, else per tick before the spike is decided
//! A kept rise does not change while classifying.
//! ```

use super::Neuron;
use super::lif::step;
use crate::num::{Current, Leak, Membrane, Rise, excess, leak_unsigned};

words! {
    /// What is the same for a layer of [`Adaptive`] neurons.
    pub struct Params {
        /// Threshold at rest, 1..=32767.
        pub threshold: Membrane in 1..=32767,
        /// Where the membrane goes after a spike, and when another neuron wins.
        pub reset: Membrane,
        /// The membrane never falls below this; at most 0.
        pub floor: Membrane in -32768..=0,
        /// The fraction of the membrane that leaks away per tick.
        pub leak: Leak,
        /// Added to the rise by a spike.
        pub bump: Rise,
        /// The fraction of the rise that decays, per reset (once a sample) if it is kept, else per tick.
        pub decay: Leak,
        /// Whether the rise is kept from sample to sample (and in the checkpoint).
        pub kept: bool,
    }
}

words! {
    /// State of one [`Adaptive`] neuron.
    pub struct State {
        /// Membrane potential.
        pub membrane: Membrane,
        /// How far the threshold has risen.
        pub rise: Rise,
    }
}

/// Integrate-and-fire with an adaptive threshold.
#[derive(Clone, Copy, Debug)]
pub struct Adaptive;

#[inline(always)]
fn decayed(p: &Params, rise: Rise) -> Rise {
    Rise::from_bits(leak_unsigned(rise.to_bits(), p.decay.to_bits()))
}

impl Neuron for Adaptive {
    const NAME: &'static str = "adaptive";
    type Params = Params;
    type State = State;

    fn valid(p: &Params) -> bool {
        p.reset >= p.floor && p.reset < p.threshold
    }

    #[inline(always)]
    fn frozen(p: &Params) -> Params {
        if p.kept { Params { bump: Rise::ZERO, decay: Leak::ZERO, ..*p } } else { *p }
    }

    #[inline(always)]
    fn reset(p: &Params, s: State) -> State {
        State { membrane: Membrane::ZERO, rise: if p.kept { decayed(p, s.rise) } else { Rise::ZERO } }
    }

    #[inline(always)]
    fn integrate(p: &Params, s: State, current: Current) -> State {
        let rise = if p.kept { s.rise } else { decayed(p, s.rise) };
        State { membrane: step(s.membrane, p.leak, p.floor, current), rise }
    }

    #[inline(always)]
    fn excess(p: &Params, s: &State) -> i32 {
        excess(s.membrane.to_bits(), p.threshold.to_bits(), s.rise.to_bits())
    }

    #[inline(always)]
    fn fire(p: &Params, s: State) -> (State, i16) {
        let rise = Rise::from_bits(s.rise.to_bits().saturating_add(p.bump.to_bits()));
        (State { membrane: p.reset, rise }, 1)
    }

    #[inline(always)]
    fn lose(p: &Params, s: State) -> State {
        State { membrane: p.reset, ..s }
    }

    #[inline(always)]
    fn rest(_: &Params, s: State) -> State {
        s
    }
}
