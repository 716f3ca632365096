//! Defaults that follow the width of the input. Those of `burst` and its kin were chosen at 256 to 784 lines and stay as they are
//! from 256 to 1,023; those of competing neurons were chosen at 784. `docs/results/small-sets.md` has what narrow inputs learn.

use super::Run;
use hebbit_core::num::{BOUND_I16, Membrane};

/// Fewer lines than this want greater weights.
const NARROW: u32 = 256;
/// Lines of the digits that learning rates and competition were chosen on.
const DIGITS: u32 = 784;
/// Norm that the digits are scaled to for neurons that compete.
const NORM: u32 = 1_400;

impl Run<'_> {
    fn lines(&self) -> u32 {
        self.layers.first().map_or(1, |&lines| u32::from(lines).max(1))
    }

    /// A standard deviation of the first projection's initial weights: the sum over few lines spreads as much as that over 256.
    pub(super) fn spread_out(&self, deviation: i64) -> i64 {
        let lines = i64::from(self.lines());
        if self.lines() >= NARROW {
            return deviation;
        }
        (deviation * deviation * i64::from(NARROW) / lines).isqrt().min(10_000)
    }

    /// How much quicker the first projection learns, as a power of two: twice for each 16th part of the digits' lines. Few lines
    /// change a sum little.
    pub(super) fn quicker(&self) -> i32 {
        (DIGITS / self.lines()).max(1).ilog2() as i32 / 2
    }

    /// Fraction bits that greater weights take away from the first projection.
    pub(super) fn fewer_bits(&self) -> i64 {
        i64::from((NARROW / self.lines()).max(1).ilog2() / 2)
    }

    /// The greatest 16-bit weight such that the sum over the lines and the bias, all of them at 255, still fits 32 bits.
    pub(super) fn bound(&self, fraction: i64) -> i64 {
        let left = (i64::from(Membrane::FRACTION) - fraction).max(0);
        let full = (255 * i64::from(self.lines() + 1)) << left;
        i64::from(BOUND_I16).min(i64::from(i32::MAX) / full).max(1)
    }

    /// What competing neurons see: the norm that a sample is scaled to, `per_line` for each line on average and at most that of the
    /// digits, and by how many powers of two weights are greater where it is less. A sample of few lines would saturate at the
    /// digits' norm.
    pub(super) fn competition(&self, per_line: u32) -> (i64, i64) {
        let lines = self.lines().min(DIGITS);
        let norm = (per_line * per_line * lines).isqrt().min(NORM);
        // The logarithm of the ratio of squared norms, rounded: 99/70 is the square root of two.
        let greater = (NORM * NORM / 70 * 99 / (norm * norm)).max(1).ilog2();
        (norm.into(), greater.into())
    }

    /// The same for lines of one spike each: a norm that spreads their spikes over the ticks. What they add up to depends on how many
    /// spike, and tables have fewer silent lines than the digits.
    pub(super) fn volley(&self) -> (i64, i64) {
        ((10_000 * self.lines()).isqrt().into(), self.competition(70).1)
    }

    /// A change by one spike such that more lines than the digits' add up to as much.
    pub(super) fn per_volley(&self, change: i64) -> i64 {
        (change * i64::from(DIGITS) / i64::from(self.lines().max(DIGITS))).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::recipe::{Encoding, Feedback, WeightWidth};

    fn at<T>(lines: u16, f: impl Fn(&Run<'_>) -> T) -> T {
        let (weights, encoder) = (WeightWidth::I16, Encoding::Graded);
        f(&Run {
            weights,
            ticks: 8,
            layers: &[lines, 128, 10],
            form: "count",
            encoder,
            feedback: Feedback::Sign,
        })
    }

    #[test]
    fn the_digits_keep_what_was_chosen_on_them() {
        for lines in [256, 784, 800, 1_023] {
            let kept = at(lines, |run| (run.spread_out(50), run.quicker(), run.fewer_bits(), run.bound(12)));
            assert_eq!(kept, (50, 0, 0, 8_191), "{lines} lines");
        }
        assert_eq!(at(784, |run| (run.competition(50), run.competition(100))), ((1_400, 0), (1_400, 0)));
    }

    #[test]
    fn narrow_inputs_have_great_weights_and_wide_ones_small_sums() {
        let all = |lines| at(lines, |run| (run.spread_out(50), run.quicker(), run.fewer_bits()));
        assert_eq!(all(4), (400, 3, 3));
        assert_eq!(all(8), (282, 3, 2));
        assert_eq!(all(64), (100, 1, 1));
        assert_eq!(all(128), (70, 1, 0));
        // 1,960,000 over the squared norm in powers of two, rounded.
        let norms = |lines| at(lines, |run| (run.competition(50), run.competition(100)));
        assert_eq!(norms(4), ((100, 8), (200, 6)));
        assert_eq!(norms(12), ((173, 6), (346, 4)));
        assert_eq!(norms(196), ((700, 2), (1_400, 0)));
        assert_eq!(norms(4_096), ((1_400, 0), (1_400, 0)));
        let volleys = |lines| at(lines, |run| (run.volley(), run.per_volley(64)));
        assert_eq!(volleys(12), ((346, 5), 64));
        assert_eq!(volleys(784), ((2_800, 0), 64));
        assert_eq!(volleys(4_096), ((6_400, 0), 12));
        assert_eq!(volleys(65_534), ((25_599, 0), 1));
        // 255 * 4097 * 2055 = 2,146,930,425 is the last multiple below 2^31.
        assert_eq!(at(4_096, |run| run.bound(12)), 2_055);
        assert_eq!(at(4_096, |run| run.bound(15)), 2_055);
        assert_eq!(at(4_096, |run| run.bound(11)), 1_027);
    }
}
