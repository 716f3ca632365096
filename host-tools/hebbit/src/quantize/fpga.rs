//! Binary points with which the hardware of `hebbit fpga` carries a network.

use super::fixed::{Choice, Fixed};
use hebbit_core::net::Plan;
use hebbit_rtl::synth::DESIGNS;
use hebbit_rtl::{Build, Table};

/// Combinations of binary points that are tried.
const TRIES: usize = 1000;

/// Signal to noise of weights, in dB, that rates over so many ticks cannot show: they resolve `20 log10(ticks)`, and noise of a
/// quarter of that adds 0.3 dB to their own.
pub(super) fn enough_db(ticks: u16) -> f64 {
    20.0 * f64::from(ticks.max(1)).log10() + 12.0
}

/// The designs that carry a plan.
pub(super) fn designs(plan: &Plan) -> Vec<&'static str> {
    DESIGNS
        .iter()
        .filter(|design| Table::new(plan, &design.build).is_ok())
        .map(|design| design.name)
        .collect()
}

/// Takes the first binary points with which a design carries the network that has too few alignments for the best ones. Returns
/// a sentence for every projection that changed.
pub(super) fn prefer(plan: &mut Plan, choices: &mut [Choice]) -> Vec<String> {
    for design in &DESIGNS {
        let carries = |plan: &Plan, build: &Build| Table::new(plan, build).is_ok();
        let any = Build { aligns: None, ..design.build };
        if carries(plan, &design.build) || !carries(plan, &any) {
            continue;
        }
        let sizes: Vec<usize> = choices.iter().map(|choice| choice.others.len() + 1).collect();
        let all = sizes.iter().fold(1, |product: usize, n| product.saturating_mul(*n)).min(TRIES);
        // The number of a combination in mixed radix: the last projection changes first.
        let places = |mut i: usize| {
            let mut places = vec![0; sizes.len()];
            for (place, n) in places.iter_mut().zip(&sizes).rev() {
                (*place, i) = (i % n, i / n);
            }
            places
        };
        let trial = |places: &[usize]| {
            let mut trial = plan.clone();
            for ((projection, choice), &place) in trial.projections.iter_mut().zip(choices.iter()).zip(places)
            {
                *projection = choice.at(place).plan;
            }
            trial
        };
        let Some(found) = (1..all).map(places).find(|places| carries(&trial(places), &design.build)) else {
            continue;
        };
        *plan = trial(&found);
        let taken = choices.iter_mut().zip(found).enumerate().filter(|(_, (_, place))| *place > 0);
        return taken.map(|(p, (choice, place))| choice.take(p, place, design.name)).collect();
    }
    Vec::new()
}

impl Choice {
    fn at(&self, place: usize) -> &Fixed {
        place.checked_sub(1).and_then(|other| self.others.get(other)).unwrap_or(&self.best)
    }

    /// Makes another one the best, and says so.
    fn take(&mut self, p: usize, place: usize, design: &str) -> String {
        std::mem::swap(&mut self.best, &mut self.others[place - 1]);
        let (new, old) = (&self.best, &self.others[place - 1]);
        let db = |f: &Fixed| f.sqnr_db.map_or("exact".to_owned(), |db| format!("{db:.1} dB"));
        format!(
            "projection {p}: {} fraction bits ({}) instead of {} ({}), with which {design} carries it",
            new.plan.fraction,
            db(new),
            old.plan.fraction,
            db(old)
        )
    }
}
