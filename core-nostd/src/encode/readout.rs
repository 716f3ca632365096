//! From spikes to an answer.

use crate::num::{Word, from_column, line};
use crate::signal::Answer;

/// When the network answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Answering {
    /// After all ticks, by spike count; the membrane breaks ties.
    #[default]
    Count,
    /// When classifying: at the end of the first tick in which an output neuron fires. While learning: as `Count`.
    First,
    /// After all ticks, by membrane.
    Membrane,
}

impl Word for Answering {
    fn from_word(word: u32) -> Self {
        match word {
            1 => Self::First,
            2 => Self::Membrane,
            _ => Self::Count,
        }
    }
    fn to_word(self) -> u32 {
        match self {
            Self::Count => 0,
            Self::First => 1,
            Self::Membrane => 2,
        }
    }
}

/// The label of a neuron without a class.
pub const UNLABELLED: u8 = 255;

/// Chooses the greatest output neuron: by the spikes of its whole class if neurons are labelled, then by its own
/// count, then by its membrane, then the lower index; answering by membrane, by that alone. Unlabelled neurons count only if there are no labels at all;
/// then a neuron's index is its class.
///
/// `counts`, `membranes`: one word per neuron. `labels`: empty, or one per neuron.
pub fn decide(answering: Answering, counts: &[u16], membranes: &[u16], labels: &[u8]) -> Answer {
    let counted = answering != Answering::Membrane;
    let score = |label: u8| -> u32 {
        let votes = labels.iter().zip(counts).filter(|&(&l, _)| l == label);
        votes.fold(0, |sum, (_, &count)| sum.saturating_add(u32::from(count)))
    };
    let mut best: Option<((u32, u16, i16), Answer)> = None;
    for (i, (&count, &membrane)) in counts.iter().zip(membranes).enumerate() {
        let label = labels.get(i).copied();
        if label == Some(UNLABELLED) {
            continue;
        }
        // A silent neuron never beats a firing one of its class, so its votes need not be counted.
        let count = if counted { count } else { 0 };
        let votes = label.filter(|_| count > 0).map_or(0, score);
        let key = (votes, count, from_column(membrane));
        if best.is_none_or(|(greatest, _)| key > greatest) {
            let class = label.or_else(|| u8::try_from(i).ok());
            best = Some((key, Answer { class, neuron: line(i) }));
        }
    }
    best.map_or(Answer { class: None, neuron: 0 }, |(_, answer)| answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(counts: &[u16], membranes: &[u16], labels: &[u8]) -> Option<u8> {
        decide(Answering::Count, counts, membranes, labels).class
    }

    #[test]
    fn counts_then_membranes_then_the_lower_index() {
        assert_eq!(class(&[1, 3, 3], &[9, 4, 5], &[]), Some(2));
        assert_eq!(class(&[1, 3, 3], &[9, 5, 5], &[]), Some(1));
        assert_eq!(class(&[0, 0], &[0xffff, 0], &[]), Some(1), "membranes are signed");
        assert_eq!(class(&[], &[], &[]), None);
    }

    #[test]
    fn labelled_neurons_vote_by_class() {
        assert_eq!(class(&[3, 2, 2], &[0, 0, 0], &[7, 1, 1]), Some(1));
        assert_eq!(class(&[3, 2, 1], &[0, 0, 0], &[7, 1, 1]), Some(7), "equal votes: the busiest neuron");
        assert_eq!(class(&[9, 0], &[0, 0], &[UNLABELLED, 4]), Some(4));
    }
}
