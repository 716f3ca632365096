//! Float weights from an NPZ file.

use std::path::{Path, PathBuf};

use miette::Diagnostic;

use super::names::{Named, Pick, pick};
use super::report::Order;
use crate::data::npy::{self, Floats};
use crate::data::problem::Cause;
use crate::error::{Error, Result};
use crate::float::Dense;

/// The greatest float weight that is read: beyond it squares and products of a deep network may not be finite any more, and
/// nobody has such weights.
const GREATEST: f64 = 1e6;
/// Arrays that a file may have: weights and biases of the most layers a network has.
const ARRAYS_MAX: usize = 30;

/// What is wrong with a file of float weights.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{}: {message}", .path.display())]
#[diagnostic(
    code(hebbit::weights),
    help(
        "write it with numpy.savez(FILE, w0=…, b0=…, w1=…, b1=…), float32 or float64, weights as [in, out] or [out, in]; \
         biases may be left out"
    )
)]
pub struct WeightsError {
    /// The file.
    pub path: PathBuf,
    /// What was found, and what was expected.
    pub message: String,
}

/// One projection as it stands in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) dense: Dense,
    pub(super) weights: String,
    pub(super) bias: Option<String>,
    pub(super) order: Order,
}

/// Reads the weights of `layers` from the bytes of an NPZ file.
///
/// # Errors
/// What is wrong with the file, with names, places and numbers.
pub(super) fn read(path: &Path, bytes: &[u8], layers: &[u16], transposed: bool) -> Result<Vec<Source>> {
    let wrong = |message: String| Error::from(WeightsError { path: path.into(), message });
    let broken = |cause: Cause| wrong(cause.to_string());
    let mut archive = npy::archive(bytes).map_err(broken)?;
    let names = npy::names(&archive);
    if names.len() > ARRAYS_MAX {
        return Err(wrong(format!("has {} arrays, a network at most {ARRAYS_MAX}", names.len())));
    }
    let mut found = Vec::<Named>::new();
    let mut arrays = Vec::new();
    for name in names {
        let in_array = |cause: Cause| wrong(format!("array `{name}` is {cause}"));
        let floats = npy::entry(&mut archive, &name).map_err(broken)?;
        let floats = npy::floats(&floats).map_err(in_array)?;
        found.push((name, floats.shape.clone()));
        arrays.push(floats);
    }
    let picks = pick(&found, layers, transposed).map_err(wrong)?;
    for ((name, _), floats) in found.iter().zip(&arrays) {
        check(name, floats).map_err(wrong)?;
    }
    let source = |(pick, sizes): (&Pick, &[u16])| Source {
        dense: Dense {
            rows: sizes[0].into(),
            columns: sizes[1].into(),
            weights: matrix(&arrays[pick.weights], pick.order, sizes[0].into(), sizes[1].into()),
            bias: pick.bias.map_or(vec![0.0; sizes[1].into()], |b| arrays[b].values.clone()),
        },
        weights: found[pick.weights].0.clone(),
        bias: pick.bias.map(|b| found[b].0.clone()),
        order: pick.order,
    };
    Ok(picks.iter().zip(layers.windows(2)).map(source).collect())
}

/// The values as lines × neurons, whatever way they stand in the file.
fn matrix(floats: &Floats, order: Order, rows: usize, columns: usize) -> Vec<f64> {
    // Transposed in meaning and transposed in memory is straight again.
    if floats.fortran == (order == Order::OutIn) {
        return floats.values.clone();
    }
    let at = |i: usize| floats.values[(i % columns) * rows + i / columns];
    (0..rows * columns).map(at).collect()
}

/// Refuses what is no weight.
fn check(name: &str, floats: &Floats) -> std::result::Result<(), String> {
    let bad = |x: &f64| !x.is_finite() || x.abs() > GREATEST;
    let Some(at) = floats.values.iter().position(bad) else { return Ok(()) };
    let x = floats.values[at];
    let index = match (&floats.shape[..], floats.fortran) {
        (&[_, columns], false) => format!("{}, {}", at / columns, at % columns),
        (&[rows, _], true) => format!("{}, {}", at % rows, at / rows),
        _ => at.to_string(),
    };
    let problem = if x.is_finite() { format!("beyond ±{GREATEST:e}") } else { "not finite".to_owned() };
    Err(format!("array `{name}`, index [{index}]: {x} is {problem}"))
}
