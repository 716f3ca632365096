//! Prints a case: one line for each part of the network, followed by its weights, then the samples.

use super::Case;
use crate::oracle::plan::Matrix;
use std::fmt::{Debug, Formatter, Result};

impl Debug for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let stored = &self.stored;
        let plan = &stored.plan;
        writeln!(f, "network of i{} weights, seed {:#x}", plan.format, plan.seed)?;
        writeln!(
            f,
            "  counters: samples {}, steps {}, presented {}, mean {}",
            plan.samples, plan.steps, plan.presented, plan.mean
        )?;
        writeln!(f, "  halve_every {}, answering {:?}", plan.halve_every, plan.answering)?;
        writeln!(f, "  {:?}", plan.life)?;
        writeln!(f, "  {:?}", plan.lived)?;
        writeln!(f, "  labels {:?}, note {:?}", stored.labels, stored.note)?;
        writeln!(f, "  {:?}", stored.schema)?;
        writeln!(f, "  rule: {:?}", plan.rule)?;
        for (w, window) in plan.windows.iter().enumerate() {
            writeln!(f, "  window {w}: {window:?}")?;
        }
        for (l, layer) in plan.layers.iter().enumerate() {
            writeln!(f, "  layer {l}: {layer:?}")?;
            if let Some(kept) = l.checked_sub(1).and_then(|l| stored.kept.get(l)) {
                for (name, column) in layer.columns().iter().zip(kept) {
                    writeln!(f, "    kept {name} {column:?}")?;
                }
            }
        }
        for ((p, projection), weights) in plan.projections.iter().enumerate().zip(&stored.weights) {
            writeln!(f, "  projection {p}: {projection:?}")?;
            rows(weights, f)?;
        }
        for ((b, feedback), own) in plan.feedbacks.iter().enumerate().zip(&stored.own) {
            writeln!(f, "  feedback {b}: {feedback:?}")?;
            rows(own, f)?;
        }
        for (t, turn) in self.turns.iter().enumerate() {
            writeln!(f, "  sample {t}: {:?} {:?}", turn.deed, turn.sample)?;
        }
        Ok(())
    }
}

fn rows(matrix: &Matrix, f: &mut Formatter<'_>) -> Result {
    matrix.iter().enumerate().try_for_each(|(r, row)| writeln!(f, "    row {r}: {row:?}"))
}
