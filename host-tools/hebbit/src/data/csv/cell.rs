//! Cells of a table, and what all cells of a column have in common.

use std::collections::{BTreeSet, HashSet};

/// More different values than this are not classes.
pub(super) const CLASSES_MAX: usize = 255;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    /// A whole number, written without a point.
    Whole(i64),
    /// A finite number.
    Float(f64),
    /// Nothing, or a mark for it.
    Missing,
    /// Anything else.
    Word,
}

impl Cell {
    pub(super) fn of(cell: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(cell) else { return Self::Word };
        if let Ok(whole) = text.parse() {
            return Self::Whole(whole);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Self::Float(number),
            Ok(number) if number.is_nan() => Self::Missing,
            _ if ["", "?", "na", "n/a", "null"].iter().any(|mark| text.eq_ignore_ascii_case(mark)) => {
                Self::Missing
            }
            _ => Self::Word,
        }
    }

    /// Whether it is a number.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Whole(_) | Self::Float(_))
    }
}

/// How many cells of one kind there are, and the byte at which the line of the first begins.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) cells: usize,
    pub(super) first: u64,
}

impl Count {
    fn add(&mut self, at: u64) {
        if self.cells == 0 || at < self.first {
            self.first = at;
        }
        self.cells += 1;
    }
}

/// What the cells of a column are.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    pub(super) whole: Count,
    pub(super) floats: Count,
    pub(super) missing: Count,
    pub(super) words: Count,
    /// Which of 0 to 255 there are.
    bytes: [u64; 4],
    /// Other whole numbers, until they are too many.
    others: BTreeSet<i64>,
    /// Different words, until they are too many.
    texts: HashSet<Vec<u8>>,
    /// The first and the last of whole numbers that go up by one from line to line.
    steps: Option<(i64, i64)>,
    stumbled: bool,
}

impl Column {
    /// Takes the next cell, or with `front` the one before all others.
    pub(super) fn add(&mut self, cell: &[u8], at: u64, front: bool) {
        let kind = Cell::of(cell);
        match kind {
            Cell::Whole(_) => self.whole.add(at),
            Cell::Float(_) => self.floats.add(at),
            Cell::Missing => self.missing.add(at),
            Cell::Word => self.words.add(at),
        }
        match kind {
            Cell::Whole(value @ 0..=255) => self.bytes[value as usize / 64] |= 1 << (value % 64),
            Cell::Whole(value) if self.others.len() <= CLASSES_MAX => _ = self.others.insert(value),
            Cell::Word if self.texts.len() <= CLASSES_MAX => _ = self.texts.insert(cell.to_vec()),
            _ => {}
        }
        self.step(kind, front);
    }

    fn step(&mut self, cell: Cell, front: bool) {
        self.steps = match (cell, self.steps) {
            (Cell::Whole(value), None) => Some((value, value)),
            (Cell::Whole(value), Some((first, last))) if front && value.checked_add(1) == Some(first) => {
                Some((value, last))
            }
            (Cell::Whole(value), Some((first, last))) if !front && last.checked_add(1) == Some(value) => {
                Some((first, value))
            }
            (_, steps) => {
                self.stumbled = true;
                steps
            }
        };
    }

    /// Whether most of what is there are words, so that they are no slips of the pen.
    pub(super) fn is_words(&self) -> bool {
        self.words.cells > self.whole.cells + self.floats.cells
    }

    /// Whether all cells are numbers.
    pub(super) fn is_numbers(&self) -> bool {
        self.words.cells + self.missing.cells == 0 && self.whole.cells + self.floats.cells > 0
    }

    /// Whether all cells are whole numbers.
    pub(super) fn is_whole(&self) -> bool {
        self.is_numbers() && self.floats.cells == 0
    }

    /// Whether all cells are whole numbers 0 to 255.
    pub(super) fn is_bytes(&self) -> bool {
        self.is_whole() && self.others.is_empty()
    }

    /// Whether all cells are empty.
    pub(super) fn is_empty(&self) -> bool {
        self.whole.cells + self.floats.cells + self.words.cells == 0
    }

    /// Whether it counts its lines.
    pub(super) fn is_index(&self) -> bool {
        self.is_whole() && !self.stumbled && self.whole.cells > 3
    }

    /// How many different whole numbers and words there are, if they can be classes.
    pub(super) fn classes(&self) -> Option<usize> {
        let bytes: u32 = self.bytes.iter().map(|bits| bits.count_ones()).sum();
        let all = bytes as usize + self.others.len() + self.texts.len();
        (self.floats.cells == 0 && all <= CLASSES_MAX).then_some(all)
    }

    /// Whether it may be a label: repeated words or whole numbers, few of them different.
    pub(super) fn is_candidate(&self) -> bool {
        let cells = self.whole.cells + self.words.cells;
        self.missing.cells == 0
            && self
                .classes()
                .is_some_and(|all| all >= 2 && (all < cells || cells < 4) && all <= 2 + cells / 2)
    }

    /// Whether it numbers classes: all of 0 to N or of 1 to N are there, N at least 1 more than the first.
    pub(super) fn is_numbering(&self) -> bool {
        let all: u32 = self.bytes.iter().map(|bits| bits.count_ones()).sum();
        let from = self.bytes[0].trailing_zeros();
        let run = |from: u32| (from..from + all).all(|i| self.has_byte(i));
        self.is_bytes() && all >= 2 && from <= 1 && run(from)
    }

    /// The same, with at least two lines for each class on average.
    pub(super) fn is_repeated_numbering(&self) -> bool {
        self.is_numbering() && self.classes().is_some_and(|all| 2 * all <= self.whole.cells)
    }

    fn has_byte(&self, byte: u32) -> bool {
        self.bytes.get(byte as usize / 64).is_some_and(|bits| bits >> (byte % 64) & 1 == 1)
    }

    /// Whether all cells are among these names.
    pub(super) fn is_among(&self, names: &[String]) -> bool {
        let named = |number: i64| names.iter().any(|name| name.parse() == Ok(number));
        let word = |word: &Vec<u8>| names.iter().any(|name| name.as_bytes() == word);
        self.missing.cells == 0
            && self.classes().is_some()
            && (0..256).filter(|&byte| self.has_byte(byte)).all(|byte| named(byte.into()))
            && self.others.iter().all(|&number| named(number))
            && self.texts.iter().all(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        cells.iter().zip(0..).for_each(|(cell, at)| column.add(cell.as_bytes(), at, false));
        column
    }

    #[test]
    fn cells_are_what_they_are_written_as() {
        for (text, want) in [
            ("-3", Cell::Whole(-3)),
            ("3.0", Cell::Float(3.0)),
            ("1e2", Cell::Float(100.0)),
            ("99999999999999999999", Cell::Float(1e20)),
            ("", Cell::Missing),
            ("NaN", Cell::Missing),
            ("?", Cell::Missing),
            ("n/a", Cell::Missing),
            ("inf", Cell::Word),
            ("1e999", Cell::Word),
            ("rock", Cell::Word),
        ] {
            assert_eq!(Cell::of(text.as_bytes()), want, "{text}");
        }
        assert_eq!(Cell::of(b"\xff"), Cell::Word);
    }

    #[test]
    fn a_column_knows_what_it_is() {
        assert!(column(&["4", "5", "6", "7"]).is_index());
        assert!(!column(&["4", "5", "5", "7"]).is_index() && !column(&["1", "2", "3"]).is_index());
        let mut late = column(&["4", "5", "6"]);
        late.add(b"3", 0, true);
        assert!(late.is_index());
        assert!(column(&["0", "2", "1", "1"]).is_numbering() && column(&["1", "2"]).is_numbering());
        for no in [&["0", "2"][..], &["2", "3"], &["0", "0"], &["0", "1", "300"]] {
            assert!(!column(no).is_numbering(), "{no:?}");
        }
        assert!(column(&["a", "b", "b", "1"]).is_words() && !column(&["1", "2", "b"]).is_words());
        assert!(
            column(&["a", "b", "a", "b"]).is_candidate() && !column(&["a", "b", "c", "d"]).is_candidate()
        );
        assert!(!column(&["0.5", "1"]).is_candidate() && !column(&["1", "1"]).is_candidate());
        assert!(column(&["-1", "2", "x"]).is_among(&["-1".into(), "2".into(), "x".into()]));
        assert!(!column(&["-1", "2", "y"]).is_among(&["-1".into(), "2".into(), "x".into()]));
        let many: Vec<String> = (0..300).map(|i| i.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!((column(&many).classes(), column(&many[..255]).classes()), (None, Some(255)));
    }
}
