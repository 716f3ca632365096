//! Typical networks of each rule, so that many cases have activity.

use super::parts::{From, Parts};
use crate::oracle::plan::{Along, Coupling, Kind, Learning, Start, Teacher, Window};
use crate::oracle::rules::{Form, Rule};

/// Windows, neurons and feedback that suit the rule; other parts stay as drawn.
pub(super) fn usual(parts: &mut Parts) {
    match &parts.rule {
        Rule::Burst(burst) if burst.form == Form::Rate => {
            graded(parts);
            taught(parts, Learning::End);
            feedback_learns(parts);
        }
        Rule::Burst(burst) if burst.form == Form::Count => taught(parts, Learning::End),
        Rule::Burst(_) | Rule::Microcircuit(_) => taught(parts, Learning::Tick),
        Rule::Stdp(_) | Rule::Triplet(_) => parts.windows[0].learning = Learning::Tick,
        Rule::Control(_) | Rule::Predictive(_) => {
            graded(parts);
            coupled(parts);
            feedback_learns(parts);
            phases(parts, &[Teacher::None, Teacher::Error]);
        }
        Rule::Equilibrium(_) => {
            graded(parts);
            coupled(parts);
            phases(parts, &[Teacher::None, Teacher::Error, Teacher::Against]);
        }
        Rule::Reward(_) => {
            phases(parts, &[Teacher::None, Teacher::Reward]);
            parts.windows[0].learning = Learning::Tick;
        }
        Rule::Dfa(_) => {
            taught(parts, Learning::End);
            parts.feedbacks.iter_mut().for_each(|b| b.from = From::Above(99));
        }
        Rule::Drtp(_) => {
            taught(parts, Learning::End);
            parts.feedbacks.iter_mut().for_each(|b| b.from = From::Target);
        }
    }
}

fn taught(parts: &mut Parts, learning: Learning) {
    let window = &mut parts.windows[0];
    window.teacher = Teacher::Error;
    if learning == Learning::Tick || window.learning == Learning::Never {
        window.learning = learning;
    }
}

fn graded(parts: &mut Parts) {
    for (_, kind, _, _) in &mut parts.layers {
        *kind = match *kind {
            Kind::Lif { hard_reset, .. } => Kind::Graded { step: 1, logistic: true, fine: !hard_reset },
            Kind::Adaptive { kept, .. } => Kind::Graded { step: 2, logistic: false, fine: kept },
            ref kind => kind.clone(),
        };
    }
}

fn coupled(parts: &mut Parts) {
    for (_, _, _, coupling) in &mut parts.layers {
        if *coupling == Coupling::None {
            *coupling = Coupling::Open;
        }
    }
}

/// One of the feedbacks; the others are as they were drawn.
fn feedback_learns(parts: &mut Parts) {
    if let Some(b) = parts.feedbacks.first_mut() {
        (b.from, b.weights, b.plastic, b.rate) = (From::Above(0), Along::Own, true, b.rate.max(2));
    }
}

/// One window after the other, each going on from the one before.
fn phases(parts: &mut Parts, teachers: &[Teacher]) {
    let drawn = parts.windows.clone();
    let window = |(w, &teacher): (usize, &Teacher)| {
        let drawn = &drawn[w % drawn.len()];
        let learning = if drawn.learning == Learning::Never { Learning::End } else { drawn.learning };
        let ticks = drawn.ticks.clamp(3, 20);
        let each = true;
        let start = match (w, drawn.start) {
            (0, _) => Start::Reset,
            (_, Start::Restore) => Start::Restore,
            _ => Start::Keep,
        };
        let extra = w > 0 && drawn.extra;
        Window { ticks, teacher, start, learning, each, extra, blank: false, ..*drawn }
    };
    parts.windows = teachers.iter().enumerate().map(window).collect();
}
