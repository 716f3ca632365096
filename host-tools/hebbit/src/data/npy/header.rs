//! The header of a `.npy`: what type, which order, what shape. NumPy Enhancement Proposal 1 and `numpy.lib.format`.
//!
//! ```text
//! 93h "NUMPY"  version, 0  length of the text  {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }
//! ```
//!
//! The length has two bytes in version 1, four in versions 2 and 3. The text is a dictionary of Python; what NumPy writes
//! for an array of numbers or texts is read, with any white space and in any order, and nothing else.

use super::broken;
use crate::error::Cause;

/// The longest header that is read, in bytes. A plain array needs 118; NumPy itself refuses more than 10,000.
const HEADER_MAX: usize = 4096;
/// No array has as many values.
const VALUES_MAX: u64 = 1 << 48;

/// What the header of an array says.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    /// `<f4`.
    pub(super) kind: String,
    /// Whether the first index is the one that runs fastest.
    pub(super) fortran: bool,
    /// Its dimensions, their product below 2^48 even without those that are 0.
    pub(super) shape: Vec<usize>,
    /// Where the values begin.
    pub(super) start: usize,
}

impl Header {
    /// From the bytes of a `.npy`.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Cause> {
        let (length, begin) = match bytes {
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
        let start = begin + length;
        let Some(text) = bytes.get(begin..start) else {
            return Err(Cause::Truncated { want: start as u64, got: bytes.len() as u64 });
        };
        match std::str::from_utf8(text) {
            Ok(text) if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')) => Text(text).header(start),
            _ => Err(broken("its header is not plain text")),
        }
    }
}

/// The header of an array of that type and shape, padded as NumPy does, so that values begin at a multiple of 64.
pub(super) fn write(kind: &str, fortran: bool, shape: &[usize]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let shape = match shape {
        [one] => format!("{one},"),
        _ => shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", "),
    };
    let mut text = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': ({shape}), }}");
    let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
    text = format!("{text:<0$}\n", length - 1);
    // A shape that takes more than 65,535 bytes has thousands of dimensions.
    [b"\x93NUMPY\x01\x00", &(length as u16).to_le_bytes()[..], text.as_bytes()].concat()
}

/// What is left to read of a header.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    fn header(mut self, start: usize) -> Result<Header, Cause> {
        let (mut kind, mut fortran, mut shape) = (None, None, None);
        self.want('{')?;
        while !self.takes('}') {
            let key = self.quoted()?;
            self.want(':')?;
            match key {
                "descr" if self.takes('[') => {
                    return Err(broken("its elements are records: save a plain array of their numbers"));
                }
                "descr" => kind = Some(self.quoted()?.to_owned()),
                "fortran_order" => {
                    fortran = Some(match self.word() {
                        "True" => true,
                        "False" => false,
                        _ => return Err(strange()),
                    });
                }
                "shape" => shape = Some(self.shape()?),
                _ => return Err(strange()),
            }
            if !self.takes(',') {
                self.want('}')?;
                break;
            }
        }
        match (kind, fortran, shape, self.0.trim_ascii()) {
            (Some(kind), Some(fortran), Some(shape), "") => Ok(Header { kind, fortran, shape, start }),
            _ => Err(strange()),
        }
    }

    /// A tuple of whole numbers.
    fn shape(&mut self) -> Result<Vec<usize>, Cause> {
        self.want('(')?;
        let (text, mut product, mut shape) = (self.0, 1_u64, Vec::new());
        while !self.takes(')') {
            let word = self.word();
            if !word.starts_with(|c: char| c.is_ascii_digit()) {
                return Err(strange());
            }
            let size: Option<usize> = word.parse().ok();
            let all = size.and_then(|size| product.checked_mul(size.max(1) as u64));
            let Some((size, all)) = size.zip(all.filter(|all| *all < VALUES_MAX)) else {
                let dims = text.split(')').next().unwrap_or_default().trim().to_owned();
                return Err(Cause::Dimensions { dims, message: "no file is that long" });
            };
            product = all;
            shape.push(size);
            if !self.takes(',') {
                self.want(')')?;
                break;
            }
        }
        Ok(shape)
    }

    /// Takes this character if it comes next.
    fn takes(&mut self, c: char) -> bool {
        let rest = self.0.trim_ascii_start().strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn want(&mut self, c: char) -> Result<(), Cause> {
        if self.takes(c) { Ok(()) } else { Err(strange()) }
    }

    /// Text in quotes of either kind, without escapes.
    fn quoted(&mut self) -> Result<&'a str, Cause> {
        let quote = if self.takes('\'') { '\'' } else { '"' };
        if quote == '"' {
            self.want(quote)?;
        }
        let (text, rest) = self.0.split_once(quote).ok_or_else(strange)?;
        self.0 = rest;
        if text.contains('\\') { Err(strange()) } else { Ok(text) }
    }

    /// Letters and digits that come next.
    fn word(&mut self) -> &'a str {
        let text = self.0.trim_ascii_start();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.0 = rest;
        word
    }
}

fn strange() -> Cause {
    broken("its header is not that of an array of numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Header, Cause> {
        let length = (text.len() as u16).to_le_bytes();
        Header::read(&[b"\x93NUMPY\x01\x00", &length[..], text.as_bytes()].concat())
    }

    /// Bytes that `numpy.save` begins with.
    #[test]
    fn headers_are_those_of_numpy() {
        let check = |kind: &str, fortran, shape: &[usize], text: &str| {
            let bytes = [b"\x93NUMPY\x01\x00v\x00", format!("{text:<117}\n").as_bytes()].concat();
            assert_eq!(write(kind, fortran, shape), bytes);
            let kind = kind.to_owned();
            assert_eq!(Header::read(&bytes), Ok(Header { kind, fortran, shape: shape.to_vec(), start: 128 }));
        };
        check("<f4", false, &[2, 3], "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
        check(
            "|u1",
            true,
            &[60000, 28, 28],
            "{'descr': '|u1', 'fortran_order': True, 'shape': (60000, 28, 28), }",
        );
        check("<i8", false, &[5], "{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }");
        check(">f8", false, &[], "{'descr': '>f8', 'fortran_order': False, 'shape': (), }");
    }

    #[test]
    fn any_order_and_any_space() {
        let got = read(" {\"shape\" :( 2 ,3,),\n'descr':'<f4','fortran_order':False}").unwrap();
        assert_eq!((got.kind.as_str(), got.shape, got.fortran), ("<f4", vec![2, 3], false));
    }

    #[test]
    fn what_numpy_does_not_write_is_refused() {
        let whole = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        assert!(read(whole).is_ok());
        for (from, to) in [
            ("{", ""),
            ("}", ""),
            ("}", "} x"),
            ("'descr'", "descr"),
            ("'descr'", "'type'"),
            ("'descr': '<f4',", ""),
            ("'fortran_order': False,", ""),
            (", 'shape': (2, 3)", ""),
            ("'<f4'", "'<f4"),
            ("'<f4'", "'\\x3cf4'"),
            ("False", "0"),
            ("(2, 3)", "2"),
            ("(2, 3)", "(2 3)"),
            ("(2, 3)", "(-2, 3)"),
            ("(2, 3)", "(a, 3)"),
            ("(2, 3)", "(2,, 3)"),
            ("(2, 3)", "((2, 3))"),
            (":", ""),
            (",", ""),
            ("2", "é"),
        ] {
            let text = whole.replacen(from, to, 1);
            assert!(matches!(read(&text), Err(Cause::Npy { .. })), "{text}: {:?}", read(&text));
        }
        let records = whole.replace("'<f4'", "[('a', '<f4')]");
        assert!(read(&records).unwrap_err().to_string().contains("records"));
    }
}
