//! What a network's inputs and classes mean: decided once, on the samples that it learns from, and stored with it.

use hebbit_core::schema::{self as core, Lines, Scale};
use std::collections::HashMap;
use std::sync::Arc;

use super::classes::ClassNames;
use super::raw::{Numbers, RawLabels, RawSet};
use super::reading::reading;
use crate::error::Cause;

/// A valid schema of [`hebbit_core::schema`]. A network without one takes bytes as they are, and calls classes by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema(Arc<[u8]>);

impl Schema {
    /// The schema of a checkpoint; none of an empty section.
    ///
    /// # Errors
    /// Bytes that are no schema.
    pub fn stored(bytes: &[u8]) -> Result<Option<Self>, core::SchemaError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        core::Schema::parse(bytes)?;
        Ok(Some(Self(bytes.into())))
    }

    /// A schema of these parts.
    ///
    /// # Errors
    /// Parts that fit no schema.
    pub fn new(parts: &core::SchemaParts<'_>) -> Result<Self, core::SchemaError> {
        let mut bytes = vec![0; parts.bytes()];
        parts.write(&mut bytes)?;
        core::Schema::parse(&bytes)?;
        Ok(Self(bytes.into()))
    }

    /// As the core sees it.
    ///
    /// # Panics
    /// Never: the bytes were checked.
    pub fn view(&self) -> core::Schema<'_> {
        core::Schema::parse(&self.0).expect("it was checked when it was made")
    }

    /// As it stands in a checkpoint.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What classes are called.
    pub fn class_names(&self) -> ClassNames {
        let view = self.view();
        let name = |class| view.class_name(class).unwrap_or_default().to_owned();
        ClassNames::new((0..view.classes()).map(name).collect())
    }
}

/// Samples as a network takes them, and how many of their values lay outside of what the schema knows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// One byte per line.
    pub(super) pixels: Vec<u8>,
    /// Values that were clamped.
    pub(super) clamped: usize,
    /// Whether they are floats 0..=1 that became bytes, for want of a schema.
    pub(super) unit: bool,
}

/// Samples of files as a network with that schema takes them.
///
/// # Errors
/// Another number of values.
pub(super) fn take(raw: &RawSet, schema: Option<&Schema>) -> Result<Taken, Cause> {
    let width = raw.width();
    let Some(schema) = schema else {
        return Ok(unit(&raw.numbers).unwrap_or_else(|| as_bytes(&raw.numbers)));
    };
    let view = schema.view();
    if view.values() != width {
        return Err(Cause::Values { at: "each sample".into(), want: view.values(), got: width });
    }
    let lines = view.lines();
    let mut taken = Taken { pixels: vec![0; lines * raw.len()], clamped: 0, unit: false };
    for (sample, out) in taken.pixels.chunks_exact_mut(lines).enumerate() {
        for value in 0..width {
            let scale = view.scale(value).unwrap_or(Scale::IDENTITY);
            let reading = raw.numbers.reading(sample * width + value, scale);
            taken.clamped += usize::from(view.put(value, reading, out) == Some(true));
        }
    }
    Ok(taken)
}

/// One sample of numbers as a network with that schema takes it.
///
/// # Errors
/// Another number of values.
pub(super) fn take_one(values: &Numbers, schema: Option<&Schema>) -> Result<Vec<u8>, Cause> {
    let raw = RawSet {
        name: String::new(),
        shape: vec![values.len()],
        numbers: values.clone(),
        labels: None,
        groups: None,
        features: None,
        remarks: Vec::new(),
    };
    take(&raw, schema).map(|taken| taken.pixels)
}

impl Numbers {
    /// Number `i` as a reading of that scale.
    fn reading(&self, i: usize, scale: Scale) -> i32 {
        match self {
            Self::Bytes(all) => scale.reading_of_int(all[i].into()),
            Self::Ints(all) => scale.reading_of_int(all[i]),
            // What is not finite was refused when it was read.
            Self::Floats(all) => reading(all[i], scale.fraction).unwrap_or(0),
        }
    }
}

/// Floats 0..=1 that are not all whole, as bytes: what a network of bytes is given by them. None for other numbers.
fn unit(numbers: &Numbers) -> Option<Taken> {
    let Numbers::Floats(all) = numbers else { return None };
    let fits = all.iter().all(|x| (0.0..=1.0).contains(x)) && all.iter().any(|x| x.fract() != 0.0);
    let byte = |x: &f64| (x * 255.0).round() as u8;
    fits.then(|| Taken { pixels: all.iter().map(byte).collect(), clamped: 0, unit: true })
}

/// Numbers as bytes: whole ones as they are, floats rounded to the nearest, halves away from zero.
pub(super) fn as_bytes(numbers: &Numbers) -> Taken {
    let mut clamped = 0;
    let mut byte = |outside: bool, value: u8| {
        clamped += usize::from(outside);
        value
    };
    let pixels = match numbers {
        Numbers::Bytes(all) => all.clone(),
        Numbers::Ints(all) => {
            all.iter().map(|&x| byte(!(0..=255).contains(&x), x.clamp(0, 255) as u8)).collect()
        }
        // `as` saturates.
        Numbers::Floats(all) => {
            all.iter().map(|&x| byte(!(-0.5..255.5).contains(&x), x.round() as u8)).collect()
        }
    };
    Taken { pixels, clamped, unit: false }
}

/// Whether classes are called 0, 1, 2, ... so that their names say nothing.
pub(super) fn are_numbers(names: &[String]) -> bool {
    names.iter().enumerate().all(|(class, name)| *name == class.to_string())
}

/// The class of each sample, for a network that calls its classes like this. What it does not know gets the numbers behind them,
/// in the order of their names.
///
/// # Errors
/// More than 255 classes; without names, a label that is no whole number 0..=254.
pub(super) fn classes(labels: &RawLabels, schema: Option<&Schema>) -> Result<Vec<u8>, Cause> {
    let names = schema.map_or_else(Vec::new, |schema| {
        let view = schema.view();
        (0..view.classes()).filter_map(|class| view.class_name(class)).map(str::to_owned).collect()
    });
    let known: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    let mut next = names.len();
    let mut number = |name: &String| -> Result<u8, Cause> {
        let class = match known.get(name.as_str()) {
            Some(&class) => class,
            None if names.is_empty() => {
                name.parse().map_err(|_| Cause::Label { at: "labels".into(), value: name.clone() })?
            }
            None => {
                next += 1;
                next - 1
            }
        };
        let many = Cause::Classes { got: class + 1 };
        u8::try_from(class).ok().filter(|&class| class < u8::MAX).ok_or(many)
    };
    let of_name = labels.names.iter().map(&mut number).collect::<Result<Vec<u8>, Cause>>()?;
    Ok(labels.index.iter().map(|&place| of_name[place as usize]).collect())
}

/// How lines are called in sentences.
pub(super) fn lines_text(lines: Lines) -> &'static str {
    match lines {
        Lines::Plain => "one line each",
        Lines::OnOff => "two lines each, one for values above the middle and one for those below",
    }
}
