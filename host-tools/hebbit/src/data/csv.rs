//! Tables of text: one line per sample, its values and mostly its label.
//!
//! What separates the cells, whether the first line has names and which column is the label is found in the file; what is not
//! unmistakable is asked for, and what was decided is a remark.

mod cell;
mod header;
mod roles;
mod text;

use csv::{ByteRecord, ErrorKind, Position};

use super::raw::{Numbers, RawLabels, RawSet};
use super::reader::Reading;
use crate::error::Cause;
use crate::error::Error;
use cell::{Cell, Column};
use roles::Roles;
use text::Text;

/// Which column is the label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LabelColumn {
    /// The one that is unmistakable, else an error asks for it.
    #[default]
    Found,
    /// The first.
    First,
    /// The last.
    Last,
    /// The one of this name in the header, else of this number from 1.
    Named(String),
}

/// A table whose every cell was looked at once.
struct Table<'b> {
    text: Text<'b>,
    /// Names of the columns.
    header: Option<Vec<String>>,
    /// Cells of the first line.
    first: Vec<String>,
    columns: Vec<Column>,
    /// Lines that are samples.
    rows: usize,
}

/// The samples of a table; columns that `drop` names are left out.
///
/// # Errors
/// What is no table of numbers, and a label or other columns that must be named.
pub(super) fn read(name: &str, bytes: &[u8], how: &Reading<'_>, drop: &[String]) -> Result<RawSet, Error> {
    let in_file = |cause: Cause| Error::from(cause.in_file(name));
    let table = Text::new(bytes).and_then(Table::new).map_err(in_file)?;
    let roles = roles::roles(name, &table, how, drop)?;
    table.check(&roles).map_err(in_file)?;
    table.collect(name, roles).map_err(in_file)
}

impl<'b> Table<'b> {
    fn new(text: Text<'b>) -> Result<Self, Cause> {
        let mut reader = text.records();
        let mut first = ByteRecord::new();
        let mut next = |row: &mut ByteRecord| reader.read_byte_record(row).map_err(|e| broken(&text, &e));
        if !next(&mut first)? {
            return Err(Cause::Empty);
        }
        let (mut columns, mut rows) = (vec![Column::default(); first.len()], 0);
        let mut row = ByteRecord::new();
        while next(&mut row)? {
            add(&mut columns, &row, false);
            rows += 1;
        }
        let header = header::is_header(&first, &columns);
        if !header {
            add(&mut columns, &first, true);
            rows += 1;
        }
        if rows == 0 {
            return Err(Cause::Empty);
        }
        let first: Vec<String> =
            first.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        Ok(Self { header: header.then(|| header::names(&first)), first, columns, rows, text })
    }

    /// A column for people: its name, or its number from 1.
    fn called(&self, column: usize) -> String {
        match &self.header {
            Some(names) => format!("column `{}`", short(&names[column])),
            None => format!("column {}", column + 1),
        }
    }

    /// The first cell of a column that is like that, with its line.
    fn cell(&self, column: usize, from: u64, like: impl Fn(Cell) -> bool) -> (u64, String) {
        let mut reader = self.text.records();
        let mut rows = ByteRecord::new();
        while reader.read_byte_record(&mut rows).unwrap_or(false) {
            let at = place(&rows);
            let cell = rows.get(column).unwrap_or_default();
            if at >= from && like(Cell::of(cell)) {
                return (self.text.line(at), String::from_utf8_lossy(cell).into_owned());
            }
        }
        (self.text.line(from), String::new())
    }

    /// Refuses cells that are missing, and cells of values that are no numbers.
    fn check(&self, roles: &Roles) -> Result<(), Cause> {
        let used = roles.values.iter().chain(&roles.label).chain(&roles.group);
        let holes: Vec<usize> = used.copied().filter(|&i| self.columns[i].missing.cells > 0).collect();
        if let Some(&column) = holes.first() {
            let (line, text) =
                self.cell(column, self.columns[column].missing.first, |cell| cell == Cell::Missing);
            let cells = holes.iter().map(|&i| self.columns[i].missing.cells).sum();
            let place = format!("line {line}, {}", self.called(column));
            return Err(Cause::Missing { place, text, cells, columns: holes.len() });
        }
        let quantity = |&i: &usize| self.columns[i].floats.cells > 0 && self.columns[i].words.cells == 0;
        if let Some(column) = roles.label.filter(quantity) {
            let broken = |cell| matches!(cell, Cell::Float(x) if x.fract() != 0.0);
            let (line, value) = self.cell(column, self.columns[column].floats.first, broken);
            if !value.is_empty() {
                return Err(Cause::NoClass { at: format!("line {line}, {}", self.called(column)), value });
            }
        }
        let Some(&column) = roles.values.iter().find(|&&i| self.columns[i].words.cells > 0) else {
            return Ok(());
        };
        let words = self.columns[column].words;
        let (line, text) = self.cell(column, words.first, |cell| cell == Cell::Word);
        let place = format!("line {line}, {}", self.called(column));
        let text_short = short(&text);
        Err(if text::decimal_comma(text.as_bytes()) {
            Cause::DecimalComma { place, text: text_short }
        } else if text.parse::<f64>().is_ok() {
            Cause::NotFinite { at: place, value: text_short }
        } else if self.columns[column].is_words() {
            let number = (column + 1).to_string();
            let name = self.header.as_ref().map_or(number, |names| names[column].clone());
            Cause::Words { place, text: text_short, name }
        } else {
            Cause::Cell { place, text: text_short }
        })
    }

    /// The set, once every cell is known to be what it must be.
    fn collect(&self, name: &str, roles: Roles) -> Result<RawSet, Cause> {
        let whole = roles.values.iter().all(|&i| self.columns[i].is_whole());
        let room = self.rows * roles.values.len();
        let (mut ints, mut floats) =
            if whole { (Vec::with_capacity(room), vec![]) } else { (vec![], Vec::with_capacity(room)) };
        let (mut labels, mut groups) = (Vec::new(), Vec::new());
        let text = |row: &ByteRecord, column: usize| {
            String::from_utf8_lossy(row.get(column).unwrap_or_default()).into_owned()
        };
        let mut reader = self.text.records();
        let mut row = ByteRecord::new();
        let mut names = self.header.is_some();
        while reader.read_byte_record(&mut row).map_err(|e| broken(&self.text, &e))? {
            if std::mem::take(&mut names) {
                continue;
            }
            for &i in &roles.values {
                match Cell::of(row.get(i).unwrap_or_default()) {
                    Cell::Whole(value) if whole => ints.push(value),
                    Cell::Whole(value) => floats.push(value as f64),
                    Cell::Float(value) => floats.push(value),
                    _ => {}
                }
            }
            labels.extend(roles.label.map(|i| text(&row, i)));
            groups.extend(roles.group.map(|i| text(&row, i)));
        }
        let numbers = if whole { Numbers::Ints(ints) } else { Numbers::Floats(floats) };
        let named = |names: &Vec<String>| roles.values.iter().map(|&i| names[i].clone()).collect();
        Ok(RawSet {
            labels: roles.label.map(|_| RawLabels::of_text(&labels)),
            groups: roles.group.map(|_| groups),
            features: self.header.as_ref().map(named),
            remarks: roles.remarks,
            ..RawSet::new(name, vec![roles.values.len()], numbers)
        })
    }
}

fn add(columns: &mut [Column], row: &ByteRecord, front: bool) {
    let at = place(row);
    columns.iter_mut().zip(row).for_each(|(column, cell)| column.add(cell, at, front));
}

/// The byte at which the line of a record begins.
fn place(row: &ByteRecord) -> u64 {
    row.position().map_or(0, Position::byte)
}

/// A cell for people: not more than 20 characters of it.
fn short(all: &str) -> String {
    let mut short: String = all.chars().take(20).collect();
    if short.len() < all.len() {
        short.push('…');
    }
    short
}

fn broken(text: &Text<'_>, error: &csv::Error) -> Cause {
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = text.line(pos.as_ref().map_or(0, Position::byte));
            let separator = text::name(text.separator);
            Cause::Ragged { line, want: *expected_len, got: *len, separator }
        }
        _ => Cause::Csv { message: error.to_string() },
    }
}

#[cfg(test)]
#[path = "csv/tests.rs"]
mod tests;
