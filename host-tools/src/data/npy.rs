//! NumPy arrays: `.npy`, and the named arrays of `.npz`.
//!
//! Samples are samples × values or samples × rows × columns (a last dimension of 1 is dropped), u8, integers or floats; labels
//! are one whole number per sample. Values: see [`super::values`].

use std::io::{Cursor, Write};

use npyz::{AutoSerialize, DType, NpyFile, NpyHeader, Order, TypeChar, WriterBuilder};

use super::bytes;
use super::dataset::Samples;
use super::problem::Cause;
use super::values::{self, Values};

/// The longest header that is read, in bytes. A plain array needs 118; NumPy itself refuses more than 10,000.
const HEADER_MAX: usize = 4096;
/// The most brackets in a header: a dictionary and a tuple are two.
const BRACKETS_MAX: usize = 8;

/// Samples from the bytes of a `.npy`.
pub(super) fn samples(bytes: &[u8]) -> Result<Samples, Cause> {
    let (shape, numbers) = array(bytes)?;
    let index = |i: usize, width: usize| format!("sample {}, value {}", i / width, i % width);
    let inner = match &shape[..] {
        [_, inner @ .., 1] if !inner.is_empty() => inner,
        [_, inner @ ..] => inner,
        [] => &[],
    };
    let (picture, width) = match *inner {
        [width] => (None, width),
        [rows, columns] => (Some((rows, columns)), rows * columns),
        _ => {
            let message = "samples have 2 dimensions (samples × values) or 3 (samples × rows × columns)";
            return Err(Cause::Dimensions { dims: times(&shape), message });
        }
    };
    match (shape[0], width) {
        (0, _) => return Err(Cause::Empty),
        (_, 0) => return Err(Cause::Dimensions { dims: times(&shape), message: "a sample has no values" }),
        _ => {}
    }
    let mut values = Values::Bytes(Vec::new());
    match numbers {
        Numbers::Bytes(bytes) => values = Values::Bytes(bytes.to_vec()),
        Numbers::Whole(all) => {
            for (i, x) in all.enumerate() {
                let x = x?;
                if !(0.0..=255.0).contains(&x) {
                    return Err(Cause::Value { at: index(i, width), value: x.to_string() });
                }
                values.push_byte(x as u8);
            }
        }
        Numbers::Floats(all) => {
            for (i, x) in all.enumerate() {
                let x = x?;
                if !values.push_float(x) {
                    return Err(Cause::Value { at: index(i, width), value: x.to_string() });
                }
            }
        }
    }
    let pixels = values.into_pixels();
    Ok(Samples { shape: picture, width, pixels })
}

/// Labels from the bytes of a `.npy`.
pub(super) fn labels(bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    let (shape, numbers) = array(bytes)?;
    if !matches!(shape[..], [_] | [_, 1]) {
        let message = "labels have 1 dimension, a class number per sample";
        return Err(Cause::Dimensions { dims: times(&shape), message });
    }
    let check = |i: usize, x: f64| {
        values::label(x).ok_or_else(|| Cause::Label { at: format!("sample {i}"), value: x.to_string() })
    };
    match numbers {
        Numbers::Bytes(all) => all.iter().enumerate().map(|(i, x)| check(i, f64::from(*x))).collect(),
        Numbers::Whole(all) | Numbers::Floats(all) => all.enumerate().map(|(i, x)| check(i, x?)).collect(),
    }
}

/// The bytes of one array of an `.npz`, as a `.npy` of its own.
pub(crate) fn entry(archive: &mut Archive<'_>, name: &str) -> Result<Vec<u8>, Cause> {
    let broken = |e: &dyn std::fmt::Display| Cause::Npy {
        what: format!("array `{name}` of an NPZ"),
        message: e.to_string(),
    };
    let file = archive.by_name(&npyz::npz::file_name_from_array_name(name)).map_err(|e| broken(&e))?;
    let bytes = bytes::take(file, bytes::LIMIT).map_err(|e| broken(&e))?;
    bytes.ok_or(Cause::TooLarge { limit: bytes::LIMIT })
}

/// An `.npz` in memory.
pub(crate) type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// Opens an `.npz`.
pub(crate) fn archive(bytes: &[u8]) -> Result<Archive<'_>, Cause> {
    Archive::new(Cursor::new(bytes)).map_err(|e| Cause::Npy { what: "NPZ".into(), message: e.to_string() })
}

/// Names of the arrays, in the order of the file. What is no array is left out.
pub(crate) fn names(archive: &Archive<'_>) -> Vec<String> {
    let array = |file: &str| npyz::npz::array_name_from_file_name(file).map(str::to_owned);
    archive.file_names().filter_map(|file| array(&file.ok()?)).collect()
}

/// An array to be written: its name, its shape, its values.
pub(crate) type Named<T> = (String, Vec<u64>, Vec<T>);

/// The bytes of an `.npz` of these arrays.
pub(crate) fn pack<T: AutoSerialize + Copy>(arrays: &[Named<T>], order: Order) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, shape, values) in arrays {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(npyz::npz::file_name_from_array_name(name), options)?;
        let mut bytes = Vec::new();
        let options = npyz::WriteOptions::new().default_dtype().shape(shape).order(order);
        let mut array = options.writer(&mut bytes).begin_nd()?;
        array.extend(values.iter().copied())?;
        array.finish()?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// An array of floats, as it stands in its file.
pub(crate) struct Floats {
    /// Dimensions.
    pub(crate) shape: Vec<usize>,
    /// Whether the first index is the one that runs fastest.
    pub(crate) fortran: bool,
    /// All values.
    pub(crate) values: Vec<f64>,
}

/// Floats, NaN and infinity among them, from the bytes of a `.npy`.
pub(crate) fn floats(bytes: &[u8]) -> Result<Floats, Cause> {
    let (shape, fortran, numbers) = open(bytes)?;
    let Numbers::Floats(values) = numbers else {
        let message = "its elements are integers: weights are float32 or float64".into();
        return Err(Cause::Npy { what: "NPY".into(), message });
    };
    Ok(Floats { shape, fortran, values: values.collect::<Result<_, _>>()? })
}

type AsFloats<'a> = Box<dyn Iterator<Item = Result<f64, Cause>> + 'a>;

/// Numbers of an array, in C order, read one by one: a second copy of a float array would not be small.
enum Numbers<'a> {
    Bytes(&'a [u8]),
    /// Whole numbers; those that are not exact as f64 are out of range in any case.
    Whole(AsFloats<'a>),
    Floats(AsFloats<'a>),
}

/// Shape and numbers of an array in C order.
fn array(bytes: &[u8]) -> Result<(Vec<usize>, Numbers<'_>), Cause> {
    let (shape, fortran, numbers) = open(bytes)?;
    if fortran {
        let message = "it is in Fortran order: save numpy.ascontiguousarray(x)".into();
        return Err(Cause::Npy { what: "NPY".into(), message });
    }
    Ok((shape, numbers))
}

/// Shape, whether it is in Fortran order, and numbers of an array whose length is exactly what its header promises.
fn open(bytes: &[u8]) -> Result<(Vec<usize>, bool, Numbers<'_>), Cause> {
    let broken = |message: String| Cause::Npy { what: "NPY".into(), message };
    guard(bytes)?;
    let mut rest = bytes;
    let header = NpyHeader::from_reader(&mut rest).map_err(|e| broken(e.to_string()))?;
    let DType::Plain(kind) = header.dtype() else {
        return Err(broken("its elements are records, not numbers".into()));
    };
    let fortran = header.order() == Order::Fortran && header.shape().len() > 1;
    let start = (bytes.len() - rest.len()) as u64;
    let size = kind.num_bytes().unwrap_or(0) as u64;
    // `guard` has bounded the product of the dimensions, but a string type may claim any size.
    let (want, got) = (header.len().saturating_mul(size).saturating_add(start), bytes.len() as u64);
    if got < want {
        return Err(Cause::Truncated { want, got });
    }
    if got > want {
        return Err(Cause::Trailing { want, got });
    }
    let shape: Vec<usize> = header.shape().iter().map(|d| *d as usize).collect();
    let npy = NpyFile::with_header(header, rest);
    let numbers = match (kind.type_char(), kind.size_field()) {
        (TypeChar::Uint, 1) => Numbers::Bytes(rest),
        (TypeChar::Uint, 2) => Numbers::Whole(all(npy, |x: u16| x.into())?),
        (TypeChar::Uint, 4) => Numbers::Whole(all(npy, |x: u32| x.into())?),
        (TypeChar::Uint, 8) => Numbers::Whole(all(npy, |x: u64| x as f64)?),
        (TypeChar::Int, 1) => Numbers::Whole(all(npy, |x: i8| x.into())?),
        (TypeChar::Int, 2) => Numbers::Whole(all(npy, |x: i16| x.into())?),
        (TypeChar::Int, 4) => Numbers::Whole(all(npy, |x: i32| x.into())?),
        (TypeChar::Int, 8) => Numbers::Whole(all(npy, |x: i64| x as f64)?),
        (TypeChar::Float, 4) => Numbers::Floats(all(npy, |x: f32| x.into())?),
        (TypeChar::Float, 8) => Numbers::Floats(all(npy, |x: f64| x)?),
        _ => {
            return Err(broken(format!(
                "elements of type {kind} are not read, only u8, integers, float32 and float64"
            )));
        }
    };
    Ok((shape, fortran, numbers))
}

fn all<'a, T: npyz::Deserialize + 'a>(
    npy: NpyFile<&'a [u8]>,
    to: fn(T) -> f64,
) -> Result<AsFloats<'a>, Cause> {
    let broken = |message: String| Cause::Npy { what: "NPY".into(), message };
    let reader = npy.data::<T>().map_err(|e| broken(e.to_string()))?;
    Ok(Box::new(reader.map(move |x| x.map(to).map_err(|e| broken(e.to_string())))))
}

/// Refuses headers that the library would take at their word: it allocates the length a header says it has, multiplies its
/// dimensions unchecked, and parses brackets by recursion. What NumPy writes for an array of numbers passes.
fn guard(bytes: &[u8]) -> Result<(), Cause> {
    let broken = |message: &str| Cause::Npy { what: "NPY".into(), message: message.into() };
    let (length, start) = match bytes {
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1, _, a, b, ..] => (u32::from_le_bytes([*a, *b, 0, 0]), 10),
        [0x93, b'N', b'U', b'M', b'P', b'Y', 2..=3, _, a, b, c, d, ..] => {
            (u32::from_le_bytes([*a, *b, *c, *d]), 12)
        }
        _ => return Err(broken("it does not begin with the mark of NPY and a version 1 to 3")),
    };
    let length = length as usize;
    if length > HEADER_MAX {
        return Err(broken("its header is too long for an array of numbers"));
    }
    let Some(text) = bytes.get(start..start + length) else {
        return Err(Cause::Truncated { want: (start + length) as u64, got: bytes.len() as u64 });
    };
    if text.iter().any(|b| !matches!(b, b' '..=b'~' | b'\n') || matches!(b, b'\\' | b'+')) {
        return Err(broken("its header is not plain text"));
    }
    if text.iter().filter(|b| matches!(b, b'(' | b'[' | b'{')).count() > BRACKETS_MAX {
        return Err(broken("its header is not that of an array of numbers"));
    }
    let words = text.split(|b| !(b.is_ascii_alphanumeric() || *b == b'_'));
    let mut product = 1u64;
    for word in words.filter(|word| word.first().is_some_and(u8::is_ascii_digit)) {
        let number = std::str::from_utf8(word).ok().and_then(|word| word.parse::<u64>().ok());
        product = match number.and_then(|n| product.checked_mul(n.max(1))) {
            Some(product) if product < 1 << 48 => product,
            _ => {
                let dims = String::from_utf8_lossy(text).trim().to_owned();
                return Err(Cause::Dimensions { dims, message: "no file is that long" });
            }
        };
    }
    Ok(())
}

fn times(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

#[cfg(test)]
#[path = "npy_tests.rs"]
mod tests;
