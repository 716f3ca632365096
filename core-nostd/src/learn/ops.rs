//! A rule applied to columns: what a network asks of its rule for all lines or neurons of a layer at once. These loops are
//! compiled for every rule; the sweeps over layers and matrices, which call them, are compiled once.

use super::{BackFactors, BoundRule, Draws, LearningRule, rule_ops};
use crate::num::{DitherRow, Words, from_column, index, line};
use crate::signal::{Activity, Grain, Role, Teacher};
use core::cell::Cell;

/// What is the same for all lines or neurons of a layer in one tick.
#[derive(Clone, Copy, Debug)]
pub struct Shared {
    /// The teacher of this tick.
    pub teacher: Teacher,
    /// The only neuron that is taught, if not all are.
    pub only: Option<u16>,
    /// This tick of its window.
    pub tick: u16,
    /// The reward when it comes: see [`Activity::modulator`].
    pub modulator: i16,
    /// How finely events of the layer are graded.
    pub grain: Grain,
    /// Hidden or output.
    pub role: Role,
    /// Draws of the layer; zeros for a rule that does not draw.
    pub draws: DitherRow,
}

impl Shared {
    /// What a rule sees of a line; its draw is left at 0.
    #[inline(always)]
    fn line(&self, event: i16, sum: u16) -> Activity {
        let Self { teacher, tick, modulator, grain, role, .. } = *self;
        Activity { event, sum, grain, role, teacher, tick, modulator, ..Activity::default() }
    }

    /// What a rule sees of each neuron, apical potentials left at 0.
    #[inline(always)]
    fn neurons<'s>(&self, seen: Seen<'s>) -> impl Iterator<Item = Activity> + use<'s> {
        let Seen { events, sums, membranes, currents } = seen;
        let columns = events.iter().zip(sums).zip(membranes.iter().zip(currents));
        let shared = *self;
        let mut draws = self.draws;
        columns.zip(0_u16..).map(move |(((&event, &sum), (&membrane, &current)), i)| {
            let draw = draws.b;
            draws = draws.next();
            let taught = shared.only.is_none_or(|only| only == i);
            let teacher = if taught { shared.teacher } else { Teacher::None };
            Activity { membrane: from_column(membrane), current, draw, teacher, ..shared.line(event, sum) }
        })
    }
}

/// What a layer shows of its neurons, a slice per quantity; the shortest says how many there are.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'s> {
    /// Magnitudes of this tick's events.
    pub events: &'s [i16],
    /// Sums of magnitudes since the window's start.
    pub sums: &'s [u16],
    /// Membrane potentials.
    pub membranes: &'s [u16],
    /// Currents of the forward projections.
    pub currents: &'s [i16],
}

/// Where the factors of neurons go.
#[derive(Debug)]
pub struct NeuronFactors<'s> {
    /// `post` of both terms.
    pub terms: [&'s mut [i16]; 2],
    /// 1 where weights forget.
    pub forget: &'s mut [u16],
    /// Factors for plastic feedback weights, as sender and as receiver; empty if there are none.
    pub back: [&'s mut [i16]; 2],
}

/// The lines of a layer, the bias line last, and the list that their factors overwrite.
#[derive(Debug)]
pub struct Lines<'s> {
    /// State of the rule, a column of as many words as there are lines per field.
    pub state: &'s mut [u16],
    /// Magnitudes of this tick's events.
    pub events: &'s [i16],
    /// Sums since the window's start; not read if events are constant.
    pub sums: &'s [u16],
    /// Whether events stay the same for a whole window, so that a line's sum is its event.
    pub constant: bool,
    /// How many lines the list has; it holds the lines with an event, and the events.
    pub listed: usize,
    /// The list.
    pub cells: Cells<'s>,
}

/// A list that is read while factors overwrite it.
#[derive(Debug)]
pub struct Cells<'s> {
    /// The lines.
    pub lines: &'s [Cell<u16>],
    /// Their magnitudes, then the factors of the first term.
    pub magnitudes: &'s [Cell<i16>],
    /// The factors of the second term.
    pub second: &'s mut [i16],
}

/// The faces of a [`LearningRule`] with its parameters, applied to columns.
pub trait RuleOps {
    /// Words of state per line and per neuron.
    fn state_words(&self) -> [usize; 2];
    /// Whether the parameters are within their limits and go together.
    fn valid(&self) -> bool;
    /// See [`LearningRule::draws`].
    fn draws(&self) -> Draws;
    /// See [`LearningRule::explores`].
    fn explores(&self) -> Option<u16>;
    /// See [`LearningRule::rests`].
    fn rests(&self) -> bool;
    /// [`LearningRule::teach`]. `wanted` is the neuron of the sample's class, if one is known, or the one that acted. A neuron that
    /// does not hear the teacher is left alone.
    fn teach(
        &self,
        shared: &Shared,
        seen: Seen<'_>,
        state: &mut [u16],
        apical: &mut [i16],
        wanted: Option<u16>,
    );
    /// [`LearningRule::send`]: both words of every neuron; nothing if they are empty.
    fn send(&self, shared: &Shared, seen: Seen<'_>, apical: &[i16], words: [&mut [i16]; 2]);
    /// [`LearningRule::post`], and [`LearningRule::back`] if it is asked for.
    fn neuron_factors(
        &self,
        shared: &Shared,
        seen: Seen<'_>,
        apical: &[i16],
        state: &mut [u16],
        out: NeuronFactors<'_>,
    );
    /// [`LearningRule::pre`]: lists the lines that have a factor, or `all`, and returns how many. A silent line of a rule that
    /// remembers nothing of lines has none, so a list of constant events is read at its events only.
    fn line_factors(&self, shared: &Shared, lines: Lines<'_>, all: bool) -> usize;
}

impl RuleOps for BoundRule<'_> {
    fn state_words(&self) -> [usize; 2] {
        rule_ops!(self, bound => bound.state_words())
    }

    fn valid(&self) -> bool {
        rule_ops!(self, bound => bound.valid())
    }

    fn draws(&self) -> Draws {
        rule_ops!(self, bound => bound.draws())
    }

    fn explores(&self) -> Option<u16> {
        rule_ops!(self, bound => bound.explores())
    }

    fn rests(&self) -> bool {
        rule_ops!(self, bound => bound.rests())
    }

    fn teach(
        &self,
        shared: &Shared,
        seen: Seen<'_>,
        state: &mut [u16],
        apical: &mut [i16],
        wanted: Option<u16>,
    ) {
        rule_ops!(self, bound => bound.teach(shared, seen, state, apical, wanted))
    }

    fn send(&self, shared: &Shared, seen: Seen<'_>, apical: &[i16], words: [&mut [i16]; 2]) {
        rule_ops!(self, bound => bound.send(shared, seen, apical, words))
    }

    fn neuron_factors(
        &self,
        shared: &Shared,
        seen: Seen<'_>,
        apical: &[i16],
        state: &mut [u16],
        out: NeuronFactors<'_>,
    ) {
        rule_ops!(self, bound => bound.neuron_factors(shared, seen, apical, state, out))
    }

    fn line_factors(&self, shared: &Shared, lines: Lines<'_>, all: bool) -> usize {
        rule_ops!(self, bound => bound.line_factors(shared, lines, all))
    }
}

/// A rule with its parameters.
#[derive(Debug)]
pub struct Bound<'p, R: LearningRule>(pub(super) &'p R::Params);

impl<R: LearningRule> RuleOps for Bound<'_, R> {
    fn state_words(&self) -> [usize; 2] {
        [R::Pre::LEN, R::Post::LEN]
    }

    fn valid(&self) -> bool {
        self.0.in_range() && R::valid(self.0)
    }

    fn draws(&self) -> Draws {
        R::draws(self.0)
    }

    fn explores(&self) -> Option<u16> {
        R::explores(self.0)
    }

    fn rests(&self) -> bool {
        R::rests(self.0)
    }

    fn teach(
        &self,
        shared: &Shared,
        seen: Seen<'_>,
        state: &mut [u16],
        apical: &mut [i16],
        wanted: Option<u16>,
    ) {
        let against = shared.teacher == Teacher::Against;
        let wanted = wanted.map(index);
        let mut i: usize = 0;
        let n = apical.len();
        let mut seen = shared.neurons(seen);
        let mut apical = apical.iter_mut();
        R::Post::each(state, n, |s| {
            let (Some(activity), Some(apical)) = (seen.next(), apical.next()) else { return s };
            let taught = activity.teacher != Teacher::None;
            let (s, word) = if taught { R::teach(self.0, s, &activity, wanted == Some(i)) } else { (s, 0) };
            *apical = if against { word.saturating_neg() } else { word };
            i = i.saturating_add(1);
            s
        });
    }

    fn send(&self, shared: &Shared, seen: Seen<'_>, apical: &[i16], words: [&mut [i16]; 2]) {
        let [first, second] = words;
        let seen = shared.neurons(seen).zip(apical);
        for ((first, second), (activity, &apical)) in first.iter_mut().zip(second).zip(seen) {
            [*first, *second] = R::send(self.0, &Activity { apical, ..activity });
        }
    }

    fn neuron_factors(
        &self,
        shared: &Shared,
        seen: Seen<'_>,
        apical: &[i16],
        state: &mut [u16],
        out: NeuronFactors<'_>,
    ) {
        let NeuronFactors { terms: [terms0, terms1], forget, back: [sends, receives] } = out;
        let mut seen = shared.neurons(seen).zip(apical);
        let mut outs = terms0.iter_mut().zip(terms1).zip(forget);
        if R::Post::LEN == 0 && sends.is_empty() {
            for ((activity, &apical), ((term0, term1), forget)) in seen.zip(outs) {
                let (_, factors) = R::post(self.0, R::Post::default(), &Activity { apical, ..activity });
                [*term0, *term1] = factors.terms;
                *forget = u16::from(factors.forget);
            }
            return;
        }
        let mut backs = sends.iter_mut().zip(receives);
        R::Post::each(state, apical.len(), |s| {
            let (Some((activity, &apical)), Some(((term0, term1), forget))) = (seen.next(), outs.next())
            else {
                return s;
            };
            let activity = Activity { apical, ..activity };
            if let Some((sends, receives)) = backs.next() {
                let BackFactors { pre, post } = R::back(self.0, &s, &activity);
                (*sends, *receives) = (pre.to_bits(), post);
            }
            let (s, factors) = R::post(self.0, s, &activity);
            [*term0, *term1] = factors.terms;
            *forget = u16::from(factors.forget);
            s
        });
    }

    fn line_factors(&self, shared: &Shared, lines: Lines<'_>, all: bool) -> usize {
        let Lines { state, events, sums, constant, listed, cells } = lines;
        let Cells { lines, magnitudes, second } = cells;
        let mut slots = lines.iter().zip(magnitudes).zip(second);
        let stateless = R::Pre::LEN == 0 && !all;
        let mut count: usize = 0;
        let mut put = |i: u16, event: i16, sum: u16, s: R::Pre| {
            if stateless && event == 0 && sum == 0 {
                return s;
            }
            let activity = Activity { draw: shared.draws.at(i), ..shared.line(event, sum) };
            let (s, pre) = R::pre(self.0, s, &activity);
            let [p0, p1] = pre.map(|p| p.to_bits());
            if (all || p0 != 0 || p1 != 0)
                && let Some(((line, pre0), pre1)) = slots.next()
            {
                line.set(i);
                pre0.set(p0);
                *pre1 = p1;
                count = count.saturating_add(1);
            }
            s
        };
        // The magnitude in a list of constant events is the line's sum, too.
        if constant && stateless {
            for (i, event) in lines.iter().zip(magnitudes).take(listed) {
                let (i, event) = (i.get(), event.get());
                put(i, event, event.unsigned_abs(), R::Pre::default());
            }
        } else if constant {
            let mut seen = events.iter().enumerate();
            R::Pre::each(state, events.len(), |s| match seen.next() {
                Some((i, &event)) => put(line(i), event, event.unsigned_abs(), s),
                None => s,
            });
        } else {
            let mut seen = events.iter().zip(sums).enumerate();
            R::Pre::each(state, events.len(), |s| match seen.next() {
                Some((i, (&event, &sum))) => put(line(i), event, sum, s),
                None => s,
            });
        }
        count
    }
}
