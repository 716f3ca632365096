//! From floats to raw weights: where the binary point goes, rounding, and what that costs.
//!
//! ```text
//! raw = clamp( round(w · 2^fraction), -bound, bound )        round: to nearest, ties away from zero
//! SQNR = 10 log10( Σ w² / Σ (w - raw / 2^fraction)² )
//! ```
//!
//! What is reported is the SQNR of the weights alone; the fraction is chosen by that of weights and biases.
//!
//! Of all fractions whose sums the plan can prove, and at which no more than the allowed share of weights is clipped, the one
//! with the best SQNR is taken. What is above [`ENOUGH_DB`] counts as [`ENOUGH_DB`], and a fraction at which every weight is
//! exact beats all others. Of equals the greatest is taken that leaves every weight room to double when the network goes on
//! learning, or, if none does, the smallest.

use crate::float::Dense;
use hebbit_core::net::{Connection, Plan};

/// Less noise than this, in dB, cannot be seen in rates: even 256 ticks resolve 20 log10(256) = 48.
const ENOUGH_DB: f64 = 50.0;

/// A projection in integers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fixed {
    /// Its plan, binary point and bounds in it.
    pub(super) plan: Connection,
    /// Raw weights, row by row, the bias row last, columns not padded.
    pub(super) raw: Vec<i16>,
    /// How many were clamped.
    pub(super) clipped: usize,
    /// Weights that are not 0 and became 0.
    pub(super) zeroed: usize,
    /// Of the weights, biases left out. None: every weight is exact.
    pub(super) sqnr_db: Option<f64>,
    /// Of weights and biases.
    all_db: Option<f64>,
}

/// The fractions that a projection may have, the best first, and beside it those that cost nothing that rates could show.
pub(super) struct Choice {
    pub(super) best: Fixed,
    pub(super) others: Vec<Fixed>,
}

/// Places the binary point of projection `p`. `adjust` gives a projection the learning rate that belongs to its fraction.
/// Others than the best have an SQNR of `enough_db` or that of the best. None if the plan is not provable at any fraction.
pub(super) fn choose(
    plan: &Plan,
    p: usize,
    dense: &Dense,
    clip: f64,
    lower: bool,
    enough_db: f64,
    adjust: impl Fn(Connection) -> Connection,
) -> Option<Choice> {
    let most = plan.projections[p].high;
    let at = |fraction: u16| {
        let proved = |high: i16| {
            let mut trial = plan.clone();
            let projection = Connection { fraction, low: -high, high, ..trial.projections[p] };
            trial.projections[p] = adjust(projection);
            trial.check().is_ok().then_some(trial.projections[p])
        };
        let projection = if lower { greatest(most, proved) } else { proved(most) };
        projection.map(|projection| round(projection, dense))
    };
    let all: Vec<Fixed> = (0..=15).filter_map(at).collect();
    let count = dense.weights.len() + dense.bias.len();
    let allowed = (clip * count as f64).floor() as usize;
    let fewest = all.iter().map(|f| f.clipped).min()?;
    let fits = |f: &Fixed| f.clipped <= allowed.max(fewest);
    let value = |f: &Fixed| f.all_db.map_or(f64::INFINITY, |db| db.min(ENOUGH_DB));
    let best = all.iter().filter(|f| fits(f)).map(value).max_by(f64::total_cmp)?;
    let (mut equals, mut others) = (Vec::new(), Vec::new());
    for fixed in all.into_iter().filter(fits) {
        match value(&fixed) {
            own if own == best => equals.push(fixed),
            own if own >= enough_db => others.push(fixed),
            _ => {}
        }
    }
    let at = equals.iter().rposition(|f| i32::from(f.greatest()) * 2 <= i32::from(f.plan.high)).unwrap_or(0);
    let best = equals.remove(at);
    others.splice(0..0, equals);
    Some(Choice { best, others })
}

impl Fixed {
    /// The greatest magnitude of a raw weight.
    pub(super) fn greatest(&self) -> i16 {
        // Bounds are symmetric: no weight is -32768.
        self.raw.iter().map(|w| w.abs()).max().unwrap_or(0)
    }
}

/// The projection with the greatest bound up to `most` that is proved: sums grow with the bound.
fn greatest(most: i16, proved: impl Fn(i16) -> Option<Connection>) -> Option<Connection> {
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if proved(middle).is_some() { low = middle } else { high = middle - 1 }
    }
    proved(low)
}

/// Rounds every number of a projection.
fn round(plan: Connection, dense: &Dense) -> Fixed {
    let (one, bound) = (f64::from(1_u32 << plan.fraction), f64::from(plan.high));
    let (mut raw, mut clipped, mut zeroed, mut sums) = (Vec::new(), 0, 0, [0.0; 2]);
    let mut sqnr_db = None;
    for (i, w) in dense.numbers().enumerate() {
        let nearest = (w * one).round();
        let kept = nearest.clamp(-bound, bound);
        clipped += usize::from(kept != nearest);
        zeroed += usize::from(i < dense.weights.len() && w != 0.0 && kept == 0.0);
        sums = [sums[0] + w * w, sums[1] + (w - kept / one).powi(2)];
        raw.push(kept as i16);
        if i + 1 == dense.weights.len() {
            sqnr_db = decibels(sums[0], sums[1]);
        }
    }
    Fixed { plan, raw, clipped, zeroed, sqnr_db, all_db: decibels(sums[0], sums[1]) }
}

/// Signal to noise in dB; none without noise.
pub(super) fn decibels(signal: f64, noise: f64) -> Option<f64> {
    // A signal of nothing that became something would be -∞, which JSON cannot say.
    (noise > 0.0).then(|| 10.0 * (signal / noise).log10().max(-99.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Recipe, WeightWidth, Wishes, plan};
    use proptest::prelude::*;

    fn recipe(layers: &[u16], weights: WeightWidth) -> Recipe {
        let settings =
            if weights == WeightWidth::I16 { vec![("bound".to_owned(), 8_191)] } else { Vec::new() };
        let wishes =
            Wishes { layers: Some(layers.to_vec()), weights: Some(weights), settings, ..Wishes::default() };
        wishes.recipe(0, layers[0].into(), (*layers.last().unwrap()).into()).unwrap()
    }

    fn fix(width: WeightWidth, weights: &[f64], clip: f64) -> Fixed {
        let layers = [weights.len() as u16, 1];
        let plan = plan(&recipe(&layers, width)).unwrap();
        let dense = Dense { rows: weights.len(), columns: 1, weights: weights.to_vec(), bias: vec![0.0] };
        choose(&plan, 0, &dense, clip, true, 100.0, |p| p).unwrap().best
    }

    #[test]
    fn rounding_is_to_nearest_and_ties_go_away_from_zero() {
        let plan = plan(&recipe(&[5, 1], WeightWidth::I8)).unwrap();
        let projection = Connection { fraction: 1, ..plan.projections[0] };
        let weights = vec![0.25, -0.25, 0.24, 63.5, -64.0];
        let fixed = round(projection, &Dense { rows: 5, columns: 1, weights, bias: vec![0.75] });
        assert_eq!((&fixed.raw[..], fixed.clipped), (&[1, -1, 0, 127, -127, 2][..], 1));
    }

    #[test]
    fn exact_weights_stay_exact_with_room_to_double() {
        let fixed = fix(WeightWidth::I16, &[0.5, -1.25, 100.0 / 4096.0], 0.0);
        assert_eq!((fixed.plan.fraction, fixed.sqnr_db, fixed.greatest()), (11, None, 2560));
        let fixed = fix(WeightWidth::I8, &[0.5, -0.25], 0.0);
        assert_eq!((fixed.plan.fraction, fixed.sqnr_db, fixed.greatest()), (6, None, 32));
    }

    #[test]
    fn a_rare_great_weight_is_clipped_only_where_that_is_allowed() {
        let mut weights: Vec<f64> = (0..1000).map(|i| f64::from(i % 100) / 1000.0).collect();
        weights[7] = 0.2;
        let (none, some) = (fix(WeightWidth::I8, &weights, 0.0), fix(WeightWidth::I8, &weights, 0.01));
        assert_eq!((none.plan.fraction, none.clipped), (9, 0));
        assert_eq!((some.plan.fraction, some.clipped), (9, 0), "0.2 clipped to 0.124 costs more than a bit");
        weights[7] = 0.13;
        assert_eq!(fix(WeightWidth::I8, &weights, 0.01).clipped, 1);
        assert_eq!(fix(WeightWidth::I8, &weights, 0.0).clipped, 0);
    }

    #[test]
    fn weights_beyond_every_format_are_clipped_and_counted() {
        let fixed = fix(WeightWidth::I8, &[1000.0, -0.5], 0.0);
        assert_eq!((fixed.plan.fraction, fixed.clipped, &fixed.raw[..2]), (0, 1, &[127, -1][..]));
    }

    /// By hand: weights of 1e-30 are lost whole, whatever the bias beside them is.
    #[test]
    fn the_noise_figure_is_that_of_the_weights_alone() {
        let plan = plan(&recipe(&[2, 1], WeightWidth::I16)).unwrap();
        let dense = Dense { rows: 2, columns: 1, weights: vec![1e-30, -1e-30], bias: vec![0.0625] };
        let fixed = choose(&plan, 0, &dense, 0.0, true, 100.0, |p| p).unwrap().best;
        assert_eq!((fixed.sqnr_db, fixed.zeroed), (Some(0.0), 2));
        let dense = Dense { weights: vec![0.5, 0.0], bias: vec![1e-3], ..dense };
        let fixed = choose(&plan, 0, &dense, 0.0, true, 100.0, |p| p).unwrap().best;
        assert_eq!((fixed.sqnr_db, fixed.zeroed), (None, 0), "the bias is not exact, the weights are");
    }

    #[test]
    fn wide_sums_lower_the_bound_where_that_may_be() {
        let layers = [6000, 1];
        let plan = plan(&recipe(&layers, WeightWidth::I16)).unwrap();
        let dense = Dense::zeros(6000, 1);
        let fixed = choose(&plan, 0, &dense, 0.0, true, 100.0, |p| p).unwrap().best;
        let proof = 6001 * i64::from(fixed.plan.high) * 255;
        assert!(proof < 1 << 31 && proof + 6001 * 255 >= 1 << 31);
        assert!(choose(&plan, 0, &dense, 0.0, false, 100.0, |p| p).is_none());
    }

    proptest! {
        #[test]
        fn error_is_at_most_half_a_step_of_what_is_not_clipped(
            weights in prop::collection::vec(-2.0..2.0_f64, 1..40), wide: bool,
        ) {
            let width = if wide { WeightWidth::I16 } else { WeightWidth::I8 };
            let fixed = fix(width, &weights, 0.0);
            prop_assert_eq!(fixed.clipped, 0);
            let one = f64::from(1_u32 << fixed.plan.fraction);
            for (w, raw) in weights.iter().zip(&fixed.raw) {
                prop_assert!((w * one - f64::from(*raw)).abs() <= 0.5);
            }
        }
    }
}
