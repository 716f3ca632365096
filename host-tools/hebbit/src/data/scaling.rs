//! How the values of training samples become levels 0..=255: options of the user, and what is decided from the samples.
//!
//! ```text
//! level = (value - origin) * gain        one line: 0..=255; an ON and an OFF line: the positive and the negative part
//! ```
//!
//! Floats are at work here only: what is stored, and what every engine computes with, is the integers of
//! [`hebbit_core::schema::Scale`].

use hebbit_core::schema::{Lines, Scale, SchemaParts};

use super::raw::{Numbers, RawSet};
use super::schema::{Schema, are_numbers, lines_text};
use crate::error::Cause;
use crate::named::names;

names! {
    /// How values are scaled.
    Method {
        /// Bytes as they are.
        None = "none",
        /// 0..=1 becomes 0..=255.
        Unit = "unit",
        /// Percentiles 1 and 99 of the training part become the ends.
        Minmax = "minmax",
        /// The mean of the training part is the middle, three standard deviations from it are the ends.
        Standard = "standard",
    }
}
names! {
    /// Which values share a scale.
    Per {
        /// None: each has its own.
        Feature = "feature",
        /// All of a set.
        File = "file",
    }
}
names! {
    /// How a value stands on lines.
    LineKind {
        /// One line.
        Plain = "plain",
        /// A line for what is above the middle and one for what is below.
        OnOff = "on-off",
    }
}

/// What the user says about scaling; the rest is decided from the training samples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scaling {
    /// The method.
    pub method: Option<Method>,
    /// What shares a scale.
    pub per: Option<Per>,
    /// Lines of a value.
    pub lines: Option<LineKind>,
}

/// Everything about scaling that is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decided {
    method: Method,
    per: Per,
    lines: Lines,
}

/// What is known of the values that share a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spread {
    least: f64,
    greatest: f64,
    /// Percentiles 1 and 99, where they differ; else least and greatest.
    low: f64,
    high: f64,
    mean: f64,
    deviation: f64,
}

/// A schema for a network that learns these samples, and sentences about it: what was decided, and warnings.
///
/// # Errors
/// Samples or class names that no schema can hold.
pub(super) fn fit(
    train: &RawSet,
    names: &[String],
    wish: Scaling,
) -> Result<(Option<Schema>, Vec<String>), Cause> {
    let all = train.numbers.range();
    let decided = decide(train, all, wish);
    let width = train.width();
    let spreads: Vec<Spread> = match (decided.method, decided.per) {
        (Method::None | Method::Unit, _) => vec![Spread::between(all)],
        (_, Per::File) => vec![Spread::of(&mut train.numbers.all())],
        (_, Per::Feature) => {
            (0..width).map(|value| Spread::of(&mut train.numbers.of_value(value, width))).collect()
        }
    };
    let mut remarks = vec![decided.text(wish)];
    remarks.extend(warnings(train, &decided, &spreads, all));
    let whole = !matches!(train.numbers, Numbers::Floats(_));
    let mut scales: Vec<Scale> = spreads.iter().map(|spread| decided.scale(spread, whole)).collect();
    if scales.windows(2).all(|pair| pair[0] == pair[1]) {
        scales.truncate(1);
    }
    let names = if are_numbers(names) { &[] } else { names };
    if scales == [Scale::IDENTITY] && decided.lines == Lines::Plain && names.is_empty() {
        return Ok((None, remarks));
    }
    if decided.lines.of(width) > 65_534 {
        return Err(Cause::Lines { got: width });
    }
    let size = |&n: &usize| u16::try_from(n).map_err(|_| Cause::Lines { got: width });
    // More dimensions than a schema holds are joined at the end.
    let mut shape: Vec<usize> = train.shape.clone();
    while shape.len() > 4 {
        let last = shape.pop().unwrap_or(1);
        shape.iter_mut().last().into_iter().for_each(|n| *n *= last);
    }
    let shape = shape.iter().map(size).collect::<Result<Vec<u16>, Cause>>()?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let parts = SchemaParts { kind: decided.lines, shape: &shape, scales: &scales, names: &names };
    let schema = Schema::new(&parts).map_err(|error| Cause::Schema { message: error.to_string() })?;
    Ok((Some(schema), remarks))
}

/// The user's choice, else what suits the samples.
fn decide(train: &RawSet, (least, greatest): (f64, f64), wish: Scaling) -> Decided {
    let picture = train.shape.iter().filter(|&&n| n > 1).count() > 1;
    let whole = !matches!(train.numbers, Numbers::Floats(_));
    let bytes = whole && least >= 0.0 && greatest <= 255.0;
    let like_bytes = bytes && greatest > 127.0;
    let unit = least >= 0.0 && greatest <= 1.0 && greatest > 0.5;
    let method = wish.method.unwrap_or(match () {
        () if like_bytes && wish.lines.is_none() && wish.per.is_none() => Method::None,
        () if unit && wish.lines.is_none() && wish.per.is_none() => Method::Unit,
        () if picture || bytes => Method::Minmax,
        () => Method::Standard,
    });
    let per = match method {
        Method::None | Method::Unit => Per::File,
        _ => wish.per.unwrap_or(if picture { Per::File } else { Per::Feature }),
    };
    let lines = match (wish.lines, method) {
        (Some(LineKind::Plain), _) | (None, Method::None | Method::Unit) => Lines::Plain,
        (Some(LineKind::OnOff), _) | (None, Method::Standard) => Lines::OnOff,
        (None, Method::Minmax) => {
            if least < 0.0 {
                Lines::OnOff
            } else {
                Lines::Plain
            }
        }
    };
    Decided { method, per, lines }
}

impl Decided {
    /// Where the level 0 is, and levels per unit.
    fn line(&self, spread: &Spread) -> (f64, f64) {
        let over = |levels: f64, span: f64| if span > 0.0 && span.is_finite() { levels / span } else { 0.0 };
        match (self.method, self.lines) {
            (Method::None, _) => (0.0, 1.0),
            (Method::Unit, _) => (0.0, 255.0),
            (Method::Minmax, Lines::Plain) => (spread.low, over(255.0, spread.high - spread.low)),
            (Method::Minmax, Lines::OnOff) => {
                let half = (spread.high - spread.low) / 2.0;
                (spread.low + half, over(255.0, half))
            }
            (Method::Standard, Lines::Plain) => {
                let reach = 3.0 * spread.deviation;
                (spread.mean - reach, over(255.0, 2.0 * reach))
            }
            (Method::Standard, Lines::OnOff) => (spread.mean, over(255.0, 3.0 * spread.deviation)),
        }
    }

    /// The integers nearest to that line.
    fn scale(&self, spread: &Spread, whole: bool) -> Scale {
        let (origin, gain) = self.line(spread);
        if whole && self.method == Method::None {
            return Scale::IDENTITY;
        }
        integers(origin, gain, spread.least.abs().max(spread.greatest.abs()), whole)
    }

    /// The decision as a sentence.
    fn text(&self, wish: Scaling) -> String {
        let what = match self.method {
            Method::None => "values are taken as they are, 0 to 255".to_owned(),
            Method::Unit => "values from 0 to 1 become 0 to 255".to_owned(),
            Method::Minmax => format!(
                "percentiles 1 and 99 of {} in the training part become the ends of the scale",
                self.of()
            ),
            Method::Standard => {
                format!(
                    "the mean of {} in the training part becomes the middle, three standard deviations the ends",
                    self.of()
                )
            }
        };
        let lines =
            if self.lines == Lines::OnOff { format!("; {}", lines_text(self.lines)) } else { String::new() };
        let other = match (wish, self.method) {
            (Scaling { method: Some(_), .. }, _) => String::new(),
            (_, method) => format!(" ([scale={method}], decided from the training part)"),
        };
        format!("inputs: {what}{lines}{other}")
    }

    fn of(&self) -> &'static str {
        match self.per {
            Per::Feature => "each value",
            Per::File => "all values together",
        }
    }
}

/// `level = (value - origin) * gain` as integers: readings are fine enough for 256 steps per level where 31 bits allow it, and
/// the multiplier has 16 bits.
fn integers(origin: f64, gain: f64, greatest: f64, whole: bool) -> Scale {
    if gain <= 0.0 || !gain.is_finite() || !origin.is_finite() {
        return Scale { multiplier: 0, ..Scale::IDENTITY };
    }
    let room = 29 - exponent(greatest.max(origin.abs()));
    let fine = (exponent(gain) + 9).min(room);
    // Whole numbers have no finer steps.
    let fraction = if whole { fine.min(0) } else { fine }.clamp(-64, 64);
    let offset = (origin * power(fraction)).round() as i32;
    let per_step = gain * power(-fraction);
    let mut shift = 15 - exponent(per_step);
    let mut multiplier = (per_step * power(shift)).round();
    if multiplier > 65_535.0 {
        (multiplier, shift) = (multiplier / 2.0, shift - 1);
    }
    while shift > 40 {
        (multiplier, shift) = ((multiplier / 2.0).round(), shift - 1);
    }
    let (multiplier, shift) = if shift < 0 { (65_535, 0) } else { (multiplier as u16, shift as u8) };
    Scale { offset, multiplier, shift, fraction: fraction as i8 }
}

/// `floor(log2(|x|))`; very small for 0. From the bits, so that it is the same on every machine.
fn exponent(x: f64) -> i32 {
    ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023
}

/// `2^n`, for -1022..=1023.
fn power(n: i32) -> f64 {
    f64::from_bits(((n.clamp(-1022, 1023) + 1023) as u64) << 52)
}

impl Spread {
    /// What only has ends.
    fn between((least, greatest): (f64, f64)) -> Self {
        Self { least, greatest, low: least, high: greatest, mean: 0.0, deviation: 0.0 }
    }

    fn of(values: &mut dyn Iterator<Item = f64>) -> Self {
        let mut all: Vec<f64> = values.collect();
        let n = all.len().max(1) as f64;
        let mean = all.iter().sum::<f64>() / n;
        let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        all.sort_unstable_by(f64::total_cmp);
        let (least, greatest) = (*all.first().unwrap_or(&0.0), *all.last().unwrap_or(&0.0));
        let last = all.len().saturating_sub(1);
        let at = |place: usize| all.get(place).copied().unwrap_or(0.0);
        let (low, high) = (at(last / 100), at(last - last / 100));
        let (low, high) = if low < high { (low, high) } else { (least, greatest) };
        Self { least, greatest, low, high, mean, deviation: variance.sqrt() }
    }

    fn is_constant(&self) -> bool {
        self.least == self.greatest
    }
}

impl Numbers {
    /// The least and the greatest.
    pub(super) fn range(&self) -> (f64, f64) {
        let ends = self.all().fold(None, |ends: Option<(f64, f64)>, x| match ends {
            Some((least, greatest)) => Some((least.min(x), greatest.max(x))),
            None => Some((x, x)),
        });
        ends.unwrap_or_default()
    }

    fn number(&self, i: usize) -> f64 {
        match self {
            Self::Bytes(all) => all[i].into(),
            Self::Ints(all) => all[i] as f64,
            Self::Floats(all) => all[i],
        }
    }

    fn all(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.len()).map(|i| self.number(i))
    }

    fn of_value(&self, value: usize, width: usize) -> impl Iterator<Item = f64> + '_ {
        (value..self.len()).step_by(width).map(|i| self.number(i))
    }
}

/// What is probably wrong, with the setting to change.
fn warnings(
    train: &RawSet,
    decided: &Decided,
    spreads: &[Spread],
    (least, greatest): (f64, f64),
) -> Vec<String> {
    let mut warnings = Vec::new();
    if decided.method == Method::None && greatest < 64.0 {
        warnings.push(format!(
            "warning: the greatest value is {greatest} of 255: [scale=minmax] uses the whole range"
        ));
    }
    if matches!(decided.method, Method::None | Method::Unit) {
        let end = if decided.method == Method::None { 255.0 } else { 1.0 };
        let outside = train.numbers.all().filter(|x| !(0.0..=end).contains(x)).count();
        if outside > 0 {
            let share = outside as f64 * 100.0 / train.numbers.len() as f64;
            warnings.push(format!(
                "warning: {share:.1} % of the training values are outside of 0 to {end} and are clamped: [scale=minmax], or standard for negative ones"
            ));
        }
    }
    let constant: Vec<usize> = (0..spreads.len()).filter(|&value| spreads[value].is_constant()).collect();
    if decided.per == Per::Feature && !constant.is_empty() {
        let name = |&value: &usize| match train.features.as_ref().and_then(|names| names.get(value)) {
            Some(name) => format!("{} (`{name}`)", value + 1),
            None => (value + 1).to_string(),
        };
        let shown: Vec<String> = constant.iter().take(5).map(name).collect();
        let more = match constant.len().saturating_sub(5) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        warnings.push(format!(
            "warning: constant in the training part, so that the network sees nothing of it: value {}{more}",
            shown.join(", ")
        ));
    }
    if decided.per == Per::File && decided.method != Method::None && least == greatest {
        warnings.push(
            "warning: all values of the training part are equal: there is nothing to learn from".to_owned(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(shape: &[usize], numbers: Numbers) -> RawSet {
        let (labels, groups, features, remarks) = (None, None, None, Vec::new());
        RawSet { name: "f".into(), shape: shape.to_vec(), numbers, labels, groups, features, remarks }
    }

    fn levels(train: &RawSet, wish: Scaling) -> (Vec<u8>, Vec<String>) {
        let (schema, remarks) = fit(train, &[], wish).unwrap();
        (super::super::schema::take(train, schema.as_ref()).unwrap().pixels, remarks)
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        let (ints, _) = levels(&raw(&[2], Numbers::Ints(vec![0, 1, 1, 0])), Scaling::default());
        let (floats, _) = levels(&raw(&[2], Numbers::Floats(vec![0.0, 1.0, 1.0, 0.0])), Scaling::default());
        let (bytes, _) = levels(&raw(&[2], Numbers::Bytes(vec![0, 1, 1, 0])), Scaling::default());
        assert_eq!((ints.as_slice(), floats, bytes), (&[0, 255, 255, 0][..], ints.clone(), ints.clone()));
    }

    #[test]
    fn bytes_stay_as_they_are_and_need_no_schema() {
        let train = raw(&[2], Numbers::Ints(vec![0, 7, 200, 255]));
        let (schema, remarks) = fit(&train, &["0".into(), "1".into()], Scaling::default()).unwrap();
        assert_eq!((schema, remarks.len()), (None, 1), "{remarks:?}");
        let named = fit(&train, &["cat".into(), "dog".into()], Scaling::default()).unwrap().0.unwrap();
        assert_eq!((named.class_names().of(1), named.view().lines()), ("dog".into(), 2));
        let small = Scaling { method: Some(Method::None), ..Scaling::default() };
        let (_, remarks) = levels(&raw(&[2], Numbers::Ints(vec![0, 1, 1, 0])), small);
        assert!(remarks[1].contains("the greatest value is 1 of 255"), "{remarks:?}");
    }

    #[test]
    fn signed_values_have_two_lines() {
        // Mean 1 and deviation 4, then mean 0 and deviation 0.
        let train = raw(&[2], Numbers::Floats(vec![-3.0, 0.0, 5.0, 0.0]));
        let (levels, remarks) = levels(&train, Scaling::default());
        assert_eq!(levels, [0, 0, 85, 0, 85, 0, 0, 0]);
        assert!(remarks[1].contains("constant") && remarks[1].ends_with("value 2"), "{remarks:?}");
    }

    #[test]
    fn percentiles_are_robust() {
        let numbers = Numbers::Ints((0..200).map(|i| if i == 199 { 1_000_000 } else { i }).collect());
        let wish = Scaling { method: Some(Method::Minmax), lines: Some(LineKind::Plain), per: None };
        let (levels, _) = levels(&raw(&[1], numbers), wish);
        assert_eq!((levels[1], levels[100], levels[198], levels[199]), (0, 128, 255, 255));
    }

    proptest! {
        #[test]
        fn integers_are_near_the_line(
            low in -1e6..1e6_f64,
            span in 1e-3..1e6_f64,
            share in -0.5..1.5_f64,
            kind in 0..4_usize,
        ) {
            let (method, lines) = [
                (Method::Minmax, LineKind::Plain),
                (Method::Minmax, LineKind::OnOff),
                (Method::Standard, LineKind::Plain),
                (Method::Standard, LineKind::OnOff),
            ][kind];
            let wish = Scaling { method: Some(method), per: Some(Per::Feature), lines: Some(lines) };
            let x = low + share * span;
            let train = raw(&[1], Numbers::Floats(vec![low, low + span]));
            let schema = fit(&train, &[], wish).unwrap().0.unwrap();
            let one = raw(&[1], Numbers::Floats(vec![x]));
            let got = super::super::schema::take(&one, Some(&schema)).unwrap().pixels;
            let (origin, gain) = match (method, lines) {
                (Method::Minmax, LineKind::Plain) => (low, 255.0 / span),
                (Method::Minmax, LineKind::OnOff) => (low + span / 2.0, 510.0 / span),
                (_, LineKind::Plain) => (low - span, 255.0 / (3.0 * span)),
                (_, LineKind::OnOff) => (low + span / 2.0, 255.0 / (1.5 * span)),
            };
            let level = ((x - origin) * gain).clamp(-255.0, 255.0);
            let want = if lines == LineKind::Plain { vec![level.max(0.0)] } else { vec![level.max(0.0), (-level).max(0.0)] };
            for (got, want) in got.iter().zip(want) {
                prop_assert!((f64::from(*got) - want).abs() <= 0.6, "{got} {want} {schema:?}");
            }
        }
    }
}
