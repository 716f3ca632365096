//! From the bytes of a table to its records: encoding, comments, what separates the cells.

use std::borrow::Cow;

use csv::{ByteRecord, Reader, ReaderBuilder, Trim};

use super::cell::Cell;
use crate::error::Cause;

/// What may separate cells, the rarest within cells first. A space: any run of spaces and tabs.
const SEPARATORS: [u8; 4] = [b'\t', b';', b',', b' '];
/// So many lines say what separates cells.
const HEAD: usize = 200;

/// A table of text, ready to be read.
pub(super) struct Text<'b> {
    bytes: Cow<'b, [u8]>,
    pub(super) separator: u8,
    /// What was decided, if it was not plain.
    pub(super) remark: Option<String>,
}

impl<'b> Text<'b> {
    /// Finds the separator; comment lines become empty ones, so that lines keep their numbers.
    pub(super) fn new(bytes: &'b [u8]) -> Result<Self, Cause> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let wrong = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("it is UTF-16: save it as UTF-8"),
            [b'P', b'K', 3, 4, ..] => Some("it is a ZIP archive, as a spreadsheet is: export it as CSV"),
            _ => bytes.iter().take(4096).any(|b| *b == 0).then_some("it is not text"),
        };
        if let Some(message) = wrong {
            return Err(Cause::Csv { message: message.into() });
        }
        let (told, bytes) = told_separator(without_comments(bytes));
        let (separator, remark) = told.map_or_else(|| found_separator(&bytes), |told| (told, None));
        let bytes = if separator == b' ' { Cow::Owned(single_spaces(&bytes)) } else { bytes };
        Ok(Self { bytes, separator, remark })
    }

    /// Reads the records from the beginning. Their lengths must be equal.
    pub(super) fn records(&self) -> Reader<&[u8]> {
        reader(&self.bytes, self.separator, false)
    }

    /// The line, from 1, of the record that begins at this byte, or after empty lines from there.
    pub(super) fn line(&self, at: u64) -> u64 {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(self.bytes.len());
        let empty = self.bytes[at..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        1 + self.bytes[..at + empty].iter().filter(|b| **b == b'\n').count() as u64
    }
}

fn reader(bytes: &[u8], separator: u8, flexible: bool) -> Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).trim(Trim::All).delimiter(separator).flexible(flexible).from_reader(bytes)
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|b| *b == b'\n')
}

fn without_comments(bytes: &[u8]) -> Cow<'_, [u8]> {
    let comment = |line: &[u8]| matches!(line.trim_ascii_start().first(), Some(b'#' | b'%'));
    if !lines(bytes).any(comment) {
        return Cow::Borrowed(bytes);
    }
    let kept: Vec<&[u8]> = lines(bytes).map(|line| if comment(line) { &[] } else { line }).collect();
    Cow::Owned(kept.join(&b'\n'))
}

/// The separator that a first line `sep=;` tells, as spreadsheets write it; that line becomes empty.
fn told_separator(bytes: Cow<'_, [u8]>) -> (Option<u8>, Cow<'_, [u8]>) {
    match *bytes {
        [b's', b'e', b'p', b'=', separator, b'\r' | b'\n', ..] if SEPARATORS.contains(&separator) => {
            (Some(separator), Cow::Owned(bytes[5..].to_vec()))
        }
        _ => (None, bytes),
    }
}

fn single_spaces(bytes: &[u8]) -> Vec<u8> {
    let single = |line: &[u8]| {
        let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(&b' ')
    };
    lines(bytes).map(single).collect::<Vec<_>>().join(&b'\n')
}

/// What cuts all of the first lines into equally many cells, at least two: of several, what leaves most numbers.
fn found_separator(bytes: &[u8]) -> (u8, Option<String>) {
    let end = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(HEAD);
    let head = &bytes[..end.map_or(bytes.len(), |(i, _)| i)];
    let fit = |separator: &u8| Fit::new(head, *separator);
    let fits: Vec<Fit> = SEPARATORS.iter().map(fit).collect();
    let mut good: Vec<&Fit> = fits.iter().filter(|fit| fit.equal && fit.cells > 1).collect();
    // A space is in words and after commas, so it counts only where nothing else separates.
    if good.len() > 1 {
        good.retain(|fit| fit.separator != b' ');
    }
    // Of equals the first, which is the rarest in cells.
    let best = good.iter().rev().max_by(|a, b| a.numbers.total_cmp(&b.numbers));
    // Where lines differ, the separator of the first line: whoever reads then says which line differs.
    let widest = || fits.iter().rev().max_by_key(|fit| (fit.cells, fit.separator == b','));
    let Some(best) = best.copied().or_else(widest) else { return (b',', None) };
    let others = good.iter().filter(|fit| fit.separator != best.separator).map(|fit| name(fit.separator));
    let others: Vec<&str> = others.collect();
    let remark = (!others.is_empty()).then(|| {
        format!("cells are separated by {}; {} would also fit", name(best.separator), others.join(", "))
    });
    (best.separator, remark)
}

/// The name of a separator, for people.
pub(super) fn name(separator: u8) -> &'static str {
    match separator {
        b'\t' => "tabs",
        b';' => "semicolons",
        b' ' => "spaces",
        _ => "commas",
    }
}

/// How a separator cuts the first lines.
struct Fit {
    separator: u8,
    /// Cells of the first line.
    cells: usize,
    /// Whether all lines have as many.
    equal: bool,
    /// Share of the cells that are numbers, with a decimal comma too.
    numbers: f64,
}

impl Fit {
    fn new(head: &[u8], separator: u8) -> Self {
        let spaced = if separator == b' ' { Cow::Owned(single_spaces(head)) } else { Cow::Borrowed(head) };
        let mut reader = reader(&spaced, separator, true);
        let mut fit = Self { separator, cells: 0, equal: true, numbers: 0.0 };
        let (mut row, mut numbers, mut all) = (ByteRecord::new(), 0_u32, 0_u32);
        while reader.read_byte_record(&mut row).unwrap_or(false) {
            if fit.cells == 0 {
                fit.cells = row.len();
            }
            fit.equal &= fit.cells == row.len();
            all += row.len() as u32;
            let number = |cell: &&[u8]| !matches!(Cell::of(cell), Cell::Word) || decimal_comma(cell);
            numbers += row.iter().filter(number).count() as u32;
        }
        fit.numbers = f64::from(numbers) / f64::from(all.max(1));
        fit
    }
}

/// Whether a cell is a number with a decimal comma, as `-1,5`.
pub(super) fn decimal_comma(cell: &[u8]) -> bool {
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let cell = cell.strip_prefix(b"-").or_else(|| cell.strip_prefix(b"+")).unwrap_or(cell);
    cell.iter().position(|b| *b == b',').is_some_and(|at| digits(&cell[..at]) && digits(&cell[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(text: &str) -> (char, bool) {
        let text = Text::new(text.as_bytes()).unwrap();
        (char::from(text.separator), text.remark.is_some())
    }

    #[test]
    fn the_separator_is_found_in_the_lines() {
        assert_eq!(separator("a,b\n1,2\n"), (',', false));
        assert_eq!(separator("a;b\n1;2\n"), (';', false));
        assert_eq!(separator("a\tb\n1\t2\n"), ('\t', false));
        assert_eq!(separator("  1   2\n 10  20\n"), (' ', false));
        assert_eq!(separator("1, 2, 3\n4, 5, 6\n"), (',', false));
        assert_eq!(separator("sep=;\na,b;c,d\n"), (';', false));
        assert_eq!(separator("\"a;b\",\"c;d\"\n1,2\n"), (',', false));
        // Only one separator cuts all lines alike.
        assert_eq!(separator("a,b;c\n1;2\n"), (';', false));
        // Both do: what leaves numbers is taken, and that is said.
        assert_eq!(separator("1,5;2,5\n3,5;4,5\n"), (';', true));
        assert_eq!(separator("1,2,a;b\n3,4,c;d\n"), (',', true));
        // None does: the one of the first line.
        assert_eq!(separator("1,2,3\n1,2\n"), (',', false));
        assert_eq!(separator("1;2;3\n1;2\n"), (';', false));
        assert_eq!(separator("1\n2\n"), (',', false));
    }

    #[test]
    fn lines_keep_their_numbers() {
        let text = Text::new(b"# about\r\n\r\n%x\na,b\r\n1,2\r\n").unwrap();
        let rows: Vec<ByteRecord> = text.records().into_byte_records().map(Result::unwrap).collect();
        assert_eq!(rows.iter().map(|row| row.get(0).unwrap()).collect::<Vec<_>>(), [b"a", b"1"]);
        let lines = rows.iter().map(|row| text.line(row.position().unwrap().byte()));
        assert_eq!(lines.collect::<Vec<_>>(), [4, 5]);
    }

    #[test]
    fn what_is_no_text_says_what_it_is() {
        let cause = |bytes: &[u8]| Text::new(bytes).map(|_| ()).unwrap_err().to_string();
        assert!(cause(b"\xff\xfe1\0").contains("UTF-16"));
        assert!(cause(b"PK\x03\x04").contains("spreadsheet"));
        assert!(cause(b"1,2\0").contains("not text"));
    }

    #[test]
    fn a_decimal_comma_is_known() {
        assert!(["1,5", "-0,25", "+3,0"].iter().all(|cell| decimal_comma(cell.as_bytes())));
        assert!(!["1.5", ",5", "1,", "1,2,3", "a,b"].iter().any(|cell| decimal_comma(cell.as_bytes())));
    }
}
