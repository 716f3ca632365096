//! Float weights from an NPZ file.

use std::path::{Path, PathBuf};

use super::names::{Kind, Named, kind};
use super::neuron::{Norm, parameter};
use super::pick::{Known, Pick, pick};
use super::report::Order;
use crate::data::npy::{self, Floats};
use crate::error::{Cause, Error, Result, WeightsError};
use crate::float::Dense;

/// The greatest float weight that is read: beyond it squares and products of a deep network may not be finite any more, and
/// nobody has such weights.
const GREATEST: f64 = 1e6;
/// Arrays that a file may have: weights, biases, batch norms and neurons of the most layers a network has.
const ARRAYS_MAX: usize = 256;

/// One projection as it stands in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) dense: Dense,
    pub(super) weights: String,
    pub(super) bias: Option<String>,
    pub(super) norm: Option<String>,
    pub(super) order: Order,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sources {
    /// Sizes of its layers.
    pub(super) layers: Vec<u16>,
    /// Its projections.
    pub(super) projections: Vec<Source>,
    /// Sentences about what is not carried.
    pub(super) remarks: Vec<String>,
}

/// Reads the bytes of the file.
///
/// # Errors
/// That there is none, or that it is PyTorch's own format, with the way to an NPZ.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>> {
    let is = |endings: &[&str]| path.extension().is_some_and(|e| endings.iter().any(|known| e == *known));
    let longer = PathBuf::from(format!("{}.npz", path.display()));
    if !path.exists() && longer.is_file() {
        let help = format!("numpy.savez adds `.npz` to a name: give {}", longer.display());
        return Err(WeightsError { path: path.into(), message: "there is no such file".into(), help }.into());
    }
    let bytes = crate::data::bytes::read(path)?;
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    if is(&["pt", "pth", "ckpt"]) || (bytes.starts_with(b"PK") && holds(b"/data.pkl")) {
        let name = path.display();
        let to = path.with_extension("npz");
        let help = format!(
            "python -c \"import torch, numpy; numpy.savez('{}', **{{k: v.cpu().numpy() for k, v in \
             torch.load('{name}', map_location='cpu', weights_only=True).items()}})\"",
            to.display()
        );
        let message = "is a file of PyTorch; weights are read from NPZ".into();
        return Err(WeightsError { path: path.into(), message, help }.into());
    }
    Ok(bytes)
}

/// Reads the weights from the bytes of an NPZ file.
///
/// # Errors
/// What is wrong with the file, with names, places and numbers.
pub(super) fn read(path: &Path, bytes: &[u8], known: Known<'_>) -> Result<Sources> {
    let wrong = |message: String| Error::from(WeightsError::new(path, message));
    let broken = |cause: Cause| wrong(cause.to_string());
    let mut archive = npy::archive(bytes).map_err(broken)?;
    let names = npy::names(&mut archive).map_err(broken)?;
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
    let (layers, picks) = pick(&found, known).map_err(wrong)?;
    let mut remarks = Vec::new();
    for ((name, _), floats) in found.iter().zip(&arrays) {
        check(name, floats).map_err(wrong)?;
        if let (_, Kind::Neuron(word)) = kind(name) {
            remarks.push(parameter(name, word, &floats.values).map_err(wrong)?);
        }
    }
    let sources =
        picks.iter().zip(layers.windows(2)).map(|(pick, sizes)| source(pick, sizes, &found, &arrays));
    Ok(Sources { projections: sources.collect(), layers, remarks })
}

/// One projection, its batch norm folded into it.
fn source(pick: &Pick, sizes: &[u16], found: &[Named], arrays: &[Floats]) -> Source {
    let (rows, columns) = (sizes[0].into(), sizes[1].into());
    let values = |i: usize| &arrays[i].values[..];
    let mut dense = Dense {
        rows,
        columns,
        weights: matrix(&arrays[pick.weights], pick.order, rows, columns),
        bias: pick.bias.map_or(vec![0.0; columns], |b| values(b).to_vec()),
    };
    if let Some((module, (mean, variance))) =
        pick.norm.as_ref().and_then(|m| Some((m, m.mean.zip(m.variance)?)))
    {
        let (scale, shift) = (module.weights.map(values), module.bias.map(values));
        Norm { scale, shift, mean: values(mean), variance: values(variance) }.fold(&mut dense);
    }
    Source {
        dense,
        weights: found[pick.weights].0.clone(),
        bias: pick.bias.map(|b| found[b].0.clone()),
        norm: pick.norm.as_ref().map(|module| module.stem.clone()),
        order: pick.order,
    }
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
    let (stem, kind) = kind(name);
    if kind == Kind::Ignored {
        return Ok(());
    }
    let negative = |x: f64| kind == Kind::Variance && x < 0.0;
    let bad = |x: &f64| !x.is_finite() || x.abs() > GREATEST || negative(*x);
    let Some(at) = floats.values.iter().position(bad) else { return Ok(()) };
    let x = floats.values[at];
    let index = match (&floats.shape[..], floats.fortran) {
        (&[_, columns], false) => format!("{}, {}", at / columns, at % columns),
        (&[rows, _], true) => format!("{}, {}", at % rows, at / rows),
        _ => at.to_string(),
    };
    let problem = match x.is_finite() {
        true if negative(x) => format!("no variance of `{stem}`"),
        true => format!("beyond ±{GREATEST:e}"),
        false => "not finite".to_owned(),
    };
    Err(format!("array `{name}`, index [{index}]: {x} is {problem}"))
}
