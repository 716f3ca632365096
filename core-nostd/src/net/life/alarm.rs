//! Alarms: what a network can tell of its own error. After Page 1954, the one-sided cumulative sum that the Page-Hinkley test is.

use super::Lived;
use crate::num::{accumulate_share, approach_share, floor_log2};

/// Something that whoever looks after a network should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Alarm {
    /// The share of wrong answers has left its long-run level: a drift, or a broken sensor.
    Drift,
    /// The labels have contradicted, several times in a row, a network that had been right for long.
    Contradiction,
}

/// The long-run share moves `2^-LEVEL` of the way to each new answer.
const LEVEL: u16 = 8;
/// Excess of wrong answers at which the error has left its level: 8 answers, 2^-16.
const DRIFT: u32 = 8 << 16;
/// Wrong answers in a row that contradict a network that is wrong less than once in eight.
const CONTRADICTION: u16 = 8;
/// A share of one in eight, 2^-16.
const SELDOM: u16 = 8192;

impl Lived {
    /// Follows the long-run share of wrong answers, and compares this answer with it.
    ///
    /// `rise' = max(0, rise + [wrong] - level - level / 4 - 1/16)`: it stays near 0 while answers are wrong as often as ever. The
    /// long-run share is the mean of all answers until there are 2^8 of them. After an alarm it starts from the present share.
    pub(super) fn watch(&mut self, right: bool) -> Option<Alarm> {
        let seldom = self.level < SELDOM;
        let shift = LEVEL.min(floor_log2(self.known));
        self.level = approach_share(self.level, !right, shift);
        self.rise = accumulate_share(self.rise, !right, self.level);
        self.wrong = if right { 0 } else { self.wrong.saturating_add(1) };
        if self.wrong == CONTRADICTION && seldom {
            self.contradictions = self.contradictions.saturating_add(1);
            return Some(Alarm::Contradiction);
        }
        if self.rise < DRIFT {
            return None;
        }
        (self.rise, self.level) = (0, self.error);
        self.drifts = self.drifts.saturating_add(1);
        Some(Alarm::Drift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::life::LifePlan;

    const PLAN: LifePlan = LifePlan {
        remember: 0,
        again: 0,
        again_unlabelled: 0,
        gain: 0,
        fast: 5,
        offset: 0,
        most: 8,
        wrong_only: false,
    };

    /// Answers of which one in `every` is wrong; 0: none.
    fn run(lived: &mut Lived, answers: u32, every: u32) {
        for i in 1..=answers {
            lived.answered(&PLAN, every == 0 || i % every != 0);
        }
    }

    #[test]
    fn a_steady_error_raises_no_alarm() {
        for every in [0, 2, 3, 5, 20, 100] {
            let mut lived = Lived::default();
            run(&mut lived, 20_000, every);
            assert_eq!((lived.drifts, lived.contradictions), (0, 0), "one in {every}");
        }
    }

    #[test]
    fn a_rise_of_the_error_is_a_drift() {
        let mut lived = Lived::default();
        run(&mut lived, 1_000, 20);
        run(&mut lived, 40, 2);
        assert_eq!(lived.drifts, 1);
        assert!(lived.level > 16_000, "the level starts from the present share: {}", lived.level);
    }

    #[test]
    fn eight_wrong_answers_in_a_row_contradict_a_network_that_was_sure() {
        let mut lived = Lived::default();
        // The last one is right.
        run(&mut lived, 1_001, 50);
        run(&mut lived, 7, 1);
        assert_eq!(lived.contradictions, 0);
        run(&mut lived, 1, 1);
        assert_eq!(lived.contradictions, 1);
        let mut unsure = Lived::default();
        run(&mut unsure, 1_000, 2);
        run(&mut unsure, 9, 1);
        assert_eq!(unsure.contradictions, 0);
    }
}
