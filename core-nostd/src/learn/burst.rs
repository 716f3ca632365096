//! Burst-dependent plasticity: BurstCCN, Greedy et al. 2022. An event tells the layer above that a neuron fires; how many of
//! its events are bursts tells the layer below what should change.
//!
//! ```text
//! update:  dW = eta ((p - p_b) e) e_pre^T             p: burst probability, p_b = 1/2, e: event rate      (eq. 4)
//! apical:  u = Y b - Q e,  b = p e                     Q = p_b Y derived: u = Y ((p - p_b) e)              (eq. 7)
//!
//! rate     (the paper's units) output:  (p - p_b) = 1/2 (t - e)(1 - e)     hidden:  (p - p_b) = u (1 - e), within -1/2..1/2
//! count    (spikes, once per sample) output: spikes missing, until satisfied     hidden: u while 0 < count < ticks
//! unsigned (spikes, every tick)  event: -p_b;  burst, drawn with probability p:  +1 - p_b
//! signed   (spikes, every tick)  a burst only where p differs from p_b, with its sign
//! The forms of every tick compare an output's spikes so far with what is due so far of its target.
//! ```
//!
//! No teacher, no deviation, no change: exactly, bit for bit, with a derived Q in every form but `unsigned`, which stands still
//! on average only. The paper squashes u h(e) by a logistic of slope 1 around p_b; here it is clamped to -1/2..1/2.

use super::{BackFactors, Draws, LearningRule, PostFactors, one};
use crate::num::{
    Apical, Count, FINE_FULL, PreFactor, Word, align, clamp, difference, floor_shift, mul_add, product,
    saturate, saturate_unsigned, scale_unsigned, signed, wide, wide_unsigned,
};
use crate::signal::{Activity, Grain, Role};

/// In which form a network speaks of bursts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Form {
    /// Spikes, counted; one update per sample.
    #[default]
    Count,
    /// Rates of graded neurons; one update per sample.
    Rate,
    /// An event depresses, a burst potentiates; every tick.
    Unsigned,
    /// Bursts of two signs; every tick.
    Signed,
}

impl Word for Form {
    const RANGE: (i64, i64) = (0, 3);
    fn from_word(word: u32) -> Self {
        match word & 3 {
            1 => Self::Rate,
            2 => Self::Unsigned,
            3 => Self::Signed,
            _ => Self::Count,
        }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::Count => 0,
            Self::Rate => 1,
            Self::Unsigned => 2,
            Self::Signed => 3,
        }
    }
}

/// The slope of a graded neuron's activation, as the rule knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Squash {
    /// `e (1 - e)`.
    #[default]
    Logistic,
    /// 1 between the ends of the range, 0 at them.
    Box,
}

impl Word for Squash {
    const RANGE: (i64, i64) = (0, 1);
    fn from_word(word: u32) -> Self {
        if word & 1 == 1 { Self::Box } else { Self::Logistic }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::Logistic => 0,
            Self::Box => 1,
        }
    }
}

words! {
    /// What is the same for a network that learns by [`Burst`].
    pub struct Params {
        /// Spikes that the wanted output neuron should fire at least. Once it does, its error is zero.
        pub target: Count in 1..=127,
        /// A hidden neuron that fired in every tick cannot burst more: events at which the box gate closes.
        pub ceiling: Count,
        /// A line of spikes brings its count times `2^spike_shift`, so that small counts use the width of `pre`.
        pub spike_shift: Count in 0..=8,
        /// Rate, counted spikes, or bursts in every tick.
        pub form: Form,
        /// Slope of the units (rate form).
        pub squash: Squash,
        /// Whether the baseline feedback Q is learned: then bursts and events travel down, not their difference (rate form).
        pub learned: bool,
        /// Rate form: errors are `2^gain` times as large. In the forms of every tick: one spike of error changes the
        /// probability of a burst by `2^(gain - 8)`.
        pub gain: Count in 0..=7 &
        /// Forms of every tick: whether the target falls due evenly over `ceiling` ticks, and hidden neurons may burst after they have
        /// fired, as long as their gate is open. If not, all of it is due at once, and a burst needs an event in its tick. Networks
        /// from before there was `due` have a 0 there.
        due: bool,
    }
}

/// Burst-dependent plasticity.
#[derive(Clone, Copy, Debug)]
pub struct Burst;

/// One half of 1.0 in 15 bits: the baseline p_b, and the furthest that p can deviate from it.
const HALF: i32 = 1 << 14;
/// p_b and 1 - p_b as words of the forms of every tick.
const BASELINE: i16 = 128;

/// A hidden neuron that has fired, and could fire more: the derivative of a count, a box.
#[inline(always)]
pub(super) fn open(ceiling: Count, a: &Activity) -> bool {
    a.role == Role::Output || (a.sum > 0 && a.sum < ceiling.to_bits())
}

/// The apical potential if the gate is open.
#[inline(always)]
pub(super) fn gated(ceiling: Count, a: &Activity) -> i16 {
    if open(ceiling, a) { a.apical } else { 0 }
}

/// Spikes missing from the wanted neuron or too many of another, in Q7.8; zero once satisfied.
#[inline(always)]
pub(super) fn missing(target: Count, a: &Activity, wanted: bool) -> i16 {
    let target = if wanted { target.to_bits() } else { 0 };
    let error = wide_unsigned(target).saturating_sub(wide_unsigned(a.sum));
    let satisfied = if wanted { clamp(error, 0, 127) } else { clamp(error, -128, 0) };
    saturate(satisfied.saturating_mul(wide(1 << Apical::FRACTION)))
}

/// What of a target is due after this tick: `floor(target * (tick + 1) / ticks)`, all of it in the last one and later.
#[inline(always)]
fn share(target: Count, ticks: Count, tick: u16) -> Count {
    let (passed, ticks) = (tick.saturating_add(1), ticks.to_bits());
    let due = scale_unsigned(target.to_bits(), passed, 0).checked_div(u32::from(ticks));
    due.filter(|_| passed < ticks).map_or(target, |due| Count::from_bits(saturate_unsigned(signed(due))))
}

/// What a line has carried since the window's start.
#[inline(always)]
pub(super) fn counted(spike_shift: Count, a: &Activity) -> PreFactor {
    match a.grain {
        Grain::Spike => PreFactor::clamped(align(wide_unsigned(a.sum), i32::from(spike_shift.to_bits()))),
        Grain::Graded => PreFactor::clamped(wide_unsigned(a.sum)),
        Grain::Fine => PreFactor::clamped(floor_shift(wide_unsigned(a.sum), 7)),
    }
}

/// `p - p_b` of a rate unit, in 15 bits.
#[inline(always)]
fn deviation(p: &Params, a: &Activity) -> i32 {
    let e = a.rate();
    let d = match (a.role, p.squash) {
        (Role::Output, _) => floor_shift(align(wide(a.apical), i32::from(p.gain.to_bits())), 1),
        (Role::Hidden, Squash::Logistic) => product(a.apical, complement(e), 15),
        (Role::Hidden, Squash::Box) => {
            let full = if a.grain == Grain::Fine { FINE_FULL } else { 255 << 7 };
            if e > 0 && e < full { wide(a.apical) } else { 0 }
        }
    };
    clamp(d, -HALF, HALF)
}

/// `1 - e` in 15 bits.
#[inline(always)]
fn complement(e: i16) -> i16 {
    saturate(difference(FINE_FULL, e))
}

/// `(p - p_b) e` of a rate unit, in 15 bits.
#[inline(always)]
fn learned_from(p: &Params, a: &Activity) -> i16 {
    let d = saturate(deviation(p, a));
    match p.squash {
        Squash::Logistic => saturate(product(d, a.rate(), 15)),
        Squash::Box => d,
    }
}

/// What a tick brings in the forms of every tick: a burst less its expectation, or a signed burst.
#[inline(always)]
fn burst(p: &Params, a: &Activity) -> i16 {
    let driven = a.role == Role::Output && a.apical != 0;
    let fires = if p.due && a.role == Role::Hidden { open(p.ceiling, a) } else { a.event != 0 };
    if !fires && !driven {
        return 0;
    }
    let d = clamp(align(wide(a.apical), i32::from(p.gain.to_bits())), -32_767, 32_767);
    let draw = wide_unsigned(a.draw);
    match p.form {
        Form::Signed if draw >= align(d.saturating_abs(), 1) => 0,
        Form::Signed => {
            if d > 0 {
                BASELINE
            } else {
                BASELINE.saturating_neg()
            }
        }
        _ if draw < d.saturating_add(1 << 15) => BASELINE,
        _ => BASELINE.saturating_neg(),
    }
}

impl LearningRule for Burst {
    const NAME: &'static str = "burst";
    const SUPERVISED: bool = true;
    type Params = Params;
    type Pre = ();
    type Post = ();

    #[inline(always)]
    fn draws(p: &Params) -> Draws {
        if matches!(p.form, Form::Unsigned | Form::Signed) { Draws::Step } else { Draws::None }
    }

    #[inline(always)]
    fn pre(p: &Params, (): (), a: &Activity) -> ((), [PreFactor; 2]) {
        let rate = p.form == Form::Rate && a.grain != Grain::Spike;
        ((), one(if rate { a.magnitude() } else { counted(p.spike_shift, a) }))
    }

    #[inline(always)]
    fn post(p: &Params, (): (), a: &Activity) -> ((), PostFactors) {
        let post = match p.form {
            Form::Count => gated(p.ceiling, a),
            Form::Rate => learned_from(p, a),
            Form::Unsigned | Form::Signed => burst(p, a),
        };
        ((), PostFactors::one(post))
    }

    #[inline(always)]
    fn send(p: &Params, a: &Activity) -> [i16; 2] {
        match p.form {
            Form::Count => [gated(p.ceiling, a), 0],
            Form::Rate if p.learned => {
                let e = a.rate();
                let baseline = mul_add(0, saturate(HALF), e);
                let bursts = mul_add(baseline, saturate(deviation(p, a)), e);
                [saturate(floor_shift(bursts, 15)), e]
            }
            Form::Rate => [learned_from(p, a), 0],
            Form::Unsigned | Form::Signed => [burst(p, a), 0],
        }
    }

    #[inline(always)]
    fn teach(p: &Params, (): (), a: &Activity, wanted: bool) -> ((), i16) {
        if p.form != Form::Rate {
            let target = if p.due && Self::draws(p) != Draws::None {
                share(p.target, p.ceiling, a.tick)
            } else {
                p.target
            };
            return ((), missing(target, a, wanted));
        }
        let e = a.rate();
        let error = saturate(difference(if wanted { FINE_FULL } else { 0 }, e));
        let apical = match p.squash {
            Squash::Logistic => saturate(product(error, complement(e), 15)),
            Squash::Box => error,
        };
        ((), apical)
    }

    #[inline(always)]
    fn rests(p: &Params) -> bool {
        matches!(p.form, Form::Count | Form::Rate)
    }

    /// `dQ = -eta e u`, and the same for Y: drives the apical potential to zero without a teacher.
    #[inline(always)]
    fn back(p: &Params, (): &(), a: &Activity) -> BackFactors {
        match p.form {
            Form::Rate => {
                let pre = PreFactor::clamped(floor_shift(wide(a.rate()), 7));
                BackFactors { pre, post: a.apical.saturating_neg() }
            }
            Form::Count | Form::Unsigned | Form::Signed => BackFactors::default(),
        }
    }
}
