//! CSV: one line per sample, its label and its values.
//!
//! A first line of names is skipped: it is one if none of its cells is a number, or if one of them is `label`; that column
//! then holds the labels, wherever it stands. Otherwise the label is the first column, or the last with `FILE.csv?label=last`.
//! Values: see [`super::values`].

use csv::{ByteRecord, ErrorKind, ReaderBuilder, Trim};

use super::problem::Cause;
use super::values::{self, Values};

/// Which column is the label, where no header names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LabelColumn {
    /// The first: how MNIST is usually written.
    #[default]
    First,
    /// The last: how tables of features are usually written.
    Last,
}

/// The samples of a CSV file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rows {
    /// Values per sample, at least 1.
    pub(super) width: usize,
    /// All values.
    pub(super) pixels: Vec<u8>,
    /// One label per sample, if there is a column of labels.
    pub(super) labels: Option<Vec<u8>>,
}

/// Samples from the bytes of a CSV file. With `width`, lines of that many cells under no header that names a label are samples
/// without labels.
pub(super) fn rows(bytes: &[u8], column: LabelColumn, width: Option<usize>) -> Result<Rows, Cause> {
    let mut reader = ReaderBuilder::new().has_headers(false).trim(Trim::All).from_reader(bytes);
    let mut row = ByteRecord::new();
    if !reader.read_byte_record(&mut row).map_err(broken)? {
        return Err(Cause::Empty);
    }
    let named = row.iter().position(|cell| cell.eq_ignore_ascii_case(b"label"));
    let header = named.is_some() || row.iter().all(|cell| number(cell).is_none());
    let usual = if column == LabelColumn::First { 0 } else { row.len() - 1 };
    let label_at = named.or_else(|| (width != Some(row.len())).then_some(usual));
    let width = row.len() - usize::from(label_at.is_some());
    if width == 0 {
        let dims = "1 column".to_owned();
        return Err(Cause::Dimensions { dims, message: "a line needs a label and at least one value" });
    }

    let (mut pixels, mut labels, mut samples) = (Values::Bytes(Vec::new()), Vec::new(), 0_u64);
    let mut more = !header || reader.read_byte_record(&mut row).map_err(broken)?;
    while more {
        let line = row.position().map_or(0, csv::Position::line);
        for (i, cell) in row.iter().enumerate() {
            let value = number(cell).ok_or_else(|| Cause::Cell { line, column: i + 1, text: text(cell) })?;
            let at = || format!("line {line}, column {}", i + 1);
            if Some(i) == label_at {
                let label =
                    values::label(value).ok_or_else(|| Cause::Label { at: at(), value: text(cell) })?;
                labels.push(label);
            } else if cell.iter().all(u8::is_ascii_digit) && value <= 255.0 {
                pixels.push_byte(value as u8);
            } else if !pixels.push_float(value) {
                return Err(Cause::Value { at: at(), value: text(cell) });
            }
        }
        samples += 1;
        more = reader.read_byte_record(&mut row).map_err(broken)?;
    }
    if samples == 0 {
        return Err(Cause::Empty);
    }
    Ok(Rows { width, pixels: pixels.into_pixels(), labels: label_at.map(|_| labels) })
}

fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

/// A cell for people: not more than 20 characters of it.
fn text(cell: &[u8]) -> String {
    let all = String::from_utf8_lossy(cell);
    let mut short: String = all.chars().take(20).collect();
    if short.len() < all.len() {
        short.push('…');
    }
    short
}

fn broken(error: csv::Error) -> Cause {
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            Cause::Ragged { line, want: *expected_len, got: *len }
        }
        _ => Cause::Csv { message: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn samples(bytes: &[u8], column: LabelColumn) -> Result<(usize, Vec<u8>, Vec<u8>), Cause> {
        rows(bytes, column, None).map(|rows| (rows.width, rows.pixels, rows.labels.unwrap_or_default()))
    }

    fn first(text: &str) -> Result<(usize, Vec<u8>, Vec<u8>), Cause> {
        samples(text.as_bytes(), LabelColumn::First)
    }

    #[test]
    fn the_width_of_a_network_tells_whether_there_are_labels() {
        let read = |text: &str| rows(text.as_bytes(), LabelColumn::First, Some(2)).unwrap();
        let (width, pixels) = (2, vec![10, 20, 30, 255]);
        let want = Rows { width, pixels: pixels.clone(), labels: None };
        assert_eq!(read("10,20\n30,255\n"), want);
        assert_eq!(read("p,q\n10,20\n30,255\n"), want);
        let want = Rows { width, pixels, labels: Some(vec![1, 0]) };
        assert_eq!(read("1,10,20\n0,30,255\n"), want);
        assert_eq!(read("p,q,label\n10,20,1\n30,255,0\n"), want);
        // A header that names a label is believed, whatever the width.
        assert_eq!(read("label,p\n1,10\n").width, 1);
        assert_eq!(rows(b"p,q\n", LabelColumn::First, Some(2)).unwrap_err(), Cause::Empty);
    }

    #[test]
    fn the_label_is_where_it_is_said_to_be() {
        let want = (2, vec![10, 20, 30, 255], vec![1, 0]);
        assert_eq!(first("1,10,20\n0,30,255\n").unwrap(), want);
        assert_eq!(first("\u{feff}label,a,b\r\n1, 10 ,20\r\n0,30,255").unwrap(), want);
        assert_eq!(first("a,b,Label\n10,20,1\n30,255,0\n").unwrap(), want);
        assert_eq!(first("label,0,1\n1,10,20\n\n0,30,255\n").unwrap(), want);
        assert_eq!(first("class,p,q\n1,10,20\n0,30,255\n").unwrap(), want);
        assert_eq!(samples(b"10,20,1\n30,255,0\n", LabelColumn::Last).unwrap(), want);
    }

    #[test]
    fn floats_are_scaled() {
        assert_eq!(first("2.0,0,0.5\n0,1,1.0\n").unwrap(), (2, vec![0, 128, 255, 255], vec![2, 0]));
        assert_eq!(first("2,0,99.6\n0,1,1e2\n").unwrap(), (2, vec![0, 100, 1, 100], vec![2, 0]));
    }

    #[test]
    fn mistakes_have_their_line() {
        assert_eq!(first("1,2,3\n1,2,3\n1,2\n").unwrap_err(), Cause::Ragged { line: 3, want: 3, got: 2 });
        assert_eq!(first("1,2\n1,x\n").unwrap_err(), Cause::Cell { line: 2, column: 2, text: "x".into() });
        assert_eq!(first("1,x\n1,2\n").unwrap_err(), Cause::Cell { line: 1, column: 2, text: "x".into() });
        assert_eq!(first("1,2\n1,\n").unwrap_err(), Cause::Cell { line: 2, column: 2, text: String::new() });
        for value in ["NaN", "inf", "-1", "256", "1e9"] {
            let want = Cause::Value { at: "line 2, column 2".into(), value: value.into() };
            assert_eq!(first(&format!("1,2\n1,{value}\n")).unwrap_err(), want);
        }
        for value in ["255", "-1", "1.5", "nan"] {
            let want = Cause::Label { at: "line 2, column 1".into(), value: value.into() };
            assert_eq!(first(&format!("1,2\n{value},2\n")).unwrap_err(), want);
        }
    }

    #[test]
    fn nothing_is_no_set() {
        for text in ["", "\n\n", "label,a,b\n"] {
            assert_eq!(first(text).unwrap_err(), Cause::Empty, "{text:?}");
        }
        assert!(matches!(first("1\n2\n").unwrap_err(), Cause::Dimensions { .. }));
        let long = format!("1,{}\n", "é".repeat(50));
        assert!(matches!(first(&long).unwrap_err(), Cause::Cell { text, .. } if text.chars().count() == 21));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = samples(&bytes, LabelColumn::Last);
        }

        #[test]
        fn any_csv_like_text_never_panics(text in "[0-9,.\n\"eNa -]{0,120}") {
            if let Ok((width, pixels, labels)) = first(&text) {
                prop_assert_eq!(pixels.len(), width * labels.len());
            }
        }
    }
}
