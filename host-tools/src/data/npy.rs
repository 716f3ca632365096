//! NumPy arrays: `.npy`, and the named arrays of `.npz`.
//!
//! Samples have any rank: the first dimension counts them, the others are their shape (a last one of 1 is dropped if there is
//! another). Labels are numbers, words, or one row per sample with a single 1.

use std::io::{Cursor, Write};

use npyz::{AutoSerialize, DType, NpyFile, NpyHeader, Order, TypeChar, WriterBuilder};
use zip::result::ZipError;

use super::bytes;
use super::problem::Cause;
use super::raw::{Numbers, RawLabels};

/// The longest header that is read, in bytes. A plain array needs 118; NumPy itself refuses more than 10,000.
const HEADER_MAX: usize = 4096;
/// The most brackets in a header: a dictionary and a tuple are two.
const BRACKETS_MAX: usize = 8;

/// Shape and values of samples from the bytes of a `.npy`.
pub(super) fn samples(bytes: &[u8]) -> Result<(Vec<usize>, Numbers), Cause> {
    let array = Array::read(bytes)?;
    let inner = match &array.shape[..] {
        [] => {
            let message = "a single number is no set of samples";
            return Err(Cause::Dimensions { dims: "none".into(), message });
        }
        [_, inner @ .., 1] if !inner.is_empty() => inner.to_vec(),
        [_] => vec![1],
        [_, inner @ ..] => inner.to_vec(),
    };
    let width: usize = inner.iter().product();
    match (array.shape[0], width) {
        (0, _) => return Err(Cause::Empty),
        (_, 0) => {
            return Err(Cause::Dimensions { dims: times(&array.shape), message: "a sample has no values" });
        }
        _ => {}
    }
    let Elements::Numbers(numbers) = array.into_c_order() else {
        return Err(broken("its elements are text: only labels may be words"));
    };
    if let Numbers::Floats(all) = &numbers
        && let Some(i) = all.iter().position(|x| !x.is_finite())
    {
        let at = format!("sample {}, value {}", i / width, i % width);
        return Err(Cause::NotFinite { at, value: all[i].to_string() });
    }
    Ok((inner, numbers))
}

/// Labels from the bytes of a `.npy`.
pub(super) fn labels(bytes: &[u8]) -> Result<RawLabels, Cause> {
    let array = Array::read(bytes)?;
    let shape = array.shape.clone();
    let elements = array.into_c_order();
    if let (&[_, classes], Elements::Numbers(numbers)) = (&shape[..], &elements)
        && classes > 1
    {
        return one_hot(numbers, classes);
    }
    if !matches!(shape[..], [_] | [_, 1]) {
        let message = "labels are one per sample, or a row per sample with a single 1";
        return Err(Cause::Dimensions { dims: times(&shape), message });
    }
    Ok(match elements {
        Elements::Texts(texts) => RawLabels::of_text(&texts),
        Elements::Numbers(Numbers::Bytes(all)) => {
            RawLabels::of_numbers(&all.into_iter().map(i64::from).collect::<Vec<_>>())
        }
        Elements::Numbers(Numbers::Ints(all)) => RawLabels::of_numbers(&all),
        Elements::Numbers(Numbers::Floats(all)) => {
            let whole = |(i, x): (usize, &f64)| {
                let whole = x.fract() == 0.0 && x.abs() < 9e15;
                whole
                    .then_some(*x as i64)
                    .ok_or_else(|| Cause::NoClass { at: format!("sample {i}"), value: x.to_string() })
            };
            RawLabels::of_numbers(&all.iter().enumerate().map(whole).collect::<Result<Vec<_>, _>>()?)
        }
    })
}

/// The place of the 1 in each row.
fn one_hot(numbers: &Numbers, classes: usize) -> Result<RawLabels, Cause> {
    let all = numbers.to_floats();
    let class = |(i, row): (usize, &[f64])| {
        let ones: Vec<usize> = row.iter().enumerate().filter(|(_, x)| **x == 1.0).map(|(k, _)| k).collect();
        let zeros = row.iter().filter(|x| **x == 0.0).count();
        match ones[..] {
            [class] if zeros == classes - 1 => Ok(class as i64),
            _ => Err(Cause::OneHot { sample: i, classes }),
        }
    };
    let classes = all.chunks_exact(classes).enumerate().map(class).collect::<Result<Vec<_>, _>>()?;
    Ok(RawLabels::of_numbers(&classes))
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
pub(crate) fn names(archive: &mut Archive<'_>) -> Result<Vec<String>, Cause> {
    let broken = |e: ZipError| Cause::Npy { what: "NPZ".into(), message: e.to_string() };
    let mut names = Vec::new();
    for i in 0..archive.len() {
        let file = archive.by_index_raw(i).map_err(broken)?;
        let name = file.name().map_err(broken)?;
        names.extend(npyz::npz::array_name_from_file_name(&name).map(str::to_owned));
    }
    Ok(names)
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

/// Numbers as floats, NaN and infinity among them, from the bytes of a `.npy`.
pub(crate) fn floats(bytes: &[u8]) -> Result<Floats, Cause> {
    let Array { shape, fortran, elements } = Array::read(bytes)?;
    let values = match elements {
        Elements::Numbers(Numbers::Floats(values)) => values,
        Elements::Numbers(numbers) => numbers.to_floats().into_owned(),
        Elements::Texts(_) => return Err(broken("its elements are text, not numbers")),
    };
    Ok(Floats { shape, fortran, values })
}

/// The elements of an array, in the order of the file.
enum Elements {
    Numbers(Numbers),
    Texts(Vec<String>),
}

/// An array whose length is exactly what its header promises.
pub(crate) struct Array {
    shape: Vec<usize>,
    /// Whether the first index is the one that runs fastest.
    fortran: bool,
    elements: Elements,
}

impl Array {
    /// From the bytes of a `.npy`.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Cause> {
        guard(bytes)?;
        let mut rest = bytes;
        let header = NpyHeader::from_reader(&mut rest).map_err(|e| broken(e.to_string()))?;
        let DType::Plain(kind) = header.dtype() else {
            return Err(broken("its elements are records: save a plain array of their numbers"));
        };
        let fortran = header.order() == Order::Fortran && header.shape().len() > 1;
        if kind.uses_pickled_array() {
            return Err(broken(
                "its elements are Python objects: save numbers with np.save(…, x.astype(float32))",
            ));
        }
        let start = (bytes.len() - rest.len()) as u64;
        let not_read = || broken(format!("elements of type {kind} are neither numbers nor text"));
        let size = kind.num_bytes().filter(|size| *size > 0).ok_or_else(not_read)? as u64;
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
        let elements = match (kind.type_char(), kind.size_field()) {
            (TypeChar::Uint, 1) => Elements::Numbers(Numbers::Bytes(rest.to_vec())),
            (TypeChar::Bool, 1) => ints(npy, |x: bool| Some(x.into()))?,
            (TypeChar::Uint, 2) => ints(npy, |x: u16| Some(x.into()))?,
            (TypeChar::Uint, 4) => ints(npy, |x: u32| Some(x.into()))?,
            (TypeChar::Uint, 8) => ints(npy, |x: u64| x.try_into().ok())?,
            (TypeChar::Int, 1) => ints(npy, |x: i8| Some(x.into()))?,
            (TypeChar::Int, 2) => ints(npy, |x: i16| Some(x.into()))?,
            (TypeChar::Int, 4) => ints(npy, |x: i32| Some(x.into()))?,
            (TypeChar::Int, 8) => ints(npy, |x: i64| Some(x))?,
            (TypeChar::Float, 2) => Elements::Numbers(Numbers::Floats(all(npy, |x: half::f16| x.to_f64())?)),
            (TypeChar::Float, 4) => Elements::Numbers(Numbers::Floats(all(npy, |x: f32| x.into())?)),
            (TypeChar::Float, 8) => Elements::Numbers(Numbers::Floats(all(npy, |x: f64| x)?)),
            (TypeChar::UnicodeStr | TypeChar::ByteStr, _) => Elements::Texts(all(npy, |x: String| x)?),
            _ => return Err(not_read()),
        };
        Ok(Self { shape, fortran, elements })
    }

    /// The elements, the last index running fastest.
    fn into_c_order(self) -> Elements {
        if !self.fortran {
            return self.elements;
        }
        match self.elements {
            Elements::Numbers(Numbers::Bytes(all)) => {
                Elements::Numbers(Numbers::Bytes(turned(&all, &self.shape)))
            }
            Elements::Numbers(Numbers::Ints(all)) => {
                Elements::Numbers(Numbers::Ints(turned(&all, &self.shape)))
            }
            Elements::Numbers(Numbers::Floats(all)) => {
                Elements::Numbers(Numbers::Floats(turned(&all, &self.shape)))
            }
            Elements::Texts(all) => Elements::Texts(turned(&all, &self.shape)),
        }
    }
}

/// Values whose first index runs fastest, so that the last one does.
fn turned<T: Clone>(values: &[T], shape: &[usize]) -> Vec<T> {
    let place = |mut i: usize| {
        let mut place = 0;
        for (axis, size) in shape.iter().enumerate().rev() {
            place += i % size * shape[..axis].iter().product::<usize>();
            i /= size;
        }
        place
    };
    (0..values.len()).map(|i| values[place(i)].clone()).collect()
}

fn ints<T: npyz::Deserialize>(npy: NpyFile<&[u8]>, to: fn(T) -> Option<i64>) -> Result<Elements, Cause> {
    let all: Vec<Option<i64>> = all(npy, to)?;
    let all: Option<Vec<i64>> = all.into_iter().collect();
    all.map(|all| Elements::Numbers(Numbers::Ints(all)))
        .ok_or_else(|| broken("a number in it is above 9223372036854775807"))
}

fn all<T: npyz::Deserialize, V>(npy: NpyFile<&[u8]>, to: fn(T) -> V) -> Result<Vec<V>, Cause> {
    let reader = npy.data::<T>().map_err(|e| broken(e.to_string()))?;
    reader.map(|x| x.map(to).map_err(|e| broken(e.to_string()))).collect()
}

fn broken(message: impl Into<String>) -> Cause {
    Cause::Npy { what: "NPY".into(), message: message.into() }
}

/// Refuses headers that the library would take at their word: it allocates the length a header says it has, multiplies its
/// dimensions unchecked, and parses brackets by recursion. What NumPy writes for an array of numbers passes.
fn guard(bytes: &[u8]) -> Result<(), Cause> {
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
