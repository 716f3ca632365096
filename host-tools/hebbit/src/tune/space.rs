//! What a search may change, and between which values.

use crate::error::Result;
use crate::run::{Recipe, Wishes, setting_ranges};
use hebbit_core::num::KeyedRng;
use std::collections::BTreeMap;

/// Key of the draws of trials.
const STREAM: u32 = 0x7475_6e65;

/// Values by name: settings, `ticks`, `rate` and `rate-output`. What is not there has its default.
pub type Draw = BTreeMap<String, i64>;

/// Ticks per sample.
const TICKS: &str = "ticks";
/// Powers of two by which all projections but the last learn more slowly than by default.
const RATE: &str = "rate";
/// The same of the last projection.
const RATE_OUT: &str = "rate-output";

/// How a value is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// Each value as likely.
    Even(i64, i64),
    /// Each power of two as likely.
    Log(i64, i64),
    /// As [`Span::Log`], and one time in four 0.
    LogOrZero(i64, i64),
}

/// Settings that are a form or the width of something rather than a quantity.
const FIXED: [&str; 12] = [
    "fraction",
    "fraction-above",
    "bound",
    "minimum",
    "floor",
    "delay",
    "logistic",
    "telescoped",
    "hinge",
    "dale",
    "fine",
    "learned-baseline",
];

/// Quantities whose useful values are a part of what is allowed.
const SPANS: [(&str, Span); 24] = [
    ("threshold", Span::Log(150, 6_000)),
    ("bump", Span::Log(1, 128)),
    ("rise-decay", Span::Log(1, 512)),
    ("norm", Span::Log(200, 4_000)),
    ("grow", Span::Log(1, 1_024)),
    ("shrink", Span::LogOrZero(1, 64)),
    ("init", Span::Log(2, 2_000)),
    ("init-above", Span::Log(100, 4_000)),
    ("leak", Span::LogOrZero(256, 16_384)),
    ("feedback-shift", Span::Even(0, 10)),
    ("feedback-std", Span::Log(20, 2_000)),
    ("feedback-rate", Span::Even(2, 14)),
    ("target", Span::Log(1, 64)),
    ("target-rate", Span::Even(64, 256)),
    ("proportional", Span::Even(0, 4)),
    ("integral", Span::Even(0, 8)),
    ("controller-leak", Span::Even(0, 8)),
    ("step", Span::Even(0, 5)),
    ("high", Span::Even(600, 1_000)),
    ("low", Span::Even(0, 200)),
    ("beta", Span::Even(0, 5)),
    ("nudged", Span::Log(1, 32)),
    ("reach", Span::Log(50, 4_000)),
    ("gain", Span::Even(0, 7)),
];

/// A range of so many values is drawn evenly.
const FEW: i64 = 16;

impl Span {
    /// That of a setting, within its range.
    fn of(name: &str, (least, greatest): (i64, i64)) -> Option<Self> {
        if FIXED.contains(&name) {
            return None;
        }
        let known = SPANS.iter().find(|(known, _)| *known == name).map(|&(_, span)| span);
        let span = known.unwrap_or(if greatest - least < FEW {
            Self::Even(least, greatest)
        } else if name.ends_with("decay") || name.ends_with("bump") {
            Self::Log(256, 65_535)
        } else {
            Self::LogOrZero(1, greatest)
        });
        let within = |from: i64, to: i64| (from.clamp(least, greatest), to.clamp(least, greatest));
        let span = match span {
            Self::Even(from, to) => {
                let (from, to) = within(from, to);
                Self::Even(from, to)
            }
            Self::Log(from, to) => {
                let (from, to) = within(from, to);
                Self::Log(from.max(1), to.max(1))
            }
            Self::LogOrZero(from, to) => {
                let (from, to) = within(from, to);
                Self::LogOrZero(from.max(1), to.max(1))
            }
        };
        Some(span)
    }

    fn draw(self, rng: &mut KeyedRng) -> i64 {
        match self {
            Self::Even(from, to) => from + i64::from(rng.below((to - from + 1) as u32)),
            Self::LogOrZero(..) if rng.below(4) == 0 => 0,
            Self::Log(from, to) | Self::LogOrZero(from, to) => {
                let (low, high) = ((from as f64).log2(), (to as f64).log2());
                let at = f64::from(rng.below(1 << 20)) / f64::from((1 << 20) - 1);
                rounded((low + (high - low) * at).exp2()).clamp(from, to)
            }
        }
    }

    /// A value not far from another.
    fn near(self, value: i64, rng: &mut KeyedRng) -> i64 {
        match self {
            Self::Even(from, to) => {
                let reach = ((to - from) / 6).max(1);
                (value - reach + i64::from(rng.below((2 * reach + 1) as u32))).clamp(from, to)
            }
            Self::Log(from, to) | Self::LogOrZero(from, to) => {
                if value == 0 {
                    return if rng.below(2) == 0 { 0 } else { self.draw(rng) };
                }
                let at = f64::from(rng.below(1 << 20)) / f64::from(1 << 19) - 1.0;
                rounded(value as f64 * at.exp2()).clamp(from, to)
            }
        }
    }

    /// Where a value stands on an axis.
    fn place(self, value: i64) -> f64 {
        match self {
            Self::Even(..) => value as f64,
            Self::Log(..) | Self::LogOrZero(..) => (value.max(0) as f64 + 1.0).log2(),
        }
    }
}

/// To two digits: more say nothing, and are longer to write.
fn rounded(value: f64) -> i64 {
    let unit = 10_f64.powi((value.max(1.0).log10().floor() as i32 - 1).max(0));
    ((value / unit).round() * unit) as i64
}

/// The values that a search may change.
#[derive(Debug, Clone)]
pub struct Space {
    wishes: Wishes,
    size: (usize, usize, usize),
    spans: BTreeMap<String, Span>,
    seed: u64,
}

impl Space {
    /// What the user left open, for a set of so many samples, lines and classes.
    ///
    /// # Errors
    /// Wishes that have no recipe.
    pub fn new(wishes: Wishes, size: (usize, usize, usize)) -> Result<Self> {
        let recipe = wishes.clone().recipe(size.0, size.1, size.2)?;
        let given = |name: &str| wishes.settings.iter().any(|(given, _)| given == name);
        let mut spans = BTreeMap::new();
        for (name, range) in setting_ranges(&recipe)? {
            if let Some(span) = Span::of(name, range).filter(|_| !given(name)) {
                spans.insert(name.to_owned(), span);
            }
        }
        if wishes.ticks.is_none() && recipe.ticks > 1 {
            spans.insert(TICKS.to_owned(), Span::Log(4, 64));
        }
        if wishes.rate.is_none() {
            if recipe.rate.len() > 1 {
                spans.insert(RATE_OUT.to_owned(), Span::Even(-4, 4));
            }
            spans.insert(RATE.to_owned(), Span::Even(-4, 4));
        }
        let seed = wishes.seed.unwrap_or(1);
        Ok(Self { wishes, size, spans, seed })
    }

    /// Names of what is drawn.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.spans.keys().map(String::as_str)
    }

    /// Trial `i`: drawn anew, or near another.
    pub fn draw(&self, i: u32, near: Option<&Draw>) -> Draw {
        let mut rng = KeyedRng::new(i, STREAM, self.seed);
        let mut draw = Draw::new();
        for (name, span) in &self.spans {
            let value = match near.map(|near| near.get(name)) {
                None => span.draw(&mut rng),
                Some(kept) => match (rng.below(3), kept) {
                    (0, Some(&kept)) => span.near(kept, &mut rng),
                    (0, None) => span.draw(&mut rng),
                    (_, Some(&kept)) => kept,
                    (_, None) => continue,
                },
            };
            draw.insert(name.clone(), value);
        }
        draw
    }

    /// What a user says to have these values.
    ///
    /// # Errors
    /// Wishes that have no recipe.
    pub fn wishes(&self, draw: &Draw) -> Result<Wishes> {
        let mut wishes = self.wishes.clone();
        if let Some(&ticks) = draw.get(TICKS) {
            wishes.ticks = Some(ticks.clamp(1, 32_767) as u16);
        }
        let (samples, lines, classes) = self.size;
        let mut plain = wishes.clone().recipe(samples, lines, classes)?;
        let shift = |name| draw.get(name).copied().unwrap_or(0) as i32;
        if draw.contains_key(RATE) || draw.contains_key(RATE_OUT) {
            let last = plain.rate.len() - 1;
            for (p, rate) in plain.rate.iter_mut().enumerate() {
                *rate += shift(if p == last && last > 0 { RATE_OUT } else { RATE });
            }
            wishes.rate = Some(plain.rate);
        }
        let settings = draw.iter().filter(|(name, _)| plain.settings.contains_key(*name));
        wishes.settings.extend(settings.map(|(name, &value)| (name.clone(), value)));
        Ok(wishes)
    }

    /// The recipe of these values, for so many samples.
    ///
    /// # Errors
    /// Values that do not go together.
    pub fn recipe(&self, draw: &Draw, samples: Option<u64>) -> Result<Recipe> {
        let (train, lines, classes) = self.size;
        let wishes = self.wishes(draw)?;
        Wishes { samples: samples.or(wishes.samples), ..wishes }.recipe(train, lines, classes)
    }

    /// Where a value stands on an axis, and what the axis is called.
    pub fn place(&self, name: &str, value: i64) -> f64 {
        self.spans.get(name).map_or(value as f64, |span| span.place(value))
    }

    /// Name of the axis of [`Self::place`].
    pub fn axis(&self, name: &str) -> String {
        match self.spans.get(name) {
            Some(Span::Log(..) | Span::LogOrZero(..)) => format!("log2({name} + 1)"),
            _ => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::run::rule_forms;

    fn space(rule: &str, form: &str) -> Space {
        let wishes = Wishes { rule: Some(rule.to_owned()), form: Some(form.to_owned()), ..Wishes::default() };
        Space::new(wishes, (6_000, 784, 10)).expect("a rule has defaults")
    }

    #[test]
    fn every_rule_can_be_searched() {
        for (rule, forms) in rule_forms() {
            for form in forms {
                let space = space(rule, form);
                assert!(space.names().count() > 2, "{rule} {form}");
                let first = space.draw(1, None);
                let mut refused = 0;
                for i in 0..50 {
                    for near in [None, Some(&first), Some(&Draw::new())] {
                        let draw = space.draw(i, near);
                        match space.recipe(&draw, Some(100)) {
                            Ok(_) => {}
                            // A rate may not go with a setting; such a trial is counted as refused.
                            Err(Error::Usage { .. }) => refused += 1,
                            Err(error) => panic!("{rule} {form} {draw:?}: {error}"),
                        }
                    }
                }
                assert!(refused < 75, "{rule} {form}: {refused} of 150 draws are refused");
                assert_eq!(space.draw(7, None), space.draw(7, None));
                assert_ne!(space.draw(7, None), space.draw(8, None));
            }
        }
    }

    #[test]
    fn what_the_user_gives_stays() {
        let wishes = Wishes {
            rule: Some("stdp".to_owned()),
            ticks: Some(20),
            rate: Some(vec![5]),
            settings: vec![("norm".to_owned(), 900)],
            ..Wishes::default()
        };
        let space = Space::new(wishes, (6_000, 784, 10)).expect("a recipe");
        for i in 0..20 {
            let recipe = space.recipe(&space.draw(i, None), None).expect("a recipe");
            assert_eq!((recipe.ticks, &recipe.rate[..], recipe.settings["norm"]), (20, &[5][..], 900));
        }
    }

    #[test]
    fn values_have_two_digits() {
        assert_eq!([1.4, 99.6, 104.9, 1_449.0, 65_535.0].map(rounded), [1, 100, 100, 1_400, 66_000]);
    }
}
