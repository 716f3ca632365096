//! NUMBERS 7.7: which output neuron answers.

use super::numbers::Int;
use super::plan::Answering;

/// The class, if there is one, and the neuron.
pub fn decide(answering: Answering, counts: &[Int], membranes: &[Int], labels: &[u8]) -> (Option<u8>, usize) {
    let mut best: Option<([Int; 3], usize)> = None;
    for i in 0..counts.len() {
        if labels.get(i) == Some(&255) {
            continue;
        }
        let mut votes = 0;
        if !labels.is_empty() && counts[i] != 0 {
            votes = (0..counts.len()).filter(|&j| labels[j] == labels[i]).map(|j| counts[j]).sum();
        }
        let key = match answering {
            Answering::Membrane => [0, 0, membranes[i]],
            Answering::Count | Answering::First => [votes, counts[i], membranes[i]],
        };
        if best.is_none_or(|(greatest, _)| key > greatest) {
            best = Some((key, i));
        }
    }
    match best {
        None => (None, 0),
        Some((_, i)) if labels.is_empty() => (u8::try_from(i).ok(), i),
        Some((_, i)) => (Some(labels[i]), i),
    }
}
