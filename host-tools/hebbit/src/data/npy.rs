//! NumPy arrays: `.npy`, and the named arrays of `.npz`.
//!
//! Samples have any rank: the first dimension counts them, the others are their shape (a last one of 1 is dropped if there is
//! another). Labels are numbers, words, or one row per sample with a single 1.

mod header;

use std::io::{Cursor, Write};

use half::f16;
use zip::result::ZipError;

use super::bytes;
use super::raw::{Numbers, RawLabels};
use crate::error::Cause;
use header::Header;

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
    let file = archive.by_name(&format!("{name}.npy")).map_err(|e| broken(&e))?;
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
        names.extend(file.name().strip_suffix(".npy").map(str::to_owned));
    }
    Ok(names)
}

/// An array to be written: its name, its shape, the bytes of its values.
pub(crate) type Named = (String, Vec<usize>, Vec<u8>);

/// The bytes of an `.npz` of these arrays, all of the same type.
pub(crate) fn pack(kind: &str, fortran: bool, arrays: &[Named]) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, shape, values) in arrays {
        zip.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default())?;
        zip.write_all(&header::write(kind, fortran, shape))?;
        zip.write_all(values)?;
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
        let Header { kind, fortran, shape, start } = Header::read(bytes)?;
        let not_read = || broken(format!("elements of type {kind} are neither numbers nor text"));
        let (big, class, size) = parts(&kind).ok_or_else(not_read)?;
        if class == 'O' {
            return Err(broken(
                "its elements are Python objects: save numbers with np.save(…, x.astype(float32))",
            ));
        }
        let bytes_each = if class == 'U' { size.saturating_mul(4) } else { size };
        if bytes_each == 0 {
            return Err(not_read());
        }
        // The header has bounded the product of the dimensions, but a string type may claim any size.
        let count: u64 = shape.iter().map(|&d| d as u64).product();
        let want = count.saturating_mul(bytes_each as u64).saturating_add(start as u64);
        let got = bytes.len() as u64;
        if got < want {
            return Err(Cause::Truncated { want, got });
        }
        if got > want {
            return Err(Cause::Trailing { want, got });
        }
        let data = &bytes[start..];
        let elements = match (class, size) {
            ('u', 1) => Elements::Numbers(Numbers::Bytes(data.to_vec())),
            ('b', 1) => ints(data, big, |[x]| Some((x != 0).into()))?,
            ('u', 2) => ints(data, big, |x| Some(u16::from_le_bytes(x).into()))?,
            ('u', 4) => ints(data, big, |x| Some(u32::from_le_bytes(x).into()))?,
            ('u', 8) => ints(data, big, |x| u64::from_le_bytes(x).try_into().ok())?,
            ('i', 1) => ints(data, big, |x| Some(i8::from_le_bytes(x).into()))?,
            ('i', 2) => ints(data, big, |x| Some(i16::from_le_bytes(x).into()))?,
            ('i', 4) => ints(data, big, |x| Some(i32::from_le_bytes(x).into()))?,
            ('i', 8) => ints(data, big, |x| Some(i64::from_le_bytes(x)))?,
            ('f', 2) => floats_of(data, big, |x| f16::from_le_bytes(x).to_f64()),
            ('f', 4) => floats_of(data, big, |x| f32::from_le_bytes(x).into()),
            ('f', 8) => floats_of(data, big, f64::from_le_bytes),
            ('U', _) => texts(data, bytes_each, |text| {
                let code = |word| char::from_u32(u32::from_le_bytes(word));
                words(text, big, code).into_iter().collect()
            })?,
            ('S', _) => texts(data, size, |text| String::from_utf8(text.to_vec()).ok())?,
            _ => return Err(not_read()),
        };
        // With one dimension both orders are the same.
        Ok(Self { fortran: fortran && shape.len() > 1, shape, elements })
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

/// Byte order (big or not), class and size of a type as NumPy writes it: `<f4` is a little float of 4 bytes, `|O` an object.
fn parts(kind: &str) -> Option<(bool, char, usize)> {
    let mut rest = kind.chars();
    let (order, class) = (rest.next()?, rest.next()?);
    let size = match rest.as_str() {
        "" if class == 'O' => 0,
        size => size.parse().ok()?,
    };
    // Where there is more than one byte to order, their order is said.
    let ordered = order == '<' || order == '>' || (order == '|' && (size <= 1 || class == 'S'));
    ordered.then_some((order == '>', class, size))
}

/// The elements of `N` bytes each, which `to` gets in little order.
fn words<const N: usize, T>(data: &[u8], big: bool, to: impl Fn([u8; N]) -> T) -> Vec<T> {
    let little = |mut word: [u8; N]| {
        if big {
            word.reverse();
        }
        word
    };
    data.as_chunks::<N>().0.iter().map(|&word| to(little(word))).collect()
}

fn ints<const N: usize>(data: &[u8], big: bool, to: fn([u8; N]) -> Option<i64>) -> Result<Elements, Cause> {
    let all: Option<Vec<i64>> = words(data, big, to).into_iter().collect();
    all.map(|all| Elements::Numbers(Numbers::Ints(all)))
        .ok_or_else(|| broken("a number in it is above 9223372036854775807"))
}

fn floats_of<const N: usize>(data: &[u8], big: bool, to: fn([u8; N]) -> f64) -> Elements {
    Elements::Numbers(Numbers::Floats(words(data, big, to)))
}

/// Texts of `size` bytes each; zeros behind them fill up.
fn texts(data: &[u8], size: usize, to: impl Fn(&[u8]) -> Option<String>) -> Result<Elements, Cause> {
    let text = |bytes| to(bytes).map(|text| text.trim_end_matches('\0').to_owned());
    let all: Option<Vec<String>> = data.chunks_exact(size).map(text).collect();
    all.map(Elements::Texts).ok_or_else(|| broken("a text in it is not Unicode"))
}

fn broken(message: impl Into<String>) -> Cause {
    Cause::Npy { what: "NPY".into(), message: message.into() }
}

fn times(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

#[cfg(test)]
#[path = "npy_tests.rs"]
mod tests;
